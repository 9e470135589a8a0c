"""An official paper (GB/T 9704-2012, R-53) as a value: what it says, part by part, and how its headings are numbered.

A `Paper` is data only and goes to JSON and back, so a page can show it, a row can freeze it, and the file that
zhuqi.kernel.official_docx makes of it is always the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Self

DIGITS = "零一二三四五六七八九"
DRAFT = "草稿，未印发"


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    SUBHEADING = "subheading"
    ITEM = "item"
    TEXT = "text"
    TABLE = "table"
    ANNEX = "annex"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or a table. A table: `text` above it, `widths` in mm, `sides` one of l c r a column."""

    kind: Kind
    text: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[int, ...] = ()
    sides: str = ""

    @property
    def sided_rows(self) -> list[list[tuple[str, str]]]:
        """Each cell with its side, for a page."""
        return [list(zip(row, self.sides, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Paper:
    """The whole paper. `mark` is the red issuer's mark, `signed_by` stands over the date, `draft` on every page."""

    mark: str
    title: str
    number: str = ""
    to: str = ""
    blocks: tuple[Block, ...] = ()
    attachments: tuple[str, ...] = ()
    signed_by: str = ""
    signed_on: date | None = None
    copies: str = ""
    printed_by: str = ""
    draft: str = ""

    @property
    def text_blocks(self) -> tuple[Block, ...]:
        """What stands before the signature."""
        return self.blocks[: self._annexes_at]

    @property
    def annex_blocks(self) -> tuple[Block, ...]:
        """The annexes behind it, with all that is in them."""
        return self.blocks[self._annexes_at :]

    @property
    def _annexes_at(self) -> int:
        kinds = [block.kind for block in self.blocks]
        return kinds.index(Kind.ANNEX) if Kind.ANNEX in kinds else len(kinds)

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self) | {"signed_on": self.signed_on.isoformat() if self.signed_on else None}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """From JSON; an unknown name is an error."""
        blocks = tuple(_block(each) for each in data.get("blocks", ()))
        day = data.get("signed_on")
        return cls(**dict(data) | {
            "blocks": blocks,
            "attachments": tuple(data.get("attachments", ())),
            "signed_on": date.fromisoformat(day) if day else None,
        })  # fmt: skip


def _block(data: Mapping[str, Any]) -> Block:
    rows = tuple(tuple(row) for row in data["rows"])
    lists = {"head": tuple(data["head"]), "rows": rows, "widths": tuple(data["widths"])}
    return Block(**dict(data) | lists | {"kind": Kind(data["kind"])})


def heading(text: str) -> Block:
    """一、黑体."""
    return Block(Kind.HEADING, text)


def subheading(text: str) -> Block:
    """（一）楷体."""
    return Block(Kind.SUBHEADING, text)


def item(text: str) -> Block:
    """1. 仿宋."""
    return Block(Kind.ITEM, text)


def text(said: str) -> Block:
    """A paragraph of 仿宋, two characters in."""
    return Block(Kind.TEXT, said)


def table(
    head: Iterable[str], rows: Iterable[Iterable[str]], *, widths: Iterable[int], sides: str, caption: str = ""
) -> Block:
    """A table: its head stands again on each page. `widths` in mm (156 in all), `sides` as in "clr"."""
    lines = tuple(tuple(str(cell) for cell in row) for row in rows)
    return Block(Kind.TABLE, caption, tuple(head), lines, tuple(widths), sides)


def annex(text: str) -> Block:
    """附件 on a page of its own: `附件1` and its title, parted by a line break."""
    return Block(Kind.ANNEX, text)


def chinese(number: int) -> str:
    """1 → 一, 12 → 十二, 30 → 三十; up to 99."""
    tens, ones = divmod(number, 10)
    lead = {0: "", 1: "十"}.get(tens, f"{DIGITS[tens]}十")
    return lead + (DIGITS[ones] if ones or not tens else "")


def numbered(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The headings with their 一、 （一） 1. put before; each level starts again under the one above."""
    first = second = third = 0
    told = []
    for block in blocks:
        sign = ""
        if block.kind == Kind.HEADING:
            first, second, third = first + 1, 0, 0
            sign = f"{chinese(first)}、"
        elif block.kind == Kind.SUBHEADING:
            second, third = second + 1, 0
            sign = f"（{chinese(second)}）"
        elif block.kind == Kind.ITEM:
            third += 1
            sign = f"{third}. "
        told.append(replace(block, text=sign + block.text))
    return tuple(told)
