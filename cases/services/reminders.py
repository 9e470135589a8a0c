"""助企日的提醒（R-15、R-41）：前两个工作日提醒干部，当天 08:30 各单位各干部的欠账，之后的未联系名单。"""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.urls import reverse

from cadres.enums import Role, UnitKind
from cadres.models import Assignment, Unit, User, Visit
from cadres.services import duties
from cadres.services.duties import Round
from cadres.services.notices import notify
from cases.enums import Clock
from cases.models import Case, Deadline
from cases.services import clocks, double_ten

NAMED_MOST = 3
LIST_FOR = timedelta(days=5)


def remind(*, at: datetime) -> dict[str, int]:
    """今天该提醒的都提醒，各人各事一次；返回提醒了几人次。"""
    today = clocks.local_day(at)
    sent: Counter[str] = Counter()
    near = {each for year in (today.year - 1, today.year, today.year + 1) for each in duties.rounds(year)}
    for each in sorted(near, key=lambda row: row.held_on):
        # A run that was missed is made up; the notice key says each thing once.
        if each.reminded_on <= today < each.held_on:
            sent["ahead"] += _remind_cadres(each, at, key="double-ten-ahead", opening=f"{each.held_on:%m-%d} 是助企日")
        if each.held_on == today:
            sent["cadres"] += _remind_cadres(each, at, key="double-ten-day", opening="今天是助企日")
            sent["units"] += _remind_units(today, at)
        if each.listed_on <= today <= each.listed_on + LIST_FOR:
            sent["gaps"] += _list_gaps(each, at)
    return dict(sent)


def _remind_cadres(each: Round, at: datetime, *, key: str, opening: str) -> int:
    """每名干部：还没联系的企业与它们没办完的问题。"""
    seen = Visit.objects.filter(visited_on__range=(each.opens_on, each.closes_on)).values("enterprise")
    rows = Assignment.objects.filter(
        to_on__isnull=True, cadre__is_active=True, cadre__role=Role.CADRE, enterprise__is_active=True
    )
    missing = defaultdict(list)
    for row in rows.exclude(enterprise__in=seen).select_related("cadre", "enterprise").order_by("pk"):
        missing[row.cadre].append(row.enterprise)
    problems = dict(Case.objects.open().order_by().values_list("enterprise").annotate(n=Count("pk")))
    sent = 0
    for cadre, firms in missing.items():
        said = "、".join(f"{firm.name}（在办 {problems.get(firm.pk, 0)} 件）" for firm in firms[:NAMED_MOST])
        more = f"等 {len(firms)} 家" if len(firms) > NAMED_MOST else ""
        sent += notify(
            [cadre],
            f"{key}:{each.nominal_on}",
            f"{opening}，还有 {len(firms)} 家企业没联系",
            at=at,
            body=said + more,
            url=reverse("cases:today"),
            tone="near",
        )
    return sent


def _remind_units(today: date, at: datetime) -> int:
    """每个单位：今天 24:00 前要报进展的件数。先把欠账开出来（同一套唯一键）。"""
    for day, before in double_ten.held_days(today, today):
        double_ten.open_rows(day, before, at=at)
    owed = Deadline.objects.running().filter(clock=Clock.DOUBLE_TEN, due_on=today).order_by()
    sent = 0
    for unit_id, count in owed.values_list("holder").annotate(n=Count("pk")):
        people = User.objects.filter(unit=unit_id, role__in=(Role.UNIT, Role.OFFICE), is_active=True)
        is_office = Unit.objects.filter(pk=unit_id, kind=UnitKind.OFFICE).exists()
        sent += notify(
            people,
            f"double-ten-owed:{today}",
            f"今天是助企日，24:00 前有 {count} 件要{'交办' if is_office else '报进展'}",
            at=at,
            body="到时没有的，下一个工作日 09:00 列入主任名单。"
            if is_office
            else "到时没有的，下一个工作日 09:00 会收到催办单。",
            url=reverse("cases:board" if is_office else "cases:inbox"),
            tone="near",
        )
    return sent


def _list_gaps(each: Round, at: datetime) -> int:
    """联系窗口过后：各县（市、区）活动办收到未联系名单；不扣分（R-15）。"""
    sent = 0
    for office in Unit.objects.filter(kind=UnitKind.OFFICE, is_active=True):
        people = list(User.objects.filter(unit=office, role=Role.OFFICE, is_active=True).select_related("unit"))
        if not people:
            continue
        count = duties.gaps(people[0], each).count()
        if count:
            sent += notify(
                people,
                f"double-ten-gaps:{each.nominal_on}",
                f"{each.held_on:%m-%d} 助企日有 {count} 家企业没有联系",
                at=at,
                body="只作提醒，不扣分。请与包联干部核对后安排联系。",
                url=reverse("cadres:gaps"),
                tone="near",
            )
    return sent
