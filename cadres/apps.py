"""The cadres app."""

from django.apps import AppConfig


class CadresConfig(AppConfig):
    """Registers cadres."""

    name = "cadres"
    verbose_name = "助企干部"

    def ready(self) -> None:
        """Import for the side effect: the kinds of sheets register themselves (R-12)."""
        from cadres.services import (  # noqa: PLC0415 - the models must be there first
            sheet_assignments,  # noqa: F401 - registers itself
            sheet_people,  # noqa: F401 - as above
            sheet_units,  # noqa: F401 - as above
        )
