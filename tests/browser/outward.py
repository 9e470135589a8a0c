"""Pages of what goes out and comes in (R-65, R-70): the province, pushes, channels; and what they are about."""

from collections.abc import Callable
from typing import Any

DIRECTOR = (
    ("province", "reports:province", None),
    ("province-sent", "reports:province?tab=sent", None),
    ("province-reconciliation", "reports:reconciliation", "reconciliation"),
    ("province-waiting", "reports:province?tab=waiting", None),
    ("province-mapping", "reports:province_mapping", None),
    ("province-field", "reports:province_field", "field_map"),
    ("province-handed", "reports:handed", None),
    ("province-reconciliations", "reports:reconciliations", None),
    ("province-receipts", "reports:province_receipts", None),
)
SECADMIN = (
    ("hooks", "reports:hooks", None),
    ("hook", "reports:hook", "hook"),
    ("hook-new", "reports:hook_new", None),
)
SYSADMIN = (
    ("channels", "cadres:channels", None),
    ("channels-failed", "cadres:channels?tab=failed", None),
    ("channels-sent", "cadres:channels?tab=sent", None),
)


def _last(model: str, **known: Any) -> Callable[[Any], list[Any] | None]:
    """The newest row of a model of reports."""

    def find(user: Any) -> list[Any] | None:
        from django.apps import apps

        row = apps.get_model("reports", model).objects.filter(**known).order_by("-pk").first()
        return [row.pk] if row else None

    return find


FINDERS: dict[str, Callable[[Any], list[Any] | None]] = {
    "reconciliation": _last("Reconciliation"),
    "hook": _last("Subscription"),
    "field_map": _last("FieldMap", ours="status"),
}
