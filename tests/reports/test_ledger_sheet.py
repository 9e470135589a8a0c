"""台账的文件（R-54、R-74）：三十列原样，合并标题、冻结、重印表头、横向；文字是文字，日期是日期。"""

from datetime import date, datetime

import pytest
from python_calamine import CalamineWorkbook

from reports.ledgers import LEDGERS
from reports.ledgers.ledger import Column, Kind, Ledger, Line
from reports.ledgers.sheet import Particulars, write_ledger
from tests.factories import SHANGHAI
from tests.reports.books import MAIN, parts_of, read

PROBLEM_COLUMNS = [
    "序号",
    "问题编号",
    "收集日期",
    "来源",
    "县(市、区)",
    "企业名称",
    "统一社会信用代码",
    "行业",
    "白名单级别",
    "包联领导",
    "助企干部",
    "问题描述",
    "类别",
    "级别",
    "个性/共性",
    "主办",
    "协办",
    "交办单号",
    "交办日期",
    "办结时限",
    "办理进展",
    "办理结果",
    "办结日期",
    "用时",
    "催办次数",
    "是否延期",
    "企业评价",
    "回访情况",
    "是否销号",
    "备注",
]
AT = datetime(2026, 11, 23, 10, 5, tzinfo=SHANGHAI)
SMALL = Ledger(
    key="small", name="小台账", about="", icon="table", counted="行", roles=frozenset(),
    columns=(Column("序号", 6, Kind.NUMBER), Column("代码", 20), Column("说明", 30, Kind.PROSE), Column("日期", 11, Kind.DATE),
             Column("数", 6, Kind.NUMBER)),
    shown=(), lines=lambda keys, reader: (),
)  # fmt: skip


def particulars(total, **more):
    facts = {
        "by": "市活动办 郑科员",
        "account": "clerk",
        "at": AT,
        "conditions": "状态 办理中",
        "total": total,
        "number": 7,
    }
    return Particulars(**(facts | more))


@pytest.fixture
def write(tmp_path):
    def make(*values, total=None, **more):
        lines = [Line(pk, 1, each) for pk, each in enumerate(values, 1)]
        path = tmp_path / "small.xlsx"
        about = particulars(len(lines) if total is None else total, **more)
        assert write_ledger(path, SMALL, about, lines) == len(lines)
        return path

    return make


def test_the_problem_ledger_has_the_thirty_columns_as_written():
    assert [column.title for column in LEDGERS["cases"].columns] == PROBLEM_COLUMNS
    assert len(PROBLEM_COLUMNS) == 30


def test_there_are_the_five_ledgers_and_the_tickets_each_beginning_with_its_number():
    assert list(LEDGERS) == ["enterprises", "assignments", "visits", "cases", "events", "tickets"]
    assert {ledger.columns[0].title for ledger in LEDGERS.values()} == {"序号"}
    for ledger in LEDGERS.values():
        assert set(ledger.shown) <= {column.title for column in ledger.columns}


def test_text_is_text_dates_are_dates_numbers_are_numbers(write):
    book = read(write(("91411002MT0000017X", "正文", date(2026, 2, 13), 3), ("", "", None, None)))
    assert book.rows[0] == {
        "序号": 1.0, "代码": "91411002MT0000017X", "说明": "正文", "日期": date(2026, 2, 13), "数": 3.0,
    }  # fmt: skip
    assert book.rows[1] == {"序号": 2.0, "代码": "", "说明": "", "日期": "", "数": ""}


def test_title_says_what_when_how_many_and_under_which_conditions(write):
    book = read(write(("a", "b", None, 1)))
    assert book.title == "许昌市万人助企小台账"
    assert book.about == "截至 2026-11-23 10:05　共 1 行　条件：状态 办理中　导出人：市活动办 郑科员"
    assert book.foot == "共 1 行 · 导出人 市活动办 郑科员 · 2026-11-23 10:05 · 第 7 号"


def test_rows_gone_meanwhile_are_said(write):
    assert "共 1 行（开始时 3 行，2 行在导出当中已看不到）" in read(write(("a", "b", None, 1), total=3)).foot


@pytest.mark.parametrize("sign", ["=1+1", "+8613800000000", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_what_begins_like_a_formula_stays_text(write, sign):
    path = write((sign, sign, None, 1), conditions=sign)
    sheet = parts_of(path).sheet
    assert list(sheet.iter(f"{MAIN}f")) == []
    assert {cell.get("t") for cell in sheet.iter(f"{MAIN}c") if cell.get("r") in {"B4", "C4"}} == {"inlineStr"}
    assert read(path).rows[0]["代码"] == f"'{sign}"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("请打 13812345678 找王工", "请打 138****5678 找王工"),
        ("手机138 1234 5678。", "手机138****5678。"),
        ("代码 91411002138123456X 不动", "代码 91411002138123456X 不动"),
        ("座机 0374-2661234", "座机 0374-2661234"),
    ],
)
def test_mobile_numbers_inside_what_people_typed_are_masked(write, typed, shown):
    assert read(write(("a", typed, None, 1))).rows[0]["说明"] == shown


def test_signs_a_sheet_cannot_hold_do_not_break_it(write):
    odd = "甲<乙>&\x00\x0b\ud800丙\r\n二行"
    assert read(write((odd[:5], odd, None, 1))).rows[0]["说明"].replace("\r", "") == "甲<乙>&丙\n二行"


def test_a_text_longer_than_a_cell_is_cut(write):
    assert len(read(write(("a", "长" * 40_000, None, 1))).rows[0]["说明"]) == 32_000


def test_layout_is_what_offices_paste(write):
    parts = parts_of(write(("a", "b", None, 1), ("c", "d", None, 2)))
    merged = {cell.get("ref") for cell in parts.sheet.iter(f"{MAIN}mergeCell")}
    assert merged == {"A1:E1", "A2:E2", "A6:E6"}
    pane = next(parts.sheet.iter(f"{MAIN}pane"))
    assert (pane.get("state"), pane.get("topLeftCell")) == ("frozen", "C4")
    page = next(parts.sheet.iter(f"{MAIN}pageSetup"))
    assert (page.get("orientation"), page.get("fitToHeight"), page.get("paperSize")) == ("landscape", "0", "9")
    titles = [
        name.text for name in parts.workbook.iter(f"{MAIN}definedName") if name.get("name") == "_xlnm.Print_Titles"
    ]
    assert titles == ["小台账!$1:$3"]
    widths = [float(column.get("width")) for column in parts.sheet.iter(f"{MAIN}col")]
    assert [round(width) for width in widths] == [7, 21, 31, 12, 7]


def test_every_printed_page_carries_the_watermark_and_the_signature(write):
    parts = parts_of(write(("a", "b", None, 1)))
    assert next(parts.sheet.iter(f"{MAIN}oddHeader")).text == "&C&G"
    foot = next(parts.sheet.iter(f"{MAIN}oddFooter")).text
    assert "市活动办 郑科员 2026-11-23 10:05 导出，第 7 号" in foot
    assert [name for name in parts.names if name.endswith(".png")] == ["xl/media/image1.png"]


def test_a_row_is_as_tall_as_its_longest_text(write):
    rows = list(parts_of(write(("a", "短", None, 1), ("a", "长" * 60, None, 1))).sheet.iter(f"{MAIN}row"))
    assert [row.get("ht") for row in rows[3:5]] == ["18.5", "72.5"]


def test_a_wide_ledger_is_printed_on_a3(tmp_path):
    path = tmp_path / "wide.xlsx"
    write_ledger(path, LEDGERS["cases"], particulars(0), [])
    assert next(parts_of(path).sheet.iter(f"{MAIN}pageSetup")).get("paperSize") == "8"
    assert CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[2] == PROBLEM_COLUMNS
