"""The portal's address book. Each app owns what lies below its prefix; sign-in and home live in cadres."""

from django.urls import include, path

from cases.views.search import search
from zhuqi.health import healthz
from zhuqi.large_print import toggle
from zhuqi.visitors import favicon, robots

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("large-print", toggle, name="large_print"),
    path("robots.txt", robots, name="robots"),
    path("favicon.ico", favicon, name="favicon"),
    path("search", search, name="search"),
    path("", include("cadres.urls")),
    path("enterprises/", include("enterprises.urls")),
    path("policies/", include("policies.urls")),
    path("cases/", include("cases.urls")),
    path("reports/", include("reports.urls")),
    path("api/v1/", include("zhuqi.api")),
]

handler400 = "zhuqi.responses.bad_request"
handler403 = "zhuqi.responses.permission_denied"
handler404 = "zhuqi.responses.page_not_found"
handler500 = "zhuqi.responses.server_error"
