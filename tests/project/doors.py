"""A small address book of its own for the middleware's tests: a view for each thing that can go wrong."""

import errno

from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import HttpResponse
from django.urls import include, path
from rest_framework.views import APIView

from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

TROUBLES = {
    "refused": DomainError("已经签收，不能退单。"),
    "stale": Conflict("贺文博已提交首次反馈。"),
    "forbidden": NotPermitted("只有主办单位可以申报办结。"),
    "invalid": InvalidInput("请改正标出的内容。", {"visited_on": ["走访日期不能晚于今天。"]}),
    "busy": OperationalError("database is locked"),
    "full": OSError(errno.ENOSPC, "No space left on device"),
    "broken": RuntimeError("nobody foresaw this"),
}


def fail(request, kind):
    raise TROUBLES[kind]


@login_not_required
def fail_openly(request, kind):
    raise TROUBLES[kind]


def page(request):
    return HttpResponse("ok")


@login_not_required
def sign_in(request):
    if request.method == "POST":
        found = authenticate(request, username=request.POST["username"], password=request.POST["password"])
        return HttpResponse("in" if found else "wrong")
    return HttpResponse("sign in")


class FailingApi(APIView):
    authentication_classes = ()
    permission_classes = ()

    def post(self, request, kind):
        raise TROUBLES[kind]


cadres = (
    [
        path("login", sign_in, name="login"),
        path("logout", page, name="logout"),
        path("pw", page, name="password_change"),
    ],
    "cadres",
)
urlpatterns = [
    path("", include(cadres)),
    path("page", page),
    path("fail/<kind>", fail),
    path("open/<kind>", fail_openly),
    path("api/fail/<kind>", FailingApi.as_view()),
]
handler400 = "zhuqi.responses.bad_request"
handler403 = "zhuqi.responses.permission_denied"
handler404 = "zhuqi.responses.page_not_found"
handler500 = "zhuqi.responses.server_error"
