"""The cases app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Registers cases."""

    name = "cases"
    verbose_name = "诉求办理"

    def ready(self) -> None:
        """Import for the side effect: the lists on screen (R-54) and who sees a page (R-03) register themselves."""
        from cases import filters  # noqa: F401, PLC0415 - the models must be there first
        from cases.services import sheet_cases, sight  # noqa: F401, PLC0415 - as above
