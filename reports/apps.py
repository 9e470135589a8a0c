"""The reports app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Registers reports."""

    name = "reports"
    verbose_name = "通报与驾驶舱"

    def ready(self) -> None:
        """Import for the side effect: the lists on screen register themselves (R-54)."""
        from reports import filters  # noqa: F401, PLC0415 - the models must be there first
