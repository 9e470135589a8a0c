"""Units (R-01): made by the system administrator; the ticket prefix (R-34) is the city office's."""

import re
from datetime import datetime

from django.db import IntegrityError, transaction

from cadres.enums import Role, UnitKind
from cadres.models import Unit, User
from cadres.services import audit, settings
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted

PREFIX = re.compile(r"[一-龥]{2,8}")


@transaction.atomic
def save_unit(unit: Unit, *, actor: User, at: datetime) -> Unit:
    """Make or change a unit. Raises InvalidInput for a loop in the tree or a closed unit that still has people."""
    if actor.role != Role.SYSADMIN:
        raise NotPermitted("单位由系统管理员维护。")
    errors = _problems(unit)
    if errors:
        raise InvalidInput(next(iter(errors.values()))[0], errors)
    is_new = unit.pk is None
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError as error:
        raise Conflict("同名或同代码的单位刚被别人登记。") from error
    audit.record(actor, "新设单位" if is_new else "修改单位", target=unit.name, at=at)
    return unit


@transaction.atomic
def set_prefix(office: Unit, prefix: str, *, actor: User, at: datetime) -> None:
    """The 代字 tickets of this office carry from now on; issued ones keep theirs."""
    settings.demand_director(actor)
    prefix = prefix.strip()
    problem = ""
    if office.kind != UnitKind.OFFICE:
        problem = "只有活动办签发单据，要填代字。"
    elif not PREFIX.fullmatch(prefix):
        problem = "代字是 2 到 8 个汉字，如 许助企；单据种类的“交、催、问”由系统加在后面。"
    elif Unit.objects.filter(ticket_prefix=prefix).exclude(pk=office.pk).exists():
        problem = f"“{prefix}”已由别的活动办使用，编号会重。"
    if problem:
        raise InvalidInput(problem, {"ticket_prefix": [problem]})
    old = office.ticket_prefix
    if not Unit.objects.filter(pk=office.pk, ticket_prefix=old).update(ticket_prefix=prefix):
        raise Conflict("代字刚被别人改过，请刷新后再办。")
    audit.record(actor, "改代字", target=office.name, reason=f"{old or '（空）'} → {prefix}", at=at)


def _problems(unit: Unit) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    above, seen = unit.parent, set()
    while above is not None and above.pk not in seen:
        if above.pk == unit.pk:
            errors["parent"] = ["上级不能是自己或自己的下级。"]
            break
        seen.add(above.pk)
        above = above.parent
    if unit.lead_unit is not None and unit.kind != UnitKind.TASK_FORCE:
        errors["lead_unit"] = ["只有专项工作小组有牵头承办单位。"]
    if unit.pk and not unit.is_active and unit.users.filter(is_active=True).exists():
        count = unit.users.filter(is_active=True).count()
        errors["is_active"] = [f"还有 {count} 个在用账号，请先调走或停用。"]
    return errors
