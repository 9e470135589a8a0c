"""The DOCX of an official paper (R-53): GB/T 9704-2012, A4, 22 lines of 28 characters. Fonts are named, never shipped.

Lines have an exact height, so that a page holds 22 of them whatever font the reader's machine puts in; only tables and
the issuer's mark take the height they need. The same paper gives the same bytes.
"""

from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime, time
from typing import Any

from docx import Document
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor, Twips
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from zhuqi import datewords
from zhuqi.kernel import wordml
from zhuqi.kernel.official_paper import Block, Kind, Paper

TITLE, BODY, HEADING, SUBHEADING, PAGES = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
SECOND, THIRD, FOURTH, FIFTH = 22, 16, 14, 10.5  # 2号, 3号, 4号, 5号 in points
TEXT_WIDTH = Mm(156)  # 210 − 28 − 26
LINE = Twips(579)  # 225 mm ÷ 22
CHARACTER = Twips(316)  # 156 mm ÷ 28 = 15.79 pt,
CHAR_SPACE = -849  # less than the 16 pt of 3号, in 1/4096 pt
BODY_SPACING = -6  # the same in 1/20 pt: 28 × 15.7 pt fit, also where a program rounds to 1/100 mm
MARK_MOST, MARK_ROOM = 46, 420  # points: the issuer's mark at its largest, and the width it may take
RED, BLACK, GREY = RGBColor(0xC0, 0x1F, 0x1A), "000000", "F2F2F2"
RED_RULE, THICK, THIN = 18, 8, 6  # eighths of a point
CENTRE, RIGHT, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT
BOTH = WD_ALIGN_PARAGRAPH.JUSTIFY
SIDES = {"l": LEFT, "c": CENTRE, "r": RIGHT}
FONTS = {Kind.HEADING: HEADING, Kind.SUBHEADING: SUBHEADING}
CELL_ROOM = 40  # twips
DATE_IN = 4  # characters the date stands in from the right


def official_docx(paper: Paper) -> bytes:
    """The file."""
    return _Writer(paper).written()


def width_of(said: str) -> float:
    """How many characters of the grid it takes: figures and Latin letters are half a character wide."""
    return sum(0.5 if sign.isascii() else 1 for sign in said)


class _Writer:
    """Writes one paper, from its head down."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.document = Document()

    def written(self) -> bytes:
        """All of it."""
        wordml.speak_chinese(self.document)
        self._about()
        self._normal()
        self._page()
        self._head()
        for block in self.paper.text_blocks:
            self._block(block)
        if self.paper.text_blocks and self.paper.signed_by:  # the signature never stands on a page without text
            self.document.paragraphs[-1].paragraph_format.keep_with_next = True
        self._attachments()
        self._signature()
        for block in self.paper.annex_blocks:
            self._block(block)
        self._colophon()
        return wordml.fixed_bytes(self.document)

    def _about(self) -> None:
        about, paper = self.document.core_properties, self.paper
        about.author = about.last_modified_by = wordml.plain(paper.signed_by)
        about.title, about.subject, about.comments = wordml.plain(paper.title.replace("\n", "")), paper.number, ""
        if paper.signed_on:
            about.created = about.modified = datetime.combine(paper.signed_on, time())

    def _normal(self) -> None:
        """Body text: 3号 set 28 to the line by its own spacing, which every program keeps (docs/adr/0030)."""
        normal = self.document.styles["Normal"]
        normal.font.size = Pt(THIRD)
        properties = normal.element.get_or_add_rPr()
        wordml.set_fonts(properties, BODY)
        wordml.set_apart(properties, BODY_SPACING)

    def _page(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.header_distance, section.footer_distance = Mm(22), Mm(22)  # 一字线 7 mm below the text area
        wordml.set_grid(section, line_twips=LINE.twips, char_space=CHAR_SPACE)
        self.document.settings.odd_and_even_pages_header_footer = True
        for footer, side in ((section.footer, RIGHT), (section.even_page_footer, LEFT)):
            line = self._laid(footer.paragraphs[0], side=side)
            line.paragraph_format.line_spacing = Pt(FOURTH + 2)
            indents = line.paragraph_format
            indents.right_indent, indents.left_indent = (Pt(FOURTH), None) if side == RIGHT else (None, Pt(FOURTH))
            for run in (line.add_run("— "), wordml.page_number(line), line.add_run(" —")):
                self._dressed(run, PAGES, FOURTH)
        for header in (section.header, section.even_page_header):
            self._laid(header.paragraphs[0])
            if self.paper.draft:
                self._dressed(header.paragraphs[0].add_run(wordml.plain(self.paper.draft)), HEADING, THIRD)

    def _head(self) -> None:
        paper = self.paper
        mark = self._line(paper.mark, font=TITLE, side=CENTRE, size=min(MARK_MOST, MARK_ROOM / max(len(paper.mark), 1)))
        mark.runs[0].font.color.rgb = RED
        mark.paragraph_format.space_before = Mm(35)
        mark.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        self._blank(2)
        wordml.rule(self._line(paper.number, side=CENTRE), bottom=(RED_RULE, str(RED), 11))
        self._blank(2)
        for each in paper.title.split("\n"):
            self._line(each, font=TITLE, size=SECOND, side=CENTRE)
        self._blank(1)
        if paper.to:
            self._line(f"{paper.to}：")

    def _block(self, block: Block) -> None:
        match block.kind:
            case Kind.TABLE:
                self._table(block)
            case Kind.ANNEX:
                self._annex(block)
            case _:
                for each in block.text.split("\n"):
                    line = self._line(each, font=FONTS.get(block.kind, BODY), side=BOTH)
                    wordml.put(line, "ind", firstLineChars=200, firstLine=2 * CHARACTER.twips)
                    line.paragraph_format.keep_with_next = block.kind in FONTS or None

    def _annex(self, block: Block) -> None:
        name, _, title = block.text.partition("\n")
        self._line(name, font=HEADING).paragraph_format.page_break_before = True
        if title:
            self._blank(1)
            self._line(title, font=TITLE, size=SECOND, side=CENTRE)
            self._blank(1)

    def _table(self, block: Block) -> None:
        if block.text:
            caption = self._line(block.text, font=HEADING, size=FOURTH, side=CENTRE)
            caption.paragraph_format.keep_with_next = True
        table = self._grid(len(block.head), [Mm(each) for each in block.widths])
        edge = (4, BLACK)
        wordml.rule_table(table, top=edge, left=edge, bottom=edge, right=edge, insideH=edge, insideV=edge)
        wordml.repeat_head(self._row(table, block, block.head, is_head=True))
        first, *others = block.rows or ((),)
        if first:
            pattern = self._row(table, block, first)._tr  # noqa: SLF001 - the rest are copies: a fifth of the time
            for row in others:
                copied = deepcopy(pattern)
                table._tbl.append(copied)  # noqa: SLF001
                for run, said in zip(copied.iter(qn("w:r")), row, strict=True):
                    Run(run, table).text = wordml.plain(said)
        self._blank(1, height=Pt(8))

    def _row(self, table: Table, block: Block, said: Sequence[str], *, is_head: bool = False) -> Any:
        added = table.add_row()
        wordml.keep_whole(added)
        for cell, each, side, width in zip(added.cells, said, block.sides, block.widths, strict=True):
            cell.width, cell.vertical_alignment = Mm(width), WD_ALIGN_VERTICAL.CENTER
            self._cell(cell.paragraphs[0], each, side="c" if is_head else side, is_head=is_head)
            if is_head:
                wordml.shade(cell, GREY)
        return added

    def _cell(self, line: Paragraph, said: str, *, side: str, is_head: bool) -> None:
        self._laid(line)
        line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(2)
        line.alignment = SIDES[side]
        self._dressed(line.add_run(wordml.plain(said)), HEADING if is_head else BODY, FIFTH)

    def _grid(self, columns: int, widths: Sequence[Length]) -> Table:
        table: Table = self.document.add_table(rows=0, cols=columns)
        table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
        wordml.pad_cells(table, CELL_ROOM)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        return table

    def _attachments(self) -> None:
        named = self.paper.attachments
        if not named:
            return
        self._blank(1, keeps=True)
        for number, each in enumerate(named, start=1):
            sign = f"{number}. " if len(named) > 1 else ""
            line = self._line(("附件：" if number == 1 else "") + sign + each)
            line.paragraph_format.keep_with_next = bool(self.paper.signed_by) or None
            inside = 2 if number == 1 else 5  # characters: under the first name
            wordml.put(line, "ind", leftChars=inside * 100, left=inside * CHARACTER.twips)

    def _signature(self) -> None:
        """署名 over the middle of 成文日期, which stands in four characters; a longer name pushes the date in."""
        paper = self.paper
        if not paper.signed_by:
            return
        self._blank(2, keeps=True)
        day = datewords.document(paper.signed_on) if paper.signed_on else "　　年　月　日"
        longer = width_of(paper.signed_by) - width_of(day)
        date_in = max(float(DATE_IN), longer / 2)
        for said, inside, keeps in ((paper.signed_by, date_in - longer / 2, True), (day, date_in, None)):
            line = self._line(said, side=RIGHT)
            line.paragraph_format.keep_with_next = keeps
            wordml.put(line, "ind", rightChars=round(inside * 100), right=round(inside * CHARACTER.twips))

    def _colophon(self) -> None:
        """版记 at the foot of the last page: thick rules above and below, a thin one between."""
        paper = self.paper
        if not paper.printed_by:
            return
        table = self._grid(1, [TEXT_WIDTH])
        table.alignment = None
        wordml.hold_at_foot(table, left_twips=Mm(28).twips)
        thick = (THICK, BLACK)
        wordml.rule_table(table, top=thick, bottom=thick, insideH=(THIN, BLACK))
        day = f"{datewords.document(paper.signed_on)}印发" if paper.signed_on else ""
        for said in (f"抄送：{paper.copies}。" if paper.copies else "", f"{paper.printed_by}\t{day}"):
            if said:
                cell = table.add_row().cells[0]
                cell.width = TEXT_WIDTH
                self._colophon_line(cell.paragraphs[0], said)
        self._blank(1, height=Pt(1))  # what the table is held by

    def _colophon_line(self, line: Paragraph, said: str) -> None:
        self._laid(line)
        self._dressed(line.add_run(wordml.plain(said)), BODY, FOURTH)
        one, hanging = FOURTH * 20, 3 * FOURTH * 20 if said.startswith("抄送") else 0
        wordml.put(line, "ind", left=one + hanging, right=one, hanging=hanging)
        line.paragraph_format.tab_stops.add_tab_stop(Length(TEXT_WIDTH - Pt(2 * FOURTH)), WD_TAB_ALIGNMENT.RIGHT)

    def _blank(self, lines: int, *, height: Length = LINE, keeps: bool | None = None) -> None:
        for _ in range(lines):
            layout = self._line("").paragraph_format
            layout.line_spacing, layout.keep_with_next = height, keeps

    def _line(
        self, said: str, *, font: str = BODY, size: float = THIRD, side: WD_ALIGN_PARAGRAPH | None = None
    ) -> Paragraph:
        line = self._laid(self.document.add_paragraph(), side=side)
        self._dressed(line.add_run(wordml.plain(said)), font, size)
        return line

    @staticmethod
    def _laid(line: Paragraph, *, side: WD_ALIGN_PARAGRAPH | None = None) -> Paragraph:
        layout = line.paragraph_format
        layout.line_spacing, layout.widow_control = LINE, False
        layout.space_before = layout.space_after = Pt(0)
        wordml.put(line, "overflowPunct", val=1)  # said aloud: LibreOffice 7 loses a hanging comma it was not told of
        for habit in ("autoSpaceDE", "autoSpaceDN", "snapToGrid"):
            wordml.put(line, habit, val=0)
        if side is not None:
            line.alignment = side
        return line

    @staticmethod
    def _dressed(run: Run, font: str, size: float) -> None:
        wordml.set_fonts(run._r.get_or_add_rPr(), font)  # noqa: SLF001 - python-docx sets the Latin font only
        run.font.size = Pt(size)
        if size != THIRD:
            wordml.set_apart(run._r.get_or_add_rPr(), 0)  # noqa: SLF001
