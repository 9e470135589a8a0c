"""The defaults an office may change: typed values, checked before they are stored, each change logged."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from cadres.defaults import DEFAULTS, Default
from cadres.enums import Role
from cadres.models import Setting, User
from cadres.services import audit
from zhuqi.kernel.errors import InvalidInput, NotPermitted

Value = int | str


def value(key: str) -> Value:
    """What a setting is now; the default when nobody changed it. An unknown key is a bug (KeyError)."""
    return values(key)[key]


def values(*keys: str) -> dict[str, Value]:
    """Several settings (none named: all of them) in one query."""
    wanted = {key: DEFAULTS[key].value for key in keys or DEFAULTS}
    stored = dict(Setting.objects.filter(key__in=wanted).values_list("key", "value"))
    return {key: stored.get(key, default) for key, default in wanted.items()}


def change(key: str, new: Value, *, actor: User | None, at: datetime) -> None:
    """Change one setting. Raises InvalidInput for a wrong type, range or choice, and then changes nothing.

    Only the city office's director does this; None is the system (set-up, demonstration data).
    """
    demand_director(actor)
    new = _checked(key, DEFAULTS[key], new)
    old = value(key)
    Setting.objects.update_or_create(key=key, defaults={"value": new, "changed_by": actor, "changed_at": at})
    if old != new:
        audit.record(actor, "改设置", target=DEFAULTS[key].label, reason=f"{old} → {new}", at=at)


@transaction.atomic
def change_all(new: Mapping[str, Value], *, actor: User | None, at: datetime) -> None:
    """Several at once: all or nothing."""
    for key, each in new.items():
        change(key, each, actor=actor, at=at)


def restore(key: str, *, actor: User, at: datetime) -> None:
    """Back to the default."""
    demand_director(actor)
    if Setting.objects.filter(key=key).delete()[0]:
        audit.record(actor, "恢复默认", target=DEFAULTS[key].label, at=at)


def is_director(actor: User) -> bool:
    """The head of the city office: what moves everybody's deadlines or counts is theirs to change (ADR 0008)."""
    return actor.is_head and _is_city_office(actor)


def demand_director(actor: User | None, what: str = "设置") -> None:
    """Raise NotPermitted unless `actor` may change what concerns the whole city; None is the system."""
    if actor is not None and not is_director(actor):
        raise NotPermitted(f"{what}由市活动办主任修改。")


def demand_city_office(actor: User) -> None:
    """Raise NotPermitted unless `actor` works in the city office: calendar and rules are the whole city's."""
    if not _is_city_office(actor):
        raise NotPermitted("这项由市活动办管理。")


def _is_city_office(actor: User) -> bool:
    return actor.role == Role.OFFICE and actor.sees_everything


def _checked(key: str, default: Default, new: Value) -> Value:
    problem = ""
    if isinstance(default.value, int):
        if not isinstance(new, int) or isinstance(new, bool) or not default.least <= new <= default.most:
            problem = f"「{default.label}」应是 {default.least} 到 {default.most} 之间的整数。"
    elif default.choices:
        problem = "" if new in default.choices else f"「{default.label}」没有这个选项。"
    else:
        new = str(new).strip()
        problem = "" if new else f"「{default.label}」不能为空。"
    if problem:
        raise InvalidInput(problem, {key: [problem]})
    return new
