"""`manage.py load_rules`: the first calendar and the shipped rule-sets into an empty database; again: nothing."""

from typing import Any

from django.utils import timezone

from cadres.services.calendar import seed_calendar
from cases.models import RuleSet
from cases.services.rulesets import seed_rule_sets
from zhuqi.kernel.commands import PortalCommand


class Command(PortalCommand):
    """What no case can run without (R-40, R-42)."""

    help = "载入工作日历（2021—2026 年）和办理规则；已有的不动。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Load both."""
        at = timezone.now()
        version = seed_calendar(at)
        seed_rule_sets(at)
        self.stdout.write(f"工作日历第 {version.pk} 版，办理规则 {RuleSet.objects.count()} 套。")
