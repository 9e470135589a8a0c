"""一个月的通报：起草、试算、发布冻结、按冻结的事实重算（R-52）。"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cadres.enums import Role
from cadres.models import User
from cadres.services import notices, settings
from cadres.services.calendar import calendar_at
from reports.enums import RankingStatus
from reports.models import Circular, Ranking, RankingFact, RankingObjection, RankingRow
from reports.queries.month import MonthSpan, answers_of, month_facts, month_of
from reports.queries.organisations import organisations
from reports.queries.proofs import false_proofs
from reports.scoring import CaseFacts, Counts, Standing, Weights, score_month
from reports.services.rules import current_rule
from zhuqi.kernel.errors import Conflict, DomainError, NotPermitted

BATCH = 500
RATES = ("answered", "solved", "on_time", "satisfied", "rated", "reopened", "looked_back", "legal")


def demand_office(actor: User) -> None:
    """裁定、发布、存规则归市活动办；县活动办自己也在榜上。"""
    if actor.role != Role.OFFICE or not actor.sees_everything:
        raise NotPermitted("通报由市活动办裁定和发布。")


def draft_month(month: date, *, at: datetime) -> Ranking:
    """起草一个月的通报。已有的（草稿或发布的）原样返回，所以重跑、补跑、两个进程同时跑都只有一份。

    错误：DomainError，那个月还没过完。
    """
    span = month_of(month)
    if at < span.until:
        raise DomainError(f"{span.first:%Y 年 %m 月}还没有过完，不能起草通报。")
    present = Ranking.objects.filter(month=span.first).first()
    if present:
        return present
    try:
        with transaction.atomic():
            return _draft(span, at=at)
    except IntegrityError:
        present = Ranking.objects.filter(month=span.first).first()  # another worker was faster
        if present is None:
            raise
        return present


def _draft(span: MonthSpan, *, at: datetime) -> Ranking:
    rule, calendar, known = current_rule(at=at), calendar_at(), organisations()
    days = int(settings.value("ranking_objection_days"))
    ranking = Ranking.objects.create(
        month=span.first,
        rule=rule,
        weights=rule.weights,
        drafted_at=at,
        objections_until_on=calendar.add_workdays(timezone.localtime(at).date(), days),
    )
    facts = month_facts(span.first, calendar=calendar, organisations=known)
    members = {each.unit: each for each in known.values()}
    rows = RankingRow.objects.bulk_create(
        [
            RankingRow(ranking=ranking, name=members[each.unit].name, **row_values(each))
            for each in score_month(facts, ranking.score_weights, {pk: str(one.group) for pk, one in members.items()})
        ],
        batch_size=BATCH,
    )
    of_unit = {row.unit_id: row for row in rows}
    RankingFact.objects.bulk_create(
        [RankingFact(row=of_unit[each.unit], case_id=each.case, data=each.as_data()) for each in facts],
        batch_size=BATCH,
    )
    _tell_drafted(ranking, of_unit, at=at)
    return ranking


def _tell_drafted(ranking: Ranking, of_unit: Mapping[int, RankingRow], *, at: datetime) -> None:
    people = User.objects.filter(unit__in=of_unit, role__in=[Role.UNIT, Role.OFFICE], is_head=True)
    notices.notify(
        people,
        f"ranking:{ranking.month:%Y-%m}:draft",
        f"{ranking.month.month} 月讲评草稿已生成，请核对本单位得分",
        at=at,
        body=f"有异议请在 {ranking.objections_until_on:%m-%d} 24:00 前提出。",
        url=reverse("reports:ranking_month", args=[f"{ranking.month:%Y-%m}"]),
    )


def row_values(standing: Standing) -> dict[str, Any]:
    """一行要存的：小数存成文字，JSON 里也不失真。"""
    return {
        "unit_id": standing.unit,
        "group": standing.group,
        "due_count": standing.due,
        "score": standing.score,
        "place": standing.place,
        "parts": [
            {
                "key": each.part.value,
                "n": each.rate.n,
                "d": each.rate.d,
                "full": str(each.full),
                "points": str(each.points),
            }
            for each in standing.parts
        ],
        "deductions": [
            {"key": each.mark.value, "count": each.count, "points": str(each.points)} for each in standing.deductions
        ],
        "counts": _counts(standing.counts),
    }


def _counts(counts: Counts) -> dict[str, Any]:
    rates = {name: [getattr(counts, name).n, getattr(counts, name).d] for name in RATES}
    return rates | {
        "median_workdays": counts.median_workdays,
        "p90_workdays": counts.p90_workdays,
        "shelved_days": list(counts.shelved_days),
    }


def facts_of(ranking: Ranking) -> list[CaseFacts]:
    """冻结的事实（采纳的异议已去掉）。一条查询。"""
    return [each.facts for each in RankingFact.objects.filter(row__ranking=ranking).order_by("row", "case")]


def members_of(ranking: Ranking) -> dict[int, str]:
    """榜上的单位 → 组。"""
    return dict(RankingRow.objects.filter(ranking=ranking).order_by().values_list("unit", "group"))


def what_if(ranking: Ranking, weights: Weights) -> tuple[Standing, ...]:
    """换一套分值会怎样；什么也不写。"""
    return score_month(facts_of(ranking), weights, members_of(ranking))


@transaction.atomic
def rescore(ranking: Ranking) -> None:
    """异议采纳、查实虚假办结以后，按同一套分值把全部各行重算（组均值会变）。草稿才行。"""
    rows = {row.unit_id: row for row in RankingRow.objects.filter(ranking=ranking)}
    for each in what_if(ranking, ranking.score_weights):
        values = row_values(each)
        row = rows[values.pop("unit_id")]
        for name, value in values.items():
            setattr(row, name, value)
    changed = ["group", "due_count", "score", "place", "parts", "deductions", "counts"]
    RankingRow.objects.bulk_update(rows.values(), changed, batch_size=BATCH)


def falsified(ranking: Ranking, *, at: datetime) -> set[int]:
    """草稿里算作办结、到 `at` 为止查实虚假、还没改过来的案件（R-30）；发布过的不动，总是空。"""
    proofs = set() if ranking.is_published else {(proof.case, proof.submission) for proof in false_proofs(at)}
    if not proofs:
        return set()
    false = {
        case for case, answer in answers_of(month_of(ranking.month)).items() if (case, answer.submission) in proofs
    }
    facts = RankingFact.objects.filter(row__ranking=ranking, case__in=false).values_list("case", "data")
    return {case for case, data in facts if data.get("outcome") and not data.get("was_false")}


def publish_blocker(ranking: Ranking, *, today: date) -> str:
    """为什么现在还不能发布；能发布就是空。"""
    if ranking.is_published:
        return "这个月的通报已经发布。"
    waiting = RankingObjection.objects.filter(row__ranking=ranking, ruled_at__isnull=True).count()
    if waiting:
        return f"还有 {waiting} 条异议没有裁定。"
    if today <= ranking.objections_until_on:
        return f"异议期到 {ranking.objections_until_on:%m-%d} 24:00，过后才能发布。"
    return ""


@transaction.atomic
def publish_month(ranking: Ranking, *, at: datetime, actor: User) -> Ranking:
    """发布并冻结。错误：NotPermitted、DomainError（还不能发布）、Conflict（别人先发布了）。"""
    demand_office(actor)
    ranking = Ranking.objects.get(pk=ranking.pk)
    if ranking.is_published:
        raise Conflict(f"{ranking.month:%Y-%m} 的通报已经由{ranking.published_by}发布。")
    blocker = publish_blocker(ranking, today=timezone.localtime(at).date())
    if blocker:
        raise DomainError(f"还不能发布：{blocker}")
    if false := len(falsified(ranking, at=at)):
        raise DomainError(
            f"还不能发布：算作办结的有 {false} 件已查实虚假，草稿要先重算；系统每小时重算一次，请稍后再来。"
        )
    changes = {
        "status": RankingStatus.PUBLISHED, "published_at": at, "published_by": actor, "digest": digest(ranking),
    }  # fmt: skip
    decided_on = {"status": RankingStatus.DRAFT, "redrafted_at": ranking.redrafted_at}
    if not Ranking.objects.filter(pk=ranking.pk, **decided_on).update(**changes):
        raise Conflict("别人刚发布或重做了这份通报，请刷新后再看。")
    ranking.refresh_from_db()
    _tell_published(ranking, at=at)
    return ranking


def _tell_published(ranking: Ranking, *, at: datetime) -> None:
    notices.notify(
        User.objects.filter(unit__in=members_of(ranking), role__in=[Role.UNIT, Role.OFFICE]),
        f"ranking:{ranking.month:%Y-%m}:published",
        f"{ranking.month.year} 年 {ranking.month.month} 月讲评已发布",
        at=at,
        url=reverse("reports:ranking_month", args=[f"{ranking.month:%Y-%m}"]),
        tone="done",
    )


@dataclass(frozen=True, slots=True)
class Recomputed:
    """重算的结论：一样，或者哪里不一样。"""

    differences: tuple[str, ...]

    @property
    def is_equal(self) -> bool:
        """一个数都不差。"""
        return not self.differences


def recompute(ranking: Ranking) -> Recomputed:
    """用冻结的事实和当时的分值重算，与存下的各行逐项比；发布过的还对校验和。什么也不写。"""
    stored = {row.unit_id: row for row in RankingRow.objects.filter(ranking=ranking)}
    differences = []
    for each in what_if(ranking, ranking.score_weights):
        row, fresh = stored[each.unit], row_values(each)
        for name, label in (("score", "总分"), ("place", "名次"), ("due_count", "应办结"), ("parts", "分项"),
                            ("deductions", "扣分"), ("counts", "计数")):  # fmt: skip
            if getattr(row, name) != fresh[name]:
                differences.append(f"{row.name} {label}：存 {getattr(row, name)}，重算 {fresh[name]}")
    if ranking.is_published and ranking.digest != digest(ranking):
        differences.append("校验和不符：发布以后有数据被改动。")
    circular = Circular.objects.filter(ranking=ranking, number__isnull=False).first()
    if circular and hashlib.sha256(circular.file or b"").hexdigest() != circular.digest:
        differences.append(f"{circular.number} 的文件与校验和不符：印发以后被改动。")
    return Recomputed(tuple(differences))


def digest(ranking: Ranking) -> str:
    """SHA-256：月份、分值、各行、各件事实，按固定次序。绕过程序改库就对不上。"""
    whole = {
        "month": ranking.month.isoformat(),
        "rule": ranking.rule_id,
        "weights": ranking.weights,
        "rows": list(
            RankingRow.objects.filter(ranking=ranking).order_by("unit")
            .values("unit", "name", "group", "due_count", "score", "place", "parts", "deductions", "counts")
        ),
        "facts": list(
            RankingFact.objects.filter(row__ranking=ranking).order_by("row__unit", "case")
            .values_list("row__unit", "case", "data", "struck")
        ),
    }  # fmt: skip
    text = json.dumps(whole, sort_keys=True, ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)
