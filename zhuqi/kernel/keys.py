"""`pk__among=keys`, `case__among=keys`: `__in` for a few thousand primary keys that came out of the database.

Django's own `__in` looks at each value three times before it is sent; a ledger of 100,000 rows spends more on that than
on reading the rows. The keys are still parameters, never part of the SQL.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import AutoField, BigAutoField, ForeignKey
from django.db.models.lookups import In


@AutoField.register_lookup
@BigAutoField.register_lookup
@ForeignKey.register_lookup
class Among(In):
    """Whole numbers only, and nothing but a list: no querysets, no expressions."""

    lookup_name = "among"

    def get_prep_lookup(self) -> list[int]:
        """The keys as they are; a TypeError or ValueError for anything else."""
        return [int(key) for key in self.rhs]

    def batch_process_rhs(
        self, compiler: Any, connection: Any, rhs: Iterable[int] | None = None
    ) -> tuple[list[str], Any]:
        """One parameter a key."""
        keys = list(self.rhs if rhs is None else rhs)
        return ["%s"] * len(keys), keys
