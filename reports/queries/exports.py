"""导出的读法（R-73）：自己的、全部的登记、哪些导出里有某一家企业。"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from cadres.enums import Role
from cadres.models import AuditEntry, Job, User
from enterprises.models import Enterprise
from reports.ledgers import LEDGERS, Ledger

KIND = "ledger."
DOWNLOADED = "下载台账"
FIRMS_MOST = 20


def exports() -> QuerySet[Job]:
    """全部导出。"""
    return Job.objects.filter(kind__in=[ledger.kind for ledger in LEDGERS.values()])


def own_exports(user: User) -> QuerySet[Job]:
    """自己申请的：别人的不存在（R-03）。"""
    return exports().filter(started_by=user.pk)


def may_read_register(user: User) -> bool:
    """导出登记给市活动办主任和审计管理员看；里面没有案件内容。"""
    return user.role == Role.AUDITOR or (user.role == Role.OFFICE and user.is_head and user.sees_everything)


def register(words: str = "") -> QuerySet[Job]:
    """登记：新的在前；按人、账号、单位、条件找。"""
    rows = exports().select_related("started_by__unit").order_by("-pk")
    for word in words.split()[:5]:
        rows = rows.filter(
            Q(started_by__name__icontains=word)
            | Q(started_by__username__icontains=word)
            | Q(started_by__unit__name__icontains=word)
            | Q(message__icontains=word)
        )
    return rows


def target_of(job: Job) -> str:
    """审计里这次导出叫什么。"""
    return f"{ledger_of(job).name} 第 {job.pk} 号"


def ledger_of(job: Job) -> Ledger:
    """这次导出的是哪种台账。"""
    return LEDGERS[job.kind.removeprefix(KIND)]


def download_counts(jobs: Iterable[Job]) -> dict[str, int]:
    """每次导出下载过几回，从审计里数。"""
    rows = AuditEntry.objects.filter(act=DOWNLOADED, target__in=[target_of(job) for job in jobs]).order_by()
    return dict(rows.values_list("target").annotate(count=Count("pk")))


def firms_asked(user: User, words: str) -> QuerySet[Enterprise]:
    """要问的企业：主任照常查找；审计员不看企业名册，只按全名或信用代码对上一家。"""
    words = words.strip()
    if not words:
        return Enterprise.objects.none()
    if user.role == Role.AUDITOR:
        return Enterprise.objects.filter(Q(name=words) | Q(credit_code=words.upper()))
    return Enterprise.objects.visible_to(user).matching(words)[:FIRMS_MOST]


def exports_with(firm: Enterprise) -> QuerySet[Job]:
    """哪些导出里有这家：做成过文件的才算。"""
    return register().filter(state=Job.State.DONE, firms__enterprise=firm)


@dataclass(frozen=True, slots=True)
class Described:
    """一次导出，连同它是哪种台账。"""

    job: Job
    ledger: Ledger

    @property
    def is_waiting(self) -> bool:
        """还在排队或在做。"""
        return self.job.state in {Job.State.QUEUED, Job.State.RUNNING}

    @property
    def has_file(self) -> bool:
        """文件还在。"""
        return self.job.state == Job.State.DONE and bool(self.job.file)

    @property
    def is_expired(self) -> bool:
        """做成过，文件已按保存期删除。"""
        return self.job.state == Job.State.DONE and not self.job.file

    @property
    def share(self) -> int:
        """做了百分之几。"""
        return self.job.done_count * 100 // max(self.job.total_count, 1)

    @property
    def rows(self) -> int:
        """文件里几行；没做完就是要做几行。"""
        return int(self.job.details.get("rows", self.job.total_count))

    @property
    def words(self) -> str:
        """条件。"""
        return str(self.job.details.get("words") or "全部")

    @property
    def failure(self) -> str:
        """为什么没做成。"""
        return str(self.job.details.get("failure", ""))

    @property
    def digest(self) -> str:
        """文件的 sha256。"""
        return str(self.job.details.get("sha256", ""))


def described(jobs: Iterable[Job]) -> list[Described]:
    """排成页面要的样子。"""
    return [Described(job, ledger_of(job)) for job in jobs]
