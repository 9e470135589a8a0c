"""清欠台账（R-32）：总数、分县区、分欠款方、分月，和下面的每一件。只读，都从看得到的案件来。"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case as When_
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce, TruncMonth

from cadres.models import User
from cases.enums import DebtorKind, Status
from cases.models import Arrears, Case, Recovery
from cases.querysets import MONEY
from enterprises.models import Region

MONTHS = 13
NOTHING = Decimal(0)
OUT = (Status.REFUSED, Status.MERGED)
LEFT = When_(When(recovered__lt=F("owed"), then=F("owed") - F("recovered")), default=NOTHING, output_field=MONEY)


@dataclass(frozen=True, slots=True)
class Sums:
    """几件、欠多少、收回多少、还差多少；超出欠款收回的不抵别家的。"""

    count: int = 0
    owed: Decimal = NOTHING
    recovered: Decimal = NOTHING
    remaining: Decimal = NOTHING
    settled_count: int = 0

    @property
    def share(self) -> int:
        """收回百分之几；往下取，没收清不说成 100。"""
        return int((self.owed - self.remaining) * 100 / self.owed) if self.owed else 0


@dataclass(frozen=True, slots=True)
class Line:
    """分项的一行：名称、点进去的条件、数。"""

    label: str
    query: str
    sums: Sums


def cases_of(user: User) -> QuerySet[Case]:
    """账款清欠类的诉求，不予受理和并案的不算。"""
    return Case.objects.visible_to(user).of_arrears().exclude(status__in=OUT)


def narrowed(user: User, chosen: dict[str, Any]) -> Any:
    """照条件筛过的诉求，带欠款与已收回，没收清的大额在前。"""
    rows: Any = Arrears.objects.with_recovered().filter(case=OuterRef("pk"))
    cases: Any = cases_of(user).annotate(
        owed=Subquery(rows.values("owed")[:1]), recovered=Subquery(rows.values("recovered")[:1], output_field=MONEY)
    )
    if "region" in chosen:
        cases = cases.filter(region=chosen["region"])
    if "kind" in chosen:
        cases = cases.filter(arrears__debtor_kind=chosen["kind"])
    if "month" in chosen:
        year, month = (int(part) for part in chosen["month"].split("-"))
        paid = Recovery.objects.live().filter(received_on__year=year, received_on__month=month).order_by()
        cases = cases.filter(pk__in=paid.values("case"))
    if "q" in chosen:
        cases = cases.filter(_said(chosen["q"]))
    cases = _in_state(cases, chosen.get("state", ""))
    return cases.order_by(F("owed").desc(nulls_last=True), "-reported_at", "-pk")


def _in_state(cases: Any, state: str) -> Any:
    match state:
        case "none":
            return cases.filter(owed__isnull=True)
        case "due":
            return cases.filter(owed__gt=F("recovered"))
        case "settled":
            return cases.filter(owed__lte=F("recovered"))
        case _:
            return cases


def _said(words: str) -> Q:
    found = Q()
    for word in words.split()[:5]:
        found &= (
            Q(number__icontains=word)
            | Q(title__icontains=word)
            | Q(enterprise__name__icontains=word)
            | Q(arrears__debtor__icontains=word)
        )
    return found


def totals(cases: QuerySet[Case]) -> Sums:
    """这些诉求一共；没登记的不在数里。"""
    rows = Arrears.objects.with_recovered().filter(case__in=cases.order_by().values("pk"))
    return _sums(rows.annotate(left=LEFT).aggregate(**_asked()))


def by_region(user: User) -> list[Line]:
    """分县（市、区），还差得多的在前。"""
    names = dict(Region.objects.values_list("pk", "name"))
    return [
        Line(names[row["case__region"]], f"region={row['case__region']}", _sums(row))
        for row in _grouped(user, "case__region")
    ]


def by_kind(user: User) -> list[Line]:
    """分欠款方性质。"""
    return [
        Line(DebtorKind(row["debtor_kind"]).label, f"kind={row['debtor_kind']}", _sums(row))
        for row in _grouped(user, "debtor_kind")
    ]


def by_month(user: User) -> list[tuple[date, int, Decimal]]:
    """近十三个有回款的月：哪月、几件、收回多少，新的在前。"""
    rows = Recovery.objects.live().filter(case__in=cases_of(user).order_by().values("pk")).order_by()
    months = rows.annotate(month=TruncMonth("received_on")).values("month")
    found = months.annotate(n=Count("case", distinct=True), sum=Sum("amount")).order_by("-month")[:MONTHS]
    return [(row["month"], row["n"], row["sum"]) for row in found]


def _grouped(user: User, name: str) -> list[dict[str, Any]]:
    rows = Arrears.objects.with_recovered().filter(case__in=cases_of(user).order_by().values("pk"))
    grouped = rows.annotate(left=LEFT).values(name).annotate(**_asked())
    return list(grouped.order_by("-remaining", name))


def _asked() -> dict[str, Any]:
    def whole(name: str) -> Any:
        return Coalesce(Sum(name), NOTHING, output_field=MONEY)

    return {
        "count": Count("pk"), "sum_owed": whole("owed"), "sum_recovered": whole("recovered"),
        "remaining": whole("left"), "settled_count": Count("pk", filter=Q(recovered__gte=F("owed"))),
    }  # fmt: skip


def _sums(row: dict[str, Any]) -> Sums:
    return Sums(row["count"], row["sum_owed"], row["sum_recovered"], row["remaining"], row["settled_count"])
