"""推送：谁建、送什么、签得对不对、送不到怎么办、送不到别处去（R-65）。"""

import hashlib
import hmac
import json
import random
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from cadres.models import AuditEntry
from cases.enums import Action
from cases.services import perform
from reports.enums import SendState
from reports.hook_targets import problem_with, strange_address
from reports.models import HookDelivery, Subscription
from reports.province import signing
from reports.services import hook_sending, webhooks
from tests.reports.sending_up import signed
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def receiver(settings):
    """另一个系统：`answer` 是下一次怎么答，`got` 是收到的。"""
    found = SimpleNamespace(answer=200, got=[], slow=0)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            """安静。"""

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append((dict(self.headers), body))
            time.sleep(0 if self.path.endswith("quick") else found.slow)
            self.send_response(found.answer)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()

        def do_GET(self):
            found.got.append(("followed", self.path))

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_port}/in"
    settings.WEBHOOK_HOSTS = [f"127.0.0.1:{server.server_port}"]
    yield found
    server.shutdown()
    server.server_close()


def subscribed(city, receiver, **more):
    said = {"name": "政务办系统", "url": receiver.url, "kinds": ["open", "accept", "sign"], "owner": city.clerk}
    return webhooks.subscribe(said | more, actor=city.secadmin, at=city.at - DAY)


def pushed(later=timedelta(0)):
    def clock():
        return timezone.now() + later

    return hook_sending.push(clock=clock, rng=random.Random(1), until=clock() + timedelta(seconds=30))


def test_the_chosen_steps_arrive_in_order_and_signed(city, receiver):
    hook, secret = subscribed(city, receiver, with_sm3=True)
    case = signed(city)
    pushed()
    assert [headers["X-Zhuqi-Event"] for headers, _ in receiver.got] == ["open", "accept", "sign"]
    headers, body = receiver.got[0]
    text = f"{headers['X-Zhuqi-Timestamp']}.{body.decode()}"
    mac = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    assert headers["X-Zhuqi-Signature"] == f"sha256={mac}"
    assert headers["X-Zhuqi-Signature-SM3"] == f"sm3={signing.sign(text, secret)}"
    said = json.loads(body)
    assert (said["sequence"], said["case"]["number"], said["case"]["status"]) == (1, case.number, "REPORTED")
    assert secret not in hook.secret
    pushed()
    assert len(receiver.got) == 3


def test_what_the_owner_does_not_see_is_not_sent(city, receiver):
    subscribed(city, receiver, owner=city.labour_clerk)
    signed(city)
    pushed()
    assert receiver.got == []
    hook = Subscription.objects.get()
    hook.owner = city.land_clerk
    hook.save()
    hook_sending.drain(at=city.at)
    hook.owner = city.labour_clerk  # no longer theirs when it is about to go
    hook.save()
    pushed()
    assert receiver.got == []
    row = HookDelivery.objects.first()
    assert row.state == SendState.DROPPED
    with pytest.raises(Conflict):
        webhooks.resend(row, actor=city.secadmin, at=city.at)


@pytest.mark.parametrize(("answer", "state"), [(500, "WAITING"), (404, "WAITING"), (302, "REFUSED"), (410, "REFUSED")])
def test_other_answers(city, receiver, answer, state):
    subscribed(city, receiver)
    signed(city)
    receiver.answer = answer
    pushed()
    row = HookDelivery.objects.get(seq=1)
    assert (row.state, row.last_status) == (state, answer)
    assert len(receiver.got) == 1  # nothing followed, nothing behind it sent
    receiver.answer = 204
    webhooks.resend(row, actor=city.secadmin, at=timezone.now())
    pushed()
    assert HookDelivery.objects.filter(state=SendState.SENT).count() == 3


def test_a_day_without_an_answer_stops_it_and_tells(city, receiver):
    hook, _ = subscribed(city, receiver)
    signed(city)
    receiver.answer = 503
    pushed()
    pushed(later=timedelta(hours=23))
    hook.refresh_from_db()
    assert hook.paused_at is None
    pushed(later=timedelta(hours=25))
    hook.refresh_from_db()
    assert "一天都送不到" in hook.pause_reason
    assert city.secadmin.notices.count() == city.clerk.notices.filter(title__contains="停送").count() == 1
    before = len(receiver.got)
    pushed(later=timedelta(hours=30))
    assert len(receiver.got) == before
    receiver.answer = 200
    webhooks.resume(hook, actor=city.secadmin, at=timezone.now())
    pushed(later=timedelta(hours=31))
    assert HookDelivery.objects.filter(state=SendState.SENT).count() == 3


@pytest.mark.parametrize(
    "url",
    [
        "ftp://oa.example.cn/in",
        "https://other.example.cn/in",
        "https://oa.example.cn.evil.cn/in",
        "https://user:pass@oa.example.cn/in",
        "https://oa.example.cn@evil.cn/in",
        "https://oa.example.cn:8443/in",
        "https://oa.example.cn:port/in",
        "https://[::1/in",
        "https://oa.example.cn/in#x",
        "https://oa.example.cn/in\r\nX: 1",
        "//oa.example.cn/in",
        "",
    ],
)
def test_addresses_that_will_not_do(settings, url):
    settings.WEBHOOK_HOSTS = ["oa.example.cn", "10.1.2.3:8443"]
    assert problem_with("https://oa.example.cn/in") == problem_with("https://10.1.2.3:8443/in") == ""
    if url != "https://oa.example.cn:8443/in":
        assert problem_with(url)


def test_plain_http_is_not_for_production(settings):
    settings.WEBHOOK_HOSTS = ["oa.example.cn"]
    settings.PRODUCTION = True
    assert "https" in problem_with("http://oa.example.cn/in")


def test_a_host_taken_off_the_list_gets_nothing(city, receiver, settings):
    subscribed(city, receiver)
    signed(city)
    settings.WEBHOOK_HOSTS = ["oa.example.cn"]
    pushed()
    assert receiver.got == []
    assert "不在许可的主机名单里" in HookDelivery.objects.get(seq=1).last_said


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"url": "https://evil.cn"}, {"kinds": []}, {"kinds": ["look_back"]}, {"owner": None}]
)
def test_a_subscription_that_will_not_do(city, receiver, wrong):
    with pytest.raises(InvalidInput):
        subscribed(city, receiver, **wrong)
    assert not Subscription.objects.exists()


def test_only_the_security_admin_and_only_officials_own(city, receiver):
    said = {"name": "甲", "url": receiver.url, "kinds": ["open"], "owner": city.clerk}
    with pytest.raises(NotPermitted):
        webhooks.subscribe(said, actor=city.director, at=city.at)
    for owner in (city.firm_user, city.cadre, city.auditor, city.leader):
        with pytest.raises(InvalidInput):
            webhooks.subscribe(said | {"owner": owner}, actor=city.secadmin, at=city.at)
    subscribed(city, receiver)
    with pytest.raises(InvalidInput, match="同名"):
        subscribed(city, receiver)


def test_the_pages_show_how_it_goes_and_no_case(client, city, receiver):
    client.force_login(city.secadmin)
    form = {"name": "政务办系统", "url": receiver.url, "owner": city.clerk.pk, "kinds": ["open", "accept"]}
    assert client.post(reverse("reports:hook_new"), form | {"url": "https://evil.cn"}).status_code == 422
    made = client.post(reverse("reports:hook_new"), form).content.decode()
    hook = Subscription.objects.get()
    assert webhooks.secret_of(hook) in made
    assert AuditEntry.objects.filter(act="建立推送").exists()
    Subscription.objects.update(since=city.at - DAY)
    case = perform(signed(city), Action.COORDINATE, actor=city.land_clerk, at=city.at, note="要会商")
    pushed()
    said = client.get(reverse("reports:hook", args=[hook.pk])).content.decode()
    assert "hook-" in said
    assert webhooks.secret_of(hook) not in said
    for word in (case.title, case.number, case.enterprise.name):
        assert word not in said
    row = HookDelivery.objects.first()
    assert client.post(reverse("reports:hook_resend", args=[row.pk])).status_code == 302
    assert client.post(reverse("reports:hook_pause", args=[hook.pk])).status_code == 302
    assert "已停送" in client.get(reverse("reports:hooks")).content.decode()
    assert client.post(reverse("reports:hook_resume", args=[hook.pk])).status_code == 302


def test_a_new_secret_signs_from_the_next_step_on(client, city, receiver, settings):
    hook, old = subscribed(city, receiver)
    signed(city)
    settings.SECRET_KEY = "another-key-of-the-portal-" * 3  # the old one cannot be read any more
    pushed()
    assert "请换密钥" in HookDelivery.objects.get(seq=1).last_said
    for user in (city.director, city.sysadmin):
        with pytest.raises(NotPermitted):
            webhooks.renew_secret(hook, actor=user, at=city.at)
    new = webhooks.renew_secret(hook, actor=city.secadmin, at=timezone.now())
    with pytest.raises(Conflict):
        webhooks.renew_secret(hook, actor=city.secadmin, at=timezone.now())  # what was seen has been changed meanwhile
    pushed()
    assert len(receiver.got) == 3
    for headers, body in receiver.got:
        text = f"{headers['X-Zhuqi-Timestamp']}.{body.decode()}"
        assert headers["X-Zhuqi-Signature"] == f"sha256={hmac.new(new.encode(), text.encode(), 'sha256').hexdigest()}"
    assert new != old
    client.force_login(city.secadmin)
    said = client.post(reverse("reports:hook_secret", args=[hook.pk])).content.decode()
    hook.refresh_from_db()
    assert webhooks.secret_of(hook) in said
    assert AuditEntry.objects.filter(act="换推送密钥").count() == 2


def test_a_portal_key_kept_as_a_fallback_still_reads_the_secret(city, receiver, settings):
    hook, secret = subscribed(city, receiver)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-key-of-the-portal", [settings.SECRET_KEY]
    assert webhooks.secret_of(hook) == secret


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "http://127.0.0.1/in", "http://localhost/in", "http://169.254.169.254/latest/meta-data",
     "http://[::1]/in", "http://2130706433/in", "http://0x7f.1/in", "gopher://oa.example.cn/in"],
)  # fmt: skip
def test_what_is_not_on_the_list_is_nowhere(city, receiver, url):
    with pytest.raises(InvalidInput):
        subscribed(city, receiver, url=url)


@pytest.mark.parametrize("url", ["http://169.254.169.254/in", "http://0.0.0.0/in", "http://224.0.0.1/in"])
def test_even_a_listed_host_may_not_be_link_local(city, receiver, settings, url):
    settings.WEBHOOK_HOSTS = [url.split("/")[2]]
    subscribed(city, receiver, url=url)
    signed(city)
    pushed()
    row = HookDelivery.objects.get(seq=1)
    assert (row.state, row.last_said) == (SendState.REFUSED, "没有送出：主机指到了不许送的地址")


def test_the_machine_itself_is_not_for_production(settings):
    assert strange_address("http://127.0.0.1/in") == ""
    settings.PRODUCTION = True
    assert strange_address("https://127.0.0.1/in") == "主机指到了本机"


def test_a_slow_receiver_is_asked_again_and_holds_up_nobody_else(city, receiver, monkeypatch):
    subscribed(city, receiver)
    subscribed(city, receiver, name="快的", url=f"{receiver.url}/quick")
    signed(city)
    monkeypatch.setattr(hook_sending, "TIMEOUT", (1, 0.2))
    receiver.slow = 0.8
    pushed()
    assert HookDelivery.objects.filter(subscription__name="快的", state=SendState.SENT).count() == 3
    row = HookDelivery.objects.get(subscription__name="政务办系统", seq=1)
    assert (row.state, row.last_said) == (SendState.WAITING, "对方没有在时限内应答")


@pytest.mark.parametrize("count", [1, 3])
def test_the_log_asks_the_same_number_of_questions(client, city, receiver, count, django_assert_num_queries):
    hook, _ = subscribed(city, receiver)
    for number in range(count):
        signed(city, number)
    hook_sending.drain(at=city.at)
    client.force_login(city.secadmin)
    client.get(reverse("reports:hooks"))
    with django_assert_num_queries(QUESTIONS):
        client.get(reverse("reports:hook", args=[hook.pk]))


QUESTIONS = 9
