"""给企业的政策摘要：一天一份、一件一次、宁静期攒着、自己能关（R-14、R-60）。"""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from cadres.models import Notice
from cadres.services.planning import set_quiet
from enterprises.models import Tag
from policies.enums import ConditionField, DigestKind, EventState, Operator
from policies.models import Digest, DigestLine, Entitlement, EventKind, MatchEvent, Participation, Policy
from policies.rules.matching import Condition
from policies.services import digests
from policies.services.digests import is_on, send_digests, switch
from policies.tasks import send_digests as task
from tests.policies.test_library import DAY, published
from zhuqi.kernel.errors import NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(city):
    with time_machine.travel(city.at, tick=False):
        yield


def fitting(city, title, *, firms=None, days=3, **more):
    tag, _ = Tag.objects.get_or_create(name=f"试点 {title}")
    for firm in firms or [city.firm]:
        firm.tags.add(tag)
    only = (Condition(ConditionField.TAG, Operator.IN, (tag.name,)),)
    on = city.today - days * DAY
    return published(city, title=title, number="", published_on=on, conditions=only, **more)


def invited(city, title="银企对接会", **more):
    kind = EventKind.objects.create(name=f"银企{MatchEvent.objects.count()}", measure="CREDIT")
    said = {"held_at": city.at + 5 * DAY, "state": EventState.OPEN} | more
    event = MatchEvent.objects.create(kind=kind, title=title, unit=city.land, place="行政中心", made_at=city.at, **said)
    return Participation.objects.create(event=event, enterprise=city.firm, invited_at=city.at)


def notices(city):
    return list(Notice.objects.filter(user=city.firm_user, key__startswith="digest:").order_by("pk"))


def test_new_fitting_policies_ending_ones_and_invitations_are_one_notice(city):
    fitting(city, "技改补助")
    fitting(city, "贴息", days=300, guide_until_on=city.today + 10 * DAY)
    invited(city)
    assert send_digests(at=city.at).sent == 1
    (notice,) = notices(city)
    assert notice.title == "1 项新政策可以享受，1 项申报快截止，1 场活动邀请"
    assert "技改补助" in notice.body
    assert notice.url == reverse("policies:digest", args=[Digest.objects.get().pk])
    assert sorted(DigestLine.objects.values_list("kind", flat=True)) == ["ENDING", "EVENT", "NEW"]
    assert Entitlement.objects.filter(enterprise=city.firm, told_at=city.at).count() == 2


def test_twice_and_the_next_day_say_nothing_again(city):
    fitting(city, "技改补助")
    assert [send_digests(at=city.at + n * timedelta(hours=6)).sent for n in (0, 1, 4)] == [1, 0, 0]
    assert len(notices(city)) == 1


def test_what_comes_later_the_same_day_waits_for_tomorrow(city):
    fitting(city, "技改补助")
    send_digests(at=city.at)
    fitting(city, "后来的")
    assert send_digests(at=city.at + timedelta(hours=3)).sent == 0
    assert send_digests(at=city.at + DAY).sent == 1
    assert notices(city)[-1].body.startswith("后来的")


def test_a_run_broken_off_half_way_is_finished_by_the_next(city):
    fitting(city, "技改补助", firms=[city.firm, city.other_firm])
    Digest.objects.create(enterprise=city.firm, made_on=city.today, made_at=city.at)
    assert send_digests(at=city.at).sent == 1
    assert Digest.objects.get(enterprise=city.other_firm).lines.count() == 1


@pytest.mark.parametrize(
    "more",
    [
        {"days": 61},
        {"expires_on": -1},
        {"guide_until_on": -1},
        {"effective_on": 5},
    ],
)
def test_what_is_old_expired_closed_or_not_yet_in_force_is_not_news(city, more):
    more = {name: value if name == "days" else city.today + value * DAY for name, value in more.items()}
    fitting(city, "技改补助", **more)
    assert send_digests(at=city.at).sent == 0


def test_an_event_past_full_signed_up_or_withdrawn_is_not_announced(city):
    invited(city, held_at=city.at - DAY)
    invited(city, sign_up_until_on=city.today - DAY)
    invited(city, state=EventState.CANCELLED)
    for name in ("signed_up_at", "withdrawn_at"):
        row = invited(city)
        Participation.objects.filter(pk=row.pk).update(**{name: city.at})
    assert send_digests(at=city.at).sent == 0


def test_only_fitting_firms_with_an_account_are_told(city):
    fitting(city, "技改补助", firms=[city.other_firm])
    city.other_firm_user.is_active = False
    city.other_firm_user.save()
    assert send_digests(at=city.at).sent == 0
    assert not DigestLine.objects.exists()


def test_a_quiet_period_holds_it_back_and_it_is_told_afterwards(city):
    set_quiet(city.firm, period=(city.today, city.today + 80 * DAY), actor=city.firm_user, at=city.at)
    fitting(city, "技改补助", days=0)
    held = send_digests(at=city.at)
    assert (held.sent, held.held) == (0, 1)
    assert not Entitlement.objects.exists()
    after = city.at + 81 * DAY
    assert send_digests(at=after).sent == 1
    assert Entitlement.objects.get().told_at == after


def test_the_firm_switches_it_off_and_on(city):
    switch(city.firm, on=False, actor=city.firm_user, at=city.at)
    fitting(city, "技改补助")
    assert send_digests(at=city.at).sent == 0
    switch(city.firm, on=True, actor=city.firm_user, at=city.at)
    assert is_on(city.firm)
    assert send_digests(at=city.at).sent == 1
    for other in (city.other_firm_user, city.clerk, city.cadre):
        with pytest.raises(NotPermitted):
            switch(city.firm, on=False, actor=other, at=city.at)


def test_the_task_rests_on_days_off(city):
    fitting(city, "技改补助")
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):  # a Sunday
        assert task() == {"sent": 0, "held": 0}
    assert task() == {"sent": 1, "held": 0}


@pytest.mark.parametrize("count", [1, 3])
def test_however_many_firms_have_nothing_to_hear_the_questions_are_the_same(city, django_assert_num_queries, count):
    for n in range(count):
        fitting(city, f"补助 {n}", firms=[city.firm, city.other_firm])
    send_digests(at=city.at)
    with django_assert_num_queries(16):
        send_digests(at=city.at + DAY)


# --- 页面 ------------------------------------------------------------------------------------------------------------
def test_the_firm_reads_them_and_opens_one_from_the_notice(client, city):
    fitting(city, "技改补助", card="设备投资满 500 万元，补 8%。")
    invited(city)
    send_digests(at=city.at)
    client.force_login(city.firm_user)
    for url in (reverse("policies:digests"), notices(city)[0].url):
        said = client.get(url).content.decode()
        assert "技改补助" in said
        assert "银企对接会" in said
        assert "补 8%" in said
    assert "不收了" in client.get(reverse("policies:digests")).content.decode()
    assert reverse("policies:digests") in client.get(reverse("cadres:me")).content.decode()


def test_another_firms_does_not_exist_and_officials_have_no_such_page(client, city):
    fitting(city, "技改补助")
    send_digests(at=city.at)
    url = reverse("policies:digest", args=[Digest.objects.get().pk])
    for person, code in ((city.other_firm_user, 404), (city.clerk, 403), (city.cadre, 403)):
        client.force_login(person)
        assert client.get(url).status_code == code


def test_the_switch_on_the_page(client, city):
    client.force_login(city.firm_user)
    for said, on in (("0", False), ("1", True), ("x\x00", False)):
        answer = client.post(reverse("policies:digest_switch"), {"on": said}, follow=True)
        assert answer.status_code == 200
        assert is_on(city.firm) is on
    assert "还没有通知" in client.get(reverse("policies:digests")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_for_one_and_three(client, city, django_assert_num_queries, count):
    for n in range(count):
        fitting(city, f"补助 {n}")
        send_digests(at=city.at + n * DAY)
    assert Policy.objects.count() == Digest.objects.count() == count
    assert DigestLine.objects.filter(kind=DigestKind.NEW).count() == count
    client.force_login(city.firm_user)
    with django_assert_num_queries(12):
        client.get(reverse("policies:digests"))


def test_one_told_by_another_worker_meanwhile_does_not_stop_the_others(city):
    fitting(city, "技改补助", firms=[city.firm, city.other_firm])
    Digest.objects.create(enterprise=city.other_firm, made_on=city.today, made_at=city.at)
    waiting = digests._waiting(city.today, at=city.at)  # what this worker had read before the other wrote
    people = digests._people(waiting)
    assert digests._send(sorted(waiting.items()), people, at=city.at) == 1
    assert Notice.objects.filter(key__startswith="digest:").count() == 1
    assert DigestLine.objects.count() == 1
