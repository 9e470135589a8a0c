"""表单里一次可选几个文件的栏目（R-74），各应用共用。"""

from django import forms

from zhuqi.kernel.errors import InvalidInput
from zhuqi.kernel.uploads import ACCEPT, accept

FILES_MOST = 9


class FilesInput(forms.ClearableFileInput):
    """一次可选几个文件。"""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """干净的文件，一个或几个（R-74）；每个不合格的各说一句。"""

    widget = FilesInput(attrs={"accept": ACCEPT, "multiple": True})
    default_error_messages = {
        "required": "请至少附一个文件（照片、PDF、Word 或 Excel）。",
        "too_many": f"一次最多 {FILES_MOST} 个文件，请分次上传。",
    }

    def clean(self, data, initial=None):  # type: ignore[no-untyped-def]  # Django's own arguments
        """逐个查验内容；没有选就是空表。"""
        chosen = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if not chosen:
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return []
        if len(chosen) > FILES_MOST:
            raise forms.ValidationError(self.error_messages["too_many"], code="too_many")
        clean, refused = [], []
        for one in chosen:
            try:
                clean.append(accept(one, field="files"))
            except InvalidInput as refusal:
                refused.append(refusal.message)
        if refused:
            raise forms.ValidationError([*refused, "合格的文件也要重新选一次。"] if clean else refused)
        return clean
