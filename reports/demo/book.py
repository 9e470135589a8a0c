"""A city's own start data as one file: written out to be edited, read back with every mistake named (R-02)."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from cadres.enums import UnitKind
from reports.demo.categories import categories
from reports.demo.registry import CITY, regions, units
from reports.demo.seeds import CategorySeed, RegionSeed, SubCategorySeed, UnitSeed
from zhuqi.kernel.errors import InvalidInput

PARTS = ("regions", "units", "categories")


@dataclass(frozen=True, slots=True)
class CityBook:
    """Regions, units and categories of one city; the code of the city itself stands first among the regions."""

    regions: tuple[RegionSeed, ...]
    units: tuple[UnitSeed, ...]
    categories: tuple[CategorySeed, ...]

    @property
    def city_code(self) -> str:
        """The region that is the whole city: it becomes no row."""
        return next((region.code for region in self.regions if not region.parent_code), CITY)


def shipped() -> CityBook:
    """The start data that comes with the portal."""
    return CityBook(tuple(regions()), tuple(units()), tuple(categories()))


def written(book: CityBook) -> str:
    """The book as JSON, for an editor."""
    return json.dumps(asdict(book), ensure_ascii=False, indent=2)


def read(text: str) -> CityBook:
    """The book from JSON.

    Raises InvalidInput naming each row that is wrong; nothing is loaded then.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"这不是 JSON 文件：第 {error.lineno} 行附近看不懂。"
        raise InvalidInput(message) from error
    if not isinstance(data, dict) or any(not isinstance(data.get(part), list) for part in PARTS):
        message = "文件里要有 regions、units、categories 三个列表，可先用 load_city --write 写出一份照着改。"
        raise InvalidInput(message)
    problems: list[str] = []
    book = CityBook(
        tuple(_rows(data["regions"], RegionSeed, "区域", problems)),
        tuple(_rows(data["units"], UnitSeed, "单位", problems)),
        tuple(_category(row) for row in _rows(data["categories"], CategorySeed, "类别", problems)),
    )
    problems += _loose_ends(book)
    if problems:
        message = "起始数据还要改：" + "".join(problems)
        raise InvalidInput(message, {"file": problems})
    return book


def _rows(rows: list[Any], seed: Any, what: str, problems: list[str]) -> list[Any]:
    found = []
    for number, row in enumerate(rows, start=1):
        try:
            found.append(_as(seed, row))
        except (TypeError, AttributeError):
            problems.append(f"{what}第 {number} 行的栏目不对，应有：{'、'.join(seed.__slots__)}。")
    return found


def _as(seed: Any, row: dict[str, Any]) -> Any:
    """A row as its seed; JSON knows no tuples."""
    return seed(**{name: tuple(value) if isinstance(value, list) else value for name, value in row.items()})


def _category(row: CategorySeed) -> CategorySeed:
    # As read from JSON the children are still plain objects.
    plain: tuple[Any, ...] = row.children
    children = tuple(_as(SubCategorySeed, child) for child in plain)
    return CategorySeed(row.code, row.name, row.task_force_code, row.weight, children)


def _loose_ends(book: CityBook) -> list[str]:
    """Codes that are named but not defined, kinds that do not exist, codes used twice."""
    places, known = {row.code for row in book.regions}, {row.code for row in book.units}
    named = [(f"单位“{row.name}”的上级", row.parent_code, known) for row in book.units]
    named += [(f"单位“{row.name}”的区域", row.region_code, places) for row in book.units]
    named += [(f"单位“{row.name}”的牵头单位", row.lead_unit_code, known) for row in book.units]
    named += [(f"区域“{row.name}”的上级", row.parent_code, places) for row in book.regions]
    named += [(f"类别“{row.name}”的专项工作小组", row.task_force_code, known) for row in book.categories]
    named += [
        (f"类别“{leaf.name}”的常办单位", leaf.unit_code, known) for row in book.categories for leaf in row.children
    ]
    problems = [f"{where}“{code}”没有列出。" for where, code, codes in named if code and code not in codes]
    problems += [f"单位“{row.name}”的类别“{row.kind}”不对。" for row in book.units if row.kind not in UnitKind.values]
    for what, codes in (("区域", [row.code for row in book.regions]), ("单位", [row.code for row in book.units])):
        problems += [f"{what}代码“{code}”用了两次。" for code in sorted({c for c in codes if codes.count(c) > 1})]
    offices = [row for row in book.units if row.kind == UnitKind.OFFICE and not row.region_code]
    if not offices:
        problems.append("要有一个市活动办（类别 OFFICE、区域留空）。")
    elif not offices[0].prefix:
        problems.append("市活动办要写发文代字（prefix）。")
    return problems
