"""成批入库（R-62）：与逐份录入一样查、一样留版本、一样查得到。"""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from cadres.models import AuditEntry
from enterprises.models import Region
from policies.enums import PolicyState
from policies.models import Policy, PolicyVersion
from policies.services import conditions_of
from policies.services.bulk import Entry, add_all, blocker
from policies.services.index import POLICIES
from reports.demo import regions
from reports.demo.city.shelves import Shelves
from reports.demo.papers import papers
from tests.policies.test_library import AGED, draft, published
from zhuqi.kernel.errors import InvalidInput, NotPermitted

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def add(city, *entries, actor=None):
    return add_all(entries, actor=actor or city.clerk, at=city.at)


def test_a_batch_is_what_single_entries_would_be(city):
    single = published(city, number="示政办〔2026〕1号")
    (made,) = add(city, Entry(draft(city, number="示政办〔2026〕2号")))
    for name in ("state", "title", "fingerprint", "likeness", "card", "version", "made_by"):
        if name != "made_by":
            assert getattr(made, name) == getattr(single, name), name
    assert conditions_of(made) == conditions_of(single) == (AGED,)
    one, other = (PolicyVersion.objects.get(policy=policy).data for policy in (single, made))
    assert one | {"number": ""} == other | {"number": ""}
    assert POLICIES.find("技术改造").pks == [made.pk, single.pk]
    assert POLICIES.verify() == []
    assert AuditEntry.objects.filter(act="成批录入政策", result="1 份，发布 1 份").exists()


def test_drafts_have_no_version_and_the_abolished_say_since_when(city):
    quiet, gone = add(
        city,
        Entry(draft(city, number="", card=""), publishes=False),
        Entry(draft(city, number="", card=""), abolished_on=city.today - DAY, abolished_why="有新办法"),
    )
    assert (quiet.state, quiet.versions.count()) == (PolicyState.DRAFT, 0)
    assert (gone.state, gone.abolished_why, gone.versions.count()) == (PolicyState.ABOLISHED, "有新办法", 1)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"title": ""}, InvalidInput),
        ({"card": ""}, InvalidInput),
        ({"level": "COUNTY"}, InvalidInput),
        ({"number": "示政办〔2026〕1号"}, IntegrityError),
    ],
)
def test_one_wrong_entry_and_none_of_the_batch_is_in(city, wrong, error):
    good = Entry(draft(city, number="示政办〔2026〕1号"))
    with pytest.raises(error):
        add(city, good, Entry(draft(city, **({"number": "示政办〔2026〕2号"} | wrong))))
    assert not Policy.objects.exists()
    assert POLICIES.find("技术改造").pks == []


def test_a_blocker_is_named_beforehand(city):
    assert "明白卡" in blocker(Entry(draft(city, card="")))
    assert blocker(Entry(draft(city, card=""), abolished_on=city.today)) == ""
    assert blocker(Entry(draft(city))) == ""


@pytest.mark.parametrize("who", ["cadre", "firm_user", "leader", "auditor"])
def test_only_publishers_enter_in_bulk(city, who):
    with pytest.raises(NotPermitted):
        add(city, Entry(draft(city)), actor=getattr(city, who))


def test_shelves_are_filled_alike_every_time(city):
    for row in regions():
        Region.objects.get_or_create(code=row.code, defaults={"name": row.name})
    assert list(papers(3, 50, today=city.today)) == list(papers(3, 60, today=city.today))[:50]
    Shelves().fill(60, seed=3, today=city.today, at=city.at)
    rows = Policy.objects.all()
    assert rows.count() == len({row.number for row in rows}) == 60
    assert {row.level for row in rows} == {"NATION", "PROVINCE", "CITY", "COUNTY"}
    assert all(300 <= len(row.body) <= 6000 for row in rows)
    assert {row.standing(city.today) for row in rows} >= {"VALID", "EXPIRED", "ABOLISHED"}
    for row in rows:
        for condition in conditions_of(row):
            if condition.field in {"REGION", "TAG", "CHAIN"}:
                assert condition.values[0] in row.body + row.card
    assert POLICIES.verify() == []
