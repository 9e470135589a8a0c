"""单据的 DOCX（R-35）：与网页同一份字，A4 一页；字体只写名字，不带字库（R-53）。"""

import io

import segno
from docx import Document
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from zhuqi import datewords
from zhuqi.kernel import wordml

RED = RGBColor(0xC0, 0x1F, 0x1A)
GREY = "F3F6FA"
TITLE, BODY, NAMES = "方正小标宋简体", "仿宋_GB2312", "黑体"
WIDTHS = (Mm(24), Mm(58), Mm(24), Mm(56))
BANDS = {"b": "1F5FA8", "y": "E0A02F", "r": "B3261E"}


def ticket_docx(paper, *, qr):
    """一张单的 DOCX 文件流；`qr` 是本件的网址。"""
    document = Document()
    _page(document)
    _head(document, paper)
    _table(document, paper)
    _foot(document, paper, qr)
    out = io.BytesIO()
    document.save(out)
    out.seek(0)
    return out


def _page(document):
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(18), Mm(14)
    section.left_margin, section.right_margin = Mm(25), Mm(23)
    normal = document.styles["Normal"]
    _font(normal, BODY, 12)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.15


def _font(target, name, size, *, bold=False, color=None):
    target.font.name, target.font.size, target.font.bold = name, Pt(size), bold
    target.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)
    if color is not None:
        target.font.color.rgb = color


def _line(document, text, *, name=BODY, size=12, align=None, **look):
    line = document.add_paragraph()
    _font(line.add_run(text), name, size, **look)
    if align is not None:
        line.alignment = align
    return line


def _head(document, paper):
    centre = WD_ALIGN_PARAGRAPH.CENTER
    org = _line(document, paper.org, name=TITLE, size=26, align=centre, color=RED)
    wordml.rule(org, bottom=(18, str(RED), 4))
    title = _line(document, paper.title, name=TITLE, size=20, align=centre)
    title.paragraph_format.space_before = Pt(8)
    if paper.stamp:
        _line(document, f"【{paper.stamp}】{paper.stamp_note}", name=NAMES, size=12, align=centre, color=RED)
    number = _line(document, f"{paper.number}\t签发人：{paper.signer}")
    number.paragraph_format.tab_stops.add_tab_stop(Mm(162), WD_TAB_ALIGNMENT.RIGHT)
    _line(document, f"主送：{paper.to}")
    if paper.copies:
        _line(document, f"抄送：{paper.copies}")


def _table(document, paper):
    table = document.add_table(rows=0, cols=4)
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = width  # LibreOffice goes by the columns, Word by the cells
    for row in paper.rows:
        cells = table.add_row().cells
        for cell, width in zip(cells, WIDTHS, strict=True):
            cell.width = width
        _name(cells[0], row.name)
        if row.second:
            _said(cells[1], row.lines, bold=row.is_strong)
            _name(cells[2], row.second)
            _said(cells[3], row.second_lines)
        else:
            _said(cells[1].merge(cells[3]), row.lines, bold=row.is_strong, note=row.note)


def _roomy(line):
    """格子里的字上下留空，不贴线。"""
    line.paragraph_format.line_spacing = 1
    line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(3)
    return line


def _name(cell, text):
    line = _roomy(cell.paragraphs[0])
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _font(line.add_run(text), NAMES, 10.5)
    wordml.shade(cell, GREY)


def _said(cell, lines, *, bold=False, note=""):
    line = cell.paragraphs[0]
    for n, text in enumerate(lines):
        line = _roomy(line if n == 0 else cell.add_paragraph())
        _font(line.add_run(text), BODY, 11, bold=bold)
    if note:
        _font(line.add_run(note), BODY, 9)


def _foot(document, paper, qr):
    drawn = io.BytesIO()
    segno.make(qr, error="m").save(drawn, kind="png", scale=6, border=1)
    drawn.seek(0)
    line = document.add_paragraph()
    line.paragraph_format.space_before = Pt(8)
    line.add_run().add_picture(drawn, width=Mm(22))
    _font(line.add_run("　扫码查看办理进展，内部登录后可见"), NAMES, 9)
    right = WD_ALIGN_PARAGRAPH.RIGHT
    _line(document, paper.org, align=right)
    if paper.issued_on:
        _line(document, datewords.document(paper.issued_on), align=right)
    _line(document, paper.foot, name=NAMES, size=9)
