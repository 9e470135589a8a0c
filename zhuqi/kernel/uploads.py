"""R-74: what may be uploaded. Decided by content, never by name; photos are drawn anew, so they carry no EXIF."""

import hashlib
import io
import lzma
import secrets
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from enum import Enum
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404
from PIL import Image, ImageOps

from zhuqi.kernel.errors import InvalidInput

OLE_SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")
UNPACKED_MAX_BYTES = 200 * 1024 * 1024
PARTS_MAX = 5000
CHUNK = 1024 * 1024
# What a damaged package raises, each by its own method of packing; bzip2 says OSError.
UNREADABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, NotImplementedError, EOFError, ValueError)
LONGEST_SIDE = 2560  # enough to read a photographed page; a phone's 12 megapixels are not
NAME_MAX = 100
ACCEPT = ".jpg,.jpeg,.png,.webp,.pdf,.docx,.xlsx,.doc,.xls"  # for the form's `accept`


class Kind(Enum):
    """A type we take: extension, content type, and what it is called."""

    JPEG = ("jpg", "image/jpeg", "照片")
    PNG = ("png", "image/png", "图片")
    PDF = ("pdf", "application/pdf", "PDF")
    DOCX = ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word 文档")
    XLSX = ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel 表格")
    DOC = ("doc", "application/msword", "Word 文档")
    XLS = ("xls", "application/vnd.ms-excel", "Excel 表格")

    @property
    def extension(self) -> str:
        """Without the dot."""
        return self.value[0]

    @property
    def content_type(self) -> str:
        """As the browser is told."""
        return self.value[1]


IMAGES = frozenset({Kind.JPEG, Kind.PNG})
EXTENSIONS = {
    "jpg": IMAGES,
    "jpeg": IMAGES,
    "jpe": IMAGES,
    "jfif": IMAGES,
    "png": IMAGES,
    "webp": IMAGES,
    "pdf": {Kind.PDF},
    "docx": {Kind.DOCX},
    "xlsx": {Kind.XLSX},
    # WPS saves its own documents under these names with Microsoft's content.
    "doc": {Kind.DOC, Kind.DOCX},
    "wps": {Kind.DOC, Kind.DOCX},
    "xls": {Kind.XLS, Kind.XLSX},
    "et": {Kind.XLS, Kind.XLSX},
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that passed: `content` has a random name, `original_name` is safe to show and to hand out."""

    content: ContentFile
    original_name: str
    content_type: str
    size: int
    sha256: str

    @property
    def is_image(self) -> bool:
        """Whether a page may show it in place."""
        return self.content_type.startswith("image/")


def accept(file: UploadedFile, *, field: str = "file") -> Upload:
    """Check one upload and give it back clean; `InvalidInput` on `field` says in words what is wrong with it."""
    shown = file.name or "未命名文件"
    try:
        content, kind = _checked(file)
    except _RefusedError as refusal:
        message = f"“{_bare(shown)[:40]}”没有上传：{refusal}"
        raise InvalidInput(message, {field: [message]}) from refusal
    return Upload(
        content=ContentFile(content, name=f"{secrets.token_hex(16)}.{kind.extension}"),
        original_name=safe_name(shown, kind.extension),
        content_type=kind.content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def handed_out(stored: FieldFile, *, name: str, content_type: str, inline: bool = False) -> FileResponse:
    """Give a stored file to a person who may see it: as an attachment; only our own redrawn images in place."""
    try:
        opened = stored.open("rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    shown = inline and content_type in {kind.content_type for kind in IMAGES}
    response = FileResponse(opened, as_attachment=not shown, filename=name, content_type=content_type)
    response["Cache-Control"] = "private, no-store"
    return response


def safe_name(name: str, extension: str) -> str:
    """Keep what a person would recognise: no folders, no control or direction signs, the extension of the content."""
    printable = "".join(c for c in _bare(name) if c not in '<>:"|?*;%')
    stem = printable.rsplit(".", 1)[0] if "." in printable.strip(".") else printable
    return f"{stem.strip(' .')[:NAME_MAX] or '附件'}.{extension}"


def _bare(name: str) -> str:
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    return "".join(c for c in last if unicodedata.category(c)[0] != "C")


class _RefusedError(Exception):
    """Why a file is not taken, as the end of a sentence."""


def _checked(file: UploadedFile) -> tuple[bytes, Kind]:
    limit = settings.UPLOAD_MAX_BYTES
    if (file.size or 0) > limit:
        raise _RefusedError(f"超过 {limit // (1024 * 1024)} MB。请压缩后再传，或拆成几个文件。")
    content = file.read(limit + 1)
    if not content:
        raise _RefusedError("这是一个空文件。")
    if len(content) > limit:  # the size was announced, not measured
        raise _RefusedError(f"超过 {limit // (1024 * 1024)} MB。")
    kind = _kind_of(content)
    if kind is None:
        raise _RefusedError("只能上传照片（JPG、PNG、WebP）、PDF、Word 和 Excel 文件。")
    _check_name(file.name or "", kind)
    return (_redrawn(content, kind) if kind in IMAGES else content), kind


def _check_name(name: str, kind: Kind) -> None:
    extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if extension and kind not in EXTENSIONS.get(extension, set()):
        raise _RefusedError(f"文件名以 .{extension[:10]} 结尾，内容却是{kind.value[2]}。请用原来的文件名重新上传。")


def _kind_of(content: bytes) -> Kind | None:
    """Tell the type from the content; looks as deep as the type can be disguised."""
    if content.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Kind.JPEG  # redrawn as one
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-4096:]:
            raise _RefusedError("PDF 不完整，可能没有传完。请重新导出后再传。")
        return Kind.PDF
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_package(content)
    if content.startswith(OLE_SIGNATURE):
        return _kind_of_ole(content)
    return None


def _kind_of_ole(content: bytes) -> Kind | None:
    """Word and Excel before 2007: the stream names in the directory tell which, and whether there are macros."""

    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if has("_VBA_PROJECT"):
        raise _RefusedError("文件里有宏。请另存为不含宏的文档后再传。")
    if has("WordDocument"):
        return Kind.DOC
    if has("Workbook") or has("Book"):
        return Kind.XLS
    return None


def _kind_of_package(content: bytes) -> Kind | None:
    """Word and Excel since 2007: a zip. Unpacked once, counting, so that it cannot be a bomb for whoever reads it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = set(package.namelist())
            kind = Kind.DOCX if "word/document.xml" in names else Kind.XLSX if "xl/workbook.xml" in names else None
            if kind is None or "[Content_Types].xml" not in names:
                return None
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise _RefusedError("文件里有宏。请另存为不含宏的文档后再传。")
            _unpack_counting(package)
    except UNREADABLE as broken:
        raise _RefusedError("文件已损坏，打不开。请重新保存后再传。") from broken
    return kind


def _unpack_counting(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > UNPACKED_MAX_BYTES:
        raise _RefusedError("解压后过大，不予接收。")
    for part in parts:
        if part.flag_bits & 1:
            raise _RefusedError("文件有密码。请去掉密码后再传。")
        # The announced sizes were summed above; a part longer than announced fails its checksum here.
        with package.open(part) as unpacked:
            while unpacked.read(CHUNK):
                pass


def _redrawn(content: bytes, kind: Kind) -> bytes:
    """The picture and nothing else: upright, at most LONGEST_SIDE, without EXIF, comments or trailing data."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as opened:
            width, height = opened.size
            if width * height > settings.UPLOAD_MAX_PIXELS:
                raise _RefusedError(f"图片有 {width} × {height} 像素，太大了。请缩小后再传。")
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened)
            picture = upright.convert("RGB" if kind is Kind.JPEG else "RGBA")
    except (Image.DecompressionBombError, MemoryError) as bomb:
        raise _RefusedError("图片像素过多，不予接收。") from bomb
    except (OSError, SyntaxError, ValueError, zlib.error) as broken:
        raise _RefusedError("图片已损坏，打不开。请换一张。") from broken
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    picture.info = {}
    return _encoded(picture, kind)


def _encoded(picture: Image.Image, kind: Kind) -> bytes:
    out: IO[bytes] = io.BytesIO()
    if kind is Kind.JPEG:
        picture.save(out, "JPEG", quality=85, optimize=True)
    else:
        picture.save(out, "PNG")
    out.seek(0)
    return out.read()
