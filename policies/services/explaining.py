"""走访讲政策（R-13、R-60）：先提示讲哪几项，讲了的记在走访上；讲过就是告知过（R-61）。"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from cadres.models import User, Visit
from enterprises.models import Enterprise
from policies.enums import Verdict
from policies.models import Explanation, Policy
from policies.services import eligibility
from policies.services.entitlements import tell
from policies.services.index import POLICIES
from zhuqi.kernel.errors import InvalidInput, NotPermitted

NEW_DAYS = 60
POOL, SHOWN, FOUND_MOST, EXPLAINED_MOST = 200, 5, 8, 20
GONE = "勾选的政策里有刚刚废止或撤回的，请重新勾选。"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """可以讲的一项：适不适合这家、是不是新的、上次哪天讲过。"""

    policy: Policy
    fits: bool = False
    is_new: bool = False
    told_on: date | None = None


def suggestions(firm: Enterprise, *, today: date, most: int = SHOWN) -> list[Suggestion]:
    """讲哪几项：适合这家的、近 60 天新发的；没讲过的在前，适合的在前，新的在前。已知不适合的不提。"""
    pool = list(Policy.objects.matchable(today).for_list()[:POOL])  # by date, the newest first
    found = [one for one in judged(pool, firm, today=today) if one.fits or one.is_new]
    return sorted(found, key=lambda one: (one.told_on is not None, not one.fits, not one.is_new))[:most]


def searched(words: str, firm: Enterprise, *, today: date) -> list[Suggestion]:
    """边写边找：有效的政策里查。"""
    words = words.replace("\x00", "").strip()[:60]
    if not words:
        return []
    found = POLICIES.find(words, among=Policy.objects.valid_on(today)).pks[:FOUND_MOST]
    rows = Policy.objects.for_list().in_bulk(list(found))
    return judged([rows[pk] for pk in found if pk in rows], firm, today=today)


def judged(policies: Sequence[Policy], firm: Enterprise, *, today: date) -> list[Suggestion]:
    """每一项对这家怎么样：当场匹配（R-61），不适合的不算新的。问几句与几项无关。"""
    keys = [policy.pk for policy in policies]
    chosen = Policy.objects.filter(pk__in=keys)
    verdicts = {one.policy.pk: one.verdict for one in eligibility.judged(firm, today, policies=chosen)}
    rows = Explanation.objects.filter(enterprise=firm, policy__in=keys).order_by("visit__visited_on")
    told = dict(rows.values_list("policy", "visit__visited_on"))
    since = today - timedelta(days=NEW_DAYS)
    return [
        Suggestion(
            policy,
            fits=verdicts.get(policy.pk) == Verdict.FITS,
            is_new=policy.published_on is not None
            and policy.published_on >= since
            and verdicts.get(policy.pk) in {Verdict.FITS, Verdict.UNKNOWN},
            told_on=told.get(policy.pk),
        )
        for policy in policies
    ]


@transaction.atomic
def explain(visit: Visit, keys: Iterable[int], *, actor: User, at: datetime) -> list[Explanation]:
    """把这次走访讲的政策记下来，同一项记一次；讲了就算告知（R-61）。

    错误：NotPermitted（不是他的走访）、InvalidInput（有一项不在发布中，或太多）。
    """
    if visit.cadre_id != actor.pk:
        raise NotPermitted("讲了哪些政策由走访的干部自己记。")
    wanted = list(dict.fromkeys(keys))
    policies = list(Policy.objects.published().filter(pk__in=wanted).order_by("pk"))
    problem = ""
    if len(policies) != len(wanted):
        problem = GONE
    elif len(wanted) > EXPLAINED_MOST:
        problem = f"一次走访最多记 {EXPLAINED_MOST} 项政策。"
    if problem:
        raise InvalidInput(problem, {"explained": [problem]})
    Explanation.objects.bulk_create(
        [
            Explanation(
                policy=policy, enterprise=visit.enterprise, visit=visit, explained_by=actor, explained_at=at
            )
            for policy in policies
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    for policy in policies:
        tell(policy, [visit.enterprise], at=at)
    return list(Explanation.objects.filter(visit=visit).order_by("pk"))


def last_told(firm: Enterprise, user: User, *, most: int = 6) -> list[Explanation]:
    """给这家讲过的，近的在前，一项一次。"""
    rows = Explanation.objects.visible_to(user).filter(enterprise=firm).select_related("policy", "visit__cadre")
    kept: dict[int, Explanation] = {}
    for row in rows.order_by("-visit__visited_on", "-pk")[: most * 4]:
        kept.setdefault(row.policy_id, row)
    return list(kept.values())[:most]
