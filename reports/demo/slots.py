"""Fill the slots of a template from a random generator.

`{10-80}` a whole number, `{200-900/50}` with a step, `{甲|乙}` a choice, `{n=10-80}` a value kept and said again
by `{n}`, `{ago:20-60}` a day that many days back, `{ahead:20-60}` one to come, `{monthago:1-4}` a month back,
`{equip}` a word of the firm's trade or of the caller.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random

SLOT = re.compile(r"\{([^{}]+)\}")
RANGE = re.compile(r"(\d+)-(\d+)(?:/(\d+))?")
NAMED = re.compile(r"([a-z][a-z_0-9]*)=(.+)")
CHINESE_GAP = re.compile(r"(?<=[\u4e00-\u9fff，。；：]) +(?=[\u4e00-\u9fff])")
BEFORE_FIGURE = re.compile(r"(?<=[\u4e00-\u9fff])(?=\d)")


class UnfilledSlotError(KeyError):
    """A template names a slot nobody gave a word for."""


def fill(text: str, rng: Random, words: Mapping[str, str], *, on: date | None = None) -> str:
    """One template filled; see `fill_all`."""
    return fill_all((text,), rng, words, on=on)[0]


def fill_all(
    texts: tuple[str, ...],
    rng: Random,
    words: Mapping[str, str],
    *,
    on: date | None = None,
) -> tuple[str, ...]:
    """Fill texts that share their named values, so title, description and outcome agree.

    `on` is the day the text is written; without it dates are said in relative words.
    """
    kept = dict(words)
    said: dict[str, str] = {}  # what the title says once, the rest says again

    def value(match: re.Match[str]) -> str:
        spec = match.group(1)
        if named := NAMED.fullmatch(spec):
            name, spec = named.groups()
            kept[name] = _value(spec, rng, kept, on)
            return kept[name]
        return said.get(spec) or _value(spec, rng, kept, on)

    for spec in SLOT.findall(texts[0]) if len(texts) > 1 else ():
        if RANGE.fullmatch(spec) or ("|" in spec and "=" not in spec):
            said[spec] = _value(spec, rng, kept, on)
    return tuple(_spaced(SLOT.sub(value, text)) for text in texts)


def _spaced(text: str) -> str:
    """A space before a figure after Chinese, none between Chinese and Chinese."""
    return BEFORE_FIGURE.sub(" ", CHINESE_GAP.sub("", text))


def _value(spec: str, rng: Random, words: Mapping[str, str], on: date | None) -> str:
    if span := RANGE.fullmatch(spec):
        low, high, step = int(span[1]), int(span[2]), int(span[3] or 1)
        return str(low + step * int(rng.random() * ((high - low) // step + 1)))
    if "|" in spec:
        return rng.choice(spec.split("|"))
    kind, _, days = spec.partition(":")
    if days:
        span = RANGE.fullmatch(days if "-" in days else f"{days}-{days}")
        if kind not in DATED or not span:
            raise UnfilledSlotError(spec)
        return DATED[kind](rng.randint(int(span[1]), int(span[2])), on)
    if spec not in words:
        raise UnfilledSlotError(spec)
    return words[spec]


def _ago(days: int, on: date | None) -> str:
    if on is None:
        return "前几天" if days < 10 else "上月" if days < 45 else "前些日子"
    return _day(on - timedelta(days=days), on)


def _ahead(days: int, on: date | None) -> str:
    if on is None:
        return "下周" if days < 10 else "下月" if days < 45 else "两三个月后"
    return _day(on + timedelta(days=days), on)


def _month_ago(months: int, on: date | None) -> str:
    if on is None:
        return "上个月" if months == 1 else f"{months} 个月前"
    return _month(_shift(on, -months), on)


def _month_ahead(months: int, on: date | None) -> str:
    if on is None:
        return "下个月" if months == 1 else f"{months} 个月后"
    return _month(_shift(on, months), on)


def _shift(on: date, months: int) -> date:
    index = on.year * 12 + on.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _year(day: date, on: date) -> str:
    return {-1: "去年 ", 0: "", 1: "明年 "}.get(day.year - on.year, f"{day.year} 年 ")


def _month(day: date, on: date) -> str:
    return f"{_year(day, on)}{day.month} 月"


def _day(day: date, on: date) -> str:
    return f"{_month(day, on)} {day.day} 日"


DATED: Mapping[str, Callable[[int, date | None], str]] = {
    "ago": _ago,
    "ahead": _ahead,
    "monthago": _month_ago,
    "monthahead": _month_ahead,
}
