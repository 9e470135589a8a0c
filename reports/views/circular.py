"""通报公文的页面（R-53）：像纸一样的预览、改开头和结尾、印发、下载 DOCX。"""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from reports.forms.ranking import CircularTextForm, IssueForm
from reports.models import Circular
from reports.services import issue_circular, save_text
from reports.services.circulars import file_of, issue_blocker, paper_of, usual_texts
from reports.views.ranking import is_office, sees_drafts, visible_ranking

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def visible_circular(request, month, *, with_file=False):
    """（榜，公文）。没有印发的只给看得到草稿的人，对别人就是没有（R-03）。"""
    ranking = visible_ranking(request, month)
    rows = Circular.objects.visible_to(request.user).filter(ranking=ranking).select_related("issued_by", "edited_by")
    found = (rows if with_file else rows.defer("file")).first()
    if not sees_drafts(request.user) and (found is None or not found.is_issued):
        raise Http404
    return ranking, found


@require_GET
def circular(request, month):
    """预览；市活动办在旁边改开头和结尾，主任印发。"""
    return _page(request, *visible_circular(request, month))


def _page(request, ranking, found, *, form=None, status=HTTPStatus.OK):
    may_edit = is_office(request.user) and not (found and found.is_issued)
    revision = found.revision if found else 0
    if may_edit and form is None:
        usual = usual_texts(ranking)
        typed = {name: (getattr(found, name) if found else "") or usual[name] for name in ("opening", "closing")}
        form = CircularTextForm(initial=typed | {"revision": revision})
    context = {
        "ranking": ranking,
        "circular": found,
        "paper": paper_of(ranking, found),
        "form": form if may_edit else None,
        "blocker": issue_blocker(ranking, found, request.user) if may_edit else "",
        "issue_form": IssueForm(initial={"revision": revision, "signer": request.user.name}) if may_edit else None,
    }
    return render(request, "reports/circular.html", context, status=status)


@require_POST
def circular_text(request, month):
    """改开头和结尾；没填对就带着填过的话回来。"""
    ranking, found = visible_circular(request, month)
    form = CircularTextForm(request.POST)
    if is_office(request.user) and not form.is_valid():
        return _page(request, ranking, found, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    said = form.cleaned_data if form.is_valid() else {"revision": 0}
    save_text(ranking, actor=request.user, at=timezone.now(), **said)
    messages.success(request, "通报的文字已保存。")
    return redirect("reports:circular", month=month)


@require_POST
def circular_issue(request, month):
    """印发：取号、定格。"""
    ranking, _ = visible_circular(request, month)
    form = IssueForm(request.POST)
    said = form.cleaned_data if form.is_valid() else {"revision": -1, "signer": request.POST.get("signer", "")}
    issued = issue_circular(ranking, actor=request.user, at=timezone.now(), **said)
    messages.success(request, f"{issued.number} 已印发，正文已定格，榜上各单位已收到通知。")
    return redirect("reports:circular", month=month)


@require_GET
def circular_docx(request, month):
    """DOCX：印发前是草稿，印发后是定格的那一份。"""
    ranking, found = visible_circular(request, month, with_file=True)
    response = HttpResponse(file_of(ranking, found), content_type=DOCX)
    name = found.number if found and found.is_issued else f"{month:%Y-%m}讲评通报（草稿）"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.docx")
    return response
