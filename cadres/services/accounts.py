"""Accounts: made by the system administrator, granted by the security administrator (R-71). Nothing is ever deleted."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from axes.utils import reset as forget_failures
from django.db import IntegrityError, transaction
from django.utils import timezone

from cadres.enums import Role, UnitKind
from cadres.models import Assignment, Unit, User
from cadres.services import audit
from cadres.services.passwords import first_password
from enterprises.models import Enterprise
from enterprises.services.merged import merged_into
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted

# A role works only in a unit of these kinds; None: without a unit.
UNIT_KINDS: dict[str, frozenset[str] | None] = {
    Role.OFFICE: frozenset({UnitKind.OFFICE}),
    # City leaders sit in the leading group, deputy mayors at their task force, county leaders at their county's office.
    Role.LEADER: frozenset({UnitKind.LEADING_GROUP, UnitKind.TASK_FORCE, UnitKind.OFFICE}),
    Role.SUPERVISOR: frozenset({UnitKind.SUPERVISION}),
    Role.UNIT: frozenset(
        {UnitKind.TASK_FORCE, UnitKind.DEPARTMENT, UnitKind.COUNTY, UnitKind.FINANCE, UnitKind.UTILITY}
    ),
}
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,149}")
KEEPERS = frozenset({Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Account:
    """What the system administrator writes down about a person. No role: that is granted apart."""

    username: str
    name: str
    unit: Unit | None = None
    enterprise: Enterprise | None = None
    post: str = ""
    phone: str = ""
    sso_id: str | None = None


@transaction.atomic
def create_account(account: Account, *, actor: User, at: datetime) -> tuple[User, str]:
    """Open an account without rights and give its first password, which must be changed at sign-in."""
    password = first_password()
    return _open(account, password, actor=actor, at=at), password


@transaction.atomic
def open_account(account: Account, *, actor: User, at: datetime) -> User:
    """Open one of many: without rights and without a password, until one is given out by `reset_password` (ADR 0081)."""
    return _open(account, None, actor=actor, at=at)


def _open(account: Account, password: str | None, *, actor: User, at: datetime) -> User:
    _demand(actor, Role.SYSADMIN, "账号由系统管理员开立。")
    _check_home(account.unit, account.enterprise)
    username = _checked_name(account.username)
    if User.objects.filter(username__iexact=username).exists():
        message = f"账号名“{username}”已有人使用，请换一个。"
        raise InvalidInput(message, {"username": [message]})
    user = User(
        username=username,
        name=account.name.strip(),
        role="",
        unit=account.unit,
        enterprise=account.enterprise,
        post=account.post.strip(),
        phone=account.phone.strip(),
        sso_id=account.sso_id,
        must_change_password=True,
        date_joined=at,
    )
    user.set_password(password)  # None: no password opens it
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise Conflict(f"账号名“{username}”刚被别人使用，请换一个。") from error
    audit.record(actor, "开立账号", target=_said(user), at=at)
    return user


@transaction.atomic
def amend_account(user: User, account: Account, *, actor: User, at: datetime) -> User:
    """Change name, post, phone, and the unit: a move to another kind of unit or region takes the grant away."""
    _demand(actor, Role.SYSADMIN, "账号由系统管理员维护。")
    _not_self(user, actor)
    _check_home(account.unit, account.enterprise)
    moved = user.unit_id != (account.unit.pk if account.unit else None)
    if moved or user.enterprise_id != (account.enterprise.pk if account.enterprise else None):
        _move(user, account)
    user.name, user.post, user.phone = account.name.strip(), account.post.strip(), account.phone.strip()
    user.sso_id = account.sso_id
    user.save(update_fields=["name", "post", "phone", "sso_id", "unit", "enterprise", "role", "is_head"])
    if moved and user.role != Role.CADRE:
        _end_assignments(user, at=at, note="调离岗位")
    audit.record(actor, "调整单位" if moved else "修改账号", target=_said(user), at=at)
    return user


def _checked_name(typed: str) -> str:
    """A name that every keyboard can type: full width becomes half width, the rest is refused."""
    name = unicodedata.normalize("NFKC", typed).strip()
    if not NAME.fullmatch(name):
        message = "账号名只用字母、数字和 . _ - @，不用汉字和空格。"
        raise InvalidInput(message, {"username": [message]})
    return name


def _move(user: User, account: Account) -> None:
    old, new = user.unit, account.unit
    same_standing = old and new and old.kind == new.kind and old.region_id == new.region_id
    user.unit, user.enterprise, user.is_head = account.unit, account.enterprise, False
    if not same_standing and user.role != Role.CADRE:
        user.role = ""


@transaction.atomic
def grant(user: User, role: str, *, is_head: bool = False, actor: User, at: datetime) -> User:
    """Give (or, with an empty role, take) the right to work in a role; only the security administrator does (R-71)."""
    _demand(actor, Role.SECADMIN, "角色由安全管理员授予。")
    _not_self(user, actor)
    if role:
        _check_role(user, role)
    if user.role == Role.CADRE and role != Role.CADRE:
        _end_assignments(user, at=at, note="不再担任助企干部")
    user.role, user.is_head = role, is_head and role in {Role.OFFICE, Role.UNIT}
    user.save(update_fields=["role", "is_head"])
    audit.record(actor, "授权" if role else "收回授权", target=_said(user), reason=user.get_role_display(), at=at)
    return user


@transaction.atomic
def reset_password(user: User, *, actor: User, at: datetime) -> str:
    """Give a new first password; all of the person's sessions end, and so does a lock."""
    _demand(actor, Role.SYSADMIN, "密码由系统管理员重置。")
    _not_self(user, actor)
    password = first_password()
    user.set_password(password)
    user.must_change_password = True
    user.save()
    forget_failures(username=user.username)
    audit.record(actor, "重置密码", target=_said(user), at=at)
    return password


def unlock(user: User, *, actor: User, at: datetime) -> None:
    """Lift the 30-minute lock after five failures."""
    _demand(actor, Role.SYSADMIN, "解锁由系统管理员办理。")
    forget_failures(username=user.username)
    audit.record(actor, "解除锁定", target=_said(user), at=at)


@transaction.atomic
def deactivate(user: User, *, reason: str, actor: User, at: datetime) -> int:
    """Close an account: history stays, current assignments end (R-12: the firms show up as uncovered). Gives their number."""
    _demand(actor, Role.SYSADMIN, "账号由系统管理员停用。")
    _not_self(user, actor)
    if not reason.strip():
        message = "请写明停用原因，如“退休”“调离”。"
        raise InvalidInput(message, {"reason": [message]})
    if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        raise Conflict("这个账号已经停用。")
    user.is_active = False
    ended = _end_assignments(user, at=at, note=f"账号停用：{reason.strip()}")
    audit.record(actor, "停用账号", target=_said(user), reason=reason.strip(), at=at)
    return ended


def reactivate(user: User, *, actor: User, at: datetime) -> None:
    """Open a closed account again; assignments do not come back by themselves."""
    _demand(actor, Role.SYSADMIN, "账号由系统管理员启用。")
    if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        raise Conflict("这个账号本来就是启用的。")
    audit.record(actor, "启用账号", target=_said(user), at=at)


def _demand(actor: User, role: Role, sentence: str) -> None:
    if actor.role != role:
        raise NotPermitted(sentence)


def _not_self(user: User, actor: User) -> None:
    if user.pk == actor.pk:
        raise NotPermitted("不能给自己办，请由另一位管理员办理。")


def _check_home(unit: Unit | None, enterprise: Enterprise | None) -> None:
    if unit is not None and enterprise is not None:
        message = "单位和企业只能填一个。"
        raise InvalidInput(message, {"enterprise": [message]})
    if unit is not None and not unit.is_active:
        message = f"“{unit.name}”已停用，请选在用的单位。"
        raise InvalidInput(message, {"unit": [message]})
    kept = merged_into(enterprise) if enterprise is not None else None
    if enterprise is not None and kept is not None:
        message = f"“{enterprise.name}”已并入“{kept.name}”，请填 {kept.credit_code}。"
        raise InvalidInput(message, {"firm_code": [message]})


def _check_role(user: User, role: str) -> None:
    problem = ""
    kinds = UNIT_KINDS.get(role)
    if role not in Role.values:
        problem = "没有这个角色。"
    elif role == Role.ENTERPRISE:
        problem = "" if user.enterprise_id else "企业账号要先在账号里选定企业。"
    elif user.enterprise_id:
        problem = "企业的账号只能授“企业”角色。"
    elif role in KEEPERS and user.unit is not None and user.unit.kind == UnitKind.OFFICE:
        problem = "活动办人员不能兼任三员。"
    elif kinds is not None and (user.unit is None or user.unit.kind not in kinds):
        said = "、".join(UnitKind(kind).label for kind in UnitKind.values if kind in kinds)
        problem = f"“{Role(role).label}”须在{said}任职，请先调整单位。"
    elif role == Role.CADRE and user.unit is None:
        problem = "助企干部要有所在单位，请先补上。"
    if problem:
        raise InvalidInput(problem, {"role": [problem]})


def _end_assignments(user: User, *, at: datetime, note: str) -> int:
    today = timezone.localtime(at).date()
    current = Assignment.objects.filter(cadre=user, to_on__isnull=True)
    return current.update(to_on=today, note=note[:200])


def _said(user: User) -> str:
    return f"{user.name}（{user.username}）"
