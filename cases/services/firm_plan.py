"""企业合并的预览（R-11、R-12）：两家逐栏对照、会搬什么、哪里撞上、怎么解决。只读。"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cadres.enums import AssignmentRole, PlannedVisitState, Role
from cadres.models import Assignment, Notice, PlannedVisit, User
from cases.services.firm_relations import Relation, relations
from enterprises.models import Contact, Enterprise, Whitelisting, WhitelistLevel
from enterprises.services.merged import demand_unmerged
from zhuqi.kernel.errors import DomainError, NotPermitted

KEPT, ABSORBED = "kept", "absorbed"
FIELDS = {
    "name": "企业名称",
    "credit_code": "统一社会信用代码",
    "region": "县（市、区）",
    "address": "地址",
    "industry": "行业",
    "chain": "产业链",
    "cluster": "产业集群",
    "is_above_scale": "规模",
}
UNIQUE_FIELDS = ("name", "credit_code")
STRENGTH = {WhitelistLevel.PROVINCE: 3, WhitelistLevel.CITY: 2, WhitelistLevel.COUNTY: 1}


@dataclass(frozen=True, slots=True)
class FieldPair:
    """一栏：两边各是什么；空着的一边自动用有的那边。"""

    name: str
    label: str
    kept: str
    absorbed: str

    @property
    def differs(self) -> bool:
        """两边不同，要选。"""
        return self.kept != self.absorbed

    @property
    def default(self) -> str:
        """不选时用哪边。"""
        return ABSORBED if not self.kept and self.absorbed else KEPT


@dataclass(frozen=True, slots=True)
class Clash:
    """撞上的一处和它怎么解决；`choice` 是由人选的那一项（lead、primary）。"""

    what: str
    answer: str
    choice: str = ""


@dataclass
class Plan:
    """看到的样子。`seal` 变了就是看过以后有人动过。"""

    kept: Enterprise
    absorbed: Enterprise
    leads: dict[str, Assignment]
    current: list[Assignment]
    primaries: dict[str, Contact]
    twin_contacts: dict[int, int]  # absorbed's → kept's, the same person
    weaker: list[Whitelisting]
    double_planned: list[PlannedVisit]

    @property
    def fields(self) -> list[FieldPair]:
        """各栏对照。"""
        return [
            FieldPair(name, label, _said(self.kept, name), _said(self.absorbed, name)) for name, label in FIELDS.items()
        ]

    @property
    def has_two_leads(self) -> bool:
        """两家各有一位牵头干部，不是同一人（R-12）。"""
        return len({row.cadre_id for row in self.leads.values()}) > 1

    @property
    def has_two_primaries(self) -> bool:
        """两家各有一位首要联系人，不是同一人（R-28）。"""
        both = len(self.primaries) > 1
        return both and self.twin_contacts.get(self.primaries[ABSORBED].pk) != self.primaries[KEPT].pk

    @property
    def clashes(self) -> list[Clash]:
        """撞上的各处。"""
        return list(_clashes(self))

    def counts(self) -> list[tuple[str, int]]:
        """会搬动的：名称、几条；没有的不列。"""
        found = [(each.words, len(each.keys(self.absorbed)) - len(self.staying(each))) for each in relations()]
        notices = Notice.objects.filter(user__enterprise=self.absorbed).count()
        said = [(words, count) for words, count in found if count]
        return [*said, ("账号里的通知", notices)] if notices else said

    def staying(self, relation: Relation) -> set[int]:
        """并掉的一家的行里留在原处的：保留的一家已经有一样的。包联先了结再搬，都搬得动。"""
        if relation.model is Assignment:
            return set()
        if relation.model is Contact:
            return set(self.twin_contacts)
        return relation.twins(self.absorbed, self.kept)

    def seal(self) -> str:
        """看到的要点的指纹：资料、包联、首要联系人、在册的白名单、预约。问题和走访多了不算变。"""
        seen = {
            "firms": [[firm.pk, firm.updated_at.isoformat(), firm.is_active] for firm in (self.kept, self.absorbed)],
            "current": sorted([row.pk, row.role, row.cadre_id] for row in self.current),
            "primaries": sorted(row.pk for row in self.primaries.values()),
            "twins": sorted(self.twin_contacts.items()),
            "weaker": sorted(row.pk for row in self.weaker),
            "planned": sorted(row.pk for row in self.double_planned),
        }
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:32]


def plan_merge(kept: Enterprise, absorbed: Enterprise, *, actor: Any, is_looking: bool = False) -> Plan:
    """把 `absorbed` 并进 `kept` 会怎样；只看（`is_looking`）科员也行。

    错误：NotPermitted；DomainError（同一家、已不在册、已并掉）。
    """
    if not is_looking:
        demand_merger(actor, kept, absorbed)
    if kept.pk == absorbed.pk:
        raise DomainError("这是同一家，不用合并。")
    for firm in (kept, absorbed):
        demand_unmerged(firm)
        if not firm.is_active:
            raise DomainError(f"“{firm.name}”已移出在册名单，先恢复在册再合并。")
    current = list(
        Assignment.objects.filter(enterprise__in=[kept, absorbed], to_on=None)
        .select_related("cadre__unit")
        .order_by("pk")
    )
    contacts = list(Contact.objects.filter(enterprise__in=[kept, absorbed]).order_by("pk"))
    return Plan(
        kept=kept,
        absorbed=absorbed,
        leads={_side(row, kept): row for row in current if row.role == AssignmentRole.LEAD},
        current=current,
        primaries={_side(row, kept): row for row in contacts if row.is_primary},
        twin_contacts=_twins(contacts, kept),
        weaker=_weaker(kept, absorbed),
        double_planned=_double_planned(kept, absorbed),
    )


def may_merge(user: User) -> bool:
    """合并和撤销归活动办主任；科员看得到查重名单。"""
    return user.role == Role.OFFICE and user.is_head


def demand_merger(actor: Any, *firms: Enterprise) -> None:
    """市活动办主任；县活动办主任只合并两家都在本县（市、区）的。"""
    if not may_merge(actor):
        raise NotPermitted("合并企业由活动办主任办理。")
    if Enterprise.objects.visible_to(actor).filter(pk__in=[firm.pk for firm in firms]).count() < len(set(firms)):
        raise NotPermitted("两家不都在本县（市、区），由市活动办合并。")


def _side(row: Assignment | Contact, kept: Enterprise) -> str:
    return KEPT if row.enterprise_id == kept.pk else ABSORBED


def _said(firm: Enterprise, name: str) -> str:
    if name == "is_above_scale":
        return "规上" if firm.is_above_scale else "规下"
    value = getattr(firm, name)
    if name == "industry" and firm.industry_code:
        return f"{value}（{firm.industry_code}）"
    return str(value) if value else ""


def _twins(contacts: list[Contact], kept: Enterprise) -> dict[int, int]:
    known = {(row.name, row.phone): row.pk for row in contacts if row.enterprise_id == kept.pk}
    others = (row for row in contacts if row.enterprise_id != kept.pk)
    return {row.pk: known[(row.name, row.phone)] for row in others if (row.name, row.phone) in known}


def _weaker(kept: Enterprise, absorbed: Enterprise) -> list[Whitelisting]:
    """两边都在白名单时，级别低的那边的认定；同级以保留的一家为准。"""
    rows = list(Whitelisting.objects.filter(enterprise__in=[kept, absorbed], to_on=None))
    if len({row.enterprise_id for row in rows}) < 2:
        return []
    best = max(rows, key=lambda row: (STRENGTH[WhitelistLevel(row.level)], row.enterprise_id == kept.pk))
    return [row for row in rows if row.pk != best.pk]


def _double_planned(kept: Enterprise, absorbed: Enterprise) -> list[PlannedVisit]:
    """同一位干部同一天两家各约了一次：并掉的那次取消。"""
    planned = PlannedVisit.objects.filter(state=PlannedVisitState.PLANNED)
    taken = set(planned.filter(enterprise=kept).values_list("cadre", "planned_on"))
    return [row for row in planned.filter(enterprise=absorbed) if (row.cadre_id, row.planned_on) in taken]


def _clashes(plan: Plan) -> Iterator[Clash]:
    yield from _people(plan)
    yield from _things(plan)


def _people(plan: Plan) -> Iterator[Clash]:
    if plan.has_two_leads:
        one, other = plan.leads[KEPT].cadre, plan.leads[ABSORBED].cadre
        yield Clash(
            f"两位牵头干部：{one.name}、{other.name}",
            "一企一时只有一名牵头干部；另一位今天起转为协助干部，历史都在。",
            "lead",
        )
    if plan.has_two_primaries:
        one_contact, other_contact = plan.primaries[KEPT], plan.primaries[ABSORBED]
        yield Clash(
            f"两位首要联系人：{one_contact.name}、{other_contact.name}",
            "评价链接只发给一位；另一位留作普通联系人。",
            "primary",
        )
    if plan.twin_contacts:
        yield Clash(f"{len(plan.twin_contacts)} 位联系人两边都登记了", "姓名和电话都相同，只留保留的一家的。")
    both = {row.cadre_id: row.cadre.name for row in plan.current if row.enterprise_id == plan.absorbed.pk}
    shared = [both[row.cadre_id] for row in plan.current if row.enterprise_id == plan.kept.pk and row.cadre_id in both]
    if shared:
        yield Clash(f"{'、'.join(shared)}两家都在联系", "合成一条，重复的那条今天截止，历史都在。")


def _things(plan: Plan) -> Iterator[Clash]:
    for row in plan.weaker:
        yield Clash(f"两家都在白名单，{row.get_level_display()}较低或重复", "这一条今天截止，留在历史里。")
    for planned in plan.double_planned:
        yield Clash(f"{planned.planned_on:%m-%d} 同一位干部两家都约了走访", "取消并掉的一家的那次。")
    for relation in relations():
        count = 0 if relation.model is Contact else len(plan.staying(relation))
        if count:
            yield Clash(f"{relation.words} {count} 条两家都有", "以保留的一家的为准；并掉的那条留在原处，查得到。")
    if plan.kept.region_id != plan.absorbed.region_id:
        yield Clash("两家登记在不同的县（市、区）", "按选定的县（市、区）；问题随企业过去，那边的活动办看得到。")
