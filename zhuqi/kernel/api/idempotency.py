"""Idempotency-Key: a request sent twice is done once, and answered with the same words.

The key, the change and the answer are saved in one transaction: there is no moment at which a crash leaves the one
without the other, and of two at once the second waits for the first. Only what succeeded is kept: a refusal changed nothing.
"""

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any, Protocol, cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from rest_framework.exceptions import ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from zhuqi.kernel.api.problems import KeyReused

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,80}")
KEPT_HEADERS = ("ETag", "Location")

Post = Callable[..., Response]


class Store(Protocol):
    """Where the keys are: the module `settings.API_IDEMPOTENCY_STORE` names."""

    def claim(self, request: Request, key: str, digest: str, *, at: Any) -> tuple[Any, bool]:
        """The row of this person's key, and whether it is new."""
        ...

    def keep(self, row: Any, answer: dict[str, Any]) -> None:
        """What was answered."""
        ...


def once(post: Post) -> Post:
    """Mark a POST that a program may send again with the same key."""

    @wraps(post)
    def guarded(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return post(self, request, *args, **kwargs)
        if not KEY.fullmatch(key):
            raise ParseError("Idempotency-Key 要是 1 到 80 个可见的 ASCII 字符，建议用 UUID。")
        store = cast("Store", import_module(settings.API_IDEMPOTENCY_STORE))
        digest = fingerprint(request)
        with transaction.atomic():
            row, is_new = store.claim(request, key, digest, at=timezone.now())
            if not is_new:
                return _again(row, digest)
            response = post(self, request, *args, **kwargs)
            store.keep(row, _written(response))
        return response

    guarded.takes_idempotency_key = True  # type: ignore[attr-defined]  # the OpenAPI document names the header
    return guarded


def fingerprint(request: Request) -> str:
    """Method, address, precondition and content; of a file its bytes, so that another multipart boundary is no other request."""
    told = hashlib.sha256()
    for part in (request.method, request.get_full_path(), request.headers.get("If-Match", "")):
        told.update(f"{part}\n".encode())
    files: Any = getattr(request, "FILES", None) or {}
    data = request.data
    if hasattr(data, "lists"):
        data = {name: [one for one in values if not hasattr(one, "read")] for name, values in data.lists()}
    told.update(json.dumps(data, sort_keys=True, default=str).encode("utf-8", "surrogatepass"))
    for name in sorted(files):
        for one in files.getlist(name):
            told.update(f"\n{name}\n{one.name}\n".encode("utf-8", "surrogatepass"))
            for chunk in one.chunks():
                told.update(chunk)
            one.seek(0)
    return told.hexdigest()


def _written(response: Response) -> dict[str, Any]:
    # As text: PostgreSQL's jsonb would give the same members back in another order.
    body = None if response.data is None else JSONRenderer().render(response.data).decode()
    headers = {name: response[name] for name in KEPT_HEADERS if response.has_header(name)}
    return {"status": response.status_code, "headers": headers, "body": body}


def _again(row: Any, digest: str) -> Response:
    if row.digest != digest:
        raise KeyReused("这个 Idempotency-Key 24 小时内用在另一个请求上，请换一个新的。")
    kept = row.answer
    headers = {**kept["headers"], "Idempotency-Replayed": "true"}
    body = None if kept["body"] is None else json.loads(kept["body"])
    return Response(body, status=kept["status"], headers=headers)
