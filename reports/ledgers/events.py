"""对接活动台账（R-63、R-54）：一场一行，企业只计家数；意向、签约、到位分开合计，作废的不算。"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Q, Sum

from cadres.enums import Role
from policies.enums import EventState, ResultStage
from policies.models import EventResult, MatchEvent, Participation
from reports.ledgers.ledger import RATERS, Column, Kind, Ledger, Line, Reader

STAGES = (ResultStage.INTENT, ResultStage.SIGNED, ResultStage.DELIVERED)
COLUMNS = (
    Column("序号", 6, Kind.NUMBER), Column("活动名称", 34, Kind.PROSE), Column("种类", 12), Column("主办单位", 20, Kind.PROSE),
    Column("县(市、区)", 12), Column("举办日期", 11, Kind.DATE), Column("地点", 22, Kind.PROSE), Column("状态", 9),
    Column("邀请企业", 8, Kind.NUMBER), Column("报名企业", 8, Kind.NUMBER), Column("到场企业", 8, Kind.NUMBER),
    *(Column(f"{stage.label}金额（元）", 14, Kind.NUMBER) for stage in STAGES),
    *(Column(f"{stage.label}人数、项数", 8, Kind.NUMBER) for stage in STAGES),
    Column("取消原因", 24, Kind.PROSE),
)  # fmt: skip
FIELDS = ("pk", "title", "kind__name", "unit", "region", "held_at", "place", "state", "cancelled_why")
STATES = dict(EventState.choices)


def lines(keys: Sequence[int], reader: Reader) -> Iterable[Line]:
    """一批主键的行：三句查询。家数和结果只计这个人看得到的企业。"""
    seen = MatchEvent.objects.visible_to(reader.user).filter(pk__among=keys).order_by()
    rows = {row[0]: row for row in seen.values_list(*FIELDS)}
    came, results = _came(list(rows), reader), _results(list(rows), reader)
    for pk, title, kind, unit, region, held_at, place, state, cancelled_why in (
        rows[key] for key in keys if key in rows
    ):
        values = (
            title, kind, reader.units.get(unit, ""), reader.regions.get(region, "全市"), reader.on(held_at), place,
            STATES.get(state, state), *came.get(pk, (0, 0, 0)), *(results.get((pk, stage), (None, None))[0] for stage in STAGES),
            *(results.get((pk, stage), (None, None))[1] for stage in STAGES), cancelled_why,
        )  # fmt: skip
        yield Line(pk, None, values)


def _came(events: list[int], reader: Reader) -> dict[int, tuple[int, int, int]]:
    """邀请、报名（没有退出的）、到场各几家。"""
    rows = Participation.objects.visible_to(reader.user).filter(event__among=events).order_by()
    counts = rows.values_list("event").annotate(
        invited=Count("pk", filter=Q(invited_at__isnull=False)),
        signed_up=Count("pk", filter=Q(signed_up_at__isnull=False, withdrawn_at__isnull=True)),
        attended=Count("pk", filter=Q(attended=True)),
    )
    return {event: (invited, signed_up, attended) for event, invited, signed_up, attended in counts}


def _results(events: list[int], reader: Reader) -> dict[tuple[int, str], tuple[Any, int | None]]:
    """(活动, 哪一步) → 金额合计、人数项数合计。"""
    rows = EventResult.objects.visible_to(reader.user).filter(event__among=events, voided_at__isnull=True).order_by()
    sums = rows.values_list("event", "stage").annotate(money=Sum("amount"), count=Sum("heads"))
    return {(event, stage): (money, count) for event, stage, money, count in sums}


LEDGER = Ledger(
    key="events",
    name="对接活动台账",
    about="一场一行：种类、主办、到场，意向、签约、到位",
    icon="arrows-exchange",
    counted="场",
    roles=RATERS | {Role.UNIT},
    columns=COLUMNS,
    shown=("活动名称", "种类", "主办单位", "举办日期", "状态", "报名企业", "到场企业"),
    lines=lines,
)
