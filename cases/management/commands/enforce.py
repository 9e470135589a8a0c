"""`manage.py enforce --at 2026-02-24T09:00+08:00 --preview --json`：到点执行，或只看会发什么（R-41）。"""

import json

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from cases.services.enforcement import EnforcementFailed, enforce
from cases.services.foresight import foresee
from zhuqi.kernel.commands import PortalCommand


class Command(PortalCommand):
    """到点执行与预演。"""

    help = "执行到某一时刻为止该跑的时点；--preview 只列出会签发什么，什么也不改。"

    def add_arguments(self, parser):
        """参数。"""
        parser.add_argument("--at", metavar="时刻", help="时刻，如 2026-02-24T09:00+08:00；缺省为现在", default=None)
        parser.add_argument("--preview", action="store_true", help="只预演，不改任何数据")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args, **options):
        """执行。"""
        at = _instant(options["at"])
        if options["preview"]:
            self._show(foresee(at=at), as_json=options["json"])
            return
        try:
            results = enforce(at=at)
        except EnforcementFailed as error:
            raise CommandError(str(error)) from error
        done = [{"day": day.isoformat(), **outcome.counts} for day, outcome in results.items()]
        if options["json"]:
            self.stdout.write(json.dumps(done, ensure_ascii=False, indent=2))
        elif not done:
            self.stdout.write("没有要跑的时点。")
        for row in [] if options["json"] else done:
            self.stdout.write("　".join(f"{key} {value}" for key, value in row.items()))
        if not options["json"] and done:
            self.stdout.write("站内通知由后台任务 cases.notify 每分钟发出。")

    def _show(self, items, *, as_json):
        if as_json:
            self.stdout.write(json.dumps(items, ensure_ascii=False, indent=2))
            return
        for item in items:
            self.stdout.write(f"{item['what']}　{item['case']}　{item['to']}　{item['why']}")
        self.stdout.write(f"共 {len(items)} 项，什么也没有改。")


def _instant(text):
    if text is None:
        return timezone.now()
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise CommandError(f"看不懂时刻“{text}”，请写成 2026-02-24T09:00+08:00 的样子。")
    return found if timezone.is_aware(found) else timezone.make_aware(found)
