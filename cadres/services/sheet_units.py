"""表格导入单位（R-01）：按代码认；上级可以写在同一份表里。"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cadres.enums import Role, UnitKind
from cadres.models import Unit
from cadres.services.units import save_unit
from enterprises.models import Region
from zhuqi.kernel.sheets.columns import Cell, Column, Options
from zhuqi.kernel.sheets.kinds import SAME, Entry, Outcome, Scope, SheetKind, Verdict, bad, differences, registers
from zhuqi.kernel.sheets.typed import Unreadable
from zhuqi.kernel.sheets.writing import one_by_one

ABOVE = ("parent", "lead_unit")


def _kinds(_actor: Any) -> Options:
    return Options({kind.label: kind.value for kind in UnitKind})


def _regions(_actor: Any) -> Options:
    regions = list(Region.objects.all())
    return Options(
        {r.name: r.pk for r in regions}, {key: r.pk for r in regions for key in (r.short_name, r.code) if key}
    )


COLUMNS = (
    Column("code", "代码", Cell.CODE, needed=True, width=14, most=24, synonyms=("单位代码",), hint="字母、数字，各单位不同；按它认单位。", example="ZRZY"),
    Column("name", "名称", needed=True, width=30, most=60, synonyms=("单位名称",), example="市某某局", hint="新单位必填。"),
    Column("short_name", "简称", width=18, most=20, hint="列表里显示的名称。"),
    Column("kind", "类别", Cell.CHOICE, width=20, options=_kinds, synonyms=("单位类别",), example="市直部门", hint="新单位必填。"),
    Column("parent", "上级", width=24, most=60, synonyms=("上级单位", "主管单位"), hint="写代码、名称或简称；同一份表里的也行。"),
    Column("region_id", "区域", Cell.CHOICE, width=14, options=_regions, synonyms=("所在区域", "县（市、区）"), hint="县级单位才填，空着是市级。"),
    Column("lead_unit", "牵头承办单位", width=24, most=60, hint="专项工作小组才填。"),
    Column("phone", "值班电话", Cell.PHONE, width=16, synonyms=("电话",)),
    Column("ordering", "排序", Cell.NUMBER, width=8, most=32_767),
    Column("is_arrears_group", "清欠联席成员", Cell.YES, width=12),
    Column("is_active", "在用", Cell.YES, width=8, synonyms=("是否在用",)),
)  # fmt: skip
BY_KEY = {column.key: column for column in COLUMNS}


class UnitSheet(SheetKind):
    """单位。"""

    key = "units"
    label = "单位"
    icon = "sitemap"
    about = "成批新设或修改单位，上下级可以在同一份表里"
    roles = frozenset({Role.SYSADMIN.value})
    identity = ("code",)
    distinct = ("name",)
    looks_around = True
    back = "cadres:units"
    notes = ("文号代字由市活动办主任在“文号代字”里填。",)

    def columns(self, actor: Any) -> tuple[Column, ...]:
        """见上。"""
        return COLUMNS

    def judge(self, entries: Sequence[Entry], scope: Scope) -> list[Verdict]:
        """单位最多几百个，一次读齐。"""
        book = _Book()
        coming = {code for (code,) in scope.keys} | {entry.get("name") for entry in entries}
        return [_verdict(entry, book, coming) for entry in entries]

    def write(self, rows: Sequence[tuple[Entry, Verdict]], scope: Scope, at: datetime) -> dict[int, str]:
        """上级先写：等上级的留到下一轮，没有进展就停。"""
        waiting, failed = list(rows), dict[int, str]()
        while waiting:
            failed = one_by_one(waiting, lambda entry, verdict: _save(entry, scope, at))
            rest = [row for row in waiting if row[0].number in failed]
            if len(rest) == len(waiting):
                break
            waiting = rest
        return failed


class _Book:
    """现有的单位，按代码、名称、简称找。"""

    def __init__(self) -> None:
        self.units = list(Unit.objects.select_related("parent", "lead_unit"))
        self.codes = {unit.code.upper(): unit for unit in self.units}
        self.names = {unit.name: unit for unit in self.units}
        shorts = {unit.short_name: unit for unit in self.units if unit.short_name}
        self.known: Mapping[str, Unit] = {**shorts, **self.names}

    def find(self, said: str) -> Unit | None:
        """说的是哪一个。"""
        return self.codes.get(said.upper()) or self.known.get(said)


def _verdict(entry: Entry, book: _Book, coming: set[Any]) -> Verdict:
    unit = book.codes.get(entry.values["code"])
    twin = book.names.get(entry.get("name", ""))
    if twin is not None and twin.code.upper() != entry.values["code"]:
        return bad("name", f"已有同名的单位，代码是 {twin.code}，请核对。")
    for key in ABOVE:
        said = entry.get(key)
        if said and book.find(said) is None and said.upper() not in coming and said not in coming:
            return bad(key, f"没有叫“{said}”的单位，表里也没有。")
    if unit is None:
        missing = next((key for key in ("name", "kind") if key not in entry.values), None)
        return bad(missing, f"新单位要填{BY_KEY[missing].heading}。") if missing else Verdict(Outcome.NEW)
    said = {
        "kind": {kind.value: kind.label for kind in UnitKind},
        "region_id": dict(Region.objects.values_list("pk", "name")) if "region_id" in entry.values else {},
    }
    pairs = [
        (BY_KEY[key], _now(unit, key), _wanted(book, key, value))
        for key, value in entry.values.items()
        if key != "code"
    ]
    changes = differences(pairs, said)
    return Verdict(Outcome.CHANGED, changes=changes) if changes else SAME


def _now(unit: Unit, key: str) -> Any:
    above = getattr(unit, key)
    return str(above.name) if key in ABOVE and above is not None else above


def _wanted(book: _Book, key: str, value: Any) -> Any:
    found = book.find(value) if key in ABOVE else None
    return found.name if found is not None else value


def _save(entry: Entry, scope: Scope, at: datetime) -> None:
    book = _Book()
    unit = book.codes.get(entry.values["code"]) or Unit(code=entry.values["code"])
    for key, value in entry.values.items():
        if key in ABOVE:
            setattr(unit, key, _above(book, value))
        elif key != "code":
            setattr(unit, key, value)
    save_unit(unit, actor=scope.actor, at=at)


def _above(book: _Book, said: str) -> Unit:
    found = book.find(said)
    if found is None:
        raise Unreadable(f"上级“{said}”还没有设立，这一行没有写入。")
    return found


registers(UnitSheet())
