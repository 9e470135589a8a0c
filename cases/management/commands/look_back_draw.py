"""`manage.py look_back_draw 2026-10 --verify`：抽一个月的回头看，或照留下的种子重抽一遍比对（R-30）。"""

from datetime import datetime

from django.core.management.base import CommandError
from django.utils import timezone

from cases.models import LookBackDraw
from cases.services.look_back_draws import draw_month, verify
from zhuqi.kernel.commands import PortalCommand
from zhuqi.kernel.errors import DomainError


class Command(PortalCommand):
    """抽过的月份再抽还是那一次；比对只读，不一样时以非零退出。"""

    help = "抽一个月的回头看；--verify 只照种子重抽一遍，与存下的比对。"

    def add_arguments(self, parser):
        """参数。"""
        parser.add_argument("month", help="销号月份，如 2026-10")
        parser.add_argument("--verify", action="store_true", help="只比对，什么也不写")

    def handle(self, *args, month, verify, **options):
        """抽取或比对。"""
        try:
            first = datetime.strptime(month, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
        except ValueError as error:
            raise CommandError(f"月份写成 2026-10 这样，不是“{month}”。") from error
        draw = LookBackDraw.objects.filter(month=first).first() if verify else self._drawn(first)
        if draw is None:
            raise CommandError(f"{month} 还没有抽过。")
        rest = sum(len(each["numbers"]) for each in draw.strata)
        drawn = sum(len(each["drawn"]) for each in draw.strata)
        self.stdout.write(
            f"{month} 种子 {draw.seed}：必看 {len(draw.must)} 件；其余 {rest} 件分 {len(draw.strata)} 层抽 {draw.share}%，"
            f"抽中 {drawn} 件。"
        )
        if verify:
            self._compare(draw)

    def _drawn(self, first):
        try:
            return draw_month(first, at=timezone.now())
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal

    def _compare(self, draw):
        found = verify(draw)
        for line in found:
            self.stdout.write(f"不一样：{line}")
        if found:
            raise CommandError(f"{draw.month:%Y-%m} 不一样，{len(found)} 处。")
        self.stdout.write(self.style.SUCCESS(f"{draw.month:%Y-%m} 一样：照种子重抽，抽中的与存下的相同。"))
