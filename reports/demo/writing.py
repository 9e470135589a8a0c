"""What people of the demo city write: problems of firms, and every text of the way from report to 销号."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

from reports.demo.categories import sub_categories
from reports.demo.seeds import ProblemText
from reports.demo.slots import fill, fill_all

TEXTS = Path(__file__).parent / "texts"
SERVICES = frozenset({"CARGO"})  # sectors that make nothing: no template about goods suits them
# Words of the foundry and the machine hall that sound wrong from a nursery, a haulier or a software house.
UNSUITED = {
    "FLOWER": re.compile(r"炉|整件|落灰|型式试验|废品率|新工艺|工艺|首批次|碳足迹|破损率|标签|装配|蒸汽|停汽|单机"),
    "CARGO": re.compile(r"炉|产线|新工艺|不敢上市|生产线|首批次|试机|蒸汽|停汽|辐射|喷涂"),
    "ICT": re.compile(r"炉|蒸汽|停汽|气价|日供气|冷却用水|炉渣|铸"),
}
GOODS = re.compile(r"\{(product|material)\}")
SHORT = 64  # characters; a shorter description always gets one more sentence
MORE_TO_SAY = 0.25
# What a slot says when the caller knows nothing better.
PLAIN = {
    "firm": "企业",
    "unit": "我单位",
    "contact": "企业负责人",
    "title": "生产经营中的实际困难",
    "promise": "本月底",
    "proper_unit": "有相应职权的单位",
    "county": "属地",
    "solution": "企业反映的问题已按程序办结。",
}


def problem(rng: Random, category_code: str, *, on: date | None = None, sector: str = "") -> ProblemText:
    """A problem of a category, or of one leaf of it (FINANCE.RENEW), as a firm of `sector` would tell it on a day."""
    category, _, leaf = category_code.partition(".")
    templates = _templates(category, sector)
    if leaf:
        of_leaf = [row for row in templates if row[0] == leaf]
        templates = tuple(of_leaf or [row for row in _templates(category, "") if row[0] == leaf])
    if not templates:
        raise KeyError(category_code)
    leaf, title, description, solution, *suits = rng.choice(templates)
    if suits and not sector:
        sector = rng.choice(suits[0].split(","))
    if len(description) < SHORT or rng.random() < MORE_TO_SAY:
        description += rng.choice(_tails(category))
    filled = fill_all((title, description, solution), rng, _trade_words(rng, sector), on=on)
    sub = sub_categories()[f"{category}.{leaf}"]
    return ProblemText(filled[0], filled[1], category, sub.code, sub.unit_code, sub.keywords, filled[2])


def phrase(rng: Random, kind: str, *, category: str = "", on: date | None = None, **slots: str) -> str:
    """A text of `kind` (see `kinds()`), where it can in the words of `category` (FINANCE or FINANCE.RENEW).

    Raises KeyError for an unknown kind. Slots: firm, unit, contact, title, promise, proper_unit, county, solution.
    """
    slots["promise"] = slots.get("promise", PLAIN["promise"]).removesuffix("前")
    pool = phrases(kind, category.partition(".")[0])
    return fill(rng.choice(pool), rng, _trade_words(rng, "") | PLAIN | slots, on=on)


def kinds() -> tuple[str, ...]:
    """Every kind `phrase` knows."""
    return tuple(_phrases())


def phrases(kind: str, category: str = "") -> Sequence[str]:
    """The unfilled texts of a kind: those of the category and those for all."""
    pools = _phrases()[kind]
    return pools.get(category, ()) + pools["*"]


@cache
def _phrases() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for path in sorted((TEXTS / "phrases").glob("*.json")):
        for kind, pools in json.loads(path.read_text(encoding="utf-8")).items():
            by_category = pools if isinstance(pools, dict) else {"*": pools}
            found.setdefault(kind, {}).update({code: tuple(texts) for code, texts in by_category.items()})
    return found


@cache
def _trades() -> Mapping[str, Mapping[str, list[str]]]:
    trades: Mapping[str, Mapping[str, list[str]]] = json.loads((TEXTS / "trades.json").read_text(encoding="utf-8"))
    return trades


@cache
def _tails(category: str) -> tuple[str, ...]:
    tails = json.loads((TEXTS / "tails.json").read_text(encoding="utf-8"))
    return (*tails.get(category, ()), *tails["*"])


def _trade_words(rng: Random, sector: str) -> dict[str, str]:
    trades = _trades()
    words = trades.get(sector) or trades[rng.choice([trade for trade in trades if trade not in SERVICES])]
    return {slot: rng.choice(choices) for slot, choices in words.items()}


@cache
def _templates(category: str, sector: str) -> tuple[tuple[str, ...], ...]:
    """Rows of (leaf, title, description, solution); a fifth value names the only sectors a row suits."""
    rows = json.loads((TEXTS / "problems" / f"{category}.json").read_text(encoding="utf-8"))
    return tuple(tuple(row) for row in rows if _suits(row, sector))


def _suits(row: list[str], sector: str) -> bool:
    if sector in UNSUITED and UNSUITED[sector].search(row[1] + row[2] + row[3]):
        return False
    if len(row) > 4:
        return not sector or sector in row[4].split(",")
    return sector not in SERVICES or not GOODS.search(row[1] + row[2] + row[3])
