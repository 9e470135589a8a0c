"""R-12 动态调整: lead cadres changed by spreadsheet. Previewed, then all of it or nothing; a stale preview is refused."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.functions import Lower

from cadres.enums import AssignmentRole, Role
from cadres.models import Assignment, User
from cadres.services import audit
from cadres.services.coverage import assign_lead
from enterprises.credit_codes import normalise_credit_code
from enterprises.models import Enterprise
from zhuqi.kernel.errors import Conflict, DomainError, NotPermitted
from zhuqi.kernel.spreadsheets import Row, read_rows, write_rows

CODE, NAME, REGION = "统一社会信用代码", "企业名称", "县（市、区）"
NOW, NEW, NOTE = "现牵头干部", "新牵头干部账号", "调整说明"
HEADINGS = (CODE, NAME, REGION, NOW, NEW, NOTE)
WIDTHS = (22, 34, 14, 22, 18, 26)
SALT = "cadres.coverage_sheet"
GOOD_FOR_SECONDS = 30 * 60


@dataclass(frozen=True, slots=True)
class LeadChange:
    """One row that would change something."""

    number: int
    enterprise: Enterprise
    old: Assignment | None
    new: User
    note: str = ""


@dataclass
class SheetPreview:
    """What a sheet would do: changes, rows that say what is already so, and errors by row."""

    changes: list[LeadChange] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)
    unchanged_count: int = 0
    untouched_count: int = 0

    @property
    def can_apply(self) -> bool:
        """All or nothing: one wrong row stops the sheet."""
        return bool(self.changes) and not self.errors

    def sealed(self) -> str:
        """The changes with what they were decided on, signed: what comes back is what was shown."""
        rows = [
            [each.enterprise.pk, each.old.pk if each.old else None, each.new.pk, each.note] for each in self.changes
        ]
        return signing.dumps(rows, salt=SALT, compress=True)


def template(actor: User) -> bytes:
    """All firms the office may see with their lead today; to change one, fill in its 新牵头干部账号."""
    _demand_office(actor)
    leads = _leads(Enterprise.objects.visible_to(actor).active().values("pk"))
    firms = Enterprise.objects.visible_to(actor).active().select_related("region").order_by("region__ordering", "name")
    rows = (
        (firm.credit_code, firm.name, firm.region.name, _said(leads.get(firm.pk)), "", "") for firm in firms.iterator()
    )
    return write_rows(HEADINGS, rows, title="包联调整", widths=WIDTHS)


def preview(file: UploadedFile, *, actor: User) -> SheetPreview:
    """Read the sheet and say, row by row, what it would change; nothing is written."""
    _demand_office(actor)
    rows = read_rows(file, needed=(CODE, NEW))
    wanted = [row for row in rows if row[NEW]]
    codes = {row.number: normalise_credit_code(row[CODE]) for row in wanted}
    firms = {firm.credit_code: firm for firm in _firms(actor, codes.values())}
    cadres = {user.username.lower(): user for user in _cadres(row[NEW] for row in wanted)}
    leads = _leads([firm.pk for firm in firms.values()])
    found = SheetPreview(untouched_count=len(rows) - len(wanted))
    seen: dict[str, int] = {}
    for row in wanted:
        code = codes[row.number]
        firm, cadre = firms.get(code), cadres.get(row[NEW].lower())
        problem = _problem(row, firm, cadre, seen.get(code))
        seen.setdefault(code, row.number)
        if problem or firm is None or cadre is None:
            found.errors.append((row.number, problem))
            continue
        old = leads.get(firm.pk)
        if old is not None and old.cadre_id == cadre.pk:
            found.unchanged_count += 1
        else:
            found.changes.append(LeadChange(row.number, firm, old, cadre, row[NOTE][:200]))
    return found


@transaction.atomic
def apply(sealed: str, *, actor: User, at: datetime) -> int:
    """Make all changes of a preview; raises Conflict, changing nothing, when one of the firms has moved on since."""
    _demand_office(actor)
    try:
        rows = signing.loads(sealed, salt=SALT, max_age=GOOD_FOR_SECONDS)
    except signing.SignatureExpired as error:
        raise Conflict("预览已超过 30 分钟，请重新上传核对。") from error
    except signing.BadSignature as error:
        raise DomainError("预览内容不完整，请重新上传。") from error
    firms = Enterprise.objects.visible_to(actor).in_bulk([row[0] for row in rows])
    cadres = User.objects.in_bulk({row[2] for row in rows})
    for firm, old, new, note in rows:
        if firm not in firms or new not in cadres:
            raise Conflict("有企业或干部已不在范围内，请重新上传核对。")
        assign_lead(firms[firm], cadres[new], actor=actor, at=at, seen=old, note=note)
    audit.record(actor, "批量调整包联", target=f"{len(rows)} 家企业", at=at)
    return len(rows)


def _problem(row: Row, firm: Enterprise | None, cadre: User | None, earlier: int | None) -> str:
    if not row[CODE]:
        return "没有填统一社会信用代码。"
    if firm is None:
        return f"没有找到代码为 {row[CODE]} 的在册企业，或不在本办范围内。"
    if row[NAME] and row[NAME] != firm.name:
        return f"代码对应的是“{firm.name}”，与填的企业名称不一致，请核对。"
    if earlier is not None:
        return f"与第 {earlier} 行是同一家企业。"
    if cadre is None:
        return f"没有账号为“{row[NEW]}”的人员。"
    if cadre.role != Role.CADRE:
        return f"{cadre.name}不是助企干部。"
    return "" if cadre.is_active else f"{cadre.name}的账号已停用。"


def _firms(actor: User, codes: Iterable[str]) -> list[Enterprise]:
    wanted = Enterprise.objects.visible_to(actor).active()
    return list(wanted.filter(credit_code__in=set(codes)).select_related("region"))


def _cadres(names: Iterable[str]) -> list[User]:
    named = User.objects.annotate(lower=Lower("username")).filter(lower__in={name.lower() for name in names})
    return list(named.select_related("unit"))


def _leads(firms: Any) -> dict[int, Assignment]:
    current = Assignment.objects.filter(enterprise__in=firms, role=AssignmentRole.LEAD, to_on__isnull=True)
    return {row.enterprise_id: row for row in current.select_related("cadre__unit")}


def _said(lead: Assignment | None) -> str:
    return f"{lead.cadre.name}（{lead.cadre.username}）" if lead else "（无）"


def _demand_office(actor: User) -> None:
    if actor.role != Role.OFFICE:
        raise NotPermitted("包联关系由活动办调整。")
