"""成批入库（R-62）：与逐份起草、发布一样查，一次写一批，索引在同一个事务里。"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from cadres.models import User
from cadres.services import audit
from policies.enums import PolicyState
from policies.models import Policy, PolicyCondition, PolicyVersion
from policies.services.index import POLICIES, entry_of
from policies.services.library import Draft, demand_keeper, version_row, whole_columns, why_not_ready
from zhuqi.kernel.errors import InvalidInput

BATCH = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """一份要入库的：发不发布；早就废止的从哪天、为什么；`columns` 是已经查过、算过的各列，没有就现查。"""

    draft: Draft
    publishes: bool = True
    abolished_on: date | None = None
    abolished_why: str = ""
    columns: dict[str, Any] | None = None


@transaction.atomic
def add_all(entries: Sequence[Entry], *, actor: User | None, at: datetime, note: str = "成批导入") -> list[Policy]:
    """全部入库，次序不变。错误：InvalidInput、IntegrityError（文号被占）时一份也不入；能不能发布先由 `blocker` 查。"""
    demand_keeper(actor)
    policies = [_policy(entry, actor=actor, at=at) for entry in entries]
    Policy.objects.bulk_create(policies, batch_size=BATCH)
    PolicyCondition.objects.bulk_create(
        PolicyCondition(policy=policy, field=one.field, operator=one.operator, values=list(one.values))
        for policy, entry in zip(policies, entries, strict=True)
        for one in dict.fromkeys(entry.draft.conditions)
    )
    PolicyVersion.objects.bulk_create(
        version_row(policy, dict.fromkeys(entry.draft.conditions), actor=actor, at=at, note=note)
        for policy, entry in zip(policies, entries, strict=True)
        if policy.state != PolicyState.DRAFT
    )
    POLICIES.add(map(entry_of, policies))
    open_count = sum(policy.state == PolicyState.PUBLISHED for policy in policies)
    if policies:
        audit.record(actor, "成批录入政策", result=f"{len(policies)} 份，发布 {open_count} 份", reason=note, at=at)
    return policies


def blocker(entry: Entry) -> str:
    """为什么不能直接发布；能、或者早就废止，就是空串。"""
    if entry.abolished_on:
        return ""
    draft = entry.draft
    return why_not_ready(draft.level, draft.card, draft.conditions, draft.region)


def _policy(entry: Entry, *, actor: User | None, at: datetime) -> Policy:
    columns: dict[str, Any] = dict(entry.columns or whole_columns(entry.draft))
    problem = blocker(entry) if entry.publishes else ""
    if problem:
        raise InvalidInput(problem, {"state": [problem]})
    state = PolicyState.PUBLISHED if entry.publishes else PolicyState.DRAFT
    if entry.abolished_on:
        state = PolicyState.ABOLISHED
        columns |= {"abolished_on": entry.abolished_on, "abolished_why": entry.abolished_why[:200]}
    return Policy(**columns, state=state, made_at=at, made_by=actor, changed_at=at)
