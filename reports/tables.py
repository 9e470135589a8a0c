"""把一个月的通报排成页面和表格用的行。只排版，不查库、不算分。"""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.urls import reverse

from reports.enums import ITEM_LABELS, Group, Part

LISTED = "listed"


@dataclass(frozen=True, slots=True)
class PartCell:
    """一项：得分、满分、占满分的百分数（画条用）。满分为 0 即本月未计。"""

    key: str
    points: Decimal
    full: Decimal
    share: int
    n: int
    d: int

    @property
    def label(self):
        """中文名。"""
        return ITEM_LABELS[self.key]

    @property
    def is_active(self):
        """本月计不计。"""
        return self.full > 0


@dataclass(frozen=True, slots=True)
class TableRow:
    """一行：存下的一行、六项、扣分合计、比上月、试算。"""

    row: object
    parts: tuple[PartCell, ...]
    lost: Decimal
    rise: int | None  # places gained since last month; None: not comparable
    tried_score: Decimal | None = None
    tried_place: int | None = None
    has_sheet: bool = False  # this reader may open the unit's 扣分单

    @property
    def tried_rise(self):
        """试算名次比现在升几位。"""
        if self.tried_place is None or self.row.place is None:
            return 0
        return self.row.place - self.tried_place

    @property
    def is_heavy(self):
        """扣得多，要加粗。"""
        return self.lost >= 10


def table_rows(rows, *, places_before, tried=None, with_sheet=frozenset()):
    """`places_before`：单位 → 上月名次；`tried`：试算的 Standing，没有试算就是 None；`with_sheet`：能打开扣分单的各行。"""
    by_unit = {each.unit: each for each in tried or ()}
    told = [_row(row, places_before.get(row.unit_id), by_unit.get(row.unit_id)) for row in rows]
    return [replace(each, has_sheet=each.row.pk in with_sheet) for each in told]


def _row(row, place_before, tried):
    cells = tuple(
        PartCell(
            key=each["key"],
            points=Decimal(each["points"]),
            full=Decimal(each["full"]),
            share=round(Decimal(each["points"]) * 100 / Decimal(each["full"])) if Decimal(each["full"]) else 0,
            n=each["n"],
            d=each["d"],
        )
        for each in row.parts
    )
    comparable = row.place is not None and place_before is not None
    return TableRow(
        row=row,
        parts=cells,
        lost=sum((Decimal(each["points"]) for each in row.deductions), Decimal(0)),
        rise=place_before - row.place if comparable else None,
        tried_score=tried.score if tried else None,
        tried_place=tried.place if tried else None,
    )


def heads(rows):
    """六个表头：代码、名称、满分（本月未计的为 0）。组内各行相同，取第一行的。"""
    fulls = {each["key"]: Decimal(each["full"]) for each in rows[0].parts} if rows else {}
    return [(part.value, part.label, fulls.get(part.value, Decimal(0))) for part in Part]


def group_tabs(ranking, rows, current):
    """四组和“只列示，不排名”，各有单位数。看不到的组不出现。"""
    url = reverse("reports:ranking_month", args=[ranking.month])

    def tab(key, label, number):
        return {"label": label, "url": f"{url}?group={key}", "count": number, "current": key == current}

    tabs = [
        tab(group.value, group.label, sum(row.group == group and row.place is not None for row in rows))
        for group in Group
        if any(row.group == group and row.place is not None for row in rows)
    ]
    listed = sum(row.place is None for row in rows)
    return [*tabs, "-", tab(LISTED, "只列示，不排名", listed)] if listed else tabs


def rows_in(rows, group):
    """一组里排了名的，或所有只列示的。"""
    if group == LISTED:
        return [row for row in rows if row.place is None]
    return [row for row in rows if row.group == group and row.place is not None]


def first_group(rows):
    """打开页面时先看哪一组。"""
    for group in Group:
        if rows_in(rows, group.value):
            return group.value
    return LISTED


def deduction_words(row):
    """催办 −2、问效 −5。"""
    return "、".join(f"{ITEM_LABELS[each['key']]} −{each['points']}" for each in row.deductions if each["count"])
