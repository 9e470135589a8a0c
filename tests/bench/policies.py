"""匹配多快（R-61）：3,975 家 × 2,000 项从头算一遍；改一家；打开一家企业的“我能享受”要的那些数。

`python -m tests.bench.policies` 在环境变量指的空库上（已 migrate）造数、量、打印；只造数、只量，不断言。
"""

import random
import statistics
import time
from datetime import date, timedelta

FIRMS, POLICIES, ROUNDS = 3975, 2000, 15
AIM_ALL, AIM_ONE = 20, 0.2


def main():
    """造、量、打印。"""
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from policies.services import eligibility, matching

    at = timezone.now()
    today = timezone.localdate(at)
    rng = random.Random(2026)
    firms = _firms(rng, at)
    _policies(rng, at, firms[0].region)
    began = time.perf_counter()
    done = matching.match_all(at=at)
    whole = time.perf_counter() - began
    one = [_one(rng, rng.choice(firms), today) for _ in range(ROUNDS)]
    page = [_timed(lambda: eligibility.judged(rng.choice(firms), today)) for _ in range(ROUNDS)]
    print(
        f"{connection.vendor}：{FIRMS:,} 家 × {done.policies:,} 项从头匹配 {whole:.1f} 秒（目标 {AIM_ALL} 秒）；"
        f"改一家企业重算中位 {statistics.median(one):.3f} 秒、最慢 {max(one):.3f} 秒（目标 {AIM_ONE} 秒）；"
        f"一家对全部政策当场算中位 {statistics.median(page):.3f} 秒。"
    )


def _timed(act):
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _one(rng, firm, today):
    from enterprises.models import Enterprise
    from enterprises.services.changes import note_changes
    from policies.services import matching

    staff, revenue = rng.randrange(1000), rng.randrange(50_000)
    Enterprise.objects.filter(pk=firm.pk).update(staff_count=staff, revenue=revenue)
    note_changes([firm.pk])
    return _timed(lambda: matching.match_changed_firms(today))


def _firms(rng, at):
    from enterprises.models import Enterprise, IndustryChain, Region, Tag, Whitelisting

    regions = [Region.objects.create(code=f"B{n}", name=f"第{n}县") for n in range(9)]
    chains = [IndustryChain.objects.create(name=f"产业链{n}") for n in range(11)]
    tags = [Tag.objects.create(name=f"标签{n}") for n in range(10)]
    firms = Enterprise.objects.bulk_create(
        Enterprise(
            name=f"造数企业{n}", credit_code=f"B{n:017d}", region=rng.choice(regions), created_at=at, updated_at=at,
            industry_code=f"C{rng.randrange(13, 44)}{rng.randrange(10, 100)}", chain=rng.choice([*chains, None]),
            is_above_scale=rng.random() < 0.3, staff_count=rng.choice([None, *range(10, 1000, 10)]),
            revenue=rng.choice([None, *range(100, 50_000, 300)]), established_on=date(rng.randrange(1995, 2026), 3, 1),
        )
        for n in range(FIRMS)
    )  # fmt: skip
    through = Enterprise.tags.through
    through.objects.bulk_create(
        through(enterprise=firm, tag=tag) for firm in firms for tag in rng.sample(tags, rng.randrange(3))
    )
    Whitelisting.objects.bulk_create(
        Whitelisting(enterprise=firm, level=rng.choice(["CITY", "COUNTY"]), from_on=date(2025, 1, 1))
        for firm in firms[::5]
    )
    return firms


def _policies(rng, at, region):
    from policies.models import Policy, PolicyCondition

    rows = Policy.objects.bulk_create(
        Policy(
            title=f"造数政策{n}", level="CITY", issuer="造数", body="正文" * 500, card="卡", state="PUBLISHED",
            fingerprint=str(n), made_at=at, changed_at=at, effective_on=at.date() - timedelta(days=1),
        )
        for n in range(POLICIES)
    )  # fmt: skip
    PolicyCondition.objects.bulk_create(
        PolicyCondition(policy=policy, field=field, operator=operator, values=values)
        for policy in rows
        for field, operator, values in rng.sample(_pool(rng, region), rng.randrange(1, 5))
    )


def _pool(rng, region):
    """十种条件，数各不相同：不同的条件有几百个。"""
    return [
        ("REGION", "IN", [region.name, f"第{rng.randrange(1, 9)}县"]),
        ("INDUSTRY", "PREFIX", [f"C{rng.randrange(13, 44)}" for _ in range(rng.randrange(1, 6))]),
        ("CHAIN", "IN", [f"产业链{rng.randrange(11)}"]),
        ("ABOVE_SCALE", rng.choice(["YES", "NO"]), []),
        ("TAG", "IN", [f"标签{rng.randrange(10)}"]),
        ("WHITELIST", "IN", ["市级白名单"]),
        ("AGE", "AT_LEAST", [rng.randrange(1, 10)]),
        ("REVENUE", rng.choice(["AT_LEAST", "AT_MOST"]), [rng.randrange(100, 40_000, 100)]),
        ("STAFF", rng.choice(["AT_LEAST", "AT_MOST"]), [rng.randrange(10, 500, 10)]),
        ("TAG", "NOT_IN", [f"标签{rng.randrange(10)}"]),
    ]


if __name__ == "__main__":
    main()
