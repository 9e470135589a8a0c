"""The ledgers people took away in the last weeks: made at their own time, downloaded, one of them given up (R-54, R-73)."""

from contextlib import suppress
from datetime import timedelta

from cadres.models import User
from cases.services.clocks import local_day
from reports.demo.city.city import City
from reports.demo.city.clockwork import Life
from reports.ledgers import LEDGERS
from reports.services import upkeep
from reports.services.exports import cancel_export, hand_over, request_export, run_export
from zhuqi.kernel.errors import InvalidInput

# Working days before the present, who, which ledger, under which conditions, how often it was downloaded; 0: given up.
TAKEN = (
    (12, "office", "cases", "flag=overdue", 1),
    (9, "county", "enterprises", "", 1),
    (7, "unit", "cases", "flag=open", 2),
    (5, "supervisor", "tickets", "kind=URGE", 1),
    (4, "office", "visits", "since={week_ago}", 1),
    (3, "office", "enterprises", "scale=1", 0),
    (2, "director", "cases", "", 1),
    (1, "unit", "tickets", "", 1),
)
WEEK = timedelta(days=7)


class Exporting:
    """One after the other, then the nightly clearing of old files."""

    def __init__(self, city: City) -> None:
        self.city, self.hours = city, city.hours

    def live(self) -> Life:
        """Each at its own time of day."""
        for number, (days, username, key, query, downloads) in enumerate(TAKEN):
            at = self.hours.at(self.hours.shift(self.city.last_run_on, -days), 10 + number % 6, 7 * number % 60)
            at = yield at
            week_ago = (local_day(at) - WEEK).isoformat()
            with suppress(InvalidInput):  # a small city may have nothing of the kind
                self._take(username, key, query.format(week_ago=week_ago), downloads, at)
        at = yield self.hours.at(self.city.last_run_on, 3, 40)
        upkeep.drop_old_files(at=at)

    def _take(self, username, key, query, downloads, at):
        user = User.objects.select_related("unit").get(username=username)
        job, _ = request_export(LEDGERS[key], query, actor=user, at=at)
        if not downloads:
            cancel_export(job, actor=user, at=at + timedelta(seconds=20))
            return
        made = run_export(job.pk, clock=lambda: at)
        for again in range(downloads):
            hand_over(made, actor=user, at=at + timedelta(minutes=20 * again))
