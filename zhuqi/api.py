"""/api/v1/: each app owns its part, as with pages."""

from functools import cache
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

app_name = "api"


@cache
def written() -> bytes:
    """The document, worked out once a process; the same as docs/api/openapi.yaml (tests/project/test_openapi.py)."""
    said = SchemaGenerator().get_schema(request=None, public=True)
    return bytes(OpenApiYamlRenderer().render(said, renderer_context={}))


@extend_schema(exclude=True)
class Document(APIView):
    """接口文档本身。"""

    def get(self, request: Request) -> HttpResponse:
        """OpenAPI 3.1，YAML。"""
        return HttpResponse(written(), content_type="application/vnd.oai.openapi; charset=utf-8")


@extend_schema(exclude=True)
class Docs(APIView):
    """Swagger UI，登录后看；资源都在本站（R-76）。"""

    def get(self, request: Request) -> HttpResponse:
        """一页。"""
        return render(request._request, "api/docs.html")  # noqa: SLF001 - the page's frame wants Django's own request


document: Any = Document.as_view()
docs: Any = Docs.as_view()

urlpatterns = [
    path("", include("cadres.api.urls")),
    path("", include("enterprises.api.urls")),
    path("", include("policies.api.urls")),
    path("", include("cases.api.urls")),
    path("", include("reports.api.urls")),
    path("openapi.yaml", document, name="openapi"),
    path("docs", docs, name="docs"),
]
