"""The system's LibreOffice and poppler, if it has both: what a reader's machine makes of the files we write."""

import html
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

TOOLS = ("pdfinfo", "pdftotext")
NO_LIBREOFFICE = (
    "没有找到 LibreOffice 或 poppler，公文打开测试未运行"
    "（apt-get install --no-install-recommends libreoffice-writer libreoffice-calc poppler-utils）"
)
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')


def soffice_path() -> str | None:
    """Where it is, if it and poppler's tools are there."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found if found and all(shutil.which(tool) for tool in TOOLS) else None


@dataclass(frozen=True, slots=True)
class Word:
    """A word on a page, in points from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float
    said: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A file as LibreOffice prints it."""

    path: Path

    def pages(self) -> list[str]:
        """The text of each page, laid out."""
        return self._told("pdftotext", "-layout", str(self.path), "-").split("\f")[:-1]

    def text(self) -> str:
        """All that is said, without blanks."""
        return "".join(self._told("pdftotext", "-raw", str(self.path), "-").split())

    def size(self) -> str:
        """Paper of the first page, as poppler names it."""
        return re.search(r"Page size:\s+(.*)", self._told("pdfinfo", str(self.path)))[1]

    def words(self, page: int) -> list[Word]:
        """Where each word of a page stands."""
        told = self._told("pdftotext", "-bbox", "-f", str(page), "-l", str(page), str(self.path), "-")
        return [Word(*map(float, found[:4]), html.unescape(found[4])) for found in WORD.findall(told)]

    @staticmethod
    def _told(*command: str) -> str:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def opened(files: dict[str, bytes], folder: Path) -> dict[str, Opened]:
    """Open the files (name with ending → content) in one go and print them to PDF."""
    paths = [folder / name for name in files]
    for path, content in zip(paths, files.values(), strict=True):
        path.write_bytes(content)
    command = [
        str(soffice_path()), f"-env:UserInstallation=file://{folder / 'profile'}", "--headless", "--norestore",
        "--convert-to", "pdf", "--outdir", str(folder), *map(str, paths),
    ]  # fmt: skip
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    return {path.name: Opened(path.with_suffix(".pdf")) for path in paths}
