"""政策的附件（R-60、R-74）：草稿随便增减；发布过的，增减一次就是新的一版，撤下的留着底。"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from cadres.models import User
from cadres.services import audit
from policies.enums import PolicyState
from policies.models import Policy, PolicyAttachment
from policies.services.library import demand_keeper, keep_version
from zhuqi.kernel.errors import Conflict, InvalidInput
from zhuqi.kernel.uploads import Upload

ATTACHMENTS_MOST = 20
MOVED = "这份政策刚被别人改过，请刷新后再增减附件。"


@transaction.atomic
def attach(policy: Policy, files: Sequence[Upload], *, actor: User | None, at: datetime) -> list[PolicyAttachment]:
    """加几个附件。错误：NotPermitted、InvalidInput（没有选、已有同样的、太多）、Conflict（废止了，或刚被人改过）。"""
    demand_keeper(actor, policy)
    _check(policy, files)
    _turn(policy, at=at)
    made = [
        PolicyAttachment.objects.create(
            policy=policy, file=one.content, original_name=one.original_name[:120], content_type=one.content_type,
            size=one.size, sha256=one.sha256, uploaded_by=actor, uploaded_at=at,
        )
        for one in files
    ]  # fmt: skip
    _note(policy, "添附件：" + "、".join(one.original_name for one in made), actor=actor, at=at)
    return made


@transaction.atomic
def detach(attachment: PolicyAttachment, *, actor: User | None, at: datetime) -> None:
    """撤下一个附件：草稿的真删，发布过的留底、成为新的一版。错误：NotPermitted、Conflict。"""
    policy = attachment.policy
    demand_keeper(actor, policy)
    _turn(policy, at=at)
    mine = PolicyAttachment.objects.current().filter(pk=attachment.pk)
    if policy.state == PolicyState.DRAFT:
        gone, stored = mine.delete()[0], attachment.file
        transaction.on_commit(lambda: stored.delete(save=False))
    else:
        gone = mine.update(removed_at=at, removed_by=actor)
    if not gone:
        raise Conflict("这个附件刚刚已经撤下。")
    _note(policy, f"撤下附件：{attachment.original_name}", actor=actor, at=at)


def _check(policy: Policy, files: Sequence[Upload]) -> None:
    kept = list(policy.attachments.current().values_list("sha256", flat=True))
    same = [one.original_name for n, one in enumerate(files) if one.sha256 in {*kept, *(f.sha256 for f in files[:n])}]
    problem = ""
    if not files:
        problem = "请选择要加的文件。"
    elif same:
        problem = f"“{same[0]}”已经在附件里，内容一样。"
    elif len(kept) + len(files) > ATTACHMENTS_MOST:
        problem = f"一份政策最多 {ATTACHMENTS_MOST} 个附件，现在已有 {len(kept)} 个。"
    if problem:
        raise InvalidInput(problem, {"files": [problem]})


def _turn(policy: Policy, *, at: datetime) -> None:
    """比较并交换：草稿记一次修订，发布过的换一版。"""
    if policy.state == PolicyState.ABOLISHED:
        raise Conflict("这份政策已经废止，附件不再增减。")
    version = policy.version + (policy.state == PolicyState.PUBLISHED)
    same = Policy.objects.filter(pk=policy.pk, revision=policy.revision, state=policy.state)
    if not same.update(revision=policy.revision + 1, version=version, changed_at=at):
        raise Conflict(MOVED)
    policy.refresh_from_db()


def _note(policy: Policy, said: str, *, actor: User | None, at: datetime) -> None:
    if policy.state == PolicyState.PUBLISHED:
        keep_version(policy, actor=actor, at=at, note=said)
        audit.record(actor, "增减政策附件", target=policy.title, reason=said[:200], at=at)
