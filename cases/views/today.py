"""今日（R-15）：双十还差哪几家、每家企业的问题和灯；走访前看一眼。"""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cadres.enums import PlannedVisitState, Role
from cadres.models import PlannedVisit, QuietPeriod, Visit
from cadres.services import duties, over_visits
from cases.models import Case
from cases.views.firmcards import firm_cards
from cases.views.lights import lights
from cases.views.look_back_lists import rows_in
from enterprises.models import Contact, Enterprise
from policies.services import explaining
from zhuqi.kernel.access import for_roles

CARDS_LEAST = 4
VISITS_SHOWN = 3
LOOK_BACKS_SHOWN = 5


@for_roles(Role.CADRE)
@require_GET
def today(request):
    """今日。没有急事的企业，四张卡以后收成一句。"""
    day = timezone.localdate()
    owed = duties.duties_of(request.user, day)
    cards = firm_cards(request.user, owed, today=day)
    shown = cards[: max(sum(card.is_urgent for card in cards), CARDS_LEAST)]
    by_firm = {card.firm.pk: card for card in cards}
    context = {
        "owed": owed,
        "missing": [by_firm[duty.enterprise.pk] for duty in owed.missing] if owed.is_open else [],
        "cards": shown,
        "rest_count": len(cards) - len(shown),
        "firm_count": len(cards),
        "open_count": sum(len(card.lights) for card in cards),
        "look_backs": rows_in("mine", request.user, today=day).select_related("case__enterprise")[:LOOK_BACKS_SHOWN],
        "days_left": (owed.round.closes_on - day).days,
    }
    return render(request, "cases/today.html", context)


@for_roles(Role.CADRE)
@require_GET
def brief(request, pk):
    """走访前看一眼：上次谈了什么、哪些问题还没办完、找谁、有没有别人刚去过。"""
    firm = get_object_or_404(Enterprise.objects.visible_to(request.user).select_related("region", "chain"), pk=pk)
    day = timezone.localdate()
    cases = Case.objects.visible_to(request.user).filter(enterprise=firm).select_related("lead", "office")
    context = {
        "firm": firm,
        "tags": [*(["规上"] if firm.is_above_scale else []), *(str(tag) for tag in firm.tags.all())],
        "lights": lights(cases.open(), today=day),
        "ended": cases.filter(closed_at__isnull=False).order_by("-closed_at")[:VISITS_SHOWN],
        "visits": Visit.objects.visible_to(request.user)
        .filter(enterprise=firm)
        .select_related("cadre", "unit")
        .prefetch_related("explanations__policy")[:VISITS_SHOWN],
        "fresh": [one for one in explaining.suggestions(firm, today=day) if one.told_on is None][:VISITS_SHOWN],
        "told_before": explaining.last_told(firm, request.user),
        "contacts": Contact.objects.visible_to(request.user).filter(enterprise=firm),
        "planned": PlannedVisit.objects.visible_to(request.user)
        .filter(enterprise=firm, state=PlannedVisitState.PLANNED, planned_on__gte=day)
        .select_related("cadre__unit"),
        "quiet": QuietPeriod.objects.visible_to(request.user)
        .filter(enterprise=firm, to_on__gte=day)
        .order_by("from_on"),
        "cautions": over_visits.cautions(firm, actor=request.user, on=day),
    }
    return render(request, "cases/brief.html", context)
