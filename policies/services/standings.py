"""一家企业看一项政策：每一条要什么、现在有什么，走到哪一步，能不能申请（R-61）。"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from enterprises.models import Enterprise
from policies.enums import Answer, Verdict
from policies.models import Entitlement, Policy
from policies.rules.matching import Condition, Match, Profile, match
from policies.rules.wording import FILLABLE, held, wanted
from policies.services.profiles import asked_of, profile_of


@dataclass(frozen=True, slots=True)
class Line:
    """一个条件对这家企业，用话说。"""

    answer: Answer
    wanted: str
    held: str
    can_fill: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """一项政策对这家企业的结论和逐条的话。"""

    policy: Policy
    verdict: Verdict
    lines: Sequence[Line]
    step: Entitlement | None = None
    is_closed: bool = False

    @property
    def open_lines(self) -> list[Line]:
        """还不行的那几条。"""
        return [line for line in self.lines if line.answer != Answer.PASSED]


def lines_of(found: Match, profile: Profile) -> list[Line]:
    """逐条的话，次序同条件。"""
    return [_line(condition, answer, profile) for condition, answer in found.answers]


def _line(condition: Condition, answer: Answer, profile: Profile) -> Line:
    can_fill = answer == Answer.UNKNOWN and condition.field in FILLABLE
    return Line(answer, wanted(condition), held(condition, profile), can_fill)


def judge(policy: Policy, firm: Enterprise, today: date) -> Judged:
    """这家企业对这一项政策，当场算。"""
    profile = profile_of(firm, today)
    found = match(asked_of([policy])[policy.pk], profile)
    step = Entitlement.objects.filter(policy=policy, enterprise=firm).first()
    return Judged(policy, found.verdict, lines_of(found, profile), step)
