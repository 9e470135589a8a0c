"""应享尽享（R-61）：应享 → 告知 → 看过 → 申请 → 兑现，各几家、多少元，按政策、按县（市、区）。

每一步都是“到过这一步”：兑现了的当然申请过、看过、告知过，一家在一项政策里只数一次；不在应享里的不数，所以每一步不会多过前一步。
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Q, SmallIntegerField, Value, When

from enterprises.models import Enterprise, Region
from policies.models import Eligibility, Entitlement, Policy
from policies.rules import bitmap

STEPS = ("told", "viewed", "applied", "granted")


@dataclass(slots=True)
class Funnel:
    """五个数和兑现的钱；家数都是“家 × 项”。"""

    eligible: int = 0
    told: int = 0
    viewed: int = 0
    applied: int = 0
    granted: int = 0
    amount: Decimal = Decimal(0)

    def add(self, other: "Funnel") -> None:
        """并到一起。"""
        for name in ("eligible", *STEPS, "amount"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Sums:
    """合计、按区域、按政策。"""

    whole: Funnel = field(default_factory=Funnel)
    by_region: dict[int, Funnel] = field(default_factory=dict)
    by_policy: dict[int, Funnel] = field(default_factory=dict)


@dataclass(slots=True)
class _Reached:
    """一项政策里到过每一步的企业，各一个位图；兑现的钱按企业。"""

    steps: tuple[int, ...] = (0,) * len(STEPS)
    amounts: dict[int, Decimal] = field(default_factory=dict)


def funnel(policies: Any, firms: Any, *, today: date) -> Sums:
    """`policies` 里今天有效的，对 `firms` 里在册的。三句查询，不论多少。"""
    valid = policies.valid_on(today).order_by()
    regions: dict[int, list[int]] = {}
    for pk, region in firms.filter(is_active=True).order_by().values_list("pk", "region"):
        regions.setdefault(region, []).append(pk)
    masks = {region: bitmap.of(keys) for region, keys in regions.items()}
    return _sums(valid, masks, Entitlement.objects.filter(policy__in=valid.values("pk")))


def of_firms(policies: Any, keys: Sequence[int], *, today: date) -> dict[int, Funnel]:
    """这几家各自的五个数：一家在几项政策里走到哪一步。两句查询。"""
    valid = policies.valid_on(today).order_by()
    rows = Entitlement.objects.filter(policy__in=valid.values("pk"), enterprise__in=keys)
    return _sums(valid, {key: 1 << key for key in keys}, rows).by_region


def _sums(valid: Any, masks: dict[int, int], rows: Any) -> Sums:
    fits = dict(Eligibility.objects.filter(policy__in=valid.values("pk")).values_list("policy", "fits"))
    reached = _reached(rows)
    sums = Sums(by_region={group: Funnel() for group in masks})
    nobody = _Reached()
    for policy in fits.keys() | reached.keys():
        each, found = Funnel(), bitmap.unpacked(fits.get(policy, b""))
        for group, mask in masks.items():
            here = _count(found, reached.get(policy, nobody), mask)
            sums.by_region[group].add(here)
            each.add(here)
        sums.by_policy[policy] = each
        sums.whole.add(each)
    return sums


def _count(fits: int, reached: _Reached, mask: int) -> Funnel:
    told, viewed, applied, granted = reached.steps
    # Who applied or was granted stays among those entitled, though its figures may have changed since.
    entitled = (fits | applied) & mask
    counts = [(each & entitled).bit_count() for each in (told, viewed, applied, granted)]
    money = sum((amount for key, amount in reached.amounts.items() if entitled >> key & 1), Decimal(0))
    return Funnel(entitled.bit_count(), counts[0], counts[1], counts[2], counts[3], money)


LAST = Case(
    *(When(**{f"{name}_at__isnull": False}, then=Value(at)) for at, name in reversed(list(enumerate(STEPS)))),
    output_field=SmallIntegerField(),
)


def _reached(rows: Any) -> dict[int, _Reached]:
    """两句查询，一行只取三个整数：几十万行也快。走到后一步的，前几步都算到过。"""
    firms: dict[int, tuple[list[int], ...]] = {}
    stepped = rows.annotate(last=LAST).filter(last__isnull=False).order_by()
    for policy, firm, last in stepped.values_list("policy", "enterprise", "last").iterator(20_000):
        if policy not in firms:
            firms[policy] = tuple([] for _ in STEPS)
        firms[policy][last].append(firm)
    found = {policy: _Reached(_cumulated(lists)) for policy, lists in firms.items()}
    paid = rows.filter(granted_at__isnull=False, amount__isnull=False).order_by()
    for policy, firm, amount in paid.values_list("policy", "enterprise", "amount"):
        found[policy].amounts[firm] = amount
    return found


def _cumulated(lists: Sequence[list[int]]) -> tuple[int, ...]:
    bits = [bitmap.of(each) for each in lists]
    for at in reversed(range(len(bits) - 1)):
        bits[at] |= bits[at + 1]
    return tuple(bits)


def visible_funnel(user: Any, *, today: date) -> Sums:
    """这个人看得到的：单位是自己受理的政策，其余按看得到的企业。"""
    return funnel(policies_of(user), firms_counted_for(user), today=today)


def policies_of(user: Any) -> Any:
    """统计哪些政策：单位只看自己受理的。"""
    policies = Policy.objects.visible_to(user)
    return policies.filter(unit=user.unit_id) if user.role == "UNIT" else policies


def regions_of(user: Any) -> Any:
    """点得开哪些县（市、区）：单位的政策管全市；其余的人按看得到的。"""
    return Region.objects.all() if user.role == "UNIT" else Region.objects.within_sight_of(user)


def firms_counted_for(user: Any) -> Any:
    """统计哪些企业；单位只有数，名单另看 `firms_listed_for`。"""
    return Enterprise.objects.all() if user.role == "UNIT" else Enterprise.objects.visible_to(user)


def firms_listed_for(user: Any) -> Any:
    """名单上列得出的：看得到的，和单位自己政策里有步骤的。"""
    seen = Enterprise.objects.visible_to(user)
    if user.role != "UNIT":
        return seen
    stepped = Entitlement.objects.visible_to(user).order_by().values("enterprise")
    return Enterprise.objects.filter(Q(pk__in=seen.order_by().values("pk")) | Q(pk__in=stepped))


@dataclass(frozen=True, slots=True)
class Unlisted:
    """一个县（市、区）里统计进去、名单上列不出的：几家，五个数合计。"""

    count: int
    sums: Funnel


def unlisted(user: Any, region: Region, *, today: date) -> Unlisted | None:
    """名单与统计对得上：差的是这些；人人看到的就是全部，只有单位有（见 docs/adr/0066）。"""
    if user.role != "UNIT":
        return None
    rest = firms_counted_for(user).filter(region=region, is_active=True)
    rest = rest.exclude(pk__in=firms_listed_for(user).order_by().values("pk"))
    count = rest.count()
    return Unlisted(count, funnel(policies_of(user), rest, today=today).whole) if count else None


ORDERS: dict[str, Callable[[Funnel], Any]] = {
    "eligible": lambda each: -each.eligible,
    "untold": lambda each: each.told - each.eligible,
    "waiting": lambda each: each.granted - each.applied,
    "amount": lambda each: -each.amount,
}


def ranked(rows: dict[int, Funnel], order: str = "eligible") -> list[tuple[int, Funnel]]:
    """应享多的、没告知多的、申请还没兑现多的、金额大的在前。"""
    key = ORDERS[order]
    return sorted(rows.items(), key=lambda each: (key(each[1]), -each[1].eligible, each[0]))
