"""RFC 9457: every refusal is application/problem+json, a Chinese sentence for people and a code for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpResponse
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

CONTENT_TYPE = "application/problem+json"
TYPE = "urn:zhuqi:problem:"
ELSEWHERE = "request"  # where a sentence goes that belongs to no field


class ApiError(exceptions.APIException):
    """A refusal of the interface itself, not of a rule."""

    code = "invalid_request"

    def __init__(self, detail: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail or TITLES[self.code])
        self.headers = dict(headers or {})


class UnknownParameter(ApiError):
    """A query parameter nobody reads: more likely a slip than a wish."""

    status_code, code = HTTPStatus.BAD_REQUEST, "unknown_parameter"


class FirstPassword(ApiError):
    """R-70: the person still has the password they were given."""

    status_code, code = HTTPStatus.FORBIDDEN, "first_password"


class OutOfScope(ApiError):
    """The token was not made for this."""

    status_code, code = HTTPStatus.FORBIDDEN, "out_of_scope"


class StaleRevision(ApiError):
    """If-Match names a revision that is no longer the newest."""

    status_code, code = HTTPStatus.PRECONDITION_FAILED, "stale_revision"


class TooLarge(ApiError):
    """The body is longer than is taken."""

    status_code, code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large"


class KeyReused(ApiError):
    """The same Idempotency-Key with another request."""

    status_code, code = HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency_key_reused"


class RevisionRequired(ApiError):
    """A change without If-Match would overwrite what was not seen."""

    status_code, code = HTTPStatus.PRECONDITION_REQUIRED, "revision_required"


TITLES = {
    "invalid_request": "请求的写法不对",
    "unknown_parameter": "不认识的查询参数",
    "not_authenticated": "没有登录，或令牌无效",
    "not_permitted": "没有这项权限",
    "out_of_scope": "令牌的范围不包括这项",
    "first_password": "首次登录须先修改密码",
    "not_found": "没有找到",
    "method_not_allowed": "这个地址没有这种方法",
    "conflict": "没有保存：情况已经变了",
    "stale_revision": "没有保存：别人先办过了",
    "too_large": "提交的内容太大",
    "unsupported_media_type": "不支持这种内容类型",
    "invalid_input": "没有保存：有内容需要改",
    "rule_refused": "没有保存：规则不允许",
    "idempotency_key_reused": "没有保存：幂等键用过了",
    "revision_required": "没有保存：缺少 If-Match",
    "throttled": "请求太频繁",
    "unavailable": "系统正忙，没有保存",
    "no_space": "存储空间已满，没有保存",
    "broken": "系统出错了，没有保存",
}
OF_STATUS = {
    HTTPStatus.BAD_REQUEST: "invalid_request",
    HTTPStatus.UNAUTHORIZED: "not_authenticated",
    HTTPStatus.FORBIDDEN: "not_permitted",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.CONFLICT: "conflict",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
    HTTPStatus.UNPROCESSABLE_ENTITY: "rule_refused",
    HTTPStatus.TOO_MANY_REQUESTS: "throttled",
    HTTPStatus.SERVICE_UNAVAILABLE: "unavailable",
    HTTPStatus.INSUFFICIENT_STORAGE: "no_space",
}
SAID = {
    "not_authenticated": "请在 Authorization 头里带上有效的令牌（Bearer），或先登录。",
    "not_found": "地址写错了，或者这条内容不在您的查看范围内。",
    "unsupported_media_type": "请用 application/json；带文件的用 multipart/form-data。文字一律 UTF-8。",
    "broken": "这是系统的问题，已经自动记录，请稍后再试。",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is answered: status, code, sentence, and per field what is wrong with it."""

    status: int
    code: str
    detail: str
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_data(self, instance: str = "") -> dict[str, Any]:
        """The members of RFC 9457, and `code` and `errors` of our own."""
        said: dict[str, Any] = {
            "type": TYPE + self.code.replace("_", "-"),
            "title": TITLES[self.code],
            "status": int(self.status),
            "detail": self.detail,
            "code": self.code,
        }
        if instance:
            said["instance"] = instance
        if self.errors:
            said["errors"] = {name: list(words) for name, words in self.errors.items()}
        return said


def of_status(status: int, detail: str = "", errors: Mapping[str, Sequence[str]] | None = None) -> Problem:
    """A problem by its status alone."""
    code = OF_STATUS.get(HTTPStatus(status), "broken" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "conflict")
    return Problem(status, code, detail or SAID.get(code, TITLES[code] + "。"), errors or {})


def problem_of(error: BaseException, *, is_read: bool) -> Problem | None:
    """What an exception means to a program; None for one that nobody foresaw. `is_read`: a wrong field is a wrong query."""
    if isinstance(error, DomainError):
        return _refused(error)
    if isinstance(error, Http404):
        return of_status(HTTPStatus.NOT_FOUND)
    if isinstance(error, PermissionDenied):
        return of_status(HTTPStatus.FORBIDDEN, str(error) or "您没有办理这一步的权限。")
    if isinstance(error, RequestDataTooBig):
        return of_status(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if isinstance(error, SuspiciousOperation):
        return of_status(HTTPStatus.BAD_REQUEST)
    return _of_framework(error, is_read=is_read) if isinstance(error, exceptions.APIException) else None


def _refused(error: DomainError) -> Problem:
    if isinstance(error, InvalidInput):
        return Problem(error.status, "invalid_input", error.message, error.errors)
    known = {Conflict: "conflict", NotPermitted: "not_permitted"}
    code = next((code for kind, code in known.items() if isinstance(error, kind)), "rule_refused")
    return Problem(error.status, code, error.message)


def _of_framework(error: exceptions.APIException, *, is_read: bool) -> Problem:
    if isinstance(error, ApiError):
        return Problem(error.status_code, error.code, str(error.detail), headers=error.headers)
    if isinstance(error, exceptions.ValidationError):
        errors = dict(_flat(error.detail))
        status = HTTPStatus.BAD_REQUEST if is_read else HTTPStatus.UNPROCESSABLE_ENTITY
        code = "invalid_request" if is_read else "invalid_input"
        return Problem(status, code, "请改正标出的内容。", errors)
    headers = {}
    wait: Any = getattr(error, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(int(wait) + 1)
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]  # set by APIView
    said = str(error.detail) if isinstance(error, _OURS) else ""
    if isinstance(error, exceptions.Throttled):
        said = f"请过 {headers.get('Retry-After', '60')} 秒再试。"
    known = of_status(error.status_code, said)
    return Problem(known.status, known.code, known.detail, headers=headers)


# Their sentences are written by us, in Chinese; the framework's own stay inside.
_OURS = (exceptions.AuthenticationFailed, exceptions.ParseError, exceptions.PermissionDenied)


def _flat(said: Any, path: str = "") -> Any:
    """(parts.0.title, [sentences]): nested complaints by the path of their field."""
    if isinstance(said, Mapping):
        for name, inner in said.items():
            here = str(name) if name != "non_field_errors" else ""
            yield from _flat(inner, ".".join(filter(None, (path, here))))
    elif isinstance(said, list) and any(isinstance(one, Mapping | list) for one in said):
        for n, inner in enumerate(said):
            yield from _flat(inner, f"{path}.{n}" if path else str(n)) if inner else ()
    else:
        yield path or ELSEWHERE, [str(one) for one in (said if isinstance(said, list) else [said])]


def as_response(problem: Problem, *, instance: str = "") -> Response:
    """For a view of the framework."""
    return Response(
        problem.as_data(instance), status=problem.status, headers=dict(problem.headers), content_type=CONTENT_TYPE
    )


def as_http(problem: Problem, *, instance: str = "") -> HttpResponse:
    """Outside of one: middleware, an address that is not there."""
    body = JSONRenderer().render(problem.as_data(instance))
    return HttpResponse(body, status=problem.status, headers=dict(problem.headers), content_type=CONTENT_TYPE)
