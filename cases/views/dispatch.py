"""交办抽屉：一件或几件用同一方案；时限与单面随填随看（页面 4，R-22、R-24、R-43）。"""

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cases import queries, services
from cases.enums import Action, Clock, TicketKind
from cases.forms.dispatch import DispatchForm
from cases.forms.triage import picked_cases
from cases.models import Case
from cases.rules.workflow import TRANSITIONS
from cases.services import clocks, drafts
from cases.services.bulk import perform_each
from cases.services.guards import needs_leader
from cases.services.numbering import WORDS
from cases.views.alike import endings
from cases.views.board import demand_office
from zhuqi.kernel.errors import DomainError
from zhuqi.kernel.htmx import announce, go_to, is_fragment

OPEN_TO = TRANSITIONS[Action.DISPATCH].sources | TRANSITIONS[Action.PROPOSE].sources
LETTERS = {Clock.SIGN: "签", Clock.FEEDBACK: "反", Clock.CO_REPLY: "协"}


def dispatch(request, pk):
    """交办一件。"""
    demand_office(request.user)
    case = Case.objects.visible_to(request.user).for_list().filter(pk=pk).first()
    if case is None:
        raise Http404
    revision, url = request.POST.get("revision", ""), reverse("cases:dispatch", args=[pk])
    picked = [(case, int(revision) if revision.isdecimal() else None)]
    if request.method != "POST":
        draft = drafts.of(case, request.user)
        return _sheet(request, picked, _form(request, picked, kept=draft and draft.said), url, draft=draft)
    if "keep" in request.POST:
        return _kept(request, case, _form(request, picked))
    if "fresh" in request.POST:
        drafts.discard(case, actor=request.user)
        return _sheet(request, picked, DispatchForm(cases=[case], user=request.user), url)
    return _handle(request, picked, url)


def dispatch_many(request):
    """交办几件，同一方案。"""
    demand_office(request.user)
    picked = picked_cases(request.POST if request.method == "POST" else request.GET, request.user)
    if not picked:
        messages.warning(request, "一件也没有勾选，请先在列表里勾上要交办的。")
        return redirect(f"{reverse('cases:board')}?queue=accepted")
    return _handle(request, picked, reverse("cases:dispatch_many"))


def _handle(request, picked, url):
    form = _form(request, picked)
    if request.method != "POST" or form.is_edited_only or not form.is_valid():
        status = 422 if request.method == "POST" and not form.is_edited_only else 200
        return _sheet(request, picked, form, url, status=status)
    plan, at = form.plan(), timezone.now()
    try:
        services.check_plan(plan)
    except DomainError as refusal:
        form.add_error(None, refusal.message)
        return _sheet(request, picked, form, url, status=422)
    action = Action.PROPOSE if needs_leader(plan.tier) else Action.DISPATCH
    told = perform_each(picked, action, actor=request.user, at=at, plan=plan)
    return _after(request, told, form, url)


def _form(request, picked, *, kept=None):
    data = request.POST if request.method == "POST" else None
    return DispatchForm(data, cases=[case for case, _ in picked], user=request.user, kept=kept)


def _kept(request, case, form):
    """存草稿：填到哪算哪，不查对错；合上抽屉，再打开这一件接着填。"""
    drafts.keep(case, form.said(), actor=request.user, at=timezone.now())
    said = f"{case.number} 的交办草稿已存，再打开这一件接着填。"
    if is_fragment(request) and not _stands_alone(request):
        return announce(HttpResponse(""), "toast", said)
    return _leave(request, said)


def _after(request, told, form, url):
    """全成了就回列表；有没成的，方案留在抽屉里，只剩那几件。"""
    done, failed = [one for one in told if one.is_done], [one for one in told if not one.is_done]
    if failed:
        left = Case.objects.visible_to(form.user).for_list().in_bulk([one.case.pk for one in failed])
        picked = [(left[one.case.pk], left[one.case.pk].revision) for one in failed if one.case.pk in left]
        status = 409 if any(one.is_stale for one in failed) else 422
        answer = _sheet(request, picked, form, url, told=told, status=status)
        return announce(answer, "boardChanged") if done and is_fragment(request) else answer
    said = _said(done)
    if is_fragment(request) and not _stands_alone(request):
        return announce(announce(HttpResponse(""), "toast", said), "boardChanged")
    return _leave(request, said)


def _stands_alone(request):
    """抽屉自己成页（从问题页、通知打开的）：合上以后底下什么也没有。"""
    return urlsplit(request.htmx.current_url or "").path == request.path


def _leave(request, said):
    """办完了回调度台，话在那里说。"""
    messages.success(request, said)
    return go_to(request, f"{reverse('cases:board')}?queue=accepted")


def _said(done):
    if len(done) > 1:
        return f"{len(done)} 件已办：{'、'.join(one.case.number for one in done)}。"
    case = done[0].case
    slip = case.tickets.issued().filter(kind=TicketKind.DISPATCH).order_by("-pk").first()
    if slip is None or case.lead_id is None:
        return f"{case.number} 已报分管领导，批准后签发交办单。"
    return f"已签发 {slip.number}，主办 {case.lead}。"


def _sheet(request, picked, form, url, **how):
    told, status = how.get("told", ()), how.get("status", 200)
    context = live(form, today=timezone.localdate()) | {"picked": picked, "url": url, "told": told, "case": form.first}
    context["similar"] = endings(queries.similar_cases(form.first, form.user))
    context["heading"] = form.first.title if len(picked) == 1 else f"交办 {len(picked)} 件，同一方案"
    context["over"] = f"交办　{form.first.number}　{form.first.enterprise.name}" if len(picked) == 1 else "批量交办"
    context["failed_count"], context["back"] = (
        sum(not one.is_done for one in told),
        f"{reverse('cases:board')}?queue=accepted",
    )
    context["done_count"] = len(told) - context["failed_count"]
    context |= {
        "draft": how.get("draft"),
        "is_single": len(picked) == 1,
        "is_over": all(case.status not in OPEN_TO for case, _ in picked),
    }
    template = "cases/_dispatch_drawer.html" if is_fragment(request) else "cases/dispatch.html"
    # htmx puts 422 back in place; a 409 page is for those without it.
    return render(request, template, context, status=422 if status == 409 and is_fragment(request) else status)


@require_POST
def dispatch_preview(request, pk):
    """随填随看：时限、单面；类别换了，二级类别与主办建议也换。"""
    demand_office(request.user)
    case = Case.objects.visible_to(request.user).for_list().filter(pk=pk).first()
    if case is None:
        raise Http404
    form = DispatchForm(request.POST, cases=[case], user=request.user)
    context = live(form, today=timezone.localdate()) | {"case": case}
    shown = request.POST.get("shown_category", "")
    context["is_recategorised"] = shown != str(form.chosen_category.pk if form.chosen_category else "")
    context["is_reruled"] = request.POST.get("shown_rule", "") != str(context["rule"].pk)
    return render(request, "cases/_dispatch_live.html", context)


def live(form, *, today):
    """预览要的：各项时限、日格、判例、单面的格子。"""
    plan = form.sketch()
    try:
        terms = services.preview_terms(plan, today=today, case=form.first)
        problem = ""
    except DomainError as refusal:
        terms, problem = [], refusal.message
    by_clock = dict(terms)
    main = by_clock.get(Clock.RESOLVE) or by_clock.get(Clock.FEEDBACK)
    return {
        "form": form, "plan": plan, "terms": terms, "main": main, "terms_problem": problem,
        "marks": {found.due_on: LETTERS[clock] for clock, found in reversed(terms) if clock in LETTERS and found is not main},
        "is_long": bool(main and len(main.days) > 10), "rule": plan.rule_set or clocks.default_rule(),
        "is_major": needs_leader(plan.tier), "tier_terms": _tier_terms(plan),
        "co_due": by_clock.get(Clock.CO_REPLY), "resolve": by_clock.get(Clock.RESOLVE), "sign": by_clock.get(Clock.SIGN),
        "feedback": by_clock.get(Clock.FEEDBACK),
        "rulings": queries.precedents(form.user, category=plan.category)[:3] if plan.category else [],
        "issuer": form.user.unit, "number_head": f"{form.user.unit.ticket_prefix}{WORDS[TicketKind.DISPATCH]}〔{today.year}〕",
    }  # fmt: skip


def _tier_terms(plan):
    """级别按钮上的时长：个性 · 部门办 · 7 天。"""
    rule = plan.rule_set or clocks.default_rule()
    who = {"SINGLE": "部门办", "COMPLEX": "专班办", "MAJOR": "领导批准"}
    said = {tier: clocks.term_of(rule, Clock.RESOLVE, tier) for tier in who}
    return {tier: f"{words} · {said[tier].label}" if said[tier] else words for tier, words in who.items()}
