"""表格导入问题（R-21）：和页面上登记的一样；登记过的不再登。"""

import pytest

from cases.enums import Clock, Status
from cases.models import Case
from tests.sheets import checked, imported, outcomes

HEAD = ["来源", "来源编号", "统一社会信用代码", "企业名称", "标题", "问题描述", "类别"]


def line(city, number="A1", **cells):
    row = {
        "来源": "12345",
        "来源编号": number,
        "企业名称": city.firm.name,
        "标题": "厂区变压器容量不够",
        "类别": "用地指标",
        **cells,
    }
    return [row.get(name, "") for name in HEAD]


def test_cases_are_registered_with_number_clock_and_event_and_never_twice(city):
    lines = [
        HEAD,
        line(city),
        line(city, "A2", 企业名称="", 统一社会信用代码=city.other_firm.credit_code, 问题描述="两条线一起停"),
    ]
    job = imported("cases", lines, actor=city.clerk, at=city.at)
    assert job.details["written"] == {"N": 2, "C": 0}
    first, second = Case.objects.filter(source_number__in=("A1", "A2")).order_by("source_number")
    assert (first.status, first.source, first.reported_by, first.category) == (
        Status.REPORTED, "HOTLINE", city.clerk, city.categories["land"],
    )  # fmt: skip
    assert first.number
    assert (first.description, second.description) == ("厂区变压器容量不够", "两条线一起停")
    assert second.office == city.other_county_office
    assert first.deadlines.get().clock == Clock.ACCEPT
    assert first.events.count() == 1
    again = checked("cases", lines, actor=city.clerk, at=city.at)
    assert again.details["counts"] == {"S": 2}
    assert outcomes(again)[2][1] == f"已登记，编号 {first.number}。"


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"企业名称": "没有的公司"}, "没有找到这家在册企业"),
        ({"企业名称": ""}, "代码和企业名称至少填一个"),
        ({"来源": "听说"}, "没有“听说”这一项"),
        ({"来源编号": "2.026E+17"}, "后几位已经丢了"),
        ({"标题": ""}, "请用一句话写明"),
        ({"标题": "字" * 81}, "最多 80 个"),
        ({"类别": "没有的类别"}, "没有“没有的类别”这一项"),
    ],
)
def test_a_row_that_cannot_be_says_why(city, cells, why):
    assert why in outcomes(checked("cases", [HEAD, line(city, **cells)], actor=city.clerk, at=city.at))[2][1]


def test_a_number_used_for_another_firm_or_by_another_office_is_refused(city):
    imported("cases", [HEAD, line(city)], actor=city.clerk, at=city.at)
    other = checked("cases", [HEAD, line(city, 企业名称=city.other_firm.name)], actor=city.clerk, at=city.at)
    assert "已登记在“许昌沅砥精密机械有限公司”名下" in outcomes(other)[2][1]
    theirs = checked(
        "cases", [HEAD, line(city, 企业名称=city.other_firm.name)], actor=city.other_county_clerk, at=city.at
    )
    assert "已由别的活动办登记" in outcomes(theirs)[2][1]
