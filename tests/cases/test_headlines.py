"""A problem's title is made from its first words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.headlines import MOST, headline


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("扩产后变压器容量不够。夏天常跳闸。", "扩产后变压器容量不够"),
        ("  \n用电不够\n还缺人", "用电不够"),
        (
            "出口退税九月申报，到现在没有到账，约一百三十万元，年底备货缺流动资金，很着急",
            "出口退税九月申报，到现在没有到账，约一百三十万元",
        ),
        ("一" * 50, "一" * 29 + "…"),
        ("。。", ""),
        # Blanks beside Latin words and figures are not pauses.
        (
            "公司准备上一套 MES 系统和 3 条自动化产线，设备款 1,300 万元还差 500 万元，请银行支持",
            "公司准备上一套 MES 系统和 3 条自动化产线",
        ),
        ("园区 10 千伏专线到 2 号厂房只有 1.5 公里，供电所说要等", "园区 10 千伏专线到 2 号厂房只有 1.5 公里"),
        ("希望 10:30 以后再停电检修因为上午 8:00 到 10:30 是注塑机开机升温的时候", "希望 10:30 以后再停电检修因为上午 8:00 到…"),
        ("货款被拖欠 1,300,000 元", "货款被拖欠 1,300,000 元"),
        # Nor is a word or a figure torn apart, nor a figure from its unit.
        ("请协调解决我公司出口到欧盟的产品需要办理的新版 CBAM 证书问题以及翻译费", "请协调解决我公司出口到欧盟的产品需要办理的新版…"),
        ("我公司三期项目申请贷款已经过了四个月银行还没有批下来共计 5000 万元整", "我公司三期项目申请贷款已经过了四个月银行还没有批下来共计…"),
        ("ABB robot stopped. Nobody comes", "ABB robot stopped"),
        # People who type no commas leave a blank.
        ("变压器容量不够 夏天常跳闸 产线停了三次 希望尽快增容 已经报过两次了没人管", "变压器容量不够 夏天常跳闸 产线停了三次 希望尽快增容"),
        ("厂区门口缺公交站、路灯、斑马线、减速带、停车位、充电桩和垃圾清运点", "厂区门口缺公交站、路灯、斑马线、减速带、停车位"),
        ("各位领导好！公租房申请一直没有排上", "公租房申请一直没有排上"),
        ("您好", "您好"),
    ],
)  # fmt: skip
def test_headline_is_the_first_clause(text, title):
    assert headline(text) == title


@given(st.text(alphabet="货款拖欠，。 、1.5kVA万元：\n", max_size=120))
def test_headline_is_short_and_begins_as_the_text_does(text):
    title = headline(text)
    assert len(title) <= MOST
    assert title.removesuffix("…") in text
    assert title == title.strip()
