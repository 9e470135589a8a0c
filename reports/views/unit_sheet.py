"""一个单位的扣分单：页面（可打印）和 XLSX。单位只看自己的，全市的人都能看（R-03、R-28）。"""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from reports import sheets
from reports.models import RankingRow
from reports.queries.unit_sheets import unit_sheets
from reports.views.ranking import XLSX
from reports.views.ranking_cases import month_url


def _sheet(request, pk):
    rows = RankingRow.objects.detailed_for(request.user).select_related("ranking__rule", "unit")
    row = get_object_or_404(rows, pk=pk)
    (sheet,) = unit_sheets(request.user, row.ranking, [row])
    return sheet


@require_GET
def ranking_unit(request, pk):
    """哪几件丢了多少分。"""
    sheet = _sheet(request, pk)
    context = {"sheet": sheet, "row": sheet.row, "ranking": sheet.row.ranking, "month_url": month_url(sheet.row)}
    return render(request, "reports/unit_sheet.html", context)


@require_GET
def ranking_unit_xlsx(request, pk):
    """同样内容的 XLSX。"""
    sheet = _sheet(request, pk)
    response = HttpResponse(sheets.unit_book(sheet), content_type=XLSX)
    name = f"{sheet.row.ranking.month:%Y-%m}{sheet.row.name}扣分单.xlsx"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response
