"""Fictional policy papers by the thousand (R-60, R-62): seeded, each with rules that its text really states. Pure."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

from reports.demo.industries import CHAINS
from reports.demo.registry import regions

TEXT = Path(__file__).parent / "texts" / "papers.json"
DAY = timedelta(days=1)
YEARS = 14
NUMERALS = "一二三四五六七八九十"
# Level: how many of a hundred, the place it speaks of, the word its numbers begin with.
LEVELS = (
    ("NATION", 8, "全国", "国示"),
    ("PROVINCE", 22, "全省", "豫示"),
    ("CITY", 45, "许昌市", "许示"),
    ("COUNTY", 25, "", ""),
)
Condition = tuple[str, str, tuple[str | int, ...]]


@dataclass(frozen=True, slots=True)
class Paper:
    """One policy as plain values; codes for region and unit, names for the rest."""

    title: str
    number: str
    level: str
    issuer: str
    region_code: str
    unit_code: str
    category: str
    published_on: date
    effective_on: date
    expires_on: date | None
    abolished_on: date | None
    abolished_why: str
    body: str
    card: str
    is_automatic: bool
    materials: str
    where: str
    guide_until_on: date | None
    conditions: tuple[Condition, ...]


def papers(seed: int, count: int, *, today: date) -> Iterator[Paper]:
    """`count` papers with distinct numbers, the oldest YEARS years before `today`."""
    said, places = _said(), [row for row in regions() if row.parent_code and not row.is_functional_zone]
    serial = dict[str, int]()
    for order, topic in zip(range(count), cycle(said["topics"]), strict=False):
        rng = Random(f"{seed}:{order}")
        yield _Writer(rng, said, topic, places, today).paper(serial)


@cache
def _said() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(TEXT.read_text(encoding="utf-8"))
    return found


class _Writer:
    """One paper: every number, place and condition is drawn once and said alike in text, card and conditions."""

    def __init__(
        self, rng: Random, said: dict[str, Any], topic: dict[str, Any], places: list[Any], today: date
    ) -> None:
        self.rng, self.said, self.topic, self.today = rng, said, topic, today
        self.level, _, place, self.word = rng.choices(LEVELS, [row[1] for row in LEVELS])[0]
        self.region = rng.choice(places)
        if self.level == "COUNTY":
            place, self.word = self.region.name, f"{self.region.short_name[0]}示"
        self.on = today - DAY * int(YEARS * 365 * rng.random() ** 1.6)
        self.conditions, self.who = self._conditions()
        self.kind = rng.choice(said["kinds"])
        self.issuer = self._issuer(place)
        self.until = date(self.on.year, 12, 31) if rng.random() < 0.4 else None
        self.expires = self.on + DAY * 365 * rng.choice((2, 3, 5)) - DAY if rng.random() < 0.55 else None
        self.words = self._words(place)

    def paper(self, serial: dict[str, int]) -> Paper:
        """The whole; `serial` counts the numbers of each word and year."""
        rng, said = self.rng, self.said
        stem = f"{self.word}{self.topic['word']}〔{self.on.year}〕"
        serial[stem] = serial.get(stem, 0) + 1
        is_gone = rng.random() < 0.05 and self.on < self.today - 90 * DAY
        gone = self.on + (self.today - self.on) * 0.7 if is_gone else None
        return Paper(
            title=rng.choice(said["heads"]).format_map(self.words)[:200], number=f"{stem}{serial[stem]}号", level=self.level,
            issuer=self.issuer, region_code=self.region.code if self.level == "COUNTY" else "",
            unit_code=self.topic["unit"], category=self.topic["category"], published_on=self.on, effective_on=self.on,
            expires_on=self.expires, abolished_on=gone, abolished_why=rng.choice(said["abolished"]) if gone else "",
            body=self._body(), card=rng.choice(said["cards"]).format_map(self.words)[:200],
            is_automatic=rng.random() < 0.15, materials=self.topic["proof"],
            where=f"政务大厅惠企专区 {rng.randint(1, 30)} 号窗", guide_until_on=self.until, conditions=self.conditions,
        )  # fmt: skip

    def _issuer(self, place: str) -> str:
        office = {"NATION": "国家示例部委", "PROVINCE": "河南省示例厅局"}.get(self.level)
        ending = self.rng.choice(("人民政府办公室", "助企活动领导小组", f"{self.topic['word']}示例局"))
        return f"{office}（{self.topic['word']}）" if office else f"{place}{ending}"

    def _conditions(self) -> tuple[tuple[Condition, ...], str]:
        """At most three, and the same in words."""
        topic, rng, found, told = self.topic, self.rng, list[Condition](), list[str]()
        if self.level == "COUNTY":
            found.append(("REGION", "IN", (self.region.name,)))
            told.append(f"在{self.region.name}登记注册")
        if "industry" in topic and rng.random() < 0.7:
            found.append(("INDUSTRY", "PREFIX", (topic["industry"],)))
            told.append("属于制造业" if topic["industry"] == "C" else f"行业代码以 {topic['industry']} 开头")
        if "tag" in topic:
            found.append(("TAG", "IN", (topic["tag"],)))
            told.append(f"认定为{topic['tag']}")
        if topic.get("scale"):
            found.append(("ABOVE_SCALE", "YES", ()))
            told.append("纳入规模以上统计")
        for name, field, words in (("age", "AGE", "成立满 {} 年"), ("staff", "STAFF", "从业人数不少于 {} 人"),
                                   ("revenue", "REVENUE", "上年营业收入不少于 {} 万元")):  # fmt: skip
            if name in topic:
                least = rng.choice(topic[name])
                found.append((field, "AT_LEAST", (least,)))
                told.append(words.format(least))
        if len(found) < 3 and rng.random() < 0.2:
            chain = rng.choice(list(CHAINS.values()))
            found.append(("CHAIN", "IN", (chain,)))
            told.append(f"列入{chain}产业链")
        return tuple(found), "、".join(told) if told else "在本地登记、正常经营"

    def _words(self, place: str) -> dict[str, Any]:
        rng, topic = self.rng, self.topic
        start = f"{self.on.year}年{self.on.month}月{self.on.day}日"
        end = f"，有效期至{self.expires.year}年{self.expires.month}月{self.expires.day}日" if self.expires else ""
        half = rng.choice((40, 50, 60, 70))
        return {
            **{name: topic[name] for name in ("name", "cost", "act", "proof")}, "place": place, "kind": self.kind,
            "who": self.who, "year": self.on.year, "issuer": self.issuer, "start": start, "end": end,
            "until": f"{self.until.month}月{self.until.day}日" if self.until else "每年 11 月底",
            "chain": rng.choice(list(CHAINS.values())), "region": self.region.name, "rate": rng.choice((3, 5, 8, 10, 12, 15, 20, 30)),
            "amount": rng.choice((5, 10, 20, 30, 50, 80, 100, 200, 300, 500)), "floor": rng.randint(2, 40) * 50,
            "step": rng.randint(1, 5), "extra": rng.randint(1, 20) * 5, "half": half, "rest": 100 - half,
            "d1": rng.randint(3, 10), "d2": rng.randint(11, 30), "d3": rng.choice((3, 5, 7)), "n3": rng.randint(2, 4),
            "pool": rng.randint(5, 300) * 100, "share": rng.randint(20, 95), "count": rng.randint(12, 960),
            "count2": rng.randint(12, 96),
        }  # fmt: skip

    def _body(self) -> str:
        """300 – 6,000 characters: an opening, articles under numbered heads, a closing."""
        rng, said = self.rng, self.said
        lines, names = [rng.choice(said["opening"])], list(said["sections"])
        chosen = [*names[:3], *rng.sample(names[3:], rng.randint(0, len(names) - 3))]
        rounds, article = rng.choice((1, 1, 1, 1, 2, 2, 3, 5)), 0
        for numeral, name in zip(NUMERALS, chosen, strict=False):
            lines.append(f"{numeral}、{name}")
            for turn in range(rounds):
                sentences = said["sections"][name]
                some = rng.sample(sentences, rng.randint(2, len(sentences)))
                article += 1
                if turn:
                    self.words |= {"chain": rng.choice(list(CHAINS.values())), "d1": rng.randint(3, 10), "share": rng.randint(20, 95),
                                   "count": rng.randint(12, 960), "pool": rng.randint(5, 300) * 100}  # fmt: skip
                lines.append(f"第{article}条　" + "".join(some).format_map(self.words))
        lines += [line.format_map(self.words) for line in said["closing"]]
        lines[0] = lines[0].format_map(self.words)
        return "\n".join(lines)
