"""`manage.py sign_ins`: the demonstration's accounts, one per role, with their one password."""

from typing import Any
from unicodedata import east_asian_width

from cadres.enums import Role
from cadres.models import User
from reports.demo.city.sign_ins import PASSWORD, SIGN_INS
from zhuqi.kernel.commands import PortalCommand


class Command(PortalCommand):
    """Prints a table; says so where there is no demo city."""

    help = "列出演示城市的登录账号。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Only accounts that are there and still have the demo password are shown."""
        users = {user.username: user for user in User.objects.select_related("unit", "enterprise")}
        rows = [("账号", "角色", "姓名", "单位或企业", "看什么")]
        for row in SIGN_INS:
            user = users.get(row.username)
            if user is not None and user.role == row.role and not user.must_change_password:
                home = str(user.unit or user.enterprise or "—")
                rows.append((row.username, Role(user.role).label, user.name, home, row.what))
        if len(rows) == 1:
            self.stdout.write("这里没有演示账号：请用系统管理员开立的账号登录。")
            return
        widths = [max(_width(cells[n]) for cells in rows) for n in range(len(rows[0]))]
        self.stdout.write(f"演示账号（密码都是 {PASSWORD}）")
        for cells in rows:
            line = "  ".join(text + " " * (width - _width(text)) for text, width in zip(cells, widths, strict=True))
            self.stdout.write("  " + line.rstrip())


def _width(text: str) -> int:
    """Columns on a terminal: Chinese signs take two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
