"""清欠（R-32）：登记欠款、登记回款、作废记错的回款。每一步都在案件的账本上，企业看得到。"""

from datetime import date
from decimal import Decimal
from typing import Any

from cases.enums import Action, DebtorKind
from cases.models import Arrears, Case, Recovery
from cases.services.clocks import local_day
from cases.services.steps import Step, handles
from zhuqi.kernel.amounts import CENT, MOST, said
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput

DEBTOR_MOST, BASIS_MOST, NOTE_MOST, REASON_MOST = 100, 300, 300, 200
Errors = dict[str, list[str]]


@handles(Action.RECORD_ARREARS)
def record_arrears(step: Step) -> None:
    """欠多少、谁欠、凭什么；登记过的再登记就是更正，要写为什么改。"""
    values = {name: step.details.get(name) for name in ("debtor", "debtor_kind", "owed", "basis")}
    values |= {name: (values[name] or "").strip() for name in ("debtor", "debtor_kind", "basis")}
    row = Arrears.objects.filter(case=step.case).first()
    _refuse(_wrong_arrears(values), "欠款登记还要改：")
    if row is not None:
        _refuse(_wrong_change(values, row, step), "更正以前请再核对：")
        step.data["was"] = {"owed": str(row.owed), "debtor": row.debtor}
    values |= {"recorded_at": step.at, "recorded_by": step.actor}
    Arrears.objects.update_or_create(case=step.case, defaults=values)
    step.data |= {"owed": str(values["owed"]), "debtor": values["debtor"]}


def _wrong_arrears(values: dict[str, Any]) -> Errors:
    errors = _wrong_amount("owed", values["owed"])
    if not values["debtor"]:
        errors["debtor"] = ["请写明是谁欠的。"]
    elif len(values["debtor"]) > DEBTOR_MOST:
        errors["debtor"] = [f"欠款方最多 {DEBTOR_MOST} 字。"]
    if values["debtor_kind"] not in DebtorKind.values:
        errors["debtor_kind"] = ["请选择欠款方性质。"]
    if len(values["basis"]) > BASIS_MOST:
        errors["basis"] = [f"依据最多 {BASIS_MOST} 字。"]
    return errors


def _wrong_change(values: dict[str, Any], row: Arrears, step: Step) -> Errors:
    errors: Errors = {}
    if all(getattr(row, name) == value for name, value in values.items()):
        raise DomainError("和登记过的一样，什么也没改。")
    if not step.note:
        errors["note"] = ["已经登记过，请写明为什么改。"]
    recovered = row.recoveries.live().total()
    if values["owed"] < recovered and not step.details.get("sure"):
        errors["sure"] = [f"已经收回 {said(recovered)}，比改后的欠款还多，请核对；没有错的请打勾再交。"]
    return errors


@handles(Action.RECORD_RECOVERY)
def record_recovery(step: Step) -> None:
    """一笔回款，按到账日期；给出 `void` 的是作废记错的那一笔。"""
    row = Arrears.objects.filter(case=step.case).first()
    if row is None:
        raise DomainError("还没有登记欠款，请先登记欠多少、谁欠。")
    if step.details.get("void") is not None:
        _void(step, row)
        return
    paid: Any = step.details.get("amount")
    on: Any = step.details.get("received_on")
    note = step.note[:NOTE_MOST]
    errors = _wrong_amount("amount", paid)
    if not isinstance(on, date):
        errors["received_on"] = ["请写到账日期。"]
    elif on > step.today:
        errors["received_on"] = ["到账日期不能晚于今天；还没有到账的，到账后再记。"]
    _refuse(errors, "回款登记还要改：")
    doubts = _doubts(row, paid, on, step.case)
    if doubts and not step.details.get("sure"):
        _refuse({"sure": [*doubts, "没有错的请打勾再交。"]}, "请再核对：")
    Recovery.objects.create(
        arrears=row, case=step.case, amount=paid, received_on=on, note=note, recorded_at=step.at,
        recorded_by=step.actor,
    )  # fmt: skip
    step.data |= {"amount": str(paid), "received_on": f"{on:%Y-%m-%d}"}


def _doubts(row: Arrears, paid: Decimal, on: Any, case: Case) -> list[str]:
    """可能记错的地方：超出欠款、同一天同样一笔、在提出以前。"""
    live, found = row.recoveries.live(), []
    over = live.total() + paid - row.owed
    if over > 0:
        found.append(f"加上这一笔，收回的比欠款多 {said(over)}（利息、违约金除外，多半是记重了）。")
    if live.filter(received_on=on, amount=paid).exists():
        found.append(f"{on:%m-%d} 已经记过一笔 {said(paid)}。")
    if on < local_day(case.reported_at):
        found.append("这一天在企业提出问题以前：早先收回的应当已从欠款里减去。")
    return found


def _void(step: Step, row: Arrears) -> None:
    """记错的作废，不改不删；金额不再算在收回里。"""
    recovery = row.recoveries.filter(pk=step.details["void"]).first()
    if recovery is None:
        raise DomainError("这笔回款不属于这件事。")
    if not step.note:
        raise InvalidInput("请写明作废原因。", {"note": ["请写明作废原因。"]})
    changes = {"voided_at": step.at, "voided_by": step.actor, "void_reason": step.note[:REASON_MOST]}
    if not Recovery.objects.live().filter(pk=recovery.pk).update(**changes):
        raise Conflict("这笔回款刚刚已经作废。")
    step.data |= {
        "void": recovery.pk, "amount": str(recovery.amount), "received_on": f"{recovery.received_on:%Y-%m-%d}",
    }  # fmt: skip


def _wrong_amount(name: str, value: Any) -> Errors:
    if not isinstance(value, Decimal):
        return {name: ["请写金额。"]}
    if value <= 0:
        return {name: ["金额要大于 0。"]}
    if value > MOST or value != value.quantize(CENT):
        return {name: ["金额太大，或者小数超过两位，请核对。"]}
    return {}


def _refuse(errors: Errors, head: str) -> None:
    if errors:
        raise InvalidInput(head + "".join(words for told in errors.values() for words in told), errors)
