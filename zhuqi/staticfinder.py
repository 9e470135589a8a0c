"""Publishes named files of node_modules. Naming them keeps Tabler's unused parts out of the manifest storage."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage, Storage

PUBLISHED = {
    "vendor/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    # tabler.min.css names its map, and the manifest storage insists on finding it.
    "vendor/tabler.min.css.map": "@tabler/core/dist/css/tabler.min.css.map",
    "vendor/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "vendor/echarts.min.js": "echarts/dist/echarts.common.min.js",
}


class PackageFinder(BaseFinder):
    """Looks `vendor/…` up in the table above."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.root = Path(settings.BASE_DIR) / "node_modules"

    def check(self, **_: Any) -> list[CheckMessage]:
        """Say what set-up has not installed."""
        missing = [source for source in PUBLISHED.values() if not (self.root / source).is_file()]
        if not missing or not self.root.is_dir():  # without any set-up (tests of rules) pages simply lack their style
            return []
        return [Error(f"node_modules lacks {', '.join(missing)}.", hint="Run `npm ci`.", id="zhuqi.E001")]

    # django-stubs names the second parameter `all`; Django 5.2 renamed it to find_all.
    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:  # noqa: FBT001, FBT002 - as the base class
        """Give the file's place on disk, or an empty list."""
        source = PUBLISHED.get(path)
        found = self.root / source if source else None
        if found is None or not found.is_file():
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Give every published file that is installed, for collectstatic."""
        storage = RenamedStorage(self.root)
        for path, source in PUBLISHED.items():
            if (self.root / source).is_file():
                yield path, storage


class RenamedStorage(FileSystemStorage):
    """Files of node_modules under the names we publish them by."""

    prefix = ""

    def path(self, name: str) -> str:
        """Where the published name really lies."""
        return super().path(PUBLISHED[name])
