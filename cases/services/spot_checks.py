"""暗访（页面 9）：督查不打招呼去看一件事是不是真的办了；不符的拟问效建议单。"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from cadres.enums import Role
from cadres.services import audit
from cases.models import Case, SpotCheck
from cases.services import false_closures
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted

PURPOSE_MOST = 200
SEEN_MOST = 4000
SENT_BACK = "暗访查明：申报办结与实际不符，撤销销号，请重新办理。"


@transaction.atomic
def plan_check(case: Case, *, planned_on: date, purpose: str, actor: Any, at: datetime) -> SpotCheck:
    """安排一次暗访。只有督查安排，别的角色看不到：不打招呼才叫暗访。

    错误：NotPermitted；InvalidInput（日期已过、没写看什么）。
    """
    demand_supervisor(actor)
    errors: dict[str, list[str]] = {}
    if planned_on < timezone.localtime(at).date():
        errors["planned_on"] = ["计划日期不能早于今天。"]
    if not purpose.strip():
        errors["purpose"] = ["请写明去看什么。"]
    _refuse(errors)
    made = SpotCheck.objects.create(
        case=case,
        unit=case.lead,
        planned_on=planned_on,
        purpose=purpose.strip()[:PURPOSE_MOST],
        made_by=actor,
        made_at=at,
    )
    audit.record(actor, "安排暗访", target=case.number, reason=made.purpose, at=at)
    return made


@transaction.atomic
def record_check(check: SpotCheck, *, seen: str, is_true: bool | None, actor: Any, at: datetime) -> SpotCheck:
    """记下看到的；与申报不符的，已销号的撤销销号、退回重办，并拟问效建议单（虚假办结），照样要主任、领导批准。

    错误：NotPermitted；InvalidInput；Conflict（这次已经记过：比较并交换，一次暗访只记一回）。
    """
    demand_supervisor(actor)
    errors: dict[str, list[str]] = {}
    if not seen.strip():
        errors["seen"] = ["请写明看到的情况。"]
    if len(seen) > SEEN_MOST:
        errors["seen"] = [f"最多 {SEEN_MOST} 字，现在 {len(seen)} 字。"]
    if is_true is None:
        errors["is_true"] = ["请选与申报一致，还是不一致。"]
    _refuse(errors)
    written = SpotCheck.objects.filter(pk=check.pk, checked_at__isnull=True).update(
        seen=seen.strip(), is_true=is_true, checked_at=at, checked_by=actor
    )
    if not written:
        raise Conflict("这次暗访已经有人记录，请刷新后再看。")
    check.refresh_from_db()
    audit.record(actor, "记录暗访", target=check.case.number, reason="一致" if is_true else "不一致", at=at)
    if not is_true:
        # As it is now, not as it was when the page was read: a look-back may have come first.
        case = false_closures.send_back(Case.objects.get(pk=check.case_id), note=SENT_BACK, at=at)
        false_closures.propose(case, f"{false_closures.SPOT_KEY}{check.pk}", at=at)
    return check


def demand_supervisor(actor: Any) -> None:
    """暗访只归督查。"""
    if actor.role != Role.SUPERVISOR:
        raise NotPermitted("暗访由督查安排和记录。")


def _refuse(errors: dict[str, list[str]]) -> None:
    if errors:
        raise InvalidInput("还有要改的：" + "".join(words for said in errors.values() for words in said), errors)
