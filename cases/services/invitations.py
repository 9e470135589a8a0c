"""评价链接怎么到企业手里（R-28）：没有短信网关时，由活动办转给登记的联系人；转给谁、什么时候，都记日志。"""

from datetime import date, datetime
from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from cadres.models import ShortMessage, User
from cadres.services import audit
from cases.enums import Status
from cases.models import Evaluation
from cases.services.rating import rating_link
from zhuqi.kernel.errors import Conflict, DomainError


def waiting(user: User, *, today: date) -> QuerySet[Evaluation]:
    """还等着企业评价的邀请，快到期的在前；`is_sent` 是短信发出没有，`failure` 是没发出去的原因。"""
    key = Concat(Value("rating:"), Cast(OuterRef("pk"), CharField()))
    sent = ShortMessage.objects.filter(key=key, sent_at__isnull=False)
    failed = ShortMessage.objects.filter(key=key, sent_at__isnull=True).values("failure")
    return (
        Evaluation.objects.visible_to(user)
        .filter(rated_at__isnull=True, lapsed_at__isnull=True, expires_on__gte=today, case__status=Status.RATING)
        .annotate(is_sent=Exists(sent), failure=Subquery(failed))
        .select_related("case__enterprise")
        .order_by("expires_on", "pk")
    )


def message_of(evaluation: Evaluation) -> ShortMessage | None:
    """这次邀请的短信；企业没有登记联系人的没有。"""
    return ShortMessage.objects.filter(key=f"rating:{evaluation.pk}").first()


def words(evaluation: Evaluation, message: ShortMessage, *, site: str) -> str:
    """转给联系人的整段话，链接带上网址。"""
    path = rating_link(evaluation)
    return message.text.replace(path, site.rstrip("/") + path)


def take_link(evaluation: Evaluation, *, by: Any, at: datetime) -> ShortMessage:
    """取出链接去转：凭链接就能评，所以取一次记一次（R-72）。`by` 是请求或人。"""
    message = message_of(evaluation)
    if message is None:
        raise DomainError("这家企业没有登记联系人，链接不知道给谁。请先补登联系人，再请主办单位重新申报。")
    audit.record(by, "取评价链接", target=_target(evaluation), reason=f"转给{evaluation.contact_name}", at=at)
    return message


def mark_handed(evaluation: Evaluation, *, by: Any, at: datetime) -> None:
    """已经转给联系人了：这条短信算发出。别人先转了的是 Conflict。"""
    message = message_of(evaluation)
    if message is None:
        raise DomainError("这家企业没有登记联系人。")
    if not ShortMessage.objects.filter(pk=message.pk, sent_at__isnull=True).update(sent_at=at, failure=""):
        raise Conflict("这条已经有人转过了，不用再转。")
    audit.record(by, "转交评价链接", target=_target(evaluation), reason=f"转给{evaluation.contact_name}", at=at)


def _target(evaluation: Evaluation) -> str:
    return f"{evaluation.case.number} {evaluation.case.enterprise.name}"
