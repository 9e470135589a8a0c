"""System checks of ours: what `manage.py check` says about a run that starts but should not stay that way."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004 - Django's own name


@register(Tags.security, deploy=True)
def production_services(**_: Any) -> list[CheckMessage]:
    """Warn about a production run on the embedded services: fine for a trial, not for a city."""
    said: list[CheckMessage] = []
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        said.append(Warning("DATABASE_URL is SQLite.", hint="Use PostgreSQL.", id="zhuqi.W001"))
    if not settings.REDIS_URL:
        said.append(
            Warning("REDIS_URL is not set: kill -9 can lose messages.", hint="Use Redis.", id="zhuqi.W002"),
        )
    return said
