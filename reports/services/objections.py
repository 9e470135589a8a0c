"""对草稿的异议与裁定（R-52）：指明哪一件、哪一项；采纳即从计分里去掉这一项，全组重算。"""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cadres.enums import Role
from cadres.models import User
from cadres.services import notices
from cases.models import Case
from reports.enums import ITEM_LABELS, RankingStatus
from reports.models import Ranking, RankingFact, RankingObjection, RankingRow
from reports.querysets import own_rows
from reports.scoring import MARK_FIELDS, QUESTIONS, CaseFacts, Mark, Part
from reports.services.month import demand_office, rescore
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

TEXT_MOST = 500


def lost_items(facts: CaseFacts) -> list[str]:
    """这件事在哪些项上丢了分：只有这些可以提异议。评价不在其内：逐件的评价单位看不到，也不能试出来（R-28）。"""
    lost = [part.value for part in Part if part != Part.RATING and not all(QUESTIONS[part](facts))]
    return lost + [mark.value for mark in Mark if getattr(facts, MARK_FIELDS[mark])]


def demand_own(row: RankingRow, actor: User) -> None:
    """只有榜上这个单位的人能提。"""
    own = actor.role in {Role.UNIT, Role.OFFICE} and actor.unit_id and not actor.sees_everything
    if not own or not RankingRow.objects.filter(pk=row.pk).filter(own_rows(actor)).exists():
        raise NotPermitted("只能对本单位的得分提出异议。")


def object_to_row(row: RankingRow, *, actor: User, at: datetime, case: Case, **said: Any) -> RankingObjection:
    """提出异议。`said`：item（分项或扣分的代码）、text（理由）。

    错误：NotPermitted（不是本单位）、DomainError（过了异议期、这件没丢这项分、提过了）、InvalidInput（没写理由）。
    """
    demand_own(row, actor)
    item, text = said.get("item", ""), str(said.get("text", "")).strip()
    _demand_open(row.ranking, today=timezone.localtime(at).date())
    if not text or len(text) > TEXT_MOST:
        message = f"请写明理由，不超过 {TEXT_MOST} 字。"
        raise InvalidInput(message, {"text": [message]})
    if item == Part.RATING:
        message = "企业评价不受理逐件异议；认为有误的，请向活动办说明，由活动办回访核实。"
        raise InvalidInput(message, {"item": [message]})
    fact = RankingFact.objects.filter(row=row, case=case).first()
    if fact is None or item not in lost_items(fact.facts):
        message = f"这件事没有在“{ITEM_LABELS.get(item, '这一项')}”上丢分，请核对后重新选择。"
        raise InvalidInput(message, {"item": [message]})
    try:
        with transaction.atomic():
            return RankingObjection.objects.create(
                row=row, case=case, item=item, text=text, filed_at=at, filed_by=actor
            )
    except IntegrityError as error:
        raise Conflict(f"对这件的“{ITEM_LABELS[item]}”已经提过异议，等待裁定即可。") from error


def _demand_open(ranking: Ranking, *, today: date) -> None:
    if ranking.status != RankingStatus.DRAFT:
        raise DomainError("通报已经发布，不能再提异议。")
    if today > ranking.objections_until_on:
        raise DomainError(f"异议期已在 {ranking.objections_until_on:%m-%d} 24:00 结束。")


@transaction.atomic
def rule_objection(
    objection: RankingObjection, *, actor: User, at: datetime, is_upheld: bool, ruling: str = ""
) -> RankingObjection:
    """裁定；采纳就从这件事里去掉这一项并全组重算。不采纳要写理由。错误：Conflict（别人先裁了）。"""
    demand_office(actor)
    ruling = ruling.strip()
    if not is_upheld and not ruling:
        message = "不采纳要写明理由，单位看得到。"
        raise InvalidInput(message, {"ruling": [message]})
    if len(ruling) > TEXT_MOST:
        message = f"理由不超过 {TEXT_MOST} 字。"
        raise InvalidInput(message, {"ruling": [message]})
    changed = RankingObjection.objects.filter(
        pk=objection.pk, ruled_at__isnull=True, row__ranking__status=RankingStatus.DRAFT
    ).update(is_upheld=is_upheld, ruling=ruling, ruled_at=at, ruled_by=actor)
    if not changed:
        raise Conflict("这条异议刚被别人裁定，请刷新后再看。")
    objection.refresh_from_db()
    if is_upheld:
        fact = RankingFact.objects.filter(row=objection.row_id, case=objection.case_id).first()
        if fact:  # a redraft may have left nothing to strike
            fact.struck = sorted({*fact.struck, objection.item})
            fact.save()
        rescore(objection.row.ranking)
    _tell_ruled(objection, at=at)
    return objection


def _tell_ruled(objection: RankingObjection, *, at: datetime) -> None:
    said = "已采纳，得分已重算" if objection.is_upheld else "不采纳"
    notices.notify(
        [objection.filed_by],
        f"ranking-objection:{objection.pk}",
        f"讲评异议{said}：{objection.case.number} {ITEM_LABELS[objection.item]}",
        at=at,
        body=objection.ruling,
        url=reverse("reports:ranking_item", args=[objection.row_id, objection.item]),
        tone="done" if objection.is_upheld else "work",
    )


def can_object(row: RankingRow, actor: User, *, today: date) -> bool:
    """这个人现在能不能对这一行提异议（页面上要不要有按钮）。"""
    try:
        demand_own(row, actor)
        _demand_open(row.ranking, today=today)
    except DomainError:
        return False
    return True
