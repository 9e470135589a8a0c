"""草稿按现在的数据重做（R-30、R-52）：虚假办结查实、日历改动以后，起草时读出的事实就旧了。"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cadres.enums import Role
from cadres.models import User
from cadres.services import notices, settings
from cadres.services.calendar import calendar_at
from reports.enums import RankingStatus
from reports.models import Ranking, RankingFact, RankingObjection, RankingRow
from reports.queries.month import month_facts, month_of
from reports.queries.organisations import organisations
from reports.scoring import CaseFacts
from reports.services.month import BATCH, rescore
from zhuqi.kernel.errors import Conflict, DomainError


@transaction.atomic
def redraft_month(month: date, *, at: datetime) -> Ranking:
    """按现在的数据重做一个月的草稿：事实重读，采纳过的异议仍然不计，全榜重算；参加的单位和分值不变。

    数据没有变就什么也不写，所以多跑几遍是一样的。事实变了的单位得到通知，异议期从 `at` 起重新给足。
    错误：DomainError（那个月还没有起草）；Conflict（已经发布，数字已冻结；或者别人正在改）。
    """
    ranking = Ranking.objects.filter(month=month_of(month).first).first()
    if ranking is None:
        raise DomainError(f"{month:%Y 年 %m 月}的讲评还没有起草，没有可以重做的。")
    if ranking.is_published:
        raise Conflict(f"{ranking.month:%Y-%m} 的通报已经发布，数字已冻结，不能重做。")
    facts = _read(ranking, at=at)
    changed = _changed_rows(ranking, facts)
    if not changed:
        return ranking
    days = int(settings.value("ranking_objection_days"))
    until = calendar_at().add_workdays(timezone.localtime(at).date(), days)
    claimed = Ranking.objects.filter(
        pk=ranking.pk, status=RankingStatus.DRAFT, redrafted_at=ranking.redrafted_at
    ).update(redrafted_at=at, objections_until_on=max(until, ranking.objections_until_on))
    if not claimed:
        raise Conflict("别人刚发布或重做了这份通报，请刷新后再看。")
    ranking.refresh_from_db()
    _replace(ranking, facts)
    rescore(ranking)
    _tell(ranking, changed, at=at)
    return ranking


def _read(ranking: Ranking, *, at: datetime) -> list[CaseFacts]:
    """现在的事实；只要起草时就在榜上的单位。到 `at` 为止查实虚假的办结不再算（R-30）。"""
    listed = set(RankingRow.objects.filter(ranking=ranking).values_list("unit", flat=True))
    known = {pk: each for pk, each in organisations().items() if each.unit in listed}
    return month_facts(ranking.month, calendar=calendar_at(), organisations=known, proven_by=at)


def _changed_rows(ranking: Ranking, facts: Sequence[CaseFacts]) -> set[int]:
    """事实与起草时不同的单位。"""
    stored = RankingFact.objects.filter(row__ranking=ranking).values_list("row__unit", "case", "data")
    before = {(unit, case): data for unit, case, data in stored}
    after = {(each.unit, each.case): each.as_data() for each in facts}
    return {key[0] for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def _replace(ranking: Ranking, facts: Sequence[CaseFacts]) -> None:
    rows = {row.unit_id: row for row in RankingRow.objects.filter(ranking=ranking)}
    struck: dict[tuple[int, int], set[str]] = defaultdict(set)
    upheld = RankingObjection.objects.filter(row__ranking=ranking, is_upheld=True)
    for holder, case, item in upheld.values_list("row", "case", "item"):
        struck[holder, case].add(item)
    RankingFact.objects.filter(row__ranking=ranking).delete()
    RankingFact.objects.bulk_create(
        [
            RankingFact(
                row=(row := rows[each.unit]), case_id=each.case, data=each.as_data(),
                struck=sorted(struck[row.pk, each.case]),
            )
            for each in facts
        ],
        batch_size=BATCH,
    )  # fmt: skip


def _tell(ranking: Ranking, units: set[int], *, at: datetime) -> None:
    notices.notify(
        User.objects.filter(unit__in=units, role__in=[Role.UNIT, Role.OFFICE], is_head=True),
        f"ranking:{ranking.month:%Y-%m}:redraft:{at:%Y-%m-%dT%H:%M}",
        f"{ranking.month.month} 月讲评草稿已按新的数据重算，请再核对本单位得分",
        at=at,
        body=f"有异议请在 {ranking.objections_until_on:%m-%d} 24:00 前提出。",
        url=reverse("reports:ranking_month", args=[f"{ranking.month:%Y-%m}"]),
    )
