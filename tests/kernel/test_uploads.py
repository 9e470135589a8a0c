"""R-74: every kind we take, and every way to smuggle something else in."""

import io
import struct
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from PIL import Image
from xlsxwriter import Workbook

from zhuqi.kernel import uploads
from zhuqi.kernel.errors import InvalidInput
from zhuqi.kernel.uploads import accept, safe_name

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def photo(form="JPEG", size=(40, 30), mode="RGB", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 200).save(out, form, **options)
    return out.getvalue()


def docx() -> bytes:
    out = io.BytesIO()
    Document().save(out)
    return out.getvalue()


def xlsx() -> bytes:
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    book.add_worksheet().write("A1", "企业")
    book.close()
    return out.getvalue()


def package(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr("word/document.xml", b"<w/>")
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def ole(stream: str) -> bytes:
    return uploads.OLE_SIGNATURE + bytes(512) + stream.encode("utf-16-le") + bytes(64)


def refused(name: str, content: bytes, **options) -> str:
    with pytest.raises(InvalidInput) as said:
        accept(SimpleUploadedFile(name, content), **options)
    assert said.value.errors == {options.get("field", "file"): [said.value.message]}
    return said.value.message


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("照片.jpg", photo(), "image/jpeg"),
        ("照片.JPEG", photo(), "image/jpeg"),
        ("截图.png", photo("PNG"), "image/png"),
        ("微信图片.jpg", photo("PNG"), "image/png"),
        ("照片.webp", photo("WEBP"), "image/jpeg"),
        ("批复.pdf", PDF, "application/pdf"),
        ("情况说明.docx", docx(), uploads.Kind.DOCX.content_type),
        ("台账.xlsx", xlsx(), uploads.Kind.XLSX.content_type),
        ("旧文件.doc", ole("WordDocument"), "application/msword"),
        ("旧表.xls", ole("Workbook"), "application/vnd.ms-excel"),
        ("没有后缀", PDF, "application/pdf"),
    ],
)
def test_accept_tells_the_type_from_the_content(name, content, kind):
    taken = accept(SimpleUploadedFile(name, content, content_type="text/html"))
    assert taken.content_type == kind
    assert taken.size == len(taken.content.read())
    assert len(taken.sha256) == 64


def test_accept_gives_a_random_name_and_keeps_the_known_one():
    first, second = (accept(SimpleUploadedFile("批复.pdf", PDF)) for _ in range(2))
    assert first.content.name != second.content.name
    assert "批复" not in first.content.name
    assert first.original_name == "批复.pdf"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("空.pdf", b"", "空文件"),
        ("程序.exe", b"MZ" + bytes(100), "只能上传"),
        ("程序.pdf", b"MZ" + bytes(100), "只能上传"),
        ("网页.jpg", b"<html><script>", "只能上传"),
        ("矢量.png", b"<svg xmlns='x' onload='y'>", "只能上传"),
        ("压缩包.docx", b"PK\x03\x04" + bytes(30), "已损坏"),
        ("照片.jpg", PDF, "内容却是PDF"),
        ("说明.html", PDF, "内容却是PDF"),
        ("半截.pdf", b"%PDF-1.7\n1 0 obj", "不完整"),
        ("半截.jpg", photo()[:60], "已损坏"),
        ("宏.docx", package(**{"word/vbaProject.bin": b"x"}), "宏"),
        ("宏.doc", ole("WordDocument") + "_VBA_PROJECT".encode("utf-16-le"), "宏"),
        ("别的.doc", ole("PowerPoint Document"), "只能上传"),
    ],
)
def test_accept_refuses_in_words(name, content, why):
    assert why in refused(name, content)


def test_accept_names_the_field():
    assert "空文件" in refused("空.pdf", b"", field="photo")


def test_accept_refuses_what_is_too_large(settings):
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    assert "超过 1 MB" in refused("大.pdf", PDF + bytes(1024 * 1024))


def test_accept_refuses_a_package_that_unpacks_to_too_much(monkeypatch):
    monkeypatch.setattr(uploads, "UNPACKED_MAX_BYTES", 10_000)
    assert "解压后过大" in refused("炸弹.docx", package(big=bytes(20_000)))


def test_accept_refuses_a_package_that_lies_about_its_size():
    honest = package(**{"word/big.xml": bytes(50_000)})
    lying = honest.replace(struct.pack("<I", 50_000), struct.pack("<I", 10))
    assert lying != honest
    assert "已损坏" in refused("说谎.docx", lying)


def test_accept_refuses_too_many_pixels(settings):
    settings.UPLOAD_MAX_PIXELS = 1000
    assert "像素" in refused("大图.png", photo("PNG", (100, 100)))


def test_accept_refuses_a_decompression_bomb():
    # A header that claims 60,000 × 60,000 pixels with a few bytes behind it.
    small = bytearray(photo("PNG", (10, 10)))
    small[16:24] = struct.pack(">II", 60_000, 60_000)
    assert "没有上传" in refused("炸弹.png", bytes(small))


def test_photos_lose_exif_comments_and_what_trails_them():
    exif = Image.Exif()
    exif[0x010E] = "GPS 34.03 113.85"
    exif[0x0112] = 6  # turned by 90°
    content = photo(exif=exif.tobytes(), comment=b"secret comment") + b"<?php trailing ?>"
    taken = accept(SimpleUploadedFile("照片.jpg", content))
    clean = taken.content.read()
    for hidden in (b"GPS", b"secret", b"<?php", b"Exif"):
        assert hidden not in clean
    with Image.open(io.BytesIO(clean)) as picture:
        assert picture.size == (30, 40)  # upright
        assert not picture.getexif()


def test_photos_are_scaled_to_the_longest_side():
    taken = accept(SimpleUploadedFile("大.jpg", photo(size=(6000, 1000))))
    with Image.open(taken.content) as picture:
        assert max(picture.size) == uploads.LONGEST_SIDE


def test_png_keeps_its_transparency():
    taken = accept(SimpleUploadedFile("章.png", photo("PNG", mode="RGBA")))
    with Image.open(taken.content) as picture:
        assert picture.mode == "RGBA"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\用户\\批复.PDF", "批复.pdf"),
        ("批\u202e复\x00\n.exe.pdf", "批复.exe.pdf"),
        ("...", "附件.pdf"),
        ("长" * 300 + ".pdf", "长" * 100 + ".pdf"),
        ("没有后缀", "没有后缀.pdf"),
        ('a"b;c%.pdf', "abc.pdf"),
    ],
)
def test_safe_name(name, safe):
    assert safe_name(name, "pdf") == safe


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_accept_refuses_a_damaged_package_however_it_is_packed(method):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        made.writestr("xl/workbook.xml", b"<workbook/>" * 40)
        made.writestr("[Content_Types].xml", b"")
    content = bytearray(out.getvalue())
    packed_from = 30 + len("xl/workbook.xml")
    content[packed_from : packed_from + 12] = b"\xff" * 12
    assert "已损坏" in refused("坏了.xlsx", bytes(content))
