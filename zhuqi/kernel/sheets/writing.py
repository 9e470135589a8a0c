"""一行一行地写（R-12）：一行不成，只这一行不写，说明原因，别的照常。"""

from collections.abc import Callable, Sequence

from django.db import IntegrityError, transaction

from zhuqi.kernel.errors import DomainError
from zhuqi.kernel.sheets.kinds import Entry, Verdict

TAKEN = "写的时候正好有人登记了同样的一条，这一行没有写入；请重新上传核对。"


def one_by_one(rows: Sequence[tuple[Entry, Verdict]], act: Callable[[Entry, Verdict], object]) -> dict[int, str]:
    """每一行在自己的存档点里做；服务拒绝的给出行号和原因。"""
    failed = {}
    for entry, verdict in rows:
        try:
            with transaction.atomic():
                act(entry, verdict)
        except DomainError as refused:
            failed[entry.number] = refused.message
        except IntegrityError:
            failed[entry.number] = TAKEN
    return failed
