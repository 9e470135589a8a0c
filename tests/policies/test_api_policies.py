"""接口读政策、匹配、对接活动：看得到的才有，废止过期的标出来，匹配说差哪一条（R-60 – R-63）。"""

import pytest
import time_machine

from policies.services import abolish
from tests.apiclient import program
from tests.policies.test_library import published

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(city):
    with time_machine.travel(city.at, tick=False):
        yield


def results(answer):
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()["results"]


def test_a_policy_says_whether_it_still_counts(city):
    policy = published(city)
    asks = program(city, "firm_user")
    assert [row["standing"] for row in results(asks.read("/policies"))] == ["VALID"]
    assert asks.read(f"/policies/{policy.pk}").json()["body"] == policy.body
    abolish(policy, on=city.today, why="到期", actor=city.land_clerk, at=city.at)
    assert [row["standing"] for row in results(asks.read("/policies"))] == ["ABOLISHED"]
    assert results(asks.read("/policies?is_valid=true")) == []
    assert len(results(asks.read("/policies?is_valid=false"))) == 1


def test_a_match_says_what_is_wanted_and_what_is_there(city):
    policy = published(city)
    for who, status in {
        "firm_user": 200,
        "clerk": 200,
        "cadre": 200,
        "other_firm_user": 404,
        "other_county_clerk": 404,
    }.items():
        answer = program(city, who).read(f"/enterprises/{city.firm.pk}/matches")
        assert answer.status_code == status, who
    told = program(city, "firm_user").read(f"/enterprises/{city.firm.pk}/matches").json()
    for row in told:
        assert row["policy"]["id"] == policy.pk
        assert all(set(line) == {"answer", "wanted", "held"} for line in row["conditions"])
    verdicts = {row["verdict"] for row in told}
    for verdict in ("FITS", "ONE_MISSING", "UNKNOWN"):
        narrowed = program(city, "clerk").read(f"/enterprises/{city.firm.pk}/matches?verdict={verdict}").json()
        assert {row["verdict"] for row in narrowed} == verdicts & {verdict}
    assert program(city, "clerk").read(f"/enterprises/{city.firm.pk}/matches?verdict=UNFIT").status_code == 400


def test_each_list_costs_the_same_at_one_row_and_at_three(city, django_assert_num_queries):
    published(city, number="示政〔2026〕101号")
    asks = program(city, "clerk")
    asks.read("/me")
    for number in ("示政〔2026〕102号", "示政〔2026〕103号"):
        for path in ("/policies", "/events"):
            with django_assert_num_queries(2):
                asks.read(path)
        published(city, number=number)
    with django_assert_num_queries(2):
        assert len(results(asks.read("/policies"))) == 3


def test_a_policy_is_found_by_its_number_however_the_brackets_are_written(city):
    policy = published(city, number="示政〔2026〕101号")
    for number in ("示政〔2026〕101号", "示政[2026]101号", "示政（2026）第101号"):
        assert [row["id"] for row in results(program(city, "clerk").read("/policies", {"number": number}))] == [
            policy.pk
        ]


def test_the_matches_of_a_firm_cost_the_same_at_one_policy_and_at_three(city, django_assert_num_queries):
    asks, where = program(city, "clerk"), f"/enterprises/{city.firm.pk}/matches"
    published(city, number="")
    asks.read(where)
    for count in (1, 3):
        with django_assert_num_queries(18):
            assert len(asks.read(where).json()) == count
        published(city, number="")
        published(city, number="")
