"""`manage.py search rebuild | verify [名字…]`: write the full-text indexes anew, or compare them with the books (R-62)."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from zhuqi.kernel.commands import PortalCommand
from zhuqi.kernel.search import INDEXES, Index

SHOWN = 10


class Command(PortalCommand):
    """Both are safe while people work: a rebuild is one transaction, a verification only reads."""

    help = "全文索引：rebuild 全部重写，verify 与库里的文字核对。"

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, and to which indexes."""
        parser.add_argument("act", choices=["rebuild", "verify"], metavar="rebuild|verify", help="重写，或核对")
        parser.add_argument("names", nargs="*", metavar="名字", help="只做这几个索引；不写就是全部")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it index by index; a difference ends non-zero."""
        unknown = set(options["names"]) - INDEXES.keys()
        if unknown:
            raise CommandError(f"没有索引 {'、'.join(sorted(unknown))}；有的是 {'、'.join(sorted(INDEXES))}。")
        chosen = [INDEXES[name] for name in sorted(options["names"] or INDEXES)]
        if options["act"] == "rebuild":
            for index in chosen:
                with transaction.atomic():
                    self.stdout.write(f"{index.label}（{index.name}）：{index.rebuild():,} 行已重写。")
            return
        differing = [index for index in chosen if not self._same(index)]
        if differing:
            raise CommandError("有不一致的，请运行 manage.py search rebuild。")

    def _same(self, index: Index) -> bool:
        wrong = index.verify()
        listed = "、".join(map(str, wrong[:SHOWN])) + ("……" if len(wrong) > SHOWN else "")
        said = f"{len(wrong)} 行不一致（主键 {listed}）" if wrong else "一致"
        self.stdout.write(f"{index.label}（{index.name}）：{said}。")
        return not wrong
