"""Contacts of the last 双十 rounds: most firms in each window, some gaps; planned visits and quiet periods (R-13 – R-15)."""

from collections.abc import Iterator
from datetime import date, timedelta

from cadres.enums import VisitMode, VisitTopic
from cadres.models import Visit
from cadres.services.duties import Round, rounds
from cadres.services.first_books import record_visits
from cadres.services.planning import plan_visit, set_quiet
from reports.demo import phrase
from reports.demo.city.city import City

MODES = ((VisitMode.ON_SITE, 44), (VisitMode.PHONE, 42), (VisitMode.VIDEO, 11), (VisitMode.DECLINED, 3))
KINDS = {VisitTopic.NOTHING: "VISIT_NOTHING", VisitTopic.POLICY: "VISIT_POLICY"}
POLICIES = (
    "设备更新和技术改造奖补",
    "稳岗返还与社保补贴",
    "小微企业贷款贴息",
    "研发费用加计扣除",
    "用电报装“三零”服务",
    "招用高校毕业生补贴",
)
QUIET_REASONS = ("设备大修", "月末盘点", "集中交货", "审计进场")


def record_contacts(city: City) -> int:
    """The last rounds up to the present, at once."""
    now = city.today
    past = [r for year in range(now.year - 1, now.year + 1) for r in rounds(year) if r.opens_on <= now]
    visits: list[Visit] = []
    for each in past[-city.scale.visit_rounds :]:
        visits += _round(city, each)
    return record_visits(visits)


def _round(city: City, each: Round) -> Iterator[Visit]:
    last = min(each.closes_on, city.today)
    days = [day for day in city.hours.days if each.opens_on <= day <= last]
    is_open = each.closes_on >= city.today
    for place, firm in enumerate(city.firms):
        cadre = city.leads.get(firm.pk)
        # The cadre to show has some still to contact in the window that is open.
        met = place < 2 if is_open and place < 5 else city.rng.random() < (0.8 if is_open else 0.93)
        if cadre is None or not met or not days:
            continue
        yield _contact(city, firm, cadre, city.rng.choice(days))


def _contact(city: City, firm, cadre, day: date) -> Visit:
    rng = city.rng
    mode = rng.choices([m for m, _ in MODES], [w for _, w in MODES])[0]
    topic = VisitTopic.POLICY if mode != VisitMode.DECLINED and rng.random() < 0.25 else VisitTopic.NOTHING
    kind = "VISIT_DECLINED" if mode == VisitMode.DECLINED else KINDS[topic]
    at = city.hours.moment(day)
    return Visit(
        enterprise=firm, cadre=cadre, unit=cadre.unit, visited_on=day, mode=mode, topic=topic,
        note=phrase(rng, kind, on=day), policies_explained=rng.choice(POLICIES) if topic == VisitTopic.POLICY else "",
        recorded_at=min(at, city.until),
    )  # fmt: skip


def be_left_alone(city: City) -> None:
    """One firm with an account, and nobody announced, wants quiet today: what policies have to say to it is held (R-14)."""
    for firm in city.firms[6 : city.scale.case_firms]:
        user = city.accounts.get(firm.pk)
        if user is not None and not firm.planned_visits.exists() and not firm.quiet_periods.exists():
            period = (city.today, city.today + timedelta(days=4))
            set_quiet(firm, actor=user, period=period, at=city.until, reason=QUIET_REASONS[0])
            return


def plan_ahead(city: City) -> None:
    """Visits announced for the coming days, and a few firms that want to be left alone."""
    busy = set()
    for place, firm in enumerate(city.firms[: city.scale.case_firms]):
        user = city.accounts.get(firm.pk)
        if place > 5 and user is not None and city.rng.random() < 0.04:
            first = city.today + timedelta(days=city.rng.randint(0, 6))
            period = (first, first + timedelta(days=city.rng.randint(3, 9)))
            set_quiet(firm, actor=user, period=period, at=city.until, reason=city.rng.choice(QUIET_REASONS))
            busy.add(firm.pk)
    for place, firm in enumerate(city.firms[: city.scale.case_firms]):
        cadre = city.leads.get(firm.pk)
        if cadre is None or firm.pk in busy or (place > 2 and city.rng.random() > 0.15):
            continue
        day = city.hours.shift(city.today, city.rng.randint(1, 6))
        plan_visit(firm, actor=cadre, on=day, purpose=phrase(city.rng, "VISIT_PURPOSE"), at=city.until)
