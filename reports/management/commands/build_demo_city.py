"""`manage.py build_demo_city`: a fictional city with thirteen months of casework, into an empty database."""

from argparse import ArgumentTypeError
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from reports.demo.city.build import build, is_built
from reports.demo.city.scale import SCALES
from zhuqi.kernel.commands import PortalCommand
from zhuqi.kernel.errors import DomainError

SEED = 2026
A_HUNDRED = 100
IN_THE_AFTERNOON = time(16, 30)


class Command(PortalCommand):
    """Builds once; a database with people in it is left alone."""

    help = "生成演示城市（虚构的企业与人员），案件由系统自己的服务逐日办出来；已有数据的库不动。"

    def add_arguments(self, parser: CommandParser) -> None:
        """The day it ends, the size, the seed."""
        parser.add_argument("--today", type=_day, metavar="日期", help="历史到哪天为止，如 2026-11-23；不写就到现在")
        parser.add_argument("--scale", choices=sorted(SCALES), default="full", help="规模：full 全市，small 小样")
        parser.add_argument("--seed", type=int, default=SEED, metavar="数", help=f"随机种子，默认 {SEED}")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse politely, or build with a progress bar."""
        if is_built():
            self.stdout.write("演示城市已建好，跳过。")
            return
        until = _present(options["today"])
        with tqdm(total=A_HUNDRED, bar_format="{desc} {percentage:3.0f}%|{bar}| 已用 {elapsed}", ncols=78) as bar:

            def say(what: str, part: float) -> None:
                bar.set_description_str(what, refresh=False)
                bar.update(max(part * A_HUNDRED - bar.n, 0))

            try:
                built = build(SCALES[options["scale"]], until=until, seed=options["seed"], say=say)
            except DomainError as error:
                message = f"没有建成：{error.message}"
                raise CommandError(message) from error
        self.stdout.write(
            f"演示城市已建成：企业 {built.firms} 家，干部 {built.cadres} 名，诉求 {built.cases} 件（在办 {built.open_cases} 件）。"
        )
        for line in built.refused:
            self.stderr.write(f"有一步没有办成：{line}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"日期“{text}”看不懂，请写成 2026-11-23 的样子。"
        raise ArgumentTypeError(message) from error


def _present(day: date | None) -> datetime:
    """Now; for another day its afternoon."""
    now = timezone.now()
    if day is None or day == timezone.localdate(now):
        return now
    if day > timezone.localdate(now):
        message = "演示城市的历史不能到将来，请写今天或以前的日期。"
        raise CommandError(message)
    return datetime.combine(day, IN_THE_AFTERNOON, tzinfo=timezone.get_default_timezone())
