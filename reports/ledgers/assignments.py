"""包联台账（R-12、R-54）：一段包联一行，历史也在。承办单位只看本单位干部的。"""

from collections.abc import Iterable, Sequence

from cadres.enums import AssignmentRole, Role
from cadres.models import Assignment
from reports.ledgers.ledger import RATERS, Column, Kind, Ledger, Line, Reader
from zhuqi.kernel.masking import masked

COLUMNS = (
    Column("序号", 6, Kind.NUMBER), Column("企业名称", 30, Kind.PROSE), Column("统一社会信用代码", 21),
    Column("县(市、区)", 12), Column("身份", 10), Column("姓名", 10), Column("单位", 20, Kind.PROSE), Column("职务", 14),
    Column("联系电话", 14), Column("起", 11, Kind.DATE), Column("止", 11, Kind.DATE), Column("状态", 8),
    Column("调整说明", 30, Kind.PROSE),
)  # fmt: skip
FIELDS = (
    "pk", "enterprise", "enterprise__name", "enterprise__credit_code", "enterprise__region", "role", "cadre__name",
    "cadre__unit", "cadre__post", "cadre__phone", "from_on", "to_on", "note",
)  # fmt: skip
ROLES = dict(AssignmentRole.choices)


def lines(keys: Sequence[int], reader: Reader) -> Iterable[Line]:
    """一批主键的行：一句查询。"""
    seen = Assignment.objects.visible_to(reader.user).filter(pk__among=keys).order_by()
    rows = {row[0]: row for row in seen.values_list(*FIELDS)}
    for pk, firm, name, code, region, role, cadre, unit, post, phone, from_on, to_on, note in (
        rows[key] for key in keys if key in rows
    ):
        values = (
            name, code, reader.regions[region], ROLES.get(role, role), cadre, reader.units.get(unit, ""), post,
            masked(phone), from_on, to_on, "已结束" if to_on else "现任", note,
        )  # fmt: skip
        yield Line(pk, firm, values)


LEDGER = Ledger(
    key="assignments",
    name="包联台账",
    about="一段包联一行：企业、干部、身份、起止",
    icon="users",
    counted="条",
    roles=RATERS | {Role.UNIT},
    columns=COLUMNS,
    shown=("企业名称", "县(市、区)", "身份", "姓名", "单位", "起", "止"),
    lines=lines,
)
