"""接口文档说的和接口做的一样：每个角色、每一项，按文档造出来的请求，没有 5xx、没有文档外的答复。

平时每项只试几个；`SCHEMATHESIS_EXAMPLES=200 pytest tests/project/test_api_contract.py` 试得深些。
"""

import os
import warnings
from pathlib import Path

import pytest
import schemathesis
import time_machine
import yaml
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.apiclient import token_of
from tests.project.permission_world import build
from tests.project.test_api_permissions import OBJECTS
from zhuqi.wsgi import application

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "1"))
ROLES = ("firm_user", "cadre", "land_head", "director", "county_clerk", "leader", "supervisor")
# What is wrong is wrong for everybody: one role is enough, but in the deeper run.
WRONG_FOR = ROLES if EXAMPLES > 1 else ("director",)
ASKED = [(who, GenerationMode.POSITIVE) for who in ROLES] + [(who, GenerationMode.NEGATIVE) for who in WRONG_FOR]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
DOCUMENT = Path(settings.BASE_DIR) / "docs" / "api" / "openapi.yaml"
WRITTEN = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def _one_connection():
    """As Django's own test client: the test's transaction is not closed behind its back."""
    ends = (request_started, request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    yield
    for end in ends:
        end.connect(close_old_connections)


@pytest.fixture(scope="module")
def document():
    found = schemathesis.openapi.from_path(DOCUMENT)
    found.app = application
    return found


def operations(document):
    return [found.ok() for found in document.get_all_operations()]


def known_paths(world):
    """地址 → 真有的那一个的主键；没有的用随便一个数。"""
    found = {}
    for name, args in OBJECTS.items():
        (key,) = args(world)
        path = reverse_template(name)
        found[path] = key
    return found


def reverse_template(name):
    from django.urls import reverse

    number = 987_654_321 if name != "api:calendar" else 2026
    kind = "{year}" if name == "api:calendar" else "{id}"
    return reverse(name, args=[number]).replace(str(number), kind)


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "mode"), ASKED)
def test_what_is_written_is_what_is_done(city, document, who, mode, settings):
    settings.API_READS_A_MINUTE = settings.API_WRITES_A_MINUTE = 1_000_000
    warnings.simplefilter("ignore")
    with time_machine.travel(city.at, tick=False):
        world = build(city)
        headers = {
            "Authorization": f"Bearer {token_of(city, who)}",
            "Accept-Encoding": "identity",
            "If-Match": f'"{world.case.revision}"',
        }
        known, asked, wrong = known_paths(world), set(), []
        for operation in operations(document):
            key = known.get(operation.path, world.case.pk if "/actions/" in operation.path else None)
            name = "year" if "{year}" in operation.path else "id"
            wrong += failures_of(operation, mode, headers, {name: key} if key is not None else None)
            asked.add(operation.label)
    assert wrong == []
    assert len(asked) == sum(len(methods) for methods in WRITTEN["paths"].values())


def failures_of(operation, mode, headers, keys):
    """一项试过几个请求以后，和文档对不上的地方；一个也没有答复，也是不对。"""
    given_data = operation.as_strategy(generation_mode=mode, **({"path_parameters": keys} if keys else {}))

    answers, wrong = [], []

    @given(case=given_data)
    @how(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def one(case):
        case.headers.pop("Idempotency-Key", None)
        with transaction.atomic():
            answer = case.call(headers=headers)
            transaction.set_rollback(True)
        answers.append(answer.status_code)
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as found:
            wrong.extend(f"{operation.label}：{each}" for each in found.exceptions)

    one()
    return wrong if answers else [f"{operation.label}：没有试过"]
