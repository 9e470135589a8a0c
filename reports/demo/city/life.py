"""The life of one case, from its report to 销号, each step by the people whose step it is, through the services."""

from dataclasses import replace
from datetime import datetime, timedelta

from cadres.enums import VisitMode, VisitTopic
from cadres.services.visits import VisitEntry, record_visit
from cases.enums import Action, Clock, Source, Status, Tier
from cases.models import Case
from cases.rules.workflow import TRANSITIONS
from cases.services import DispatchPlan, Report, Ticks, clocks, guards, perform, report_problem
from enterprises.models import Enterprise
from reports.demo import ProblemText, phrase, problem
from reports.demo.city.city import City
from reports.demo.city.clockwork import Clockwork, Life
from reports.demo.city.fates import Fate

MINUTE = timedelta(minutes=1)
TRIES = 8
SEEN = (
    "status", "revision", "outcome", "objection_count", "pause_count", "was_extended", "needs_coordination",
    "accepted_at", "dispatched_at", "closed_at", "submitted_at", "tier",
)  # fmt: skip
ALL_TICKS = Ticks(is_solved=True, is_answered=True, has_contacted=True, firm_agrees=True)
EXPLAINED = Ticks(is_solved=False, is_answered=True, has_contacted=True, firm_agrees=True)
REQUIREMENTS = (
    "请接单当日与企业当面核实，按时限报进展；需要其他单位配合的，及时点“需要协调”。",
    "请到现场办理，办结前征求企业意见，佐证材料一并上传。",
    "请明确专人负责，先答复企业办理时间，再逐项落实。",
    "请主要负责人过问，涉及政策口径的，书面答复企业并说明依据。",
)


class CaseLife:
    """One case and its fate."""

    def __init__(self, city: City, clockwork: Clockwork, fate: Fate, firm: Enterprise) -> None:
        self.city, self.clockwork, self.fate, self.firm = city, clockwork, fate, firm
        self.rng, self.hours = city.rng, city.hours
        self.at: datetime = city.until
        self.case: Case = Case()
        self.solution = ""

    # --- what every stage uses ---------------------------------------------------------------------------------------
    def wait(self, when: datetime) -> Life:
        """Let the others act until then, and look at the case again."""
        self.at = max(when, self.at + MINUTE, self.clockwork.now or when)
        self.at = yield self.at
        self.refresh()

    def refresh(self) -> None:
        """What others may have changed since."""
        self.case.refresh_from_db(fields=SEEN)

    def look(self) -> None:
        """The case as it is now, whole."""
        self.case = Case.objects.select_related("enterprise", "lead", "office", "category", "rule_set").get(
            pk=self.case.pk
        )

    def do(self, action: Action, actor, *, note: str = "", **details) -> None:
        """One step now."""
        self.case = perform(self.case, action, actor=actor, at=self.at, note=note, **details)

    def can(self, action: Action) -> bool:
        """Whether status and limits allow it still."""
        if self.case.status not in TRANSITIONS[action].sources:
            return False
        return not guards.blocker(self.case, action, today=clocks.local_day(self.at))

    def say(self, kind: str, **slots: str) -> str:
        """A text in the words of the case."""
        return self.city.say(kind, self.case, self.at, **slots)

    def pin(self, stage: str, otherwise: datetime) -> datetime:
        """When a stage comes: as planned for the present, or as drawn."""
        return self.fate.pins.get(stage, otherwise)

    def in_time(self, clock: Clock, share: float | None = None) -> datetime:
        """Some time before a running clock ends; what is due at the present's last run is done before the present."""
        due_on = self.city.due_on(self.case, clock) or clocks.local_day(self.at)
        found = self.hours.between(self.at, due_on, share)
        if found > self.city.until >= self.at and due_on <= self.city.last_run_on:
            return self.at + (self.city.until - self.at) * self.rng.uniform(0.2, 0.9)
        return found

    def may_miss(self, clock: Clock) -> bool:
        """Near the present nobody is late but those the plan says."""
        due_on = self.city.due_on(self.case, clock)
        return due_on is not None and due_on < self.city.last_run_on

    def after_urge(self, clock: Clock, days: int) -> datetime:
        """So many working days (from 1) after the 09:00 at which a missed clock is urged."""
        urged_on = self.hours.shift(self.city.due_on(self.case, clock) or clocks.local_day(self.at), days)
        return max(self.hours.moment(urged_on), self.hours.at(urged_on, 9, 20))

    @property
    def clerk(self):
        """Of the lead unit."""
        return self.city.clerk(self.case.lead)

    @property
    def officer(self):
        """Of the office that runs the case: the city's clerk may act on all."""
        office = self.city.units["CITY-OFFICE"] if self.fate.by_city else self.city.office_of[self.firm.region_id]
        return self.city.clerk(office)

    # --- intake ------------------------------------------------------------------------------------------------------
    def live(self, at: datetime) -> Life:
        """From the report on."""
        self.at = yield at
        self._report()
        yield from self.from_reported()

    def _report(self) -> None:
        text = self._text()
        self.solution = text.solution
        report = Report(self.firm, text.title, text.description, self.fate.source, wish=self._wish())
        source, cadre = self.fate.source, self.city.leads.get(self.firm.pk)
        if source == Source.VISIT and cadre is not None:
            note = phrase(self.rng, "VISIT_PROBLEM", on=clocks.local_day(self.at), title=text.title, firm=self.firm.name,
                          contact=self.city.contact(self.firm.pk))  # fmt: skip
            mode = self.rng.choices([VisitMode.ON_SITE, VisitMode.PHONE, VisitMode.VIDEO], [80, 15, 5])[0]
            entry = VisitEntry(self.firm, clocks.local_day(self.at), mode, VisitTopic.PROBLEM, note)
            visit = record_visit(entry, actor=cadre, at=self.at)
            self.case = report_problem(replace(report, visit=visit), actor=cadre, at=self.at)
        elif source in {Source.ENTERPRISE, Source.VISIT}:
            self.case = report_problem(
                replace(report, source=Source.ENTERPRISE), actor=self.city.accounts[self.firm.pk], at=self.at
            )
        else:
            self.case = report_problem(report, actor=self.officer, at=self.at)
        self.city.fates[self.case.pk] = self.fate

    def _text(self) -> ProblemText:
        """What the firm says; it does not say the same twice."""
        said = self.city.said.setdefault(self.firm.pk, set())
        for _ in range(TRIES):
            found = problem(
                self.rng, self.fate.leaf, on=clocks.local_day(self.at), sector=self.city.sectors[self.firm.pk]
            )
            if found.title not in said:
                break
        said.add(found.title)
        return found

    def _wish(self) -> str:
        return self.rng.choice(
            ("", "", "希望尽快答复。", "希望派人到现场看一看。", "希望月底前有结果。", "希望明确由哪个单位负责。")
        )

    def from_reported(self) -> Life:
        """From 待受理 on."""
        if self.fate.stop == "reported":
            return
        yield from self.wait(self.pin("accept", self.in_time(Clock.ACCEPT)))
        if self.fate.refused and self.case.status == Status.REPORTED:
            self.do(Action.REFUSE, self.officer, note=self.say("REFUSAL"))
            return
        if self.case.status == Status.REPORTED and not self.fate.by_silence:
            self.do(
                Action.ACCEPT,
                self.officer,
                note=self.say("ACCEPT_NOTE"),
                category=self.city.categories[self.fate.leaf],
                tier=self.fate.tier,
            )
        elif self.case.status == Status.REPORTED:
            yield from self.wait(self.after_urge(Clock.ACCEPT, 1))
        if self.case.status == Status.ACCEPTED:
            yield from self._doubles()
            yield from self.from_accepted()

    def _doubles(self) -> Life:
        if self.fate.split:
            yield from self.wait(self.hours.after(self.at, 0.2, 0.6))
            self._split()
        if self.fate.doubled and self.firm.pk in self.city.accounts:
            twin = CaseLife(self.city, self.clockwork, replace(self.fate, doubled=False, split=False), self.firm)
            self.clockwork.start(self.at + 10 * MINUTE, twin.repeat(self.case))

    def _split(self) -> None:
        other = problem(self.rng, self.fate.leaf, on=clocks.local_day(self.at), sector=self.city.sectors[self.firm.pk])
        self.do(Action.SPLIT, self.officer, note=self.say("SPLIT_NOTE"), parts=[(other.title, other.description)])
        for part in self.case.parts.all():
            life = CaseLife(self.city, self.clockwork, replace(self.fate, split=False, doubled=False), self.firm)
            life.case, life.at, life.solution = part, self.at, other.solution
            self.city.fates[part.pk] = life.fate
            self.clockwork.start(self.hours.after(self.at, 0.1, 0.3), self._go_on(life))

    @staticmethod
    def _go_on(life: "CaseLife") -> Life:
        life.look()
        yield from life.from_reported()

    def repeat(self, first: Case) -> Life:
        """The same firm says the same again by itself; the office merges it into the first."""
        self.at = self.hours.after(self.clockwork.now or first.reported_at, 1, 4)
        self.at = yield self.at
        report = Report(first.enterprise, f"再次反映：{first.title}"[:80], first.description, Source.ENTERPRISE)
        self.case = report_problem(report, actor=self.city.accounts[self.firm.pk], at=self.at)
        self.city.fates[self.case.pk] = self.fate
        yield from self.wait(self.in_time(Clock.ACCEPT, 0.2))
        first.refresh_from_db()
        if first.is_open and self.case.status == Status.REPORTED:
            self.do(Action.MERGE, self.officer, note=self.say("MERGE_NOTE"), into=first)

    # --- dispatch ----------------------------------------------------------------------------------------------------
    def from_accepted(self) -> Life:
        """From 待交办 on."""
        if self.fate.stop == "accepted":
            return
        yield from self.wait(self.pin("dispatch", self._dispatch_time()))
        if self.case.status != Status.ACCEPTED:
            return
        plan = self.plan(self._lead())
        if self.fate.tier == Tier.MAJOR:
            self.do(Action.PROPOSE, self.officer, plan=plan)
            if self.fate.stop == "proposed":
                return
            yield from self.wait(self.hours.after(self.at, 1, 6))
            self.do(Action.APPROVE_DISPATCH, self._leader())
        else:
            self.do(Action.DISPATCH, self.officer, plan=plan)
        yield from self._reissue()
        yield from self.from_dispatched()

    def _dispatch_time(self) -> datetime:
        if self.rng.random() < 0.03 and self.may_miss(Clock.DISPATCH):
            return self.after_urge(Clock.DISPATCH, self.rng.randint(1, 2))
        return self.in_time(Clock.DISPATCH, self.rng.uniform(0.05, 0.8))

    def _leader(self):
        lane = self.city.categories[self.fate.leaf].task_force_id
        return self.city.crowd.leader_of[lane]

    def _lead(self):
        if self.fate.unit:
            return self.city.units[self.fate.unit]
        suggested = self.city.categories[self.fate.leaf].default_lead
        if self.fate.is_local or suggested is None:
            return self.city.government_of[self.firm.region_id]
        return suggested

    def plan(self, lead) -> DispatchPlan:
        """The dispatch as the office writes it."""
        pool = [u for u in self.city.units.values() if u.kind in {"DEPARTMENT", "UTILITY"} and u.pk != lead.pk]
        named = [self.city.units[code] for code in self.fate.helper_units]
        helpers = named or self.rng.sample(pool, self.fate.helpers)
        parts = tuple((unit, phrase(self.rng, "CO_PART")) for unit in helpers)
        category = self.city.categories[self.fate.leaf]
        return DispatchPlan(category, self.fate.tier, self.fate.nature, lead, parts, self.rng.choice(REQUIREMENTS))

    def _reissue(self) -> Life:
        if not self.fate.reissued or self.fate.tier == Tier.MAJOR:
            return
        yield from self.wait(self.hours.after(self.at, 0.3, 0.8))
        if self.case.status != Status.DISPATCHED:
            return
        ticket = self.case.tickets.issued().last()
        self.do(Action.VOID_TICKET, self.officer, note="主办单位填错，作废重发。", ticket=ticket)
        yield from self.wait(self.hours.after(self.at, 0.2, 0.5))
        self.do(Action.DISPATCH, self.officer, plan=self.plan(self._lead()))

    def from_dispatched(self) -> Life:
        """From 待签收 on; the rest is the unit's."""
        from reports.demo.city.handling import Handling  # noqa: PLC0415 - the two halves of one life

        yield from Handling(self).live()
