"""一家企业对着全部政策、一项政策对着一家企业（R-61）：当场算，从不过时。"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from enterprises.models import Enterprise
from policies.enums import Answer, Verdict
from policies.models import Policy
from policies.rules.matching import Condition, Match, Profile, ask, verdict_of
from policies.services.profiles import asked_of, profile_of

LIGHT = (
    "id", "title", "number", "level", "region", "issuer", "unit", "category", "card", "is_automatic", "state",
    "effective_on", "expires_on", "guide_until_on", "published_on", "revision",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fit:
    """一项政策对这家企业的结论，每一条件的回答都在。"""

    policy: Policy
    match: Match

    @property
    def verdict(self) -> Verdict:
        """结论。"""
        return self.match.verdict


def fits_of(firm: Enterprise, today: date) -> list[Policy]:
    """今天这家企业可以享受的政策，新的在前。"""
    return [fit.policy for fit in judged(firm, today) if fit.verdict == Verdict.FITS]


def judged(firm: Enterprise, today: date, *, policies: Any = None) -> list[Fit]:
    """这家企业对今天参加匹配的每项政策（或 `policies` 这些）的结论，不适用的不在里面。九句查询，不论几项。"""
    chosen = Policy.objects.all() if policies is None else policies
    rows = list(chosen.matchable(today).select_related("region").only(*LIGHT, "region__name"))
    return list(_judge(rows, profile_of(firm, today)))


def _judge(policies: Iterable[Policy], profile: Profile) -> Iterable[Fit]:
    asked, known = asked_of(policies), dict[Condition, Answer]()
    for policy in policies:
        answers = tuple((each, _answer(each, profile, known)) for each in asked[policy.pk])
        verdict = verdict_of(answer for _, answer in answers)
        if verdict != Verdict.UNFIT:
            yield Fit(policy, Match(verdict, answers))


def _answer(condition: Condition, profile: Profile, known: dict[Condition, Answer]) -> Answer:
    # Two thousand policies share some hundreds of conditions.
    if condition not in known:
        known[condition] = ask(condition, profile)
    return known[condition]
