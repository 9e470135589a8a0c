"""The rows a city starts from, as plain values; the engine turns them into models."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RegionSeed:
    """A county, city or functional zone (R-02); `territory_code` is the GB/T 2260 code credit codes carry there."""

    code: str
    name: str
    short_name: str
    parent_code: str
    is_functional_zone: bool
    territory_code: str
    statistical_code: str
    weight: int


@dataclass(frozen=True, slots=True)
class UnitSeed:
    """An organisation (R-01); `prefix` is its 代字 where it issues tickets, `group` its ranking group (R-51).

    `region_code` is empty for a unit of the whole city.
    """

    code: str
    name: str
    short_name: str
    kind: str
    parent_code: str
    region_code: str
    group: str
    prefix: str
    lead_unit_code: str
    powers: tuple[str, ...]
    is_arrears_group: bool = False  # sits in the joint group of 清欠


@dataclass(frozen=True, slots=True)
class SubCategorySeed:
    """A second-level category with the unit to suggest as lead."""

    code: str
    name: str
    unit_code: str
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CategorySeed:
    """A first-level category (R-22) mapped to its task force."""

    code: str
    name: str
    task_force_code: str
    weight: int
    children: tuple[SubCategorySeed, ...]


@dataclass(frozen=True, slots=True)
class IndustrySeed:
    """A GB/T 4754-2017 class with the trade word of firms' names, its chain and cluster."""

    code: str
    name: str
    trade: str
    sector: str
    chain: str
    cluster: str


@dataclass(frozen=True, slots=True)
class EnterpriseSeed:
    """A fictional firm (R-11)."""

    name: str
    short_name: str
    code: str
    region_code: str
    address: str
    industry: str
    industry_name: str
    sector: str
    chain: str
    cluster: str
    is_large: bool
    tags: tuple[str, ...]
    whitelist_level: str
    contact_name: str
    contact_title: str
    phone: str


@dataclass(frozen=True, slots=True)
class PersonSeed:
    """A fictional person: a name and a number that reaches nobody."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class ProblemText:
    """A problem as a firm tells it, and in `solution` how it may end well (same figures)."""

    title: str
    description: str
    category_code: str
    sub_category_code: str
    suggested_unit_code: str
    keywords: tuple[str, ...]
    solution: str
