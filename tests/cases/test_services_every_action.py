"""每个动作都从各个出口走一遍：办成、不归他、页面旧了、被人抢先、状态不对、没写话、话太长（R-04、R-20）。"""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.forms.models import model_to_dict

from cadres.enums import Role
from cases.enums import Action
from cases.models import Arrears, Case, CaseEvent, CommonIssueCase, Deadline, NumberSequence, Recovery, Ticket
from cases.rules.workflow import TRANSITIONS, is_theirs
from cases.services import relation, steps
from tests.cases.situations import SITUATIONS, act
from zhuqi.kernel.errors import Conflict, DomainError, NotPermitted

pytestmark = pytest.mark.django_db
BY_LINK = {Action.RATE, Action.RATE_BAD}
# What is answered or recorded wherever the case has gone.
ANYWHERE = {Action.ANSWER_INSTRUCTION, Action.RESOLVE_MEETING}
BY_FORM = [action for action in Action if action not in BY_LINK]


def state_of(city):
    """库里与案件有关的一切；前后相等就是什么也没改。"""
    tables = (Case, CaseEvent, Deadline, Ticket, NumberSequence, Arrears, Recovery, CommonIssueCase)
    return [[model_to_dict(row) for row in table.objects.order_by("pk")] for table in tables]


def test_every_action_has_a_situation():
    assert set(SITUATIONS) == set(Action)


@pytest.mark.parametrize("action", list(Action))
def test_the_step_lands_where_the_table_says_and_is_on_the_ledger(city, action):
    case = SITUATIONS[action].prepare(city)
    before, count, revision = case.status, case.events.count(), case.revision
    opened = set(case.deadlines.values_list("pk", flat=True))
    done = act(city, case, action)
    row, fresh = TRANSITIONS[action], Case.objects.get(pk=case.pk)
    lands = {Action.UNMERGE: "REPORTED", Action.VOID_TICKET: "ACCEPTED"}.get(action, row.target or before)
    assert (done.status, fresh.status) == (lands, lands)
    assert done.revision == fresh.revision > revision
    event = fresh.events.order_by("pk").last()
    assert fresh.events.count() == count + 1
    assert (event.kind, event.status_before, event.status_after) == (action, before, lands)
    assert event.at == city.at + SITUATIONS[action].later
    assert (event.actor is None) == (not SITUATIONS[action].actor)
    assert event.note or not SITUATIONS[action].note
    if action not in {Action.URGE, Action.UNMERGE, Action.VOID_TICKET}:
        new = Deadline.objects.filter(case=fresh).exclude(pk__in=opened)
        assert set(row.starts) <= set(new.values_list("clock", flat=True))
    running = Deadline.objects.running().filter(case=fresh)
    assert not running.filter(clock__in=set(row.meets) - set(row.starts)).exists()
    due = running.order_by("due_on", "pk").first() if fresh.is_open and fresh.status != "PAUSED" else None
    if fresh.status != "PAUSED":
        assert fresh.next_due_on == (due.due_on if due else None)


@pytest.mark.parametrize("action", BY_FORM)
def test_every_way_to_be_refused_changes_nothing(city, action, monkeypatch):
    case = SITUATIONS[action].prepare(city)
    details = SITUATIONS[action].details(city, case)
    before = state_of(city)
    _refused_to_strangers(city, case, action, details)
    assert state_of(city) == before
    if action != Action.LAPSE_RATING:
        _refused_when_stale(city, case, action, details)
        assert state_of(city) == before
    if TRANSITIONS[action].needs_note:
        _refused_without_words(city, case, action, details)
        assert state_of(city) == before
    _refused_when_somebody_was_faster(city, case, action, details, monkeypatch)
    assert state_of(city) == before
    _refused_in_other_statuses(city, case, action, details)


def _do(city, case, action, details, **more):
    owner = SITUATIONS[action].actor
    words = {"actor": getattr(city, owner) if owner else None, "note": SITUATIONS[action].note, **details, **more}
    return steps.perform(case, action, at=city.at, **words)


def _refused_to_strangers(city, case, action, details):
    strangers = [user for user in city.people.values() if not is_theirs(action, relation(user, case))]
    owners = {user.username for user in city.people.values()} - {user.username for user in strangers}
    assert owners >= ({SITUATIONS[action].actor} - {""})
    assert len(strangers) >= 14
    for user in strangers:
        with pytest.raises(NotPermitted):
            _do(city, case, action, details, actor=user)


def _refused_when_stale(city, case, action, details):
    for revision in (case.revision - 1, str(case.revision + 1), "甲"):
        with pytest.raises(Conflict):
            _do(city, case, action, details, revision=revision)


def _refused_without_words(city, case, action, details):
    for note in ("", "  \n ", "长" * 4001):
        with pytest.raises(DomainError, match=r"请写明|最多 4000 字"):
            _do(city, case, action, details, note=note)


def _refused_when_somebody_was_faster(city, case, action, details, monkeypatch):
    check = steps._check

    def somebody_is_faster(step, who, revision):
        check(step, who, revision)
        # Inside the loser's own transaction, so it goes back with it: the state can be compared.
        Case.objects.filter(pk=step.case.pk).update(revision=step.case.revision + 1)

    with monkeypatch.context() as patch:
        patch.setattr(steps, "_check", somebody_is_faster)
        with pytest.raises(Conflict):
            _do(city, case, action, details)


def _refused_in_other_statuses(city, case, action, details):
    others = {"REPORTED", "DISPATCHED", "PAUSED", "RATING", "CLOSED", "REFUSED"} - set(TRANSITIONS[action].sources)
    assert others or action in ANYWHERE
    for status in others:
        Case.objects.filter(pk=case.pk).update(status=status)
        with pytest.raises(Conflict, match="不能"):
            _do(city, case, action, details)


WRONG = {
    Action.CLASSIFY: [{"category": None}, {"tier": "HUGE"}, {"nature": "?"}],
    Action.MERGE: [{"into": None}],
    Action.SPLIT: [{"parts": []}, {"parts": [("", "没有标题")]}, {"parts": [("好", "好"), ("题" * 81, "太长")]}],
    Action.DISPATCH: [{"plan": None}],
    Action.PROPOSE: [{"plan": None}],
    Action.OBJECT: [{"proper_unit": None}],
    Action.ASK_EXTENSION: [{"days": wrong} for wrong in (0, 31, -3, "三", None)],
    Action.SUBMIT: [
        {"outcome": "E"}, {"outcome": None}, {"files": []}, {"outcome": "B"},
        {"outcome": "C", "promised_on": date(2026, 11, 23)},
    ],
    Action.PASS_REVIEW: [{"ticks": None}],
    Action.SHELVE: [{"ticks": None}],
    Action.ANSWER_URGE: [{"promised_on": wrong} for wrong in (None, date(2026, 11, 23), date(2036, 11, 23))],
    Action.DRAFT_INQUIRY: [{"cause": "LAZY"}],
    Action.RECORD_FINDING: [
        {"measure": None}, {"measure": "PRISON"}, {"finding": ""}, {"measure": "DEADLINE"},
        {"measure": "DEADLINE", "measure_due_on": date(2026, 11, 23)},
    ],
    Action.VOID_TICKET: [{"ticket": None}],
    Action.JOIN_COMMON: [{"issue": None}],
    Action.MARK_GAP: [{"policy_gap": None}, {"policy_gap": ""}, {"policy_gap": "WHO"}],
    Action.RECORD_ARREARS: [
        {"debtor": " "}, {"debtor": "长" * 101}, {"debtor_kind": "FRIEND"}, {"owed": None}, {"owed": Decimal(0)},
        {"owed": Decimal(-5)}, {"owed": Decimal("1.005")}, {"owed": Decimal(10) ** 12}, {"basis": "长" * 301},
    ],
    Action.RECORD_RECOVERY: [
        {"amount": None}, {"amount": Decimal(0)}, {"amount": Decimal(-1)}, {"received_on": None},
        {"received_on": date(2026, 11, 24)}, {"amount": Decimal(1_200_001)}, {"received_on": date(2026, 11, 22)},
    ],
}  # fmt: skip


@pytest.mark.parametrize("action", WRONG)
def test_bad_details_are_refused_in_words_and_nothing_changes(city, action):
    case = SITUATIONS[action].prepare(city)
    right = SITUATIONS[action].details(city, case)
    before = state_of(city)
    for wrong in WRONG[action]:
        with pytest.raises(DomainError) as refused:
            _do(city, case, action, right | wrong)
        assert refused.value.message.endswith("。")
        assert state_of(city) == before


def test_rating_goes_by_link_only_not_by_the_form(city):
    case = SITUATIONS[Action.RATE].prepare(city)
    for action in BY_LINK:
        with pytest.raises(DomainError, match="评价页"):
            steps.perform(case, action, actor=city.firm_user, at=city.at)


def test_a_conflict_says_who_did_what_and_when(city):
    case = SITUATIONS[Action.SIGN].prepare(city)
    steps.perform(case, Action.SIGN, actor=city.land_clerk, at=datetime.fromisoformat("2026-11-23T03:05:00+00:00"))
    with pytest.raises(Conflict, match="11-23 11:05 蒋科员 · 市自然资源局已经签收"):
        steps.perform(case, Action.SIGN, actor=city.land_head, at=city.at, revision=case.revision)


def test_roles_without_cases_see_no_case(city):
    case = SITUATIONS[Action.SIGN].prepare(city)
    for role in (Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR):
        user = next(each for each in city.people.values() if each.role == role)
        assert not relation(user, case).is_visible
