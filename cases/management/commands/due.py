"""`manage.py due 2026-02-13 --rule 13710 [--json]`: every deadline of a rule-set, with its reason (R-43)."""

import json
from datetime import date
from typing import Any

from django.core.management.base import CommandError, CommandParser

from cadres.calendar import WorkCalendar
from cadres.services.calendar import calendar_at
from cases.enums import Clock
from cases.models import RuleSet
from cases.rules.rulesets import label
from cases.rules.wording import with_weekday
from cases.services.clocks import reckon_all
from cases.services.reckoning import PlannedTerm
from zhuqi.kernel.commands import PortalCommand
from zhuqi.kernel.errors import DomainError


class Command(PortalCommand):
    """Prints what a case dispatched on a day would owe, and why."""

    help = "某天交办，一套规则的每个时限落在哪天、为什么。例：manage.py due 2026-02-13 --rule 13710"

    def add_arguments(self, parser: CommandParser) -> None:
        """The day, the rule-set, its version."""
        parser.add_argument("start", metavar="日期", help="起算日，如 2026-02-13（当天不计）")
        parser.add_argument("--rule", metavar="代码", help="规则代码，如 13710；不写就用默认规则")
        parser.add_argument("--rule-version", type=int, metavar="版本", help="规则版本；不写就用最新一版")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the arguments, reckon, print."""
        start = _read_date(options["start"])
        calendar = calendar_at()
        _check_year(start, calendar)
        rule = _read_rule(options["rule"], options["rule_version"])
        try:
            planned = reckon_all(rule, start, calendar)
        except DomainError as error:
            raise CommandError(error.message) from error
        except OverflowError as error:
            message = f"日期“{start}”太远，无法推算。"
            raise CommandError(message) from error
        if options["json"]:
            self.stdout.write(json.dumps(_as_data(rule, start, calendar, planned), ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"{rule}（{rule.code}），{with_weekday(start, 0)}起算，日历第 {calendar.version} 版\n")
        for each in planned:
            found = each.reckoning
            unsure = "（暂定）" if found.provisional else ""
            name = label(each.clock, each.tier)
            self.stdout.write(f"{name}　{each.term.label}　{with_weekday(found.due_on, 0)}{unsure}")
            self.stdout.write(f"    {found.sentence}")


def _read_date(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        message = f"日期“{text}”看不懂：请写全年月日，如 2026-02-13。"
        raise CommandError(message) from error
    if len(text) != len("2026-02-13"):
        message = f"日期“{text}”看不懂：请写全年月日，如 2026-02-13。"
        raise CommandError(message)
    return found


def _check_year(start: date, calendar: WorkCalendar) -> None:
    """A year before the first known is refused; one not yet published is reckoned by weekends and marked 暂定."""
    years = sorted(calendar.published_years)
    if not years:
        message = "工作日历还没有数据，请先载入日历（manage.py load_rules）。"
        raise CommandError(message)
    if start.year < years[0]:
        message = f"工作日历没有 {start.year} 年：已有 {years[0]}—{years[-1]} 年。"
        raise CommandError(message)


def _read_rule(code: str | None, version: int | None) -> RuleSet:
    rules = RuleSet.objects.order_by("-version")
    if code is None:
        found = rules.filter(is_default=True).first()
        missing = "还没有默认的办理规则，请用 --rule 指定。"
    else:
        found = (rules.filter(code=code, version=version) if version else rules.filter(code=code)).first()
        known = "、".join(sorted(set(RuleSet.objects.values_list("code", flat=True)))) or "（一套也没有）"
        missing = f"没有“{code}”{f'第 {version} 版' if version else ''}这套规则。现有：{known}。"
    if found is None:
        raise CommandError(missing)
    return found


def _as_data(rule: RuleSet, start: date, calendar: WorkCalendar, planned: list[PlannedTerm]) -> dict[str, Any]:
    return {
        "start": start.isoformat(),
        "rule": rule.code,
        "rule_version": rule.version,
        "calendar_version": calendar.version,
        "deadlines": [_line(each) for each in planned],
    }


def _line(each: PlannedTerm) -> dict[str, Any]:
    found = each.reckoning
    return {
        "clock": str(Clock(each.clock).value),
        "tier": each.tier,
        "label": label(each.clock, each.tier),
        "term": str(each.term),
        "due_on": found.due_on.isoformat(),
        "raw_on": found.raw_on.isoformat(),
        "provisional": found.provisional,
        "reason": found.sentence,
        "days": [
            {"date": day.date.isoformat(), "kind": day.kind.value, "name": day.name, "counted": day.counted}
            for day in found.days
        ],
    }
