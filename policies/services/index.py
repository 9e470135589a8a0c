"""政策的全文索引（R-62）：标题、文号、发文机关，全文、明白卡和申报指南。"""

from collections.abc import Iterator, Sequence

from policies.models import Policy
from zhuqi.kernel.search import Entry, Index

CHUNK = 200


def entry_of(policy: Policy) -> Entry:
    """一份政策要查得到的文字。"""
    guide = f"{policy.card} {policy.guide_materials} {policy.guide_where}"
    return Entry(policy.pk, f"{policy.title} {policy.number} {policy.issuer}", f"{policy.body} {guide}")


def _read(pks: Sequence[int] | None) -> Iterator[Entry]:
    rows = Policy.objects.order_by("pk")
    for policy in (rows if pks is None else rows.filter(pk__in=pks)).iterator(CHUNK):
        yield entry_of(policy)


POLICIES = Index("policy_search", "政策", _read)
