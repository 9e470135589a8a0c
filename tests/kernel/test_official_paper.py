"""R-53: the layout of an official paper, asserted from the file's XML; the value it is made of; its bytes."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from zhuqi.kernel import official_docx as writing
from zhuqi.kernel import wordml
from zhuqi.kernel.official_docx import official_docx, width_of
from zhuqi.kernel.official_paper import (
    DRAFT,
    Kind,
    Paper,
    annex,
    chinese,
    heading,
    item,
    numbered,
    subheading,
    table,
    text,
)

NS = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
SAID = "各承办单位在规定时限内签收反馈，按时办结率稳步提高。"
PAPER = Paper(
    mark="许昌市万人助企活动办公室文件",
    number="许助企办〔2026〕3号",
    title="关于2026年10月万人助企月讲评\n积分排名情况的通报",
    to="各县（市、区）人民政府，市人民政府各部门",
    blocks=numbered(
        [
            text(SAID), heading("总体情况"), text(SAID), subheading("县（市、区）"),
            table(["名次", "单位", "总分"], [["1", "禹州市", "90.10"], ["2", "魏都区", "88.90"]],
                  widths=[20, 100, 36], sides="clr", caption="县（市、区）积分排名"),
            item("魏都区催办一次。"), heading("下一步工作"), text(SAID),
            annex("附件1\n各单位积分明细"), text(SAID),
        ]
    ),
    attachments=("各单位积分明细", "扣分明细"),
    signed_by="许昌市万人助企活动办公室",
    signed_on=date(2026, 11, 4),
    copies="市委办公室，市人大常委会办公室",
    printed_by="许昌市万人助企活动办公室",
)  # fmt: skip


def parts(paper=PAPER):
    with zipfile.ZipFile(io.BytesIO(official_docx(paper))) as file:
        return {name: etree.fromstring(file.read(name)) for name in file.namelist() if name.endswith(".xml")}


def xpath(tree, path):
    return tree.xpath(path, namespaces=NS)


@pytest.fixture(scope="module")
def files():
    return parts()


@pytest.fixture(scope="module")
def body(files):
    return files["word/document.xml"]


def line_of(body, said):
    """The paragraph that says exactly this."""
    return next(each for each in xpath(body, ".//w:p") if "".join(xpath(each, ".//w:t/text()")) == said)


def fonts_of(paragraph):
    return {value for fonts in xpath(paragraph, ".//w:rFonts") for value in fonts.attrib.values()}


def sizes_of(paragraph):
    return {size.get(qn("w:val")) for size in xpath(paragraph, ".//w:sz")}


def test_the_page_is_a4_with_margins_37_35_28_26(body):
    size, margin = xpath(body, ".//w:pgSz")[0], xpath(body, ".//w:pgMar")[0]
    assert [round(int(size.get(qn(f"w:{side}"))) / 56.6929) for side in ("w", "h")] == [210, 297]
    millimetres = [round(int(margin.get(qn(f"w:{side}"))) / 56.6929) for side in ("top", "bottom", "left", "right")]
    assert millimetres == [37, 35, 28, 26]


def test_the_grid_is_22_lines_of_28_characters(body):
    grid = xpath(body, ".//w:sectPr/w:docGrid")[0]
    assert grid.get(qn("w:type")) == "linesAndChars"
    lines, space = int(grid.get(qn("w:linePitch"))), int(grid.get(qn("w:charSpace")))
    assert 225 * 56.6929 // lines == 22
    assert 156 / 25.4 * 72 // (16 + space / 4096) == 28
    assert grid.getnext() is None


def test_body_text_keeps_the_grid_in_every_program(files, body):
    """28 characters of 16 pt do not fit 156 mm: the text is set closer by itself, and its lines are of exact height."""
    spacing = int(xpath(files["word/styles.xml"], ".//w:style[@w:styleId='Normal']//w:spacing/@w:val")[0])
    assert 156 / 25.4 * 72 // (16 + spacing / 20) == 28
    line = xpath(line_of(body, SAID), "w:pPr/w:spacing")[0]
    assert (line.get(qn("w:line")), line.get(qn("w:lineRule"))) == ("579", "exact")
    assert (line.get(qn("w:before")), line.get(qn("w:after"))) == ("0", "0")


@pytest.mark.parametrize(
    ("said", "font", "half_points"),
    [
        (SAID, "仿宋_GB2312", "32"),
        ("积分排名情况的通报", "方正小标宋简体", "44"),
        ("许助企办〔2026〕3号", "仿宋_GB2312", "32"),
        ("一、总体情况", "黑体", "32"),
        ("（一）县（市、区）", "楷体_GB2312", "32"),
        ("1. 魏都区催办一次。", "仿宋_GB2312", "32"),
        ("县（市、区）积分排名", "黑体", "28"),
        ("附件1", "黑体", "32"),
        ("抄送：市委办公室，市人大常委会办公室。", "仿宋_GB2312", "28"),
    ],
)
def test_each_part_has_its_font_and_size(body, said, font, half_points):
    line = line_of(body, said)
    assert (fonts_of(line), sizes_of(line)) == ({font}, {half_points})
    assert xpath(line, ".//w:b") == []


def test_a_paragraph_begins_two_characters_in(body):
    indent = xpath(line_of(body, SAID), "w:pPr/w:ind")[0]
    assert indent.get(qn("w:firstLineChars")) == "200"


def test_the_red_mark_and_the_red_rule(body):
    mark = line_of(body, PAPER.mark)
    assert xpath(mark, ".//w:color/@w:val") == ["C01F1A"]
    assert round(int(xpath(mark, "w:pPr/w:spacing/@w:before")[0]) / 56.6929) == 35
    number = line_of(body, PAPER.number)
    assert xpath(number, "w:pPr/w:jc/@w:val") == ["center"]
    assert xpath(number, "w:pPr/w:pBdr/w:bottom/@w:color") == ["C01F1A"]


@pytest.mark.parametrize("mark", ["许昌市万人助企活动办公室文件", "会议纪要", "许" * 40, ""])
def test_the_mark_fits_on_one_line(mark):
    line = line_of(parts(replace(PAPER, mark=mark))["word/document.xml"], mark)
    assert int(sizes_of(line).pop()) / 2 * len(mark) <= 442


def test_the_date_stands_four_characters_in_under_the_middle_of_the_name(body):
    def inside(said):
        return int(xpath(line_of(body, said), "w:pPr/w:ind/@w:rightChars")[0]) / 100

    day = "2026年11月4日"
    assert inside(day) == 4
    assert inside(PAPER.signed_by) + width_of(PAPER.signed_by) / 2 == 4 + width_of(day) / 2
    assert line_of(body, day).getprevious() is line_of(body, PAPER.signed_by)


def test_a_long_name_pushes_the_date_in():
    name = "许昌市万人助企活动领导小组办公室及其专项工作小组"
    document = parts(replace(PAPER, signed_by=name))["word/document.xml"]
    assert xpath(line_of(document, name), "w:pPr/w:ind/@w:rightChars") == ["0"]
    inside = int(xpath(line_of(document, "2026年11月4日"), "w:pPr/w:ind/@w:rightChars")[0]) / 100
    assert inside + width_of("2026年11月4日") / 2 == width_of(name) / 2


def footers(files):
    """Reference kind → its file."""
    relations = {each.get("Id"): each.get("Target") for each in files_relations()}
    found = {}
    for reference in xpath(files["word/document.xml"], ".//w:footerReference"):
        found[reference.get(qn("w:type"))] = files[f"word/{relations[reference.get(qn('r:id'))]}"]
    return found


def files_relations():
    with zipfile.ZipFile(io.BytesIO(official_docx(PAPER))) as file:
        return etree.fromstring(file.read("word/_rels/document.xml.rels"))


def test_page_numbers_stand_outside_in_4_song(files):
    found = footers(files)
    assert xpath(files["word/settings.xml"], "w:evenAndOddHeaders")
    for kind, side, indent in (("default", "right", "right"), ("even", "left", "left")):
        line = xpath(found[kind], ".//w:p")[0]
        assert xpath(line, "w:pPr/w:jc/@w:val") == [side]
        assert xpath(line, f"w:pPr/w:ind/@w:{indent}") == ["280"]
        assert "".join(xpath(line, ".//w:t/text() | .//w:instrText/text()")) == "—  PAGE  —"
        assert (fonts_of(line), sizes_of(line)) == ({"宋体"}, {"28"})
    assert xpath(files["word/document.xml"], ".//w:pgMar/@w:footer") == ["1247"]  # 22 mm: a line 7 mm below the text


def test_the_colophon_is_held_at_the_foot_between_thick_rules(body):
    last = xpath(body, ".//w:tbl")[-1]
    place = xpath(last, "w:tblPr/w:tblpPr")[0]
    assert (place.get(qn("w:vertAnchor")), place.get(qn("w:tblpYSpec"))) == ("margin", "bottom")
    sizes = {edge: xpath(last, f"w:tblPr/w:tblBorders/w:{edge}/@w:sz")[0] for edge in ("top", "insideH", "bottom")}
    assert int(sizes["top"]) == int(sizes["bottom"]) > int(sizes["insideH"])
    assert "".join(xpath(last, ".//w:t/text()")).endswith("许昌市万人助企活动办公室2026年11月4日印发")
    assert xpath(last, "following-sibling::*[1]")[0].tag == qn("w:p")


def test_a_table_repeats_its_head_and_never_cuts_a_row(body):
    found = xpath(body, ".//w:tbl")[0]
    rows = xpath(found, "w:tr")
    assert [bool(xpath(row, "w:trPr/w:tblHeader")) for row in rows] == [True, False, False]
    assert all(xpath(row, "w:trPr/w:cantSplit") for row in rows)
    assert sum(int(each) for each in xpath(found, "w:tblGrid/w:gridCol/@w:w")) <= 156 * 57
    assert xpath(rows[1], ".//w:jc/@w:val") == ["center", "left", "right"]


def test_the_annex_comes_after_the_signature_on_a_page_of_its_own(body):
    named = line_of(body, "附件1")
    assert xpath(named, "w:pPr/w:pageBreakBefore")
    order = xpath(body, ".//w:body/*")
    assert order.index(line_of(body, "2026年11月4日")) < order.index(named)
    assert line_of(body, "附件：1. 各单位积分明细") is not None
    assert line_of(body, "2. 扣分明细") is not None


def test_a_draft_says_so_on_every_page():
    files = parts(replace(PAPER, draft=DRAFT, number="", signed_on=None))
    headers = [tree for name, tree in files.items() if name.startswith("word/header")]
    assert ["".join(xpath(each, ".//w:t/text()")) for each in headers] == [DRAFT, DRAFT]
    assert not any(DRAFT in "".join(xpath(tree, ".//w:t/text()")) for tree in parts().values())


ORDERS = {"pPr": wordml._PARAGRAPH, "rPr": wordml._RUN, "tblPr": wordml._TABLE, "tcPr": wordml._CELL,
          "trPr": "cantSplit tblHeader"}  # fmt: skip


@pytest.mark.parametrize("kind", ORDERS)
def test_children_stand_in_the_schemas_order(files, kind):
    """Word repairs, or refuses, a file whose properties are out of order."""
    order = ORDERS[kind].split()
    for name, tree in files.items():
        if name.startswith(("word/document", "word/header", "word/footer")):
            for properties in xpath(tree, f".//w:{kind}"):
                places = [order.index(etree.QName(each).localname) for each in properties]
                assert places == sorted(places)
                assert len(places) == len(set(places))


def test_the_same_paper_gives_the_same_bytes():
    first = official_docx(PAPER)
    again = official_docx(Paper.from_data(json.loads(json.dumps(PAPER.as_data()))))
    assert first == again
    with zipfile.ZipFile(io.BytesIO(first)) as file:
        assert {entry.date_time for entry in file.infolist()} == {wordml.EPOCH}
    assert Document(io.BytesIO(first)).core_properties.title == PAPER.title.replace("\n", "")


def test_a_paper_goes_to_json_and_back():
    assert Paper.from_data(json.loads(json.dumps(PAPER.as_data()))) == PAPER
    undated = replace(PAPER, signed_on=None, blocks=())
    assert Paper.from_data(undated.as_data()) == undated
    with pytest.raises(TypeError):
        Paper.from_data(PAPER.as_data() | {"colour": "red"})


def test_control_characters_do_not_spoil_the_file():
    said = "a\x0bb\x00c\ud800<&>"
    paper = replace(PAPER, title=said, blocks=(text(said), table([said], [[said]], widths=[156], sides="l")))
    assert "abc<&>" in "".join(xpath(parts(paper)["word/document.xml"], ".//w:t/text()"))


def test_a_table_whose_row_does_not_fit_its_head_is_an_error():
    with pytest.raises(ValueError, match="zip"):
        official_docx(replace(PAPER, blocks=(table(["a", "b"], [["1"]], widths=[78, 78], sides="ll"),)))


def test_numbers_of_headings():
    told = numbered(
        [heading("甲"), subheading("乙"), item("丙"), item("丁"), subheading("戊"), item("己"), heading("庚")]
    )
    assert [each.text for each in told] == ["一、甲", "（一）乙", "1. 丙", "2. 丁", "（二）戊", "1. 己", "二、庚"]
    assert {each.kind for each in told} == {Kind.HEADING, Kind.SUBHEADING, Kind.ITEM}
    assert [chinese(n) for n in (1, 9, 10, 11, 20, 21, 99)] == ["一", "九", "十", "十一", "二十", "二十一", "九十九"]


def test_only_names_of_fonts_travel(files):
    assert {writing.TITLE, writing.BODY, writing.HEADING, writing.SUBHEADING, writing.PAGES} >= fonts_of(
        files["word/document.xml"]
    )
    with zipfile.ZipFile(io.BytesIO(official_docx(PAPER))) as file:
        assert not [name for name in file.namelist() if "font" in name and not name.endswith("fontTable.xml")]
