"""企业合并（R-11、R-12）：同一家登记了两次，合成一家。一个事务，每一行都比较并交换，搬了什么逐笔记账。"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from cadres.enums import AssignmentRole, PlannedVisitState
from cadres.models import Assignment, EnterpriseMerge, PlannedVisit, User
from cadres.services import audit
from cadres.services.notices import notify
from cases.models import Case
from cases.services.clocks import local_day
from cases.services.firm_ledger import Ledger
from cases.services.firm_plan import ABSORBED, FIELDS, KEPT, UNIQUE_FIELDS, Plan, plan_merge
from cases.services.firm_relations import relations
from cases.services.firm_twins import fold_twins
from cases.services.steps import record
from enterprises.models import Contact, Enterprise, Whitelisting
from enterprises.pinyin import initials
from enterprises.services.changes import note_changes
from enterprises.services.index import FIRMS
from zhuqi.kernel.errors import Conflict, InvalidInput

REASON_MOST = 200
NOTE = "企业合并"
COLUMNS = {
    "industry": ("industry", "industry_code"),
    "region": ("region_id",),
    "chain": ("chain_id",),
    "cluster": ("cluster_id",),
}


@dataclass(frozen=True, slots=True)
class Choices:
    """人选的：每一栏、牵头干部、首要联系人用哪一家的；没选的用保留的一家（空着的一栏用有的）。"""

    fields: Mapping[str, str] = field(default_factory=dict)
    lead: str = KEPT
    primary: str = KEPT
    reason: str = ""


@transaction.atomic
def merge_firms(  # noqa: PLR0913 - both firms, what was chosen, what was seen
    kept: Enterprise, absorbed: Enterprise, choices: Choices, *, actor: User, at: datetime, seal: str = ""
) -> EnterpriseMerge:
    """把 `absorbed` 并进 `kept`。`seal` 是预览页看到的样子，变了就是 Conflict。

    错误：NotPermitted；DomainError（已并掉、已不在册）；InvalidInput（理由太长）；Conflict（有人先动过，什么也没搬）。
    """
    if len(choices.reason.strip()) > REASON_MOST:
        message = f"理由最多 {REASON_MOST} 字。"
        raise InvalidInput(message, {"reason": [message]})
    plan = plan_merge(kept, absorbed, actor=actor)
    if seal and seal != plan.seal():
        raise Conflict("看过以后，两家的资料、包联或联系人又有变动，请核对新的预览再合并。")
    names, touched = _names(plan), [kept.updated_at.isoformat(), at.isoformat()]
    merge = EnterpriseMerge.objects.create(
        kept=kept, absorbed=absorbed, reason=choices.reason.strip(), merged_at=at, merged_by=actor
    )
    ledger = Ledger()
    _claim(plan, ledger, at)
    _settle_people(plan, choices, ledger, local_day(at))
    moved = _move_rows(plan, ledger)
    fold_twins(kept, absorbed, ledger)
    picked = _fill_in(plan, choices, ledger)
    _follow_region(kept, absorbed, ledger)
    note_changes([kept.pk, absorbed.pk])
    said = {"picked": picked, "settled": [[each.what, each.answer] for each in plan.clashes]}
    written = {"steps": ledger.steps, "touched": touched, "names": names, **said}
    EnterpriseMerge.objects.filter(pk=merge.pk).update(moved=written)
    merge.refresh_from_db()
    _tell(merge, moved, actor=actor, at=at)
    return merge


def _names(plan: Plan) -> dict[str, str]:
    return {KEPT: plan.kept.name, ABSORBED: plan.absorbed.name}


def _claim(plan: Plan, ledger: Ledger, at: datetime) -> None:
    """两家都还是看到的样子、都还在册；按主键次序去按，两个人对着合也不会互相等死。"""
    for firm in sorted((plan.kept, plan.absorbed), key=lambda each: each.pk):
        seen = {"is_active": True, "updated_at": firm.updated_at}
        if firm is plan.absorbed:
            ledger.change(Enterprise, [firm.pk], seen, {"is_active": False, "updated_at": at})
        elif not Enterprise.objects.filter(pk=firm.pk, **seen).update(updated_at=at):
            raise Conflict(f"“{firm.name}”的资料刚被别人改过，请重新看过再合并。")


def _settle_people(plan: Plan, choices: Choices, ledger: Ledger, today: date) -> None:
    """撞上的先在各自名下了结，再一起搬。"""
    _settle_assignments(plan, choices, ledger, today)
    _settle_contacts(plan, choices, ledger)
    for row in plan.weaker:
        ledger.change(Whitelisting, [row.pk], {"to_on": None}, {"to_on": max(today, row.from_on)})
    keys = [row.pk for row in plan.double_planned]
    was, now = PlannedVisitState.PLANNED, PlannedVisitState.CANCELLED
    ledger.change(PlannedVisit, keys, {"state": was.value}, {"state": now.value})


def _settle_assignments(plan: Plan, choices: Choices, ledger: Ledger, today: date) -> None:
    """一位牵头，每人一条；多出来的今天截止，没当上牵头的转为协助（R-12）。"""
    lead = plan.leads.get(choices.lead) or next(iter(plan.leads.values()), None)
    staying = {lead.cadre_id} if lead else set()
    ended, demoted = [], []
    for row in sorted(plan.current, key=lambda each: each.enterprise_id != plan.kept.pk):
        if lead is not None and row.pk == lead.pk:
            continue
        if row.role == AssignmentRole.LEAD:
            ended.append(row)
            demoted.append(row)
        elif row.cadre_id in staying:
            ended.append(row)
        else:
            staying.add(row.cadre_id)
    for row in ended:
        now = {"to_on": today, "note": row.note or NOTE}
        ledger.change(Assignment, [row.pk], {"to_on": None, "note": row.note}, now)
    for row in demoted:
        if row.cadre_id not in staying:
            staying.add(row.cadre_id)
            helper = {"role": AssignmentRole.ASSISTANT, "from_on": today, "note": NOTE}
            ledger.make(Assignment(enterprise=plan.kept, cadre=row.cadre, **helper))


def _settle_contacts(plan: Plan, choices: Choices, ledger: Ledger) -> None:
    """只有一位首要联系人（R-28）。选了并掉的一家的、而保留的一家也登记过这个人，就用保留的一家那一行。"""
    if len(plan.primaries) < 2:
        return
    winner = plan.primaries[ABSORBED if choices.primary == ABSORBED else KEPT]
    for row in plan.primaries.values():
        if row.pk != winner.pk:
            ledger.change(Contact, [row.pk], {"is_primary": True}, {"is_primary": False})
    twin = plan.twin_contacts.get(winner.pk)
    if twin is not None:
        ledger.change(Contact, [winner.pk], {"is_primary": True}, {"is_primary": False})
        ledger.change(Contact, [twin], {"is_primary": False}, {"is_primary": True})


def _move_rows(plan: Plan, ledger: Ledger) -> list[int]:
    """挂在并掉的一家下面的，都改挂保留的一家；给出搬动的问题。"""
    cases: list[int] = []
    for each in relations():
        staying = plan.staying(each)
        keys = [key for key in each.keys(plan.absorbed) if key not in staying]
        ledger.change(each.model, keys, {each.column: plan.absorbed.pk}, {each.column: plan.kept.pk})
        cases += keys if each.model is Case else []
    return cases


def _fill_in(plan: Plan, choices: Choices, ledger: Ledger) -> list[str]:
    """各栏用选定的一家的，给出用了并掉的一家的哪几栏；名称和代码是对换，两个都还占着，查哪个都查得到。"""
    taken = []
    for pair in plan.fields:
        picked = choices.fields.get(pair.name, pair.default)
        if picked != ABSORBED or not pair.differs:
            continue
        taken.append(pair.label)
        if pair.name in UNIQUE_FIELDS:
            _swap(plan, pair.name, ledger)
            continue
        columns = COLUMNS.get(pair.name, (pair.name,))
        was = {name: getattr(plan.kept, name) for name in columns}
        ledger.change(Enterprise, [plan.kept.pk], was, {name: getattr(plan.absorbed, name) for name in columns})
    return taken


def _swap(plan: Plan, name: str, ledger: Ledger) -> None:
    mine, theirs = getattr(plan.kept, name), getattr(plan.absorbed, name)
    free = f"*{plan.absorbed.pk}"  # no name or code looks like this
    for firm, old, new in ((plan.absorbed, theirs, free), (plan.kept, mine, theirs), (plan.absorbed, free, mine)):
        was, now = {name: old}, {name: new}
        if name == "name":
            was |= {"pinyin": firm.pinyin if old != free else ""}
            now |= {"pinyin": initials(new) if new != free else ""}
        ledger.change(Enterprise, [firm.pk], was, now)


def _follow_region(kept: Enterprise, absorbed: Enterprise, ledger: Ledger) -> None:
    """问题跟着企业到选定的县（市、区）（R-03）。"""
    kept.refresh_from_db()
    absorbed.refresh_from_db()
    FIRMS.refresh([kept.pk, absorbed.pk])
    strays = Case.objects.filter(enterprise=kept).exclude(region=kept.region_id).order_by("pk")
    by_region: dict[int, list[int]] = {}
    for key, region in strays.values_list("pk", "region"):
        by_region.setdefault(region, []).append(key)
    for region, keys in by_region.items():
        ledger.change(Case, keys, {"region_id": region}, {"region_id": kept.region_id})


def _tell(merge: EnterpriseMerge, cases: list[int], *, actor: User, at: datetime) -> None:
    """每件问题记一笔、修订号加一（开着的旧页面从此算旧）；告诉企业的人和联系的干部；记入日志。"""
    names, kept = merge.moved["names"], merge.kept
    note = f"企业登记合并：原记在“{names[ABSORBED]}”名下，现归“{kept.name}”（{kept.credit_code}）。"
    note_cases(cases, note, merge, actor=actor, at=at)
    said = f"{names[ABSORBED]} 并入 {names[KEPT]}"
    audit.record(actor, "合并企业", target=said, reason=merge.reason, at=at)
    body = f"“{names[ABSORBED]}”并入“{names[KEPT]}”，现名“{kept.name}”，问题、走访和联系人都在一处。"
    notify(concerned(kept, actor), f"firm-merge:{merge.pk}", "两处登记的企业已合成一家", body=body, at=at)


def note_cases(cases: list[int], note: str, merge: EnterpriseMerge, *, actor: User, at: datetime) -> None:
    """在这些问题上记一笔，修订号加一。单据签发后不变（R-33），不动。"""
    rows = Case.objects.filter(pk__in=cases)
    rows.update(revision=F("revision") + 1)
    for case in rows.order_by("pk"):
        record(case, "note", actor=actor, at=at, note=note, data={"firm_merge": merge.pk}, before=case.status)


def concerned(firm: Enterprise, actor: User) -> list[User]:
    """企业自己的账号和现在联系它的人，去掉动手的。"""
    people = list(User.objects.filter(enterprise=firm))
    people += [row.cadre for row in Assignment.objects.filter(enterprise=firm, to_on=None).select_related("cadre")]
    return [person for person in people if person.pk != actor.pk]


__all__ = ["FIELDS", "Choices", "concerned", "merge_firms", "note_cases"]
