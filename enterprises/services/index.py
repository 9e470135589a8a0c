"""企业的全文索引（R-62）：名称、拼音首字母、信用代码，地址和行业。改了哪家，就在同一个事务里 `FIRMS.refresh`。"""

from collections.abc import Iterator, Sequence

from enterprises.models import Enterprise
from zhuqi.kernel.search import Entry, Index

CHUNK = 2000


def _read(pks: Sequence[int] | None) -> Iterator[Entry]:
    rows = Enterprise.objects.order_by("pk")
    if pks is not None:
        rows = rows.filter(pk__in=pks)
    said = rows.values_list("pk", "name", "pinyin", "credit_code", "address", "industry")
    for pk, name, pinyin, code, address, industry in said.iterator(CHUNK):
        yield Entry(pk, f"{name} {pinyin} {code}", f"{address} {industry}")


FIRMS = Index("firm_search", "企业", _read)
