"""回头看的抽取（R-30）：每月抽上个月销号的；种子、总体、分层都留下，谁都能照着重抽一遍。"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from secrets import token_hex

from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from cadres.calendar import WorkCalendar
from cadres.services import settings
from cases.enums import Action, Status
from cases.models import Arrears, Case, CaseEvent, LookBack, LookBackDraw
from cases.rules import look_backs as rules
from cases.services.clocks import calendar_now, local_day
from zhuqi.kernel.errors import DomainError

SEED_BYTES = 8
BATCH = 500
CLOSINGS = (Action.RATE, Action.LAPSE_RATING)
REOPENINGS = (Action.REOPEN, Action.REVOKE)


def draw_month(month: date, *, at: datetime, seed: str = "") -> LookBackDraw:
    """抽一个月。抽过的原样返回，所以重跑、补跑、两个进程同时跑都只有一次抽取。

    错误：DomainError，那个月还没过完。`seed` 只在要重现一次抽取时给出；缺省现取一个。
    """
    first = month.replace(day=1)
    if at < _span(first)[1]:
        raise DomainError(f"{first:%Y 年 %m 月}还没有过完，不能抽取回头看。")
    present = LookBackDraw.objects.filter(month=first).first()
    if present:
        return present
    try:
        with transaction.atomic():
            return _draw(first, seed or token_hex(SEED_BYTES), at=at)
    except IntegrityError:
        present = LookBackDraw.objects.filter(month=first).first()  # another worker was faster
        if present is None:
            raise
        return present


def missing_months(*, at: datetime) -> list[date]:
    """到 `at` 为止该抽没抽的月，早的在前；一次也没抽过的只抽上个月。"""
    month = _month_before(local_day(at))
    last = LookBackDraw.objects.order_by("-month").values_list("month", flat=True).first()
    if last is None:
        return [month]
    found = []
    while month > last:
        found.append(month)
        month = _month_before(month)
    return found[::-1]


def _span(first: date) -> tuple[datetime, datetime]:
    following = (first + timedelta(days=32)).replace(day=1)
    zone = timezone.get_default_timezone()
    return datetime.combine(first, time(), zone), datetime.combine(following, time(), zone)


def _month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _draw(first: date, seed: str, *, at: datetime) -> LookBackDraw:
    since, until = _span(first)
    rows = (
        Case.objects.filter(status=Status.CLOSED, closed_at__gte=since, closed_at__lt=until)
        .annotate(owes=Exists(Arrears.objects.filter(case=OuterRef("pk"))))
        .select_related("region", "category__parent")
    )
    cases = {case.number: case for case in rows.order_by("pk")}
    share = int(settings.value("look_back_share"))
    drawing = rules.draw(map(_closed, cases.values()), share=share, seed=seed)
    made = LookBackDraw.objects.create(
        month=first, seed=seed, share=share, drawn_at=at,
        must=[[number, reason] for number, reason in drawing.must.items()],
        strata=[
            {
                "region": layer.region,
                "category": layer.category,
                "numbers": list(layer.numbers),
                "drawn": list(layer.drawn),
            }
            for layer in drawing.layers
        ],
    )  # fmt: skip
    LookBack.objects.bulk_create(_rows(made, drawing, cases, at=at), batch_size=BATCH)
    return made


def _closed(case: Case) -> rules.Closed:
    category = case.category
    top = category and (category.parent or category)
    return rules.Closed(
        case.number, case.region.code, top.code if top else "", case.tier, case.bad_rating_count,
        is_arrears=bool(category and category.is_arrears) or bool(getattr(case, "owes", False)), was_shelved=case.was_shelved,
    )  # fmt: skip


def _rows(made: LookBackDraw, drawing: rules.Drawing, cases: Mapping[str, Case], *, at: datetime) -> Iterable[LookBack]:
    how, calendar = settings.values("look_back_first", "look_back_second", "look_back_days"), calendar_now()
    # Two terms set alike are one round.
    rounds = sorted({int(how["look_back_first"]), int(how["look_back_second"])})
    for number, reason in drawing.reasons.items():
        case = cases[number]
        assert case.closed_at is not None  # noqa: S101 - the query asked for it
        for days in rounds:
            due_on = _due(local_day(case.closed_at), days, calendar)
            yield LookBack(
                draw=made, case=case, unit_id=case.lead_id, closed_at=case.closed_at, round=days, reason=reason,
                due_on=due_on,
                until_on=calendar.add_workdays(max(due_on, local_day(at)), int(how["look_back_days"])),
            )  # fmt: skip


def _due(closed_on: date, days: int, calendar: WorkCalendar) -> date:
    """销号后第 `days` 天；不是工作日的顺延。"""
    return calendar.next_workday(closed_on + timedelta(days=days))


def verify(draw: LookBackDraw) -> tuple[str, ...]:
    """用留下的种子和总体重抽一遍，再与账本对总体；返回哪里不一样，空即一致。什么也不写。"""
    kept = {(each["region"], each["category"]): each for each in draw.strata}
    again = rules.redraw({key: each["numbers"] for key, each in kept.items()}, share=draw.share, seed=draw.seed)
    wrong = [
        f"{layer.region}/{layer.category}：存的抽中 {'、'.join(kept[layer.region, layer.category]['drawn']) or '无'}，"
        f"重抽 {'、'.join(layer.drawn) or '无'}"
        for layer in again
        if list(layer.drawn) != kept[layer.region, layer.category]["drawn"]
    ]
    must = dict(draw.must)
    reasons = must | {number: "DRAWN" for layer in again for number in layer.drawn}
    rows = dict(LookBack.objects.filter(draw=draw).order_by().values_list("case__number", "reason"))
    wrong += [
        f"{number}：应为{reasons.get(number, '不看')}，实为{rows.get(number, '没有')}"
        for number in sorted(set(rows) | set(reasons))
        if rows.get(number) != reasons.get(number)
    ]
    return (*wrong, *_population(draw, set(must).union(*(each["numbers"] for each in draw.strata))))


def _population(draw: LookBackDraw, kept: set[str]) -> list[str]:
    """账本上那个月销号、抽取时还销着的，应与留下的总体一样。"""
    since, until = _span(draw.month)
    closings = CaseEvent.objects.filter(
        kind__in=CLOSINGS, status_after=Status.CLOSED, at__gte=since, at__lt=until
    ).order_by()
    closed = {
        case: (number, at) for case, number, at in closings.values_list("case", "case__number").annotate(last=Max("at"))
    }
    reopened = CaseEvent.objects.filter(
        kind__in=REOPENINGS, case__in=closings.values("case"), at__lte=draw.drawn_at
    ).order_by()
    later = {
        case
        for case, at in reopened.values_list("case").annotate(last=Max("at"))
        if case in closed and at > closed[case][1]
    }
    found = {number for case, (number, _) in closed.items() if case not in later}
    return [
        f"{number}：{'账本上没有这次销号' if number in kept else '那个月销了号，却不在总体里'}"
        for number in sorted(found ^ kept)
    ]
