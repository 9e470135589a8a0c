"""四万份政策（R-62）：造、导入、查。`DATABASE_URL=… python -m tests.bench.policies_search [--count 40000]`，库要是空的、能丢的。

一页结果（查找、取行、摘录、分面）量一遍，登录的人打开整个政策页面再量一遍；旁边放只查索引的时间。只量，不断言，只有查得全不全要对。
"""

import argparse
import random
import statistics
import time

WORDS = {
    "半数都有": "资金实行专账核算", "更多都有": "补助", "一个字": "贷", "两个字": "光伏", "文号": "许示工信〔2024〕", "两段": "用电 增容",
    "没有的": "量子纠缠", "不写字": "",
}  # fmt: skip
AIMS = {"sqlite": 15, "postgresql": 25}


def main():
    """造、量、说。"""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=40_000)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    _fill(options.count)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    _recall(500)
    _results(options.rounds, AIMS[connection.vendor])
    _pages(options.rounds, AIMS[connection.vendor])


def _fill(count):
    from django.utils import timezone

    from policies.models import Policy
    from reports.demo.city.shelves import Shelves
    from reports.demo.start import load_start_data

    if Policy.objects.exists():
        return
    at = timezone.now()
    load_start_data(at=at)
    began = time.perf_counter()
    Shelves().fill(count, seed=2026, today=timezone.localdate(), at=at)
    print(f"成批入库 {count:,} 份连同索引：{time.perf_counter() - began:.1f} 秒", flush=True)


def _recall(times):
    from policies.models import Policy
    from policies.services.index import POLICIES
    from zhuqi.kernel.bigrams import normalise
    from zhuqi.kernel.search import CAP

    rng = random.Random(62)
    whole = {
        row.pk: [normalise(text) for text in (f"{row.title} {row.number} {row.issuer}",
                 f"{row.body} {row.card} {row.guide_materials} {row.guide_where}")]
        for row in Policy.objects.iterator(500)
    }  # fmt: skip
    texts, asked, missed, took = list(whole.values()), 0, 0, []
    while asked < times:
        text = rng.choice(rng.choice(texts))
        start = rng.randrange(len(text))
        phrase = text[start : start + rng.randint(1, 12)].strip()
        if not phrase or " " in phrase:
            continue
        wanted = {pk for pk, said in whole.items() if any(phrase in one for one in said)}
        began = time.perf_counter()
        found = POLICIES.find(phrase)
        took.append((time.perf_counter() - began) * 1000)
        exact = set(POLICIES.narrow(Policy.objects.all(), phrase).values_list("pk", flat=True))
        missed += exact != wanted or not set(found.pks) <= wanted or found.count != min(len(wanted), CAP)
        asked += 1
    print(f"随机 {times} 段 1–12 字：与逐字比对不一致 {missed} 段；只查索引中位 {_of(took)}", flush=True)


def _results(rounds, aim):
    """查到的一页：看得到的里面找、取二十行、标题和正文的摘录、四面的件数；没有门户的框子，没有登录。"""
    from django.utils import timezone

    from cadres.models import User
    from policies import queries
    from policies.forms import PolicyFilter
    from policies.models import Policy
    from policies.services.index import POLICIES
    from policies.views.library import SIZE
    from zhuqi.templatetags.excerpts import excerpt

    visible, today = Policy.objects.visible_to(User.objects.order_by("pk").last()), timezone.localdate()
    for title, words in WORDS.items():
        took = []
        for n in range(-3, rounds):
            began = time.perf_counter()
            found = POLICIES.find(words, among=PolicyFilter({}).narrow(visible, today=today))
            counted = queries.facets_of(found.pks)
            rows = queries.ordered(visible.only(*queries.LINE), found.pks[:SIZE])
            shown = [(excerpt(row.title, words), excerpt(row.body, words, 110)) for row in rows]
            assert len(counted) == 4 and len(shown) == min(SIZE, found.count)  # noqa: PT018 - one look at the whole
            if n >= 0:
                took.append((time.perf_counter() - began) * 1000)
        if words:
            print(f"一页结果　{title}“{words}”：{_of(took)}（目标中位 {aim} ms）", flush=True)


def _pages(rounds, aim):
    from django.conf import settings
    from django.test import Client

    from cadres.enums import Role, UnitKind
    from cadres.models import Unit, User

    settings.ALLOWED_HOSTS = ["testserver"]
    office = Unit.objects.get(kind=UnitKind.OFFICE, region=None)
    people = {"市办": {"role": Role.OFFICE, "unit": office}, "干部": {"role": Role.CADRE, "unit": office}}
    for name, facts in people.items():
        user, _ = User.objects.get_or_create(
            username=f"bench-{name}", defaults=facts | {"name": name, "must_change_password": False}
        )
        client = Client()
        client.force_login(user)
        for title, words in WORDS.items():
            took, size = [], 0
            for n in range(-3, rounds):
                began = time.perf_counter()
                answer = client.get("/policies/", {"q": words} if words else {})
                assert answer.status_code == 200, answer.status_code
                size = len(answer.content)
                if n >= 0:
                    took.append((time.perf_counter() - began) * 1000)
            print(f"{name}　{title}“{words}”：{_of(took)}（目标中位 {aim} ms），{size / 1024:.0f} KB", flush=True)


def _of(took):
    took = sorted(took)
    return f"{statistics.median(took):.1f} ms，九成 {took[int(len(took) * 0.9)]:.1f} ms"


if __name__ == "__main__":
    main()
