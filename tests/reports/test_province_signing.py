"""签名：照约定里的样例一字不差；时间窗前后五分钟（R-65）。"""

from datetime import UTC, datetime, timedelta

import pytest

from reports.province import signing
from tests.province_server.__main__ import CONTRACT

AT = datetime.fromtimestamp(1764035400, tz=UTC)
STAMP = signing.Stamp(AT, "n1")


def test_the_example_of_the_contract_comes_out():
    made = signing.sign(signing.canonical("post", "/v1/steps", STAMP, b"{}"), "secret")
    assert made in CONTRACT.read_text()


def test_an_empty_body_has_the_digest_of_nothing():
    assert signing.sm3(b"") == "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"


@pytest.mark.parametrize(
    "changed",
    [
        {"method": "GET"},
        {"path": "/v1/step"},
        {"stamp": signing.Stamp(AT + timedelta(seconds=1), "n1")},
        {"stamp": signing.Stamp(AT, "n2")},
        {"body": b"{} "},
        {"status": 200},
    ],
)
def test_whatever_is_changed_the_signature_no_longer_fits(changed):
    said = {"method": "POST", "path": "/v1/steps", "stamp": STAMP, "body": b"{}"}
    signature = signing.sign(signing.canonical(**said), "secret")
    assert signing.is_signed(signing.canonical(**said), signature, "secret")
    assert not signing.is_signed(signing.canonical(**said | changed), signature, "secret")
    assert not signing.is_signed(signing.canonical(**said), signature, "another")


@pytest.mark.parametrize(
    ("seconds", "fresh"),
    [
        (1764035400, True),
        (1764035400 - 300, True),
        (1764035400 + 300, True),
        (1764035400 - 301, False),
        (1764035400 + 301, False),
        ("", False),
        ("-1", False),
        ("昨天", False),
        ("9" * 400, False),
    ],
)
def test_five_minutes_either_way(seconds, fresh):
    assert signing.is_fresh(str(seconds), AT) is fresh
