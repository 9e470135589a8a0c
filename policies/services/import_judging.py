"""导入的每一行怎么办（R-62）：新的入库，同文号、同标题的略过，近似的留作草稿等人看，有变的修订。

全文近似的不当作重复丢掉，也不直接发布：机器只看出像，是转发、是修改稿还是重了，由人看过草稿再定（ADR 0065）。
"""

from datetime import datetime

from django.db import transaction

from policies.enums import ImportOutcome, PolicyState
from policies.models import Policy, PolicyImport, PolicyImportRow
from policies.rules.likeness import Neighbours, alike, squeezed
from policies.rules.typed import title_key
from policies.services import bulk
from policies.services.import_files import Line
from policies.services.import_rows import BadRow, Read, Reader
from policies.services.known import Known, Shelf
from policies.services.library import Draft, conditions_of, may_edit, revise
from zhuqi.kernel.claims import beat
from zhuqi.kernel.errors import DomainError

Outcome = ImportOutcome


def first_look(read: Read, shelf: Shelf, seen: set[str]) -> Outcome:
    """还没入库时看：新的、同文号的、同标题的；`seen` 是这份文件里前面的。"""
    draft = read.entry.draft
    key = draft.number or title_key(draft.title, draft.issuer)
    if key in seen:
        return Outcome.NUMBER if draft.number else Outcome.TITLE
    seen.add(key)
    if shelf.by_number(draft.number):
        return Outcome.NUMBER
    return Outcome.TITLE if shelf.by_title(draft.title, draft.issuer, draft.number) else Outcome.ADDED


class _Fresh:
    """这一批里要新增的，还没有主键：后面的行也要跟它们比。"""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.titles: dict[str, int] = {}
        self.neighbours = Neighbours()
        self.bodies: dict[int, str] = {}

    def add(self, row: int, read: Read) -> None:
        draft = read.entry.draft
        if draft.number:
            self.numbers[draft.number] = row
        else:
            self.titles.setdefault(title_key(draft.title, draft.issuer), row)
        self.neighbours.add(row, read.columns["likeness"])
        self.bodies[row] = draft.body

    def alike(self, read: Read) -> int | None:
        near = self.neighbours.near(read.columns["likeness"])
        return (
            alike(squeezed(read.entry.draft.body), [(row, squeezed(self.bodies[row])) for row in near])
            if near
            else None
        )


class Judge:
    """一次导入里逐批判断并写入。"""

    def __init__(self, batch: PolicyImport, reader: Reader) -> None:
        self.batch, self.reader, self.shelf = batch, reader, Shelf()

    def look_again(self) -> None:
        """库里的变了：从头看。"""
        self.shelf = Shelf()

    def take(self, lines: list[Line], *, at: datetime) -> None:
        """一批，一个事务。错误：SupersededError；IntegrityError，这一批要重来。"""
        with transaction.atomic():
            self.shelf.catch_up()
            rows, entries, fresh = list[PolicyImportRow](), list[tuple[PolicyImportRow, bulk.Entry]](), _Fresh()
            for line in lines:
                row = PolicyImportRow(
                    batch=self.batch, number=line.number, title=line.cells.get("title", "").strip()[:200]
                )
                rows.append(row)
                entry = self._judge(line, row, fresh, at=at)
                if entry:
                    entries.append((row, entry))
            made = bulk.add_all([entry for _, entry in entries], actor=self.batch.started_by, at=at, note=self._note())
            for (row, _), policy in zip(entries, made, strict=True):
                row.policy = policy
            PolicyImportRow.objects.bulk_create(rows)
            beat(self.batch, at=at, done_count=self.batch.done_count + len(lines))

    def _note(self) -> str:
        return f"导入自“{self.batch.name}”"

    def _judge(self, line: Line, row: PolicyImportRow, fresh: _Fresh, *, at: datetime) -> bulk.Entry | None:
        """写好这一行的结果；要新增的给出来。"""
        try:
            read = self.reader.read(line)
        except BadRow as wrong:
            row.outcome, row.remark = Outcome.BAD, str(wrong)[:300]
            return None
        draft, remarks = read.entry.draft, list(read.remarks)
        row.title = draft.title[:200]
        entry: bulk.Entry | None = None
        known = self.shelf.by_number(draft.number)
        if known:
            row.outcome, row.policy_id, told = self._same_number(known, read, at=at)
            remarks.append(told)
        elif draft.number in fresh.numbers:
            row.outcome = Outcome.NUMBER
            remarks.append(f"与本文件第 {fresh.numbers[draft.number]} 行同文号，只取前一行")
        else:
            entry = self._by_text(read, row, fresh, remarks)
        row.remark = "；".join(filter(None, remarks))[:300]
        return entry

    def _by_text(self, read: Read, row: PolicyImportRow, fresh: _Fresh, remarks: list[str]) -> bulk.Entry | None:
        draft = read.entry.draft
        twin = self.shelf.by_title(draft.title, draft.issuer, draft.number)
        earlier = fresh.titles.get(title_key(draft.title, draft.issuer)) if not draft.number else None
        if twin or earlier:
            row.outcome, row.policy_id = Outcome.TITLE, twin.pk if twin else None
            remarks.append("标题和发文机关都相同" if twin else f"与本文件第 {earlier} 行标题、发文机关都相同")
            return None
        near, above = self.shelf.alike(draft.body, read.columns["likeness"]), fresh.alike(read)
        fresh.add(row.number, read)
        if near or above:
            row.outcome = Outcome.ALIKE
            where = f"库里第 {near} 号" if near else f"本文件第 {above} 行"
            remarks.append(f"全文与{where}近似，存为草稿等人看")
            return read.to_store(publishes=False)
        row.outcome = Outcome.ADDED
        return self._entry(read, remarks)

    def _entry(self, read: Read, remarks: list[str]) -> bulk.Entry:
        if read.entry.abolished_on:
            return read.to_store(publishes=True)
        publishes = self.batch.publishes and not read.unknown
        why = bulk.blocker(read.entry) if publishes else ""
        if why:
            remarks.append(f"存为草稿：{why}")
        return read.to_store(publishes=publishes and not why)

    def _same_number(self, known: Known, read: Read, *, at: datetime) -> tuple[Outcome, int, str]:
        """同文号：全文没变就略过；变了，选了修订、又归他维护的，修订成新的一版。"""
        if known.fingerprint == read.columns["fingerprint"]:
            return Outcome.NUMBER, known.pk, ""
        policy = Policy.objects.select_related("region", "unit", "category").get(pk=known.pk)
        actor = self.batch.started_by
        if policy.fingerprint == read.columns["fingerprint"]:
            return Outcome.NUMBER, known.pk, ""
        if not self.batch.revises:
            return Outcome.NUMBER, known.pk, "全文与库里的不同，没有改（导入时没选修订）"
        if policy.state == PolicyState.ABOLISHED or (actor and not may_edit(actor, policy)):
            return Outcome.NUMBER, known.pk, "全文与库里的不同；已废止或不归您的单位维护，没有改"
        if read.unknown:
            return Outcome.BAD, known.pk, f"修订不成：{read.unknown}"
        try:
            revise(policy, _merged(policy, read), actor=actor, at=at, note=self._note())
        except DomainError as refused:
            return Outcome.BAD, known.pk, f"修订不成：{refused.message}"
        return Outcome.REVISED, known.pk, f"修订为第 {Policy.objects.get(pk=known.pk).version} 版"


def _merged(policy: Policy, read: Read) -> Draft:
    """文件里写了的换掉，没写的照旧。"""
    names = [name for name in Draft.__dataclass_fields__ if name != "conditions"]
    new = read.entry.draft
    said = {name: getattr(new, name) or getattr(policy, name) for name in names}
    return Draft(**said | {"number": policy.number}, conditions=new.conditions or conditions_of(policy))
