"""往省平台送（R-65）：引擎的一个用户。正文在第一次送时写定，以后每次一字不差。"""

import random
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime

from reports.models import FieldMap, ProvinceReport
from reports.province.client import Account, Answer, Clock, ProvinceClient, UnreachableError
from reports.services.province import link, mapping, outbox
from reports.services.sending import Result, Tally, Verdict, send_due

PATH = "/v1/steps"
# Not about what was sent: our key, the clock, too many at once. Sending it again later may go through.
LATER = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})
ACCEPTED = frozenset({HTTPStatus.OK, HTTPStatus.CREATED})


def account() -> Account:
    """环境里配的。"""
    return Account(settings.PROVINCE_URL, settings.PROVINCE_KEY_ID, settings.PROVINCE_SECRET)


def report_upward(*, clock: Clock, rng: random.Random, until: datetime) -> Tally:
    """入列，再把到时候的送出去。没开通什么也不做；没接通、暂停了只入列。"""
    outbox.drain(at=clock())
    now = link.current()
    if now is None or now.paused_at or not link.is_configured():
        return Tally()
    channel = ProvinceChannel(ProvinceClient(account(), clock))
    try:
        return send_due(channel, clock=clock, rng=rng, until=until)
    finally:
        channel.client.close()


class ProvinceChannel:
    """一轮报送：连接与对照取一次。"""

    def __init__(self, client: ProvinceClient) -> None:
        self.client = client
        self.maps = list(FieldMap.objects.all())

    def rows(self) -> QuerySet[ProvinceReport]:
        """全部；暂停在这一轮开始前看过。"""
        return ProvinceReport.objects.select_related("case")

    def send(self, row: ProvinceReport, *, at: datetime) -> Verdict:
        """写定正文，送一次，读懂应答。"""
        if not row.body:
            try:
                row.body = mapping.compose(row, self.maps, row.case.number)
            except mapping.MappingError as unknown:
                return Verdict(Result.REFUSED, f"没有发出：{unknown}")
            ProvinceReport.objects.filter(pk=row.pk, attempts=row.attempts).update(body=row.body)
        try:
            return verdict_on(self.client.post(PATH, row.body, key=row.key))
        except UnreachableError as silent:
            return Verdict(Result.UNREACHED, str(silent))

    def answered(self, row: ProvinceReport, verdict: Verdict, *, at: datetime) -> bool:
        """记下通不通；半路被暂停就停手。"""
        if verdict.result is Result.UNREACHED:
            link.did_not(verdict.said, at=at)
        elif verdict.status is not None:
            link.went_through(at=at)
        now = link.current()
        return now is not None and now.paused_at is None


def verdict_on(answer: Answer) -> Verdict:
    """省平台的应答是什么意思；约定见 docs/province/openapi.yaml。"""
    number, received = answer.facts.get("receipt_number"), answer.facts.get("received_at")
    if answer.status in ACCEPTED:
        at = _instant(received)
        if not isinstance(number, str) or not number or len(number) > 60 or at is None:
            return Verdict(Result.UNREACHED, "应答里没有回执号，不算数", answer.status)
        return Verdict(Result.DELIVERED, "", answer.status, {"receipt_number": number, "receipt_at": at})
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status in LATER:
        return Verdict(Result.UNREACHED, f"省平台答 {answer.status}：{_words(answer)}", answer.status)
    return Verdict(Result.REFUSED, f"省平台不收（{answer.status}）：{_words(answer)}", answer.status)


def _instant(said: Any) -> datetime | None:
    try:
        at = parse_datetime(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo else None


def _words(answer: Answer) -> str:
    errors = answer.facts.get("errors")
    said = [
        f"{each.get('field', '')} {each.get('reason', '')}".strip()
        for each in (errors if isinstance(errors, list) else [])
        if isinstance(each, dict)
    ]
    return "；".join(said) or str(answer.facts.get("message") or "没有说明")
