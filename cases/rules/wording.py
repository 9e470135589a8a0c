"""A reckoning told in Chinese (R-43), in phrases of which the decisive dates are marked for bold."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from cadres.calendar import DayKind

if TYPE_CHECKING:
    from cases.rules.deadlines import Reckoning, StripDay

WEEKDAYS = "一二三四五六日"
SHORT = {"清明节": "清明", "端午节": "端午", "中秋节": "中秋", "国庆节": "国庆"}
TEN = "零一二三四五六七八九十"
Phrase = tuple[str, bool]


def short_date(day: date, year: int) -> str:
    """MM-DD, with the year in front when it is not the one the sentence began in."""
    return f"{day:%m-%d}" if day.year == year else f"{day:%Y-%m-%d}"


def with_weekday(day: date, year: int) -> str:
    """10-18（周日）."""
    return f"{short_date(day, year)}（周{WEEKDAYS[day.weekday()]}）"


def holiday_names(names: Iterable[str]) -> list[str]:
    """Distinct holidays in the order met, as people say them: 中秋, 国庆."""
    each = (part for name in names for part in name.split("、") if part)
    return list(dict.fromkeys(SHORT.get(part, part) for part in each))


def tell(reckoning: "Reckoning") -> tuple[Phrase, ...]:
    """The whole explanation of one due date."""
    return tuple(
        phrase
        for part in (_opening, _extension, _giving_back, _ending, _way_of_counting, _uncertainty, _postscript)
        for phrase in part(reckoning)
    )


def _opening(reckoning: "Reckoning") -> Iterator[Phrase]:
    year, term = reckoning.start.year, reckoning.term
    when = with_weekday(reckoning.raw_on, year)
    first = f"{short_date(reckoning.start, year)} {reckoning.origin}，"
    if reckoning.promised:
        yield f"{first}约定的日期是 ", False
        yield when, True
        return
    yield f"{first}次日起算，", False
    if term.unit.value == "m":
        amount = TEN[term.amount] if 1 <= term.amount <= len(TEN) - 1 else f" {term.amount} "
        yield f"{'两' if term.amount == 2 else amount}个月的期满日是 ", False
    elif term.counts_workdays:
        yield f"按工作日计，第 {term.amount} 个工作日是 ", False
    else:
        yield f"第 {term.amount} 天是 ", False
    yield when, True


def _extension(reckoning: "Reckoning") -> Iterator[Phrase]:
    if reckoning.extended_days:
        unit = "个工作日" if reckoning.term.counts_workdays else "天"
        yield f"。经批准延期 {reckoning.extended_days} {unit}，到 ", False
        yield with_weekday(reckoning.extended_on, reckoning.start.year), True


def _giving_back(reckoning: "Reckoning") -> Iterator[Phrase]:
    if not reckoning.pauses:
        return
    year = reckoning.start.year
    spans = "、".join(_span(pause.start, pause.last, year) for pause in reckoning.pauses)
    unit = "个工作日" if reckoning.term.counts_workdays else "天"
    yield f"。{spans} 待企业补充，暂停 {reckoning.given_back} {unit}，原样补回，到 ", False
    yield with_weekday(reckoning.given_back_on, year), True


def _span(first: date, last: date, year: int) -> str:
    if first == last:
        return short_date(first, year)
    return f"{short_date(first, year)} 至 {short_date(last, year)}"


def _ending(reckoning: "Reckoning") -> Iterator[Phrase]:
    if reckoning.term.counts_workdays:
        yield "。", False
    elif reckoning.is_moved:
        yield from _move(reckoning)
    elif not _is_day_off(reckoning):
        works = "调休上班" if reckoning.days[-1].kind is DayKind.MAKEUP else "上班"
        # "不再" once something has moved the date already; "不" while the plain count stands.
        again = "再" if reckoning.due_on != reckoning.raw_on else ""
        yield f"；当天{works}，不{again}顺延。", False
    else:
        yield "；当天休息，按规则不顺延。", False


def _is_day_off(reckoning: "Reckoning") -> bool:
    return reckoning.days[-1].kind in {DayKind.HOLIDAY, DayKind.WEEKEND}


def _move(reckoning: "Reckoning") -> Iterator[Phrase]:
    fell = next((day for day in reckoning.days if day.date == reckoning.given_back_on), None)
    back = reckoning.due_on < reckoning.given_back_on
    why = "正在暂停" if fell is not None and fell.paused else f"遇{_rest_word(fell)}"
    yield f"，{why}，{'提前到上一个工作日' if back else '顺延到下一个工作日'} ", False
    yield with_weekday(reckoning.due_on, reckoning.start.year), True
    if not back and reckoning.days[-1].kind is DayKind.MAKEUP:
        yield "，当天调休上班", False
    yield "。", False


def moved(reckoning: "Reckoning") -> str:
    """Why a printed date is not where the plain count ends, in a few words: 第 3 天 2月16日逢春节放假，顺延. Else nothing."""
    term = reckoning.term
    if reckoning.promised or term.counts_workdays or not reckoning.is_moved:
        return ""
    day = reckoning.given_back_on
    fell = next((each for each in reckoning.days if each.date == day), None)
    what = "期满日" if term.unit.value == "m" else f"第 {term.amount} 天"
    back = reckoning.due_on < day
    return f"{what} {day.month}月{day.day}日逢{_rest_word(fell)}，{'提前' if back else '顺延'}"


def _rest_word(day: "StripDay | None") -> str:
    if day is None or day.kind is not DayKind.HOLIDAY:
        return "休息日"
    return "、".join(holiday_names([day.name])) + "放假"


def _way_of_counting(reckoning: "Reckoning") -> Iterator[Phrase]:
    if reckoning.promised:
        return
    inner = reckoning.days[1:]
    holidays = holiday_names(day.name for day in inner if day.kind is DayKind.HOLIDAY)
    weekend = any(day.kind is DayKind.WEEKEND for day in inner)
    if reckoning.term.counts_workdays:
        yield _working(reckoning, holidays, weekend=weekend), False
        return
    said = "、".join(holidays) if holidays else "周末" if weekend else ""
    yield f"按自然日计，{said}照计；" if said else "按自然日计；", False
    yield (
        {
            "FORWARD": "只有期满日遇休息日，才顺延到下一个工作日。",
            "BACK": "只有期满日遇休息日，才提前到上一个工作日。",
            "KEEP": "期满日遇休息日也不顺延。",
        }[reckoning.term.roll.value],
        False,
    )


def _working(reckoning: "Reckoning", holidays: list[str], *, weekend: bool) -> str:
    off = (["周末"] if weekend else []) + holidays
    year = reckoning.start.year
    makeup = [day.date for day in reckoning.days[1:] if day.kind is DayKind.MAKEUP and day.counted]
    words = [f"{'、'.join(off)}不计"] if off else []
    if makeup:
        words.append("、".join(_days_in_a_row(makeup, year)) + " 调休上班，计入")
    return "，".join(words) + "。" if words else "期间没有休息日。"


def _days_in_a_row(days: list[date], year: int) -> Iterator[str]:
    cuts = [0, *(i + 1 for i, (a, b) in enumerate(pairwise(days)) if (b - a).days > 1), len(days)]
    for first, after in pairwise(cuts):
        yield _span(days[first], days[after - 1], year)


def _uncertainty(reckoning: "Reckoning") -> Iterator[Phrase]:
    if reckoning.provisional:
        yield (
            f"{max(reckoning.due_on, reckoning.given_back_on).year} 年放假安排尚未公布，暂按周末推算，日期为暂定。",
            False,
        )


def _postscript(reckoning: "Reckoning") -> Iterator[Phrase]:
    if reckoning.postscript:
        yield reckoning.postscript, False
