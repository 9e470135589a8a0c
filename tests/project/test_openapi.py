"""接口文档：与代码一字不差；每一项都有中文的说明、自己的名字、怎么会被拒绝；登录了才看得到。"""

from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command

from cases.api.bodies import OFFERED
from tests.apiclient import Program, program
from zhuqi.api import written
from zhuqi.kernel.api.problems import TITLES

WRITTEN = Path(settings.BASE_DIR) / "docs" / "api" / "openapi.yaml"
METHODS = {"get", "post"}


@pytest.fixture(scope="module")
def document():
    return yaml.safe_load(WRITTEN.read_text(encoding="utf-8"))


def operations(document):
    return [(path, name, one) for path, each in document["paths"].items() for name, one in each.items()]


def test_the_committed_document_is_what_the_code_says(tmp_path):
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(made), validate=True, fail_on_warn=True)
    fix = "manage.py spectacular --file docs/api/openapi.yaml"
    assert made.read_text(encoding="utf-8") == WRITTEN.read_text(encoding="utf-8"), f"接口变了，请运行 {fix}"


def test_what_is_served_is_the_same(document):
    assert yaml.safe_load(written()) == document


def test_every_operation_says_in_chinese_what_it_does_and_has_a_name_of_its_own(document):
    found = operations(document)
    assert {name for _, name, _ in found} == METHODS
    assert [path for path, _, one in found if one.get("summary", "").isascii()] == []
    assert [path for path, _, one in found if one.get("description", "").isascii()] == []
    names = [one["operationId"] for _, _, one in found]
    assert len(set(names)) == len(names)


def test_every_operation_says_how_it_is_refused(document):
    for path, method, one in operations(document):
        expected = {"400", "401", "403", "429"} | ({"404"} if "{" in path else set())
        expected |= {"409", "413", "415", "422"} if method == "post" else set()
        expected |= {"412", "428"} if "/actions/" in path else set()
        refusals = {status for status in one["responses"] if status >= "400"}
        assert refusals == expected, (path, method)
    codes = document["components"]["schemas"]["Problem"]["properties"]["code"]
    assert "stale_revision" in str(codes) + str(document["components"]["schemas"])
    assert set(TITLES) >= {"stale_revision", "out_of_scope"}


def test_every_step_of_the_workflow_is_there_with_its_body(document):
    paths = [path for path in document["paths"] if "/actions/" in path]
    assert paths == sorted(f"/api/v1/cases/{{id}}/actions/{action.value}" for action in OFFERED)
    submit = document["paths"]["/api/v1/cases/{id}/actions/submit"]["post"]
    assert list(submit["requestBody"]["content"]) == ["multipart/form-data"]
    body = document["components"]["schemas"]["DispatchActionRequest"]
    assert body["required"] == ["category", "lead", "nature", "tier"]
    assert body["additionalProperties"] is False
    headers = {one["name"] for one in submit["parameters"] if one["in"] == "header"}
    assert headers == {"If-Match", "Idempotency-Key"}


@pytest.mark.django_db
def test_the_document_and_its_page_are_for_people_with_an_account(city):
    for path in ("/docs", "/openapi.yaml"):
        assert Program().read(path).status_code == 401
        assert program(city, "cadre").read(path).status_code == 200
    browser = Program()
    browser.force_login(city.clerk)
    page = browser.read("/docs")
    assert "接口文档" in page.content.decode()
    assert "unsafe" not in page["Content-Security-Policy"]
