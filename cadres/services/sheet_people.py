"""表格导入人员（R-70、R-71）：按账号认。新账号没有角色、也没有密码，由安全管理员授权、系统管理员重置密码后才能登录。"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models.functions import Lower

from cadres.enums import Role
from cadres.models import Unit, User
from cadres.services.accounts import NAME, Account, amend_account, open_account
from enterprises.credit_codes import normalise_credit_code
from enterprises.models import Enterprise
from zhuqi.kernel.sheets.columns import Cell, Column
from zhuqi.kernel.sheets.kinds import SAME, Entry, Outcome, Scope, SheetKind, Verdict, bad, differences, registers
from zhuqi.kernel.sheets.typed import plain
from zhuqi.kernel.sheets.writing import one_by_one

COLUMNS = (
    Column("username", "账号", needed=True, width=18, most=150, synonyms=("账号名", "登录账号", "用户名"), example="zhangsan", hint="登录用，字母、数字和 . _ - @；按它认人。"),
    Column("name", "姓名", needed=True, width=14, most=30, example="张某", hint="新账号必填。"),
    Column("unit", "单位", width=28, most=60, synonyms=("单位名称", "所在单位", "工作单位"), hint="写代码、名称或简称。"),
    Column("firm_code", "企业的统一社会信用代码", Cell.CODE, width=24, most=40, synonyms=("企业代码", "统一社会信用代码"), hint="企业账号才填，填了就不填单位。"),
    Column("post", "职务", width=16, most=30),
    Column("phone", "电话", Cell.PHONE, width=16, synonyms=("手机", "手机号", "联系电话")),
)  # fmt: skip
BY_KEY = {column.key: column for column in COLUMNS}


class PeopleSheet(SheetKind):
    """人员。"""

    key = "people"
    label = "人员"
    icon = "users"
    about = "成批开立账号，更新姓名、单位、职务、电话；不带角色和密码"
    roles = frozenset({Role.SYSADMIN.value})
    identity = ("username",)
    back = "cadres:people"
    notes = (
        "导入的账号没有角色，由安全管理员授权；也没有密码，由您在用户页上“重置密码”，当面或电话告诉本人。",
        "换单位的，原来的授权可能收回。",
    )

    def columns(self, actor: Any) -> tuple[Column, ...]:
        """见上。"""
        return COLUMNS

    def judge(self, entries: Sequence[Entry], scope: Scope) -> list[Verdict]:
        """三句查询，不论几行。"""
        book = _Book(entries)
        return [_verdict(entry, book, scope) for entry in entries]

    def write(self, rows: Sequence[tuple[Entry, Verdict]], scope: Scope, at: datetime) -> dict[int, str]:
        """每一行经过账号的服务。"""

        def act(entry: Entry, verdict: Verdict) -> None:
            user, account = verdict.about
            if user is None:
                open_account(account, actor=scope.actor, at=at)
            else:
                amend_account(user, account, actor=scope.actor, at=at)

        return one_by_one(rows, act)


class _Book:
    """这一批行说到的账号、单位、企业。"""

    def __init__(self, entries: Sequence[Entry]) -> None:
        names = {_username(entry).lower() for entry in entries}
        found = User.objects.annotate(lower=Lower("username")).filter(lower__in=names)
        self.users = {user.username.lower(): user for user in found.select_related("unit", "enterprise")}
        units = list(Unit.objects.all())
        self.units = {unit.short_name: unit for unit in units if unit.short_name} | {unit.name: unit for unit in units}
        self.units |= {unit.code.upper(): unit for unit in units}
        codes = {normalise_credit_code(entry.get("firm_code", "")) for entry in entries} - {""}
        # An account is made for any firm of the city: by key, not by what the administrator may read.
        self.firms = {firm.credit_code: firm for firm in Enterprise.objects.filter(credit_code__in=codes)}

    def unit(self, said: str) -> Unit | None:
        """说的是哪一个单位。"""
        return self.units.get(said) or self.units.get(said.upper())


def _username(entry: Entry) -> str:
    return plain(entry.values["username"])


def _verdict(entry: Entry, book: _Book, scope: Scope) -> Verdict:
    username = _username(entry)
    user = book.users.get(username.lower())
    unit, firm = book.unit(entry.get("unit", "")), book.firms.get(normalise_credit_code(entry.get("firm_code", "")))
    problem = _problem(entry, username, (user, unit, firm), scope)
    if problem:
        return bad(*problem)
    if user is None:
        account = Account(username, entry.values["name"], unit, firm, entry.get("post", ""), entry.get("phone", ""))
        return Verdict(Outcome.NEW, about=(None, account))
    home = (unit, firm) if unit or firm else (user.unit, user.enterprise)
    kept = {key: entry.get(key, getattr(user, key)) for key in ("name", "post", "phone")}
    account = Account(user.username, kept["name"], *home, kept["post"], kept["phone"], sso_id=user.sso_id)
    pairs = [(BY_KEY[key], getattr(user, key), value) for key, value in kept.items()]
    pairs += [(BY_KEY["unit"], user.unit, home[0]), (BY_KEY["firm_code"], user.enterprise, home[1])]
    changes = differences(pairs, {})
    if not changes:
        return SAME
    moved = user.role and user.unit != home[0]
    remark = "换了单位，原来的授权可能收回，请安全管理员重新授权。" if moved else ""
    return Verdict(Outcome.CHANGED, changes=changes, remark=remark, about=(user, account))


def _problem(
    entry: Entry, username: str, found: tuple[User | None, Unit | None, Enterprise | None], scope: Scope
) -> tuple[str, str] | None:
    user, unit, firm = found
    checks = (
        (not NAME.fullmatch(username), "username", "账号名只用字母、数字和 . _ - @，不用汉字和空格。"),
        (user is None and not entry.get("name"), "name", "新账号要填姓名。"),
        ("unit" in entry.values and unit is None, "unit", f"没有叫“{entry.get('unit')}”的单位。"),
        (unit is not None and not unit.is_active, "unit", f"“{entry.get('unit')}”已停用，请选在用的单位。"),
        ("firm_code" in entry.values and firm is None, "firm_code", "没有找到这个代码的企业，请先由活动办登记企业。"),
        (unit is not None and firm is not None, "firm_code", "单位和企业只能填一个。"),
        (user is not None and not user.is_active, "username", "这个账号已停用，先启用再导入。"),
        (user is not None and user.pk == scope.actor.pk, "username", "不能给自己办，请由另一位管理员办理。"),
    )
    return next(((key, reason) for is_wrong, key, reason in checks if is_wrong), None)


registers(PeopleSheet())
