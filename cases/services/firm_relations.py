"""什么挂在一家企业下面：从模型里查出来，不手写名单——以后新加的表自动跟着企业走（R-11）。"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models

from enterprises.models import Enterprise

# These tell of the entry itself, not of the firm behind it: what was merged or exported under it stays with it.
STAYING = frozenset({"cadres.EnterpriseMerge", "cadres.FirmsApart", "reports.ExportedFirm"})


@dataclass(frozen=True, slots=True)
class Relation:
    """一张表和它指向企业的那一列。"""

    model: type[models.Model]
    column: str

    @property
    def label(self) -> str:
        """表的代号。"""
        return self.model._meta.label

    @property
    def words(self) -> str:
        """人说的名字；多对多的中间表用另一头的名字。"""
        if not self.model._meta.auto_created:
            return str(self.model._meta.verbose_name)
        ends = [each for each in self.model._meta.fields if each.is_relation and each.attname != self.column]
        return str(ends[0].related_model._meta.verbose_name)  # type: ignore[union-attr]  # a through table has two ends

    def rows(self, firm: Enterprise) -> models.QuerySet[Any]:
        """这家企业的行。"""
        return self.model._base_manager.filter(**{self.column: firm.pk})

    def keys(self, firm: Enterprise) -> list[int]:
        """这家企业的行的主键。"""
        return list(self.rows(firm).order_by("pk").values_list("pk", flat=True))

    def twins(self, firm: Enterprise, other: Enterprise) -> set[int]:
        """`firm` 的行里，`other` 已经有一样的（唯一约束不许有两行）：留在原处。"""
        found: set[int] = set()
        for fields, condition in self._uniques():
            taken = set(_narrow(self.rows(other), condition).values_list(*fields)) if fields else set()
            mine = _narrow(self.rows(firm), condition).values_list("pk", *fields)
            if not fields and _narrow(self.rows(other), condition).exists():
                taken = {()}
            found |= {pk for pk, *values in mine if tuple(values) in taken}
        return found

    def _uniques(self) -> Iterator[tuple[list[str], models.Q | None]]:
        """每一条带企业的唯一约束：其余各列，和只在什么条件下才算。"""
        meta = self.model._meta
        name = meta.get_field(self.column).name
        if meta.get_field(self.column).unique:  # type: ignore[union-attr]  # a column
            yield [], None
        whole: list[tuple[Collection[str], models.Q | None]] = [(each, None) for each in meta.unique_together]
        whole += [
            (each.fields, each.condition) for each in meta.constraints if isinstance(each, models.UniqueConstraint)
        ]
        for fields, condition in whole:
            if name in fields:
                yield [each for each in fields if each != name], condition


def _narrow(rows: models.QuerySet[Any], condition: models.Q | None) -> models.QuerySet[Any]:
    return rows.order_by() if condition is None else rows.filter(condition).order_by()


def relations() -> list[Relation]:
    """跟着企业走的各表，次序固定。包联在走访和问题之前：登记走访的人按住的是包联那一行。"""
    fields: list[Any] = Enterprise._meta.get_fields(include_hidden=True)
    found = [
        Relation(each.related_model, each.field.attname)
        for each in fields
        if each.auto_created and not each.concrete and (each.one_to_many or each.one_to_one)
    ]
    moving = [each for each in found if each.label not in STAYING]
    return sorted(moving, key=lambda each: (each.label, each.column))
