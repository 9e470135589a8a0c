"""搬动的账：成批改了哪些行、原来是什么、改成什么，一笔一笔记下；撤销就倒着一笔一笔改回去（R-11）。

每一笔都是比较并交换：行不是记着的样子，就是有人先动过，一笔也不改。
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.apps import apps
from django.db import models

from zhuqi.kernel.errors import Conflict

ModelT = TypeVar("ModelT", bound=models.Model)
Columns = dict[str, Any]
MOVED_ON = "{}刚被别人改过，请重新看过再办。"


@dataclass
class Ledger:
    """一次合并的账。`steps` 存进 `EnterpriseMerge.moved`。"""

    steps: list[dict[str, Any]] = field(default_factory=list)

    def change(self, model: type[models.Model], keys: Collection[int], was: Columns, now: Columns) -> None:
        """把这些行从 `was` 改成 `now`；有一行不是 `was` 就是 Conflict。"""
        if not keys:
            return
        # Django's own manager: a ticket's queryset, say, refuses what is not its services' doing.
        if _rows(model, keys, was).update(**now) != len(keys):
            raise Conflict(MOVED_ON.format(model._meta.verbose_name))
        self.steps.append(
            {"model": model._meta.label, "keys": sorted(keys), "was": _plain(was), "now": _plain(now)},
        )

    def make(self, row: ModelT) -> ModelT:
        """添一行。"""
        row.save(force_insert=True)
        columns = {
            each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields if not each.primary_key
        }
        self.steps.append({"model": row._meta.label, "made": row.pk, "now": _plain(columns)})
        return row


@dataclass(frozen=True)
class Entry:
    """账上的一笔，读回来。"""

    model: type[models.Model]
    keys: list[int]
    now: Columns
    was: Columns | None  # None：这一行是添的

    def take_back(self) -> None:
        """改回去；添的删掉。有一行后来动过就是 Conflict。"""
        rows = _rows(self.model, self.keys, self.now)
        count = rows.delete()[0] if self.was is None else rows.update(**self.was)
        if count != len(self.keys):
            raise Conflict(MOVED_ON.format(self.model._meta.verbose_name))


def entries(steps: list[dict[str, Any]]) -> list[Entry]:
    """从存着的账读回，次序照当时。"""
    return [_entry(step) for step in steps]


def moved_on(book: list[Entry]) -> dict[str, int]:
    """账上的行有几条已不是最后一笔留下的样子，按人说的表名。"""
    left: dict[type[models.Model], dict[int, Columns]] = {}
    for entry in book:
        for key in entry.keys:
            left.setdefault(entry.model, {}).setdefault(key, {}).update(entry.now)
    found = {str(model._meta.verbose_name): _differing(model, rows) for model, rows in left.items()}
    return {words: count for words, count in found.items() if count}


def _differing(model: type[models.Model], rows: dict[int, Columns]) -> int:
    there = model._base_manager.in_bulk(list(rows))
    return sum(
        key not in there or any(getattr(there[key], name) != value for name, value in columns.items())
        for key, columns in rows.items()
    )


def _entry(step: dict[str, Any]) -> Entry:
    model = apps.get_model(step["model"])
    now = _read(model, step["now"])
    if "made" in step:
        return Entry(model, [step["made"]], now, None)
    return Entry(model, step["keys"], now, _read(model, step["was"]))


def _rows(model: type[models.Model], keys: Collection[int], columns: Columns) -> models.QuerySet[Any]:
    same = {
        f"{name}__isnull" if value is None else name: True if value is None else value
        for name, value in columns.items()
    }
    return model._base_manager.filter(pk__in=list(keys), **same)


def _plain(columns: Columns) -> Columns:
    return {name: value.isoformat() if isinstance(value, date | datetime) else value for name, value in columns.items()}


def _read(model: type[models.Model], columns: Columns) -> Columns:
    # A foreign key is written by its column (enterprise_id): its field answers to that name as well.
    return {
        name: value if value is None else model._meta.get_field(name).to_python(value)  # type: ignore[union-attr]  # a column
        for name, value in columns.items()
    }
