"""The cases app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Registers cases."""

    name = "cases"
    verbose_name = "诉求办理"
