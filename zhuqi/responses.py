"""Readable answers for what goes wrong: one page, one htmx fragment, one JSON shape.

Templates: `errors/page.html` (whole page) and `errors/_message.html` (fragment). Both get `status`, `title`, `message`,
`advice`, `errors` (field → sentences), `typed` (what the form carried, so that nothing typed is lost) and `at`.
"""

import errno
import sys
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import structlog
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils import timezone
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response

from zhuqi.kernel.api import problems
from zhuqi.kernel.errors import DomainError, InvalidInput
from zhuqi.kernel.htmx import is_fragment

logger = structlog.get_logger(__name__)

DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NEVER_SHOWN_BACK = ("csrfmiddlewaretoken", "password", "otp", "token")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a person is told: what happened, and what to do now."""

    status: int
    title: str
    message: str
    advice: str
    errors: dict[str, list[str]] = field(default_factory=dict)


BAD_REQUEST = Trouble(
    400, "这次请求无法处理", "提交的内容不完整，或者超过了允许的大小。", "请返回上一页检查后重新提交。"
)
CSRF_REJECTED = Trouble(
    403, "没有保存：页面已过期", "这个页面打开得太久，或者在别处重新登录过。", "请返回上一页，刷新后重新提交。"
)
FORBIDDEN = Trouble(403, "您没有办理这一步的权限", "这一步由别的岗位办理。", "如有疑问，请联系本单位管理员或活动办。")
NOT_FOUND = Trouble(
    404, "没有找到这个页面", "地址可能写错了，或者这条内容不在您的查看范围内。", "请从首页或搜索重新进入。"
)
NOT_THIS_WAY = Trouble(
    405,
    "这一步要从页面上的按钮办",
    "这个地址是用来提交的，不能直接打开；登录过期后回到这里也会这样。",
    "请从首页重新进入那一页，再办一次。",
)
TOO_MANY = Trouble(
    429,
    "登录已锁定 30 分钟",
    "密码连续输错 5 次，为保护账号已暂停登录。",
    "请 30 分钟后再试；忘记密码请联系本单位管理员重置。",
)
BROKEN = Trouble(
    500, "系统出错了，没有保存", "这是系统的问题，已经自动记录。", "请稍后再试；仍不行时，把下面的时间告诉管理员。"
)
BUSY = Trouble(
    503, "系统正忙，没有保存", "同时办理的人较多，数据暂时写不进去。", "请等几秒，再提交一次；您填写的内容还在。"
)
NO_SPACE = Trouble(
    507, "存储空间已满，没有保存", "服务器放不下这次上传的内容。", "请联系系统管理员清理空间；不带附件可以先提交。"
)
REFUSALS = {
    HTTPStatus.CONFLICT: ("没有保存：别人先处理了这件", "请返回刷新后再看；您写的内容还在下面，可以接着用。"),
    HTTPStatus.FORBIDDEN: ("您没有办理这一步的权限", "如有疑问，请联系本单位管理员或活动办。"),
    HTTPStatus.UNPROCESSABLE_ENTITY: ("没有保存：有内容需要改", "请返回修改后重新提交；您写的内容还在下面。"),
}


def trouble_for(error: BaseException | None) -> Trouble | None:
    """Say what a known error means to a person; None for one that nobody foresaw."""
    if isinstance(error, DomainError):
        title, advice = REFUSALS[error.status]
        errors = error.errors if isinstance(error, InvalidInput) else {}
        return Trouble(error.status, title, error.message, advice, errors)
    if isinstance(error, OperationalError):
        return BUSY
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        return NO_SPACE
    return None


def answer(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """Give the page, or for htmx the fragment that goes into `#page-messages`."""
    if request.path.startswith("/api/"):
        return problems.as_http(
            problems.of_status(trouble.status, trouble.message, trouble.errors), instance=request.path
        )
    context = {
        "status": int(trouble.status),
        "title": trouble.title,
        "message": trouble.message,
        "advice": trouble.advice,
        "errors": trouble.errors,
        "typed": _typed(request),
        "at": timezone.localtime(),
    }
    fragment = is_fragment(request)
    template = "errors/_message.html" if fragment else "errors/page.html"
    response = HttpResponse(render_to_string(template, context, request), status=trouble.status)
    if fragment:
        response["HX-Retarget"] = "#page-messages"
        response["HX-Reswap"] = "innerHTML show:window:top"
    if trouble.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = "5"
    return response


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Give back what the form carried, except secrets and blanks."""
    try:
        posted = request.POST
    except Exception:  # noqa: BLE001 - the body may be what broke; then nothing can be given back
        return []
    return [
        (name, value)
        for name, values in posted.lists()
        if not any(secret in name for secret in NEVER_SHOWN_BACK)
        for value in values
        if isinstance(value, str) and value.strip()
    ]


def api_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's handler: the same refusals, as problem+json; None leaves the rest to Django's 500."""
    request = context["request"]
    problem = problems.problem_of(error, is_read=request.method in SAFE_METHODS)
    if problem is None:
        trouble = trouble_for(error)
        if trouble is None:
            return None
        logger.error("unavailable", path=request.path, error=repr(error))
        problem = problems.of_status(trouble.status, trouble.message)
    return problems.as_response(problem, instance=request.path)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what Django found suspicious or too large."""
    return answer(request, BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 raised as PermissionDenied."""
    return answer(request, FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form's token is missing or stale."""
    logger.warning("csrf", reason=reason, path=request.path)
    return answer(request, CSRF_REJECTED)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: not there, or not for this person (R-03)."""
    return answer(request, NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or 503 / 507 when the error came from outside a view (session saving, upload parsing)."""
    trouble = trouble_for(sys.exc_info()[1]) or BROKEN
    try:
        return answer(request, trouble)
    except Exception:
        # The page itself may need what is broken (a database for the header): say it without one.
        logger.exception("error page failed")
        context = {"title": trouble.title, "message": trouble.message, "advice": trouble.advice}
        return HttpResponse(render_to_string("errors/bare.html", context), status=trouble.status)


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """R-70: five failures lock this name from this address for 30 minutes."""
    return answer(request, TOO_MANY)


def sent_elsewhere(request: HttpRequest, where: str) -> HttpResponse:
    """Redirect the whole page, also when htmx asked for a part of it."""
    if not is_fragment(request):
        return HttpResponseRedirect(where)
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    response["HX-Redirect"] = where
    return response
