"""问题类别（R-22）：两级、可改、各归一个专项工作小组；改动记日志，历史案件不动。"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from cadres.enums import UnitKind
from cadres.models import User
from cadres.services import audit
from cadres.services.settings import demand_city_office
from cases.models import Category
from zhuqi.kernel.errors import Conflict, InvalidInput

FIELDS = ("name", "task_force", "default_lead", "keywords", "is_legal")
STEP = 10


@transaction.atomic
def add_category(said: Mapping[str, Any], *, parent: Category | None, actor: User, at: datetime) -> Category:
    """新增一类；`said`：name、task_force、default_lead、keywords、is_legal。代码自动编，一经产生不变。

    错误：NotPermitted（只有市活动办）；InvalidInput（名称空或同级重名、第三级）。
    """
    demand_city_office(actor)
    if parent is not None and parent.parent_id:
        raise InvalidInput("类别只有两级。", {"name": ["类别只有两级。"]})
    values = _checked(said, parent=parent)
    try:
        with transaction.atomic():
            made = Category.objects.create(
                code=_next_code(parent), parent=parent, ordering=_last(parent) + STEP, **values
            )
    except IntegrityError as error:
        raise Conflict("类别刚被别人改过，请刷新后再办。") from error
    audit.record(actor, "新增类别", target=_path(made), at=at)
    return made


@transaction.atomic
def change_category(category: Category, said: Mapping[str, Any], *, actor: User, at: datetime) -> Category:
    """改名称、归口、常办单位、关键词、是否涉法涉诉；已有的案件照旧。"""
    demand_city_office(actor)
    values = _checked(said, parent=category.parent, but=category)
    changed = [name for name in FIELDS if name in values and getattr(category, name) != values[name]]
    if not changed:
        return category
    words = "；".join(f"{_label(name)} {_say(getattr(category, name))} → {_say(values[name])}" for name in changed)
    for name in changed:
        setattr(category, name, values[name])
    category.save(update_fields=changed)
    audit.record(actor, "修改类别", target=_path(category), reason=words, at=at)
    return category


@transaction.atomic
def switch_category(category: Category, *, is_active: bool, actor: User, at: datetime) -> None:
    """停用或启用；停用一级，它下面的也不再能选。已有的案件照旧。"""
    demand_city_office(actor)
    if is_active and category.parent and not category.parent.is_active:
        raise InvalidInput(f"要先启用上级“{category.parent}”。")
    if not Category.objects.filter(pk=category.pk, is_active=not is_active).update(is_active=is_active):
        raise Conflict("类别刚被别人改过，请刷新后再办。")
    if not is_active:
        category.children.update(is_active=False)
    category.is_active = is_active
    audit.record(actor, "启用类别" if is_active else "停用类别", target=_path(category), at=at)


@transaction.atomic
def move_category(category: Category, *, up: bool, actor: User, at: datetime) -> None:
    """同级里往前或往后挪一位；下拉、统计都按这个次序。"""
    demand_city_office(actor)
    rows = list(Category.objects.filter(parent=category.parent).order_by("ordering", "code"))
    here = next(n for n, row in enumerate(rows) if row.pk == category.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for n, row in enumerate(rows):
        Category.objects.filter(pk=row.pk).update(ordering=(n + 1) * STEP)
    audit.record(actor, "调整类别次序", target=_path(category), at=at)


def _checked(said: Mapping[str, Any], *, parent: Category | None, but: Category | None = None) -> dict[str, Any]:
    values = {name: said[name] for name in FIELDS if name in said}
    values["name"] = str(values.get("name", "")).strip()
    errors: dict[str, list[str]] = {}
    if not values["name"]:
        errors["name"] = ["请填写类别名称。"]
    twins = Category.objects.filter(parent=parent, name=values["name"])
    if values["name"] and (twins.exclude(pk=but.pk) if but else twins).exists():
        errors["name"] = [f"同一级里已有“{values['name']}”。"]
    force = values.get("task_force")
    if force is not None and force.kind != UnitKind.TASK_FORCE:
        errors["task_force"] = [f"{force}不是专项工作小组。"]
    if errors:
        raise InvalidInput("还有要改的：" + "".join(words for each in errors.values() for words in each), errors)
    return values


def _next_code(parent: Category | None) -> str:
    rows = Category.objects.filter(code__startswith=f"{parent.code}." if parent else "C")
    head = f"{parent.code}." if parent else "C"
    used = {row.removeprefix(head) for row in rows.values_list("code", flat=True)}
    number = next(n for n in range(1, 1000) if f"{n:02d}" not in used)
    return f"{head}{number:02d}"


def _last(parent: Category | None) -> int:
    return Category.objects.filter(parent=parent).aggregate(last=Max("ordering"))["last"] or 0


def _path(category: Category) -> str:
    return f"{category.parent} / {category}" if category.parent_id else str(category)


def _label(name: str) -> str:
    field: Any = Category._meta.get_field(name)  # noqa: SLF001 - Django's documented way to a field's label
    return str(field.verbose_name)


def _say(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value) if value else "无"
