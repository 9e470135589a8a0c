"""驾驶舱与大屏（页面 7）：三个数、四类例外、趋势、比较；每个数两下点到单据。"""

from django.db.models import Count, F, Q
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from cadres.enums import Role
from cadres.models import Unit
from cases.enums import Status, TicketKind
from cases.models import Case, Category, Instruction, Ticket
from enterprises.models import Region
from reports.links import case_list, month_list
from reports.queries import behind
from reports.queries import cockpit as figures
from reports.queries.month import month_of
from reports.views.months import month_choice
from zhuqi.kernel.errors import NotPermitted
from zhuqi.kernel.pagination import page_of

REFRESH_SECONDS = 60
NO_UNIT = "您的账号还没有挂单位，不知道该看全市还是哪个县（市、区）；请系统管理员在“用户”里写上单位。"
ONLY = {"kept": "按时办结", "answered_late": "逾期才办结", "undone": "应办结没有办结"}
NUMBER_MOST = 9  # digits of a key in an address; more is nonsense
SEES_COCKPIT = frozenset({Role.LEADER, Role.SUPERVISOR, Role.OFFICE})


def reader_of(request):
    """领导、督查、活动办；别人没有这一页。没有挂单位的，说清楚缺什么，不给一页零。"""
    if request.user.role not in SEES_COCKPIT:
        raise Http404
    if not request.user.unit_id:
        raise NotPermitted(NO_UNIT)
    return request.user


def _shared(request):
    """驾驶舱和大屏都要的：数、趋势、区域、例外。"""
    user = reader_of(request)
    at, today = timezone.now(), timezone.localdate()
    contact = figures.contact_round(today)
    reading = figures.read(user, today=today)
    regions = figures.regions(user, today=today, contact=contact, reading=reading)
    trend = figures.trend(user, today=today)
    place = "全市" if user.sees_everything else user.unit.region.name
    return {
        "at": at,
        "place": place,
        "month": f"{today:%Y-%m}",
        "numbers": figures.numbers(user, today=today, reading=reading),
        "reading": reading,
        "regions": regions,
        "whole": figures.total(regions, place),
        "trend": trend,
        "trend_rows": _trend_rows(trend),
        "trend_data": _chart(trend),
        "exceptions": figures.exceptions(user, today=today),
        "contact": contact,
        "contact_open": contact.is_open(today),
        "links": _links(today),
    }


def _links(today):
    return {
        "open": case_list(flag="open"),
        "overdue": case_list(flag="overdue"),
        "closed": month_list(today, "closed"),
        "major": case_list(flag="open", tier="MAJOR"),
        "shelved": case_list(flag="shelved60"),
        **{key: reverse("reports:cockpit_cases", args=[key]) for key in behind.LISTS},
    }


def _trend_rows(trend):
    rows = zip(trend.months, trend.received, trend.closed, strict=True)
    return [
        {
            "month": month,
            "received": received,
            "closed": closed,
            "received_url": month_list(month, "reported"),
            "closed_url": month_list(month, "closed"),
        }
        for month, received, closed in rows
    ]


def _chart(trend):
    return {
        "labels": [f"{month:%y-%m}" for month in trend.months],
        "bars": {
            "name": "收到",
            "data": list(trend.received),
            "urls": [month_list(month, "reported") for month in trend.months],
        },
        "line": {
            "name": "办结",
            "data": list(trend.closed),
            "urls": [month_list(month, "closed") for month in trend.months],
        },
        "running": True,
    }


@require_GET
def cockpit(request):
    """驾驶舱。"""
    context = _shared(request)
    user, today = request.user, timezone.localdate()
    top, rest = figures.categories(user)
    largest = max((number for _, _, number in top), default=0)
    mine = Instruction.objects.visible_to(user).filter(leader=user)
    context |= {
        "units": figures.units(user, today=today, reading=context["reading"]),
        "categories": [
            {
                "name": name,
                "count": number,
                "share": number * 100 / largest,
                "url": case_list(category=key, flag="open"),
            }
            for key, name, number in top
        ],
        "rest_count": sum(number for _, _, number in rest),
        "rest_kinds": len(rest),
        "rest_share": min(100, sum(number for _, _, number in rest) * 100 / largest) if largest else 0,
        "ages": _ages(user, today),
        "instructions": mine.select_related("case").order_by(F("answered_at").asc(nulls_first=True), "due_on")[:2]
        if user.role == Role.LEADER
        else (),
        "instruction_counts": _instruction_counts(mine, today) if user.role == Role.LEADER else {},
    }
    return render(request, "reports/cockpit.html", context)


def _ages(user, today):
    rows = behind.held_by_age(user, today=today)
    largest = max((number for _, number in rows), default=0)
    held = reverse("reports:cockpit_cases", args=["held"])
    return [
        {"words": words, "count": number, "share": number * 100 / largest if largest else 0, "url": f"{held}?age={at}"}
        for at, (words, number) in enumerate(rows)
    ]


def _instruction_counts(mine, today):
    waiting = Q(answered_at__isnull=True)
    return mine.order_by().aggregate(
        all=Count("pk"),
        waiting=Count("pk", filter=waiting),
        overdue=Count("pk", filter=waiting & Q(due_on__lt=today)),
        answered=Count("pk", filter=~waiting),
    )


@require_GET
def cockpit_cases(request, key):
    """问题页的筛选里没有的几个数的清单（behind.LISTS）。"""
    user, today = reader_of(request), timezone.localdate()
    if key not in behind.LISTS:
        raise Http404
    month, _ = month_choice(request, today)
    narrow = {name: number_in(request, name) for name in ("region", "unit", "category", "age")}
    narrow |= {"status": request.GET.get("status", ""), "only": request.GET.get("only", ""), "month": month}
    rows = behind.listed(user, key, today=today, **narrow).for_list()
    page = page_of(rows, request.GET.get("page"), size=50)
    late = behind.late_of(user, [case.pk for case in page], today=today, month=month) if key == "due" else frozenset()
    context = {
        "key": key,
        "title": _title_of(key, narrow, today),
        "page": page,
        "late": late,
        "place": _place_of(narrow),
        "month": month,
        "is_now": month == today.replace(day=1),
    }
    return render(request, "reports/cockpit_cases.html", context)


def number_in(request, name):
    """网址里的一个编号；不是编号的当没写。"""
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) <= NUMBER_MOST else None


def _title_of(key, narrow, today):
    title, status = behind.LISTS[key], narrow["status"]
    if key == "held" and narrow["age"] is not None:
        return f"挂账 {behind.AGES[min(narrow['age'], len(behind.AGES) - 1)][0]}的"
    if key == "due":
        said = "本月" if narrow["month"] == today.replace(day=1) else f"{narrow['month'].month} 月"
        return said + ONLY.get(narrow["only"], title)
    if key in {"unled", "unsorted"}:
        said = Status(status).label if status in Status.values else {"open": "在办", "overdue": "逾期"}.get(status, "")
        return f"{title} · {said}" if said else title
    return title


def _place_of(narrow):
    rows = [(Region, narrow["region"]), (Unit, narrow["unit"]), (Category, narrow["category"])]
    return " · ".join(str(each) for model, key in rows if key for each in model.objects.filter(pk=key))


@require_GET
def wall(request):
    """大屏：同样的数，自己更新，断了就说断了（static/js/wall.js）。上面没有人名、电话。"""
    context = _shared(request)
    span = month_of(timezone.localdate())
    since = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    urges = Ticket.objects.visible_to(request.user).issued().filter(kind=TicketKind.URGE, issued_at__gte=since)
    closed = Case.objects.visible_to(request.user).filter(status=Status.CLOSED, closed_at__gte=span.since)
    context |= {
        "urged_today": urges.count(),
        "answered_today": urges.filter(reply__isnull=False).count(),
        "closed_last": closed.select_related("lead").order_by("-closed_at").first(),
        "refresh_seconds": REFRESH_SECONDS,
    }
    return render(request, "reports/wall.html", context)
