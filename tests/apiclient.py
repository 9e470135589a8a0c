"""接口的测试怎么说话：一个人的令牌、问、办；答复都对照接口文档里的样子。"""

import itertools
import json
from dataclasses import asdict, is_dataclass
from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client

from cadres.services.tokens import issue_token
from cases.services import DispatchPlan, Ticks
from tests.cases.steps import DAY
from zhuqi.kernel.api.scopes import SCOPES

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
_numbers = itertools.count(1)


def token_of(city, who, scopes=tuple(SCOPES), days=30, at=None):
    """这个人的一个令牌（原文）。"""
    user = getattr(city, who) if isinstance(who, str) else who
    return issue_token(
        user, name=f"对接 {next(_numbers)}", scopes=scopes, days=days, actor=city.secadmin, at=at or city.at - DAY
    )[1]


class Program(Client):
    """一个用令牌的程序。"""

    def __init__(self, secret="", **options):
        super().__init__(raise_request_exception=False, **options)
        self.secret = secret

    def headers_with(self, extra):
        own = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        return own | (extra or {})

    def read(self, path, params=None, *, headers=None):
        return self.get(f"/api/v1{path}", params, headers=self.headers_with(headers))

    def send(self, path, body=None, *, headers=None, files=()):
        headers = self.headers_with(headers)
        if files:
            return self.post(f"/api/v1{path}", {**_flat(body or {}), "files": list(files)}, headers=headers)
        return self.post(
            f"/api/v1{path}", json.dumps({} if body is None else body), content_type="application/json", headers=headers
        )

    def act(self, case, action, body=None, *, revision=None, files=(), headers=None):
        """办一步，带读到的修订号。"""
        tag = f'"{case.revision if revision is None else revision}"'
        return self.send(
            f"/cases/{case.pk}/actions/{action}", body, headers={"If-Match": tag, **(headers or {})}, files=files
        )


def program(city, who, **how):
    """city.land_clerk 的程序。"""
    return Program(token_of(city, who, **how))


def evidence():
    return SimpleUploadedFile("办结说明.pdf", PDF, content_type="application/pdf")


def _flat(body):
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in body.items()}


def plain(details):
    """服务要的材料 → 接口要的 JSON；文件另走。"""
    found = {}
    for name, value in details.items():
        if isinstance(value, DispatchPlan):
            found |= _plan(value)
        elif isinstance(value, Ticks):
            found |= asdict(value)
        elif name == "parts":
            found[name] = [{"title": title, "description": text} for title, text in value]
        elif name != "files":
            found[name] = _said(value)
    return found


def _plan(plan):
    assert is_dataclass(plan)
    helpers = [{"unit": unit.pk, "part": part} for unit, part in plan.co_handlers]
    names = ("category", "tier", "nature", "lead")
    return {name: _said(getattr(plan, name)) for name in names} | {"co_handlers": helpers}


def _said(value):
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value
