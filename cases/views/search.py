"""一个框搜全部：问题、企业（政策由政策模块接上）；都只在看得到的里面找（R-03）。"""

from django.db.models import Q
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cases import queries
from cases.filters import words_q
from cases.models import Case
from cases.views.casepage import address
from enterprises.models import Enterprise

SHOWN = 20
SHORTEST_CODE = 4


@require_GET
def search(request):
    """搜索结果，分组；编号写全了就直接打开那一件。"""
    words, user = request.GET.get("q", "").strip()[:60], request.user
    if not words:
        return render(request, "cases/search.html", {"words": "", "cases": [], "firms": []})
    exact = Case.objects.visible_to(user).filter(number=words.upper()).first()
    if exact:
        return redirect("cases:detail", exact.pk)
    cases = Case.objects.visible_to(user).filter(words_q(words)).order_by("-reported_at", "-pk")
    firms = Enterprise.objects.visible_to(user).filter(_firm_q(words)).select_related("region").order_by("name")
    firms = [(firm, address("enterprises:detail", firm.pk)) for firm in firms[:SHOWN]]
    context = {"words": words, "cases": list(queries.with_slip(cases)[:SHOWN]), "firms": firms, "most": SHOWN}
    return render(request, "cases/search.html", context | {"policies_url": address("policies:list")})


def _firm_q(words):
    """名称、拼音首字母、信用代码的一段。"""
    found = Q(name__icontains=words) | Q(pinyin__startswith=words.lower())
    if len(words) >= SHORTEST_CODE and words.isascii():
        found |= Q(credit_code__icontains=words.upper())
    return found
