"""办理规则（页面 10）：版本、新的一版、默认、计算器。"""

import pytest
import time_machine
from django.urls import reverse

from cases.forms.rulesets import RuleSetForm, term_keys
from cases.models import RuleSet
from tests.cases.steps import dispatched, instant

pytestmark = pytest.mark.django_db
AT = instant("2026-11-23 10:00")
URL = reverse("cases:rulesets")


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(AT, tick=False):
        yield


def filled(rule, **more):
    """The form as it opens, with changes."""
    form = RuleSetForm(base=rule)
    return {name: form[name].value() for name in form.fields} | more


@pytest.mark.parametrize(
    ("who", "status"),
    [("director", 200), ("clerk", 200), ("county_clerk", 200), ("sysadmin", 200), ("leader", 403), ("land_head", 403),
     ("firm_user", 403)],
)  # fmt: skip
def test_who_reads_the_rules(client, city, who, status):
    client.force_login(getattr(city, who))
    assert client.get(URL).status_code == status


@pytest.mark.parametrize("who", ["county_director", "clerk", "sysadmin"])
def test_only_the_director_of_the_city_office_changes_rules(client, city, who):
    rule = RuleSet.objects.get(is_default=True)
    client.force_login(city.people[who])
    assert "改成新版" not in client.get(URL).content.decode()
    assert client.get(reverse("cases:ruleset_new", args=[rule.pk])).status_code == 403
    assert client.post(reverse("cases:ruleset_default", args=[rule.pk])).status_code == 403


@pytest.mark.parametrize(
    ("on", "due"), [("2026-02-13", "02-24（周二）"), ("2025-09-26", "10-09（周四）"), ("2027-03-01", "暂定")]
)
def test_the_calculator_says_which_day_and_why(client, city, on, due):
    client.force_login(city.clerk)
    rule = RuleSet.objects.get(is_default=True)
    page = client.get(URL, {"on": on, "rule": rule.pk}).content.decode()
    assert due in page
    assert "次日起算" in page


def test_the_calculator_takes_nonsense_quietly(client, city):
    client.force_login(city.clerk)
    answer = client.get(URL, {"on": "去年", "rule": "x"})
    assert answer.status_code == 200
    assert "日期写成" in answer.content.decode()


def test_a_new_version_leaves_running_cases_alone(client, city):
    case = dispatched(city, AT)
    rule = RuleSet.objects.get(is_default=True)
    client.force_login(city.director)
    client.post(reverse("cases:ruleset_new", args=[rule.pk]), filled(rule, **{"n:RESOLVE.SINGLE": 5, "note": "提速"}))
    newest = RuleSet.objects.get(code=rule.code, version=2)
    assert newest.terms["RESOLVE.SINGLE"] == "5d"
    assert newest.is_default
    case.refresh_from_db()
    assert case.rule_set == rule


def test_a_wrong_term_is_said_and_the_rest_kept(client, city):
    rule = RuleSet.objects.get(is_default=True)
    client.force_login(city.director)
    answer = client.post(
        reverse("cases:ruleset_new", args=[rule.pk]), filled(rule, **{"n:SIGN": 0, "note": "依据某文件"})
    )
    assert answer.status_code == 422
    assert "至少 1" in answer.content.decode()
    assert "依据某文件" in answer.content.decode()
    assert RuleSet.objects.filter(code=rule.code).count() == 1


def test_another_rule_becomes_the_default(client, city):
    other = RuleSet.objects.get(code="ABC-2025")
    client.force_login(city.director)
    client.post(reverse("cases:ruleset_default", args=[other.pk]))
    assert RuleSet.objects.get(is_default=True) == other


def test_every_needed_term_has_a_box(city):
    rule = RuleSet.objects.get(is_default=True)
    assert set(term_keys()) == set(rule.terms)


@pytest.mark.parametrize(("more", "queries"), [(0, 14), (2, 14)])
def test_the_page_costs_the_same_however_many_versions(client, city, django_assert_num_queries, more, queries):
    base = RuleSet.objects.get(is_default=True)
    for n in range(more):
        RuleSet.objects.create(code=f"X{n}", version=1, name="试", terms=base.terms, made_at=AT, made_by=city.director)
    client.force_login(city.clerk)
    client.get(URL)
    with django_assert_num_queries(queries):
        client.get(URL)
