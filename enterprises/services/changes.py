"""R-61: a firm's facts moved. Whoever counts on them finds the note; a lost message loses nothing."""

from collections.abc import Iterable

from enterprises.models import FirmChange

BATCH = 1000


def note_changes(keys: Iterable[int]) -> None:
    """Leave a note for each firm, in the transaction of the change itself."""
    FirmChange.objects.bulk_create((FirmChange(firm_key=key) for key in keys), batch_size=BATCH)
