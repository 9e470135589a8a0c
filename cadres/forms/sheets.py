"""表格导入的一张表单：选一个文件。"""

from django import forms


class SheetUpload(forms.Form):
    """填好的表。"""

    file = forms.FileField(
        label="填好的表",
        help_text="xlsx 或 xls，20 MB 以内，最多 20 万行。",
        error_messages={"required": "请选要上传的文件。", "empty": "这是一个空文件。"},
    )
