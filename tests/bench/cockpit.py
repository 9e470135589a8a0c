"""市领导看的页面，和月度通报起草一次：名称、目标、地址（`make bench` 用）。"""

import time
from datetime import datetime, timedelta

# Name of the address, its aim in milliseconds and what stands after the address.
PAGES = {
    "驾驶舱": ("reports:cockpit", 150, ""),
    "单位 × 状态": ("reports:matrix", 100, ""),
    "大屏": ("reports:wall", 150, ""),
    "比一比": ("reports:compare", 150, ""),
    "在谁手里多少天": ("reports:holding", 1000, ""),
}
AIMS = {name: aim for name, (_, aim, _) in PAGES.items()}
DRAFT_SECONDS = 5


def visits(client, base):
    """每页怎么访问；`client` 已经以市领导登录。"""
    from django.urls import reverse

    def visit(name, tail):
        return lambda _n: client.get(f"{base}{reverse(name)}{tail}")

    return {title: visit(name, tail) for title, (name, _, tail) in PAGES.items()}


def month_draft(today):
    """起草上个月的通报，给出要写的一句。"""
    from django.utils import timezone

    from reports.services.month import draft_month

    first = today.replace(day=1)
    month = (first - timedelta(days=1)).replace(day=1)
    at = timezone.make_aware(datetime.combine(first, datetime.min.time()) + timedelta(hours=2))
    began = time.perf_counter()
    ranking = draft_month(month, at=at)
    seconds = time.perf_counter() - began
    facts = sum(row.facts.count() for row in ranking.rows.all())
    return f"起草一个月的通报：{ranking.rows.count()} 个组织、{facts:,} 条事实，用 {seconds:.1f} 秒（目标 {DRAFT_SECONDS} 秒）。"
