"""读出扣分单要的东西：查询条数固定，与单位和案件多少无关。"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from cadres.models import User
from cadres.services import settings
from cases import queries
from cases.enums import TicketKind
from cases.models import Case, Ticket
from reports.enums import Mark
from reports.models import Ranking, RankingFact, RankingRow
from reports.queries.month import month_of
from reports.queries.organisations import organisations
from reports.scoring import Part
from reports.unit_sheets import UnitSheet

KIND_OF_MARK = {TicketKind.URGE: Mark.URGE, TicketKind.INQUIRY: Mark.INQUIRY}


def unit_sheets(user: User, ranking: Ranking, rows: Sequence[RankingRow]) -> list[UnitSheet]:
    """`rows` 的扣分单，给 `user` 看：案件和单据都只列他看得到的（R-03）。`rows` 要带着 ranking。"""
    facts: dict[int, list[RankingFact]] = defaultdict(list)
    for fact in RankingFact.objects.filter(row__in=[row.pk for row in rows]).order_by("case"):
        facts[fact.row_id].append(fact)
    pools = _pools(ranking)
    cases = _cases(user, ranking, rows)
    tickets = _tickets(user, ranking, rows)
    least = int(settings.value("rating_total_least"))
    return [
        UnitSheet(
            row, facts[row.pk], pools[row.group], cases=cases, tickets=tickets.get(row.unit_id, {}), least=least
        )
        for row in rows
    ]  # fmt: skip


def _pools(ranking: Ranking) -> dict[str, dict[str, tuple[int, int]]]:
    """每组每一项的合计 n、d：收缩用的组均值从这里来。"""
    pools: dict[str, dict[str, tuple[int, int]]] = defaultdict(lambda: {part.value: (0, 0) for part in Part})
    for group, parts in RankingRow.objects.filter(ranking=ranking).order_by().values_list("group", "parts"):
        for each in parts:
            n, d = pools[group][each["key"]]
            pools[group][each["key"]] = (n + each["n"], d + each["d"])
    return pools


def _cases(user: User, ranking: Ranking, rows: Iterable[RankingRow]) -> dict[int, Case]:
    facts = RankingFact.objects.filter(row__ranking=ranking, row__in=[row.pk for row in rows]).order_by()
    return Case.objects.visible_to(user).filter(pk__in=facts.values("case")).select_related("enterprise").in_bulk()


def _tickets(user: User, ranking: Ranking, rows: Iterable[RankingRow]) -> dict[int, dict[tuple[int, str], list[Any]]]:
    """单位 →（案件、扣分项）→ 这个月签发的单。催办单记收单的单位，问效建议单记主办单位。"""
    span, known = month_of(ranking.month), organisations()
    wanted = {row.unit_id for row in rows}
    found: dict[int, dict[tuple[int, str], list[Ticket]]] = defaultdict(lambda: defaultdict(list))
    issued = queries.tickets(user).filter(
        pk__in=Ticket.objects.issued()
        .filter(kind__in=KIND_OF_MARK, issued_at__gte=span.since, issued_at__lt=span.until)
        .values("pk")
    )
    for ticket in issued.select_related("case").order_by("issued_at", "pk"):
        holder = ticket.to_unit_id if ticket.kind == TicketKind.URGE else ticket.case.lead_id
        organisation = known.get(holder or 0)
        if organisation and organisation.unit in wanted:
            mark = str(KIND_OF_MARK[TicketKind(ticket.kind)])
            found[organisation.unit][ticket.case_id, mark].append(ticket)
    return found
