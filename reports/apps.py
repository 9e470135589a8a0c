"""The reports app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Registers reports."""

    name = "reports"
    verbose_name = "通报与驾驶舱"
