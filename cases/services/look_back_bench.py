"""谁可以去看、哪一件要回避谁（R-30）：一批一起取，查询条数与件数无关。"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from django.db.models import Count, Q, QuerySet

from cadres.enums import Role, UnitKind
from cadres.models import Assignment, Unit, User
from cadres.services import settings
from cases.enums import TicketKind
from cases.models import CaseEvent, CoHandling, LookBack, Ticket
from cases.rules.look_backs import Candidate, choose
from cases.services.clocks import local_day

LOOKERS = (Role.OFFICE, Role.SUPERVISOR, Role.CADRE)
OF_A_REGION = (UnitKind.OFFICE, UnitKind.COUNTY)
WITH_CASE = ("draw", "unit", "case__region", "case__enterprise", "assignee")
Pool = dict[int, Candidate]


def lookers() -> QuerySet[User]:
    """在岗的活动办、督查工作人员和助企干部；活动办主任除外，查出来的由他批。"""
    people = User.objects.filter(is_active=True, role__in=LOOKERS, unit__is_active=True)
    return people.exclude(role=Role.OFFICE, is_head=True).order_by("pk")


def pool(people: QuerySet[User] | None = None) -> Pool:
    """可以去看的人，带着手上还没看的件数。两条查询。"""
    held = LookBack.objects.waiting().filter(assignee__isnull=False).order_by()
    load = dict(held.values_list("assignee").annotate(n=Count("pk")))
    rows = (lookers() if people is None else people).values_list("pk", "unit", "unit__region", "role")
    return {
        pk: Candidate(pk, unit, region, is_official=role != Role.CADRE, load=load.get(pk, 0))
        for pk, unit, region, role in rows
    }


class Bench:
    """一批回头看要派时用的：可以去看的人（`people` 缺省取全部），和各件要回避的。"""

    def __init__(self, rows: Sequence[LookBack], people: Pool | None = None) -> None:
        self.rows, self._people = rows, people

    @property
    def people(self) -> Pool:
        """可以去看的人；真要派人时才取。"""
        if self._people is None:
            self._people = pool()
        return self._people

    @cached_property
    def _most(self) -> int:
        return int(settings.value("look_back_most"))

    def pick(self, row: LookBack) -> Candidate | None:
        """由种子选的人；没有合适的就是 None。"""
        return self._choose(row, self.people)

    def still_fits(self, row: LookBack) -> bool:
        """派过的人还合不合适：离岗、调进主办单位、改包联这家企业的都要换。"""
        one = self._assigned.get(row.assignee_id or 0)
        return one is not None and self._choose(row, {one.user: one}) is not None

    def take(self, one: Candidate) -> None:
        """他手上多了一件。"""
        self.people[one.user] = replace(one, load=one.load + 1)

    def barred(self, row: LookBack) -> tuple[set[int], set[int]]:
        """要回避的单位和人：主办、协办、交办过的单位；现在或办理期间包联这家企业的，经手过这件事的，改派走的。"""
        case = row.case
        units = {unit for unit in (row.unit_id, case.lead_id) if unit} | self._handlers[case.pk]
        if row.unit and row.unit.kind in OF_A_REGION and row.unit.region_id:
            # A county's office and its departments are one organisation.
            units |= self._organisation[row.unit.region_id]
        since = local_day(case.reported_at)
        people = {cadre for cadre, to_on in self._helpers[case.enterprise_id] if to_on is None or to_on >= since}
        return units, people | self._actors[case.pk] | {int(move["from"]) for move in row.moves}

    def _choose(self, row: LookBack, people: Pool) -> Candidate | None:
        units, persons = self.barred(row)
        regions = {pk for pk in (row.case.region_id, row.case.region.parent_id) if pk}
        return choose(
            people.values(), seed=f"{row.draw.seed}:{row.case.number}:{row.round}", regions=regions,
            barred_units=units, barred_people=persons, most=self._most,
        )  # fmt: skip

    @cached_property
    def _cases(self) -> list[int]:
        return [row.case_id for row in self.rows]

    @cached_property
    def _assigned(self) -> Pool:
        return pool(lookers().filter(pk__in=[row.assignee_id for row in self.rows if row.assignee_id]))

    @cached_property
    def _handlers(self) -> defaultdict[int, set[int]]:
        helping = CoHandling.objects.filter(case__in=self._cases).values_list("case", "unit")
        given = Ticket.objects.filter(case__in=self._cases, kind=TicketKind.DISPATCH).values_list("case", "to_unit")
        return _sets([*helping, *given])

    @cached_property
    def _organisation(self) -> defaultdict[int, set[int]]:
        rows = Unit.objects.filter(kind__in=OF_A_REGION, region__isnull=False).values_list("region", "pk")
        return _sets([(region, pk) for region, pk in rows if region])

    @cached_property
    def _helpers(self) -> defaultdict[int, set]:
        firms = {row.case.enterprise_id for row in self.rows}
        since = min(local_day(row.case.reported_at) for row in self.rows)
        rows = Assignment.objects.filter(Q(to_on__isnull=True) | Q(to_on__gte=since), enterprise__in=firms)
        return _sets(
            [(firm, (cadre, to_on)) for firm, cadre, to_on in rows.values_list("enterprise", "cadre", "to_on")]
        )

    @cached_property
    def _actors(self) -> defaultdict[int, set[int]]:
        rows = CaseEvent.objects.filter(case__in=self._cases, actor__isnull=False).order_by()
        return _sets([(case, actor) for case, actor in rows.values_list("case", "actor").distinct() if actor])


def _sets(pairs: Sequence[tuple[int, object]]) -> defaultdict[int, set]:
    found: defaultdict[int, set] = defaultdict(set)
    for key, value in pairs:
        found[key].add(value)
    return found
