"""R-70, the part that lies around every view: idle sign-out, first password, lock-out, what a password must be."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests.factories.people import PASSWORD, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.project.doors")]
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/inbox?tab=sign"}


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as travel:
        yield travel


def minutes(count):
    return START.timestamp() + count * 60


def test_thirty_minutes_without_an_act_end_the_session(client, clock):
    client.force_login(UserFactory())
    assert client.get("/page").status_code == 200
    clock.move_to(minutes(29))
    assert client.get("/page").status_code == 200
    clock.move_to(minutes(29 + 29))
    assert client.get("/page").status_code == 200
    clock.move_to(minutes(29 + 29 + 31))
    assert client.get("/page")["Location"] == "/login?next=/page"


def test_a_page_refreshing_itself_is_not_an_act(client, clock):
    client.force_login(UserFactory())
    client.get("/page")
    clock.move_to(minutes(20))
    assert client.get("/page", headers={"X-Poll": "1"}).status_code == 200
    clock.move_to(minutes(31))
    assert client.get("/page").status_code == 302


def test_acting_writes_the_session_at_most_once_a_minute(client, clock, django_assert_num_queries):
    client.force_login(UserFactory())
    client.get("/page")
    clock.move_to(minutes(0.5))
    with django_assert_num_queries(2):  # the session and the person, nothing written
        client.get("/page")


def test_htmx_after_the_end_goes_to_the_sign_in_page_as_a_whole(client):
    answer = client.post("/page", headers=HTMX)
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/login?next=/inbox%3Ftab%3Dsign"


def test_the_first_password_must_be_changed_before_anything_else(client):
    client.force_login(UserFactory(must_change_password=True))
    assert client.get("/page")["Location"] == "/pw"
    assert client.get("/pw").status_code == 200
    assert client.get("/logout").status_code == 200
    assert client.post("/page", headers=HTMX)["HX-Redirect"] == "/pw"


def test_five_failures_lock_for_thirty_minutes_and_say_so(client, clock):
    person = UserFactory()
    right, wrong = {"username": person.username, "password": PASSWORD}, {"username": person.username, "password": "x"}
    for _ in range(4):
        assert client.post("/login", wrong).content == b"wrong"
    locked = client.post("/login", wrong)
    assert locked.status_code == 429
    assert "锁定 30 分钟" in locked.content.decode()
    assert client.post("/login", right).status_code == 429
    clock.move_to(minutes(31))
    assert client.post("/login", right).content == b"in"


def test_a_lock_concerns_one_name_from_one_address(client):
    person, other = UserFactory(), UserFactory()
    for _ in range(5):
        client.post("/login", {"username": person.username, "password": "x"})
    assert client.post("/login", {"username": other.username, "password": PASSWORD}).content == b"in"
    elsewhere = client.post("/login", {"username": person.username, "password": PASSWORD}, REMOTE_ADDR="10.1.1.9")
    assert elsewhere.content == b"in"


@pytest.mark.parametrize(
    ("password", "fits"),
    [
        ("Abcdef-123", True),
        ("abcdef-123", True),
        ("Zhuqiban123", True),
        ("Abcde-123", False),  # 9 characters
        ("abcdefghij1", False),  # two classes
        ("ABCDEFGHIJKL", False),
        ("Password123", False),  # everybody's
        ("密码密码密码密码a1", True),
    ],
)
def test_what_a_password_must_be(password, fits):
    try:
        validate_password(password, UserFactory.build(username="zhanghua", name="张华"))
    except ValidationError:
        assert not fits
    else:
        assert fits


def test_the_last_five_passwords_are_not_taken_again():
    person = UserFactory()
    used = [f"Nummer-{n}-abc" for n in range(6)]
    for password in used:
        person.set_password(password)
        person.save()
    for password in used[1:]:
        with pytest.raises(ValidationError, match="最近 5 次"):
            validate_password(password, person)
    validate_password(used[0], person)
    assert person.password_history.count() == 5
