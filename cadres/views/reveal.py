"""R-73: a masked telephone number, shown for a reason and logged."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from cadres.forms.visits import RevealForm
from cadres.services import audit
from enterprises.models import Contact
from zhuqi.kernel.errors import InvalidInput
from zhuqi.kernel.htmx import is_fragment


@require_POST
def reveal_contact(request, pk):
    """A contact's number, for whoever may see the firm."""
    contact = get_object_or_404(Contact.objects.visible_to(request.user).select_related("enterprise"), pk=pk)
    form = RevealForm(request.POST)
    if not form.is_valid():
        raise InvalidInput("请写明为什么要看电话。")
    target = f"{contact.enterprise.name} {contact.name}"
    audit.record(request, "查看联系电话", target=target, reason=form.cleaned_data["reason"], at=timezone.now())
    if is_fragment(request):
        return render(request, "cadres/_phone.html", {"contact": contact})
    return render(request, "cadres/phone.html", {"contact": contact})
