"""The cases app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Registers cases."""

    name = "cases"
    verbose_name = "诉求办理"

    def ready(self) -> None:
        """Import for the side effect: the lists on screen register themselves (R-54)."""
        from cases import filters  # noqa: F401, PLC0415 - the models must be there first
