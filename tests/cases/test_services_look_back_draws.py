"""R-30: the month's draw – once, with its seed, and anybody can draw it again."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cases.enums import LookBackReason, Tier
from cases.models import Arrears, Case, CaseEvent, LookBack, LookBackDraw
from cases.services import perform
from cases.services.look_back_draws import draw_month, missing_months, verify
from cases.tasks import draw_look_backs
from tests.cases.looking_back import CLOSED_AT, DRAWN_AT, OCTOBER, SEED, closed, drawn, everything
from tests.cases.steps import instant
from tests.factories import CaseFactory, CategoryFactory
from zhuqi.kernel.errors import DomainError

pytestmark = pytest.mark.django_db


def many(city, number, **more):
    """Closed rows with the line of the ledger that closed them."""
    made = []
    for n in range(number):
        values = {
            "enterprise": city.firm if n % 2 else city.other_firm, "office": city.office, "lead": city.land,
            "category": city.categories["land" if n % 3 else "labour"], "status": "CLOSED", "closed_at": CLOSED_AT,
        } | more  # fmt: skip
        values["region"] = values["enterprise"].region
        case = CaseFactory(**values)
        CaseEvent.objects.create(
            case=case, kind="rate", at=values["closed_at"], actor_label="系统", status_after="CLOSED"
        )
        made.append(case)
    return made


def test_a_drawn_case_is_looked_at_twice_on_working_days(city):
    case = drawn(city)
    rows = LookBack.objects.filter(case=case).order_by("round")
    assert [(row.round, row.due_on, row.until_on) for row in rows] == [
        (30, date(2026, 11, 13), date(2026, 11, 27)),
        (90, date(2027, 1, 12), date(2027, 1, 26)),
    ]
    assert {(row.unit, row.closed_at, row.reason, row.assignee) for row in rows} == {
        (city.land, CLOSED_AT, LookBackReason.DRAWN, None)
    }


def test_a_day_off_moves_to_the_next_working_day_and_a_late_draw_keeps_its_term(city):
    everything(city)
    closed(city, instant("2026-10-01 10:00"))  # + 30 days is Saturday 10-31
    draw_month(OCTOBER, at=instant("2026-11-20 09:00"))
    row = LookBack.objects.get(round=30)
    assert (row.due_on, row.until_on) == (date(2026, 11, 2), date(2026, 12, 4))


def test_the_share_of_the_rest_and_all_that_must(city):
    many(city, 21)
    must = [
        (many(city, 1, tier=Tier.MAJOR), LookBackReason.MAJOR),
        (many(city, 1, bad_rating_count=1), LookBackReason.BAD_RATING),
        (many(city, 1, category=CategoryFactory(code="ARREARS.WORK", parent=city.categories["arrears"])),
         LookBackReason.ARREARS),
        (many(city, 1, was_shelved=True), LookBackReason.SHELVED),
    ]  # fmt: skip
    owed = many(city, 1)[0]
    Arrears.objects.create(
        case=owed, debtor="某公司", debtor_kind="OTHER", owed=1, recorded_at=CLOSED_AT, recorded_by=city.clerk
    )
    made = draw_month(OCTOBER, at=DRAWN_AT)
    for (case,), reason in (*must, ((owed,), LookBackReason.ARREARS)):
        assert set(case.look_backs.values_list("reason", flat=True)) == {reason}
    assert LookBack.objects.filter(reason="DRAWN", round=30).count() == 5  # 20 % of 21, rounded up
    assert made.share == 20
    assert len(made.seed) == 16
    assert len(made.must) == 5
    assert sum(len(each["numbers"]) for each in made.strata) == 21
    assert verify(made) == ()


def test_legal_cases_are_looked_at_like_any_other(city):
    """R-30 says all of them and names no exception; see docs/adr/0022."""
    many(city, 1, is_legal=True, tier=Tier.MAJOR, category=city.categories["legal"])
    draw_month(OCTOBER, at=DRAWN_AT)
    assert LookBack.objects.count() == 2


def test_only_what_was_closed_in_the_month_and_still_is(city):
    everything(city)
    many(city, 1, closed_at=instant("2026-09-30 23:59"))
    many(city, 1, closed_at=instant("2026-11-01 00:00"))
    many(city, 1, status="HANDLING")
    inside = many(city, 1, closed_at=instant("2026-10-31 23:59"))[0]
    draw_month(OCTOBER, at=DRAWN_AT)
    assert set(LookBack.objects.values_list("case", flat=True)) == {inside.pk}


def test_a_month_with_nothing_closed_has_its_empty_draw(city):
    made = draw_month(OCTOBER, at=DRAWN_AT)
    assert (made.must, made.strata, LookBack.objects.count()) == ([], [], 0)
    assert verify(made) == ()
    assert missing_months(at=DRAWN_AT) == []


def test_a_month_where_all_must_be_looked_at_draws_nothing_more(city):
    many(city, 3, tier=Tier.MAJOR)
    assert draw_month(OCTOBER, at=DRAWN_AT).strata == []
    assert LookBack.objects.filter(reason="DRAWN").count() == 0


def test_twice_is_once_and_the_seed_stays(city):
    many(city, 9)
    first = draw_month(OCTOBER, at=DRAWN_AT)
    rows = list(LookBack.objects.values_list("pk", "case"))
    many(city, 5)
    assert draw_month(date(2026, 10, 20), at=DRAWN_AT + timedelta(days=3)) == first
    assert list(LookBack.objects.values_list("pk", "case")) == rows


def test_two_workers_at_once_make_one_draw(city, monkeypatch):
    many(city, 9)
    winner = draw_month(OCTOBER, at=DRAWN_AT, seed="winner")
    look, seen = LookBackDraw.objects.filter, []

    def too_early(**how):
        """The loser looks before the winner has written."""
        seen.append(how)
        return look(**how) if len(seen) > 1 else LookBackDraw.objects.none()

    monkeypatch.setattr(LookBackDraw.objects, "filter", too_early)
    assert draw_month(OCTOBER, at=DRAWN_AT, seed="loser") == winner
    assert LookBackDraw.objects.get().seed == "winner"
    assert LookBack.objects.filter(draw=winner).count() == LookBack.objects.count()


def test_killed_between_leaves_nothing(city, monkeypatch):
    many(city, 9)

    def killed(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(LookBack.objects, "bulk_create", killed)
        with pytest.raises(KeyboardInterrupt):
            draw_month(OCTOBER, at=DRAWN_AT)
    assert LookBackDraw.objects.count() == 0
    assert draw_month(OCTOBER, at=DRAWN_AT).look_backs.exists()


def test_a_running_month_is_not_drawn(city):
    with pytest.raises(DomainError, match="还没有过完"):
        draw_month(OCTOBER, at=instant("2026-10-31 23:59"))
    assert LookBackDraw.objects.count() == 0


def test_missed_months_are_made_up_in_order(city, monkeypatch):
    draw_month(date(2026, 8, 1), at=instant("2026-09-01 02:30"))
    assert missing_months(at=DRAWN_AT) == [date(2026, 9, 1), OCTOBER]
    monkeypatch.setattr(timezone, "now", lambda: DRAWN_AT)
    assert draw_look_backs() == ["2026-09", "2026-10"]
    assert draw_look_backs() == []


def test_a_changed_draw_is_found_out(city):
    many(city, 21)
    made = draw_month(OCTOBER, at=DRAWN_AT, seed=SEED)
    layer = next(each for each in made.strata if each["drawn"] and len(each["numbers"]) > len(each["drawn"]))
    other = next(number for number in layer["numbers"] if number not in layer["drawn"])
    drawn_before, layer["drawn"] = layer["drawn"], [other]
    LookBackDraw.objects.filter(pk=made.pk).update(strata=made.strata)
    LookBack.objects.filter(case__number=drawn_before[0]).update(case=Case.objects.get(number=other))
    made.refresh_from_db()
    assert any(drawn_before[0] in words for words in verify(made))
    assert any(other in words for words in verify(made))


def test_a_case_left_out_of_the_population_is_found_out(city):
    case = drawn(city)
    made = LookBackDraw.objects.get()
    LookBackDraw.objects.update(strata=[])
    LookBack.objects.all().delete()
    made.refresh_from_db()
    assert verify(made) == (f"{case.number}：那个月销了号，却不在总体里",)


def test_what_was_reopened_before_the_draw_is_not_missed(city):
    everything(city)
    case = closed(city)
    perform(case, "reopen", actor=city.firm_user, at=CLOSED_AT + timedelta(days=2), note="又停了。")
    made = draw_month(OCTOBER, at=DRAWN_AT)
    assert (made.strata, verify(made)) == ([], ())


def test_the_command_draws_and_verifies(city, capsys):
    many(city, 6)
    with pytest.raises(CommandError, match="还没有抽过"):
        call_command("look_back_draw", "2026-10", "--verify")
    with pytest.raises(CommandError, match="2026-10 这样"):
        call_command("look_back_draw", "十月")
    draw_month(OCTOBER, at=DRAWN_AT, seed=SEED)
    call_command("look_back_draw", "2026-10", "--verify")
    said = capsys.readouterr().out
    assert SEED in said
    assert "一样" in said
    LookBackDraw.objects.update(seed="other", share=60)
    with pytest.raises(CommandError, match="不一样"):
        call_command("look_back_draw", "2026-10", "--verify")
