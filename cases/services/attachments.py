"""附件入库（R-74）。内容检查与重编码在 zhuqi.kernel.uploads，到这里的都是干净的。"""

from collections.abc import Sequence
from datetime import datetime

from cadres.models import User
from cases.enums import Action
from cases.models import Attachment, Case, CaseEvent
from zhuqi.kernel.uploads import Upload


def keep_files(case: Case, files: Sequence[Upload], *, event: CaseEvent, actor: User | None, at: datetime) -> None:
    """把干净的文件挂到这一步上；企业看不看得到跟着这一步。"""
    for clean in files:
        kept = Attachment(
            case=case,
            event=event,
            original_name=clean.original_name,
            content_type=clean.content_type,
            size=clean.size,
            sha256=clean.sha256,
            is_evidence=event.kind == Action.SUBMIT,
            is_public=event.is_public,
            uploaded_by=actor,
            uploaded_at=at,
        )
        kept.file.save(str(clean.content.name), clean.content, save=False)
        kept.save()
