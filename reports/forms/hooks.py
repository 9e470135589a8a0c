"""推送的表单（R-65）。"""

from django import forms

from reports.province.fields import STEPS
from reports.services.webhooks import owners


class HookForm(forms.Form):
    """一个订阅。"""

    name = forms.CharField(label="名称", max_length=40, help_text="如：市政务办系统。")
    url = forms.CharField(label="送到哪里", max_length=300, help_text="https:// 开头；主机要在许可名单里。")
    owner = forms.ModelChoiceField(
        owners(), label="归属人", empty_label="请选择", help_text="活动办或承办单位的账号：他看不到的诉求不送。",
        error_messages={"required": "请选择归属人。", "invalid_choice": "请选择归属人。"},
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label="哪几种步骤", choices=list(STEPS.items()), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少选一种。", "invalid_choice": "没有这种步骤。"},
    )  # fmt: skip
    with_sm3 = forms.BooleanField(label="另附国密签名（HMAC-SM3）", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        owner.queryset = owners().select_related("unit").order_by("unit__ordering", "name")
        owner.label_from_instance = lambda user: f"{user.name} · {user.unit}"
