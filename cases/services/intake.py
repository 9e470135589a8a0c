"""提出与受理：报一个问题、受理、不予受理、分类、拆分（R-13、R-21、R-22）。"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from cadres.enums import Role, UnitKind
from cadres.models import Unit, User, Visit
from cases.enums import Action, Clock, Nature, Source, Tier
from cases.models import Case, Category
from cases.services import clocks
from cases.services.attachments import keep_files
from cases.services.index import CASES, entry_of
from cases.services.numbering import case_number
from cases.services.steps import Step, chosen, handles, record
from enterprises.models import Enterprise, Region
from enterprises.services.merged import demand_unmerged, hold
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted
from zhuqi.kernel.uploads import Upload

TITLE_MOST = 80
DESCRIPTION_MOST = 4000
WISH_MOST = 300
MAY_REPORT = frozenset({Role.CADRE, Role.ENTERPRISE, Role.OFFICE})


@dataclass(frozen=True, slots=True)
class Report:
    """一个要提出的问题；`token` 相同即同一次提交（双击只得一件）。"""

    enterprise: Any
    title: str
    description: str
    source: str
    wish: str = ""
    category: Any = None
    visit: Any = None
    token: str | None = None
    source_number: str = ""  # what 12345, a meeting … calls it
    upper_number: str = ""  # the province's own, of a case it handed down


def report_problem(report: Report, *, actor: User | None, at: datetime, files: Sequence[Upload] = ()) -> Case:
    """登记一个问题，状态「待受理」，开受理期限。

    企业只能报自己的，干部只能报自己包联的，活动办报本地的（R-03）；`actor` 为 None 的只有省平台交办的（R-65）。
    错误：InvalidInput（哪一栏怎么不对）、NotPermitted。
    """
    _check_report(report, actor)
    with transaction.atomic():
        if report.token:
            first = Case.objects.filter(token=report.token, reported_by=actor).first()
            if first:
                return first
        hold(report.enterprise)
        try:
            with transaction.atomic():
                case = _create(report, actor, at)
        except IntegrityError:
            first = Case.objects.filter(token=report.token, reported_by=actor).first() if report.token else None
            if first is None and report.token:
                raise Conflict("这张表单已经提交过了，请刷新后再填。") from None
            if first is None:
                raise
            return first
        upper = {"province_number": report.upper_number} if report.upper_number else {}
        event = record(case, "open", actor=actor, at=at, data={"source": report.source} | upper)
        keep_files(case, files, event=event, actor=actor, at=at)
        clocks.open_clock(case, Clock.ACCEPT, at=at, holder=case.office)
        clocks.refresh_next_due(case)
    return case


def _check_actor(report: Report, actor: User | None) -> None:
    if actor is None and not (report.upper_number and report.source == Source.PROVINCE):
        raise NotPermitted("没有人提出的，只能是省平台交办的。")
    if actor is None:
        return
    if actor.role not in MAY_REPORT:
        raise NotPermitted("您的角色不能提出问题。")
    if not Enterprise.objects.visible_to(actor).filter(pk=report.enterprise.pk).exists():
        raise NotPermitted("这家企业不在您的范围内，不能替它提出问题。")


def _check_report(report: Report, actor: User | None) -> None:
    _check_actor(report, actor)
    demand_unmerged(report.enterprise)
    if not report.enterprise.is_active:
        raise InvalidInput("这家企业已不在册，不能再提新问题。", {"enterprise": ["企业已不在册。"]})
    wrong = (
        ("title", not report.title.strip(), "请用一句话写明是什么问题。"),
        ("title", len(report.title.strip()) > TITLE_MOST, f"标题最多 {TITLE_MOST} 字。"),
        ("description", not report.description.strip(), "请写明具体情况。"),
        ("description", len(report.description) > DESCRIPTION_MOST, f"描述最多 {DESCRIPTION_MOST} 字。"),
        ("wish", len(report.wish) > WISH_MOST, f"希望怎么解决，最多 {WISH_MOST} 字。"),
        ("source", report.source not in Source.values, "没有这种来源。"),
        ("visit", _is_another_firms(report.visit, report.enterprise), "这次走访的是另一家企业。"),
    )
    errors = {field: [words] for field, is_wrong, words in wrong if is_wrong}
    if errors:
        raise InvalidInput("有几处要改：" + "".join(words for said in errors.values() for words in said), errors)


def _is_another_firms(visit: Visit | None, firm: Enterprise) -> bool:
    return visit is not None and visit.enterprise_id != firm.pk


def _create(report: Report, actor: User | None, at: datetime) -> Case:
    firm = report.enterprise
    case = Case(
        number=case_number(at),
        enterprise=firm,
        region=firm.region,
        office=office_for(firm.region),
        title=report.title.strip(),
        description=report.description.strip(),
        wish=report.wish.strip(),
        source=report.source,
        visit=report.visit,
        reported_by=actor,
        reported_at=at,
        token=report.token,
        source_number=report.source_number,
    )
    place_in_lane(case, report.category)
    case.save()
    CASES.put([entry_of(case)])
    return case


def office_for(region: Region | None) -> Unit:
    """谁来受理：本县（市、区）或功能区的活动办；没有就到上级，最后是市活动办（R-01）。"""
    offices = Unit.objects.filter(kind=UnitKind.OFFICE, is_active=True).order_by("pk")
    while region is not None:
        office = offices.filter(region=region).first()
        if office:
            return office
        region = region.parent
    office = offices.filter(region__isnull=True).first()
    if office is None:
        raise DomainError("还没有建立市活动办，不能登记问题；请先在“设置 · 单位”里建立。")
    return office


def place_in_lane(case: Case, category: Category | None) -> None:
    """类别定了，专项工作小组与涉法涉诉单列就定了（R-22、R-23）。"""
    case.category = category
    case.lane, case.is_legal = None, False
    if category:
        top = category.parent or category
        case.lane, case.is_legal = category.task_force or top.task_force, category.is_legal or top.is_legal


@handles(Action.ACCEPT)
def accept(step: Step) -> None:
    """受理：交办的 3 个工作日从今天起（R-21）；到点没人管，系统按受理算。"""
    step.changes["accepted_at"] = step.at
    if step.details.get("category"):
        _classify(step)
    step.data["by_silence"] = step.actor is None


@handles(Action.REFUSE)
def refuse(step: Step) -> None:
    """不予受理：理由企业看得到；到此为止。"""
    clocks.void_clocks(step.case, at=step.at, clocks=[Clock.DISPATCH])


@handles(Action.CLASSIFY)
def classify(step: Step) -> None:
    """分类定级（R-22）。"""
    _classify(step)


def _classify(step: Step) -> None:
    category = step.detail("category", "类别")
    case = step.case
    place_in_lane(case, category)
    tier = chosen(Tier, step.details.get("tier") or case.tier, "级别")
    nature = chosen(Nature, step.details.get("nature") or case.nature, "性质")
    step.changes |= {
        "category": case.category,
        "lane": case.lane,
        "is_legal": case.is_legal,
        "tier": tier,
        "nature": nature,
    }
    step.data |= {"category": category.name, "tier": tier.label, "nature": nature.label}


@handles(Action.SPLIT)
def split(step: Step) -> None:
    """拆分：原件照旧，每一部分成为新的一件、同样从「待受理」走起（R-21）。"""
    parts = step.detail("parts", "要拆出来的问题")
    case = step.case
    numbers = []
    for title, description in parts:
        report = Report(case.enterprise, title, description, case.source, category=case.category, visit=case.visit)
        _check_report(report, step.actor)
        part = _create(report, step.actor, step.at)
        part.split_from = case
        part.save(update_fields=["split_from"])
        record(part, "open", actor=step.actor, at=step.at, data={"source": case.source, "split_from": case.number})
        clocks.open_clock(part, Clock.ACCEPT, at=step.at, holder=part.office)
        clocks.refresh_next_due(part)
        numbers.append(part.number)
    step.data["parts"] = numbers
