"""卡在政策上（R-31）：承办单位或活动办认定一件是政策的原因；专项工作小组、活动办、领导看得到有哪些、能出什么政策。"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from cadres.models import User
from cases.enums import POLICY_CATEGORY, Action, Outcome, PolicyGap, Status
from cases.models import Case, CaseEvent, CommonIssue, CommonIssueCase
from cases.services.steps import Step, chosen, handles
from zhuqi.kernel.errors import InvalidInput

OUT = (Status.REPORTED, Status.REFUSED, Status.MERGED)


@handles(Action.MARK_GAP)
def mark(step: Step) -> None:
    """认定（哪一种、卡在哪一条），或撤回；与现在一样的不再记。"""
    gap = _gap(step)
    if gap == step.case.policy_gap:
        said = f"已经认定为“{PolicyGap(gap).label}”。" if gap else "没有认定过，不用撤回。"
        raise InvalidInput(said, {"policy_gap": [said]})
    step.changes["policy_gap"] = gap
    step.data["gap"] = PolicyGap(gap).label if gap else ""


def _gap(step: Step) -> str:
    asked = step.details.get("policy_gap")
    if asked is None:
        message = "请选择卡在政策的哪里；不是政策的原因也请选上。"
        raise InvalidInput(message, {"policy_gap": [message]})
    return chosen(PolicyGap, asked, "卡在哪里") if asked else ""


def marked(user: User) -> Any:
    """认定了的，看得到的（R-03）。"""
    return Case.objects.visible_to(user).exclude(policy_gap="").exclude(status__in=OUT)


def suspected(user: User) -> Any:
    """还没人认定、可能是的：政策兑现类的，和答复“政策不允许”（D）的。"""
    coded = Q(category__code=POLICY_CATEGORY) | Q(category__code__startswith=f"{POLICY_CATEGORY}.")
    rows = Case.objects.visible_to(user).filter(policy_gap="").exclude(status__in=OUT)
    return rows.filter(coded | Q(outcome=Outcome.EXPLAINED))


@dataclass(slots=True)
class Group:
    """一个类别里有几件、各是哪一种。"""

    category: int | None
    name: str
    count: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def told(self) -> list[tuple[str, int]]:
        """哪一种几件，多的在前。"""
        return [(PolicyGap(kind).label, count) for kind, count in self.kinds.most_common() if kind]


def by_category(rows: Any) -> list[Group]:
    """按一级类别，多的在前。一句查询。"""
    names = ("category__parent", "category__parent__name", "category", "category__name", "policy_gap")
    groups: dict[int | None, Group] = {}
    for top, top_name, own, own_name, gap, count in rows.order_by().values_list(*names).annotate(n=Count("pk")):
        key = top or own
        group = groups.setdefault(key, Group(key, top_name or own_name or "还没有分类"))
        group.count += count
        group.kinds[gap] += count
    return sorted(groups.values(), key=lambda group: (-group.count, group.name))


def issues_of(rows: Any, user: User) -> Any:
    """这些问题已经成了哪些共性问题，各有几件；建议和起草的政策跟着。"""
    live = CommonIssueCase.objects.live().filter(case__in=rows.order_by().values("pk"))
    found = CommonIssue.objects.visible_to(user).filter(Exists(live.filter(issue=OuterRef("pk"))))
    counted = found.annotate(gap_count=Count("members", filter=Q(members__in=live.values("pk"))))
    return counted.select_related("proposal_unit", "policy", "category").order_by("-gap_count", "-pk")


def reasons(cases: Iterable[Case]) -> dict[int, CaseEvent]:
    """每件最近一次认定的那一步：谁说的、卡在哪一条。一句查询。"""
    rows = CaseEvent.objects.filter(case__in=list(cases), kind__in=(Action.MARK_GAP, Action.SUBMIT)).order_by("pk")
    return {row.case_id: row for row in rows if row.data.get("gap")}
