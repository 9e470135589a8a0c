"""对接结果（R-63）：意向、签约、到位各记各的，后一步接着前一步，可以分几笔；记错的作废，不删。

一个意向可以签几份、一个签约可以分几笔到位（贷款分次放、货款分次到）。到位的加起来多过签约的要写明原因；
签约多过意向的不问：意向本来就不作数。与已有的一笔样样相同的不再记：多半是点了两次。
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Sum

from cadres.models import User
from cadres.services import audit
from enterprises.models import Enterprise
from policies.enums import EventState, ResultKind, ResultStage
from policies.models import EventResult, MatchEvent, Participation
from policies.rules.results import BEFORE, SAID, exceeds, wrong_figure
from policies.services.days import local_day
from policies.services.events.rights import demand_organiser
from zhuqi.kernel.errors import Conflict, InvalidInput

PARTNER_MOST, NOTE_MOST, WHY_MOST = 100, 300, 200
CHAIN_BROKEN = "这一步刚被作废，请刷新后再看。"
NOT_THERE = "这家企业没有到场记录，请先在签到里补上。"
SAME = "已经有一笔样样相同的，没有再记；真是另外一笔，请在说明里写明是第几笔。"


@dataclass(frozen=True, slots=True)
class Outcome:
    """要记的一个结果。"""

    enterprise: Enterprise
    stage: str
    happened_on: date
    amount: Decimal | None = None
    heads: int | None = None
    partner: str = ""
    note: str = ""
    follows: EventResult | None = None


@transaction.atomic
def record_result(event: MatchEvent, outcome: Outcome, *, actor: User, at: datetime) -> EventResult:
    """记一个结果。错误：InvalidInput（哪一栏不对）、Conflict（没办过、前一步变了）、NotPermitted。"""
    demand_organiser(actor, event)
    event = MatchEvent.objects.select_related("kind").get(pk=event.pk)
    if event.state != EventState.HELD:
        raise Conflict("活动登记为办过以后才能记结果。")
    kind, stage = _kind_of(event, outcome), ResultStage(outcome.stage)
    _hold_came(event, outcome.enterprise)
    if outcome.follows is not None:
        _hold_live(outcome.follows)
    _check(event, outcome, kind=kind, stage=stage, today=local_day(at))
    columns: dict[str, Any] = {
        "event": event, "enterprise": outcome.enterprise, "kind": kind, "stage": stage, "amount": outcome.amount,
        "heads": outcome.heads, "partner": outcome.partner.strip(), "happened_on": outcome.happened_on,
        "note": outcome.note.strip(), "follows": outcome.follows,
    }  # fmt: skip
    if EventResult.objects.counted().filter(**columns).exists():
        raise InvalidInput(SAME, {"note": [SAME]})
    return EventResult.objects.create(**columns, recorded_at=at, recorded_by=actor)


@transaction.atomic
def void_result(result: EventResult, *, actor: User, at: datetime, reason: str) -> EventResult:
    """作废一个：留着、标明、不再计数。后面接着的要先作废。错误：InvalidInput、Conflict、NotPermitted。"""
    demand_organiser(actor, result.event)
    reason = reason.strip()
    if not reason or len(reason) > WHY_MOST:
        words = f"作废原因最多 {WHY_MOST} 字。" if reason else "请写为什么作废。"
        raise InvalidInput(words, {"reason": [words]})
    _hold_live(result)
    if result.followed_by.counted().exists():
        raise InvalidInput("后面还接着一步，请先作废后面那一步。")
    EventResult.objects.filter(pk=result.pk).update(voided_at=at, voided_by=actor, void_reason=reason)
    audit.record(actor, "作废对接结果", target=f"{result.event}：{result.enterprise}", reason=reason, at=at)
    result.refresh_from_db()
    return result


def next_stage(result: EventResult) -> ResultStage | None:
    """这个结果下一步记什么；到位就没有了。"""
    return next((stage for stage, before in BEFORE.items() if before == result.stage), None)


def delivered_of(signed: EventResult) -> tuple[Decimal, int]:
    """一个签约已经到位多少：（元，个数）；作废的不算。"""
    sums = signed.followed_by.counted().aggregate(money=Sum("amount"), count=Sum("heads"))
    return sums["money"] or Decimal(0), sums["count"] or 0


def _kind_of(event: MatchEvent, outcome: Outcome) -> ResultKind:
    """接着前一步的，与前一步同一类；种类后来改了记什么，老结果也接得上。"""
    return ResultKind(outcome.follows.kind if outcome.follows else event.kind.measure)


def _hold_came(event: MatchEvent, enterprise: Enterprise) -> None:
    """占住到场那一行到事务结束：同一家的结果一笔一笔记，记的时候不会被改成没来。"""
    came = Participation.objects.filter(event=event, enterprise=enterprise, attended=True)
    if not came.update(attended=True):
        raise InvalidInput(NOT_THERE, {"enterprise": [NOT_THERE]})


def _hold_live(result: EventResult) -> None:
    """占住前一步到事务结束；已经作废就是 Conflict。"""
    if not EventResult.objects.filter(pk=result.pk, voided_at__isnull=True).update(note=F("note")):
        raise Conflict(CHAIN_BROKEN)


def _check(event: MatchEvent, outcome: Outcome, *, kind: ResultKind, stage: ResultStage, today: date) -> None:
    held_on = local_day(event.held_at)
    checks = (
        ("happened_on", outcome.happened_on > today, "日期不能晚于今天。"),
        ("happened_on", outcome.happened_on < held_on, f"日期不能早于活动那天（{held_on:%Y-%m-%d}）。"),
        ("partner", len(outcome.partner.strip()) > PARTNER_MOST, f"对方最多 {PARTNER_MOST} 字。"),
        ("note", len(outcome.note.strip()) > NOTE_MOST, f"说明最多 {NOTE_MOST} 字。"),
    )
    errors: dict[str, list[str]] = {}
    for name, is_wrong, words in (*checks, *_wrong_chain(event, outcome, kind, stage)):
        if is_wrong:
            errors.setdefault(name, []).append(words)
    figure = wrong_figure(kind, outcome.amount, outcome.heads)
    if figure:
        errors.setdefault(figure[0], []).append(figure[1])
    if errors:
        raise InvalidInput("有几处要改：" + "".join(words for said in errors.values() for words in said), errors)


def _wrong_chain(
    event: MatchEvent, outcome: Outcome, kind: ResultKind, stage: ResultStage
) -> tuple[tuple[str, bool, str], ...]:
    before = outcome.follows
    if before is None:
        words = f"{SAID[kind][stage]}要接着一个签约记；还没有签约的先记签约。"
        return (("follows", stage == ResultStage.DELIVERED, words),)
    is_apart = before.event_id != event.pk or before.enterprise_id != outcome.enterprise.pk
    money, count = delivered_of(before)
    is_more = exceeds(outcome.amount, before.amount, already=money) or exceeds(
        outcome.heads, before.heads, already=count
    )
    is_unsaid = stage == ResultStage.DELIVERED and is_more and not outcome.note.strip()
    return (
        ("follows", is_apart, "前一步不是这场活动、这家企业的。"),
        ("follows", BEFORE.get(stage) != before.stage, "签约接着意向，到位接着签约，不能跳着接。"),
        (
            "happened_on",
            outcome.happened_on < before.happened_on,
            f"日期不能早于前一步（{before.happened_on:%Y-%m-%d}）。",
        ),
        ("note", is_unsaid, "到位的加起来比签约的多，请在说明里写明原因（如追加订单）。"),
    )
