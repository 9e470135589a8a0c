"""门户的全部地址，加 /bare/：同一台服务器上最空的一页。"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import include, path


@login_not_required
def bare(_request):
    """不查库、不套模板。"""
    return HttpResponse("ok")


urlpatterns = [path("bare/", bare), path("", include("zhuqi.urls"))]
