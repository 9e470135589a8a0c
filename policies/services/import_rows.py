"""导入的一行 → 一份政策（R-62）：各格读成值，读不成的说清哪一格、为什么。"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from cadres.enums import Role
from cadres.models import Unit, User
from enterprises.models import Region
from policies.enums import ConditionField, PolicyLevel
from policies.models import PolicyCategory
from policies.models.policy import BODY_MOST
from policies.rules.matching import Condition
from policies.rules.typed import DATES, HEADINGS, NO, YES, day_typed, level_typed, number_typed, plain_text
from policies.rules.typed_conditions import conditions_typed
from policies.services.bulk import Entry
from policies.services.import_files import Line
from policies.services.library import Draft, marks, right_columns
from policies.services.names import unknown_among, unknown_words
from zhuqi.kernel.errors import InvalidInput

TEXTS = ("title", "issuer", "source", "card", "guide_materials", "guide_where", "guide_contact", "guide_phone")
MOST = {"number": 60, "issuer": 100, "source": 200, "guide_materials": 2000, "guide_where": 200, "guide_contact": 60,
        "guide_phone": 30, "abolished_why": 200}  # fmt: skip


class BadRow(Exception):
    """这一行不能导入；说的是为什么。"""


@dataclass
class Read:
    """读好的一行：要入库的、各栏、顺带要说的、条件里没有登记过的名称（有就不能发布）。"""

    entry: Entry
    said: dict[str, Any]
    remarks: list[str] = field(default_factory=list)
    unknown: str = ""

    @cached_property
    def columns(self) -> dict[str, Any]:
        """要存的列连同指纹；只检查的时候不算。"""
        return self.said | marks(self.said["body"])

    def to_store(self, *, publishes: bool) -> Entry:
        """入库用的，指纹不再算一遍。"""
        return replace(self.entry, publishes=publishes, columns=self.columns)


class Reader:
    """一次导入用的对照表：地区、单位、类别的名称只取一次。"""

    def __init__(self, actor: User | None) -> None:
        self.actor = actor
        self.regions = {name: row for row in Region.objects.all() for name in (row.name, row.short_name) if name}
        self.places = tuple(self.regions)
        self.units = {
            name: row for row in Unit.objects.filter(is_active=True) for name in (row.name, row.short_name) if name
        }
        self.categories = {row.name: row for row in PolicyCategory.objects.filter(is_active=True)}
        self._registered = defaultdict[ConditionField, dict[str, bool]](dict)

    def read(self, line: Line) -> Read:
        """错误：BadRow。"""
        if line.trouble:
            raise BadRow(line.trouble)
        remarks = list[str]()
        said: dict[str, Any] = {name: " ".join(plain_text(line.cells.get(name, "")).split()) for name in TEXTS}
        days: dict[str, Any] = dict(self._days(line))
        number = number_typed(line.cells.get("number", ""))
        level = level_typed(line.cells.get("level", ""), said["issuer"], self.places)
        if not level:
            raise BadRow("看不出是哪一级的文件，请在“层级”里写国家、省、市或县")
        card = said.pop("card")
        if len(card) > 200:
            remarks.append("明白卡超过 200 字，先空着")
            card = ""
        body = self._body(line)
        draft = Draft(
            **said, number=number, level=level, body=body, card=card, region=self._region(line, level, said["issuer"]),
            unit=self._unit(line, remarks), category=self._category(line, remarks),
            is_automatic=self._yes(line), conditions=self._conditions(line), **{name: days[name] for name in DATES if name != "abolished_on"},
        )  # fmt: skip
        for name, most in MOST.items():
            if len(str(getattr(draft, name, ""))) > most:
                raise BadRow(f"“{HEADINGS[name][0]}”超过 {most} 字")
        try:
            columns = right_columns(draft)
        except InvalidInput as error:
            raise BadRow("".join(one for words in error.errors.values() for one in words)) from error
        why = " ".join(line.cells.get("abolished_why", "").split())[:200] or "导入时已废止"
        entry = Entry(draft, abolished_on=days["abolished_on"], abolished_why=why)
        unknown = "" if entry.abolished_on else self._unknown(draft.conditions)
        if unknown:
            remarks.append(f"{unknown.rstrip('。')}，改好才能发布")
        return Read(entry, columns, remarks, unknown)

    def _days(self, line: Line) -> dict[str, date | None]:
        found = dict[str, date | None]()
        for name in DATES:
            typed = line.cells.get(name, "").strip()
            try:
                found[name] = day_typed(typed)
            except ValueError:
                raise BadRow(f"“{HEADINGS[name][0]}”写的是“{typed[:20]}”，看不懂；请写成 2026-03-05") from None
        return found

    def _body(self, line: Line) -> str:
        raw = line.cells.get("body", "")
        body = plain_text(raw)
        if raw.strip() and not body:
            raise BadRow("全文去掉网页代码以后没有文字")
        if len(body) > BODY_MOST:
            raise BadRow(f"全文有 {len(body):,} 字，最多 {BODY_MOST:,} 字；也可能是引号没有配对，把后面的都算进来了")
        return body

    def _region(self, line: Line, level: str, issuer: str) -> Region | None:
        typed = line.cells.get("region", "").strip()
        home = self.actor.unit.region if self.actor is not None and self.actor.unit else None
        if home and level == PolicyLevel.COUNTY:
            return home
        if typed:
            if typed not in self.regions:
                raise BadRow(f"没有登记这个县（市、区）：{typed[:20]}")
            return self.regions[typed]
        if level != PolicyLevel.COUNTY:
            return None
        return next((row for name, row in self.regions.items() if name in issuer), None)

    def _unit(self, line: Line, remarks: list[str]) -> Unit | None:
        """单位只导自己的；市活动办照文件里写的。"""
        actor = self.actor
        if actor is not None and not (actor.role == Role.OFFICE and actor.sees_everything):
            return actor.unit
        typed = line.cells.get("unit", "").strip()
        if typed and typed not in self.units:
            remarks.append(f"没有登记受理单位“{typed[:20]}”，先空着")
        return self.units.get(typed)

    def _category(self, line: Line, remarks: list[str]) -> PolicyCategory | None:
        typed = line.cells.get("category", "").strip()
        if typed and typed not in self.categories:
            remarks.append(f"没有登记类别“{typed[:20]}”，先空着")
        return self.categories.get(typed)

    def _yes(self, line: Line) -> bool:
        typed = line.cells.get("is_automatic", "").strip().casefold()
        if typed not in YES | NO:
            raise BadRow(f"“免申即享”请写是或否，现在是“{typed[:20]}”")
        return typed in YES

    def _conditions(self, line: Line) -> tuple[Condition, ...]:
        try:
            return conditions_typed(plain_text(line.cells.get("conditions", "")))
        except ValueError as wrong:
            raise BadRow(str(wrong)) from wrong

    def _unknown(self, conditions: Sequence[Condition]) -> str:
        """与发布一份时同样的查法（`names`），问过的名称不再问；没有不认得的就是空串。"""
        for each in conditions:
            known, words = self._registered[each.field], list(map(str, each.values))
            fresh = [word for word in words if word not in known]
            if fresh:
                wrong = set(unknown_among(each.field, fresh))
                known |= {word: word not in wrong for word in fresh}
            if not all(known[word] for word in words):
                return unknown_words(each.field, [word for word in words if not known[word]])
        return ""
