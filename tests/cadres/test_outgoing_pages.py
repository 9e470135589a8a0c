"""通知方式与通道状态：谁看得到什么、选了算数、没接通的不骗人、看不到消息写了什么。"""

import pytest
import time_machine
from django.urls import reverse

from cadres.enums import Channel, MessageState, NoticeKind
from cadres.models import AuditEntry, NoticePreference, OutgoingMessage, Recipient
from cadres.services import notices, preferences
from cadres.services.handing_on import hand_on

pytestmark = pytest.mark.django_db
OWN, STATE = "/me/notices", "/channels"
SMS = {"SMS_GATEWAY_URL": "http://127.0.0.1:1", "SMS_APP_ID": "zhuqi", "SMS_SECRET": "s"}
MAIL = {"MAIL_HOST": "127.0.0.1", "MAIL_PORT": 1, "MAIL_SECURITY": "none", "MAIL_FROM": "zhuqi@example.cn"}
PLAIN = {"digest_hour": "", "quiet_from": "22", "quiet_to": "7"}


@pytest.fixture(autouse=True)
def _monday(city):
    with time_machine.travel(city.at, tick=False):
        yield


@pytest.fixture(autouse=True)
def _no_phones(city):
    for user in city.people.values():
        user.phone = ""
        user.save()


@pytest.fixture
def configured(settings):
    settings.CHANNELS = {"SMS": SMS, "MAIL": MAIL, "WECOM": {"WECOM_WEBHOOK_URL": "http://127.0.0.1:1"}}


def message(city, number=1, *, state=MessageState.FAILED, phone="13900005678", **more):
    there, _ = Recipient.objects.get_or_create(channel="SMS", address=phone)
    fields = {"attempts": 6, "tried_at": city.at, "next_at": city.at, "created_at": city.at, "text": "秘密的话"}
    return OutgoingMessage.objects.create(key=f"k{number}", recipient=there, state=state, **fields | more)


def test_without_channels_the_page_says_so_and_does_not_pretend(client, city):
    client.force_login(city.land_clerk)
    page = client.get(OWN).text
    assert "这里只有站内通知" in page
    assert '<form method="post" action="/me' not in page


def test_what_is_chosen_counts_and_comes_back(client, city, configured):
    client.force_login(city.land_clerk)
    said = PLAIN | {"CASE": ["SMS", "WECOM"], "URGE": [], "digest_hour": "17", "quiet_from": "21", "quiet_to": "8"}
    assert client.post(OWN, said).status_code == 302
    row = NoticePreference.objects.get(user=city.land_clerk)
    assert row.routes == {"CASE": ["SMS", "WECOM"]}
    assert (row.digest_hour, row.quiet_from, row.quiet_to) == (17, 21, 8)
    page = client.get(OWN).text
    assert 'value="17" selected' in page
    city.land_clerk.refresh_from_db()
    assert preferences.wishes_of(city.land_clerk).channels_for(NoticeKind.URGE) == frozenset()


@pytest.mark.parametrize(
    "wrong",
    [{"CASE": ["PIGEON"]}, {"digest_hour": "3"}, {"quiet_from": "24"}, {"quiet_to": ""}, {"CASE": ["SMS\0"]}],
)
def test_what_is_not_on_the_list_changes_nothing(client, city, configured, wrong):
    client.force_login(city.land_clerk)
    answer = client.post(OWN, PLAIN | {"VISIT": ["SMS"]} | wrong)
    assert answer.status_code == 200
    assert not NoticePreference.objects.exists()
    assert 'name="VISIT" value="SMS" id="id_VISIT_1" checked' in answer.text, "what was chosen is kept"


def test_a_choice_for_a_channel_that_is_switched_off_today_stays(client, city, configured, settings):
    NoticePreference.objects.create(user=city.land_clerk, routes={"CASE": ["MAIL", "SMS"]}, changed_at=city.at)
    settings.CHANNELS = {"SMS": SMS}
    client.force_login(city.land_clerk)
    client.post(OWN, PLAIN | {"CASE": []})
    assert NoticePreference.objects.get().routes == {"CASE": ["MAIL"]}


def test_a_firm_is_offered_no_group_chat(client, city, configured):
    client.force_login(city.firm_user)
    assert "企业微信群" not in client.get(OWN).text
    assert client.post(OWN, PLAIN | {"CASE": ["WECOM"]}).status_code == 200
    assert not NoticePreference.objects.exists()


def test_a_mailbox_counts_once_its_link_was_opened_by_its_owner(client, city, configured):
    client.force_login(city.land_clerk)
    assert "确认信" in client.post("/me/mail", {"mail": "zhang@example.cn"}, follow=True).text
    letter = OutgoingMessage.objects.get()
    path = letter.text[letter.text.index("/me/mail/") :]
    assert preferences.addresses(fresh(city.land_clerk)) == {}
    other = type(client)()
    other.force_login(city.labour_clerk)
    assert other.post(path).status_code == 422
    assert client.get(path).status_code == 200
    assert preferences.addresses(fresh(city.land_clerk)) == {}, "opening it alone does nothing: mail programs do that"
    Recipient.objects.update(off_at=city.at, failures=3, reason="550")
    assert client.post(path, follow=True).status_code == 200
    assert preferences.addresses(fresh(city.land_clerk)) == {"MAIL": "zhang@example.cn"}
    assert Recipient.objects.get().off_at is None
    assert AuditEntry.objects.filter(act="确认通知邮箱", user=city.land_clerk).exists()


def fresh(user):
    return type(user).objects.get(pk=user.pk)


def test_an_old_or_changed_link_is_refused_in_words(client, city, configured):
    client.force_login(city.land_clerk)
    client.post("/me/mail", {"mail": "zhang@example.cn"})
    text = OutgoingMessage.objects.get().text
    path = text[text.index("/me/mail/") :]
    assert client.post(path + "x").status_code == 422
    client.post("/me/mail", {"mail": "li@example.cn"})
    assert "重新发一封" in client.post(path).text
    with time_machine.travel("2026-11-24 11:00 +0800"):
        client.force_login(city.land_clerk)
        assert "24 小时" in client.post(path).text


@pytest.mark.parametrize("wrong", ["zhang", "zhang@", "a@b\0.cn", "张@示例", "x" * 250 + "@example.cn"])
def test_a_wrong_mailbox_comes_back_with_a_sentence(client, city, configured, wrong):
    client.force_login(city.land_clerk)
    answer = client.post("/me/mail", {"mail": wrong})
    assert answer.status_code == 200
    assert not NoticePreference.objects.exists()
    assert not OutgoingMessage.objects.exists()


def test_no_mailbox_again(client, city, configured):
    NoticePreference.objects.create(
        user=city.land_clerk, routes={"CASE": ["MAIL"]}, mail="zhang@example.cn", mail_confirmed_at=city.at,
        changed_at=city.at,
    )  # fmt: skip
    client.force_login(city.land_clerk)
    client.post("/me/mail", {"mail": ""})
    assert preferences.addresses(fresh(city.land_clerk)) == {}
    assert NoticePreference.objects.get().routes == {"CASE": ["MAIL"]}


def test_a_first_mailbox_leaves_the_defaults_as_they_were(client, city, configured):
    client.force_login(city.land_clerk)
    client.post("/me/mail", {"mail": "zhang@example.cn"})
    assert preferences.wishes_of(fresh(city.land_clerk)).channels_for(NoticeKind.URGE) == {Channel.SMS}


def test_a_dead_address_is_said_on_ones_own_page(client, city, configured):
    city.land_clerk.phone = "13900005678"
    city.land_clerk.save()
    Recipient.objects.create(channel="SMS", address="13900005678", off_at=city.at, reason="停机")
    client.force_login(city.land_clerk)
    assert "短信发不到您，已停用：停机" in client.get(OWN).text


def test_the_administrator_sees_state_and_reasons_but_not_what_is_said(client, city, configured):
    city.land_clerk.phone = "13900005678"
    city.land_clerk.save()
    notices.notify([city.land_clerk], "case-event:1", "厂区供电", at=city.at, tone="near")
    hand_on(at=city.at)
    message(city, failure="短信网关说这个号码不对或已停机", user=city.land_clerk)
    client.force_login(city.sysadmin)
    for tab, words in (("waiting", "待发"), ("failed", "号码不对或已停机"), ("sent", "还没有发出过")):
        page = client.get(STATE, {"tab": tab}).text
        assert words in page
        assert "厂区供电" not in page
        assert "秘密的话" not in page
        assert "13900005678" not in page
    assert "139****5678" in client.get(STATE, {"tab": "failed"}).text
    assert client.get(STATE, {"tab": "\0", "page": "x"}).status_code == 200


def test_a_test_goes_to_oneself_and_into_the_log(client, city, configured):
    client.force_login(city.sysadmin)
    url = reverse("cadres:channel_test", args=["SMS"])
    assert "手机号" in client.post(url).text
    city.sysadmin.phone = "13900007777"
    city.sysadmin.save()
    assert client.post(url).status_code == 302
    row = OutgoingMessage.objects.get()
    assert (row.recipient.address, row.user) == ("13900007777", city.sysadmin)
    assert "139****7777" in AuditEntry.objects.get(act="试发消息").target
    for name in ("DINGTALK", "PIGEON"):
        assert client.post(reverse("cadres:channel_test", args=[name])).status_code == 422


def test_once_more_begins_anew_and_only_what_failed(client, city, configured):
    row = message(city)
    Recipient.objects.update(off_at=city.at, failures=3)
    client.force_login(city.sysadmin)
    url = reverse("cadres:message_resend", args=[row.pk])
    assert client.post(url).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.attempts, row.next_at) == (MessageState.WAITING, 0, city.at)
    assert row.recipient.off_at is None
    assert client.post(url).status_code == 409
    assert AuditEntry.objects.filter(act="重发消息").count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions(client, city, configured, rows, django_assert_num_queries):
    for number in range(rows):
        message(city, number, phone=f"1390000567{number}", user=city.people["land_clerk"])
    client.force_login(city.sysadmin)
    client.get(STATE, {"tab": "failed"})
    with django_assert_num_queries(12):
        client.get(STATE, {"tab": "failed"})
