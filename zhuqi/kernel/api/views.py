"""The views everything below /api/v1/ is made from: an unknown query parameter is refused, a list is walked by cursor."""

from abc import ABC, abstractmethod
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from zhuqi.kernel.api.pagination import KeysetPagination
from zhuqi.kernel.api.problems import UnknownParameter


class ApiView(GenericAPIView[Any]):
    """One address. `scope` is the subject of its scopes; `parameters` are the query parameters it reads."""

    scope = ""
    parameters: tuple[str, ...] = ()
    pagination_class: Any = None
    filter_backends: Any = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who asks and whether they may, as everywhere; then what they ask for."""
        super().initial(request, *args, **kwargs)
        if not hasattr(self, (request.method or "").lower()) or request.method == "OPTIONS":
            return  # 405, whatever stands behind the question mark
        known = self._known_parameters() if request.method in {"GET", "HEAD"} else set()
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            offered = "、".join(sorted(known)) or "没有查询参数"
            raise UnknownParameter(f"不认识的查询参数：{'、'.join(unknown)[:200]}。这里可以用：{offered}。")

    def _known_parameters(self) -> set[str]:
        filters = getattr(getattr(self, "filterset_class", None), "base_filters", {})
        pages = {"cursor", "size"} if self.pagination_class else set()
        return {*self.parameters, *filters, *pages}

    @property
    def person(self) -> Any:
        """Who asks: signed in, or the permissions have refused."""
        return self.request.user

    def context(self, **more: Any) -> dict[str, Any]:
        """What serializers are told."""
        return {**self.get_serializer_context(), **more}

    def found(self, rows: QuerySet[Any], **wanted: Any) -> Any:
        """The one row, or 404: what a person may not see does not exist for them (R-03)."""
        row = rows.filter(**wanted).first()
        if row is None:
            raise Http404
        return row


class Listing(ApiView, ABC):
    """A list: `rows()` starts at `.visible_to`, `ordering` is the order pages are walked in."""

    is_listing = True
    pagination_class: Any = KeysetPagination
    filter_backends: Any = (DjangoFilterBackend,)
    ordering: tuple[str, ...] = ("pk",)

    @abstractmethod
    def rows(self) -> QuerySet[Any]:
        """What this person sees, with all that a row shows."""

    def get_queryset(self) -> QuerySet[Any]:
        """For the filters; the OpenAPI document needs only the model."""
        if getattr(self, "swagger_fake_view", False):
            kind: Any = self.get_serializer_class()
            nobodys: QuerySet[Any] = kind.Meta.model.objects.none()
            return nobodys
        return self.rows()

    def page(self) -> Response:
        """The page asked for."""
        found = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(found, many=True).data)
