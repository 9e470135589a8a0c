"""接口的每一个列表：一页一行与一页三行查询次数相同；新的列表没有写进这张表就是红的。"""

from datetime import date, datetime

import pytest
import time_machine
from django.utils import timezone

from enterprises.models import Cluster, IndustryChain, Tag
from policies.services.events import draft_event, open_event
from reports.models import Ranking, ScoreRule
from tests.apiclient import program
from tests.cases import situations, steps
from tests.factories import AssignmentFactory, EnterpriseFactory, VisitFactory
from tests.policies.event_steps import draft
from tests.policies.test_library import published
from zhuqi.api import urlpatterns
from zhuqi.kernel.api.views import Listing

pytestmark = pytest.mark.django_db
SIZES = (1, 3)
# How many questions one page asks: who asks, the rows, and what each serializer fetches for all rows together.
QUERIES = {
    "assignments": 2, "categories": 2, "cases": 2, "chains": 2, "clusters": 2, "deadlines": 2, "enterprises": 2, "evaluations": 2,
    "events": 2, "policies": 2, "rankings": 2, "regions": 2, "rule-sets": 2, "tags": 2, "tickets": 2, "units": 2, "visits": 2,
    "cases/<int:pk>/events": 4,
}  # fmt: skip


def listings(patterns, prefix=""):
    for each in patterns:
        where = prefix + str(each.pattern)
        if hasattr(each, "url_patterns"):
            yield from listings(each.url_patterns, where)
        elif issubclass(getattr(each.callback, "cls", object), Listing):
            yield where


def test_every_list_is_in_the_table():
    assert set(listings(urlpatterns)) == set(QUERIES)


@pytest.fixture
def rows(city):
    """At least three rows of everything a list can hold; gives one case, for its story."""
    for n in range(3):
        firm = EnterpriseFactory(region=city.regions["weidu"])
        firm.tags.add(Tag.objects.create(name=f"标签{n}"))
        IndustryChain.objects.create(name=f"产业链{n}")
        Cluster.objects.create(name=f"集群{n}")
        AssignmentFactory(enterprise=firm, cadre=city.cadre)
        VisitFactory(enterprise=firm, cadre=city.cadre, unit=city.land, visited_on=city.today)
        published(city, number="", title=f"政策{n}")
        open_event(draft_event(draft(city), actor=city.bank_head, at=city.at), actor=city.bank_head, at=city.at)
        steps.handling(city, city.at)
        case = situations.closed(city)
    _months(3)
    return case


def _months(count):
    rule = ScoreRule.objects.first() or ScoreRule.objects.create(version=1, weights={}, made_at=timezone.now())
    for month in range(1, count + 1):
        at = timezone.make_aware(datetime(2026, month + 1, 1))
        Ranking.objects.create(
            month=date(2026, month, 1), rule=rule, weights={}, drafted_at=at, objections_until_on=at.date()
        )


@pytest.mark.parametrize("where", sorted(QUERIES))
def test_a_page_of_one_and_a_page_of_three_cost_the_same(city, rows, where, django_assert_num_queries):
    with time_machine.travel(city.at, tick=False):
        asks, path = program(city, "clerk"), "/" + where.replace("<int:pk>", str(rows.pk))
        asks.read(path)
        for size in SIZES:
            with django_assert_num_queries(QUERIES[where]):
                answer = asks.read(path, {"size": size})
            assert len(answer.json()["results"]) == size, answer.content.decode()
