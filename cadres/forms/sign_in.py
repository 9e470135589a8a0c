"""Signing in and one's own password (R-70)."""

import unicodedata

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm

from cadres.enums import Role
from cadres.models import User

BY_PASSWORD = frozenset({Role.ENTERPRISE, Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR})


class SignInForm(AuthenticationForm):
    """Django's, in the portal's words."""

    error_messages = {
        "invalid_login": "账号或密码不对。连续输错 5 次会锁定 30 分钟。",
        "inactive": "这个账号已停用，请联系本单位管理员。",
    }

    username = forms.CharField(label="账号", max_length=150, error_messages={"required": "请填写账号。"})
    password = forms.CharField(
        label="密码", strip=False, widget=forms.PasswordInput, error_messages={"required": "请填写密码。"}
    )

    def confirm_login_allowed(self, user):
        """A city may keep passwords to administrators and firms: everybody else has single sign-on (ADR 0080)."""
        super().confirm_login_allowed(user)
        if settings.SSO.get("REQUIRED") and user.role not in BY_PASSWORD:
            raise forms.ValidationError("您的岗位请用统一身份认证登录；账号密码只留给企业和三员。")

    def clean_username(self):
        """A phone begins with a capital, an input method writes ｏｆｆｉｃｅ: it is the same account."""
        typed = unicodedata.normalize("NFKC", self.cleaned_data["username"]).strip()
        return User.objects.filter(username__iexact=typed).values_list("username", flat=True).first() or typed


class PasswordForm(forms.Form):
    """The old one, and the new one twice. What the new one must be, the service says."""

    old_password = forms.CharField(label="现在的密码", strip=False, widget=forms.PasswordInput)
    new_password1 = forms.CharField(label="新密码", strip=False, widget=forms.PasswordInput)
    new_password2 = forms.CharField(label="再输一次", strip=False, widget=forms.PasswordInput)

    def clean(self):
        """Both must be the same."""
        entered = super().clean()
        first, second = entered.get("new_password1"), entered.get("new_password2")
        if first and second and first != second:
            self.add_error("new_password2", "两次输入的新密码不一样。")
        return entered
