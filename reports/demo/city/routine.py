"""What happens by the clock: the 09:00 run, the 双十 day, and what people do about a 问效建议单 that was drafted."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from cadres.services.duties import rounds
from cases.enums import Action, Clock, Finding, InquiryCause, Measure, Status, TicketKind, TicketState
from cases.models import Case, Deadline, Ticket
from cases.rules.workflow import OWED
from cases.services import clocks, double_ten, reminders
from cases.services.enforcement import enforce
from reports.demo.city.afterwards import NEWS_DAYS
from reports.demo.city.city import City
from reports.demo.city.clockwork import Clockwork, Life
from reports.demo.city.fates import Fate
from reports.demo.city.life import CaseLife

FINDINGS = {
    "逾期": Finding.OVERDUE,
    "推诿": Finding.SHIRKING,
    "虚假": Finding.FALSE_CLOSURE,
    "不满意": Finding.TWICE_UNSATISFIED,
}
MEASURES = {"限期": Measure.DEADLINE, "约谈": Measure.TALK, "通报": Measure.CIRCULAR, "移送": Measure.TRANSFER}


class Routine:
    """The city's daily round, from the first day to the present."""

    def __init__(self, city: City, clockwork: Clockwork, first: date) -> None:
        self.city, self.clockwork, self.hours, self.rng = city, clockwork, city.hours, city.rng
        self.first = first
        self.seen: set[int] = set()
        years = range(first.year - 1, city.today.year + 2)
        held = sorted({each.held_on for year in years for each in rounds(year)})
        self.before = dict(zip(held[1:], held, strict=False))

    def live(self) -> Life:
        """Every working day at 09:00, on a 双十 day from 08:30 on."""
        day = self.hours.calendar.next_workday(self.first)
        while day <= self.city.today:
            at = yield self.hours.at(day, 8, 30)
            if (self.city.today - day).days <= NEWS_DAYS:
                reminders.remind(at=at)
            if day in self.before:
                double_ten.open_rows(day, self.before[day], at=at)
                self._report_progress(day)
            at = self.hours.at(day, 9)
            at = yield at
            enforce(at=at)
            self._mind_drafts(at)
            day = self.hours.shift(day, 1)

    # --- 双十 --------------------------------------------------------------------------------------------------------
    def _report_progress(self, day: date) -> None:
        """Most units report on the day; who does not is urged (R-41)."""
        rows = Deadline.objects.running().filter(clock=Clock.DOUBLE_TEN, due_on=day, case__status=Status.HANDLING)
        for row in rows.select_related("case", "holder").order_by("pk"):
            fate = self.city.fates[row.case_id]
            if fate.stop or self.rng.random() < self.city.care(row.holder):
                when = self.hours.moment(day)
                if when > self.city.until and day == self.city.today:
                    when = self.hours.at(day, 8, 40)
                self.clockwork.start(when, self._progress(row, fate, when))

    def _progress(self, row: Deadline, fate: Fate, when) -> Life:
        life = self._life(row.case, fate, when)
        if life.can(Action.REPORT) and Deadline.objects.running().filter(pk=row.pk).exists():
            kind = self.rng.choice(("PROGRESS_1", "PROGRESS_2", "PROGRESS_3"))
            life.do(Action.REPORT, self.city.clerk(row.holder or life.case.lead), note=life.say(kind))
        yield from ()

    # --- 问效 --------------------------------------------------------------------------------------------------------
    def _mind_drafts(self, at) -> None:
        drafts = Ticket.objects.filter(kind=TicketKind.INQUIRY, state=TicketState.DRAFT).exclude(pk__in=self.seen)
        for ticket in drafts.select_related("case__enterprise").order_by("pk"):
            self.seen.add(ticket.pk)
            self.clockwork.start(at + timedelta(minutes=20), self._inquire(ticket))

    def _inquire(self, ticket: Ticket) -> Life:
        """Director, deputy mayor, the unit's written answer, the supervisor's finding; or dropped on the way."""
        fate = self.city.fates[ticket.case_id]
        stop, life = fate.inquiry_stop, self._life(ticket.case, fate, ticket.drafted_at)
        if stop == "office":
            return
        near = self.hours.calendar.workdays_between(clocks.local_day(ticket.drafted_at), self.city.today) < 3
        yield from life.wait(self.hours.after(life.at, 0.3, 0.9) if near else self.hours.after(life.at, 1, 9))
        director = self.city.crowd.heads[life.case.office_id]
        if not life.can(Action.APPROVE_INQUIRY_OFFICE):
            return
        # What was proven false is not let go.
        if not stop and self.rng.random() < 0.4 and ticket.cause != InquiryCause.FALSE_CLOSURE:
            life.do(Action.DROP_INQUIRY, director, note="承办单位已补办并书面说明原因，不予问效。")
            return
        life.do(Action.APPROVE_INQUIRY_OFFICE, director)
        if stop == "leader":
            return
        yield from life.wait(self.hours.after(life.at, 0.3, 0.8) if near else self.hours.after(life.at, 2, 8))
        if not life.can(Action.APPROVE_INQUIRY_LEADER):
            return
        life.do(Action.APPROVE_INQUIRY_LEADER, self._leader(life.case))
        yield from self._answer(life, ticket, stop)

    def _answer(self, life: CaseLife, ticket: Ticket, stop: str) -> Life:
        if stop == "issued":
            return
        yield from life.wait(life.in_time(Clock.INQUIRY_REPLY, 0.7))
        if life.case.lead_id and life.can(Action.ANSWER_INQUIRY):
            life.do(Action.ANSWER_INQUIRY, self.city.crowd.heads[life.case.lead_id], note=life.say("INQUIRY_REPORT"))
        if stop == "answered":
            return
        yield from life.wait(self.hours.after(life.at, 6, 25))
        if not life.can(Action.RECORD_FINDING):
            return
        facts, finding = self._draw(life, "FINDING", FINDINGS, self._plausible(ticket))
        measures = set(Measure) if life.case.status in OWED else set(Measure) - {Measure.DEADLINE}
        said, measure = self._draw(life, "MEASURE", MEASURES, measures)
        if not finding:
            said, measure = "不予追究，提醒今后按规定报告。", Measure.NONE
        due_on = self.hours.shift(clocks.local_day(life.at), 7) if measure == Measure.DEADLINE else None
        life.do(
            Action.RECORD_FINDING,
            self.city.crowd.supervisors[0],
            note=f"{facts}{said}",
            finding=finding,
            measure=measure,
            measure_due_on=due_on,
        )

    @staticmethod
    def _plausible(ticket: Ticket) -> Collection[str]:
        """What the supervisor may find, by what the ticket was drafted for; nothing is a finding too."""
        if ticket.cause == InquiryCause.SECOND_BAD_RATING:
            return {Finding.TWICE_UNSATISFIED}
        if ticket.cause == InquiryCause.FALSE_CLOSURE:
            return {Finding.FALSE_CLOSURE}
        return {Finding.OVERDUE, Finding.SHIRKING, ""}

    def _draw(self, life: CaseLife, kind: str, words: Mapping[str, str], wanted: Collection[str]) -> tuple[str, str]:
        """A text of the kind and the code it speaks of, drawn until it is one of `wanted`."""
        while True:
            said = life.say(kind)
            code = next((words[word] for word in words if word in said), "")
            if code in wanted:
                return said, code

    def _leader(self, case: Case):
        leaders = self.city.crowd.leader_of
        return leaders.get(case.lane_id or 0) or next(iter(leaders.values()))

    def _life(self, case: Case, fate: Fate, at) -> CaseLife:
        life = CaseLife(self.city, self.clockwork, fate, case.enterprise)
        life.case, life.at = case, at
        life.look()
        return life
