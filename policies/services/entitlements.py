"""应享尽享的每一步（R-61）：告知、看过、申请、兑现或不予兑现。

每一步只记第一次，后一步不抹掉前一步；每一步都核对这一行还是当初看到的样子。
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from cadres.models import User
from cadres.services import audit
from cadres.services.notices import notify
from enterprises.models import Enterprise
from policies.enums import Answer, Standing
from policies.models import Entitlement, Policy
from policies.rules.matching import match
from policies.rules.wording import wanted
from policies.services.library import may_edit
from policies.services.profiles import asked_of, profile_of
from zhuqi.kernel import amounts
from zhuqi.kernel import keys as _keys  # noqa: F401 - brings the lookup `__among`
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

WHY_MOST = 300


@transaction.atomic
def tell(policy: Policy, enterprises: Iterable[Enterprise | int], *, at: datetime) -> int:
    """告知这些企业有这项政策；说过的不再记。返回这一次新告知的家数。"""
    keys = sorted({each if isinstance(each, int) else each.pk for each in enterprises})
    Entitlement.objects.bulk_create(
        (Entitlement(policy=policy, enterprise_id=key) for key in keys), ignore_conflicts=True, batch_size=500
    )
    rows = Entitlement.objects.filter(policy=policy, enterprise__among=keys, told_at__isnull=True)
    return rows.update(told_at=at)


def view(policy: Policy, firm: Enterprise, *, actor: User, at: datetime) -> None:
    """企业自己的人打开了有效的政策；别人替它看不算。"""
    if actor.enterprise_id != firm.pk or policy.standing(timezone.localtime(at).date()) != Standing.VALID:
        return
    row = _row(policy, firm)
    if row.viewed_at is None:
        Entitlement.objects.filter(pk=row.pk, viewed_at__isnull=True).update(viewed_at=at)


def application_blocker(policy: Policy, today: date) -> str:
    """今天为什么不能申请；能就是空串。"""
    standing = policy.standing(today)
    if standing != Standing.VALID:
        return f"这份政策{standing.label}，现在不能申请。"
    if policy.is_automatic:
        return "这项政策免申即享，不用申请：符合条件的由受理单位直接兑现。"
    if policy.guide_until_on and policy.guide_until_on < today:
        return f"申报截止日期是 {policy.guide_until_on:%Y-%m-%d}，已经过了。"
    return ""


@transaction.atomic
def apply(policy: Policy, firm: Enterprise, *, actor: User, at: datetime) -> Entitlement:
    """企业自己申请。错误：NotPermitted；DomainError（不能申请，或明显不符合，说是哪一条）；Conflict（已经申请）。"""
    _demand_own(firm, actor)
    today = timezone.localtime(at).date()
    policy = Policy.objects.select_related("region").get(pk=policy.pk)
    problem = application_blocker(policy, today) or _failed(policy, firm, today)
    if problem:
        raise DomainError(problem)
    row = _row(policy, firm)
    fresh = Entitlement.objects.filter(pk=row.pk, applied_at__isnull=True, granted_at__isnull=True, refused_at=None)
    if not fresh.update(applied_at=at, viewed_at=row.viewed_at or at):
        raise Conflict("已经申请过，或者刚有了答复，请刷新后再看。")
    audit.record(actor, "申请政策", target=f"{firm.name}：{policy.title}", at=at)
    row.refresh_from_db()
    return row


@transaction.atomic
def withdraw(policy: Policy, firm: Enterprise, *, actor: User, at: datetime) -> Entitlement:
    """还没有答复以前收回申请。错误：NotPermitted、Conflict（没有申请，或刚有了答复）。"""
    _demand_own(firm, actor)
    waiting = Entitlement.objects.filter(policy=policy, enterprise=firm, applied_at__isnull=False)
    if not waiting.filter(granted_at__isnull=True, refused_at__isnull=True).update(applied_at=None):
        raise Conflict("没有可以收回的申请：可能已经收回，或者刚有了答复，请刷新后再看。")
    audit.record(actor, "收回政策申请", target=f"{firm.name}：{policy.title}", at=at)
    return Entitlement.objects.get(policy=policy, enterprise=firm)


@transaction.atomic
def grant(policy: Policy, firm: Enterprise, *, amount: str | Decimal, actor: User, at: datetime) -> Entitlement:
    """受理单位记已兑现多少元，写“3万”“1.2亿”都行；没在网上申请的也记。错误：InvalidInput、NotPermitted、Conflict。"""
    money = amount if isinstance(amount, Decimal) else _money(amount)
    row = _decide(policy, firm, actor=actor, granted_at=at, amount=money)
    said = amounts.said(money)
    audit.record(actor, "政策兑现", target=f"{firm.name}：{policy.title}", reason=said, at=at)
    _answer(row, f"已兑现 {said}", at=at)
    return row


@transaction.atomic
def refuse(policy: Policy, firm: Enterprise, *, why: str, actor: User, at: datetime) -> Entitlement:
    """不予兑现，企业看得到理由。错误同 grant。"""
    why = why.strip()
    if not why or len(why) > WHY_MOST:
        message = "请写明为什么不予兑现，企业看得到。" if not why else f"理由最多 {WHY_MOST} 字。"
        raise InvalidInput(message, {"why": [message]})
    row = _decide(policy, firm, actor=actor, refused_at=at, refused_why=why)
    audit.record(actor, "政策不予兑现", target=f"{firm.name}：{policy.title}", reason=why, at=at)
    _answer(row, f"不予兑现：{why}", at=at)
    return row


@transaction.atomic
def take_back(policy: Policy, firm: Enterprise, *, actor: User, at: datetime) -> Entitlement:
    """记错了：收回兑现或不予兑现，回到已申请。错误：NotPermitted、Conflict。"""
    _demand_keeper(policy, actor)
    decided = Entitlement.objects.filter(policy=policy, enterprise=firm).exclude(granted_at=None, refused_at=None)
    cleared = {"granted_at": None, "amount": None, "refused_at": None, "refused_why": "", "decided_by": None}
    if not decided.update(**cleared):
        raise Conflict("没有可以收回的答复，请刷新后再看。")
    audit.record(actor, "收回政策兑现答复", target=f"{firm.name}：{policy.title}", at=at)
    row = Entitlement.objects.select_related("enterprise", "policy").get(policy=policy, enterprise=firm)
    _answer(row, "原来的答复记错了，已收回，重新办理", at=at)
    return row


def _row(policy: Policy, firm: Enterprise) -> Entitlement:
    Entitlement.objects.bulk_create([Entitlement(policy=policy, enterprise=firm)], ignore_conflicts=True)
    return Entitlement.objects.select_related("enterprise", "policy").get(policy=policy, enterprise=firm)


def _decide(policy: Policy, firm: Enterprise, *, actor: User, **columns: object) -> Entitlement:
    _demand_keeper(policy, actor)
    if policy.standing(date.max) == Standing.DRAFT:
        raise DomainError("草稿还没有发布，没有可兑现的。")
    row = _row(policy, firm)
    fresh = Entitlement.objects.filter(pk=row.pk, granted_at__isnull=True, refused_at__isnull=True)
    if not fresh.update(**columns, decided_by=actor):
        raise Conflict("这一家刚有了答复，请刷新后再看；记错了可以先收回。")
    row.refresh_from_db()
    return row


def _demand_own(firm: Enterprise, actor: User) -> None:
    if actor.enterprise_id != firm.pk:
        raise NotPermitted("只有企业自己能申请。")


def _demand_keeper(policy: Policy, actor: User) -> None:
    if not may_edit(actor, policy):
        raise NotPermitted("兑现由受理单位或市活动办记。")


def _failed(policy: Policy, firm: Enterprise, today: date) -> str:
    found = match(asked_of([policy])[policy.pk], profile_of(firm, today))
    failed = [wanted(condition) for condition, answer in found.answers if answer == Answer.FAILED]
    return f"现在还不符合：{'；'.join(failed)}。登记的资料有误，请先更正。" if failed else ""


def _money(text: str) -> Decimal:
    try:
        return amounts.amount(text)
    except InvalidInput as error:
        raise InvalidInput(error.message, {"amount": [error.message]}) from error


def _answer(row: Entitlement, said: str, *, at: datetime) -> None:
    key = f"entitlement:{row.pk}:{at.isoformat()}"
    notify(row.enterprise.users.all(), key, f"“{row.policy.title}”有了答复", body=said, at=at)
