"""What people of the demo city write: problems of firms, and every text of the way from report to 销号."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

from reports.demo.categories import sub_categories
from reports.demo.seeds import ProblemText
from reports.demo.slots import fill, fill_all

TEXTS = Path(__file__).parent / "texts"
# What a slot says when the caller knows nothing better.
PLAIN = {
    "firm": "企业",
    "unit": "我单位",
    "contact": "企业负责人",
    "title": "企业反映的问题",
    "promise": "本月底前",
    "proper_unit": "有相应职权的单位",
    "county": "属地",
    "solution": "企业反映的问题已按程序办结。",
}


def problem(rng: Random, category_code: str, *, on: date | None = None, sector: str = "") -> ProblemText:
    """A problem of a category, or of one leaf of it (FINANCE.RENEW), as a firm of `sector` would tell it on a day."""
    category, _, leaf = category_code.partition(".")
    templates = _templates(category, sector)
    if leaf:
        templates = tuple(row for row in templates if row[0] == leaf)
    if not templates:
        raise KeyError(category_code)
    leaf, title, description, solution = rng.choice(templates)[:4]
    filled = fill_all((title, description, solution), rng, _trade_words(rng, sector), on=on)
    sub = sub_categories()[f"{category}.{leaf}"]
    return ProblemText(filled[0], filled[1], category, sub.code, sub.unit_code, sub.keywords, filled[2])


def phrase(rng: Random, kind: str, *, category: str = "", on: date | None = None, **slots: str) -> str:
    """A text of `kind` (see `kinds()`), where it can in the words of `category` (FINANCE or FINANCE.RENEW).

    Raises KeyError for an unknown kind. Slots: firm, unit, contact, title, promise, proper_unit, county, solution.
    """
    pool = phrases(kind, category.partition(".")[0])
    return fill(rng.choice(pool), rng, PLAIN | slots, on=on)


def kinds() -> tuple[str, ...]:
    """Every kind `phrase` knows."""
    return tuple(_phrases())


def phrases(kind: str, category: str = "") -> Sequence[str]:
    """The unfilled texts of a kind: those of the category, else those for all."""
    pools = _phrases()[kind]
    return pools.get(category) or pools["*"]


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
    return json.loads((TEXTS / "trades.json").read_text(encoding="utf-8"))


def _trade_words(rng: Random, sector: str) -> dict[str, str]:
    trades = _trades()
    words = trades.get(sector) or trades[rng.choice(tuple(trades))]
    return {slot: rng.choice(choices) for slot, choices in words.items()}


@cache
def _templates(category: str, sector: str) -> tuple[tuple[str, ...], ...]:
    """Rows of (leaf, title, description, solution); a fifth value names the only sectors a row suits."""
    rows = json.loads((TEXTS / "problems" / f"{category}.json").read_text(encoding="utf-8"))
    return tuple(tuple(row) for row in rows if len(row) == 4 or not sector or sector in row[4].split(","))  # noqa: PLR2004
