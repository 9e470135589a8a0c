"""What will become of a case: drawn once when it is raised, by how reliable its unit is, and then lived through the services."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from cases.enums import Nature, Source, Tier
from reports.demo import categories

SOURCES = (
    (Source.VISIT, 44), (Source.ENTERPRISE, 26), (Source.OFFICE, 8), (Source.HOTLINE, 9), (Source.MEETING, 6),
    (Source.PROVINCE, 4), (Source.COMPLAINT_MEETING, 3),
)  # fmt: skip
LOCAL = {
    "INFRA",
    "LAND",
    "ENV",
    "INSPECTION",
    "OTHER",
    "LABOUR",
    "LOGISTICS",
    "APPROVAL",
    "MARKET",
}  # what a county's own government often settles


@dataclass
class Fate:
    """The turns of one case. Lateness is in working days after the 09:00 that urges it; 0 is in time."""

    leaf: str
    tier: str = Tier.SINGLE
    nature: str = Nature.SINGLE
    source: str = Source.ENTERPRISE
    unit: str = ""  # lead unit's code; empty: as the problem suggests
    by_city: bool = True
    is_local: bool = False
    refused: bool = False
    by_silence: bool = False
    doubled: bool = False  # the firm says it twice, the second is merged
    split: bool = False
    reissued: bool = False  # a ticket written wrong, void, and written again
    objection: str = ""  # upheld, rejected
    sign_late: int = 0
    feedback_late: int = 0
    helpers: int = 0
    helper_units: tuple[str, ...] = ()
    helper_late: bool = False
    extension: str = ""  # granted, denied
    pause: str = ""  # supplied, lapsed
    coordination: bool = False
    share: float = 0.6  # of the term that is used
    resolve_late: int = 0
    promises: bool = True  # answers the urge in writing
    outcome: str = "A"
    shelf_days: int = 60
    shelf_late: int = 0
    returned: bool = False
    ratings: tuple[int | None, ...] = (5,)
    reopened: int = 0  # days after closing
    stop: str = ""  # the last stage before the present; nothing is done after it
    inquiry_stop: str = ""  # office, leader, issued, answered: where a 问效 waits in the present
    pins: dict[str, datetime] = field(default_factory=dict)  # instants fixed by the plan of the present


def draw_leaf(rng: Random) -> str:
    """A leaf category, by the shares of the first level."""
    rows = categories()
    top = rng.choices(rows, [row.weight for row in rows])[0]
    return rng.choice(top.children).code


def draw(rng: Random, leaf: str, *, care: float) -> Fate:
    """The fate of an ordinary case whose unit is this reliable."""
    fate = Fate(leaf, source=rng.choices([s for s, _ in SOURCES], [w for _, w in SOURCES])[0])
    top = leaf.partition(".")[0]
    fate.tier = rng.choices([Tier.SINGLE, Tier.COMPLEX, Tier.MAJOR], [70, 26, 4])[0]
    fate.nature = Nature.COMMON if rng.random() < 0.12 else Nature.SINGLE
    fate.by_city = rng.random() < 0.6
    _intake(rng, fate)
    _handling(rng, fate, care=care)
    _ending(rng, fate, care=care)
    if top == "LEGAL":
        fate.tier, fate.outcome, fate.extension, fate.resolve_late = Tier.COMPLEX, "A", "", 0
    return fate


def _intake(rng: Random, fate: Fate) -> None:
    fate.refused = rng.random() < 0.025
    fate.by_silence = rng.random() < 0.02
    fate.doubled = rng.random() < 0.012
    fate.split = rng.random() < 0.01
    fate.reissued = rng.random() < 0.006
    fate.objection = rng.choices(["", "upheld", "rejected"], [94, 3.5, 2.5])[0] if fate.tier != Tier.MAJOR else ""


def _handling(rng: Random, fate: Fate, *, care: float) -> None:
    slip = 1 - care

    def late(weight: float, most: int) -> int:
        return rng.randint(1, most) if rng.random() < slip * weight else 0

    fate.sign_late = late(0.35, 2)
    fate.feedback_late = late(0.35, 2)
    fate.helpers = rng.choices([0, 1, 2], [45, 40, 15])[0] if fate.tier != Tier.SINGLE else int(rng.random() < 0.1)
    fate.helper_late = rng.random() < slip * 0.7
    fate.extension = rng.choices(["", "granted", "denied"], [91, 6, 3])[0]
    fate.pause = rng.choices(["", "supplied", "lapsed"], [93, 5, 2])[0]
    fate.coordination = rng.random() < 0.05
    fate.share = rng.uniform(0.25, 0.95)
    fate.resolve_late = late(0.8, 9)
    fate.promises = rng.random() < 0.72 + care / 5


def _ending(rng: Random, fate: Fate, *, care: float) -> None:
    fate.outcome = rng.choices("ABCD", [72 * care, 9, 5, 12])[0]
    fate.shelf_days = rng.choice([30, 45, 60, 90, 120, 150])
    fate.shelf_late = rng.randint(1, 8) if rng.random() < (1 - care) * 2 else 0
    fate.returned = rng.random() < 0.05
    fate.ratings = _ratings(rng, care=care, outcome=fate.outcome)
    fate.reopened = rng.randint(10, 80) if rng.random() < 0.03 else 0


def _ratings(rng: Random, *, care: float, outcome: str) -> tuple[int | None, ...]:
    """What the firm says the first time, and after each redo."""
    slip = (1 - care) * (1.6 if outcome == "D" else 1)
    weights = [56 * care, 30, 9 + 30 * slip, 1 + 30 * slip, 16 * slip]
    if rng.random() < 0.17:
        return (None,)
    first = rng.choices([5, 4, 3, 2, 1], weights)[0]
    if first > 2:
        return (first,)
    return (first, 2, 4) if rng.random() < 0.14 else (first, rng.choice([3, 4, 5]))
