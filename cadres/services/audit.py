"""R-72: who, when, from where, did what to what, with which result. Entries are only ever added."""

from datetime import datetime
from typing import Any

from cadres.models import AuditEntry, User
from zhuqi.kernel.callers import address


def record(by: Any, act: str, *, at: datetime, target: str = "", reason: str = "", result: str = "成功") -> AuditEntry:  # noqa: PLR0913 - a request or a person; the columns of the log
    """Append one entry. `by` is the request (its address is kept), a person, or None for the system."""
    request = by if hasattr(by, "META") else None
    person = request.user if request is not None else by
    return AuditEntry.objects.create(
        at=at,
        user=person if isinstance(person, User) else None,
        address=address(request)[:45] if request is not None else "",
        act=act[:40],
        target=target[:120],
        reason=reason[:200],
        result=result[:40],
    )
