"""Accounts (SYSADMIN) and grants (SECADMIN): two people, one page, different buttons (R-71)."""

from django.contrib import messages
from django.db.models import Case, IntegerField, Q, Value, When
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from cadres.enums import Role
from cadres.forms.people import AccountForm, GrantForm, PeopleFilter, ReasonForm
from cadres.models import User
from cadres.services import accounts
from cadres.services.accounts import Account
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt
from zhuqi.kernel.pagination import page_of

KEEPERS = (Role.SYSADMIN, Role.SECADMIN)


@for_roles(*KEEPERS)
def people(request):
    """Everybody with an account; for the security administrator those who wait for a grant first."""
    form = PeopleFilter(request.GET)
    rows = _filtered(form)
    page = page_of(rows, request.GET.get("page"), size=50)
    waiting = User.objects.filter(role="", is_active=True).count()
    return render(request, "cadres/people.html", {"page": page, "form": form, "waiting": waiting})


def _filtered(form):
    rows = User.objects.select_related("unit", "enterprise")
    said = form.cleaned_data if form.is_valid() else {}
    for word in said.get("q", "").split():
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(username__icontains=word)
            | Q(unit__name__icontains=word)
            | Q(enterprise__name__icontains=word)
        )
    if said.get("role"):
        rows = rows.filter(role="" if said["role"] == "-" else said["role"])
    if said.get("state"):
        rows = rows.filter(is_active=said["state"] == "on")
    waits = Case(When(role="", is_active=True, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.order_by(waits, "-is_active", "pk")


@for_roles(Role.SYSADMIN)
@sensitive_variables("password")
def person_new(request):
    """Open an account; the first password is shown once."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: accounts.create_account(_account(form), actor=request.user, at=timezone.now()))
        if made is not None:
            person, password = made
            return render(
                request, "cadres/first_password.html", {"person": person, "password": password, "is_new": True}
            )
    return render(request, "cadres/person_new.html", {"form": form})


@for_roles(*KEEPERS)
def person(request, pk):
    """One account: what may be done depends on which administrator looks."""
    who = get_object_or_404(User.objects.select_related("unit", "enterprise"), pk=pk)
    account_form = AccountForm(instance=who)
    grant_form = GrantForm(initial={"role": who.role, "is_head": who.is_head})
    return _person_page(request, who, account_form=account_form, grant_form=grant_form)


def _person_page(request, who, **forms):
    assignments = who.assignments.select_related("enterprise__region").order_by("to_on", "-from_on")[:20]
    context = {"person": who, "assignments": assignments, "is_self": who.pk == request.user.pk, **forms}
    return render(request, "cadres/person.html", context)


@for_roles(Role.SYSADMIN)
@require_POST
def person_amend(request, pk):
    """Name, post, phone, unit."""
    who = get_object_or_404(User, pk=pk)
    form = AccountForm(request.POST, instance=User.objects.get(pk=pk))
    if form.is_valid():
        role = who.role
        done = attempt(form, lambda: accounts.amend_account(who, _account(form), actor=request.user, at=timezone.now()))
        if done is not None:
            lost = "单位变了，原授权已收回，请安全管理员重新授权。" if role and not done.role else "已保存。"
            messages.success(request, lost)
            return redirect("cadres:person", pk)
    return _person_page(request, who, account_form=form, grant_form=GrantForm(initial={"role": who.role}))


@for_roles(Role.SECADMIN)
@require_POST
def person_grant(request, pk):
    """Give or take the role."""
    who = get_object_or_404(User.objects.select_related("unit", "enterprise"), pk=pk)
    form = GrantForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        done = attempt(
            form,
            lambda: accounts.grant(who, said["role"], is_head=said["is_head"], actor=request.user, at=timezone.now()),
        )
        if done is not None:
            words = f"已授予{done.name}“{done.get_role_display()}”。" if done.role else f"已收回{done.name}的授权。"
            messages.success(request, words)
            return redirect("cadres:person", pk)
    return _person_page(request, who, account_form=AccountForm(instance=who), grant_form=form)


@for_roles(Role.SYSADMIN)
@require_POST
@sensitive_variables("password")
def person_reset(request, pk):
    """A new first password, shown once."""
    who = get_object_or_404(User, pk=pk)
    password = accounts.reset_password(who, actor=request.user, at=timezone.now())
    return render(request, "cadres/first_password.html", {"person": who, "password": password})


@for_roles(Role.SYSADMIN)
@require_POST
def person_unlock(request, pk):
    """Lift the lock after five failures."""
    who = get_object_or_404(User, pk=pk)
    accounts.unlock(who, actor=request.user, at=timezone.now())
    messages.success(request, f"已解除{who.name}的登录锁定。")
    return redirect("cadres:person", pk)


@for_roles(Role.SYSADMIN)
@require_POST
def person_deactivate(request, pk):
    """Close the account; firms that lose their lead are named by number."""
    who = get_object_or_404(User, pk=pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    ended = accounts.deactivate(who, reason=reason, actor=request.user, at=timezone.now())
    said = f"，{ended} 条包联关系同时结束，活动办会在“无包联企业”里看到" if ended else ""
    messages.success(request, f"已停用{who.name}的账号{said}。")
    return redirect("cadres:person", pk)


@for_roles(Role.SYSADMIN)
@require_POST
def person_reactivate(request, pk):
    """Open it again."""
    who = get_object_or_404(User, pk=pk)
    accounts.reactivate(who, actor=request.user, at=timezone.now())
    messages.success(request, f"已启用{who.name}的账号。")
    return redirect("cadres:person", pk)


def _account(form):
    said = form.cleaned_data
    return Account(
        username=said.get("username", form.instance.username),
        name=said["name"],
        unit=said["unit"],
        enterprise=said["firm_code"],
        post=said["post"],
        phone=said["phone"],
        sso_id=said.get("sso_id", form.instance.sso_id),
    )
