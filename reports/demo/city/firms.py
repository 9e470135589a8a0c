"""The demo city's firms, with contacts, tags and white lists, and who looks after them (R-10 – R-12)."""

from collections import defaultdict, deque
from datetime import date, timedelta
from random import Random
from typing import Any

from cadres.enums import AssignmentRole
from cadres.models import User
from cadres.services.first_books import assign_all
from enterprises.models import Cluster, Enterprise, IndustryChain, Region, Tag
from enterprises.services import FirmRecord
from enterprises.services.first_books import FirstEntry, register_all
from reports.demo.city.people import Crowd
from reports.demo.city.scale import Scale
from reports.demo.industries import CHAINS, CLUSTERS, TAGS
from reports.demo.names import enterprises
from reports.demo.seeds import EnterpriseSeed

DEMO_CADRE_FIRMS = 5


def register_firms(scale: Scale, *, seed: int, rng: Random, today: date, at) -> tuple[list[Enterprise], dict[int, str]]:
    """The register, and each firm's sector (the texts need it)."""
    regions = {row.code: row for row in Region.objects.all()}
    labels: dict[str, Any] = {}
    for model, names in ((IndustryChain, CHAINS), (Cluster, CLUSTERS), (Tag, TAGS)):
        rows = {row.name: row for row in model.objects.all()}
        labels |= {code: rows[name] for code, name in names.items()}
    seeds = list(enterprises(seed, scale.firms))
    entries = [_entry(row, regions=regions, labels=labels, rng=rng, today=today) for row in seeds]
    firms = register_all(entries, at=at)
    return firms, {firm.pk: row.sector for firm, row in zip(firms, seeds, strict=True)}


def _entry(row: EnterpriseSeed, *, regions, labels, rng: Random, today: date) -> FirstEntry:
    record = FirmRecord(
        name=row.name,
        credit_code=row.code,
        region=regions[row.region_code],
        address=row.address,
        industry_code=row.industry,
        industry=row.industry_name,
        chain=labels.get(row.chain),
        cluster=labels.get(row.cluster),
        is_above_scale=row.is_large,
        tags=[labels[tag] for tag in row.tags],
    )
    return FirstEntry(
        record, (row.contact_name, row.contact_title, row.phone), _listings(row.whitelist_level, rng, today)
    )


def _listings(level: str, rng: Random, today: date) -> tuple:
    """The list a firm is on now; one in three came up from the list below."""
    if not level:
        return ()
    since = today - timedelta(days=rng.randint(60, 500))
    now = (level, since, None, f"许助企办〔{since.year}〕{rng.randint(2, 30)}号")
    below = {"PROVINCE": "CITY", "CITY": "COUNTY"}.get(level)
    if below and rng.random() < 0.35:
        began = since - timedelta(days=rng.randint(120, 400))
        return ((below, began, since - timedelta(days=1), f"许助企办〔{began.year}〕{rng.randint(2, 30)}号"), now)
    return (now,)


def assign_cadres(
    firms: list[Enterprise], crowd: Crowd, *, rng: Random, uncovered: int, from_on: date
) -> dict[int, User]:
    """One lead cadre each but for the last few; some assistants; the big ones a city leader. Gives the leads."""
    cadres, leaders = crowd.cadres, crowd.leaders
    covered = firms[: len(firms) - uncovered]
    leads = _leads(covered, cadres, rng)
    rows = [(firm, cadre.pk, AssignmentRole.LEAD) for firm, cadre in leads.items()]
    for firm in covered:
        if firm.is_above_scale and rng.random() < 0.5:
            helper = rng.choice(cadres[1:])
            if helper.pk != leads[firm.pk].pk:
                rows.append((firm.pk, helper.pk, AssignmentRole.ASSISTANT))
    big = [firm for firm in covered if firm.is_above_scale][: len(leaders) * 4]
    rows += [(firm.pk, leaders[n % len(leaders)].pk, AssignmentRole.LEADER) for n, firm in enumerate(big)]
    assign_all(rows, from_on=from_on)
    return leads


def _leads(firms: list[Enterprise], cadres: list[User], rng: Random) -> dict[int, User]:
    """The first firms are the demo cadre's; then every cadre one, then again. A county's people look after its firms."""
    leads = {firm.pk: cadres[0] for firm in firms[:DEMO_CADRE_FIRMS]}
    rest = firms[DEMO_CADRE_FIRMS:]
    local: dict[int | None, list[User]] = defaultdict(list)
    for cadre in cadres[1:]:
        local[cadre.unit.region_id if cadre.unit else None].append(cadre)
    free = {region: deque(people) for region, people in local.items()}
    anywhere = local[None] or cadres[1:]
    for firm in rest:
        # Its own county's people first while they have nobody, then the city's, then somebody a second time.
        waiting = [free[place] for place in (firm.region_id, None) if free.get(place)]
        if waiting:
            leads[firm.pk] = waiting[0].popleft()
        else:
            leads[firm.pk] = rng.choice(
                local[firm.region_id] if rng.random() < 0.3 and local[firm.region_id] else anywhere
            )
    return leads
