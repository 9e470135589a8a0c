"""企业评价（R-28、R-29）：链接直发企业、免登录、一次有效；没评就是没评。"""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import get_random_string

from cadres.enums import Role
from cadres.models import ShortMessage, User
from cases.enums import BAD_RATINGS, Action, Satisfaction, Status, Tier
from cases.models import Case, Evaluation, Submission
from cases.rules.workflow import Relation
from cases.services import clocks
from cases.services.steps import Step, handles, walk
from zhuqi.kernel.errors import Conflict, DomainError

_SIGNER = signing.Signer(salt="cases.rating")
BY_LINK = Relation(role=Role.ENTERPRISE, is_visible=True, is_firm=True)
COMMENT_MOST = 300
SECOND = 2


class UnknownLink(DomainError):
    """没有这个评价链接：抄错了，或被改过。"""


class ExpiredLink(DomainError):
    """评价链接过期了（R-28：15 天†）。"""


class UsedLink(Conflict):
    """评价链接用过了：一个链接一次（R-28）。"""


@dataclass(frozen=True, slots=True)
class Rating:
    """企业填的评价单：五级、三个可勾项、一句话、有没有被要求给好评。"""

    satisfaction: int
    is_real: bool = False
    was_contacted: bool = False
    was_told_once: bool = False
    comment: str = ""
    was_pressured: bool = False


def invite(case: Case, submission: Submission, *, at: datetime) -> Evaluation:
    """发出评价链接：给企业首要联系人的手机；在册期限见规则 RATE（15 天†）。"""
    contact = case.enterprise.contacts.first()
    row = Evaluation.objects.create(
        case=case,
        submission=submission,
        nonce=get_random_string(32),
        sent_to=f"{contact.name} {contact.phone}" if contact else "",
        invited_at=at,
        expires_on=clocks.window_end(case, "RATE", since_on=clocks.local_day(at)),
    )
    if contact:
        ShortMessage.objects.create(
            key=f"rating:{row.pk}",
            phone=contact.phone,
            text=f"您反映的“{case.title}”已答复，请评价：{settings.PORTAL_URL}{rating_link(row)} （{row.expires_on:%m-%d}前有效，一次有效，无需登录）",
            created_at=at,
        )
    return row


def rating_link(evaluation: Evaluation) -> str:
    """评价页的路径；随机数加签名，猜不到也改不了。"""
    return reverse("cases:rate", args=[_SIGNER.sign(evaluation.nonce).replace(":", ".")])


def evaluation_by_link(token: str, *, today: date) -> Evaluation:
    """由链接取评价单。错误：链接不对、已经评过、已经过期，各有说法（R-28）。"""
    try:
        nonce = _SIGNER.unsign(":".join(token.rsplit(".", 1)))
    except signing.BadSignature:
        raise UnknownLink("这个评价链接不对，请用短信里的原链接打开。") from None
    row = Evaluation.objects.filter(nonce=nonce).select_related("case__enterprise", "case__lead").first()
    if row is None:
        raise UnknownLink("这个评价链接不对，请用短信里的原链接打开。")
    if row.rated_at:
        raise UsedLink("您已经评价过了，谢谢。一个链接只能用一次。")
    if row.lapsed_at or today > row.expires_on or row.case.status != Status.RATING:
        raise ExpiredLink(
            f"评价链接已在 {row.expires_on.month} 月 {row.expires_on.day} 日过期。如果问题还在，请联系您的助企干部或重新提出。"
        )
    return row


def rate(evaluation: Evaluation, rating: Rating, *, at: datetime, actor: User | None = None) -> Case:
    """交回评价。满意类即销号；差评回到办理、1 个工作日内回访、5 个工作日内重办（R-29）。

    链接本身就是凭证，所以 `actor` 可以没有；两次点击只算一次（比较并交换）。
    """
    if rating.satisfaction not in Satisfaction.values:
        raise DomainError("请在五个评价里选一个。")
    if len(rating.comment) > COMMENT_MOST:
        raise DomainError(f"最多写 {COMMENT_MOST} 字。")
    action = Action.RATE_BAD if rating.satisfaction in BAD_RATINGS else Action.RATE
    details = {"evaluation": evaluation, "rating": rating}
    step = Step(evaluation.case, action, actor, at, details=details, signature=evaluation.case.enterprise.name)
    return walk(step, who=BY_LINK)


@handles(Action.RATE, Action.RATE_BAD)
def take_rating(step: Step) -> None:
    """记下评价。账本只写评过了，不写几级：单位与干部看到的只有合计（R-28）。"""
    if "rating" not in step.details:
        raise DomainError("请用评价页提交评价。")
    evaluation, rating = step.details["evaluation"], step.details["rating"]
    written = Evaluation.objects.filter(
        pk=evaluation.pk, case=step.case, rated_at__isnull=True, lapsed_at__isnull=True, expires_on__gte=step.today
    ).update(rated_at=step.at, **{**asdict(rating), "comment": rating.comment.strip()})
    if not written:
        raise UsedLink("这份评价已经提交过，或已过期；一个链接只能用一次。")
    if step.action == Action.RATE:
        step.changes["closed_at"] = step.at
        return
    count = step.case.bad_rating_count + 1
    step.changes |= {"bad_rating_count": count, "outcome": "", "submitted_at": None}
    if count >= SECOND:
        # a second 差评 raises the tier; the 问效建议单 is drafted by the enforcement sweep.
        step.changes["tier"] = Tier.COMPLEX if step.case.tier == Tier.SINGLE else Tier.MAJOR


@handles(Action.LAPSE_RATING)
def lapse(step: Step) -> None:
    """到期未评即销号，记作未评，不算满意（R-28）。"""
    step.case.evaluations.filter(rated_at__isnull=True, lapsed_at__isnull=True).update(lapsed_at=step.at)
    step.changes["closed_at"] = step.at


@handles(Action.CALL_BACK)
def call_back(step: Step) -> None:
    """差评回访（R-29）。"""
    row = step.case.evaluations.filter(satisfaction__in=BAD_RATINGS, called_back_at__isnull=True).latest("rated_at")
    row.called_back_at, row.called_back_by, row.call_back_note = step.at, step.actor, step.note[:500]
    row.save(update_fields=["called_back_at", "called_back_by", "call_back_note"])
