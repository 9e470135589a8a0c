"""表格导入包联（R-12 动态调整）：一家企业一行，牵头、协助、包联领导，填了的就以填的为准。"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from cadres.enums import AssignmentRole, Role
from cadres.models import Assignment, User
from cadres.services.coverage import NEEDED_ROLE, add_assistant, assign_lead, end_assignment
from cadres.services.sheet_people_said import People, said_of
from enterprises.credit_codes import normalise_credit_code
from enterprises.models import Enterprise
from zhuqi.kernel.sheets.columns import Cell, Column
from zhuqi.kernel.sheets.kinds import Change, Entry, Outcome, Scope, SheetKind, Verdict, bad, registers
from zhuqi.kernel.sheets.typed import NOTHING, Unreadable
from zhuqi.kernel.sheets.writing import one_by_one

LEAD, ASSISTANT, LEADER = AssignmentRole.LEAD, AssignmentRole.ASSISTANT, AssignmentRole.LEADER
NOTE = "动态调整"
PARTS = {"lead": LEAD, "assistants": ASSISTANT, "leader": LEADER}
COLUMNS = (
    Column("credit_code", "统一社会信用代码", Cell.CODE, needed=True, width=24, most=40, synonyms=("信用代码", "社会信用代码", "企业代码"), hint="按它认企业。"),
    Column("name", "企业名称", most=100, width=34, synonyms=("单位名称", "公司名称"), example="许昌某某机械有限公司", hint="只用来核对。"),
    Column("region", "县（市、区）", width=14, hint="给您看的，导入时不读。"),
    Column("lead", "牵头干部", most=60, width=22, synonyms=("牵头干部账号", "新牵头干部账号", "新牵头干部", "包联干部", "助企干部"), example="zhangsan", hint="账号、姓名，或“姓名（账号）”。"),
    Column("assistants", "协助干部", Cell.LIST, width=28, synonyms=("协助干部账号",), hint="几位用顿号隔开；填了就以填的为准，写“无”就全部解除。"),
    Column("leader", "包联领导", most=60, width=22, synonyms=("包联市领导", "市领导"), hint="写“无”就解除。"),
    Column("note", "调整说明", most=200, width=26, synonyms=("说明", "备注")),
)  # fmt: skip
HEADINGS = {column.key: column.heading for column in COLUMNS}
Present = dict[str, list[Assignment]]


class AssignmentSheet(SheetKind):
    """包联。"""

    key = "assignments"
    label = "包联"
    icon = "arrows-exchange"
    about = "动态调整：成批更换牵头干部、协助干部和包联领导，模板里是现在的样子"
    roles = frozenset({Role.OFFICE.value})
    identity = ("credit_code",)
    back = "cadres:uncovered"
    notes = ("模板里是您管的全部企业和现在的包联关系，要换的改一下，不换的不动。原来的留在历史里。",)

    def columns(self, actor: Any) -> tuple[Column, ...]:
        """见上。"""
        return COLUMNS

    def prefilled(self, actor: Any) -> Iterable[Mapping[str, Any]]:
        """现在的包联关系。"""
        seen = Enterprise.objects.visible_to(actor).active()
        present = _present(seen.values("pk"))
        for firm in seen.select_related("region").order_by("region__ordering", "name"):
            people = {
                key: "、".join(said_of(row.cadre) for row in present[firm.pk][role]) for key, role in PARTS.items()
            }
            yield {"credit_code": firm.credit_code, "name": firm.name, "region": firm.region.name, **people}

    def judge(self, entries: Sequence[Entry], scope: Scope) -> list[Verdict]:
        """三句查询，不论几行。"""
        codes = {normalise_credit_code(entry.values["credit_code"]) for entry in entries}
        seen = Enterprise.objects.visible_to(scope.actor).active().filter(credit_code__in=codes)
        firms = {firm.credit_code: firm for firm in seen}
        present = _present([firm.pk for firm in firms.values()])
        people = People(said for entry in entries for key in PARTS for said in _said(entry, key))
        return [_verdict(entry, firms, present, people) for entry in entries]

    def write(self, rows: Sequence[tuple[Entry, Verdict]], scope: Scope, at: datetime) -> dict[int, str]:
        """每一家经过包联的服务：先解除，再换牵头，再增加。"""
        return one_by_one(rows, lambda entry, verdict: _Moves(entry, verdict, scope.actor, at).make())


class _Moves:
    """一家企业要做的调整。"""

    def __init__(self, entry: Entry, verdict: Verdict, actor: User, at: datetime) -> None:
        self.firm, self.present, self.wanted = verdict.about
        self.note = str(entry.get("note", "") or NOTE)
        self.how: Any = {"actor": actor, "at": at}

    def make(self) -> None:
        """照次序做。"""
        for role in (ASSISTANT, LEADER):
            for row in self.present[role]:
                if role in self.wanted and row.cadre not in self.wanted[role]:
                    end_assignment(row, note=self.note, **self.how)
        leads = self.present[LEAD]
        if LEAD in self.wanted and [row.cadre for row in leads] != self.wanted[LEAD]:
            seen = leads[0].pk if leads else None
            assign_lead(self.firm, self.wanted[LEAD][0], seen=seen, note=self.note, **self.how)
        for role in (ASSISTANT, LEADER):
            had = {row.cadre_id for row in self.present[role]}
            for person in self.wanted.get(role, ()):
                if person.pk not in had:
                    add_assistant(self.firm, person, role=role, **self.how)


def _present(firms: Any) -> dict[int, Present]:
    found: dict[int, Present] = defaultdict(lambda: defaultdict(list))
    rows = Assignment.objects.filter(enterprise__in=firms, to_on__isnull=True).select_related("cadre", "enterprise")
    for row in rows.order_by("pk"):
        found[row.enterprise_id][row.role].append(row)
    return found


def _said(entry: Entry, key: str) -> list[str]:
    said = entry.get(key, ())
    return list(said) if isinstance(said, tuple) else [] if said in NOTHING else [said]


def _verdict(entry: Entry, firms: dict[str, Enterprise], present: dict[int, Present], people: People) -> Verdict:
    code = normalise_credit_code(entry.values["credit_code"])
    firm = firms.get(code)
    if firm is None:
        return bad("credit_code", f"没有找到代码为 {code} 的在册企业，或不在本办范围内。")
    if entry.get("name", firm.name) != firm.name:
        return bad("name", f"代码对应的是“{firm.name}”，与填的企业名称不一致，请核对。")
    wanted: dict[str, list[User]] = {}
    for key, role in PARTS.items():
        if key in entry.values:
            try:
                wanted[role] = [_fit(people.find(said, NEEDED_ROLE[role]), role) for said in _said(entry, key)]
            except Unreadable as wrong:
                return bad(key, wrong.message)
    if LEAD in wanted and not wanted[LEAD]:
        return bad("lead", "牵头干部不能空缺，请填新的牵头干部。")
    return _compared(firm, present[firm.pk], wanted)


def _compared(firm: Enterprise, now: Present, wanted: dict[str, list[User]]) -> Verdict:
    lead = wanted.get(LEAD) or [row.cadre for row in now[LEAD]]
    if set(lead) & set(wanted.get(ASSISTANT, ())):
        return bad("assistants", f"{lead[0].name}已经是牵头干部，不能又是协助干部。")
    changes = []
    for key, role in PARTS.items():
        old = sorted(said_of(row.cadre) for row in now[role])
        new = sorted(said_of(user) for user in wanted[role]) if role in wanted else old
        if old != new:
            changes.append(Change(HEADINGS[key], "、".join(old) or "（空）", "、".join(new) or "（空）"))
    remark = "" if lead else "这家企业还没有牵头干部。"
    outcome = Outcome.CHANGED if changes else Outcome.SAME
    return Verdict(outcome, changes=tuple(changes), remark=remark, about=(firm, now, wanted))


def _fit(person: User, role: str) -> User:
    needed = NEEDED_ROLE[AssignmentRole(role)]
    if not person.is_active:
        raise Unreadable(f"{person.name}的账号已停用，不能再联系企业。")
    if person.role != needed:
        raise Unreadable(f"{person.name}不是{needed.label}，不能任{AssignmentRole(role).label}。")
    return person


registers(AssignmentSheet())
