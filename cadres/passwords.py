"""R-70: what a password must be. Length, similarity and common ones are Django's own validators."""

from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils import timezone

if TYPE_CHECKING:
    from cadres.models import User

CLASSES_NEEDED = 3


class ThreeClassesValidator:
    """At least three of: capital letters, small letters, digits, other signs."""

    def validate(self, password: str, user: "User | None" = None) -> None:
        """Refuse a password of one or two classes."""
        classes = (
            any(c.isascii() and c.isupper() for c in password),
            any(c.isascii() and c.islower() for c in password),
            any(c.isdigit() for c in password),
            any(not c.isalnum() or not c.isascii() for c in password),
        )
        if sum(classes) < CLASSES_NEEDED:
            raise ValidationError(self.get_help_text(), code="password_classes")

    def get_help_text(self) -> str:
        """Say the rule."""
        return "密码须包含大写字母、小写字母、数字、符号中的至少三类。"


class NotReusedValidator:
    """Not the present password, nor one of the last few (`remembered`)."""

    def __init__(self, remembered: int = 5) -> None:
        self.remembered = remembered

    def validate(self, password: str, user: "User | None" = None) -> None:
        """Refuse a password this person has used lately."""
        if user is None or user.pk is None:
            return
        used = user.password_history.order_by("-set_at", "-pk").values_list("password", flat=True)[: self.remembered]
        if any(check_password(password, old) for old in {user.password, *used} if old):
            raise ValidationError(self.get_help_text(), code="password_reused")

    def password_changed(self, password: str, user: "User | None" = None) -> None:
        """Remember the new one (Django calls this once the person is saved), and forget the oldest."""
        if user is None or user.pk is None:
            return
        user.password_history.create(password=user.password, set_at=timezone.now())
        kept = user.password_history.order_by("-set_at", "-pk").values_list("pk", flat=True)[: self.remembered]
        user.password_history.exclude(pk__in=list(kept)).delete()

    def get_help_text(self) -> str:
        """Say the rule."""
        return f"不能与最近 {self.remembered} 次用过的密码相同。"
