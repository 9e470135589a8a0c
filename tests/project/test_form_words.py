"""What Django's own checks say is said in the portal's words."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from zhuqi.kernel.errors import InvalidInput
from zhuqi.kernel.spreadsheets import read_rows


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("长" * 12, "最多 10 字，现在 12 字。"),
        ("a\x00b", "里面有看不见的控制符，请删去后重新粘贴。"),
        ("", "这一项要填。"),
    ],
)
def test_a_text_that_cannot_be_taken_says_why(typed, said):
    with pytest.raises(forms.ValidationError) as refusal:
        forms.CharField(max_length=10).clean(typed)
    assert refusal.value.messages == [said]


@pytest.mark.parametrize("name", ["名单.csv", "照片.png", "名单"])
def test_a_page_for_sheets_asks_for_a_sheet(name):
    with pytest.raises(InvalidInput, match="请上传 Excel 表格"):
        read_rows(SimpleUploadedFile(name, b"a,b"), needed=("a",))
