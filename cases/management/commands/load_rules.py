"""`manage.py load_rules`: first calendar, shipped rule-sets and kinds of events into an empty database; again: nothing."""

from typing import Any

from django.utils import timezone

from cadres.services.calendar import seed_calendar
from cases.models import RuleSet
from cases.services.rulesets import seed_rule_sets
from policies.services.events import seed_kinds
from zhuqi.kernel.commands import PortalCommand


class Command(PortalCommand):
    """What no case and no event can run without (R-40, R-42, R-63)."""

    help = "载入工作日历（2021—2026 年）、办理规则和对接活动的六类；已有的不动。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Load them."""
        at = timezone.now()
        version = seed_calendar(at)
        seed_rule_sets(at)
        seed_kinds()
        self.stdout.write(f"工作日历第 {version.pk} 版，办理规则 {RuleSet.objects.count()} 套。")
