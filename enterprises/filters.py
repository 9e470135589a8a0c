"""The list of firms as asked for: one function for the page and the ledger (R-03, R-54)."""

from enterprises.forms import FirmFilter
from enterprises.models import Enterprise
from enterprises.services.rights import may_keep
from zhuqi.kernel.lists import Listed, shows


@shows("enterprises")
def listed_firms(user, params, today):
    """Firms on the books, or those taken off them (`struck`, for who keeps the books)."""
    form = FirmFilter(params, user=user)
    struck = params.get("struck") == "1" and may_keep(user)
    firms = Enterprise.objects.visible_to(user).filter(is_active=not struck)
    rows = form.narrow(firms).for_list().order_by("region__ordering", "name")
    chosen = form.cleaned_data if form.is_valid() else {}
    return Listed(form, chosen, rows, more=("移出在册的",) if struck else ())
