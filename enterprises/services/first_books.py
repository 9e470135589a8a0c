"""The first books of a city, entered at once: thousands of firms with contacts, tags and white lists (R-10, R-11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from enterprises.credit_codes import check_credit_code
from enterprises.models import Contact, Enterprise, Whitelisting
from enterprises.services.changes import note_changes
from enterprises.services.index import FIRMS
from enterprises.services.registry import FirmRecord
from zhuqi.kernel.errors import InvalidInput

BATCH = 500


@dataclass(frozen=True, slots=True)
class FirstEntry:
    """A firm with its primary contact and the lists it has been on: (level, from, to, document)."""

    record: FirmRecord
    contact: tuple[str, str, str]
    listings: tuple[tuple[str, date, date | None, str], ...] = ()


@transaction.atomic
def register_all(entries: Sequence[FirstEntry], *, at: datetime) -> list[Enterprise]:
    """Enter all or none. Raises InvalidInput naming the first wrong credit code; codes and names must not repeat."""
    firms = [Enterprise(region=e.record.region, created_at=at, updated_at=at, **e.record.columns()) for e in entries]
    for firm in firms:
        problem = check_credit_code(firm.credit_code).error
        if problem:
            message = f"{firm.name}：{problem}"
            raise InvalidInput(message, {"credit_code": [message]})
    firms = Enterprise.objects.bulk_create(firms, batch_size=BATCH)
    pairs = list(zip(firms, entries, strict=True))
    Contact.objects.bulk_create(
        [
            Contact(enterprise=f, name=e.contact[0], post=e.contact[1], phone=e.contact[2], is_primary=True)
            for f, e in pairs
        ],
        batch_size=BATCH,
    )
    tagged = Enterprise.tags.through
    tagged.objects.bulk_create(
        [tagged(enterprise_id=f.pk, tag_id=tag.pk) for f, e in pairs for tag in e.record.tags], batch_size=BATCH
    )
    Whitelisting.objects.bulk_create(
        [
            Whitelisting(enterprise=f, level=level, from_on=from_on, to_on=to_on, document=document)
            for f, e in pairs
            for level, from_on, to_on, document in e.listings
        ],
        batch_size=BATCH,
    )
    FIRMS.refresh(firm.pk for firm in firms)
    note_changes(firm.pk for firm in firms)
    return firms
