"""问题页的时限条：每个期限一格，点开哪格解释哪格（R-43）。"""

from dataclasses import dataclass
from typing import Any

from cadres.enums import Role
from cases.enums import OFFICE_CLOCKS, Clock, Status
from cases.queries import deadlines_of, is_clock_told
from cases.rules.deadlines import Term
from cases.services import clocks
from zhuqi import datewords

CELLS_MOST = 5
LABELS = {
    Clock.INQUIRY_REPLY: "书面说明",
    Clock.URGE_REPLY: "催办答复",
    Clock.PROMISE: "承诺办结",
    Clock.SHELVED: "挂账承诺",
    Clock.REDO: "重新办理",
}
LIFE = list(Clock)
WORK = frozenset({Clock.RESOLVE, Clock.REDO})
CORE = frozenset({Clock.SIGN, Clock.FEEDBACK, Clock.RESOLVE, Clock.REDO})


@dataclass(frozen=True, slots=True)
class Cell:
    """一格：什么期限、多长、说成什么、限哪天实哪天。"""

    deadline: Any
    label: str
    small: str
    tone: str
    icon: str
    words: str
    limit: str
    is_open: bool = False


def _latest(rows, user):
    """这个人该看到的；同一种只留最近一个，除非责任单位不同。"""
    return list({(row.clock, row.holder_id): row for row in rows if is_clock_told(row, user)}.values())


def clock_strip(case, user, *, today, rows=None, chosen=None):
    """时限条：至多六格，在走的和最近的优先；`chosen` 是要打开的那个期限的主键。"""
    rows = _latest(deadlines_of(case) if rows is None else rows, user)
    shown = sorted(sorted(rows, key=lambda row: _weight(row, user))[:CELLS_MOST], key=_in_life)
    opened = next((row for row in rows if str(row.pk) == str(chosen)), None) if chosen else _most_telling(shown, today)
    if opened is not None and opened not in shown:
        shown = sorted([*shown[:-1], opened], key=_in_life)
    rest = sorted((row for row in rows if row not in shown), key=_in_life)
    return {
        "cells": [_cell(row, case, today, is_open=row is opened) for row in shown],
        "opened": opened,
        "opened_label": _label(opened) if opened else "",
        "reckoning": clocks.explain(opened) if opened else None,
        "opened_missed": bool(opened and opened.is_missed(today)),
        "rest": [_cell(row, case, today, is_open=False) for row in rest],
        "rule_set": next((row.rule_set for row in shown if row.rule_set_id), None),
    }


def _weight(row, user):
    """先放谁：办结、自己在走的、签收反馈、别的在走的、了结的。"""
    is_other = row.clock == Clock.CO_REPLY and row.holder_id != user.unit_id
    if row.met_at is None:
        return (0 if row.clock in WORK else 3 if is_other else 1, -row.pk)
    return (2 if row.clock in CORE else 4, -row.pk)


def _in_life(row):
    return (row.started_on, LIFE.index(Clock(row.clock)), row.pk)


def next_term(case, user, rows, *, today):
    """这个人眼里的下一个期限：单位看自己欠的，其余看本案的；先看往后的，没有再看漏了的。"""
    running = [row for row in rows if row.met_at is None and is_clock_told(row, user)]
    if user.role == Role.UNIT:
        running = [row for row in running if row.holder_id == user.unit_id] or running
    if case.status == Status.PAUSED:
        running = [row for row in running if row.clock == Clock.SUPPLY]
    running.sort(key=lambda row: (row.due_on < today, row.due_on, row.pk))
    found = next(iter(running), None)
    return (
        None if found is None else {"label": _label(found), "due_on": found.due_on, "provisional": found.is_provisional}
    )


def _most_telling(rows, today):
    """先打开哪一格：过了期的办结，其次下一个到期的，再次最近了结的。"""
    running = [row for row in rows if row.met_at is None]
    late = [row for row in running if row.is_missed(today) and row.clock in WORK]
    ahead = sorted(running, key=lambda row: (row.due_on, row.pk))
    return next(iter(late or ahead or rows[-1:]), None)


def _label(row):
    return LABELS.get(row.clock, row.get_clock_display())


def _cell(row, case, today, *, is_open):
    met_on = datewords.day_of(row.met_at) if row.met_at else None
    is_waiting = case.status == Status.PAUSED and row.met_at is None and row.clock not in OFFICE_CLOCKS | {Clock.SUPPLY}
    said = datewords.read_due(row.due_on, today=today, met_on=met_on)
    tone, icon, words = (said.tone, said.icon, said.words) if not is_waiting else ("", "player-pause", "暂停中")
    exact = (
        f"限 {datewords.md(row.due_on)}　实 {datewords.md(met_on)}"
        if met_on
        else f"限 {datewords.md_paren(row.due_on)}"
    )
    return Cell(
        deadline=row, label=_label(row), small=_term(row), tone=tone, icon=icon, words=words,
        limit=exact + ("　暂定" if row.is_provisional else ""), is_open=is_open,
    )  # fmt: skip


def _term(row):
    if row.clock == Clock.CO_REPLY and row.holder_id:
        return str(row.holder)
    if row.promised_on:
        return "约定"
    return Term.parse(row.term).label if row.term else ""
