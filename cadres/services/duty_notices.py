"""R-15: the reminder before a 双十 day and the list of gaps after it. Each once, made up when a run was missed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Count

from cadres.enums import Role, UnitKind
from cadres.models import Unit, User
from cadres.services.duties import Duty, Round, duties_of, gaps, last_listed_round, round_at
from cadres.services.notices import notify
from zhuqi.datewords import md_paren

# firm keys → the titles of their open problems; given by `cases`, which stands above this app.
OpenProblems = Callable[[Sequence[int]], Mapping[int, Sequence[str]]]
NAMED_MOST = 4
LIST_KEPT_DAYS = 5  # a missed run is made up within a working week, not when the next round is on


def send_reminders(today: date, *, at: datetime, open_problems: OpenProblems | None = None) -> int:
    """From the reminder day until the window closes: each cadre once, with the firms still to contact."""
    now = round_at(today)
    if not now.reminded_on <= today <= now.closes_on:
        return 0
    cadres = User.objects.filter(role=Role.CADRE, is_active=True, assignments__to_on__isnull=True).distinct()
    key = f"duty:{now.nominal_on}"
    return sum(
        _remind(cadre, now, key=key, today=today, at=at, open_problems=open_problems)
        for cadre in cadres.exclude(notices__key=key)
    )


def _remind(cadre: User, now: Round, *, key: str, today: date, at: datetime, open_problems: OpenProblems | None) -> int:  # noqa: PLR0913 - one notice
    missing = duties_of(cadre, today).missing
    if not missing:
        return 0
    problems = open_problems([row.enterprise.pk for row in missing]) if open_problems else {}
    said = "；".join(_firm_said(row, problems) for row in missing[:NAMED_MOST])
    more = f"；另有 {len(missing) - NAMED_MOST} 家" if len(missing) > NAMED_MOST else ""
    return notify(
        [cadre],
        key,
        f"{md_paren(now.held_on)}是助企日，还有 {len(missing)} 家企业要联系",
        body=f"{now.opens_on:%m-%d} 至 {now.closes_on:%m-%d} 联系都算，电话也算。{said}{more}。",
        url="/",
        tone="near",
        at=at,
    )


def _firm_said(row: Duty, problems: Mapping[int, Sequence[str]]) -> str:
    titles = problems.get(row.enterprise.pk, ())
    if not titles:
        return row.enterprise.name
    return f"{row.enterprise.name}（{len(titles)} 件在办：{titles[0]}{' 等' if len(titles) > 1 else ''}）"


def send_gap_lists(today: date, *, at: datetime, url: str = "") -> int:
    """From the third working day after: each activity office with gaps once, with how many and where to see them."""
    of = last_listed_round(today)
    if (today - of.listed_on).days > LIST_KEPT_DAYS:
        return 0
    told = 0
    for office in Unit.objects.filter(kind=UnitKind.OFFICE, is_active=True):
        people = list(office.users.filter(role=Role.OFFICE, is_active=True).select_related("unit"))
        if not people:
            continue
        found = gaps(people[0], of).order_by().aggregate(count=Count("pk", distinct=True))["count"]
        if found:
            told += notify(
                people,
                f"gaps:{of.nominal_on}",
                f"{md_paren(of.held_on)}助企日有 {found} 家企业没有联系",
                body="名单只用于补上联系，不扣分、不通报个人。",
                url=url,
                at=at,
            )
    return told
