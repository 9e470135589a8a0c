"""一次走访、听到的问题、讲了的政策，一次保存（R-13）：走访、每个新问题、对旧问题的跟进、讲解，同成同败。"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from cadres.enums import VisitTopic
from cadres.models import User, Visit
from cadres.services.visits import VisitEntry, record_visit
from cases.enums import Source
from cases.models import Case, Category
from cases.rules.headlines import headline
from cases.services.attachments import keep_files
from cases.services.intake import Report, report_problem
from cases.services.steps import record
from cases.services.suggestions import guessed_category
from policies.services.explaining import explain
from zhuqi.kernel.errors import InvalidInput
from zhuqi.kernel.uploads import Upload


@dataclass(frozen=True, slots=True)
class Heard:
    """走访听到的一个问题：一段话；`same` 是已有的同一件，给出时不另立一件，只记一笔跟进。"""

    text: str
    category: Category | None = None
    same: Case | None = None
    files: Sequence[Upload] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """保存的结果：走访、新立的、跟进的。"""

    visit: Visit
    opened: tuple[Case, ...] = ()
    followed: tuple[Case, ...] = ()


@transaction.atomic
def save_visit(
    entry: VisitEntry, heard: Sequence[Heard] = (), *, actor: User, at: datetime, photos: Sequence[Upload] = ()
) -> Saved:
    """保存走访和问题。同一个 `entry.token` 再来一次，给回第一次的结果，什么也不多记。

    错误：同 `record_visit`、`report_problem`、`explain`；跟进的不是这家企业在办的问题时 InvalidInput。全都不保存。
    """
    if entry.token:
        first = Visit.objects.filter(token=entry.token, cadre=actor).first()
        if first is not None:
            return Saved(first, tuple(first.cases.order_by("pk")))
    if heard:
        entry = replace(entry, topic=VisitTopic.PROBLEM)
    visit = record_visit(entry, actor=actor, at=at, photos=photos)
    explain(visit, entry.policy_keys, actor=actor, at=at)
    opened, followed = [], []
    for n, each in enumerate(heard, start=1):
        if each.same is None:
            opened.append(_open(visit, each, n, actor, at))
        else:
            followed.append(_follow(visit, each, actor, at))
    return Saved(visit, tuple(opened), tuple(followed))


def _open(visit: Visit, each: Heard, n: int, actor: User, at: datetime) -> Case:
    report = Report(
        visit.enterprise,
        headline(each.text),
        each.text,
        Source.VISIT,
        category=each.category or _guessed(each.text),
        visit=visit,
        token=f"{visit.token}:{n}" if visit.token else None,
    )
    return report_problem(report, actor=actor, at=at, files=each.files)


def category_of_text(text: str) -> Category | None:
    """一段话说的是哪一类；没有一个类别的关键词出现，为 None。"""
    return guessed_category(Case(title="", description=text))


def _guessed(text: str) -> Category | None:
    """猜的类别；涉法涉诉要单列、不计入办结率，只能由人认定（R-23），不猜。"""
    found = category_of_text(text)
    if found is None or found.is_legal or (found.parent is not None and found.parent.is_legal):
        return None
    return found


def _follow(visit: Visit, each: Heard, actor: User, at: datetime) -> Case:
    case = each.same
    if case is None or case.enterprise_id != visit.enterprise_id or not case.is_open:
        message = "要跟进的那一件已经结束，或不是这家企业的，请作为新问题上报。"
        raise InvalidInput(message, {"same": [message]})
    event = record(case, "note", actor=actor, at=at, note=each.text, data={"visit": visit.pk})
    keep_files(case, each.files, event=event, actor=actor, at=at)
    return case
