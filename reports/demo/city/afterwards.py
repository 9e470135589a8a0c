"""After the history: what was told long ago is told, what is new becomes notices."""

from datetime import timedelta

from django.db.models import F

from cadres.models import Notice, ShortMessage
from cases.models import CaseEvent
from cases.services import telling
from reports.demo.city.city import City

NEWS_DAYS = 10
WAITING_DAYS = 6
READ_DAYS = 3  # older notices have been read


def finish(city: City) -> None:
    """Messages of the past were handed over, the newest wait for the office (no gateway, R-28); old steps told; the last days' steps become notices of their own time."""
    handed = city.until - timedelta(days=WAITING_DAYS)
    ShortMessage.objects.filter(sent_at__isnull=True, created_at__lt=handed).update(sent_at=F("created_at"))
    telling.forget_before(city.until - timedelta(days=NEWS_DAYS))
    events = CaseEvent.objects.untold().order_by("pk")
    for event in events.select_related("case__enterprise", "case__office", "case__lane", "ticket__to_unit"):
        telling.tell(event, at=event.at)
    Notice.objects.filter(created_at__lt=city.until - timedelta(days=READ_DAYS)).update(read_at=F("created_at"))
