"""读表（R-74）：标题行、两行表头、合并的格子、远处的格子；行号与 Excel 里一样。"""

import io
import re
import zipfile

import pytest

from tests.sheets import workbook
from zhuqi.kernel.errors import InvalidInput
from zhuqi.kernel.sheets.columns import Column
from zhuqi.kernel.sheets.reading import read_table

COLUMNS = (
    Column("name", "企业名称", synonyms=("单位名称",)),
    Column("code", "统一社会信用代码", needed=True, synonyms=("信用代码",)),
    Column("person", "联系人姓名"),
    Column("phone", "联系电话", synonyms=("电话",)),
    Column("region", "县（市、区）"),
)
HEAD = ["企业名称", "统一社会信用代码"]


def read(lines, **options):
    return read_table(workbook(lines, **options), COLUMNS)


def cells(table):
    return [(line.number, line.cells) for line in table.lines]


def test_title_lines_above_the_head_are_skipped_and_rows_keep_their_number():
    table = read([["许昌市企业名册"], ["填表日期：2026年1月"], HEAD, ["甲公司", "A1"], ["", ""], ["乙公司", "B2"]])
    assert cells(table) == [(4, {"name": "甲公司", "code": "A1"}), (6, {"name": "乙公司", "code": "B2"})]
    assert table.missing == ["联系人姓名", "联系电话", "县（市、区）"]


@pytest.mark.parametrize(
    "heading", ["信用代码", "＊统一社会信用代码", "统一社会\n信用代码", "统一社会信用代码：", " 统一社会信用代码 "]
)
def test_a_heading_is_known_by_its_other_names_and_through_stars_and_breaks(heading):
    assert cells(read([["单位名称", heading], ["甲公司", "A1"]])) == [(2, {"name": "甲公司", "code": "A1"})]


def test_full_width_brackets_in_a_heading_do_not_matter():
    assert cells(read([["信用代码", "县(市、区)"], ["A1", "魏都区"]])) == [(2, {"code": "A1", "region": "魏都区"})]


def test_a_head_of_two_rows_is_joined():
    lines = [
        ["名册"],
        ["企业名称", "信用代码", "联系人", ""],
        ["", "", "姓名", "电话"],
        ["甲公司", "A1", "王某", "139"],
    ]
    merged = [(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 3)]
    assert cells(read(lines, merged=merged)) == [
        (4, {"name": "甲公司", "code": "A1", "person": "王某", "phone": "139"})
    ]


def test_a_head_of_two_rows_may_have_the_key_in_the_second():
    lines = [["企业", "", "联系电话"], ["单位名称", "信用代码", ""], ["甲公司", "A1", "139"]]
    assert cells(read(lines, merged=[(0, 0, 0, 1), (0, 2, 1, 2)])) == [
        (3, {"name": "甲公司", "code": "A1", "phone": "139"})
    ]


def test_cells_merged_downwards_count_for_every_row():
    lines = [["县（市、区）", "信用代码"], ["魏都区", "A1"], ["", "B2"], ["", "C3"], ["禹州市", "D4"]]
    table = read(lines, merged=[(1, 0, 3, 0)])
    assert [line.cells.get("region") for line in table.lines] == ["魏都区"] * 3 + ["禹州市"]


def test_unknown_headings_are_named_and_our_own_marks_are_not():
    table = read(
        [["原来的行号", *HEAD, "备注", "结果", "哪一栏", "原因"], [4, "甲公司", "A1", "x", "不能导入", "", ""]]
    )
    assert table.unknown == ["备注"]


def test_a_heading_twice_is_refused_by_name():
    with pytest.raises(InvalidInput, match="“信用代码” 有两列"):
        read([["统一社会信用代码", "信用代码"], ["A1", "A1"]])


def test_the_sample_row_is_skipped():
    table = read([HEAD, ["许昌某某公司（示例）", "A0"], ["甲公司", "A1"]])
    assert (table.sample_count, [line.number for line in table.lines]) == (1, [3])


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([["名称", "代码"], ["甲", "A1"]], "没有找到表头.*“统一社会信用代码”"),
        ([HEAD], "表头下面没有内容"),
        ([HEAD, ["许昌某某公司（示例）", "A0"]], "只有示例行"),
        ([[""]], "没有找到表头"),
    ],
)
def test_a_sheet_that_is_none_says_why(lines, why):
    with pytest.raises(InvalidInput, match=why):
        read(lines)


def test_the_second_sheet_is_read_when_the_first_has_no_head():
    content = workbook([["说明"]])
    assert content
    out = io.BytesIO()
    import xlsxwriter

    book = xlsxwriter.Workbook(out)
    book.add_worksheet("封面").write(0, 0, "名册")
    hidden = book.add_worksheet("旧的")
    hidden.write_row(0, 0, HEAD)
    hidden.write_row(1, 0, ["旧公司", "Z9"])
    hidden.hide()
    sheet = book.add_worksheet("企业")
    sheet.write_row(0, 0, HEAD)
    sheet.write_row(1, 0, ["甲公司", "A1"])
    book.close()
    table = read_table(out.getvalue(), COLUMNS)
    assert (table.sheet, cells(table)) == ("企业", [(2, {"name": "甲公司", "code": "A1"})])


@pytest.mark.parametrize("place", ["A1048576", "B200000", "XFD2", "DA1"])
def test_a_lonely_cell_far_away_is_refused_before_it_fills_the_memory(place):
    content = workbook([HEAD, ["甲公司", "A1"]])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith("sheet1.xml"):
                row = re.search(r"\d+", place).group()
                far = f'<row r="{row}"><c r="{place}"><v>1</v></c></row></sheetData>'.encode()
                part = part.replace(b"</sheetData>", far)
            new.writestr(name, part)
    with pytest.raises(InvalidInput, match="很远的地方"):
        read_table(out.getvalue(), COLUMNS)


def test_blank_cells_far_away_with_only_a_format_do_no_harm():
    content = workbook([HEAD, ["甲公司", "A1"]])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(
                name, part.replace(b"</sheetData>", b'<row r="1048576"><c r="A1048576" s="0"/></row></sheetData>')
            )
    assert cells(read_table(out.getvalue(), COLUMNS)) == [(2, {"name": "甲公司", "code": "A1"})]


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 broken", b"a,b"])
def test_a_broken_file_is_refused(content):
    with pytest.raises(InvalidInput, match="打不开"):
        read_table(content, COLUMNS)
