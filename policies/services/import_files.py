"""导入的文件怎么读（R-62、R-74）：CSV（UTF-8、带 BOM、GBK）、XLSX、一行一个 JSON；一行一行给，不全装进内存。"""

import codecs
import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from policies.rules.typed import HEADINGS, NEEDED, columns_of
from zhuqi.kernel.errors import InvalidInput
from zhuqi.kernel.spreadsheets import SHEETS, read_lines

FILE_MOST = 100 * 1024 * 1024
CELL_MOST = 8 * 1024 * 1024  # 网页代码比文字长得多；超过的多半是引号没有配对
LOOK_AT = 10
CHUNK = 1024 * 1024
csv.field_size_limit(CELL_MOST)


@dataclass(frozen=True, slots=True)
class Line:
    """一行：在文件里是第几行，库里的列 → 写的字；`trouble` 是这一行读不出来的原因。"""

    number: int
    cells: dict[str, str] = field(default_factory=dict)
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """认清了的文件：哪种、什么编码、怎么分列、表头。"""

    path: Path
    kind: str
    encoding: str = "utf-8"
    is_patched: bool = False  # 有认不出的字，用 � 代替
    delimiter: str = ","
    start: int = 0
    columns: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def lines(self) -> Iterator[Line]:
        """表头以下不空的行。"""
        if self.kind == "jsonl":
            yield from _json_lines(self)
        elif self.kind == "xlsx":
            yield from _cells(self, iter(_sheet(self.path)))
        else:
            with self.path.open(
                encoding=self.encoding, errors="replace" if self.is_patched else "strict", newline=""
            ) as out:
                yield from _cells(self, _records(out, self.delimiter))


def recognise(path: Path, name: str) -> Source:
    """认文件。错误：InvalidInput，说清哪里不对。"""
    low = name.lower()
    if path.stat().st_size == 0:
        raise refused("这是一个空文件。")
    if low.endswith(SHEETS):
        return _headed(Source(path, "xlsx"), _sheet(path))
    if low.endswith((".jsonl", ".ndjson", ".json")):
        return _keyed(Source(path, "jsonl", *_encoding(path)))
    if low.endswith((".csv", ".txt", ".tsv")):
        return _csv(path)
    raise refused("只能导入 CSV、Excel 表格（.xlsx）或一行一个 JSON 的文件（.jsonl）。")


def refused(message: str) -> InvalidInput:
    """这个文件不能用。"""
    return InvalidInput(message, {"file": [message]})


def _sheet(path: Path) -> list[list[str]]:
    return read_lines(SimpleUploadedFile(path.name, path.read_bytes()))


def _csv(path: Path) -> Source:
    """先按能整篇读通的编码；表头认不出再换一种。"""
    with path.open("rb") as opened:
        head = opened.read(4)
    if head.startswith((b"PK\x03\x04", bytes.fromhex("D0CF11E0"))):
        raise refused("文件名是 CSV，内容却是 Excel 表格，请改用原来的文件名上传。")
    best: InvalidInput | None = None
    for encoding, is_patched in _tried(path, head):
        source = Source(path, "csv", encoding, is_patched)
        with path.open(encoding=encoding, errors="replace" if is_patched else "strict", newline="") as opened:
            first = opened.read(4000).split("\n", 1)[0]
            delimiter = max(",\t;", key=first.count)
            opened.seek(0)
            try:
                rows = [cells for _, cells, trouble in _records(opened, delimiter, most=LOOK_AT) if not trouble]
                return _headed(replace(source, delimiter=delimiter), rows)
            except InvalidInput as error:
                best = best or error
    raise best or refused("认不出这个文件的编码，请在 Excel 里另存为“CSV UTF-8”再上传。")


def _tried(path: Path, head: bytes) -> Iterator[tuple[str, bool]]:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield "utf-16", True
        return
    for encoding in ("utf-8-sig", "gb18030"):
        if _decodes(path, encoding):
            yield encoding, False
    yield from (("utf-8-sig", True), ("gb18030", True))


def _encoding(path: Path) -> tuple[str, bool]:
    with path.open("rb") as opened:
        return next(_tried(path, opened.read(4)))


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as opened:
            while piece := opened.read(CHUNK):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _headed(source: Source, rows: list[list[str]]) -> Source:
    """表头是头十行里第一个有标题、发文机关、全文三列的；上面可以有合并的大标题。"""
    for start, cells in enumerate(rows[:LOOK_AT], 1):
        columns, unknown = columns_of(cells)
        if set(NEEDED) <= set(columns):
            return replace(source, start=start, columns=tuple(columns), unknown=tuple(unknown))
    closest = max((columns_of(cells)[0] for cells in rows[:LOOK_AT]), key=lambda found: len(set(found)), default=[])
    lacking = "、".join(f"“{HEADINGS[name][0]}”" for name in NEEDED if name not in closest)
    raise refused(f"没有找到表头：缺{lacking}。请照模板的列名写，或先下载模板。")


def _records(opened: Any, delimiter: str, most: int | None = None) -> Iterator[tuple[int, list[str], str]]:
    """(第几行, 各格, 读不出的原因)。"""
    reader = csv.reader((line.replace("\x00", "") for line in opened), delimiter=delimiter)
    number = 0
    while most is None or number < most:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, [], "这一行太长或引号没有配对，后面的都读不出来了"
            return
        yield number, cells, ""


def _cells(source: Source, rows: Iterator[Any]) -> Iterator[Line]:
    for order, row in enumerate(rows, 1):
        number, cells, trouble = row if isinstance(row, tuple) else (order, row, "")
        if number <= source.start or not (trouble or any(cell.strip() for cell in cells)):
            continue
        said = {name: cell for name, cell in zip(source.columns, cells, strict=False) if name}
        if source.is_patched and any("�" in cell for cell in said.values()):
            trouble = "有认不出的字，多半是编码混了，请改好这一行再导入"
        yield Line(number, said, trouble)


def _json_lines(source: Source) -> Iterator[Line]:
    with source.path.open(encoding=source.encoding, errors="replace") as opened:
        for number, text in enumerate(opened, 1):
            if text.strip():
                yield _json_line(number, text)


def _keyed(source: Source) -> Source:
    """头几行有哪些名字：认得的、不认得的。"""
    names = dict[str, None]()
    with source.path.open(encoding=source.encoding, errors="replace") as opened:
        for order, text in enumerate(islice((line for line in opened if line.strip()), LOOK_AT)):
            if not order and text.lstrip().startswith("["):
                raise refused("这是一个 JSON 数组，请改成一行一份、每行一个 {…} 再上传。")
            said = _said(text)
            names |= dict.fromkeys(map(str, said if isinstance(said, dict) else ()))
    columns, unknown = columns_of(list(names))
    return replace(source, columns=tuple(columns), unknown=tuple(unknown))


def _said(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _json_line(number: int, text: str) -> Line:
    said = _said(text)
    if said is None:
        return Line(number, trouble="不是一个完整的 JSON 对象")
    if not isinstance(said, dict):
        return Line(number, trouble='不是一个 JSON 对象，要像 {"标题": …} 这样写')
    names = list(map(str, said))
    columns, _ = columns_of(names)
    cells = {
        column: "" if value is None else str(value)
        for column, value in zip(columns, said.values(), strict=True)
        if column
    }
    return Line(number, cells, "有认不出的字" if "�" in text else "")


def as_text(source: Source) -> str:
    """给人看的：哪种文件、什么编码。"""
    names = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "gb18030": "GBK", "utf-16": "UTF-16"}
    return {"csv": f"CSV（{names[source.encoding]}）", "xlsx": "Excel 表格"}.get(source.kind, "JSON，一行一份")
