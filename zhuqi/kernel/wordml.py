"""What python-docx has no call for: east-Asian fonts, the character grid, rules, frames, page numbers, fixed bytes.

Children go in where the schema wants them (ECMA-376, CT_PPr, CT_SectPr): Word repairs or refuses a file otherwise.
"""

import io
import re
import zipfile
from typing import Any

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

LATTICE = "linesAndChars"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a zip can name
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# CT_PPr's children, in its order.
_PARAGRAPH = (
    "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange"
)
# CT_RPr's and CT_TblPr's.
_RUN = (
    "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish "
    "webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang"
)
_TABLE = (
    "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd "
    "tblBorders shd tblLayout tblCellMar tblLook"
)
_CELL = "tcW gridSpan vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark"


def _after(order: str, name: str) -> list[str]:
    names = order.split()
    return [f"w:{each}" for each in names[names.index(name) + 1 :]]


def plain(text: str) -> str:
    """The text without what XML cannot hold (pasted control characters)."""
    return _ILLEGAL.sub("", text)


def mark(name: str, /, **attributes: object) -> Any:
    """`<w:name w:attribute="…"/>`."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def put(paragraph: Any, name: str, /, **attributes: object) -> Any:
    """A child of the paragraph's properties, in its place; one that is there already is replaced."""
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no call for these
    for old in properties.findall(qn(f"w:{name}")):
        properties.remove(old)
    made = mark(name, **attributes)
    properties.insert_element_before(made, *_after(_PARAGRAPH, name))
    return made


def set_fonts(properties: Any, name: str) -> None:
    """One font for Chinese and Latin alike (half-width figures in it too)."""
    fonts = properties.get_or_add_rFonts()
    for key in list(fonts.attrib):
        del fonts.attrib[key]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), name)


def set_apart(properties: Any, twips: int) -> None:
    """Space between characters, off the grid: LibreOffice 7 gives two cells to a character wider than its cell."""
    for name, value in (("snapToGrid", 0), ("spacing", twips)):
        for old in properties.findall(qn(f"w:{name}")):
            properties.remove(old)
        properties.insert_element_before(mark(name, val=value), *_after(_RUN, name))


def set_grid(section: Any, *, line_twips: int, char_space: int) -> None:
    """R-53: so many lines a page, so many characters a line. `char_space` in 1/4096 pt added to the body size."""
    properties = section._sectPr  # noqa: SLF001 - nor for the grid
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    properties.append(mark("docGrid", type=LATTICE, linePitch=line_twips, charSpace=char_space))


def rule(paragraph: Any, **edges: tuple[int, str, int]) -> None:
    """Rules at the edges of a paragraph: `bottom=(eighths of a point, colour, points of distance)`."""
    borders = put(paragraph, "pBdr")
    for edge in ("top", "left", "bottom", "right", "between"):
        if edge in edges:
            size, color, space = edges[edge]
            borders.append(mark(edge, val="single", sz=size, space=space, color=color))


def hold_at_foot(table: Any, *, left_twips: int) -> None:
    """Keep the table at the foot of the text area of the page that holds the next paragraph."""
    properties = table._tbl.tblPr  # noqa: SLF001 - nor for floating tables
    place = mark(
        "tblpPr", leftFromText=0, rightFromText=0, topFromText=113, vertAnchor="margin", horzAnchor="page",
        tblpX=left_twips, tblpYSpec="bottom",
    )  # fmt: skip
    properties.insert_element_before(place, *_after(_TABLE, "tblpPr"))


def rule_table(table: Any, **edges: tuple[int, str]) -> None:
    """Rules of a table: `insideH=(eighths of a point, colour)`; edges not named have none."""
    properties = table._tbl.tblPr  # noqa: SLF001
    for old in properties.findall(qn("w:tblBorders")):
        properties.remove(old)
    borders = mark("tblBorders")
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV"):
        size, color = edges.get(edge, (0, "auto"))
        borders.append(mark(edge, val="single" if size else "nil", sz=size, space=0, color=color))
    properties.insert_element_before(borders, *_after(_TABLE, "tblBorders"))


def page_number(paragraph: Any) -> Any:
    """A run that shows the page's number."""
    run = paragraph.add_run()
    for kind in ("begin", "", "end"):
        if kind:
            run._r.append(mark("fldChar", fldCharType=kind))  # noqa: SLF001 - nor for fields
        else:
            code = mark("instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = " PAGE "
            run._r.append(code)  # noqa: SLF001
    return run


def pad_cells(table: Any, twips: int) -> None:
    """Room at both sides of each cell's text."""
    properties = table._tbl.tblPr  # noqa: SLF001
    room = mark("tblCellMar")
    for side in ("left", "right"):
        room.append(mark(side, w=twips, type="dxa"))
    properties.insert_element_before(room, *_after(_TABLE, "tblCellMar"))


def shade(cell: Any, color: str) -> None:
    """A cell's ground."""
    properties = cell._tc.get_or_add_tcPr()  # noqa: SLF001 - nor for shading
    properties.insert_element_before(mark("shd", val="clear", color="auto", fill=color), *_after(_CELL, "shd"))


def repeat_head(row: Any) -> None:
    """The row stands again at the top of each page the table runs over."""
    row._tr.get_or_add_trPr().append(mark("tblHeader"))  # noqa: SLF001 - nor for repeated heads


def keep_whole(row: Any) -> None:
    """The row is not cut by the end of a page. Before `repeat_head`: the schema's order."""
    row._tr.get_or_add_trPr().append(mark("cantSplit"))  # noqa: SLF001


def speak_chinese(document: Document) -> None:
    """Chinese as the language, no space added between Chinese and figures, Word's present layout."""
    styles = document.styles.element
    for language in styles.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")  # not w:val: figures would be broken at the end of a line
    settings = document.settings.element
    for language in settings.iter(qn("w:themeFontLang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    for compat in settings.iter(qn("w:compatSetting")):
        if compat.get(qn("w:name")) == "compatibilityMode":
            compat.set(qn("w:val"), "15")


def fixed_bytes(document: Document) -> bytes:
    """The file: the same document gives the same bytes, whenever it is written (R-53: 正文定格)."""
    drawn, out = io.BytesIO(), io.BytesIO()
    document.save(drawn)
    with zipfile.ZipFile(drawn) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 0
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return out.getvalue()
