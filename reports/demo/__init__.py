"""Material of the demo city: pure, deterministic by seed, without a real person or firm.

Start data of any city of this deployment: `regions`, `units`, `categories`, industries. Demo only: `enterprises`,
`people`, `problem`, `phrase`.
"""

from reports.demo.categories import categories, sub_categories
from reports.demo.industries import CHAINS, CLUSTERS, TAGS, WHITELIST_LEVELS, industries
from reports.demo.names import enterprises, people, phone
from reports.demo.registry import regions, units
from reports.demo.seeds import CategorySeed, EnterpriseSeed, PersonSeed, ProblemText, RegionSeed, UnitSeed
from reports.demo.writing import kinds, phrase, problem

__all__ = [
    "CHAINS",
    "CLUSTERS",
    "TAGS",
    "WHITELIST_LEVELS",
    "CategorySeed",
    "EnterpriseSeed",
    "PersonSeed",
    "ProblemText",
    "RegionSeed",
    "UnitSeed",
    "categories",
    "enterprises",
    "industries",
    "kinds",
    "people",
    "phone",
    "phrase",
    "problem",
    "regions",
    "sub_categories",
    "units",
]
