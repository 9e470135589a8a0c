"""全部政策对全部企业的匹配，存下来供统计和名单用（R-61）。

要重算什么，从库里看得出来：没有结果的、结果不是今天的、政策修订过的，以及企业服务留下的便条。所以消息丢了、跑了两遍、
算到一半被杀，下一次都接得上；每写一行都核对修订号，两个进程同时算也不会把旧的盖在新的上面。
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from enterprises.models import Enterprise, FirmChange
from policies.models import Eligibility, Policy
from policies.rules import bitmap
from policies.rules.matching import Condition, Register
from policies.services.profiles import asked_of, condition, names_digest, register
from zhuqi.kernel.errors import Conflict

FIRMS_AT_ONCE, POLICIES_AT_ONCE = 500, 100
NAMES = "matched-names"
LISTS = ("fits", "one_missing", "unknown")


@dataclass(frozen=True, slots=True)
class Done:
    """这一次重算了几家企业、几项政策。"""

    firms: int
    policies: int


def match_all(*, at: datetime) -> Done:
    """把该重算的都算好；没有要算的就是几句查询。"""
    today = timezone.localtime(at).date()
    _notice_new_names()
    list_policies(today)
    return Done(match_changed_firms(today), match_stale_policies(today, at=at))


def _notice_new_names() -> None:
    """标签、产业链、集群、区域改了名称或上下级，企业和政策都没有动：全部重算。

    上一次的校验和放在缓存里：丢了只是多算一遍。先标记、后记下，两个进程同时来也不会漏。
    """
    found = names_digest()
    if cache.get(NAMES) != found:
        Eligibility.objects.update(matched_on=None, revision=F("revision") + 1)
        cache.set(NAMES, found, timeout=None)


@transaction.atomic
def list_policies(today: date) -> None:
    """今天参加匹配的各有一行，不参加的没有。"""
    matchable = Policy.objects.matchable(today).order_by().values("pk")
    Eligibility.objects.exclude(policy__in=matchable).delete()
    fresh = Policy.objects.filter(pk__in=matchable, eligibility=None).order_by("pk").values_list("pk", flat=True)
    Eligibility.objects.bulk_create(
        (Eligibility(policy_id=pk) for pk in fresh), ignore_conflicts=True, batch_size=FIRMS_AT_ONCE
    )


def match_changed_firms(today: date) -> int:
    """动过的企业，只把它们那几位重问一遍。错误：Conflict（另一个进程抢先，便条还在，下次再算）。"""
    firms: set[int] = set()
    while True:
        with transaction.atomic():
            notes = dict(FirmChange.objects.values_list("pk", "firm_key")[:FIRMS_AT_ONCE])
            if not notes:
                return len(firms)
            _ask_again(set(notes.values()), today)
            FirmChange.objects.filter(pk__in=list(notes)).delete()
        firms |= set(notes.values())


def _ask_again(keys: set[int], today: date) -> None:
    # Rows first, firms after: whoever writes a row in between has moved its revision, and ours is refused.
    stale = _stale(today)
    rows = list(Eligibility.objects.filter(~stale).values_list("pk", "revision", "asked", *LISTS))
    # Those about to be computed from a register read earlier must be refused too.
    Eligibility.objects.filter(stale).update(revision=F("revision") + 1)
    firms = register(today, among=Enterprise.objects.filter(is_active=True, pk__in=keys))
    others = ~bitmap.of(keys)
    for pk, revision, asked, *kept in rows:
        before = [bitmap.unpacked(each) for each in kept]
        after = [each & others | found for each, found in zip(before, _lists(firms, _conditions(asked)), strict=True)]
        if after != before:
            columns = dict(zip(LISTS, map(bitmap.packed, after), strict=True))
            _write(pk, revision, columns)


def _stale(today: date) -> Q:
    return Q(matched_on=None) | ~Q(matched_on=today) | ~Q(policy_revision=F("policy__revision"))


def _write(pk: int, revision: int, columns: dict[str, Any]) -> None:
    if not Eligibility.objects.filter(pk=pk, revision=revision).update(**columns, revision=revision + 1):
        raise Conflict("匹配结果刚被另一个进程改过，下一次再算。")


def match_stale_policies(today: date, *, at: datetime) -> int:
    """没算过、不是今天算的、修订过的政策，对全部企业算一遍；一百项一个事务。返回写下的项数。"""
    # Revisions before the register: a firm that changes from here on moves them.
    stale = list(Eligibility.objects.filter(_stale(today)).order_by("pk").values_list("pk", "policy", "revision"))
    if not stale:
        return 0
    firms = register(today)
    chunks = range(0, len(stale), POLICIES_AT_ONCE)
    return sum(_match(stale[first : first + POLICIES_AT_ONCE], firms, (today, at)) for first in chunks)


@transaction.atomic
def _match(rows: Sequence[tuple[int, int, int]], firms: Register, when: tuple[date, datetime]) -> int:
    keys = [policy for _, policy, _ in rows]
    chosen = Policy.objects.filter(pk__in=keys).select_related("region").only("level", "revision", "region__name")
    policies = {policy.pk: policy for policy in chosen}
    asked, written = asked_of(policies.values()), 0
    for pk, policy, revision in rows:
        if policy not in policies:
            continue
        columns: dict[str, Any] = dict(zip(LISTS, map(bitmap.packed, _lists(firms, asked[policy])), strict=True))
        columns |= {"policy_revision": policies[policy].revision, "matched_on": when[0], "matched_at": when[1]}
        columns["asked"] = [[each.field, each.operator, list(each.values)] for each in asked[policy]]
        # Refused: a firm changed meanwhile. The row stays stale, and the next run does it.
        written += Eligibility.objects.filter(pk=pk, revision=revision).update(**columns, revision=revision + 1)
    return written


def _lists(firms: Register, asked: Sequence[Condition]) -> tuple[int, int, int]:
    found = firms.match(asked)
    return found.fits, found.one_missing, found.unknown


def _conditions(asked: list[list[Any]]) -> list[Condition]:
    return [_condition(name, operator, tuple(values)) for name, operator, values in asked]


@lru_cache(4096)
def _condition(name: str, operator: str, values: tuple[Any, ...]) -> Condition:
    return condition(name, operator, values)
