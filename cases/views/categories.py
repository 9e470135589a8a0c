"""类别（页面 10、R-22）：两级树，归口、常办单位、关键词，增、改、停、挪。市活动办维护。"""

from functools import partial

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cadres.services.settings import demand_city_office
from cases.forms.categories import CategoryForm
from cases.models import Category
from cases.services import categories as service
from zhuqi.kernel.errors import DomainError, InvalidInput, NotPermitted


@require_GET
def categories(request):
    """两级树，每类几件。"""
    demand_city_office(request.user)
    rows = Category.objects.select_related("task_force", "default_lead").annotate(case_count=Count("cases"))
    below: dict[int, list] = {}
    for row in rows.filter(parent__isnull=False):
        below.setdefault(row.parent_id, []).append(row)
    tree = [(row, below.get(row.pk, [])) for row in rows.filter(parent__isnull=True)]
    for top, children in tree:
        top.case_count += sum(child.case_count for child in children)
    return render(
        request,
        "cases/categories.html",
        {"tree": tree, "force_less": [top for top, _ in tree if not top.task_force_id]},
    )


def category_new(request):
    """新增一级，或某一级下的第二级。"""
    demand_city_office(request.user)
    asked = request.GET.get("parent", "")
    parent = get_object_or_404(Category, pk=asked, parent__isnull=True) if asked.isdecimal() else None
    form = CategoryForm(request.POST or None, is_top=parent is None)
    if request.method == "POST" and form.is_valid():
        how = {"parent": parent, "actor": request.user, "at": timezone.now()}
        saved = _saved(form, partial(service.add_category, form.cleaned_data, **how))
        if saved:
            return _back_to(request, saved, f"已新增：{saved}。")
    return _sheet(request, form, {"parent": parent})


def category(request, pk):
    """改一类。"""
    demand_city_office(request.user)
    found = get_object_or_404(Category.objects.select_related("parent"), pk=pk)
    form = CategoryForm(request.POST or None, is_top=found.parent_id is None, initial=CategoryForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        how = {"actor": request.user, "at": timezone.now()}
        if _saved(form, partial(service.change_category, found, form.cleaned_data, **how)):
            return _back_to(request, found, f"已保存：{found}。")
    return _sheet(request, form, {"category": found, "parent": found.parent})


def _sheet(request, form, context):
    return render(request, "cases/categories_edit.html", context | {"form": form}, status=422 if form.errors else 200)


def _back_to(request, category, said):
    """回到树上那一行。"""
    messages.success(request, said)
    return redirect(f"{reverse('cases:categories')}#c{category.pk}")


def _saved(form, act):
    try:
        return act()
    except NotPermitted:
        raise
    except DomainError as refusal:
        errors = refusal.errors if isinstance(refusal, InvalidInput) else {}
        for name, said in errors.items() or [(None, [refusal.message])]:
            form.add_error(name if name in form.fields else None, said)
        return None


@require_POST
def category_switch(request, pk):
    """停用、启用。"""
    found = get_object_or_404(Category.objects.select_related("parent"), pk=pk)
    on = request.POST.get("to") == "on"
    service.switch_category(found, is_active=on, actor=request.user, at=timezone.now())
    return _back_to(request, found, f"{found} 已{'启用' if on else '停用；已有的案件照旧，新的不能再选'}。")


@require_POST
def category_move(request, pk):
    """往前、往后挪一位。"""
    found = get_object_or_404(Category.objects.select_related("parent"), pk=pk)
    service.move_category(found, up=request.POST.get("to") == "up", actor=request.user, at=timezone.now())
    return redirect(f"{reverse('cases:categories')}#c{found.pk}")
