"""`manage.py load_city`: what a real city starts from; what is there already is kept.

`--write 文件` writes the shipped data out to be edited; `--from 文件` loads a city's own (R-02).
"""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from reports.demo.book import read, shipped, written
from reports.demo.start import load_start_data
from zhuqi.kernel.commands import PortalCommand
from zhuqi.kernel.errors import InvalidInput


class Command(PortalCommand):
    """Regions, units, categories, chains, clusters, tags, calendar, rule-sets."""

    help = "载入一座城市的起始数据：区域、单位、类别、产业链、标签、工作日历、办理规则；已有的不动。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which file, if any."""
        parser.add_argument("--write", metavar="文件", help="把自带的起始数据写成一个 JSON 文件，照着改成本市的")
        parser.add_argument("--from", metavar="文件", dest="source", help="载入本市自己的 JSON 文件")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, or load and count."""
        if options["write"]:
            Path(options["write"]).write_text(written(shipped()), encoding="utf-8")
            self.stdout.write(f"已写到 {options['write']}；改好后用 load_city --from 载入。")
            return
        loaded = load_start_data(at=timezone.now(), book=self._book(options["source"]))
        self.stdout.write(
            f"新增区域 {loaded.regions} 个、单位 {loaded.units} 个、类别 {loaded.categories} 个、产业链与标签等 {loaded.labels} 个。"
        )

    def _book(self, source: str | None) -> Any:
        if not source:
            return None
        try:
            return read(Path(source).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            message = f"没有这个文件：{source}"
            raise CommandError(message) from error
        except UnicodeDecodeError as error:
            message = "文件要用 UTF-8 编码保存。"
            raise CommandError(message) from error
        except InvalidInput as error:
            raise CommandError(
                "\n".join([error.message.split("：", 1)[0] + "：", *error.errors.get("file", [])])
                if error.errors
                else error.message
            ) from error
