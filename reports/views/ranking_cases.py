"""通报的每一分钻到组成它的每一件（R-52）；单位在这里提异议，活动办裁定。"""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cadres.enums import Role
from cadres.services import settings
from cases.models import Case
from reports.drill import MARKS, Drill
from reports.enums import ITEM_LABELS
from reports.forms.ranking import ObjectionForm, RulingForm
from reports.models import RankingFact, RankingObjection, RankingRow
from reports.services import object_to_row, rule_objection
from reports.services.objections import can_object
from reports.tables import LISTED
from reports.views.ranking import is_office
from zhuqi.kernel.errors import DomainError

SEES_RATINGS = frozenset({Role.OFFICE, Role.LEADER, Role.SUPERVISOR})


def visible_row(request, pk):
    """这个人看得到的一行。"""
    return get_object_or_404(
        RankingRow.objects.visible_to(request.user).select_related("ranking__rule", "unit__region"), pk=pk
    )


def month_url(row):
    """榜上这一行所在的那一组。"""
    page = reverse("reports:ranking_month", args=[row.ranking.month])
    return f"{page}?group={LISTED if row.place is None else row.group}"


@require_GET
def ranking_item(request, pk, item):
    """一行的一项由哪些件组成，哪些没得分、为什么。"""
    if item not in ITEM_LABELS and item != MARKS:
        raise Http404
    return _page(request, visible_row(request, pk), item)


def _page(request, row, item, *, form=None, status=HTTPStatus.OK):
    facts = RankingFact.objects.filter(row=row).order_by("case")
    cases = Case.objects.visible_to(request.user).filter(pk__in=facts.values("case")).for_list().in_bulk()
    objections = {(each.case_id, each.item): each for each in RankingObjection.objects.filter(row=row)}
    sees_ratings = request.user.role in SEES_RATINGS and row.unit_id != request.user.unit_id
    drill = Drill(
        row, item, [*facts], cases, objections=objections, sees_ratings=sees_ratings,
        least=int(settings.value("rating_total_least")),
    )  # fmt: skip
    context = {
        "row": row,
        "month_url": month_url(row),
        "ranking": row.ranking,
        "drill": drill,
        "has_sheet": RankingRow.objects.detailed_for(request.user).filter(pk=row.pk).exists(),
        "group_rate": _group_rate(row, item),
        "can_object": can_object(row, request.user, today=timezone.localdate()),
        "form": form or ObjectionForm(),
    }
    return render(request, "reports/ranking_item.html", context, status=status)


def _group_rate(row, item):
    """组内合计的 n、d：收缩用的组均值从这里来。只给合计，不给别的单位的数。"""
    parts = RankingRow.objects.filter(ranking=row.ranking_id, group=row.group).values_list("parts", flat=True)
    found = [each for one in parts for each in one if each["key"] == item]
    return sum(each["n"] for each in found), sum(each["d"] for each in found)


@require_POST
def ranking_object(request, pk):
    """提出异议；没填对就带着填过的话回到原处。"""
    row = visible_row(request, pk)
    form = ObjectionForm(request.POST)
    item = form.data.get("item", "")
    if item not in ITEM_LABELS:
        raise Http404
    if not form.is_valid():
        return _page(request, row, item, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    case = get_object_or_404(Case.objects.visible_to(request.user), pk=form.cleaned_data.pop("case"))
    object_to_row(row, actor=request.user, at=timezone.now(), case=case, **form.cleaned_data)
    messages.success(request, "异议已提出，裁定后会通知您。")
    return redirect("reports:ranking_item", pk=row.pk, item=item)


@require_POST
def ranking_rule_objection(request, pk):
    """采纳（重算）或不采纳（写理由）。"""
    if not is_office(request.user):
        raise Http404
    objection = get_object_or_404(
        RankingObjection.objects.visible_to(request.user).select_related("row__ranking"), pk=pk
    )
    form = RulingForm(request.POST)
    if not form.is_valid():
        raise DomainError("请选择采纳或不采纳，理由不超过 500 字。")
    rule_objection(objection, actor=request.user, at=timezone.now(), **form.cleaned_data)
    said = "已采纳，全组已重算。" if objection.is_upheld else "不采纳，理由已告知单位。"
    messages.success(request, f"{objection.row.name}的异议：{said}")
    return redirect(month_url(objection.row))
