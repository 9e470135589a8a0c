"""回头看的页面：名单、去看的人填的一页、改派、电话、怎么抽的（R-30、R-73）。"""

import pytest
import time_machine
from django.urls import reverse

from cadres.models import AuditEntry
from cases.models import Case, LookBack, LookBackDraw
from cases.services.look_back_duty import tend
from cases.services.look_backs import record
from tests.cases.looking_back import DUE_AT, FALSE, REAL, assigned, closed, drawn, everything, looked
from tests.cases.steps import instant

pytestmark = pytest.mark.django_db
NOW = instant("2026-11-16 10:00")
SAID = {"mode": "PHONE", "result": "REAL", "account": "厂长说设备已进场。", "remains": "", "try_on": "", "tries": "0"}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def mine(city):
    """派给禹州之外一名干部的一次：他不联系这家企业。"""
    row = assigned(city)
    row.assignee = city.other_cadre
    row.save()
    return row


def page(client, user, url, *args, **query):
    client.force_login(user)
    answer = client.get(reverse(url, args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_cadre_finds_it_on_today_and_records_it(client, city, mine):
    assert mine.case.title in page(client, city.other_cadre, "cases:today")
    assert mine.case.title in page(client, city.other_cadre, "cases:look_backs")
    shown = page(client, city.other_cadre, "cases:look_back", mine.pk)
    assert mine.case.description in shown
    assert "已办好，企业确认。" in shown  # what the unit claimed
    answer = client.post(reverse("cases:look_back", args=[mine.pk]), SAID, follow=True)
    assert "已记录：属实" in answer.content.decode()
    assert LookBack.objects.get(pk=mine.pk).checked_by == city.other_cadre
    assert mine.case.title not in page(client, city.other_cadre, "cases:today")
    assert mine.case.title in page(client, city.other_cadre, "cases:look_backs", tab="mine_done")


def test_the_page_shows_neither_the_rating_nor_why(client, city):
    row = assigned(city, stars=3)
    Case.objects.filter(pk=row.case_id).update(bad_rating_count=1)
    LookBack.objects.update(reason="BAD_RATING", assignee=city.other_cadre)
    shown = page(client, city.other_cadre, "cases:look_back", row.pk)
    for word in ("基本满意", "差评", "抽中", "重大"):
        assert word not in shown
    assert "有过差评" not in page(client, city.other_cadre, "cases:look_backs")


def test_the_number_is_masked_until_asked_for_and_logged(client, city, mine):
    contact = city.firm.contacts.get()
    assert contact.phone not in page(client, city.other_cadre, "cases:look_back", mine.pk)
    url = reverse("cases:look_back_phone", args=[mine.pk, contact.pk])
    assert contact.phone in client.post(url).content.decode()
    fragment = client.post(url, headers={"HX-Request": "true"}).content.decode()
    assert contact.phone in fragment
    assert "<html" not in fragment
    assert AuditEntry.objects.filter(user=city.other_cadre, reason="回头看核实").count() == 2
    assert client.post(reverse("cases:look_back_phone", args=[mine.pk, 999999])).status_code == 404


def test_the_unit_its_cadre_and_the_firm_see_nothing(client, city, mine):
    for name in ("land_head", "land_clerk", "firm_user", "auditor", "lane_officer"):
        client.force_login(getattr(city, name))
        for url in (reverse("cases:look_backs"), reverse("cases:look_back", args=[mine.pk])):
            assert client.get(url).status_code == 403
    client.force_login(city.cadre)  # the firm's own
    assert client.get(reverse("cases:look_back", args=[mine.pk])).status_code == 404
    assert mine.case.title not in client.get(reverse("cases:look_backs")).content.decode()
    record(mine, REAL, tries=0, actor=city.other_cadre, at=DUE_AT)
    for name, is_shown in (
        ("land_clerk", False),
        ("cadre", False),
        ("firm_user", False),
        ("clerk", True),
        ("leader", True),
    ):
        shown = page(client, getattr(city, name), "cases:detail", mine.case_id)
        assert ("回头看（30 天，电话）属实" in shown) == is_shown, name


def test_after_a_false_closure_the_unit_reads_what_is_left_not_who_said_so(client, city, mine):
    record(mine, FALSE, tries=0, actor=city.other_cadre, at=DUE_AT)
    for name in ("land_clerk", "firm_user", "cadre"):
        shown = page(client, getattr(city, name), "cases:detail", mine.case_id)
        assert "把规划调整批复办下来" in shown
        assert city.other_cadre.name not in shown
        assert FALSE.account not in shown


def test_what_was_wrong_comes_back_filled_in(client, city, mine):
    client.force_login(city.other_cadre)
    url = reverse("cases:look_back", args=[mine.pk])
    answer = client.post(url, SAID | {"result": "FALSE", "account": "现场没有施工"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "请写一句还要办什么" in shown
    assert "现场没有施工" in shown
    for bad in ({"tries": "x"}, {"mode": "X"}, {"result": "X"}, {"try_on": "昨天"}, {"account": ""}, {"tries": ""}):
        assert client.post(url, SAID | bad).status_code == 422
    assert LookBack.objects.get(pk=mine.pk).checked_at is None


def test_a_page_that_grew_old_keeps_what_was_typed(client, city, mine):
    client.force_login(city.other_cadre)
    url = reverse("cases:look_back", args=[mine.pk])
    client.post(url, SAID)
    again = client.post(url, SAID | {"account": "又打了一次"})
    assert again.status_code == 409
    assert "又打了一次" in again.content.decode()
    assert LookBack.objects.get(pk=mine.pk).account == "厂长说设备已进场。"


def test_moved_away_meanwhile_it_is_nobodys_page(client, city, mine):
    LookBack.objects.update(assignee=city.supervisor)
    client.force_login(city.other_cadre)
    assert client.post(reverse("cases:look_back", args=[mine.pk]), SAID).status_code == 404


def test_unreached_twice_by_one_click_counts_once(client, city, mine):
    client.force_login(city.other_cadre)
    said = SAID | {"result": "UNREACHED", "account": "无人接听", "try_on": "2026-11-18"}
    url = reverse("cases:look_back", args=[mine.pk])
    assert client.post(url, said).status_code == 302
    assert client.post(url, said).status_code == 409
    assert LookBack.objects.get(pk=mine.pk).tries == 1
    assert "1 次没联系上，11-18 再试" in page(client, city.other_cadre, "cases:look_backs")


def test_the_tabs_of_those_who_oversee(client, city):
    everything(city)
    row = looked(city)
    closed(city, at=instant("2026-10-20 10:00"))
    shown = page(client, city.director, "cases:look_backs", tab="done")
    assert row.case.title in shown
    assert "抽中" in shown  # after it was looked at the reason may be read
    later = page(client, city.leader, "cases:look_backs", tab="later")
    assert "到日子再派" in later
    for tab in ("mine", "due", "late", "false", "cancelled", "nonsense"):
        page(client, city.supervisor, "cases:look_backs", tab=tab)


def test_an_unassigned_one_says_so(client, city):
    drawn(city)
    city.supervisor.is_active = city.county_clerk.is_active = city.other_cadre.is_active = False
    for one in (city.county_clerk, city.other_cadre, city.supervisor):
        one.save()
    tend(at=DUE_AT)
    assert "没有合适的人" in page(client, city.director, "cases:look_backs", tab="due")
    assert "没有合适的人" in page(client, city.director, "cases:look_back", LookBack.objects.get(round=30).pk)


def test_only_the_director_moves_it(client, city, mine):
    url = reverse("cases:look_back_reassign", args=[mine.pk])
    assert "改派" in page(client, city.director, "cases:look_back", mine.pk)
    assert client.post(url, {"reason": ""}).status_code == 422
    answer = client.post(url, {"reason": "本人休假"}, follow=True)
    assert "已改派，由" in answer.content.decode()
    assert LookBack.objects.get(pk=mine.pk).assignee != city.other_cadre
    for name in ("clerk", "county_director"):
        client.force_login(getattr(city, name))
        assert client.post(url, {"reason": "换"}).status_code == 403


def test_how_the_month_was_drawn(client, city):
    drawn(city)
    made = LookBackDraw.objects.get()
    assert made.seed in page(client, city.clerk, "cases:look_back_draws")
    shown = page(client, city.supervisor, "cases:look_back_draw", made.pk)
    assert made.seed in shown
    assert "与存下的一样" in shown
    assert "魏都区" in shown
    LookBackDraw.objects.update(seed="other", share=1)
    client.force_login(city.county_clerk)
    assert client.get(reverse("cases:look_back_draws")).status_code == 403
    assert client.get(reverse("cases:look_back_draw", args=[made.pk])).status_code == 404


def test_with_no_draw_at_all_the_pages_say_what_comes(client, city):
    assert "还没有抽过" in page(client, city.clerk, "cases:look_back_draws")
    assert "到了日子的由系统按种子派人" in page(client, city.other_cadre, "cases:look_backs")


@pytest.mark.parametrize(("rows", "queries"), [(1, 13), (3, 13)])
def test_the_list_costs_the_same_for_one_row_and_three(client, city, django_assert_num_queries, rows, queries):
    everything(city)
    for _ in range(rows - 1):
        closed(city)
    assigned(city)
    client.force_login(city.leader)
    with django_assert_num_queries(queries):
        answer = client.get(reverse("cases:look_backs"), {"tab": "due"})
    assert answer.content.decode().count("第 30 天看") == rows


@pytest.mark.parametrize(("rows", "queries"), [(1, 14), (3, 14)])
def test_the_draws_cost_the_same_for_one_month_and_three(client, city, django_assert_num_queries, rows, queries):
    for number in range(rows):
        LookBackDraw.objects.create(month=f"2026-0{number + 1}-01", seed="5eed", share=20, drawn_at=NOW)
    client.force_login(city.clerk)
    with django_assert_num_queries(queries):
        answer = client.get(reverse("cases:look_back_draws"))
    assert answer.content.decode().count("5eed") == rows
