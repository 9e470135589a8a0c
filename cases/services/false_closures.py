"""查明没有真办好的怎么办（R-30）：撤销销号、退回重办；虚假办结另拟问效建议单，一处不重复。

回头看和暗访走同一条路：谁先查明谁撤销，另一个只留下记录。
"""

from datetime import datetime

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from cases.enums import Action, InquiryCause, LookBackResult, Status
from cases.models import Case, LookBack, SpotCheck, Ticket
from cases.rules.workflow import TRANSITIONS
from cases.services.inquiry import propose_inquiry
from cases.services.steps import perform
from zhuqi.kernel.errors import Conflict

LOOK_BACK_KEY, SPOT_KEY = "INQUIRY:LOOK_BACK:", "INQUIRY:SPOT:"
SUPERSEDED = "已查明要重办，这一次不再看"


def send_back(case: Case, *, note: str, at: datetime) -> Case:
    """已销号的撤销销号，退回原单位重办；别的状态不动。没看的几次回头看随之取消。"""
    if case.status != Status.CLOSED:
        return case
    done = perform(case, Action.REVOKE, actor=None, at=at, note=note)
    LookBack.objects.filter(case=case).waiting().update(cancelled_at=at, cancel_reason=SUPERSEDED)
    return done


def propose(case: Case, key: str, *, at: datetime) -> bool:
    """拟问效建议单（虚假办结）；状态不许，或本案已有一份在走，先不拟，由 `make_up` 补。"""
    if case.status not in TRANSITIONS[Action.DRAFT_INQUIRY].sources:
        return False
    return propose_inquiry(case, InquiryCause.FALSE_CLOSURE, key, at=at)


def make_up(*, at: datetime) -> int:
    """查实了、当时没能拟问效的，现在补上；跑几遍都一样。返回补了几份。"""
    made = 0
    for key, rows in (
        (LOOK_BACK_KEY, LookBack.objects.filter(result=LookBackResult.FALSE)),
        (SPOT_KEY, SpotCheck.objects.filter(is_true=False)),
    ):
        for row in _unasked(key, rows):
            try:
                with transaction.atomic():
                    made += propose(row.case, f"{key}{row.pk}", at=at)
            except Conflict:
                continue  # another process was faster
    return made


def _unasked(key: str, rows: QuerySet[LookBack] | QuerySet[SpotCheck]) -> QuerySet[LookBack] | QuerySet[SpotCheck]:
    own_key = Concat(Value(key), Cast(OuterRef("pk"), CharField()))
    asked = Ticket.objects.filter(case=OuterRef("case"), key=own_key)
    sources = TRANSITIONS[Action.DRAFT_INQUIRY].sources
    return rows.filter(~Exists(asked), case__status__in=sources).select_related("case").order_by("pk")
