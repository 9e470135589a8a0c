"""表里怎么称呼一个人（R-12）：账号、姓名，或模板里的“姓名（账号）”。"""

import re
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q
from django.db.models.functions import Lower

from cadres.models import User
from zhuqi.kernel.sheets.typed import Unreadable

_NAMED = re.compile(r"(.+?)[（(]([^（）()]+)[）)]")


def said_of(user: User) -> str:
    """模板里写的样子。"""
    return f"{user.name}（{user.username}）"


class People:
    """这一批行里说到的人，两句话都查得到。"""

    def __init__(self, said: Iterable[str]) -> None:
        words = {_account(each) for each in said}
        wanted = Q(lower__in={word.lower() for word in words}) | Q(name__in=words)
        self.accounts: dict[str, User] = {}
        self.names: dict[str, list[User]] = defaultdict(list)
        for user in User.objects.annotate(lower=Lower("username")).filter(wanted).select_related("unit"):
            self.accounts[user.username.lower()] = user
            self.names[user.name].append(user)

    def find(self, said: str, role: str) -> User:
        """说的是谁。错误：Unreadable，没有、重名、停用、岗位不对。"""
        word = _account(said)
        found = [self.accounts[word.lower()]] if word.lower() in self.accounts else []
        found = found or [user for user in self.names[word] if user.is_active and user.role == role] or self.names[word]
        if len(found) > 1:
            named = "、".join(f"{user.unit or ''}{said_of(user)}" for user in found[:6])
            raise Unreadable(f"叫“{word}”的有 {len(found)} 位：{named}。请填账号。")
        if not found:
            raise Unreadable(f"没有账号或姓名是“{word[:30]}”的人。")
        return found[0]


def _account(said: str) -> str:
    named = _NAMED.fullmatch(said.strip())
    return (named[2] if named else said).strip()
