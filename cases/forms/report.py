"""企业报一个问题：三栏加附件（页面 2）。"""

import secrets

from django import forms

from cases.enums import Source
from cases.forms.fields import FilesField
from cases.services.intake import DESCRIPTION_MOST, TITLE_MOST, WISH_MOST, Report


class ReportForm(forms.Form):
    """一句话、具体情况、希望怎么解决、附件。"""

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=48)
    title = forms.CharField(
        label="一句话说问题",
        max_length=TITLE_MOST,
        error_messages={
            "required": "请用一句话写明是什么问题。",
            "max_length": f"最多 {TITLE_MOST} 字，细节写在下面。",
        },
    )
    description = forms.CharField(
        label="具体情况",
        max_length=DESCRIPTION_MOST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="什么时候开始、卡在哪个单位、影响多大。",
        error_messages={
            "required": "请写几句具体情况，承办单位好直接办。",
            "max_length": f"最多 {DESCRIPTION_MOST} 字，多的可以放附件。",
        },
    )
    wish = forms.CharField(
        label="希望怎么解决",
        max_length=WISH_MOST,
        required=False,
        error_messages={"max_length": f"最多 {WISH_MOST} 字。"},
    )
    files = FilesField(  # type: ignore[assignment]  # BaseForm has what was uploaded under this name
        label="附件", required=False, help_text="照片、PDF、Word、Excel，可多选。"
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.initial.setdefault("token", secrets.token_urlsafe(24))

    def report(self, firm):
        """交给服务的问题。"""
        said = self.cleaned_data
        return Report(
            firm, said["title"], said["description"], Source.ENTERPRISE, wish=said["wish"], token=said["token"] or None
        )
