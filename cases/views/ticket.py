"""单据就是文书：一页 A4，屏幕上什么样打出来什么样，旁边有 DOCX（R-35、页面 6）。"""

import segno
from django.http import FileResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from cases import documents, queries
from cases.views.slip import paper_of


def _ticket(request, pk):
    rows = queries.tickets(request.user).select_related(
        "case__enterprise__region",
        "case__category__parent",
        "case__lane",
        "office",
        "to_unit",
        "previous",
        "reply__replied_by",
        "result",
    )
    return get_object_or_404(rows, pk=pk)


@require_GET
def ticket(request, pk):
    """网页。"""
    row = _ticket(request, pk)
    context = {"ticket": row, "case": row.case, "paper": paper_of(row, request.user), "qr": _qr(request, row)}
    return render(request, "cases/ticket.html", context)


@require_GET
def ticket_docx(request, pk):
    """同样内容的 DOCX。"""
    row = _ticket(request, pk)
    made = documents.ticket_docx(paper_of(row, request.user), qr=_live_address(request, row))
    return FileResponse(made, as_attachment=True, filename=f"{row.get_kind_display()}{row.number or '拟稿'}.docx")


def _live_address(request, row):
    return request.build_absolute_uri(reverse("cases:detail", args=[row.case_id]))


def _qr(request, row):
    """二维码：打开本件的办理进展。segno 自己画的 SVG，没有外来内容。"""
    code = segno.make(_live_address(request, row), error="m")
    drawn = code.svg_inline(scale=1, border=0, omitsize=True, svgclass="qr", lineclass=None, dark="#111")
    return mark_safe(drawn.replace("<svg", '<svg role="img" aria-label="二维码：打开本件办理进展"', 1))  # noqa: S308
