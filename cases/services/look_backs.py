"""回头看的记录与改派（R-30）：一次只记一回；属实留痕，反弹退回重办，虚假撤销销号并拟问效。"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from cadres.enums import Role
from cadres.models import User
from cadres.services import audit
from cases.enums import Action, LookBackMode, LookBackResult
from cases.models import LookBack
from cases.services import false_closures, look_back_duty
from cases.services.clocks import local_day
from cases.services.look_back_bench import Bench
from cases.services.standing import SYSTEM
from cases.services.steps import Step, label_of, walk
from enterprises.models import Contact
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

ACCOUNT_MOST, REMAINS_MOST, REASON_MOST = 2000, 300, 200
SENT_BACK = frozenset({LookBackResult.RELAPSED, LookBackResult.FALSE})
WORDS = {
    LookBackResult.RELAPSED: "回头看：当时办好了，现在问题又出现，请继续办理。还要办：",
    LookBackResult.FALSE: "回头看查明：申报办结与实际不符，撤销销号，请重新办理。还要办：",
}
TAKEN = "这次回头看已经记过、改派或取消，请刷新后再看。"


@dataclass(frozen=True, slots=True)
class Seen:
    """去看的人填的：方式、结果、看到的情况；退回重办的写还要办什么，没联系上的写哪天再试。"""

    mode: str
    result: str
    account: str
    remains: str = ""
    try_on: date | None = None


@transaction.atomic
def record(look_back: LookBack, seen: Seen, *, tries: int, actor: Any, at: datetime) -> LookBack:
    """记下看到的。`tries` 来自表单：没联系上的点两次只算一次。

    错误：NotPermitted（不是派给他的）；InvalidInput；Conflict（已经记过、改派、取消，或案件已不在销号状态）。
    """
    if look_back.assignee_id != actor.pk:
        raise NotPermitted("这次回头看没有派给您。")
    _check(seen, today=local_day(at))
    if look_back_duty.is_stale(look_back):
        raise Conflict("这件事已经不在销号状态，不用再看；系统会自动取消这一次。")
    result = LookBackResult(seen.result)
    if result == LookBackResult.UNREACHED:
        changes: dict[str, Any] = {"tries": tries + 1, "try_on": seen.try_on}
    else:
        changes = {
            "mode": seen.mode, "result": result, "account": seen.account.strip(), "remains": seen.remains.strip(),
            "checked_at": at, "checked_by": actor,
        }  # fmt: skip
    rows = LookBack.objects.filter(pk=look_back.pk, assignee=actor, tries=tries, cancelled_at__isnull=True)
    if not rows.filter(checked_at__isnull=True).update(**changes):
        raise Conflict(TAKEN)
    look_back.refresh_from_db()
    _enter(look_back, seen, actor=actor, at=at)
    if result in SENT_BACK:
        false_closures.send_back(look_back.case, note=WORDS[result] + look_back.remains, at=at)
    if result == LookBackResult.FALSE:
        look_back.case.refresh_from_db()
        false_closures.propose(look_back.case, f"{false_closures.LOOK_BACK_KEY}{look_back.pk}", at=at)
    return look_back


def _enter(look_back: LookBack, seen: Seen, *, actor: Any, at: datetime) -> None:
    """记进账本：署名是去看的人，承办单位和包联干部看不到这一条（R-30）。"""
    said = {
        "round": look_back.round,
        "mode": LookBackMode(seen.mode).label,
        "result": LookBackResult(seen.result).label,
        "try_on": seen.try_on.isoformat() if seen.try_on else "",
    }
    step = Step(
        look_back.case, Action.LOOK_BACK, actor, at, note=seen.account.strip(), data=said, signature=label_of(actor)
    )
    look_back.case = walk(step, who=SYSTEM)


def _check(seen: Seen, *, today: date) -> None:
    is_sent_back, is_unreached = seen.result in SENT_BACK, seen.result == LookBackResult.UNREACHED
    said = {
        "mode": "" if seen.mode in LookBackMode.values else "请选电话，还是上门。",
        "result": "" if seen.result in LookBackResult.values else "请选看到的结果。",
        "account": _length(seen.account, ACCOUNT_MOST, missing="请写明看到、听到的情况。"),
        "remains": _length(
            seen.remains,
            REMAINS_MOST,
            missing="要退回重办，请写一句还要办什么，主办单位看得到。" if is_sent_back else "",
        ),
        "try_on": "没联系上的，请写今天以后哪天再试。"
        if is_unreached and (seen.try_on is None or seen.try_on <= today)
        else "",
    }
    errors = {name: [words] for name, words in said.items() if words}
    if errors:
        raise InvalidInput("还有要改的：" + "".join(words for words in said.values() if words), errors)


def _length(text: str, most: int, *, missing: str) -> str:
    size = len(text.strip())
    if size > most:
        return f"最多 {most} 字，现在 {size} 字。"
    return "" if size else missing


@transaction.atomic
def reassign(look_back: LookBack, *, reason: str, actor: Any, at: datetime) -> LookBack:
    """改派：市活动办主任写明理由，系统另选一人（不由人挑，仍是盲派）；换下的人不再轮到。

    错误：NotPermitted；InvalidInput（没写理由）；Conflict（已经记过或改派）；DomainError（没有别的合适的人）。
    """
    demand_director(actor)
    reason = reason.strip()
    if not reason or len(reason) > REASON_MOST:
        message = f"请写明为什么改派，不超过 {REASON_MOST} 字。"
        raise InvalidInput(message, {"reason": [message]})
    if look_back.checked_at or look_back.cancelled_at:
        raise Conflict(TAKEN)
    if look_back.due_on > local_day(at):
        raise DomainError("还没到看的日子，到时系统再派，不用改派。")
    before = look_back.assignee
    if before is not None:
        look_back.moves = [*look_back.moves, _move(before, reason, actor=actor, at=at)]
    if not look_back_duty.assign(look_back, Bench([look_back]), at=at, moves=look_back.moves, tries=0, try_on=None):
        raise DomainError("没有别的合适的人：主办、协办单位和包联干部都要回避。没有改派。")
    look_back.refresh_from_db()
    audit.record(actor, "改派回头看", target=look_back.case.number, reason=reason, at=at)
    return look_back


def _move(before: User, reason: str, *, actor: Any, at: datetime) -> dict[str, Any]:
    return {
        "from": before.pk, "name": str(before), "reason": reason, "by": str(actor),
        "on": timezone.localtime(at).date().isoformat(),
    }  # fmt: skip


def demand_director(actor: Any) -> None:
    """改派归市活动办主任。"""
    if not (actor.role == Role.OFFICE and actor.is_head and actor.sees_everything):
        raise NotPermitted("回头看由市活动办主任改派。")


def contacts(look_back: LookBack) -> list[Contact]:
    """要联系的人：这家企业在册的联系人。看得到这次回头看的才问得到这里。"""
    return list(Contact.objects.filter(enterprise=look_back.case.enterprise_id))


def reveal(look_back: LookBack, contact_pk: int, *, by: Any, at: datetime) -> Contact | None:
    """给出一个号码并记入审计（R-73）；只给要去看的人，没看完的时候。不是这家企业的给 None。"""
    actor = by.user if hasattr(by, "META") else by
    if look_back.assignee_id != actor.pk or look_back.checked_at or look_back.cancelled_at:
        raise NotPermitted("电话只给正要去看的人。")
    found = next((each for each in contacts(look_back) if each.pk == contact_pk), None)
    if found is not None:
        target = f"{look_back.case.enterprise.name} {found.name}"
        audit.record(by, "查看联系电话", target=target, reason="回头看核实", at=at)
    return found
