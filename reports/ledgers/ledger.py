"""一种台账是什么（R-54）：叫什么、谁能导、哪些列、屏幕上先看哪几列、一批主键怎么变成行。"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any

from django.utils import timezone

from cadres.calendar import WorkCalendar
from cadres.enums import Role
from cadres.models import Unit
from cadres.services.calendar import calendar_at
from cases.models import Category
from enterprises.models import Region
from zhuqi.kernel import keys  # noqa: F401 - brings the lookup `__among`

# Who was rated how is the office's and its leaders' to know, one case at a time (R-28).
RATERS = frozenset({Role.OFFICE, Role.LEADER, Role.SUPERVISOR})


class Kind(Enum):
    """一列写成什么：短的文字居中，长的文字换行，数字，日期。"""

    TEXT = "text"
    PROSE = "prose"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """一列：表头、宽（字符）、写成什么。`PROSE` 是人写的话，里面的手机号也遮（R-73）。"""

    title: str
    width: int
    kind: Kind = Kind.TEXT


Value = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Line:
    """一行：主键、写到了哪家企业（记入「导出里的企业」，R-73；没有写到的为 None）、序号之后各列的值。"""

    pk: int
    enterprise: int | None
    values: tuple[Value, ...]


class Reader:
    """替谁读、以哪天为准；单位、区域、类别的名称读一遍，各批共用。"""

    def __init__(self, user: Any, *, today: date) -> None:
        self.user, self.today = user, today
        self.zone = timezone.get_default_timezone()

    @property
    def sees_ratings(self) -> bool:
        """单件评价给不给看（R-28）。"""
        return self.user.role in RATERS

    @cached_property
    def calendar(self) -> WorkCalendar:
        """算用时的工作日历。"""
        return calendar_at()

    @cached_property
    def units(self) -> dict[int | None, str]:
        """单位的简称。"""
        return {unit.pk: str(unit) for unit in Unit.objects.only("pk", "name", "short_name")}

    @cached_property
    def regions(self) -> dict[int | None, str]:
        """区域名称。"""
        return dict(Region.objects.order_by().values_list("pk", "name"))

    @cached_property
    def categories(self) -> dict[int | None, str]:
        """类别：大类/小类。"""
        rows = Category.objects.order_by().values_list("pk", "name", "parent__name")
        return {pk: f"{parent}/{name}" if parent else name for pk, name, parent in rows}

    def on(self, at: datetime | None) -> date | None:
        """那一刻在北京时间是哪天。"""
        return at.astimezone(self.zone).date() if at else None


Lines = Callable[[Sequence[int], Reader], Iterable[Line]]


@dataclass(frozen=True, slots=True)
class Ledger:
    """一种台账。`key` 也是它的清单在 `zhuqi.kernel.lists` 里的名字；`lines` 一批用固定条数的查询。"""

    key: str
    name: str
    about: str
    icon: str
    counted: str
    roles: frozenset[str]
    columns: tuple[Column, ...]
    shown: tuple[str, ...]
    lines: Lines

    @property
    def kind(self) -> str:
        """长任务的种类。"""
        return f"ledger.{self.key}"
