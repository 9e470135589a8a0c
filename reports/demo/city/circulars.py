"""The month's ranking as it went each time: drafted on the 1st, objected to, ruled, published, its circular issued (R-52, R-53)."""

from datetime import date, datetime, timedelta

from cases.services.clocks import local_day
from reports.demo.city.city import City
from reports.demo.city.clockwork import Life
from reports.models import Ranking, RankingFact
from reports.scoring import Part
from reports.services import (
    draft_month,
    falsified,
    issue_circular,
    object_to_row,
    publish_month,
    redraft_month,
    rule_objection,
)
from reports.services.objections import lost_items

GROUNDS = {
    True: "企业当天即已收到答复，系统内晚点了签收，附通话记录。",
    False: "该件材料企业补得晚，不应记我单位。",
}
RULINGS = {True: "核对记录属实，予以采纳。", False: "补充时间已按规则补回，仍超时限，不予采纳。"}
LOOKED_AT = 40  # facts looked at for something to object to


class Circulars:
    """Draft, objection, publication of each month before the present."""

    def __init__(self, city: City, first: date) -> None:
        self.city, self.hours, self.rng, self.first = city, city.hours, city.rng, first

    def live(self) -> Life:
        """From the first whole month on."""
        month = self.first
        while True:
            following = (month + timedelta(days=32)).replace(day=1)
            at = self.hours.at(following, 2)
            at = yield at
            ranking = draft_month(month, at=at)
            yield from self._object(ranking)
            at = self.hours.at(self.hours.shift(ranking.objections_until_on, 1), 10, self.rng.randint(0, 50))
            at = yield at
            while falsified(ranking, at=at):
                ranking = redraft_month(month, at=at)
                at = self.hours.at(self.hours.shift(ranking.objections_until_on, 1), 10, 30)
                at = yield at
            publish_month(ranking, at=at, actor=self._director())
            yield from self._issue(ranking, at)
            month = following

    def _issue(self, ranking: Ranking, at: datetime) -> Life:
        """The director signs the circular a few hours after the publication."""
        at = yield self.hours.after(at, 3)
        issue_circular(Ranking.objects.get(pk=ranking.pk), actor=self._director(), at=at, revision=0)

    def _object(self, ranking: Ranking) -> Life:
        at = self.hours.moment(self.hours.calendar.next_workday(local_day(ranking.drafted_at) + timedelta(days=1)))
        at = yield at
        found = self._something(ranking)
        if found is None:
            return
        fact, item = found
        is_upheld = self.rng.random() < 0.4
        row = fact.row
        head = self.city.crowd.heads[row.unit_id]
        objection = object_to_row(row, actor=head, at=at, case=fact.case, item=item, text=GROUNDS[is_upheld])
        at = self.hours.after(at, 2, 5)
        at = yield at
        rule_objection(objection, actor=self._officer(), at=at, is_upheld=is_upheld, ruling=RULINGS[is_upheld])

    def _something(self, ranking: Ranking) -> tuple[RankingFact, str] | None:
        facts = RankingFact.objects.filter(row__ranking=ranking).select_related("row__ranking", "case").order_by("pk")
        rows = list(facts)
        self.rng.shuffle(rows)
        for fact in rows[:LOOKED_AT]:
            items = [item for item in lost_items(fact.facts) if item in {Part.SIGNING, Part.ON_TIME}]
            if items:
                return fact, items[0]
        return None

    def _director(self):
        return self.city.crowd.heads[self.city.units["CITY-OFFICE"].pk]

    def _officer(self):
        return self.city.clerk(self.city.units["CITY-OFFICE"])
