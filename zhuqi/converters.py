"""Parts of addresses that are more than a number: a day."""

from datetime import date


class DayConverter:
    """2026-11-23; a day that does not exist is a 404."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Raises ValueError for 2026-02-30, which Django reads as no match."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """Back into the address."""
        return value if isinstance(value, str) else value.isoformat()
