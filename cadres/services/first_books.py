"""The first books of a city, entered at once: accounts, assignments, and the visits of the time before the portal."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from cadres.models import Assignment, User, Visit

BATCH = 500


@transaction.atomic
def open_accounts(users: Iterable[User], *, at: datetime) -> list[User]:
    """Many accounts whose passwords are hashed already; nobody is granted anything but what the row says."""
    rows = list(users)
    for row in rows:
        row.date_joined = at
    return User.objects.bulk_create(rows, batch_size=BATCH)


@transaction.atomic
def assign_all(rows: Iterable[tuple[int, int, str]], *, from_on: date) -> int:
    """(enterprise, cadre, role) keys, all from the same day (R-12). The unique constraints still decide."""
    made = [Assignment(enterprise_id=firm, cadre_id=cadre, role=role, from_on=from_on) for firm, cadre, role in rows]
    return len(Assignment.objects.bulk_create(made, batch_size=BATCH))


@transaction.atomic
def record_visits(visits: Iterable[Visit]) -> int:
    """Visits made before (R-13); who visited whom is taken as written."""
    return len(Visit.objects.bulk_create(visits, batch_size=BATCH))
