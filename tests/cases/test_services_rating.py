"""企业评价：链接、一次、15 天、没评就是没评、差评与二次差评、被要求给好评（R-28、R-29）。"""

import pytest

from cadres.models import ShortMessage
from cases.enums import Action, Clock, InquiryCause, TicketKind, TicketState, Tier
from cases.models import Deadline, Evaluation
from cases.services import Rating, evaluation_by_link, perform, rate, rating_link
from cases.services.enforcement import enforce
from tests.cases import situations, steps
from tests.cases.steps import ALL_TICKS, DAY, evidence, instant
from zhuqi.kernel.errors import Conflict, DomainError

pytestmark = pytest.mark.django_db


def token_of(evaluation):
    return rating_link(evaluation).rstrip("/").rsplit("/", 1)[-1]


def running(case):
    return {row.clock: f"{row.due_on:%m-%d}" for row in Deadline.objects.running().filter(case=case)}


def again(city, case, at=None):
    """重办、再送评价。"""
    at = at or city.at
    case = perform(case, Action.SUBMIT, actor=city.land_clerk, at=at, note="重办了。", outcome="A", files=[evidence()])
    return perform(case, Action.PASS_REVIEW, actor=city.clerk, at=at, ticks=ALL_TICKS)


def test_the_link_goes_to_the_firms_registered_contact(city):
    case = steps.rating(city, city.at)
    row, contact = case.evaluations.get(), city.firm.contacts.get()
    assert f"{row.expires_on:%m-%d}" == "12-08"
    assert contact.phone in row.sent_to
    sms = ShortMessage.objects.get()
    assert (sms.phone, f"http://127.0.0.1:8000{rating_link(row)} " in sms.text) == (contact.phone, True)
    assert running(case) == {"RATE": "12-08"}


def test_the_link_opens_once(city):
    row = steps.rating(city, city.at).evaluations.get()
    assert evaluation_by_link(token_of(row), today=row.expires_on) == row
    case = rate(row, Rating(4, is_real=True, comment=" 谢谢 "), at=city.at)
    row.refresh_from_db()
    assert (row.satisfaction, row.is_real, row.comment, row.rated_at) == (4, True, "谢谢", city.at)
    assert (case.status, case.closed_at, running(case)) == ("CLOSED", city.at, {})
    with pytest.raises(Conflict, match="已经评价过"):
        evaluation_by_link(token_of(row), today=city.today)
    with pytest.raises(Conflict):
        rate(row, Rating(1), at=city.at)
    row.refresh_from_db()
    assert row.satisfaction == 4


def test_unknown_and_tampered_links_are_refused_alike(city):
    row = steps.rating(city, city.at).evaluations.get()
    good = token_of(row)
    nonce, seal = good.rsplit(".", 1)
    forged = "x" * 32 + good[len(row.nonce) :]
    other = "y" if nonce.endswith("z") else "z"
    for wrong in ("", "x", good[:-1], good + "A", f"{nonce[:-1]}{other}.{seal}", forged, nonce, "评价"):
        with pytest.raises(DomainError, match="链接不对"):
            evaluation_by_link(wrong, today=city.today)
    row.delete()
    with pytest.raises(DomainError, match="链接不对"):
        evaluation_by_link(good, today=city.today)


def test_an_expired_link_says_so_and_counts_as_unrated_never_as_satisfied(city):
    case = steps.rating(city, city.at)
    row = case.evaluations.get()
    assert evaluation_by_link(token_of(row), today=instant("2026-12-08 23:00").date())
    with pytest.raises(DomainError, match="12 月 8 日过期"):
        evaluation_by_link(token_of(row), today=instant("2026-12-09 00:00").date())
    with pytest.raises(DomainError):
        rate(row, Rating(5), at=instant("2026-12-09 08:00"))
    enforce(at=instant("2026-12-09 09:00"))
    case.refresh_from_db()
    row.refresh_from_db()
    assert (case.status, case.closed_at) == ("CLOSED", instant("2026-12-09 09:00"))
    assert (row.satisfaction, row.rated_at, row.lapsed_at) == (None, None, instant("2026-12-09 09:00"))
    assert case.events.last().kind == Action.LAPSE_RATING
    with pytest.raises(DomainError, match="过期"):
        evaluation_by_link(token_of(row), today=city.today)


@pytest.mark.parametrize("wrong", [Rating(0), Rating(6), Rating(5, comment="长" * 301)])
def test_a_wrong_rating_is_refused_and_the_link_stays_good(city, wrong):
    row = steps.rating(city, city.at).evaluations.get()
    with pytest.raises(DomainError):
        rate(row, wrong, at=city.at)
    assert evaluation_by_link(token_of(row), today=city.today)


def test_a_bad_rating_goes_back_to_the_same_unit_with_call_back_and_redo(city):
    case = situations.badly_rated(city)
    assert (case.status, case.lead, case.bad_rating_count, case.outcome) == ("HANDLING", city.land, 1, "")
    assert running(case) == {"CALL_BACK": "11-24", "REDO": "11-30"}
    assert Deadline.objects.get(case=case, clock=Clock.CALL_BACK).holder == case.office
    case = perform(case, Action.CALL_BACK, actor=city.clerk, at=city.at, note="嫌慢。")
    row = case.evaluations.get()
    assert (row.called_back_by, row.call_back_note, set(running(case))) == (city.clerk, "嫌慢。", {"REDO"})
    with pytest.raises(DomainError, match="没有等待回访"):
        perform(case, Action.CALL_BACK, actor=city.clerk, at=city.at, note="再访。")


def test_the_first_link_does_not_open_the_second_rating(city):
    case = situations.badly_rated(city)
    first = case.evaluations.get()
    again(city, case)
    with pytest.raises(Conflict):
        evaluation_by_link(token_of(first), today=city.today)


def test_a_missed_redo_is_urged(city):
    case = situations.badly_rated(city)
    enforce(at=instant("2026-12-01 09:00"))
    urge = case.tickets.get(kind=TicketKind.URGE)
    assert [line["clock"] for line in urge.body["missed"]] == ["重新办理"]


def test_a_second_bad_rating_raises_the_tier_and_drafts_one_inquiry(city):
    case = rate(again(city, situations.badly_rated(city)).evaluations.get(rated_at=None), Rating(2), at=city.at)
    assert (case.bad_rating_count, case.tier) == (2, Tier.COMPLEX)
    assert not case.tickets.filter(kind=TicketKind.INQUIRY).exists()
    enforce(at=instant("2026-11-24 09:00"))
    inquiry = case.tickets.get(kind=TicketKind.INQUIRY)
    assert (inquiry.cause, inquiry.state, inquiry.number) == (InquiryCause.SECOND_BAD_RATING, TicketState.DRAFT, None)
    enforce(at=instant("2026-11-25 09:00"))
    assert case.tickets.filter(kind=TicketKind.INQUIRY).count() == 1


def test_the_ledger_tells_nobody_the_grade_the_words_or_the_pressure(city):
    case = steps.rating(city, city.at)
    rate(case.evaluations.get(), Rating(3, comment="一般", was_pressured=True), at=city.at)
    event = case.events.get(kind=Action.RATE)
    assert (event.note, event.data, event.actor_label) == ("", {}, city.firm.name)
    assert Evaluation.objects.get().was_pressured


def test_a_firm_without_a_contact_still_gets_its_page(city):
    city.firm.contacts.all().delete()
    row = steps.rating(city, city.at).evaluations.get()
    assert row.sent_to == ""
    assert not ShortMessage.objects.exists()
    assert rate(row, Rating(5), at=city.at + DAY, actor=city.firm_user).status == "CLOSED"
