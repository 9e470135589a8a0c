"""In-site notices: one per person and matter, however often it is said."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from cadres.models import Notice, User

TITLE_MOST, BODY_MOST, URL_MOST = 160, 400, 200


def notify(users: Iterable[User], key: str, title: str, *, at: datetime, **more: str) -> int:
    """Tell each of `users` once: the same `key` again changes nothing. Gives the number of new notices.

    `more`: body, url, tone (work, near, late, done). Deactivated people are not told.
    """
    people = {user.pk: user for user in users if user.is_active}
    told = set(Notice.objects.filter(user__in=people, key=key).values_list("user", flat=True))
    fresh = [
        Notice(
            user=user,
            key=key,
            title=_cut(title, TITLE_MOST),
            body=_cut(more.get("body", ""), BODY_MOST),
            url=more.get("url", "")[:URL_MOST],
            tone=more.get("tone", "work"),
            created_at=at,
        )
        for pk, user in people.items()
        if pk not in told
    ]
    # Somebody else may have told them since: the unique key decides, and nobody is told twice.
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def of(user: User) -> QuerySet[Notice]:
    """A person's own notices, newest first."""
    return Notice.objects.filter(user=user)


def unread_count(user: User) -> int:
    """How many the bell shows."""
    return of(user).filter(read_at__isnull=True).count()


def mark_read(notice: Notice, *, at: datetime) -> None:
    """Read once; the first time stays."""
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=at)


def mark_all_read(user: User, *, at: datetime) -> int:
    """All of a person's notices, e.g. after the holidays."""
    return of(user).filter(read_at__isnull=True).update(read_at=at)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
