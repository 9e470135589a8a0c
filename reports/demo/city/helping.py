"""Co-handlers: each answers the lead with its own opinion, by its own clock (R-26)."""

from datetime import datetime

from cases.enums import Action, Clock
from cases.models import CoHandling, Deadline
from reports.demo.city.clockwork import Life


def helper_life(life, row: CoHandling, at: datetime) -> Life:
    """One co-handler's reply to a case dispatched at `at`; `life` is the case's."""
    city, fate, hours = life.city, life.fate, life.hours
    if fate.helper_units:  # the plan of the present leaves it waiting
        return
    running = Deadline.objects.running().filter(case=row.case_id, clock=Clock.CO_REPLY, holder=row.unit_id)
    due_on = running.values_list("due_on", flat=True).first()
    if due_on is None:
        return
    if fate.helper_late and due_on < city.last_run_on:
        day = hours.shift(due_on, city.rng.randint(1, 3))
        when = max(hours.moment(day), hours.at(day, 9, 20))
    else:
        when = hours.between(at, due_on)
        if when > city.until and due_on <= city.last_run_on:
            when = at + (city.until - at) * city.rng.uniform(0.3, 0.9)
    when = yield when
    mine = type(life)(city, life.clockwork, fate, life.firm)
    mine.case, mine.at = life.case, when
    mine.look()
    still = CoHandling.objects.filter(pk=row.pk, replied_at__isnull=True).exists()
    if still and running.exists() and mine.can(Action.CO_REPLY):
        mine.do(Action.CO_REPLY, city.clerk(row.unit), note=mine.say("CO_OPINION"))
