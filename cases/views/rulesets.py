"""办理规则（页面 10、R-40、R-43）：各套的版本、新的一版、设为默认、计算器。"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cadres.enums import Role
from cadres.services.settings import demand_director, is_director
from cases.enums import Tier
from cases.forms.rulesets import AT_DISPATCH, Calculator, RuleSetForm, term_keys
from cases.models import RuleSet
from cases.rules import rulesets as book
from cases.rules.deadlines import Term
from cases.services import clocks
from cases.services import rulesets as service
from zhuqi.kernel.errors import DomainError, InvalidInput, NotPermitted

KEEPERS = frozenset({Role.OFFICE, Role.SYSADMIN})
SHOWN = ("SIGN", "FEEDBACK", "RESOLVE.SINGLE", "RESOLVE.COMPLEX", "RESOLVE.MAJOR")


def demand_keeper(user):
    """看规则：活动办和系统管理员；改规则是市活动办主任的事。"""
    if user.role not in KEEPERS:
        raise NotPermitted("办理规则由活动办和系统管理员查看。")


@require_GET
def rulesets(request):
    """各套规则，每套新的版本在前；下面是计算器。"""
    demand_keeper(request.user)
    today = timezone.localdate()
    form = Calculator(request.GET, today=today)
    context = {
        "rules": [_described(rule) for rule in RuleSet.objects.select_related("made_by").order_by("-is_default", "code", "-version")],
        "may_change": is_director(request.user), "form": form, "planned": _planned(form), "tiers": dict(Tier.choices),
    }  # fmt: skip
    return render(request, "cases/rulesets.html", context)


def _described(rule):
    rule.shown = [(book.label(key), _words(book.term_text(rule.terms, *key.partition(".")[::2]))) for key in SHOWN]
    rule.all_terms = [(book.label(key), _words(rule.terms.get(key, ""))) for key in term_keys()]
    return rule


def _words(text):
    return Term.parse(text).label if text else "不设"


def _planned(form):
    if not form.is_valid():
        return []
    found = clocks.reckon_all(form.cleaned_data["rule"], form.cleaned_data["on"], clocks.calendar_now())
    return found if form.cleaned_data["clock"] == "all" else [one for one in found if one.clock in AT_DISPATCH]


def ruleset_new(request, pk):
    """从一版抄来改，存成新的一版；旧版不动。"""
    base = get_object_or_404(RuleSet, pk=pk)
    demand_director(request.user, "办理规则")
    form = RuleSetForm(request.POST or None, base=base)
    if request.method == "POST" and form.is_valid():
        made = _added(request, form)
        if made:
            messages.success(
                request,
                f"已存为 {made}。在办的案件照各自的旧版走，新交办的按{'这一版' if made.is_default else '默认规则'}。",
            )
            return redirect("cases:rulesets")
    return render(request, "cases/rulesets_new.html", {"form": form, "base": base}, status=422 if form.errors else 200)


def _added(request, form):
    said = form.cleaned_data
    try:
        return service.add_version(
            said["code"], form.terms(), name=said["name"], roll=said["roll"], note=said["note"],
            actor=request.user, at=timezone.now(),
        )  # fmt: skip
    except InvalidInput as refusal:
        for key, words in refusal.errors.items():
            form.add_error(f"n:{key}" if f"n:{key}" in form.fields else (key if key in form.fields else None), words)
    except NotPermitted:
        raise
    except DomainError as refusal:
        form.add_error(None, refusal.message)
    return None


@require_POST
def ruleset_default(request, pk):
    """以后的交办按这一版。"""
    rule = get_object_or_404(RuleSet, pk=pk)
    service.make_default(rule, actor=request.user)
    messages.success(request, f"以后的交办按 {rule}；已交办的照旧。")
    return redirect("cases:rulesets")
