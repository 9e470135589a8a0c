"""库里已经有什么（R-62）：按文号、按标题加发文机关、按近似指纹，三样都在内存里找。"""

from collections.abc import Sequence
from dataclasses import dataclass

from policies.models import Policy
from policies.rules.likeness import Neighbours, alike, squeezed
from policies.rules.typed import number_typed, title_key


@dataclass(frozen=True, slots=True)
class Known:
    """一份已有的：主键、文号、全文指纹。"""

    pk: int
    number: str
    fingerprint: str


class Shelf:
    """导入时比对用的；每写一批跟着添上，别人这时录入的也看得到。"""

    def __init__(self) -> None:
        self._numbers: dict[str, Known] = {}
        self._titles: dict[str, list[Known]] = {}
        self._neighbours = Neighbours()
        self._last = 0

    def catch_up(self) -> None:
        """把上次看过以后入库的添上。"""
        names = ("pk", "number", "fingerprint", "title", "issuer", "likeness")
        rows = Policy.objects.filter(pk__gt=self._last).order_by("pk").values_list(*names)
        for pk, number, fingerprint, title, issuer, likeness in rows.iterator(2000):
            one = Known(pk, number, fingerprint)
            if number:
                self._numbers.setdefault(number_typed(number), one)
            self._titles.setdefault(title_key(title, issuer), []).append(one)
            self._neighbours.add(pk, likeness)
            self._last = pk

    def by_number(self, number: str) -> Known | None:
        """同文号的。"""
        return self._numbers.get(number) if number else None

    def by_title(self, title: str, issuer: str, number: str) -> Known | None:
        """同标题、同发文机关的；两边都有文号而文号不同，是另一份（年年发的通知题目一样）。"""
        rows: Sequence[Known] = self._titles.get(title_key(title, issuer), ())
        return next((one for one in rows if not (number and one.number)), None)

    def alike(self, body: str, likeness: str) -> int | None:
        """全文近似的一份：指纹找候选，逐片比对才算。"""
        near = self._neighbours.near(likeness)
        if not near:
            return None
        texts = Policy.objects.filter(pk__in=near).values_list("pk", "body")
        return alike(squeezed(body), [(pk, squeezed(text)) for pk, text in texts])
