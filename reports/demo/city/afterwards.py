"""After the history: what was told long ago is told, what is new becomes notices; past months are scored and published."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import F

from cadres.models import ShortMessage
from cases.services import telling
from reports.demo.city.city import City

NEWS_DAYS = 10


def finish(city: City, first: date) -> None:
    """Everything that follows from the cases."""
    with transaction.atomic():
        ShortMessage.objects.filter(sent_at__isnull=True).update(sent_at=F("created_at"))
        telling.forget_before(city.until - timedelta(days=NEWS_DAYS))
        telling.tell_all(at=city.until)
