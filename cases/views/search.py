"""一个框搜全部（R-62）：问题、企业、今天有效的政策；都只在看得到的里面找（R-03）。"""

from dataclasses import dataclass
from typing import Any

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases import queries
from cases.models import Case
from cases.services.index import CASES
from cases.views.casepage import address
from enterprises.models import Enterprise
from enterprises.services.index import FIRMS
from policies.models import Policy
from policies.services.index import POLICIES
from zhuqi.kernel.search import CAP

SHOWN, POLICIES_SHOWN = 20, 5


@dataclass(frozen=True, slots=True)
class Group:
    """一组结果：头几条，和一共有多少。"""

    rows: list[Any]
    count: int
    is_capped: bool = False

    @property
    def said(self):
        """件数；数到上限为止。"""
        return f"{CAP} 以上" if self.is_capped else str(self.count)


@require_GET
def search(request):
    """搜索结果，分组；问题编号、单据编号写全了就直接打开那一件。"""
    words, user = request.GET.get("q", "").strip()[:60], request.user
    if not words:
        return render(request, "cases/search.html", {"words": ""})
    case = Case.objects.visible_to(user).filter(number=words.upper()).first()
    if case:
        return redirect("cases:detail", case.pk)
    ticket = queries.tickets(user).filter(number=words).first()
    if ticket:
        return redirect("cases:ticket", ticket.pk)
    firms = _found(FIRMS, Enterprise, words, user)
    context = {
        "words": words,
        "cases": _cases(words, user, firms.rows),
        "firms": Group(
            [(firm, address("enterprises:detail", firm.pk)) for firm in firms.rows], firms.count, firms.is_capped
        ),
        "policies": _policies(words, user, today=timezone.localdate()),
    }
    return render(request, "cases/search.html", context)


def _found(index, model, words, user):
    """看得到的里面最相关的几行。"""
    visible = model.objects.visible_to(user)
    found = index.find(words, among=None if user.sees_everything else visible)
    rows = visible.for_list().in_bulk(found.pks[:SHOWN])
    return Group([rows[pk] for pk in found.pks[:SHOWN] if pk in rows], found.count, found.is_capped)


def _policies(words, user, *, today):
    """有效的头几份；过期、废止的到政策库里查，那里标着（R-62）。"""
    valid = Policy.objects.visible_to(user).valid_on(today)
    found = POLICIES.find(words, among=valid)
    rows = valid.for_list().in_bulk(found.pks[:POLICIES_SHOWN])
    shown = [(rows[pk], rows[pk].standing(today)) for pk in found.pks[:POLICIES_SHOWN] if pk in rows]
    return Group(shown, found.count, found.is_capped)


def _cases(words, user, firms):
    """字面上有的在前；不满一页，再补名称对上的企业近来提的。"""
    found = _found(CASES, Case, words, user)
    room = SHOWN - len(found.rows)
    if not room or not firms:
        return found
    others = Case.objects.visible_to(user).for_list().filter(enterprise__in=firms)
    others = others.exclude(pk__in=[case.pk for case in found.rows])
    return Group([*found.rows, *others[:room]], found.count + others.count(), found.is_capped)
