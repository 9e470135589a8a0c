"""发一个接口令牌。"""

from django import forms

from cadres.models import User
from cadres.services.tokens import DAYS_MOST, NAME_MOST
from zhuqi.kernel.api.scopes import SCOPES

LONG = 90


class TokenForm(forms.Form):
    """以谁的身份、做什么用、哪些范围、多少天。"""

    username = forms.CharField(
        label="以谁的身份（账号名）", max_length=150, help_text="令牌看得到、办得了的，和这个账号一样，不会更多。",
        error_messages={"required": "请填写账号名。"},
    )  # fmt: skip
    name = forms.CharField(
        label="用途", max_length=NAME_MOST, help_text="如 市政务平台对接，出了事好找。",
        error_messages={"required": "请写明用途。", "max_length": f"最多 {NAME_MOST} 字。"},
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label="范围", choices=list(SCOPES.items()),
        widget=forms.CheckboxSelectMultiple, error_messages={"required": "请选择至少一个范围。"},
    )  # fmt: skip
    days = forms.IntegerField(
        label="有效几天", min_value=1, max_value=DAYS_MOST, initial=LONG,
        error_messages={
            "required": "请写有效几天。", "invalid": "请写一个整数，如 90。",
            "min_value": f"可以是 1 到 {DAYS_MOST} 天。", "max_value": f"最多 {DAYS_MOST} 天。",
        },
    )  # fmt: skip

    def clean_username(self):
        """写错说清；大小写不分，和登录时一样。"""
        typed = self.cleaned_data["username"].strip()
        user = User.objects.filter(username__iexact=typed).first()
        if user is None:
            raise forms.ValidationError("没有这个账号，请核对账号名。")
        return user
