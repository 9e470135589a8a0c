"""通报：一个月的榜、试算、发布、表格（R-51、R-52）。"""

from datetime import timedelta
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cadres.enums import Role
from cadres.services import settings
from reports import sheets, tables
from reports.enums import Part
from reports.forms.ranking import RulingForm, WeightsForm
from reports.models import Circular, Ranking, RankingObjection, RankingRow
from reports.queries.unit_sheets import unit_sheets
from reports.querysets import ranking_scope
from reports.services import publish_month, redraft_month, save_rule, what_if
from reports.services.month import publish_blocker
from reports.services.rules import check_weights

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_FOR = frozenset({Role.CADRE, Role.ENTERPRISE, Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR})


def visible_ranking(request, month):
    """这个人看得到的那个月；看不到就是没有（R-03）。"""
    return get_object_or_404(
        Ranking.objects.visible_to(request.user).select_related("rule", "published_by"), month=month
    )


def sees_drafts(user):
    """整份草稿都看得到：市活动办、领导、督查。"""
    return is_office(user) or ranking_scope(user) is None


def is_office(user):
    """市活动办：裁定、试算、发布。"""
    return user.role == Role.OFFICE and user.sees_everything


@require_GET
def ranking(request):
    """最近一个看得到的月份；一个都没有时说清楚什么时候会有。"""
    if request.user.role in NOT_FOR:
        raise Http404
    latest = Ranking.objects.visible_to(request.user).first()
    if latest is None:
        return render(request, "reports/ranking_none.html")
    return redirect("reports:ranking_month", month=latest.month)


@require_GET
def ranking_month(request, month):
    """一个月的榜：分组、分项、比上月、试算、异议、发布。"""
    found = visible_ranking(request, month)
    return render(request, "reports/ranking.html", _context(request, found))


def _context(request, found):
    rows = list(RankingRow.objects.visible_to(request.user).filter(ranking=found).select_related("ranking"))
    group = request.GET.get("group") or tables.first_group(rows)
    shown = tables.rows_in(rows, group)
    form, tried = _trial(request, found)
    objections = list(_objections(request.user, found))
    months = Ranking.objects.visible_to(request.user)
    return {
        "ranking": found,
        "group": group,
        "group_tabs": tables.group_tabs(found, rows, group),
        "heads": tables.heads(shown),
        "rows": tables.table_rows(
            shown,
            places_before=_places_before(request.user, found),
            tried=tried,
            with_sheet=_with_sheet(request.user, found),
        ),
        "is_idle": not any(row.due_count for row in rows),
        "is_trial": tried is not None,
        "weights_form": form,
        "objections": objections,
        "waiting": sum(each.ruled_at is None for each in objections),
        "opens_on": found.objections_until_on + timedelta(days=1),
        "ruling_form": RulingForm(),
        "earlier": months.filter(month__lt=found.month).first(),
        "later": months.filter(month__gt=found.month).order_by("month").first(),
        "is_office": is_office(request.user),
        "circular": _circular(request.user, found),
        "blocker": publish_blocker(found, today=timezone.localdate()) if is_office(request.user) else "",
    }


def _with_sheet(user, found):
    """能打开扣分单的各行：全市的人是全部，单位是自己的一行。"""
    return set(RankingRow.objects.detailed_for(user).filter(ranking=found).order_by().values_list("pk", flat=True))


def _circular(user, found):
    """通报公文走到哪里：印发了、还是草稿（None：对这个人没有）。"""
    present = Circular.objects.visible_to(user).filter(ranking=found).defer("file", "body").first()
    return present or (Circular(ranking=found) if sees_drafts(user) else None)


def _places_before(user, found):
    """上一份通报里的名次；看不到的月份不比。"""
    before = Ranking.objects.visible_to(user).filter(month__lt=found.month).first()
    if before is None or (found.month - before.month).days > 31:
        return {}
    rows = RankingRow.objects.visible_to(user).filter(ranking=before, place__isnull=False)
    return dict(rows.order_by().values_list("unit", "place"))


def _trial(request, found):
    """换个权重试试：网址里有分值才试算；只有市活动办能试。"""
    if not is_office(request.user):
        return None, None
    asked = any(name in request.GET for name in Part.values)
    form = WeightsForm(request.GET if asked else None, weights=found.score_weights)
    if not asked or not form.is_valid():
        return form, None
    return form, what_if(found, check_weights(form.tried(), is_rule=False))


def _objections(user, found):
    rows = RankingObjection.objects.visible_to(user).filter(row__ranking=found)
    return rows.select_related("row", "case", "filed_by__unit", "ruled_by").order_by("ruled_at", "pk")


@require_POST
def ranking_publish(request, month):
    """发布并冻结。"""
    found = visible_ranking(request, month)
    publish_month(found, at=timezone.now(), actor=request.user)
    messages.success(request, f"{month.year} 年 {month.month} 月讲评已发布，数字已冻结。")
    return redirect("reports:ranking_month", month=month)


@require_POST
def ranking_redraft(request, month):
    """草稿按新的数据重算；数据没有变就说没有变。"""
    if not is_office(request.user):
        raise Http404
    before = visible_ranking(request, month).redrafted_at
    if redraft_month(month, at=timezone.now()).redrafted_at == before:
        messages.info(request, "数据没有变化，草稿不变。")
    else:
        messages.success(request, "已按新的数据重算，事实变了的单位已收到通知，异议期重新给足。")
    return redirect("reports:ranking_month", month=month)


@require_POST
def ranking_save_rule(request, month):
    """把试算的分值存成新的一版规则，下一次起草用。"""
    if not is_office(request.user):
        raise Http404
    base = visible_ranking(request, month)
    form = WeightsForm(request.POST, weights=base.score_weights)
    if not form.is_valid():
        context = _context(request, base) | {"weights_form": form}
        return render(request, "reports/ranking.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    rule = save_rule(form.tried(), actor=request.user, at=timezone.now())
    messages.success(request, f"已存为评分规则第 {rule.version} 版，下一次起草用；本月不变。")
    return redirect("reports:ranking_month", month=month)


@require_GET
def ranking_xlsx(request, month):
    """表格文件：看得到哪些行就是哪些行。"""
    found = visible_ranking(request, month)
    rows = RankingRow.objects.visible_to(request.user).filter(ranking=found).select_related("ranking")
    detailed = RankingRow.objects.detailed_for(request.user).filter(ranking=found).select_related("ranking")
    least = int(settings.value("rating_total_least"))
    content = sheets.ranking_book(
        found, list(rows), unit_sheets(request.user, found, list(detailed)), least_rated=least
    )
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="ranking-{month:%Y-%m}.xlsx"'
    return response
