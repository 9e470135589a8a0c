"""The second half of a case's life: what the unit does with it, the review, the firm's rating, and the redoing."""

from datetime import datetime, timedelta

from cases.enums import BAD_RATINGS, Action, Clock, Outcome, Status
from cases.services import Rating, clocks, rate
from reports.demo.city.clockwork import Choice, Life
from reports.demo.city.helping import helper_life
from reports.demo.city.life import ALL_TICKS, EXPLAINED, CaseLife

PRESSED = 0.02
ROUNDS_MOST = 4


class Handling:
    """From 待签收 to the end."""

    def __init__(self, life: CaseLife) -> None:
        self.life, self.fate, self.city = life, life.fate, life.city
        self.rng, self.hours = life.rng, life.hours
        self.wait, self.do, self.can, self.say = life.wait, life.do, life.can, life.say

    @property
    def case(self):
        """The case as last seen."""
        return self.life.case

    @property
    def at(self) -> datetime:
        """Now, in this life."""
        return self.life.at

    def live(self) -> Life:
        """The stages, one after another."""
        for row in self.case.co_handlings.all():
            self.life.clockwork.start(self.at, helper_life(self.life, row, self.at))
        if self.fate.stop == "dispatched":
            return
        has_left = yield from self._object()
        if has_left or self.case.status != Status.DISPATCHED:
            return
        yield from self._sign()
        yield from self._feed_back()
        yield from self._on_the_way()
        for number in range(ROUNDS_MOST):
            if self.fate.stop in {"handling", "signed"} or self.case.status not in {Status.HANDLING, Status.SHELVED}:
                return
            yield from self._finish(number)
            again = yield from self._after_closing()
            if not again:
                return

    def redo(self) -> Life:
        """Once more, after a closure that did not stand (R-30)."""
        yield from self._finish(1)
        yield from self._after_closing()

    def _object(self) -> Choice:
        """The unit objects, the office rules. True when the case has gone to another unit, or waits for the ruling."""
        if not self.fate.objection:
            return False
        yield from self.wait(self.life.pin("object", self.hours.after(self.at, 1, 3)))
        if not self.can(Action.OBJECT):
            return False
        proper = self._proper()
        said = self.say("OBJECTION", proper_unit=proper.name)
        self.do(
            Action.OBJECT,
            self.city.crowd.heads[self.case.lead_id],
            note=f"{self.say('OBJECTION_BASIS')}{said}",
            proper_unit=proper,
        )
        if self.fate.stop == "objected":
            return True
        yield from self.wait(self.life.in_time(Clock.RULING))
        if self.fate.objection == "rejected":
            self.do(Action.REJECT, self.life.officer, note=self.say("RULING_REJECTED"))
            return False
        self.do(Action.UPHOLD, self.life.officer, note=self.say("RULING_UPHELD", proper_unit=proper.name))
        self.fate.unit, self.fate.objection = proper.code, ""
        yield from self.life.from_accepted()
        return True

    def _proper(self):
        pool = [u for u in self.city.units.values() if u.kind == "DEPARTMENT" and u.pk != self.case.lead_id]
        government = self.city.government_of[self.case.region_id]
        return government if government.pk != self.case.lead_id and self.rng.random() < 0.4 else self.rng.choice(pool)

    def _sign(self) -> Life:
        if self.fate.sign_late and self.life.may_miss(Clock.SIGN):
            yield from self.wait(self.life.after_urge(Clock.SIGN, self.fate.sign_late))
        else:
            yield from self.wait(self.life.pin("sign", self.life.in_time(Clock.SIGN, 0.35)))
        if self.can(Action.SIGN):
            self.do(Action.SIGN, self.life.clerk)

    def _feed_back(self) -> Life:
        if self.fate.stop == "signed":
            return
        if self.fate.feedback_late and self.life.may_miss(Clock.FEEDBACK):
            yield from self.wait(self.life.after_urge(Clock.FEEDBACK, self.fate.feedback_late))
        else:
            yield from self.wait(self.life.pin("feedback", self.life.in_time(Clock.FEEDBACK, 0.6)))
        if self.can(Action.REPORT):
            self.do(Action.REPORT, self.life.clerk, note=self.say("FIRST_FEEDBACK"))

    def _on_the_way(self) -> Life:
        """Extension, pause, coordination; none of them after the plan of the present says stop."""
        if self.fate.stop == "signed":
            return
        if self.fate.pause:
            yield from self._pause()
        if self.fate.coordination:
            yield from self._coordinate()
        if self.fate.extension:
            yield from self._extend()

    def _pause(self) -> Life:
        yield from self.wait(self.life.pin("pause", self.hours.after(self.at, 2, 6)))
        if not self.can(Action.PAUSE):
            return
        self.do(Action.PAUSE, self.life.clerk, note=self.say("PAUSE_REQUEST"))
        if self.fate.stop == "paused":
            self.fate.stop = "handling"
            return
        due_on = self.city.due_on(self.case, Clock.SUPPLY) or clocks.local_day(self.at)
        if self.fate.pause == "supplied":
            yield from self.wait(self.life.in_time(Clock.SUPPLY, 0.6))
            if self.case.status == Status.PAUSED:
                self.do(Action.SUPPLY, self._firm_side(), note=self.say("SUPPLY"), files=self.city.evidence()[:1])
        else:
            yield from self.wait(self.hours.at(self.hours.shift(due_on, 1), 9, 30))

    def _firm_side(self):
        return self.city.accounts.get(self.case.enterprise_id) or self.city.leads[self.case.enterprise_id]

    def _coordinate(self) -> Life:
        yield from self.wait(self.life.pin("coordinate", self.hours.after(self.at, 2, 8)))
        if not self.can(Action.COORDINATE):
            return
        self.do(Action.COORDINATE, self.life.clerk, note=self.say("COORDINATION_REQUEST"))
        if self.fate.stop == "coordination":
            self.fate.stop = "handling"
            return
        yield from self.wait(self.hours.after(self.at, 3, 18))
        if self.can(Action.ARRANGE):
            promise = f"{self.hours.shift(clocks.local_day(self.at), 15):%m 月 %d 日}"
            self.do(Action.ARRANGE, self.life.officer, note=self.say("CONFERENCE_MINUTES", promise=promise))

    def _extend(self) -> Life:
        yield from self.wait(self.life.pin("extension", self.hours.after(self.at, 3, 12)))
        if not self.can(Action.ASK_EXTENSION):
            return
        days = self.rng.choice((5, 7, 10, 15, 20))
        self.do(Action.ASK_EXTENSION, self.life.clerk, note=self.say("EXTENSION_REASON"), days=days)
        if self.fate.stop == "extension":
            self.fate.stop = "handling"
            return
        yield from self.wait(self.life.in_time(Clock.EXTENSION))
        if self.fate.extension == "granted" and self.can(Action.GRANT_EXTENSION):
            self.do(Action.GRANT_EXTENSION, self.life.officer, note=self.say("EXTENSION_GRANTED"))
        elif self.can(Action.DENY_EXTENSION):
            self.do(Action.DENY_EXTENSION, self.life.officer, note=self.say("EXTENSION_REFUSED"))

    # --- to the end --------------------------------------------------------------------------------------------------
    def _finish(self, number: int) -> Life:
        """Work, submit, be reviewed; what is put on the shelf comes back by its promise."""
        clock = self._main_clock()
        if number == 0 and self.fate.resolve_late and clock and self.life.may_miss(clock):
            yield from self._be_late(clock)
        else:
            yield from self.wait(self.life.pin("submit", self._work_time(clock)))
        outcome = Outcome(self.fate.outcome if number == 0 else "A")
        yield from self._submit(outcome, is_redo=number > 0)
        while self.case.status == Status.SHELVED:
            yield from self._take_from_shelf()

    def _main_clock(self) -> Clock | None:
        for clock in (Clock.REDO, Clock.RESOLVE):
            if self.city.due_on(self.case, clock):
                return clock
        return None

    def _work_time(self, clock: Clock | None) -> datetime:
        if clock is None:  # 涉法涉诉 has no resolve deadline
            return self.hours.after(self.at, 80, 500)
        return self.life.in_time(clock, self.fate.share)

    def _be_late(self, clock: Clock) -> Life:
        """Missed, urged at 09:00; answered in writing or not; done some days later."""
        wanted = self.life.after_urge(clock, self.fate.resolve_late)
        yield from self.wait(self.life.after_urge(clock, 1))
        if self.fate.promises and self.fate.resolve_late > 1 and self.can(Action.ANSWER_URGE):
            need = self.fate.resolve_late + (self.rng.randint(0, 3) if self.rng.random() < 0.8 else -2)
            promised_on = self.hours.shift(clocks.local_day(self.at), max(need, 1))
            note = self.say("URGE_REPLY", promise=f"{promised_on:%m 月 %d 日}")
            self.do(Action.ANSWER_URGE, self.life.clerk, note=note, promised_on=promised_on)
        yield from self.wait(wanted)

    def _submit(self, outcome: Outcome, *, is_redo: bool = False) -> Life:
        if not self.can(Action.SUBMIT):
            return
        promised_on = None
        if outcome in {Outcome.SOLVING, Outcome.PLANNED}:
            promised_on = self.hours.calendar.next_workday(
                clocks.local_day(self.at) + timedelta(days=self.fate.shelf_days)
            )
        promise = f"{promised_on:%m 月 %d 日}" if promised_on else "本月底"
        kind = "REDO_ACCOUNT" if is_redo else f"ACCOUNT_{outcome.value}"
        note = self.say(kind, solution=self.life.solution, unit=self.case.lead.name, promise=promise)
        self.do(
            Action.SUBMIT,
            self.life.clerk,
            note=note,
            files=self.city.evidence(),
            outcome=outcome,
            promised_on=promised_on,
        )
        if self.fate.stop == "submitted":
            return
        yield from self._review(outcome, promised_on)

    def _review(self, outcome: Outcome, promised_on) -> Life:
        when = self.life.in_time(Clock.REVIEW, 0.3)
        if when > self.city.until:  # what waits for review in the present is planned
            when = self.at + (self.city.until - self.at) * self.rng.uniform(0.2, 0.9)
        yield from self.wait(when)
        if self.fate.returned and self.can(Action.RETURN_REVIEW):
            self.fate.returned = False
            self.do(Action.RETURN_REVIEW, self.life.officer, note=self.say("REVIEW_BACK"))
            yield from self.wait(self.hours.after(self.at, 4, 12))
            yield from self._submit(outcome, is_redo=True)
        elif promised_on and self.can(Action.SHELVE):
            self.do(Action.SHELVE, self.life.officer, ticks=EXPLAINED, note="挂账办理，按承诺日期跟踪。")
        elif self.can(Action.PASS_REVIEW):
            ticks = ALL_TICKS if outcome == Outcome.SOLVED else EXPLAINED
            self.do(Action.PASS_REVIEW, self.life.officer, ticks=ticks, note=self.say("REVIEW_PASS"))

    def _take_from_shelf(self) -> Life:
        if self.fate.shelf_late and self.life.may_miss(Clock.SHELVED):
            yield from self.wait(self.life.after_urge(Clock.SHELVED, self.fate.shelf_late))
        else:
            yield from self.wait(self.life.in_time(Clock.SHELVED, 0.9))
        yield from self._submit(Outcome.SOLVED)
        if self.case.status == Status.SHELVED:  # somebody else has it in hand
            yield from self.wait(self.hours.after(self.at, 14))

    # --- the firm ----------------------------------------------------------------------------------------------------
    def _after_closing(self) -> Choice:
        """The rating, and what may follow it. True when the unit has to do it again."""
        if self.case.status != Status.RATING or self.fate.stop == "rating":
            return False
        score, *rest = self.fate.ratings
        self.fate.ratings = tuple(rest) or (4,)
        if score is None:
            due_on = self.city.due_on(self.case, Clock.RATE) or clocks.local_day(self.at)
            yield from self.wait(self.hours.at(self.hours.shift(due_on, 1), 9, 30))
        else:
            yield from self._rate(score)
            if score in BAD_RATINGS:
                yield from self._call_back()
                return self.case.status == Status.HANDLING
        if self.case.status == Status.CLOSED and self.fate.reopened:
            return (yield from self._reopen())
        return False

    def _rate(self, score: int) -> Life:
        day = clocks.local_day(self.at) + timedelta(days=min(int(self.rng.expovariate(0.33)), 12))
        when = (
            self.hours.evening(day)
            if self.rng.random() < 0.35
            else self.hours.between(self.at, self.hours.calendar.next_workday(day))
        )
        yield from self.wait(self.life.pin("rate", when))
        evaluation = self.case.evaluations.filter(rated_at__isnull=True, lapsed_at__isnull=True).first()
        if evaluation is None or clocks.local_day(self.at) > evaluation.expires_on:
            return
        comment = self.say(f"RATING_{score}") if self.rng.random() < 0.6 else ""
        good = score > 3
        rating = Rating(
            score, was_contacted=good and self.rng.random() < 0.6, was_told_once=score > 2 and self.rng.random() < 0.7,
            is_real=good and self.rng.random() < 0.7, comment=comment, was_pressured=self.rng.random() < PRESSED,
        )  # fmt: skip
        self.life.case = rate(evaluation, rating, at=self.at, actor=None)

    def _call_back(self) -> Life:
        if self.fate.stop == "bad":
            self.fate.stop = "handling"
            return
        yield from self.wait(self.life.in_time(Clock.CALL_BACK, 0.4))
        if self.can(Action.CALL_BACK):
            self.do(Action.CALL_BACK, self.life.officer, note=self.say("CALLBACK"))

    def _reopen(self) -> Choice:
        day = clocks.local_day(self.at) + timedelta(days=self.fate.reopened)
        self.fate.reopened = 0
        yield from self.wait(self.hours.evening(day))
        user = self.city.accounts.get(self.case.enterprise_id)
        if user is None or not self.can(Action.REOPEN):
            return False
        self.do(Action.REOPEN, user, note=self.say("REOPEN_REASON"))
        return True
