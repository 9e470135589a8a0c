"""Addresses that cannot be reached, links handed over by hand, groups and mailboxes: what gets there, and what is said."""

import pytest

from cadres.enums import Channel, NoticeKind
from cadres.models import OutgoingMessage, Recipient, ShortMessage
from cadres.rules.telling import DEFAULT_ROUTES
from cadres.services import preferences
from tests.cadres.messages import DAY, MINUTE, PHONE, choose, go, states, tell
from tests.outside import mail_server, provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def there():
    with provider() as found:
        yield found


@pytest.fixture(autouse=True)
def _gateway(settings, there):
    settings.PORTAL_URL = "https://zq.example.cn"
    settings.CHANNELS = {"SMS": {"SMS_GATEWAY_URL": there.url, "SMS_APP_ID": "zhuqi", "SMS_SECRET": "s"}}


@pytest.fixture
def clerk(city):
    city.land_clerk.phone = PHONE
    city.land_clerk.save()
    return city.land_clerk


def test_an_address_that_is_refused_is_switched_off_and_its_owner_told_inside_only(city, clerk, there):
    there.usual = {"code": "INVALID_PHONE"}
    choose(clerk)
    for number in range(5):
        tell(clerk, number, at=city.at)
    go(city.at)
    go(city.at + MINUTE)
    assert len(there.taken) == 3
    said = clerk.notices.get(key__startswith="address-off:")
    assert said.title == "短信发不到您，已停用"
    assert "139****5678" in said.body
    assert not OutgoingMessage.objects.filter(notice=said).exists(), "no echo"
    assert states() == ["DROPPED", "DROPPED", "FAILED", "FAILED", "FAILED"]


def test_one_that_gets_through_wipes_the_slate(city, clerk, there):
    there.answers.extend([{"code": "INVALID_PHONE"}, {"code": "INVALID_PHONE"}, {"code": 0}, {"code": "INVALID_PHONE"}])
    for number in range(4):
        tell(clerk, number, at=city.at)
    go(city.at)
    row = Recipient.objects.get()
    assert (row.failures, row.off_at) == (1, None)


def test_a_link_sent_is_marked_sent_one_handed_over_is_not_sent(city, there):
    sent, handed, broken = (
        ShortMessage.objects.create(key=f"rating:{n}", phone=f"1390000000{n}", text=f"请评价 {n}", created_at=city.at)
        for n in range(3)
    )
    late = city.at.replace(hour=23)
    go(late)  # in the night: made, and held
    ShortMessage.objects.filter(pk=handed.pk).update(sent_at=late)
    there.answers.extend([{"code": 0}, {"code": "INVALID_PHONE"}])
    morning = (late + DAY).replace(hour=7, minute=0)
    go(morning)
    assert [body["text"] for body in there.bodies] == ["请评价 0", "请评价 2"]
    for row in (sent, handed, broken):
        row.refresh_from_db()
    assert (sent.sent_at, handed.sent_at) == (morning, late)
    assert (broken.sent_at, broken.failure) == (None, "短信网关说这个号码不对或已停机")


def test_a_group_hears_how_many_and_of_which_kind_and_nothing_else(city, clerk, there, settings):
    settings.CHANNELS = {"WECOM": {"WECOM_WEBHOOK_URL": f"{there.url}/send?key=K"}}
    choose(clerk, channels=(Channel.WECOM,))
    tell(clerk, 1, at=city.at)
    choose(city.firm_user, channels=(Channel.WECOM,))
    city.firm_user.phone = "13900009999"
    city.firm_user.save()
    tell(city.firm_user, 2, at=city.at)
    go(city.at)
    assert len(there.taken) == 1, "firms are in no government group"
    said = there.bodies[0]["text"]
    assert said["mentioned_mobile_list"] == [PHONE]
    assert "第 1 件" not in said["content"]
    assert "催办、问效和重办 1 条" in said["content"]


def test_mail_goes_to_a_mailbox_its_owner_confirmed(city, clerk, settings):
    with mail_server() as box:
        settings.CHANNELS = {"MAIL": {
            "MAIL_HOST": "127.0.0.1", "MAIL_PORT": box.port, "MAIL_SECURITY": "none", "MAIL_USER": "",
            "MAIL_PASSWORD": "", "MAIL_FROM": "zhuqi@example.cn",
        }}  # fmt: skip
        choose(clerk, channels=(Channel.MAIL,))
        preferences.ask_mail(clerk, "zhang@example.cn", at=city.at.replace(hour=23))
        clerk.refresh_from_db()
        tell(clerk, 1, at=city.at)
        go(city.at.replace(hour=23))  # asked for a moment ago: not held for the night
        assert len(box.letters) == 1
        preferences.confirm_mail(clerk, preferences._token(clerk, "zhang@example.cn"), by=clerk, at=city.at)
        clerk.refresh_from_db()
        tell(clerk, 2, at=city.at)
        go(city.at)
    assert len(box.letters) == 2
    assert all("To: zhang@example.cn" in letter for letter in box.letters)


def test_phones_stay_out_of_the_log(city, clerk, there, caplog):
    there.usual = {"code": "INVALID_PHONE"}
    tell(clerk, 1, at=city.at)
    with caplog.at_level("WARNING"):
        go(city.at)
    assert "139****5678" in caplog.text
    assert PHONE not in caplog.text


def test_defaults_are_a_copy_nobody_writes_into(city, clerk):
    preferences.choose(clerk, preferences.Wishes({}, None, 22, 7), at=city.at)
    assert DEFAULT_ROUTES == {NoticeKind.URGE: (Channel.SMS,)}
    assert preferences.wishes_of(clerk).channels_for(NoticeKind.URGE) == frozenset()
