"""表格导入企业与白名单（R-10、R-11）：每一种结局；和一家一家办一样的结果。"""

from datetime import date

import pytest

from cases.models import Case
from enterprises.models import Enterprise, FirmChange, Whitelisting
from enterprises.services.index import FIRMS
from tests.factories import CaseFactory, ChainFactory, EnterpriseFactory, TagFactory, WhitelistingFactory, credit_code
from tests.sheets import checked, imported, outcomes

HEAD = ["企业名称", "统一社会信用代码", "县（市、区）", "地址", "行业代码", "行业", "产业链", "是否规上", "标签", "成立日期", "上年营业收入（万元）", "从业人数"]  # fmt: skip
CODE = credit_code(940_001)
LISTS = ["统一社会信用代码", "级别", "起", "止", "依据文号"]


def one(city, who="clerk", **cells):
    row = {"企业名称": "许昌导入机械有限公司", "统一社会信用代码": CODE, "县（市、区）": "魏都区", **cells}
    return checked("firms", [list(row), list(row.values())], actor=city.people[who], at=city.at)


def test_a_new_firm_is_registered_as_from_its_own_page(city):
    chain, tag = ChainFactory(name="装备"), TagFactory(name="专精特新")
    row = [
        " 许昌  导入公司",
        CODE.lower(),
        "411002",
        "示例路",
        "c3525",
        "模具",
        "装备",
        "√",
        "专精特新",
        "2015.6.8",
        "3,200万元",
        120.0,
    ]
    imported("firms", [HEAD, row], actor=city.clerk, at=city.at)
    firm = Enterprise.objects.get(credit_code=CODE)
    assert (firm.name, firm.pinyin, firm.industry_code, firm.chain, firm.is_above_scale) == (
        "许昌 导入公司", "xcdrgs", "C3525", chain, True,
    )  # fmt: skip
    assert (firm.established_on, firm.revenue, firm.staff_count) == (date(2015, 6, 8), 3200, 120)
    assert (list(firm.tags.all()), firm.created_at, firm.is_active) == ([tag], city.at, True)
    assert FIRMS.find("导入公司").pks == [firm.pk]
    assert FIRMS.verify() == []
    assert FirmChange.objects.filter(firm_key=firm.pk).count() == 1


def test_a_known_firm_changes_where_filled_in_and_takes_its_cases_to_the_new_county(city):
    tags = [TagFactory(name="甲"), TagFactory(name="乙")]
    city.firm.tags.set(tags)
    case = CaseFactory(enterprise=city.firm, region=city.firm.region)
    row = ["许昌新名机械有限公司", city.firm.credit_code, "禹州市", "", "", "", "", "", "乙", "", "", 55]
    job = imported("firms", [HEAD, row], actor=city.clerk, at=city.at)
    assert job.details["shown"]["C"][0]["changes"] == [
        ["企业名称", city.firm.name, "许昌新名机械有限公司"], ["县（市、区）", "魏都区", "禹州市"], ["从业人数", "（空）", "55"], ["标签", "乙、甲", "乙"],
    ]  # fmt: skip
    assert "会改名" in job.details["shown"]["C"][0]["remark"]
    old = city.firm.address
    city.firm.refresh_from_db()
    assert (city.firm.name, city.firm.address, city.firm.staff_count) == ("许昌新名机械有限公司", old, 55)
    assert list(city.firm.tags.all()) == tags[1:]
    assert Case.objects.get(pk=case.pk).region == city.firm.region == city.regions["yuzhou"]
    assert FIRMS.find("新名机械").pks == [city.firm.pk]
    assert FIRMS.verify() == []


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"统一社会信用代码": "9.1141E+17"}, "后几位已经丢了"),
        ({"统一社会信用代码": "91411002"}, "应为 18 位，现在是 8 位"),
        ({"统一社会信用代码": f"{CODE[:-1]}{'0' if CODE[-1] != '0' else '1'}"}, "校验位不对"),
        ({"企业名称": ""}, "新企业要填企业名称"),
        ({"企业名称": "字" * 101}, "有 101 个字，最多 100 个"),
        ({"县（市、区）": ""}, "新企业要填县（市、区）"),
        ({"县（市、区）": "火星"}, "没有“火星”这一项"),
        ({"产业链": "没有的链"}, "没有“没有的链”这一项"),
        ({"标签": "没有的标签"}, "没有“没有的标签”这一项"),
        ({"是否规上": "待定"}, "看不出是还是否"),
        ({"成立日期": "1/5/2026"}, "看不出哪个是月"),
        ({"成立日期": "2027.1.1"}, "不能晚于今天"),
        ({"从业人数": "十来人"}, "不是数"),
        ({"统一社会信用代码": ""}, "没有填统一社会信用代码"),
    ],
)
def test_a_row_that_cannot_be_says_which_field_and_why(city, cells, why):
    outcome, said = outcomes(one(city, **cells))[2]
    assert (outcome, why in said) == ("B", True), said


def test_a_name_or_code_of_another_firm_is_refused(city):
    assert "代码不同，请核对" in outcomes(one(city, 企业名称=city.firm.name))[2][1]
    struck = EnterpriseFactory(is_active=False)
    assert "先恢复在册" in outcomes(one(city, 统一社会信用代码=struck.credit_code))[2][1]


def test_a_county_office_keeps_to_its_own_county(city):
    assert outcomes(one(city, "county_clerk"))[2][0] == "N"
    assert "没有“禹州市”这一项" in outcomes(one(city, "county_clerk", **{"县（市、区）": "禹州市"}))[2][1]
    theirs = {"企业名称": "", "统一社会信用代码": city.other_firm.credit_code, "县（市、区）": "", "地址": "新址"}
    assert "由所在地活动办维护" in outcomes(one(city, "county_clerk", **theirs))[2][1]


def test_a_formula_in_a_cell_stays_text(city):
    from tests.sheets import marked

    job = one(city, 地址="'=HYPERLINK(1)", **{"县（市、区）": "@SUM(A1)"})
    row = marked(job, "check").rows[0]
    assert (row["地址"], row["县（市、区）"]) == ("'=HYPERLINK(1)", "'@SUM(A1)")


# --- 白名单 -----------------------------------------------------------------------------------------------------------
def listing(city, *row):
    return [city.firm.credit_code, *row]


def test_firms_are_listed_upgraded_and_taken_off_and_again_changes_nothing(city):
    lines = [
        LISTS,
        listing(city, "市级", "2025.3.1", "", "许〔2025〕3号"),
        listing(city, "县级", "2024年1月1日", "", "许〔2024〕1号"),
    ]
    job = imported("whitelist", lines, actor=city.clerk, at=city.at)
    assert job.details["written"] == {"N": 2, "C": 0}
    rows = [(row.level, row.from_on, row.to_on) for row in city.firm.whitelistings.order_by("from_on")]
    assert rows == [("COUNTY", date(2024, 1, 1), date(2025, 2, 28)), ("CITY", date(2025, 3, 1), None)]
    assert checked("whitelist", lines, actor=city.clerk, at=city.at).details["counts"] == {"S": 2}
    off = imported(
        "whitelist", [LISTS, listing(city, "市级", "2025-03-01", "2026-06-30", "")], actor=city.clerk, at=city.at
    )
    assert off.details["written"] == {"N": 0, "C": 1}
    assert Whitelisting.objects.get(level="CITY").to_on == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["国家级", "2026-02-01", "", "x"], "没有“国家级”这一项"),
        (["市级", "2026-02-01", "", ""], "请填写依据文号"),
        (["县级", "2026-02-01", "", "x"], "已经在县级白名单"),
        (["市级", "2025-02-01", "", "x"], "应晚于现有认定的开始日期"),
        (["市级", "2026-02-01", "2026-01-01", "x"], "结束日期不能早于开始日期"),
        (["县级", "2026-01-01", "", "别的文号"], "历史不改"),
        (["县级", "", "", "x"], "没有填起"),
    ],
)
def test_a_listing_that_cannot_be_says_why(city, row, why):
    WhitelistingFactory(enterprise=city.firm)
    assert why in outcomes(checked("whitelist", [LISTS, listing(city, *row)], actor=city.clerk, at=city.at))[2][1]


def test_a_firm_out_of_sight_cannot_be_listed(city):
    lines = [LISTS, listing(city, "市级", "2026-02-01", "", "x")]
    assert "不在本办范围内" in outcomes(checked("whitelist", lines, actor=city.other_county_clerk, at=city.at))[2][1]
