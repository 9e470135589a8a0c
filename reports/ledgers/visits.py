"""走访台账（R-13、R-54）：一次走访一行，带出的问题写编号。承办单位只看本单位干部的。"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from cadres.enums import Role, VisitMode, VisitTopic
from cadres.models import Visit
from cases.models import Case
from policies.models import Explanation
from reports.ledgers.ledger import RATERS, Column, Kind, Ledger, Line, Reader

COLUMNS = (
    Column("序号", 6, Kind.NUMBER), Column("走访日期", 11, Kind.DATE), Column("企业名称", 30, Kind.PROSE),
    Column("统一社会信用代码", 21), Column("县(市、区)", 12), Column("方式", 9), Column("主要情况", 9), Column("干部", 10),
    Column("单位", 20, Kind.PROSE), Column("记录", 48, Kind.PROSE), Column("讲解的政策", 26, Kind.PROSE),
    Column("提出问题", 9, Kind.NUMBER), Column("问题编号", 24, Kind.PROSE), Column("记录日期", 11, Kind.DATE),
)  # fmt: skip
FIELDS = (
    "pk", "enterprise", "visited_on", "enterprise__name", "enterprise__credit_code", "enterprise__region", "mode", "topic",
    "cadre__name", "unit", "note", "policies_explained", "recorded_at",
)  # fmt: skip
MODES, TOPICS = dict(VisitMode.choices), dict(VisitTopic.choices)


def lines(keys: Sequence[int], reader: Reader) -> Iterable[Line]:
    """一批主键的行：三句查询。"""
    seen = Visit.objects.visible_to(reader.user).filter(pk__among=keys).order_by()
    rows = {row[0]: row for row in seen.values_list(*FIELDS)}
    raised: dict[int, list[str]] = defaultdict(list)
    cases = Case.objects.visible_to(reader.user).filter(visit__in=list(rows)).order_by("pk")
    for visit, number in cases.values_list("visit", "number"):
        raised[visit].append(number)
    told: dict[int, list[str]] = defaultdict(list)
    # Whoever reads the visit reads what was explained at it: these rows have passed the gate above.
    explained_at = Explanation.objects.filter(visit__in=list(rows)).order_by("pk")
    for visit, title in explained_at.values_list("visit", "policy__title"):
        told[visit].append(title)
    for pk, firm, day, name, code, region, mode, topic, cadre, unit, note, explained, recorded_at in (
        rows[key] for key in keys if key in rows
    ):
        values = (
            day, name, code, reader.regions[region], MODES.get(mode, mode), TOPICS.get(topic, topic), cadre,
            reader.units.get(unit, ""), note, "；".join([*told.get(pk, ()), *([explained] if explained else [])]), len(raised.get(pk, ())), "、".join(raised.get(pk, ())),
            reader.on(recorded_at),
        )  # fmt: skip
        yield Line(pk, firm, values)


LEDGER = Ledger(
    key="visits",
    name="走访台账",
    about="一次走访一行：企业、方式、干部、记录、带出的问题",
    icon="walk",
    counted="次",
    roles=RATERS | {Role.UNIT, Role.CADRE},
    columns=COLUMNS,
    shown=("走访日期", "企业名称", "县(市、区)", "方式", "干部", "记录", "提出问题"),
    lines=lines,
)
