"""The OpenAPI document: every operation says how it may be refused, which headers it takes, which scope it needs."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from zhuqi.kernel.api.bodies import Body
from zhuqi.kernel.api.idempotency import HEADER
from zhuqi.kernel.api.problems import CONTENT_TYPE, TITLES
from zhuqi.kernel.api.scopes import SCOPES, needed_scope

ALWAYS = {
    "400": "请求的写法不对（含不认识的查询参数）。",
    "401": "没有登录，或令牌无效、过期、已撤销。",
    "403": "没有这项权限，或令牌的范围不包括。",
    "429": "请求太频繁；Retry-After 是再等几秒。",
}
ONE = {"404": "没有这一条，或不在查看范围内。"}
WRITES = {
    "409": "情况已经变了，这一步现在不能办。",
    "413": "内容太大。",
    "415": "不支持这种内容类型。",
    "422": "内容要改：errors 里逐项说明；或规则不允许；或幂等键用在了别的请求上。",
}
REVISED = {"412": "If-Match 旧了：别人先办过。", "428": "缺少 If-Match。"}


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457：出了什么问题。code 给程序看，detail 给人看。"""

    type = serializers.CharField(help_text="urn:zhuqi:problem: 加 code")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.ChoiceField(choices=list(TITLES.items()))
    instance = serializers.CharField(required=False)
    errors = serializers.DictField(  # type: ignore[assignment]  # the name RFC 9457 readers expect
        child=serializers.ListField(child=serializers.CharField()), required=False, help_text="栏目 → 说明"
    )


class ApiSchema(AutoSchema):
    """What the framework can work out by itself, and what it cannot."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """One operation."""
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        known = operation["responses"]
        component = self.resolve_serializer(ProblemSerializer, "response")
        for status, said in self._refusals().items():
            content = {CONTENT_TYPE: {"schema": component.ref}}
            known.setdefault(status, {"content": content, "description": said})
        if headers := self._headers():
            operation["parameters"] = [*operation.get("parameters", []), *headers]
        scope = needed_scope(self.view, self.method)
        if scope:
            operation["description"] = (
                f"{operation.get('description', '')}\n\n令牌范围：`{scope}`（{SCOPES[scope]}）。".strip()
            )
        operation["responses"] = dict(sorted(known.items()))
        return operation

    def _refusals(self) -> dict[str, str]:
        found = dict(ALWAYS)
        if "{" in self.path:
            found |= ONE
        if self.method in {"POST", "PATCH", "PUT"}:
            found |= WRITES
        if self._needs_revision():
            found |= REVISED
        return found

    def _headers(self) -> list[dict[str, Any]]:
        """The headers a change takes."""
        found = []
        handler = getattr(self.view, self.method.lower(), None)
        if getattr(handler, "takes_idempotency_key", False):
            said = "同一个键的同一个请求只办一次，再来给回同一个答复；24 小时内有效。建议用 UUID。"
            found.append(_header(HEADER, said, pattern="^[!-~]{1,80}$"))
        if self._needs_revision():
            said = '读到的 ETag（即 revision），如 "7"。缺少是 428，旧了是 412。'
            found.append(_header("If-Match", said, pattern='^(W/)?"[0-9]{1,9}"$'))
        return found

    def _needs_revision(self) -> bool:
        return bool(getattr(self.view, "needs_revision", False)) and self.method != "GET"

    def _is_list_view(self, serializer: Any = None) -> bool:
        """A list answers GET with a page of what it answers POST with one of."""
        return bool(getattr(self.view, "is_listing", False)) and self.method == "GET"

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        found = super()._map_basic_serializer(serializer, direction)
        if isinstance(serializer, Body):
            found["additionalProperties"] = False
        return found

    def _get_serializer_field_meta(self, field: Any, direction: Any) -> Any:
        found = super()._get_serializer_field_meta(field, direction)
        found.pop("title", None)  # a generated client names classes by it
        if field.label and "description" not in found and not str(field.label).isascii():
            found["description"] = str(field.label)
        return found


def _header(name: str, said: str, *, pattern: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": pattern}
    return {"name": name, "in": "header", "required": False, "description": said, "schema": schema}


class TokenScheme(OpenApiAuthenticationExtension):
    """Bearer tokens."""

    target_class = "cadres.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """How the document names it."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "接口令牌，由安全管理员发放；按范围使用，不超过本人权限。",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    """The browser's session."""

    target_class = "zhuqi.kernel.api.sessions.BrowserSession"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """How the document names it."""
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "登录后的浏览器；写操作要带 X-CSRFToken。",
        }


def name_refusals(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Each way to be refused is written once and referred to."""
    named: dict[str, Any] = {}
    for operations in result["paths"].values():
        for operation in operations.values():
            for status, said in operation["responses"].items():
                if CONTENT_TYPE in said.get("content", {}):
                    named[f"Problem{status}"] = said
                    operation["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
    result["components"]["responses"] = dict(sorted(named.items()))
    return result
