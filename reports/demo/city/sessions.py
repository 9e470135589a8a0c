"""The weekly 例会 of the last two months: agenda from the data, frozen, minutes issued; what was instructed is answered (R-55)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from cadres.models import User
from cases.enums import Action, AgendaReason, MeetingKind, Resolution, Status
from cases.models import AgendaItem, Case, Instruction, Meeting
from cases.rules.workflow import TRANSITIONS
from cases.services import clocks, guards, meetings, minutes, perform
from cases.services.meetings import MeetingPlan
from cases.services.minutes import ItemDraft, MinutesDraft
from reports.demo.city import sign_ins
from reports.demo.city.city import City
from reports.demo.city.clockwork import Clockwork, Life

WEEKS = 8
LATELY = 18  # working days back from the present in which one instruction stays unanswered
AGREED = (
    "主办单位牵头，一周内与企业当面核实，拿出办理方案和时间表，报活动办。",
    "按已定的路径加快办理，需要其他单位配合的由主办单位列出清单，活动办督促。",
    "分两步走：先解决眼前影响生产的部分，其余列入下月计划，每周报一次进展。",
    "主要负责人到企业现场看一次，能当场定的当场定，定不了的带着意见来会上。",
)
URGED = (
    "长时间没有实质进展，请三个工作日内说明原因，写明新的办成日期。",
    "企业反映强烈，请立即到现场，把办到哪一步告诉企业。",
)
INSTRUCTED = ("请主办单位主要负责人亲自过问，一周内报办理情况。", "这件事拖不得，请倒排工期，下次会上报结果。")
ARRANGED = ("会商认为路径可行：主办单位总牵头，属地负责外部环境，专业部门三日内出具书面意见，互不作前置。",)
LATER_WORDS = ("材料还不齐，请主办单位补齐后下次再议。", "")
ANSWERS = (
    "已与企业当面核实，方案本周报审，预计月底前办成，已把时间表给了企业。",
    "已到现场，影响生产的部分当天处理完，其余列入计划，每周向企业通报一次。",
    "经与相关单位商定，由我单位牵头并联办理，手续已受理，进展随时报告。",
)
TOPICS = (
    ("岁末惠企政策集中宣讲怎么安排", "由市工信局牵头，十二月上旬分片讲三场，政策清单先发到企业。", "DEPT-MIIT"),
    ("冬季用气高峰企业保供预案", "由市发改委会同燃气公司拟定分级保供预案，重点企业逐户对接。", "DEPT-DRC"),
    ("园区公交线路调整", "由市交通局摸清下班时间和人数，提出加密方案。", "DEPT-TRANS"),
)  # fmt: skip
ATTENDED = "市活动办、各专项工作小组牵头单位、有关主办单位负责人"
OPENING = (
    "会议听取了上周交办、催办情况，逐项研究了逾期和重大问题。要求各单位对议定事项明确专人，按时限办结，办不了的提前说。"
)


class Sessions:
    """Every Tuesday 09:00 企业服务周例会; one for tomorrow is frozen, next week's 周交办会 is being planned."""

    def __init__(self, city: City, clockwork: Clockwork, first: date) -> None:
        self.city, self.clockwork, self.hours = city, clockwork, city.hours
        # A stream of its own: what meetings draw moves nothing else in the history.
        self.rng = Random(55)
        self.first = max(first + timedelta(days=21), city.today - timedelta(weeks=WEEKS))
        self.office = city.units["CITY-OFFICE"]
        self.director = city.crowd.heads[self.office.pk]
        self.clerk = city.crowd.clerks[self.office.pk][0]
        self.kept: int | None = None

    def lives(self) -> Iterator[tuple[datetime, Life]]:
        """Each meeting is a life of its own; so is the daily round of answers."""
        for number, day in enumerate(self._tuesdays()):
            kind = MeetingKind.REVIEW if day.day <= 7 else MeetingKind.SERVICE
            yield self._prepared(day), self._held(kind, day, number)
        yield self._first_round(), self._answered_daily()
        soon = self.hours.shift(self.city.today, 1)
        yield self.hours.before(self.city.until, 3), self._frozen(MeetingKind.SERVICE, soon)
        yield self.hours.before(self.city.until, 5), self._asks_the_shown()
        ahead = self.hours.shift(self.city.today, 4)
        yield self.hours.before(self.city.until, 1), self._planned(MeetingKind.DISPATCH, ahead)

    def _tuesdays(self) -> Iterator[date]:
        day = self.first + timedelta(days=(1 - self.first.weekday()) % 7)
        while day < self.city.today:
            if self.hours.calendar.is_workday(day):
                yield day
            day += timedelta(days=7)

    def _prepared(self, day: date) -> datetime:
        return self.hours.at(self.hours.shift(day, -3), 10, 5)

    # --- one meeting -------------------------------------------------------------------------------------------------
    def _plan(self, kind: MeetingKind, day: date, at: datetime, number: int = 0) -> Meeting:
        leaders = list(self.city.crowd.leader_of.values())
        shown = User.objects.get(username="leader")
        chair = shown if number % 2 == 0 else leaders[number % len(leaders)]
        plan = MeetingPlan(kind, self.hours.at(day, 9), "市政府第三会议室", chair)
        return meetings.plan_meeting(plan, actor=self.clerk, at=at)

    def _held(self, kind: MeetingKind, day: date, number: int) -> Life:
        at = self._prepared(day)
        meeting = self._plan(kind, day, at, number)
        if number % 3 == 0:
            meetings.add_topic(meeting, TOPICS[number // 3 % len(TOPICS)][0], actor=self.clerk, at=at)
        at = yield self.hours.at(self.hours.shift(day, -1), 16, 10)
        if not meeting.items.exists():
            meetings.cancel_meeting(meeting, actor=self.clerk, at=at)
            return
        meetings.freeze_agenda(meeting, actor=self.clerk, at=at)
        at = yield self.hours.at(day, 16, 40)
        minutes.save_minutes(meeting, self._draft(meeting, at), actor=self.clerk, at=at)
        minutes.close_meeting(meeting, actor=self.director, at=at)
        at = yield self.hours.at(self.hours.shift(day, 6), 15, 20)
        self._report_topics(meeting, at)

    def _frozen(self, kind: MeetingKind, day: date) -> Life:
        at = self.hours.before(self.city.until, 3)
        meeting = self._plan(kind, day, at)
        meetings.add_topic(meeting, TOPICS[-1][0], actor=self.clerk, at=at)
        at = yield self.hours.before(self.city.until, 2)
        meetings.freeze_agenda(meeting, actor=self.clerk, at=at)

    def _planned(self, kind: MeetingKind, day: date) -> Life:
        self._plan(kind, day, self.hours.before(self.city.until, 1))
        yield from ()

    def _asks_the_shown(self) -> Life:
        """The shown leader asks the shown unit about a case in hand: it stands in the unit's inbox."""
        at = self.hours.before(self.city.until, 5)
        rows = Case.objects.filter(lead__code=sign_ins.UNIT_CODE, status=Status.HANDLING, instructions=None)
        case = rows.order_by("-tier", "pk").first()
        if case is not None:
            leader = User.objects.get(username="leader")
            perform(case, Action.INSTRUCT, actor=leader, at=at, note=INSTRUCTED[0])
        yield from ()

    # --- what it resolves --------------------------------------------------------------------------------------------
    def _draft(self, meeting: Meeting, at: datetime) -> MinutesDraft:
        rows = list(meeting.items.select_related("case__lead"))
        chosen: list[Resolution] = []
        items = {}
        for item in rows:
            said = self._resolved(item, chosen, at)
            chosen.append(Resolution(said.resolution))
            items[item.pk] = said
        return MinutesDraft(ATTENDED, OPENING, items)

    def _resolved(self, item: AgendaItem, chosen: list[Resolution], at: datetime) -> ItemDraft:
        due_on = self.hours.shift(clocks.local_day(at), self.rng.choice((5, 8, 10)))
        case = item.case
        if case is None:
            found = next((row for row in TOPICS if row[0] == item.title), TOPICS[0])
            return ItemDraft(Resolution.NOTED, found[1], self.city.units[found[2]], due_on)
        if item.reason == AgendaReason.COORDINATION and _can(case, Action.ARRANGE, at):
            return ItemDraft(Resolution.ARRANGE, self.rng.choice(ARRANGED), None, due_on)
        if chosen.count(Resolution.INSTRUCT) < 2 and case.lead_id and not case.instructions.waiting().exists():
            return ItemDraft(
                Resolution.INSTRUCT, self.rng.choice(INSTRUCTED), None, self.hours.shift(clocks.local_day(at), 5)
            )
        if Resolution.URGE not in chosen and _can(case, Action.URGE, at) and not case.urge_count:
            return ItemDraft(Resolution.URGE, self.rng.choice(URGED), None, due_on)
        if len(chosen) > 3 and Resolution.LATER not in chosen and self.rng.random() < 0.5:
            return ItemDraft(Resolution.LATER, self.rng.choice(LATER_WORDS))
        return ItemDraft(Resolution.NOTED, self.rng.choice(AGREED), case.lead, due_on)

    def _report_topics(self, meeting: Meeting, at: datetime) -> None:
        for item in meeting.items.filter(case=None, done_at=None, unit__isnull=False).select_related("unit", "meeting"):
            said = "已按会议要求办理，方案报活动办，第一批已经落实。"
            minutes.report_result(item, said, actor=self.city.crowd.clerks[item.unit_id or 0][0], at=at)

    # --- what was written is answered --------------------------------------------------------------------------------
    def _first_round(self) -> datetime:
        return self.hours.at(self.hours.calendar.next_workday(self.first - timedelta(days=14)), 11, 10)

    def _answered_daily(self) -> Life:
        """Each working day: instructions some days old are answered, urged units write back. One stays overdue."""
        at = self._first_round()
        while True:
            today = clocks.local_day(at)
            for row in Instruction.objects.waiting().select_related("case__lead", "leader").order_by("pk"):
                age = self.hours.calendar.workdays_between(clocks.local_day(row.given_at), today)
                if age > row.pk % 4 and not self._is_kept(row):
                    self._answer(row, at)
            at = yield self.hours.at(self.hours.shift(today, 1), 11, 10)

    def _is_kept(self, row: Instruction) -> bool:
        """The shown leader's first one of these days is not answered in time: that is what the list is for."""
        given_on = clocks.local_day(row.given_at)
        is_late = given_on >= self.hours.shift(self.city.today, -LATELY) and row.due_on and row.due_on < self.city.today
        if self.kept is None and is_late and row.leader.username == "leader":
            self.kept = row.pk
        return row.pk == self.kept

    def _answer(self, row: Instruction, at: datetime) -> None:
        case = row.case
        unit = case.lead or case.office
        actor = self.city.crowd.clerks[unit.pk][0]
        note = self.rng.choice(ANSWERS)
        perform(case, Action.ANSWER_INSTRUCTION, actor=actor, at=at, note=note, instruction=row)


def _can(case: Case, action: Action, at: datetime) -> bool:
    if case.status not in TRANSITIONS[action].sources:
        return False
    return not guards.blocker(case, action, today=clocks.local_day(at))
