"""`manage.py due`: every deadline of a rule-set with its reason, and clear answers to bad input (R-43)."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cases.models import RuleSet


def run(*args):
    out = StringIO()
    call_command("due", *args, stdout=out)
    return out.getvalue()


def test_prints_each_deadline_with_its_reason(city):
    said = run("2026-02-13", "--rule", "13710")
    assert "13710 工作制 第 1 版（13710），2026-02-13（周五）起算，日历第" in said
    assert "签收　1 天　2026-02-14（周六）" in said
    assert "办结（复杂）　1 个月　2026-03-13（周五）" in said
    assert "02-13 交办，次日起算，第 3 天是 02-16（周一），遇春节放假，顺延到下一个工作日 02-24（周二）。" in said


def test_json_is_the_same_as_data(city):
    data = json.loads(run("2026-02-13", "--rule", "13710", "--json"))
    lines = {(line["clock"], line["tier"]): line for line in data["deadlines"]}
    assert (data["rule"], data["rule_version"], data["start"]) == ("13710", 1, "2026-02-13")
    assert lines["FEEDBACK", ""]["due_on"] == "2026-02-24"
    assert lines["RESOLVE", "SINGLE"]["term"] == "7d"
    assert lines["RESOLVE", "SINGLE"]["days"][0] == {
        "date": "2026-02-13",
        "kind": "WORKDAY",
        "name": "",
        "counted": False,
    }
    assert lines["FEEDBACK", ""]["reason"] in run("2026-02-13", "--rule", "13710")


def test_default_rule_is_used_when_none_is_named(city):
    assert run("2026-02-13") == run("2026-02-13", "--rule", "13710")


def test_year_not_yet_published_is_marked_provisional(city):
    said = run("2027-03-01", "--rule", "13710")
    assert "（暂定）" in said
    assert "2027 年放假安排尚未公布" in said


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["02-13", "--rule", "13710"], "请写全年月日"),
        (["20260213", "--rule", "13710"], "请写全年月日"),
        (["2026-02-30", "--rule", "13710"], "看不懂"),
        (["明天"], "看不懂"),
        (["1999-01-01", "--rule", "13710"], "工作日历没有 1999 年：已有 2021—2026 年"),
        (["9999-12-30", "--rule", "13710"], "太远"),
        (["2026-02-13", "--rule", "007"], "没有“007”这套规则。现有：13710、2011、ABC-2025。"),
        (["2026-02-13", "--rule", "13710", "--rule-version", "9"], "没有“13710”第 9 版"),
    ],
)
def test_bad_input_is_answered_clearly(city, args, message):
    with pytest.raises(CommandError, match=message):
        run(*args)


def test_database_without_a_calendar_is_said(db):
    with pytest.raises(CommandError, match="工作日历还没有数据"):
        run("2026-02-13")


def test_database_without_a_default_rule_is_said(city):
    RuleSet.objects.update(is_default=False)
    with pytest.raises(CommandError, match="--rule 指定"):
        run("2026-02-13")


def test_load_rules_fills_an_empty_database_once(db):
    first, second = StringIO(), StringIO()
    call_command("load_rules", stdout=first)
    call_command("load_rules", stdout=second)
    assert first.getvalue() == second.getvalue()
    assert "办理规则 3 套" in first.getvalue()
    assert "2026-02-14" in run("2026-02-13")
