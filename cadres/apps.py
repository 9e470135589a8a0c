"""The cadres app."""

from django.apps import AppConfig


class CadresConfig(AppConfig):
    """Registers cadres."""

    name = "cadres"
    verbose_name = "助企干部"
