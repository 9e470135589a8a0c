"""三单台账（R-33 – R-36、R-54）：编了号的单一张一行，作废的也在，号不断。"""

from collections.abc import Iterable, Sequence

from cadres.enums import Role
from cases import queries
from cases.enums import Clock, TicketKind, TicketState
from cases.models import Deadline, Ticket
from reports.ledgers.ledger import RATERS, Column, Kind, Ledger, Line, Reader

COLUMNS = (
    Column("序号", 6, Kind.NUMBER), Column("单别", 11), Column("编号", 24), Column("签发日期", 11, Kind.DATE),
    Column("发单单位", 18, Kind.PROSE), Column("签发人", 12), Column("主送", 18, Kind.PROSE), Column("抄送", 20, Kind.PROSE),
    Column("问题编号", 17), Column("问题", 36, Kind.PROSE), Column("企业名称", 28, Kind.PROSE), Column("县(市、区)", 12),
    Column("本案第几张", 9, Kind.NUMBER), Column("上一张单", 24), Column("签收日期", 11, Kind.DATE),
    Column("答复日期", 11, Kind.DATE), Column("承诺日期", 11, Kind.DATE), Column("状态", 9), Column("作废原因", 24, Kind.PROSE),
)  # fmt: skip
FIELDS = (
    "pk", "case__enterprise", "kind", "number", "issued_at", "office", "signer", "to_unit", "case__number", "case__title",
    "case__enterprise__name", "case__region", "ordinal", "previous__number", "reply__replied_at", "reply__promised_on",
    "state", "void_reason",
)  # fmt: skip
KINDS, STATES = dict(TicketKind.choices), dict(TicketState.choices)


def lines(keys: Sequence[int], reader: Reader) -> Iterable[Line]:
    """一批主键的行：三句查询。"""
    seen = queries.tickets(reader.user).filter(pk__among=keys).order_by()
    rows = {row[0]: row for row in seen.values_list(*FIELDS)}
    found = list(rows)
    signed = dict(
        Deadline.objects.filter(ticket__among=found, clock=Clock.SIGN, met_at__isnull=False)
        .order_by("pk")
        .values_list("ticket", "met_at")
    )
    copies: dict[int, list[str]] = {}
    for ticket, unit in (
        Ticket.copies.through.objects.filter(ticket__among=found).order_by("pk").values_list("ticket", "unit")
    ):
        copies.setdefault(ticket, []).append(reader.units.get(unit, ""))
    for row in (rows[key] for key in keys if key in rows):
        (
            pk, firm, kind, number, issued_at, office, signer, to_unit, case, title, name, region, ordinal, previous,
            replied_at, promised_on, state, void_reason,
        ) = row  # fmt: skip
        values = (
            KINDS.get(kind, kind), number or "", reader.on(issued_at), reader.units.get(office, ""), signer,
            reader.units.get(to_unit, ""), "、".join(copies.get(pk, ())), case, title, name, reader.regions[region],
            ordinal, previous or "", reader.on(signed.get(pk)), reader.on(replied_at), promised_on,
            STATES.get(state, state), void_reason,
        )  # fmt: skip
        yield Line(pk, firm, values)


LEDGER = Ledger(
    key="tickets",
    name="三单台账",
    about="编了号的交办单、催办单、问效建议单，一张一行",
    icon="file-text",
    counted="张",
    roles=RATERS | {Role.UNIT},
    columns=COLUMNS,
    shown=("单别", "编号", "签发日期", "主送", "企业名称", "问题", "状态"),
    lines=lines,
)
