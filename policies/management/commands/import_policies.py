"""`manage.py import_policies FILE`: the same import as on the page, with the progress on the terminal (R-62)."""

from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import CommandError, CommandParser
from django.db.models import Count
from django.utils import timezone

from cadres.models import User
from policies.enums import ImportOutcome, ImportState
from policies.models import PolicyImport
from policies.services import importing
from zhuqi.kernel.commands import PortalCommand
from zhuqi.kernel.errors import DomainError

NO_LIMIT = 4 * 1024**3


class Command(PortalCommand):
    """Checks, imports, counts."""

    help = "成批导入政策：CSV（UTF-8、GBK）、XLSX、一行一个 JSON。断了再运行一次，已有的略过。例：manage.py import_policies 政策.csv --by director"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, who imports, what to do with it."""
        parser.add_argument("file", metavar="文件", help="CSV、XLSX 或 JSONL")
        parser.add_argument("--by", metavar="账号", help="以谁的名义导入；不写就是系统")
        parser.add_argument("--draft", action="store_true", help="都存为草稿，不发布")
        parser.add_argument("--revise", action="store_true", help="同文号、全文有变的修订成新的一版")
        parser.add_argument("--check", action="store_true", help="只检查，什么也不导入")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, ask nothing, import."""
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"没有这个文件：{path}")
        try:
            batch = self._checked(path, _person(options["by"]))
            if options["check"]:
                importing.cancel_import(batch, actor=batch.started_by, at=timezone.now())
                return
            importing.start_import(
                batch,
                actor=batch.started_by,
                at=timezone.now(),
                publishes=not options["draft"],
                revises=options["revise"],
            )
            done = importing.run_import(batch.pk, clock=timezone.now, say=self._say)
        except DomainError as error:
            raise CommandError(error.message) from error
        if done is None or done.state != ImportState.DONE:
            raise CommandError(done.failure if done else "这一份被别的进程接着做了。")
        self._report(done)

    def _checked(self, path: Path, actor: User | None) -> PolicyImport:
        with path.open("rb") as opened:
            batch = importing.open_import(File(opened, path.name), actor=actor, at=timezone.now(), most=NO_LIMIT)
        self.stdout.write(f"{path.name}：{batch.checked['form']}，{batch.total_count:,} 行")
        if batch.checked["unknown"]:
            self.stdout.write(f"认不得的列（不导入）：{'、'.join(batch.checked['unknown'])}")
        for number, title, why in batch.checked["bad"]:
            self.stdout.write(f"  第 {number} 行 {title}：{why}")
        return batch

    def _say(self, batch: PolicyImport) -> None:
        self.stdout.write(f"{batch.done_count:,} / {batch.total_count:,}（{batch.share}%）")
        self.stdout.flush()

    def _report(self, batch: PolicyImport) -> None:
        counts = dict(batch.rows.order_by().values_list("outcome").annotate(n=Count("pk")))
        for outcome in ImportOutcome:
            if counts.get(outcome):
                self.stdout.write(f"{outcome.label}：{counts[outcome]:,}")


def _person(username: str | None) -> User | None:
    if not username:
        return None
    found = User.objects.select_related("unit").filter(username=username, is_active=True).first()
    if found is None:
        raise CommandError(f"没有这个账号：{username}")
    return found
