"""诉求的全文索引（R-62）：编号、标题，描述和企业希望。企业名称在企业的索引里，查的时候两边一起查。"""

from collections.abc import Iterator, Sequence

from cases.models import Case
from zhuqi.kernel.search import Entry, Index

CHUNK = 2000


def entry_of(case: Case) -> Entry:
    """一件诉求要查得到的文字。"""
    return Entry(case.pk, f"{case.number} {case.title}", f"{case.description} {case.wish}")


def _read(pks: Sequence[int] | None) -> Iterator[Entry]:
    rows = Case.objects.order_by("pk").only("number", "title", "description", "wish")
    for case in (rows if pks is None else rows.filter(pk__in=pks)).iterator(CHUNK):
        yield entry_of(case)


CASES = Index("case_search", "问题", _read)
