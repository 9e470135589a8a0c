"""推送（R-65）：引擎的另一个用户。账本里的步骤排进各个订阅，签名送出；长久送不到就停，告诉管它的人。"""

import hashlib
import hmac
import json
import random
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import requests
from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.urls import reverse

from cadres.enums import Role
from cadres.models import User
from cadres.services.notices import notify
from cases.models import Case, CaseEvent
from reports.hook_targets import problem_with, strange_address
from reports.models import HookDelivery, Subscription
from reports.province import signing
from reports.province.client import words_of
from reports.province.fields import STEPS
from reports.services import sending, webhooks
from reports.services.ledger_reading import unread
from reports.services.sending import Clock, Result, Tally, Verdict
from zhuqi.kernel.errors import Conflict
from zhuqi.kernel.masking import mask_mobiles

BATCH = 500
TIMEOUT = (5, 10)
READ_MOST = 500
GIVE_UP_AFTER = timedelta(days=1)
KIND, DELIVERY, TIMESTAMP = "X-Zhuqi-Event", "X-Zhuqi-Delivery", "X-Zhuqi-Timestamp"
SIGNATURE, SIGNATURE_SM3 = "X-Zhuqi-Signature", "X-Zhuqi-Signature-SM3"


def push(*, clock: Clock, rng: random.Random, until: datetime) -> list[Tally]:
    """入列，再逐个订阅送；一个送不到不耽误别的。"""
    drain(at=clock())
    done = []
    for row in Subscription.objects.filter(paused_at=None).select_related("owner__unit"):
        channel = HookChannel(row)
        try:
            done.append(sending.send_due(channel, clock=clock, rng=rng, until=until))
        finally:
            channel.session.close()
    return done


def drain(*, at: datetime) -> int:
    """每个订阅：没送的、归属人看得到的步骤入列。"""
    return sum(_drain_one(pk, at=at) for pk in Subscription.objects.values_list("pk", flat=True))


@transaction.atomic
def _drain_one(pk: int, *, at: datetime) -> int:
    Subscription.objects.filter(pk=pk).update(drained_to=F("drained_to"))  # one at a time: see province.link.hold
    one = Subscription.objects.select_related("owner__unit").get(pk=pk)
    sent = HookDelivery.objects.filter(subscription=one)
    fresh = unread(sent, after=one.drained_to, since=one.since, kinds=one.kinds)
    events = list(fresh.select_related("case__enterprise", "case__lead")[:BATCH])
    if not events:
        return 0
    cases = {event.case_id for event in events}
    seen = set(Case.objects.visible_to(one.owner).filter(pk__in=cases).values_list("pk", flat=True))
    last = dict(sent.filter(case__in=cases).order_by().values_list("case").annotate(last=Max("seq")))
    made = []
    for event in events:
        if event.case_id in seen:
            seq = last[event.case_id] = last.get(event.case_id, 0) + 1
            made.append(_row(one, event, seq, at))
    HookDelivery.objects.bulk_create(made)
    Subscription.objects.filter(pk=pk).update(drained_to=max(one.drained_to, events[-1].pk))
    return len(made)


def _row(one: Subscription, event: CaseEvent, seq: int, at: datetime) -> HookDelivery:
    case, key = event.case, f"hook-{one.pk}-{event.pk}"
    facts = {
        "delivery": key,
        "sequence": seq,
        "event": event.kind,
        "event_name": STEPS[event.kind],
        "at": event.at.isoformat(),
        "case": {
            "number": case.number, "title": mask_mobiles(case.title), "status": event.status_after,
            "status_name": event.get_status_after_display(), "enterprise": case.enterprise.name,
            "credit_code": case.enterprise.credit_code, "lead": case.lead.name if case.lead else None,
        },
    }  # fmt: skip
    return HookDelivery(
        subscription=one, case=case, event=event, lane=f"hook-{one.pk}-{case.pk}", seq=seq, key=key, facts=facts,
        body=json.dumps(facts, ensure_ascii=False, separators=(",", ":")), queued_at=at, next_at=at,
    )  # fmt: skip


class HookChannel:
    """一个订阅一轮。"""

    def __init__(self, subscription: Subscription) -> None:
        self.subscription = subscription
        self.session = requests.Session()
        self.session.trust_env = False

    def rows(self) -> QuerySet[HookDelivery]:
        """这个订阅的；没有许可的主机就一个也没有。"""
        rows = HookDelivery.objects.filter(subscription=self.subscription)
        return rows if settings.WEBHOOK_HOSTS else rows.none()

    def send(self, row: HookDelivery, *, at: datetime) -> Verdict:
        """归属人还看得到、地址还许可，才送。"""
        owner = self.subscription.owner
        if not owner.is_active or not Case.objects.visible_to(owner).filter(pk=row.case_id).exists():
            return Verdict(Result.DROPPED, "归属人已经看不到这件诉求")
        problem = problem_with(self.subscription.url) or strange_address(self.subscription.url)
        if problem:
            return Verdict(Result.REFUSED, f"没有送出：{problem}")
        try:
            headers = signed_headers(self.subscription, row, at)
        except Conflict as broken:
            return Verdict(Result.REFUSED, f"没有送出：{broken}")
        return self._post(row, headers)

    def _post(self, row: HookDelivery, headers: dict[str, str]) -> Verdict:
        try:
            with self.session.post(
                self.subscription.url, data=row.body.encode(), headers=headers, timeout=TIMEOUT, stream=True,
                allow_redirects=False,
            ) as answer:  # fmt: skip
                said = answer.raw.read(READ_MOST, decode_content=True).decode("utf-8", "replace").replace("\x00", "")
        except (requests.RequestException, OSError) as broken:
            return Verdict(Result.UNREACHED, words_of(broken))
        except Exception:  # noqa: BLE001 - urllib3 raises its own when a body breaks off
            return Verdict(Result.UNREACHED, "应答没有收完，连接就断了")
        return verdict_on(answer.status_code, said)

    def answered(self, row: HookDelivery, verdict: Verdict, *, at: datetime) -> bool:
        """通了清零；一天都不通就停送，告诉安全管理员和归属人。"""
        same = Subscription.objects.filter(pk=self.subscription.pk)
        if verdict.result is Result.DELIVERED:
            if same.filter(failing_since__isnull=False).update(failing_since=None):
                sending.hurry(self.rows(), at=at)
        elif verdict.result is Result.UNREACHED and not same.filter(failing_since=None).update(failing_since=at):
            return not _give_up(self.subscription.pk, verdict.said, at=at)
        return same.filter(paused_at=None).exists()


def signed_headers(one: Subscription, row: HookDelivery, at: datetime) -> dict[str, str]:
    """签的是“时间.正文”，对方照样算一遍就知道是不是我们送的、改没改过。"""
    secret, seconds = webhooks.secret_of(one), str(int(at.timestamp()))
    text = f"{seconds}.{row.body}"
    mac = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json; charset=utf-8", KIND: row.event.kind, DELIVERY: row.key, TIMESTAMP: seconds,
        SIGNATURE: f"sha256={mac}",
    }  # fmt: skip
    return headers | ({SIGNATURE_SM3: f"sm3={signing.sign(text, secret)}"} if one.with_sm3 else {})


def verdict_on(status: int, said: str) -> Verdict:
    """2xx 收到；3xx 不跟；410 不再要；别的过后再送。"""
    words = f"对方答 {status}：{said.strip()[:200] or '没有说明'}"
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Verdict(Result.DELIVERED, "", status)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return Verdict(Result.REFUSED, f"对方答 {status}，让转到别处：不跟", status)
    if status == HTTPStatus.GONE:
        return Verdict(Result.REFUSED, words, status)
    return Verdict(Result.UNREACHED, words, status)


def _give_up(pk: int, said: str, *, at: datetime) -> bool:
    one = Subscription.objects.select_related("owner").get(pk=pk)
    if one.failing_since is None or at - one.failing_since < GIVE_UP_AFTER or one.paused_at:
        return one.paused_at is not None
    webhooks.pause(one, reason=f"一天都送不到，自动停送：{said}", actor=None, at=at)
    managers: Any = User.objects.filter(role=Role.SECADMIN, is_active=True)
    body = f"{said}。步骤都留着，修好以后恢复就接着送。"
    key = f"hook-stopped:{one.pk}:{at:%Y%m%d%H%M}"
    notify(
        managers, key, f"推送“{one.name}”停送了", at=at, body=body, url=reverse("reports:hook", args=[pk]), tone="late"
    )
    notify([one.owner], key, f"推送“{one.name}”停送了", at=at, body=body, tone="late")
    return True
