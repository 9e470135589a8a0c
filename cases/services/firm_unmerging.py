"""撤销企业合并（R-11）：照账倒着一笔一笔改回去；后来动过的说清是哪一处，什么也不改。"""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from cadres.models import Assignment, EnterpriseMerge, User
from cadres.services import audit
from cadres.services.notices import notify
from cases.models import Case, Merge
from cases.services.firm_ledger import Entry, entries, moved_on
from cases.services.firm_merging import concerned, note_cases
from cases.services.firm_plan import ABSORBED, KEPT, demand_merger
from cases.services.firm_relations import relations
from enterprises.models import Contact, Enterprise
from enterprises.services.changes import note_changes
from enterprises.services.index import FIRMS
from zhuqi.kernel.errors import Conflict, DomainError

# When a row was written; the other tables do not say.
STAMPS = {"cases.Case": "reported_at", "cadres.Visit": "recorded_at", "cadres.PlannedVisit": "created_at"}


@dataclass(frozen=True, slots=True)
class Later:
    """合并以后新记在保留的一家名下的：撤销后留在那里。"""

    words: str
    count: int


def undo_merge(merge: EnterpriseMerge, *, actor: User, at: datetime) -> None:
    """两家各回各的样子。错误：NotPermitted；DomainError（哪一处后来动过）；Conflict（别人先撤了）。"""
    demand_merger(actor, merge.kept, merge.absorbed)
    with transaction.atomic():
        undone = EnterpriseMerge.objects.filter(pk=merge.pk, undone_at=None).update(undone_at=at, undone_by=actor)
        if not undone:
            raise Conflict("这次合并已经撤销，请刷新后再看。")
        reasons = why_not(merge)
        if reasons:
            raise DomainError("不能撤销：" + "".join(reasons))
        told = concerned(merge.kept, actor)
        book = entries(merge.moved["steps"])
        try:
            for entry in reversed(book):
                entry.take_back()
        except IntegrityError as error:
            raise Conflict("有一处与后来的登记撞上，什么也没改；请刷新后看是哪一处。") from error
        _give_back_kept(merge, at)
        note_changes([merge.kept_id, merge.absorbed_id])
        merge.refresh_from_db()
        names = merge.moved["names"]
        note_cases(_moved(book, Case), f"企业合并已撤销，仍归“{merge.absorbed.name}”。", merge, actor=actor, at=at)
        audit.record(actor, "撤销企业合并", target=f"{names[ABSORBED]} 与 {names[KEPT]}", at=at)
        body = f"“{merge.absorbed.name}”与“{merge.kept.name}”仍是两家，各回各的样子。"
        notify(told, f"firm-unmerge:{merge.pk}", "企业合并已撤销", body=body, at=at)


def _give_back_kept(merge: EnterpriseMerge, at: datetime) -> None:
    """保留的一家：没人改过资料就连更新时间一起还原；改过的留着，更新时间往前走，旧的编辑页从此算旧。"""
    was, now = merge.moved["touched"]
    kept = Enterprise.objects.filter(pk=merge.kept_id)
    _ = kept.filter(updated_at=now).update(updated_at=was) or kept.update(updated_at=at)
    FIRMS.refresh([merge.kept_id, merge.absorbed_id])
    # Its own later problems live where it lives again.
    region = kept.values_list("region", flat=True).get()
    Case.objects.filter(enterprise=merge.kept_id).exclude(region=region).update(region=region)


def why_not(merge: EnterpriseMerge) -> list[str]:
    """为什么不能撤销，一句一处；空的就是可以。"""
    kept = merge.kept
    later = EnterpriseMerge.objects.filter(undone_at=None).exclude(pk=merge.pk)
    onward = later.filter(absorbed=kept).select_related("kept").first()
    if onward is not None:
        return [f"“{kept.name}”后来又并入了“{onward.kept.name}”，请先撤销那一次。"]
    newer = later.filter(kept=kept, pk__gt=merge.pk).select_related("absorbed").first()
    if newer is not None:
        return [f"之后“{newer.absorbed.name}”也并入了“{kept.name}”，请先撤销那一次。"]
    book = entries(merge.moved["steps"])
    changed = [f"{words} {count} 条在合并后又改过，撤销会丢掉那次改动。" for words, count in moved_on(book).items()]
    return _joined_cases(book, kept) + changed + _taken(book, kept)


def _joined_cases(book: list[Entry], kept: Enterprise) -> list[str]:
    """搬来的和原有的后来并了案：分不开。"""
    moved = _moved(book, Case)
    here = Merge.objects.filter(undone_at=None, case__enterprise=kept)
    crossing = here.filter(Q(case__in=moved) ^ Q(into__in=moved)).select_related("case", "into").order_by("pk")
    return [f"{row.case.number} 后来并入了 {row.into.number}，请先撤销并案。" for row in crossing]


def _taken(book: list[Entry], kept: Enterprise) -> list[str]:
    """要恢复的牵头干部、首要联系人，后来已另有其人。"""
    moved, said = _moved(book, Assignment), []
    reopened = {
        key for entry in book if entry.model is Assignment and entry.was and "to_on" in entry.was for key in entry.keys
    }
    lead = Assignment.objects.filter(enterprise=kept, role="LEAD", to_on=None).exclude(pk__in=moved).first()
    if lead and Assignment.objects.filter(pk__in=reopened, role="LEAD", enterprise=kept).exclude(pk__in=moved).exists():
        said.append(f"牵头干部后来换成了{lead.cadre.name}，原来的恢复不了。")
    demoted = {
        key
        for entry in book
        if entry.model is Contact and entry.was and entry.was.get("is_primary")
        for key in entry.keys
    } - set(_moved(book, Contact))
    primary = Contact.objects.filter(enterprise=kept, is_primary=True).exclude(pk__in=_moved(book, Contact)).first()
    if primary and primary.pk not in demoted and Contact.objects.filter(pk__in=demoted, enterprise=kept).exists():
        said.append(f"首要联系人后来换成了{primary.name}，原来的恢复不了。")
    return said


def came_later(merge: EnterpriseMerge) -> list[Later]:
    """合并以后新记在保留的一家名下的问题和走访：撤销后留在那里。"""
    book = entries(merge.moved["steps"])
    found = []
    for each in relations():
        if each.label in STAMPS:
            rows = each.rows(merge.kept).filter(**{f"{STAMPS[each.label]}__gt": merge.merged_at})
            found.append(Later(each.words, rows.exclude(pk__in=_moved(book, each.model)).count()))
    return [row for row in found if row.count]


def moved_counts(merge: EnterpriseMerge) -> list[tuple[str, int]]:
    """搬动了什么、几条：按账说，不按现在。"""
    book = entries(merge.moved["steps"])
    found = [(each.words, len(_moved(book, each.model))) for each in relations()]
    return [(words, count) for words, count in found if count]


def _moved(book: list[Entry], model: type) -> list[int]:
    """从并掉的一家搬来的行。"""
    column = "enterprise_id"
    return [key for entry in book if entry.model is model and entry.was and column in entry.was for key in entry.keys]
