"""`manage.py recompute_month 2026-10`：用冻结的事实重算，说一样还是不一样（R-52）。"""

from datetime import datetime

from django.core.management.base import CommandError

from reports.models import Ranking
from reports.services import recompute
from zhuqi.kernel.commands import PortalCommand


class Command(PortalCommand):
    """只读；不一样时以非零退出，供例行检查。"""

    help = "用冻结的事实重算一个月的通报，与存下的数字逐项比对。"

    def add_arguments(self, parser):
        """一个月份。"""
        parser.add_argument("month", metavar="月份", help="月份，如 2026-10")

    def handle(self, *args, month, **options):
        """重算并比对。"""
        try:
            first = datetime.strptime(month, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
        except ValueError as error:
            raise CommandError(f"月份写成 2026-10 这样，不是“{month}”。") from error
        ranking = Ranking.objects.filter(month=first).first()
        if ranking is None:
            raise CommandError(f"{month} 还没有通报。")
        found = recompute(ranking)
        for line in found.differences:
            self.stdout.write(f"不一样：{line}")
        if not found.is_equal:
            raise CommandError(f"{month} {ranking.get_status_display()}：不一样，{len(found.differences)} 处。")
        rows = ranking.rows.count()
        self.stdout.write(
            self.style.SUCCESS(f"{month} {ranking.get_status_display()}：一样，{rows} 个单位，{ranking.rule}。")
        )
