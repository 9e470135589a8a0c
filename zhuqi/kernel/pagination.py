"""Pages of lists on screen; programs walk by cursor (zhuqi/kernel/api/pagination.py)."""

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import QuerySet

PAGE_SIZES = (25, 50, 100)


def page_of(rows: QuerySet, number: str | int | None, *, size: int = PAGE_SIZES[0]) -> Page:
    """Give the page asked for; nonsense gives the first, past the end the last. Never an error page for a stale link."""
    paginator = Paginator(rows, size if size in PAGE_SIZES else PAGE_SIZES[0])
    try:
        return paginator.page(number or 1)
    except PageNotAnInteger:
        return paginator.page(1)
    except EmptyPage:
        return paginator.page(paginator.num_pages)
