"""The pages of 驾驶舱 against the recount (tests/reports/recount.py): one reader at one moment."""

from dataclasses import asdict
from datetime import date

from cadres.services.calendar import calendar_at
from reports.queries.holding import held_days
from tests.reports.recount import Recount, back

# 助企日 2026-11-20: three working days before to two after, by hand from the calendar.
WINDOW = (date(2026, 11, 17), date(2026, 11, 24))


def check_pages(client, reader, now):
    """Every figure of 驾驶舱, 大屏 and 单位 × 状态."""
    client.force_login(reader)
    counted = Recount(reader, now)
    cockpit = client.get("/reports/cockpit").context
    check_shared(cockpit, counted)
    check_cockpit(cockpit, counted)
    wall = client.get("/reports/wall").context
    check_shared(wall, counted)
    assert wall["urged_today"] == counted.urged_today()
    check_matrix(client, counted)
    for month in (counted.month, back(counted.month)):
        check_compared(client, counted, month)
        check_held(reader, counted, month, now)


def check_shared(context, counted):
    """What 驾驶舱 and 大屏 both show."""
    assert asdict(context["numbers"]) == counted.numbers()
    regions = {
        line.name: (line.open, line.overdue, line.kept, line.due, line.contacted, line.firms)
        for line in context["regions"]
    }
    assert regions == counted.regions(*WINDOW)
    whole = context["whole"]
    sums = [sum(column) for column in zip(*regions.values(), strict=True)] or [0] * 6
    assert [whole.open, whole.overdue, whole.kept, whole.due, whole.contacted, whole.firms] == sums
    trend = context["trend"]
    assert list(zip(trend.months, trend.received, trend.closed, strict=True)) == counted.trend()
    found = context["exceptions"]
    ages = counted.ages()
    assert (found.waiting_count, found.shelved_count) == (len(counted.waiting()), ages[2] + ages[3])


def check_cockpit(context, counted):
    """What only 驾驶舱 shows."""
    units = {line.name: (line.open, line.overdue, line.kept, line.due) for line in context["units"]}
    expected = counted.units()
    assert units.items() <= expected.items()
    assert len(units) == min(8, len(expected))
    categories = counted.categories()
    assert {each["name"]: each["count"] for each in context["categories"]}.items() <= categories.items()
    assert sum(each["count"] for each in context["categories"]) + context["rest_count"] == sum(categories.values())
    assert [each["count"] for each in context["ages"]] == counted.ages()
    if context["instruction_counts"]:
        assert tuple(context["instruction_counts"].values()) == counted.instructions()


def check_matrix(client, counted):
    """Each cell, the sums of rows and columns; once more for one region."""
    for region in (None, *list(counted.region_names)[:1]):
        page = client.get("/reports/matrix", {"region": region or ""}).context
        expected = counted.matrix(region)
        shown = {line["name"]: [cell["count"] for cell in line["cells"]] for line in page["lines"]}
        keys = [dict(part.split("=") for part in head["url"].strip("?").split("&"))["sort"] for head in page["heads"]]
        wanted = {name or "还没有主办单位": [line[key] for key in keys] for name, line in expected.items()}
        assert shown == wanted
        sums = [sum(column) for column in zip(*shown.values(), strict=True)] if shown else [0] * len(keys)
        assert [cell["count"] for cell in page["whole"]["cells"]] == sums


def check_compared(client, counted, month):
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
        assert shown == expected
        assert page["whole"].due == sum(line[2] for line in expected.values())


def check_held(reader, counted, month, now):
    """Whose hands, how many working days, case by case; and what the page makes of them."""
    calendar = calendar_at()
    expected = {key: days for key, days in counted.held(month, calendar).items() if days}
    found = held_days(reader, month, at=now, calendar=calendar)
    assert {(side.value, unit): days for (side, unit), days in found.items()} == expected
