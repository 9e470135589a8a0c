"""The adapters against real servers on this machine: what they send, and what they make of each answer."""

import hashlib
import hmac
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from urllib.parse import parse_qs, urlsplit

import pytest

from cadres.channels import Letter, Refused, Trouble, http
from cadres.channels.dingtalk import DingTalkRobot, signature
from cadres.channels.mail import Mail
from cadres.channels.sms import SmsGateway
from cadres.channels.wecom import WeComRobot
from tests.factories import SHANGHAI
from tests.outside import mail_server, provider

LETTER = Letter(
    "13900001234", "催办", "催办：厂区供电。", "https://zq.example.cn/cases/1", "zhuqi-7",
    datetime(2026, 11, 23, 10, tzinfo=SHANGHAI),
)  # fmt: skip


@pytest.fixture
def there():
    with provider() as found:
        yield found


@pytest.fixture
def gateway(there):
    return SmsGateway({"SMS_GATEWAY_URL": f"{there.url}/sms", "SMS_APP_ID": "zhuqi", "SMS_SECRET": "s3cret"})


def test_a_short_message_is_signed_over_its_body(there, gateway):
    assert gateway.send(LETTER) == "G-1"
    taken = there.taken[0]
    assert taken["json"] == {
        "id": "zhuqi-7",
        "phone": "13900001234",
        "text": "催办：厂区供电。 https://zq.example.cn/cases/1",
    }
    stamp = taken["headers"]["X-Timestamp"]
    said = f"{stamp}\nzhuqi-7\n{hashlib.sha256(taken['body']).hexdigest()}"
    assert taken["headers"]["X-Signature"] == hmac.new(b"s3cret", said.encode(), hashlib.sha256).hexdigest()
    assert (taken["headers"]["X-App-Id"], stamp) == ("zhuqi", str(int(LETTER.at.timestamp())))


@pytest.mark.parametrize("code", ["INVALID_PHONE", "UNSUBSCRIBED", "BLACKLISTED"])
def test_a_phone_that_cannot_be_reached_is_refused_for_good(there, gateway, code):
    there.usual = {"code": code}
    with pytest.raises(Refused):
        gateway.send(LETTER)


@pytest.mark.parametrize(
    ("answer", "words", "after"),
    [
        (500, "HTTP 500", 0),
        ((302, {"Location": "http://127.0.0.1:1/elsewhere"}, ""), "HTTP 302", 0),
        ((429, {"Retry-After": "90"}, ""), "限流", 90),
        ((503, {"Retry-After": "Mon, 23 Nov 2026 10:00:00 GMT"}, ""), "限流", 0),
        ({"code": "BUSY"}, "BUSY", 0),
        ((200, {}, "<html>"), "看不懂", 0),
        ((200, {}, [1]), "看不懂", 0),
        ((200, {}, "x" * 100_000), "太长", 0),
        ("hang", "规定时间", 0),
    ],
)
def test_whatever_else_goes_wrong_is_tried_again(there, gateway, monkeypatch, answer, words, after):
    monkeypatch.setattr(http, "TIMEOUTS", (0.5, 0.3))
    there.answers.append(answer)
    with pytest.raises(Trouble) as trouble:
        gateway.send(LETTER)
    assert words in str(trouble.value)
    assert trouble.value.after == after
    assert len(there.taken) == 1, "no redirect is followed, nothing is tried twice here"


def test_nobody_there_is_said_without_the_address_or_its_key():
    robot = WeComRobot({"WECOM_WEBHOOK_URL": "http://127.0.0.1:1/send?key=SECRET"})
    with pytest.raises(Trouble) as trouble:
        robot.send(LETTER)
    assert str(trouble.value) == "连不上对方的服务器"
    assert trouble.value.__suppress_context__


def test_wecom_names_the_person_in_the_group(there):
    robot = WeComRobot({"WECOM_WEBHOOK_URL": f"{there.url}/send?key=K"})
    assert robot.send(LETTER) == ""
    assert there.taken[0]["path"] == "/send?key=K"
    assert there.bodies[0]["text"]["mentioned_mobile_list"] == ["13900001234"]
    for code, words in ((45009, "限流"), (93000, "WECOM_WEBHOOK_URL"), (40001, "40001")):
        there.answers.append({"errcode": code})
        with pytest.raises(Trouble, match=words):
            robot.send(LETTER)


def test_dingtalk_signs_time_and_secret(there):
    robot = DingTalkRobot({"DINGTALK_WEBHOOK_URL": f"{there.url}/robot/send?access_token=T", "DINGTALK_SECRET": "SEC1"})
    assert robot.send(LETTER) == ""
    asked = parse_qs(urlsplit(there.taken[0]["path"]).query)
    stamp = asked["timestamp"][0]
    assert stamp == str(int(LETTER.at.timestamp() * 1000))
    assert asked["sign"] == [signature("SEC1", stamp)]
    assert asked["access_token"] == ["T"]
    assert there.bodies[0]["at"] == {"atMobiles": ["13900001234"], "isAtAll": False}
    for code, words in ((310000, "DINGTALK_SECRET"), (410100, "限流"), (300001, "300001")):
        there.answers.append({"errcode": code})
        with pytest.raises(Trouble, match=words):
            robot.send(LETTER)


def test_the_signature_of_dingtalk_is_the_published_one():
    # Reckoned with openssl: printf '1700000000000\nSECabc' | openssl dgst -sha256 -hmac SECabc -binary | base64
    assert signature("SECabc", "1700000000000") == "jcUpW0QmtKduN03n4JqQ0PBosVjqnM8gU7fIIvsDmCM="


def mail(port):
    return Mail({
        "MAIL_HOST": "127.0.0.1", "MAIL_PORT": port, "MAIL_SECURITY": "none", "MAIL_USER": "", "MAIL_PASSWORD": "",
        "MAIL_FROM": "万人助企 <zhuqi@example.cn>",
    })  # fmt: skip


def to(address, **more):
    return Letter(
        address, more.get("title", "催办：厂区供电"), "请签收。", "https://zq.example.cn/", "zhuqi-7", LETTER.at
    )


def test_a_letter_says_that_a_machine_wrote_it_and_keeps_its_number():
    with mail_server() as box:
        number = mail(box.port).send(to("zhang@example.cn", title="催办\r\nBcc: elsewhere@example.cn"))
    letter = message_from_bytes(box.letters[0].encode())
    assert number == letter["Message-ID"] == "<zhuqi-7@example.cn>"
    assert (letter["Auto-Submitted"], letter["Precedence"]) == ("auto-generated", "bulk")
    assert letter["Bcc"] is None
    assert str(make_header(decode_header(letter["Subject"]))) == "催办 Bcc: elsewhere@example.cn"
    assert "请签收。" in letter.get_payload(decode=True).decode()


def test_a_mailbox_that_is_not_there_is_refused_one_that_is_full_is_tried_again():
    with mail_server() as box:
        box.refuse = {"gone@example.cn": 550, "full@example.cn": 452}
        with pytest.raises(Refused, match="550"):
            mail(box.port).send(to("gone@example.cn"))
        with pytest.raises(Trouble, match="452"):
            mail(box.port).send(to("full@example.cn"))
    with pytest.raises(Trouble, match="连不上"):
        mail(box.port).send(to("zhang@example.cn"))
    assert box.letters == []
