"""驾驶舱、大屏、单位 × 状态的数，照规则另数一遍：整表读成普通的行，在 Python 里一件一件数。

这里不用 reports.queries，也不用 visible_to、聚合和 SQL 里的条件：两边错得一样才会对得上。慢，只给测试用。
"""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from types import SimpleNamespace

from cadres.models import Unit, Visit
from cases.models import Case, CaseEvent, Category, Deadline, Evaluation, Instruction, Pause, Ticket
from enterprises.models import Enterprise, Region
from tests.factories import SHANGHAI

OPEN = ("REPORTED", "ACCEPTED", "DISPATCHED", "OBJECTED", "HANDLING", "PAUSED", "SUBMITTED", "RATING", "SHELVED")
ANSWER_CLOCKS = ("RESOLVE", "REDO", "SHELVED")


def rows_of(model):
    """整张表，一行一个普通对象，外键是 `…_id`。"""
    return [SimpleNamespace(**row) for row in model._base_manager.values()]


def day(instant):
    """北京时间的日期。"""
    return instant.astimezone(SHANGHAI).date()


def back(month):
    """上一个月的 1 日。"""
    return (month - timedelta(days=1)).replace(day=1)


class Recount:
    """一个人看得到的全部，按 `now` 数。"""

    def __init__(self, user, now: datetime):
        self.user, self.now, self.today = user, now, day(now)
        self.month = self.today.replace(day=1)
        regions, units = rows_of(Region), rows_of(Unit)
        self.unit_names = {unit.id: unit.short_name or unit.name for unit in units}
        home = next(unit.region_id for unit in units if unit.id == user.unit_id)
        self.seen = {each.id for each in regions if home is None or home in {each.id, each.parent_id}}
        self.region_names = {each.id: each.name for each in regions if each.id in self.seen}
        self.parents = {each.id: each.parent_id or each.id for each in rows_of(Category)}
        self.category_names = {each.id: each.name for each in rows_of(Category)}
        self.cases = {each.id: each for each in rows_of(Case) if each.region_id in self.seen}
        self.tickets = [each for each in rows_of(Ticket) if each.case_id in self.cases]
        self.open = [case for case in self.cases.values() if case.status in OPEN]
        self.firms = {each.id: each for each in rows_of(Enterprise) if each.region_id in self.seen and each.is_active}

    def is_this_month(self, instant):
        """本月的（北京时间）。"""
        return instant is not None and day(instant).replace(day=1) == self.month

    def is_overdue(self, case):
        """在办、过了下一期限、不在等企业补充。"""
        has_passed = case.next_due_on is not None and case.next_due_on < self.today
        return case.status in OPEN and case.status != "PAUSED" and has_passed

    def due(self, month=None):
        """一个月应办结：案件 → [（责任单位，按时没有，办了没有）]；过去的月以月末 24:00 为准。"""
        month, found = month or self.month, defaultdict(list)
        following = (month + timedelta(days=31)).replace(day=1)
        for row in rows_of(Deadline):
            case = self.cases.get(row.case_id)
            if case is None or case.is_legal or row.voided_at is not None or row.clock not in ANSWER_CLOCKS:
                continue
            if row.due_on.replace(day=1) != month:
                continue
            if month == self.month:
                is_met, is_paused = row.met_at is not None, case.status == "PAUSED"
                is_ahead = row.due_on >= self.today
            else:
                is_met = row.met_at is not None and day(row.met_at) < following
                is_paused, is_ahead = row.case_id in self.paused_at_the_end_of(following), False
            if not is_met and (is_ahead or is_paused):
                continue
            found[row.case_id].append((row.holder_id, is_met and day(row.met_at) <= row.due_on, is_met))
        return found

    def paused_at_the_end_of(self, following):
        """月末 24:00 还在等企业补充的。"""
        return {
            each.case_id
            for each in rows_of(Pause)
            if day(each.paused_at) < following and not (each.resumed_at and day(each.resumed_at) < following)
        }

    def compared(self, by, month):
        """单位、地区或类别 → （在办，逾期，应办结，没按时，没办）。"""
        names = {"unit": self.unit_names, "region": self.region_names, "category": self.category_names}[by]

        def place(case, holder):
            top = self.parents.get(case.category_id)
            return names.get({"unit": holder, "region": case.region_id, "category": top}[by])

        found = defaultdict(lambda: [0] * 5)
        for case in self.open:
            found[place(case, case.lead_id)][0] += 1
            found[place(case, case.lead_id)][1] += self.is_overdue(case)
        for key, cases in self._placed(place, month).items():
            found[key][2] = len(cases)
            found[key][3] = sum(not all(kept for kept, _ in rows) for rows in cases.values())
            found[key][4] = sum(not all(met for _, met in rows) for rows in cases.values())
        return {key: tuple(line) for key, line in found.items()}

    def _placed(self, place, month=None):
        placed = defaultdict(lambda: defaultdict(list))
        for case, rows in self.due(month).items():
            for holder, is_kept, is_met in rows:
                placed[place(self.cases[case], holder)][case].append((is_kept, is_met))
        return placed

    def rates(self, place):
        """按 `place(案件, 单位)` 分：（按时件数，应办结件数）。"""
        return {
            key: (sum(all(kept for kept, _ in rows) for rows in cases.values()), len(cases))
            for key, cases in self._placed(place).items()
        }

    def numbers(self):
        """三个数和旁边的数，名字与 `Numbers` 的一样。"""
        late = [case for case in self.open if self.is_overdue(case)]
        rated = unrated = satisfied = 0
        for row in rows_of(Evaluation):
            case = self.cases.get(row.case_id)
            if (
                case is None
                or case.is_legal
                or not (self.is_this_month(row.rated_at) or self.is_this_month(row.lapsed_at))
            ):
                continue
            rated += row.satisfaction is not None
            unrated += row.satisfaction is None
            satisfied += (row.satisfaction or 0) >= 3
        return {
            "open": len(self.open),
            "major": sum(case.tier == "MAJOR" for case in self.open),
            "shelved": sum(case.status == "SHELVED" for case in self.open),
            "legal": sum(case.is_legal for case in self.open),
            "overdue": len(late),
            "longest_days": max(((self.today - case.next_due_on).days for case in late), default=0),
            "closed": sum(self.is_this_month(case.closed_at) for case in self.cases.values()),
            "due": len(self.due()),
            "satisfied": satisfied,
            "rated": rated,
            "unrated": unrated,
            "red": sum(case.level == 2 for case in self.open),
            "urged": sum(case.level == 1 for case in self.open),
            "reopened": sum(case.reopened_count > 0 for case in self.open),
        }

    def regions(self, opens_on: date, closes_on: date):
        """地区 → （在办，逾期，按时，应办结，已联系，应联系）；全是零的不列。"""
        rates = self.rates(lambda case, _: case.region_id)
        seen = {row.enterprise_id for row in rows_of(Visit) if opens_on <= row.visited_on <= closes_on}
        found = {}
        for key, name in self.region_names.items():
            here = [case for case in self.open if case.region_id == key]
            firms = [firm.id for firm in self.firms.values() if firm.region_id == key]
            line = (
                len(here), sum(map(self.is_overdue, here)), *rates.get(key, (0, 0)),
                sum(firm in seen for firm in firms), len(firms),
            )  # fmt: skip
            if line[0] or line[3] or line[5]:
                found[name] = line
        return found

    def units(self):
        """主办单位 → （在办，逾期，按时，应办结）；在办的才列。"""
        rates = self.rates(lambda _, holder: holder)
        found = {}
        for key in {case.lead_id for case in self.open} - {None}:
            here = [case for case in self.open if case.lead_id == key]
            found[self.unit_names[key]] = (len(here), sum(map(self.is_overdue, here)), *rates.get(key, (0, 0)))
        return found

    def categories(self):
        """一级类别 → 在办件数。"""
        return dict(
            Counter(self.category_names[self.parents[case.category_id]] for case in self.open if case.category_id)
        )

    def trend(self):
        """13 个月：[（月，收到，办结）]。"""
        months = [self.month]
        while len(months) < 13:
            months.insert(0, back(months[0]))
        received = Counter(day(case.reported_at).replace(day=1) for case in self.cases.values())
        closed = Counter(day(case.closed_at).replace(day=1) for case in self.cases.values() if case.closed_at)
        return [(month, received[month], closed[month]) for month in months]

    def ages(self):
        """挂账四档的件数。"""
        found = [0, 0, 0, 0]
        for case in self.open:
            if case.status == "SHELVED":
                days = (self.today - day(case.submitted_at)).days if case.submitted_at else 0
                found[0 if days <= 30 else 1 if days <= 60 else 2 if days <= 90 else 3] += 1
        return found

    def waiting(self):
        """待领导批准交办的件。"""
        drafted = {each.case_id for each in self.tickets if (each.kind, each.state) == ("DISPATCH", "DRAFT")}
        return {case.id for case in self.open if case.status == "ACCEPTED" and case.tier == "MAJOR"} & drafted

    def urged_today(self):
        """今天签发的催办单张数。"""
        return sum(
            each.kind == "URGE" and each.state == "ISSUED" and day(each.issued_at) == self.today
            for each in self.tickets
        )

    def instructions(self):
        """本人的批示：（全部，没答复，过期，已答复）。"""
        mine = [row for row in rows_of(Instruction) if row.leader_id == self.user.pk and row.case_id in self.cases]
        waiting = [row for row in mine if row.answered_at is None]
        overdue = sum(row.due_on is not None and row.due_on < self.today for row in waiting)
        return len(mine), len(waiting), overdue, len(mine) - len(waiting)

    def matrix(self, region=None):
        """主办单位（没有的是 None）→ 状态 → 件数，连同 open、overdue、all。"""
        found = defaultdict(Counter)
        for case in self.cases.values():
            if region is None or case.region_id == region:
                line = found[self.unit_names.get(case.lead_id)]
                line[case.status] += 1
                line["all"] += 1
                line["open"] += case.status in OPEN
                line["overdue"] += self.is_overdue(case)
        return found

    def held(self, month, calendar):
        """（哪一方，单位）→ {案件: 工作日}：一天一天地问，零点以前在谁手里，这个工作日就算谁的。"""
        since = datetime(month.year, month.month, 1, tzinfo=SHANGHAI)
        after = (month + timedelta(days=31)).replace(day=1)
        until = min(datetime(after.year, after.month, 1, tzinfo=SHANGHAI), self.now)
        ledger, orders = defaultdict(list), defaultdict(list)
        for row in sorted(rows_of(CaseEvent), key=lambda each: (each.at, each.id)):
            if row.case_id in self.cases and row.at < until:
                ledger[row.case_id].append((row.at, row.status_after))
        for row in sorted(self.tickets, key=lambda each: (each.issued_at or until, each.id)):
            if row.kind == "DISPATCH" and row.issued_at and row.issued_at < until:
                orders[row.case_id].append((row.issued_at, row.to_unit_id))
        found = defaultdict(dict)
        for case, events in ledger.items():
            self._day_by_day(case, events, orders[case], (since, until), calendar, found)
        return found

    def _day_by_day(self, case, events, orders, month, calendar, found):
        since, until = month

        def hands(at, *, is_before):
            past = [status for when, status in events if when < at or (when == at and not is_before)]
            given = [unit for when, unit in orders if when < at or (when == at and not is_before)]
            if not past or past[-1] in {"CLOSED", "REFUSED", "MERGED"}:
                return None
            if past[-1] in {"PAUSED", "RATING"}:
                return "firm", None
            if past[-1] in {"DISPATCHED", "HANDLING", "SHELVED"}:
                return "lead", given[-1] if given else None
            return "office", self.cases[case].office_id

        days, one = Counter(), timedelta(days=1)
        midnight = events[0][0].astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0) + one
        while day(midnight) <= day(until):
            days[hands(midnight, is_before=True)] += calendar.is_workday(day(midnight))
            midnight += one
        moments = [at for at, _ in (*events, *orders) if since < at < until]
        present = {hands(at, is_before=False) for at in moments} | {hands(since, is_before=False)}
        for key in present - {None}:
            found[key][case] = days[key]
