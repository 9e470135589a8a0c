"""The pages of 驾驶舱 against the recount (tests/reports/recount.py): one reader at one moment, and where they differ."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date

from cadres.services.calendar import calendar_at
from reports.queries.holding import held_days
from tests.reports.recount import Recount, back

# 助企日 2026-11-20: three working days before to two after, by hand from the calendar.
WINDOW = (date(2026, 11, 17), date(2026, 11, 24))
# What was looked at, what the page says, what the recount says.
Pair = tuple[str, object, object]


def differences(client, reader, now) -> list[Pair]:
    """Every figure of 驾驶舱, 大屏 and 单位 × 状态 that is not what the recount gives; empty when all agree."""
    pairs = list(_pairs(client, reader, now))
    assert len({what for what, _, _ in pairs}) >= 27, "a page was not looked at"
    return [pair for pair in pairs if pair[1] != pair[2]]


def _pairs(client, reader, now) -> Iterator[Pair]:
    client.force_login(reader)
    counted = Recount(reader, now)
    cockpit = client.get("/reports/cockpit").context
    yield from _shared(cockpit, counted)
    yield from _cockpit(cockpit, counted)
    wall = client.get("/reports/wall").context
    yield from _shared(wall, counted)
    yield "urged today", wall["urged_today"], counted.urged_today()
    yield from _matrix(client, counted)
    for month in (counted.month, back(counted.month)):
        yield from _compared(client, counted, month)
        yield _held(reader, counted, month, now)


def _shared(context, counted) -> Iterator[Pair]:
    """What 驾驶舱 and 大屏 both show."""
    yield "numbers", asdict(context["numbers"]), counted.numbers()
    regions = {
        line.name: (line.open, line.overdue, line.kept, line.due, line.contacted, line.firms)
        for line in context["regions"]
    }
    yield "regions", regions, counted.regions(*WINDOW)
    whole = context["whole"]
    sums = [sum(column) for column in zip(*regions.values(), strict=True)] or [0] * 6
    yield "all regions", [whole.open, whole.overdue, whole.kept, whole.due, whole.contacted, whole.firms], sums
    trend = context["trend"]
    yield "trend", list(zip(trend.months, trend.received, trend.closed, strict=True)), counted.trend()
    found, ages = context["exceptions"], counted.ages()
    counts = (found.waiting_count, found.shelved_count)
    yield "exceptions", counts, (len(counted.waiting()), ages[2] + ages[3])


def _cockpit(context, counted) -> Iterator[Pair]:
    """What only 驾驶舱 shows; of units and categories it shows the first few."""
    units = {line.name: (line.open, line.overdue, line.kept, line.due) for line in context["units"]}
    expected = counted.units()
    yield "units", units, {name: expected.get(name) for name in units}
    yield "how many units", len(units), min(8, len(expected))
    shown, categories = {each["name"]: each["count"] for each in context["categories"]}, counted.categories()
    yield "categories", shown, {name: categories.get(name) for name in shown}
    in_all = sum(each["count"] for each in context["categories"]) + context["rest_count"]
    yield "all categories", in_all, sum(categories.values())
    yield "ages", [each["count"] for each in context["ages"]], counted.ages()
    if context["instruction_counts"]:
        yield "instructions", tuple(context["instruction_counts"].values()), counted.instructions()


def _matrix(client, counted) -> Iterator[Pair]:
    """Each cell, the sums of rows and columns; once more for one region."""
    for region in (None, *list(counted.region_names)[:1]):
        page = client.get("/reports/matrix", {"region": region or ""}).context
        expected = counted.matrix(region)
        shown = {line["name"]: [cell["count"] for cell in line["cells"]] for line in page["lines"]}
        keys = [dict(part.split("=") for part in head["url"].strip("?").split("&"))["sort"] for head in page["heads"]]
        wanted = {name or "还没有主办单位": [line[key] for key in keys] for name, line in expected.items()}
        yield f"matrix of {region}", shown, wanted
        sums = [sum(column) for column in zip(*shown.values(), strict=True)] if shown else [0] * len(keys)
        yield f"sums of the matrix of {region}", [cell["count"] for cell in page["whole"]["cells"]], sums


def _compared(client, counted, month) -> Iterator[Pair]:
    """Each line of 比一比 for a month, by unit, region and category."""
    for by in ("unit", "region", "category"):
        page = client.get("/reports/compare", {"by": by, "month": f"{month:%Y-%m}"}).context
        expected = counted.compared(by, month)
        if month != counted.month:
            expected = {key: line for key, line in expected.items() if line[2]}
        lines = [line["of"] for line in page["lines"]]
        shown = {
            None if line.key is None else line.name: (line.open, line.overdue, line.due, line.late, line.undone)
            for line in lines
        }
        yield f"{by} in {month:%Y-%m}", shown, expected
        yield f"every {by} in {month:%Y-%m}", page["whole"].due, sum(line[2] for line in expected.values())


def _held(reader, counted, month, now) -> Pair:
    """Whose hands, how many working days, case by case; and what the page makes of them."""
    calendar = calendar_at()
    expected = {key: days for key, days in counted.held(month, calendar).items() if days}
    found = held_days(reader, month, at=now, calendar=calendar)
    return f"held in {month:%Y-%m}", {(side.value, unit): days for (side, unit), days in found.items()}, expected
