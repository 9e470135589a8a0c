"""预演（R-41）：列出的就是真跑会发的，一件不多、一件不少；什么也不改。"""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cases.enums import Action, TicketKind
from cases.models import Case, CaseEvent, Deadline, EnforcementRun, NumberSequence, Ticket
from cases.services import perform
from cases.services.enforcement import enforce
from cases.services.foresight import foresee
from tests.cases import situations
from tests.cases.steps import dispatched, handling, instant, rating, reported
from zhuqi.kernel.errors import DomainError

pytestmark = pytest.mark.django_db


def everything():
    tables = (Case, CaseEvent, Deadline, Ticket, NumberSequence, EnforcementRun)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def done_since(last):
    """真跑以后账本上到点自动的那些步。"""
    return [
        (event.get_kind_display(), event.case.number, event.ticket.to_unit.name if event.ticket else "")
        for event in CaseEvent.objects.filter(pk__gt=last, actor=None).order_by("pk").select_related("case", "ticket")
    ]


LABEL = {
    "恢复办理": "恢复办理",
    "自动受理": "受理",
    "未评销号": "到期未评",
    "催办单": "催办",
    "拟问效建议单": "拟问效建议单",
}


def foreseen(items):
    tickets = {"催办单", "拟问效建议单"}
    return [(LABEL[each["what"]], each["case"], each["to"] if each["what"] in tickets else "") for each in items]


def a_city_full_of_misses(city):
    """各种到点的事：没受理、没签收、双十、协办、暂停到限、评价到期、二次催办、催办没答。"""
    enforce(at=instant("2026-11-23 09:00"))
    reported(city, city.at)
    dispatched(city, city.at, co_handlers=((city.labour, "核对用工"),))
    situations.paused(city)
    rating(city, city.at)
    situations.badly_rated(city)
    case = situations.urged(city)
    perform(
        case, Action.ANSWER_URGE, actor=city.land_clerk, at=city.at, note="在审。",
        promised_on=instant("2026-11-24 00:00").date(),
    )  # fmt: skip
    handling(city, city.at, tier="COMPLEX")


@pytest.mark.parametrize(
    "at",
    [
        "2026-11-24 09:00",
        "2026-11-25 09:00",
        "2026-11-27 09:00",
        "2026-12-01 15:00",
        "2026-12-11 09:00",
        "2027-01-05 09:00",
    ],
)
def test_the_preview_lists_exactly_what_the_run_then_does_and_changes_nothing(city, at):
    a_city_full_of_misses(city)
    before = everything()
    items = foresee(at=instant(at))
    assert everything() == before
    last = CaseEvent.objects.order_by("pk").last().pk
    enforce(at=instant(at))
    assert foreseen(items) == done_since(last)


def test_the_days_in_between_are_foreseen_too(city):
    a_city_full_of_misses(city)
    said = foresee(at=instant("2026-12-11 09:00"))
    assert {each["what"] for each in said} >= {"恢复办理", "自动受理", "未评销号", "催办单", "拟问效建议单"}
    assert all(each["why"] for each in said if each["what"] in {"催办单", "拟问效建议单"})


def run(*args):
    out = StringIO()
    call_command("enforce", *args, stdout=out)
    return out.getvalue()


def test_the_command_previews_as_data_and_in_words(city):
    dispatched(city, city.at)
    at = ("--at", "2026-11-25T09:00+08:00")
    (item,) = json.loads(run(*at, "--preview", "--json"))
    assert (item["what"], item["to"], item["case"]) == ("催办单", "市自然资源和规划局", Case.objects.get().number)
    assert "签收限 11-24，逾期 1 天" in item["why"]
    assert "共 1 项，什么也没有改" in run(*at, "--preview")
    assert not Ticket.objects.filter(kind=TicketKind.URGE).exists()
    assert json.loads(run(*at, "--json")) == [{"day": "2026-11-25", "urged": 1}]
    assert run(*at) == "没有要跑的时点。\n"
    assert json.loads(run(*at, "--preview", "--json")) == []


def test_the_command_refuses_a_time_it_cannot_read():
    with pytest.raises(CommandError, match="看不懂"):
        run("--at", "明天")


def test_the_preview_names_what_would_fail(city):
    dispatched(city, city.at)
    city.office.ticket_prefix = ""
    city.office.save()
    (item,) = foresee(at=instant("2026-11-25 09:00"))
    assert (item["what"], "代字" in item["why"]) == ("处理不成", True)


def test_a_rehearsal_leaves_real_numbers_alone_even_when_it_breaks(city, monkeypatch):
    dispatched(city, city.at)
    monkeypatch.setattr("cases.services.foresight._item", lambda event: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        foresee(at=instant("2026-11-25 09:00"))
    enforce(at=instant("2026-11-25 09:00"))
    assert Ticket.objects.get(kind=TicketKind.URGE).number == "许助企催〔2026〕1号"
    with pytest.raises(DomainError):
        perform(Case.objects.get(), Action.URGE, actor=city.clerk, at=instant("2026-11-25 10:00"), note="再催。")
