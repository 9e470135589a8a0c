"""通知从账本里出：有关的人各一次，断了接着说、不重说，内部的不给企业（R-28、架构第 6 条）。"""

import pytest

from cadres.models import Notice
from cases.enums import Action
from cases.models import CaseEvent
from cases.services import Rating, rate, telling
from cases.services.steps import INTERNAL
from cases.services.telling import AUDIENCE, Party, audience, tell_all
from tests.cases import situations, steps
from tests.cases.situations import SITUATIONS, act

pytestmark = pytest.mark.django_db


def told(user):
    return [notice.title.split("：")[0] for notice in Notice.objects.filter(user=user).order_by("pk")]


def test_everybody_concerned_is_told_once_and_the_doer_is_not(city):
    steps.handling(city, city.at)
    assert tell_all(at=city.at) == 4  # 提出、受理、交办、签收
    assert told(city.firm_user) == ["受理", "交办", "签收"]
    assert told(city.cadre) == ["受理", "交办", "签收"]
    assert told(city.land_head) == ["交办"]
    assert told(city.labour_clerk) == told(city.other_firm_user) == told(city.other_cadre) == []
    assert tell_all(at=city.at) == 0
    assert Notice.objects.count() == Notice.objects.values("user", "key").distinct().count()


def test_a_new_problem_is_told_to_the_office_that_receives_it(city):
    steps.reported(city, city.at)
    tell_all(at=city.at)
    assert told(city.county_clerk) == told(city.county_director) == ["提出"]
    assert told(city.clerk) == []


def test_broken_off_half_way_it_goes_on_where_it_stopped(city, monkeypatch):
    steps.handling(city, city.at)
    real, count = telling.notify, []

    def cut(*args, **more):
        count.append(1)
        if len(count) == 3:
            raise KeyboardInterrupt
        return real(*args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(telling, "notify", cut)
        with pytest.raises(KeyboardInterrupt):
            tell_all(at=city.at)
    assert CaseEvent.objects.untold().count() == 2
    tell_all(at=city.at)
    assert told(city.firm_user) == ["受理", "交办", "签收"]


def test_an_event_another_process_told_is_not_told_again(city):
    case = steps.reported(city, city.at)
    event = case.events.get()
    assert telling.tell(event, at=city.at) == 1
    assert telling.tell(event, at=city.at) == 0


def test_the_firm_hears_of_public_steps_only():
    assert {kind for kind, parties in AUDIENCE.items() if Party.FIRM in parties} & INTERNAL == set()


@pytest.mark.parametrize("action", [action for action in AUDIENCE if action != "open"])
def test_each_step_reaches_somebody_who_may_see_the_case(city, action):
    by = {"actor": city.leader} if action == Action.DROP_INQUIRY else {}  # else the only one concerned did it
    case = act(city, SITUATIONS[Action(action)].prepare(city), Action(action), **by)
    event = case.events.filter(kind=action).last()
    people = audience(event)
    assert people
    blind = [user for user in people if not case.__class__.objects.visible_to(user).filter(pk=case.pk).exists()]
    # Whose ticket was withdrawn is told so, though the case is theirs no longer.
    assert blind == [] or action in {Action.UPHOLD, Action.VOID_TICKET}


def test_notices_of_a_rating_carry_neither_grade_nor_words(city):
    case = steps.rating(city, city.at)
    rate(case.evaluations.get(), Rating(3, comment="送礼才办", was_pressured=True), at=city.at)
    tell_all(at=city.at)
    assert told(city.land_clerk)[-1] == "评价"
    assert not Notice.objects.filter(body__contains="送礼").exists()
    assert not Notice.objects.filter(title__contains="基本满意").exists()


def test_the_red_ticket_is_told_in_red_to_the_supervisor(city):
    situations.inquired(city)
    tell_all(at=city.at)
    assert Notice.objects.filter(user=city.supervisor, tone="late").count() == 1
