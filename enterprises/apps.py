"""The enterprises app."""

from django.apps import AppConfig


class EnterprisesConfig(AppConfig):
    """Registers enterprises."""

    name = "enterprises"
    verbose_name = "企业"

    def ready(self) -> None:
        """Import for the side effect: the lists on screen and the kinds of sheets register themselves (R-12, R-54)."""
        from enterprises import filters  # noqa: F401, PLC0415 - the models must be there first
        from enterprises.services import sheet_firms, sheet_whitelist  # noqa: F401, PLC0415 - as above
