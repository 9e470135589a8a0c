"""What comes in: JSON within its size, answered in JSON whatever was asked for; a field nobody reads is refused."""

import json
from typing import Any, NoReturn

from django.conf import settings
from django.utils.http import parse_header_parameters
from rest_framework import serializers
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import JSONParser, MultiPartParser

from zhuqi.kernel.api.problems import TooLarge


class AlwaysJson(BaseContentNegotiation):
    """There is one way to answer: a browser that asks for HTML gets JSON, not a 406."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        """By content type."""
        from rest_framework.negotiation import DefaultContentNegotiation  # noqa: PLC0415 - its own is all that is needed

        return DefaultContentNegotiation().select_parser(request, parsers)

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        """The first."""
        return renderers[0], renderers[0].media_type


class BoundedJson(JSONParser):
    """JSON up to the size forms may have; too deep and too long are the caller's errors, not ours."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The value, or ParseError, or TooLarge."""
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(most + 1)
        if len(body) > most:
            raise TooLarge(f"请求体最多 {most // 1024 // 1024} MB。")
        _demand_utf8(media_type)
        try:
            return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise ParseError("请求体不是正确的 JSON。") from error


class FilesAndFields(MultiPartParser):
    """A form with files; what is torn is said in our words."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Fields and files, or ParseError."""
        try:
            return super().parse(stream, media_type, parser_context)
        except ParseError as error:
            raise ParseError("multipart 的内容不完整，或没有写 boundary。") from error


def _demand_utf8(media_type: str | None) -> None:
    """JSON is UTF-8: some GBK happens to decode as it, and would be kept as gibberish."""
    _, said = parse_header_parameters(media_type or "")
    if said.get("charset", "utf-8").lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise UnsupportedMediaType(media_type or "")


def _refuse(name: str) -> NoReturn:
    message = f"{name} is not JSON"
    raise ValueError(message)


class Body(serializers.Serializer[Any]):
    """The base of what is sent to us: fields that are not in it are refused, so that a slip is not lost silently."""

    def to_internal_value(self, data: Any) -> Any:
        """The values, or what is wrong with them."""
        found = super().to_internal_value(data)
        unknown = sorted(set(data) - set(self.fields))
        if unknown:
            raise serializers.ValidationError({str(name)[:60]: ["没有这一项。"] for name in unknown[:10]})
        return found
