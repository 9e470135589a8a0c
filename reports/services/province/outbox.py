"""入列（R-65）：把账本里还没报的步骤按次序排进各件诉求的队，内容在这时定格。

服务们不知道有这回事：发件箱从账本里读（架构第 6 条）。哪些步骤报、哪些项能报，见 province.fields。
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from cases.enums import Clock
from cases.models import Case, CaseEvent, Deadline, Evaluation
from reports.models import HandedDown, ProvinceLink, ProvinceReport
from reports.province.fields import SILENT
from reports.services.ledger_reading import unread
from reports.services.province import link
from zhuqi.kernel.masking import mask_mobiles

BATCH = 500
CORRECTION = "correct"


def drain(*, at: datetime, whole: bool = False) -> int:
    """把没报的步骤入列；返回几步。跑几遍、几个进程同时跑都一样。`whole`：从头再看一遍（每天对账时）。"""
    count = 0
    while True:
        found = _drain_some(at=at, whole=whole)
        count += found
        if found < BATCH:
            return count


@transaction.atomic
def _drain_some(*, at: datetime, whole: bool) -> int:
    now = link.hold()
    if now is None:
        return 0
    rows = ProvinceReport.objects.all()
    after = -1 if whole else now.drained_to
    events = list(_with_case(unread(rows, after=after, since=now.since))[:BATCH])
    if not events:
        return 0
    enqueue(events, at=at)
    highest = max(now.drained_to, events[-1].pk)
    ProvinceLink.objects.filter(pk=ProvinceLink.ONLY).update(drained_to=highest)
    return len(events)


def _with_case(events: Any) -> Any:
    return events.select_related("case__enterprise", "case__region", "case__category__parent", "case__lead")


def enqueue(events: Sequence[CaseEvent], *, at: datetime) -> None:
    """排进各自的队：号接着往下排。"""
    cases = {event.case_id for event in events}
    last = _last_seqs(cases)
    about = About(cases)
    made = []
    for event in events:
        seq = last[event.case_id] = last.get(event.case_id, 0) + 1
        made.append(_row(event.case, seq, at=at, event=event, facts=about.facts(event.case, event)))
    ProvinceReport.objects.bulk_create(made)


def correct(case: Case, *, at: datetime) -> ProvinceReport:
    """补报一次更正：把这件诉求现在的样子再报一遍，排在队尾。"""
    with transaction.atomic():
        link.hold()
        seq = _last_seqs({case.pk}).get(case.pk, 0) + 1
        row = _row(case, seq, at=at, event=None, facts=About({case.pk}).facts(case, None, at=at))
        row.save()
    return row


def _last_seqs(cases: Iterable[int]) -> dict[int, int]:
    rows = ProvinceReport.objects.filter(case__in=list(cases)).order_by()
    return dict(rows.values_list("case").annotate(last=Max("seq")))


def _row(case: Case, seq: int, *, at: datetime, event: CaseEvent | None, facts: dict[str, Any]) -> ProvinceReport:
    return ProvinceReport(
        case=case, event=event, lane=f"case-{case.pk}", seq=seq, key=f"{case.number}-{seq}", facts=facts,
        queued_at=at, next_at=at,
    )  # fmt: skip


class About:
    """几件诉求要报的项：案件之外要查的，成批查一次。"""

    def __init__(self, cases: Iterable[int]) -> None:
        keys = list(cases)
        due = Deadline.objects.filter(case__in=keys, clock=Clock.RESOLVE, voided_at=None).order_by("pk")
        rated = Evaluation.objects.filter(case__in=keys, rated_at__isnull=False).order_by("pk")
        handed = HandedDown.objects.filter(case__in=keys)
        self.due = {row.case_id: row.due_on for row in due}
        self.rated = {row.case_id: row.satisfaction for row in rated}
        self.handed = dict(handed.values_list("case", "number"))

    def facts(self, case: Case, event: CaseEvent | None, *, at: datetime | None = None) -> dict[str, Any]:
        """一步的内容：动作、时间、状态是那一步的，案件的其余各项是入列时的；手机号遮盖（R-73）。"""
        category = case.category.parent or case.category if case.category else None
        return {
            "step": event.kind if event else CORRECTION,
            "at": _said(event.at if event else at),
            "province_number": self.handed.get(case.pk, ""),
            "title": mask_mobiles(case.title),
            "description": mask_mobiles(case.description),
            "firm_name": case.enterprise.name,
            "credit_code": case.enterprise.credit_code,
            "region_code": case.region.code,
            "industry_code": case.enterprise.industry_code,
            "source": case.source,
            "category": category.code if category else "",
            "tier": case.tier if category else "",
            "lead": case.lead.name if case.lead else "",
            "status": event.status_after if event else case.status,
            "step_note": mask_mobiles(event.note) if event and event.kind not in SILENT else "",
            "reported_at": _said(case.reported_at),
            "accepted_at": _said(case.accepted_at),
            "dispatched_at": _said(case.dispatched_at),
            "due_on": _said(self.due.get(case.pk)),
            "submitted_at": _said(case.submitted_at),
            "closed_at": _said(case.closed_at),
            "outcome": case.outcome,
            "satisfaction": self.rated.get(case.pk),
            "is_legal": case.is_legal,
        }


def _said(when: Any) -> str:
    return when.isoformat() if when else ""
