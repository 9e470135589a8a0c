"""Build the icon sprite of the pages from the installed @tabler/icons (run by set-up after `npm ci`)."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from zhuqi.icons import ICONS, SPRITE, sprite_from
from zhuqi.kernel.commands import PortalCommand


class Command(PortalCommand):
    """manage.py build_icons."""

    help = "从 node_modules/@tabler/icons 生成页面用的图标合集"

    def add_arguments(self, parser):
        """--source: another folder with outline/ and filled/."""
        default = Path(settings.BASE_DIR) / "node_modules/@tabler/icons/icons"
        parser.add_argument("--source", type=Path, default=default, metavar="目录", help="Tabler 图标所在目录")

    def handle(self, *args, source, **options):
        """Write the sprite; leave the old one when a source is missing."""
        if not source.is_dir():
            raise CommandError(f"找不到图标目录 {source}，请先在项目目录执行 npm ci --ignore-scripts")
        try:
            text = sprite_from(source)
        except FileNotFoundError as missing:
            raise CommandError(f"zhuqi/icons.py 里有 Tabler 没有的图标：{missing.filename}") from missing
        target = Path(settings.BASE_DIR) / "static" / SPRITE
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        self.stdout.write(f"{len(ICONS)} 个图标，{len(text) // 1024} KB → {target}")
