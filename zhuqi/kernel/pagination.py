"""Pages of lists, for people and for programs."""

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import QuerySet
from rest_framework.pagination import PageNumberPagination

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


class ApiPagination(PageNumberPagination):
    """Numbered pages; the caller may ask for up to 200 rows."""

    page_size_query_param = "size"
    max_page_size = 200
