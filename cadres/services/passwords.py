"""R-70: a person's own password. What it must be is said by cadres/passwords.py."""

import secrets
from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from zhuqi.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from cadres.models import User

# No 0 O 1 l I: first passwords are read out on the telephone.
CAPITALS, SMALL, DIGITS = "ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789"


def first_password() -> str:
    """A random one of four groups, `Kmtr-8325-wqhb-Xn`: three classes, to be changed at once."""
    draw = secrets.choice
    letters = "".join(draw(SMALL) for _ in range(7))
    return f"{draw(CAPITALS)}{letters[:3]}-{''.join(draw(DIGITS) for _ in range(4))}-{letters[3:]}-{draw(CAPITALS)}{draw(SMALL)}"


def change_password(user: "User", *, old: str, new: str) -> None:
    """Replace the person's own password.

    Raises InvalidInput: the old one is wrong, or the new one is too weak or was used lately.
    """
    if not user.check_password(old):
        message = "原密码不对。"
        raise InvalidInput(message, {"old_password": [message]})
    check_new(user, new)
    user.set_password(new)
    user.must_change_password = False
    user.save()  # whole: Django then remembers the hash for "the last five"


def check_new(user: "User", new: str) -> None:
    """Raise InvalidInput with every sentence the rules have to say."""
    try:
        validate_password(new, user)
    except ValidationError as refused:
        raise InvalidInput("新密码不符合要求。", {"new_password1": refused.messages}) from refused
