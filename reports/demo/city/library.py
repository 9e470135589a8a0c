"""The demo city's policies (R-60): a dozen in force, an older version of some, one expired and one abolished."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

from policies.enums import ConditionField, Operator
from policies.models import PolicyCategory
from policies.rules.matching import Condition
from policies.services import Draft, abolish, attach, draft_policy, publish, revise
from reports.demo.city.city import City

TEXTS = json.loads((Path(__file__).parents[1] / "texts" / "policies.json").read_text(encoding="utf-8"))
TITLES = [said["title"] for said in TEXTS]
AGO, APART = 330, 26  # days before the present the first was published, and between two
REVISED, EXPIRED, ABOLISHED = {0, 3, 8}, 10, 6
WITH_PAPERS = {1, 4, 9}
DAY = timedelta(days=1)


def fill_library(city: City) -> None:
    """Through the services, as the units would: drafted and published on its day, some revised since."""
    for order, said in enumerate(TEXTS):
        on = city.today - (AGO - APART * order) * DAY
        clerk = city.crowd.clerks[city.units[said["unit"]].pk][0]
        draft = _draft(city, said, order, on)
        policy = publish(draft_policy(draft, actor=clerk, at=_at(city, on)), actor=clerk, at=_at(city, on))
        if order in WITH_PAPERS:
            attach(policy, [city.paper(order % len(city.papers))], actor=clerk, at=_at(city, on + 2 * DAY))
            policy.refresh_from_db()
        if order in REVISED:
            later = _draft(city, said, order, on, more="四、本措施实施情况每半年评估一次，企业可以提出修改意见。")
            revise(policy, later, actor=clerk, at=_at(city, on + 40 * DAY), note="增加评估一条")
        if order == ABOLISHED:
            when = on + 30 * DAY
            abolish(policy, actor=clerk, at=_at(city, when), on=when, why="省里统一贴息办法施行，不再另行执行")


def _at(city: City, day: date) -> datetime:
    return city.hours.at(day, 10, 5)


def _draft(city: City, said: dict, order: int, on: date, *, more: str = "") -> Draft:
    unit = city.units[said["unit"]]
    category, _ = PolicyCategory.objects.get_or_create(name=said["category"])
    return Draft(
        title=said["title"],
        number=f"许助示〔{on.year}〕{order + 1}号",
        issuer=unit.name,
        level="CITY",
        body="\n".join([*said["body"], *([more] if more else [])]),
        unit=unit,
        category=category,
        published_on=on,
        effective_on=on,
        expires_on=city.today - DAY if order == EXPIRED else None,
        source="演示文件，不是真的政策",
        card=said["card"],
        is_automatic=said.get("automatic", False),
        guide_materials=said.get("materials", ""),
        guide_where=said.get("where", ""),
        guide_contact="政策专员",
        guide_phone=unit.phone,
        conditions=tuple(
            Condition(ConditionField(f), Operator(op), tuple(values)) for f, op, values in said["conditions"]
        ),
    )
