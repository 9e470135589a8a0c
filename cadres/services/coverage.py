"""R-12: who looks after which firm. History is kept; one lead cadre at a time, by compare-and-set."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from cadres.enums import AssignmentRole, Role
from cadres.models import Assignment, User
from cadres.services import audit
from cadres.services.notices import notify
from enterprises.models import Enterprise
from enterprises.services.merged import demand_unmerged
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

ANY = object()  # "whatever the page showed": only for imports of the city's first state
NEEDED_ROLE = {
    AssignmentRole.LEAD: Role.CADRE,
    AssignmentRole.ASSISTANT: Role.CADRE,
    AssignmentRole.LEADER: Role.LEADER,
}


def current_lead(enterprise: Enterprise) -> Assignment | None:
    """The lead cadre's assignment now, if there is one."""
    return _current(enterprise).filter(role=AssignmentRole.LEAD).select_related("cadre__unit").first()


@transaction.atomic
def assign_lead(enterprise: Enterprise, cadre: User, *, actor: User, at: datetime, **how: object) -> Assignment:
    """Make `cadre` the lead; the present lead's row ends today and stays in the history.

    `how`: seen (key of the lead's assignment the page showed, None for "nobody": a stale page raises Conflict),
    note. The same cadre again raises DomainError.
    """
    demand_right(enterprise, actor)
    _demand_fit(cadre, AssignmentRole.LEAD)
    present, note = current_lead(enterprise), str(how.get("note", "")).strip()
    seen = how.get("seen", ANY)
    if seen is not ANY and seen != (present.pk if present else None):
        now = f"现在的牵头干部是{present.cadre.name}" if present else "现在没有牵头干部"
        raise Conflict(f"包联关系刚被别人调整过，{now}，请核对后再办。")
    if present is not None and present.cadre_id == cadre.pk:
        message = f"{cadre.name}已经是这家企业的牵头干部。"
        raise InvalidInput(message, {"cadre": [message]})
    today = timezone.localtime(at).date()
    if present is not None and not _close(present, today):
        raise Conflict("包联关系刚被别人调整过，请刷新后再办。")
    # An assistant who becomes the lead has one row, not two.
    _current(enterprise).filter(cadre=cadre).update(to_on=today)
    made = _open(enterprise, cadre, AssignmentRole.LEAD, today, note)
    if present is None:
        said = f"{enterprise.name}：{cadre.name}任牵头干部"
    else:
        said = f"{enterprise.name}：{present.cadre.name} → {cadre.name}"
    audit.record(actor, "调整包联", target=said, reason=note, at=at)
    _tell(made, at)
    return made


@transaction.atomic
def add_assistant(
    enterprise: Enterprise,
    person: User,
    *,
    actor: User,
    at: datetime,
    role: str = AssignmentRole.ASSISTANT,
) -> Assignment:
    """Add an assistant cadre, or (role LEADER) the city leader who follows the firm."""
    demand_right(enterprise, actor)
    _demand_fit(person, role)
    if role == AssignmentRole.LEAD:
        raise DomainError("牵头干部请用“更换牵头干部”。")
    if _current(enterprise).filter(cadre=person).exists():
        message = f"{person.name}已经在联系这家企业。"
        raise InvalidInput(message, {"cadre": [message]})
    made = _open(enterprise, person, role, timezone.localtime(at).date(), "")
    said = f"{enterprise.name}：增加{AssignmentRole(role).label}{person.name}"
    audit.record(actor, "调整包联", target=said, at=at)
    _tell(made, at)
    return made


@transaction.atomic
def end_assignment(assignment: Assignment, *, actor: User, at: datetime, note: str) -> None:
    """End an assignment today, with the reason; the row stays. A firm left without a lead is on the uncovered list."""
    demand_right(assignment.enterprise, actor)
    if not note.strip():
        message = "请写明解除原因。"
        raise InvalidInput(message, {"note": [message]})
    if not _close(assignment, timezone.localtime(at).date(), note.strip()):
        raise Conflict("这条包联关系已经结束。")
    said = f"{assignment.enterprise.name}：{assignment.cadre.name}"
    audit.record(actor, "解除包联", target=said, reason=note.strip(), at=at)


def uncovered(user: User) -> QuerySet[Enterprise]:
    """Firms without a lead cadre that `user` may see: the office's list (R-12)."""
    return Enterprise.objects.visible_to(user).uncovered()


def is_assigned(user: User, enterprise: Enterprise) -> bool:
    """Whether `user` looks after the firm now, in whatever part."""
    return _current(enterprise).filter(cadre=user).exists()


def demand_assigned(enterprise: Enterprise, actor: User) -> None:
    """Only who looks after the firm now visits it in the campaign's name."""
    if actor.role not in {Role.CADRE, Role.LEADER} or not is_assigned(actor, enterprise):
        raise NotPermitted("您现在不联系这家企业，不能登记走访。")


def candidates(actor: User, role: str = AssignmentRole.LEAD) -> QuerySet[User]:
    """Who may be assigned: active people of the needed role."""
    return User.objects.filter(role=NEEDED_ROLE[AssignmentRole(role)], is_active=True).select_related("unit")


def hold_assignment(enterprise: Enterprise, actor: User) -> None:
    """Keep the assignment until this transaction ends: a merge of firms waits, and takes the visit along."""
    if not _current(enterprise).filter(cadre=actor).update(cadre=actor):
        raise Conflict("这家企业刚换了联系人或并入另一家，请刷新后再办。")


def demand_right(enterprise: Enterprise, actor: User) -> None:
    """Assignments are the activity office's: the city's everywhere, a county's in its region."""
    if actor.role != Role.OFFICE:
        raise NotPermitted("包联关系由活动办调整。")
    if not Enterprise.objects.visible_to(actor).filter(pk=enterprise.pk).exists():
        raise NotPermitted("这家企业不在本县（市、区），由所在地活动办调整。")
    demand_unmerged(enterprise)


def _demand_fit(person: User, role: str) -> None:
    needed = NEEDED_ROLE[AssignmentRole(role)]
    problem = ""
    if not person.is_active:
        problem = f"{person.name}的账号已停用，不能再联系企业。"
    elif person.role != needed:
        problem = f"{person.name}不是{needed.label}，不能任{AssignmentRole(role).label}。"
    if problem:
        raise InvalidInput(problem, {"cadre": [problem]})


def _current(enterprise: Enterprise) -> QuerySet[Assignment]:
    return Assignment.objects.filter(enterprise=enterprise, to_on__isnull=True)


def _close(assignment: Assignment, on: date, note: str = "") -> bool:
    changes: dict[str, object] = {"to_on": on}
    if note:
        changes["note"] = note[:200]
    return bool(Assignment.objects.filter(pk=assignment.pk, to_on__isnull=True).update(**changes))


def _open(enterprise: Enterprise, person: User, role: str, on: date, note: str) -> Assignment:
    try:
        with transaction.atomic():
            return Assignment.objects.create(
                enterprise=enterprise, cadre=person, role=role, from_on=on, note=note[:200]
            )
    except IntegrityError as error:
        raise Conflict("包联关系刚被别人调整过，请刷新后再办。") from error


def _tell(made: Assignment, at: datetime) -> None:
    notify(
        [made.cadre],
        f"assignment:{made.pk}",
        f"您已任{made.enterprise.name}的{made.get_role_display()}",
        body="请尽快与企业取得联系。",
        at=at,
    )
