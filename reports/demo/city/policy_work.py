"""What becomes of policies in the demo city: explained at visits, told to firms, named as what a problem is stuck on."""

from datetime import timedelta
from random import Random

from cadres.enums import VisitTopic
from cadres.models import Visit
from cases.enums import POLICY_CATEGORY, Action, PolicyGap, Status
from cases.models import Case, CaseEvent
from cases.services import options, perform
from policies.models import Policy
from policies.services.digests import send_digests
from policies.services.explaining import explain
from reports.demo.city.city import City

TALK_DAYS, TALKS_MOST, GAPS_MOST = 45, 120, 24
WHY = {
    PolicyGap.UNPAID: "文件写明当年兑现，实施细则没有定由谁审、从哪里出钱。",
    PolicyGap.BAR: "要求上年研发投入占 3%，企业刚投产，差一点够不着。",
    PolicyGap.NONE_YET: "上级文件只有原则，市里还没有配套办法，没有依据办。",
    PolicyGap.CLASH: "两个部门的办法对同一笔补贴口径不一致，谁也不敢批。",
}


def work_with_policies(city: City) -> None:
    """With dice of its own, so that the rest of the city stays as it was."""
    dice = Random(60)
    _explain(city, dice)
    _name_gaps(city, dice)
    send_digests(at=city.hours.at(city.last_run_on, 10))


def _explain(city: City, dice: Random) -> None:
    """Visits of the last weeks that were about a policy: which one."""
    since = city.today - timedelta(days=TALK_DAYS)
    visits = Visit.objects.filter(topic=VisitTopic.POLICY, visited_on__gte=since).select_related("cadre", "enterprise")
    policies = list(Policy.objects.valid_on(city.today).defer("body").order_by("pk"))
    for visit in visits.order_by("-visited_on", "-pk")[:TALKS_MOST]:
        known = [one.pk for one in policies if one.published_on and one.published_on <= visit.visited_on]
        chosen = dice.sample(known, min(len(known), dice.choice((1, 1, 2))))
        explain(visit, chosen, actor=visit.cadre, at=visit.recorded_at)


def _name_gaps(city: City, dice: Random) -> None:
    """Some of what concerns the honouring of policies is found stuck on the policy itself, by the unit that handles it."""
    rows = Case.objects.filter(category__code__startswith=f"{POLICY_CATEGORY}.", policy_gap="", status=Status.HANDLING)
    at = city.hours.at(city.last_run_on, 9, 40)
    for case in rows.select_related("lead").order_by("pk")[:GAPS_MOST]:
        clerk, last = city.clerk(case.lead), case.events.order_by("-at").values_list("at", flat=True)[0]
        allowed = {one.action for one in options(case, clerk, today=city.today) if one.is_allowed}
        if Action.MARK_GAP not in allowed or dice.random() < 0.3:
            continue
        gap = dice.choice(list(WHY))
        newest = CaseEvent.objects.order_by("-at").values_list("at", flat=True)[0]  # the ledger only ever goes forward
        when = max(at, newest, last + timedelta(minutes=5))
        perform(case, Action.MARK_GAP, actor=clerk, at=min(when, city.until), policy_gap=gap, note=WHY[gap])
