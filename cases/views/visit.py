"""记一次走访（R-13、R-14）：选企业、填一张单、保存；边写边提示类别、像已有的一件、扰企。"""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cadres.enums import Role, VisitMode, VisitTopic
from cadres.services import duties, over_visits
from cases import queries
from cases.forms.visit import KEY_DIGITS, PREFIX, ProblemSet, VisitForm
from cases.models import Case, Category
from cases.rules.similarity import most_alike
from cases.services.visiting import category_of_text, save_visit
from cases.views.alike import endings
from enterprises.models import Enterprise
from policies.models import Policy
from policies.services import explaining
from zhuqi import datewords
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt

TEXT_LEAST = 5
RESHAPING = {"add", "drop", "find"}  # buttons of the page without a script: nothing is checked, nothing saved
FIRMS_SEARCHED = 8


@dataclass(frozen=True, slots=True)
class Guess:
    """一格问题旁边的话：猜的类别、像哪一件。"""

    category: Category | None = None
    alike: Case | None = None
    same: str = ""
    is_chosen: bool = False
    past: tuple[Any, ...] = ()


@for_roles(Role.CADRE)
@require_http_methods(["GET", "POST"])
def visit_new(request, pk=None):
    """走访单；还没说是哪家就先选，只联系一家的不用选。"""
    firms = Enterprise.objects.visible_to(request.user).active().select_related("region")
    if pk is None:
        return _choose(request, firms)
    firm = get_object_or_404(firms, pk=pk)
    if request.method == "GET":
        day = timezone.localdate()
        form = VisitForm(today=day, initial={"topic": request.GET.get("topic", "")})
        return _page(request, firm, form, ProblemSet(firm=firm, user=request.user))
    return _reshape(request, firm) if RESHAPING & request.POST.keys() else _save(request, firm)


def _choose(request, firms):
    words = request.GET.get("q", "").strip()[:60]
    rows = firms.annotate(last_contact_on=Max("visits__visited_on"))
    total = firms.count()
    if total == 1 and not words and "all" not in request.GET:
        return redirect("cases:visit_new", firms.get().pk)
    found = sorted(rows.matching(words), key=lambda firm: (str(firm.last_contact_on or ""), firm.name))
    context = {"firms": found, "words": words, "total": total, "is_searched": total > FIRMS_SEARCHED}
    return render(request, "cases/visit_firms.html", context)


def _reshape(request, firm):
    """没有脚本时的“再加一个”“删除”：不查错，写过的都留着。"""
    problems = ProblemSet(request.POST, firm=firm, user=request.user)
    problems = problems.reshaped(drop=request.POST.get("drop", ""), add="add" in request.POST)
    form = VisitForm(today=timezone.localdate(), initial=request.POST.dict())
    form.initial["explained"] = request.POST.getlist("explained")
    return _page(request, firm, form, problems)


def _save(request, firm):
    form = VisitForm(request.POST, request.FILES, today=timezone.localdate())
    problems = ProblemSet(request.POST, request.FILES, firm=firm, user=request.user)
    is_fine = form.is_valid() & problems.is_valid()
    if is_fine and form.cleaned_data["topic"] == VisitTopic.PROBLEM and not problems.filled:
        problems.demand_one(form)
        is_fine = False
    if not is_fine or not _is_confirmed(request, firm, form.cleaned_data):
        return _page(request, firm, form, problems, status=422)
    heard = [each.heard() for each in problems.filled]
    photos = form.cleaned_data["photos"]
    saved = attempt(
        form, lambda: save_visit(form.entry(firm), heard, actor=request.user, at=timezone.now(), photos=photos)
    )
    if saved is None:
        return _page(request, firm, form, problems, status=422)
    messages.success(request, _said(saved))
    return redirect("cases:today")


def _is_confirmed(request, firm, said):
    """扰企提醒看过了才保存（R-14）：看过的是哪天、哪种方式，改了就再看一次。"""
    found = over_visits.cautions(firm, actor=request.user, on=said["on"], mode=said["mode"])
    return not found or said["confirmed"] == _key(said["on"], said["mode"])


def _key(on, mode):
    return f"{on:%Y-%m-%d} {mode}"


def _said(saved):
    visit = saved.visit
    parts = [f"已记下 {visit.visited_on:%m-%d} {visit.get_mode_display()}走访{visit.enterprise}。"]
    if saved.opened:
        numbers = "、".join(case.number for case in saved.opened)
        due_on = saved.opened[0].next_due_on
        parts.append(
            f"上报 {len(saved.opened)} 个问题（{numbers}）"
            + (f"，活动办 {datewords.md_paren(due_on)}前受理。" if due_on else "。")
        )
    if saved.visit.explanations.exists():
        parts.append(f"讲了 {saved.visit.explanations.count()} 项政策。")
    if saved.followed:
        parts.append(f"跟进 {len(saved.followed)} 件在办的。")
    return "".join(parts)


def _page(request, firm, form, problems, *, status=200):
    on, mode = _when(form)
    rows = [
        (each, _guess(each["text"].value(), each["category"].value(), each["same"].value(), firm, request.user))
        for each in problems.forms
    ]
    context = {
        "firm": firm,
        "form": form,
        "problems": problems,
        "rows": rows,
        "is_bound": request.method == "POST",
    }
    context |= _hints(firm, request.user, on, mode) | _policies(firm, form["explained"].value(), request.POST)
    return render(request, "cases/visit.html", context, status=status)


def _policies(firm, chosen, said):
    """讲哪几项：勾了的、提示的、找到的，一项只出现一次。"""
    today = timezone.localdate()
    keys = {int(key) for key in map(str, chosen or ()) if key.isdecimal() and len(key) < KEY_DIGITS}
    words = said.get("policy_q", "")[:60]
    offered = explaining.suggestions(firm, today=today)
    listed = {one.policy.pk for one in offered}
    kept = Policy.objects.valid_on(today).for_list().filter(pk__in=keys - listed)
    picked = explaining.judged(list(kept), firm, today=today)
    known = listed | keys
    found = [one for one in explaining.searched(words, firm, today=today) if one.policy.pk not in known]
    return {"offered": offered, "found": [*picked, *found], "explained_keys": keys, "policy_words": words}


@for_roles(Role.CADRE)
@require_GET
def visit_policies(request, pk):
    """边写边找政策（就地一块）；勾了的还在。"""
    firm = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=pk)
    context = _policies(firm, request.GET.getlist("explained"), request.GET)
    return render(request, "cases/_visit_found.html", context | {"firm": firm})


def _when(form):
    """单子上现在写的日期和方式；写得不对就按今天实地。"""
    if form.is_bound:
        said = getattr(form, "cleaned_data", {})
        return said.get("on") or form.today, said.get("mode") or VisitMode.ON_SITE
    return form.today, form.initial.get("mode") or VisitMode.ON_SITE


def _hints(firm, user, on, mode):
    """这一天这样去，算不算助企日、扰不扰企。"""
    found = over_visits.cautions(firm, actor=user, on=on, mode=mode)
    counted = duties.round_at(on)
    return {"cautions": found, "confirmed": _key(on, mode), "counted": counted if counted.is_open(on) else None}


def _guess(text, category, same, firm, user):
    """类别和像已有的一件；字太少不猜。"""
    text = (text or "").strip()
    if len(text) < TEXT_LEAST:
        return Guess()
    chosen = (
        Category.objects.filter(pk=category).select_related("parent").first()
        if str(category or "").isdecimal()
        else None
    )
    pool = Case.objects.visible_to(user).open().filter(enterprise=firm)
    found = most_alike(
        text, [(pk, f"{title} {said}") for pk, title, said in pool.values_list("pk", "title", "description")], most=1
    )
    alike = pool.select_related("lead", "office").filter(pk=found[0].key).first() if found else None
    others = [case for case in queries.similar_cases(text, user) if case != alike]
    return Guess(chosen or category_of_text(text), alike, str(same or ""), chosen is not None, tuple(endings(others)))


@for_roles(Role.CADRE)
@require_GET
def visit_hints(request, pk):
    """换了日期或方式：重说助企日和扰企（就地一块）。"""
    firm = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=pk)
    form = VisitForm(request.GET.dict() | {"topic": VisitTopic.NOTHING}, today=timezone.localdate())
    form.is_valid()
    return render(request, "cases/_visit_hints.html", _hints(firm, request.user, *_when(form)))


@for_roles(Role.CADRE)
@require_POST
def visit_alike(request, pk, n):
    """边写边提示：这一格像哪一类、像已有的哪一件。"""
    firm = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=pk)
    said = [request.POST.get(f"{PREFIX}-{n}-{name}", "") for name in ("text", "category", "same")]
    guess = _guess(*said, firm, request.user)
    return render(request, "cases/_visit_hint.html", {"firm": firm, "guess": guess, "prefix": f"{PREFIX}-{n}"})
