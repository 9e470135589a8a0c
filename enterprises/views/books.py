"""Registering many firms by spreadsheet."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from enterprises.forms import SheetForm
from enterprises.services import sheet
from enterprises.services.rights import KEEPER
from zhuqi.kernel.access import for_roles
from zhuqi.kernel.attempts import attempt
from zhuqi.kernel.spreadsheets import as_download


@for_roles(KEEPER)
def import_page(request):
    """Upload, look, confirm."""
    form = SheetForm(request.POST or None, request.FILES or None)
    found = None
    if request.method == "POST" and form.is_valid():
        found = attempt(form, lambda: sheet.preview(form.cleaned_data["file"], actor=request.user))
    return render(request, "enterprises/import.html", {"form": form, "found": found})


@for_roles(KEEPER)
@require_POST
def import_apply(request):
    """All of it or nothing."""
    count = sheet.apply(request.POST.get("sealed", ""), actor=request.user, at=timezone.now())
    messages.success(request, f"已登记 {count} 家企业。新企业还没有牵头干部，请接着指定。")
    return redirect("enterprises:list")


@for_roles(KEEPER)
@require_safe
def import_template(request):
    """The empty sheet."""
    return as_download(sheet.template(), "企业登记.xlsx")
