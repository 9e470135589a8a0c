"""政策的查找与逐字比对一样（R-62）：三百份，五百段 1–12 个字，一段也不多、一段也不少。"""

import random

import pytest

from enterprises.models import Region
from policies.models import Policy
from policies.services.index import POLICIES, entry_of
from reports.demo import regions
from reports.demo.city.shelves import Shelves
from zhuqi.kernel.bigrams import normalise
from zhuqi.kernel.search import CAP

pytestmark = pytest.mark.django_db


def test_five_hundred_phrases_give_exactly_what_a_comparison_gives(city):
    for row in regions():
        Region.objects.get_or_create(code=row.code, defaults={"name": row.name})
    Shelves().fill(300, seed=62, today=city.today, at=city.at)
    rng, whole = random.Random(62), dict[int, list[str]]()
    for policy in Policy.objects.all():
        entry = entry_of(policy)
        whole[policy.pk] = [normalise(entry.title), normalise(entry.body)]
    asked = 0
    while asked < 500:
        text = rng.choice(rng.choice(list(whole.values())))
        start = rng.randrange(len(text))
        phrase = text[start : start + rng.randint(1, 12)].strip()
        if not phrase or " " in phrase:
            continue
        wanted = {pk for pk, said in whole.items() if any(phrase in one for one in said)}
        found = POLICIES.find(phrase)
        assert set(found.pks) == set(sorted(wanted, reverse=True)[:CAP]), phrase
        assert found.is_capped == (len(wanted) > CAP), phrase
        assert set(POLICIES.narrow(Policy.objects.all(), phrase).values_list("pk", flat=True)) == wanted, phrase
        asked += 1
