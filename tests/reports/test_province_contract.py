"""约定（docs/province/openapi.yaml）、参考服务器、我们这一端，三样对得上（R-65）。"""

import json

import jsonschema
import pytest
import yaml
from django.utils import timezone

from reports.models import ProvinceReport
from reports.province.client import ProvinceClient
from reports.province.fields import ITEMS, STEPS
from reports.services.province import handed_down, outbox, reconciling, reporting
from tests.province_server.__main__ import CONTRACT
from tests.reports.sending_up import one_round, signed

SAID = yaml.safe_load(CONTRACT.read_text())


def schema(name):
    return jsonschema.Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": SAID["components"]})


def test_every_schema_is_one():
    schemas = SAID["components"]["schemas"]
    assert {"Step", "Receipt", "Refusal", "Copy", "Fields"} <= set(schemas)
    of_schemas = jsonschema.Draft202012Validator(jsonschema.Draft202012Validator.META_SCHEMA)
    wrong = {name: [str(error) for error in of_schemas.iter_errors(each)] for name, each in schemas.items()}
    assert {name: errors for name, errors in wrong.items() if errors} == {}


def test_the_paths_and_words_of_the_client_are_those_of_the_contract():
    assert set(SAID["paths"]) == {reporting.PATH, reconciling.COPIES, handed_down.PATH}
    step = SAID["components"]["schemas"]["Step"]["properties"]
    assert set(step["step"]["enum"]) == {*STEPS, outbox.CORRECTION}
    fields = SAID["components"]["schemas"]["Fields"]
    assert set(fields["properties"]) == {item.theirs for item in ITEMS}
    assert set(fields["required"]) == {item.theirs for item in ITEMS if item.is_required}


def test_everything_in_it_is_described_in_chinese():
    for path in SAID["paths"].values():
        for operation in path.values():
            assert not operation["summary"].isascii()
            assert {"200", "401", "503"} <= set(operation["responses"])


@pytest.mark.django_db
def test_what_we_send_and_what_comes_back_is_as_agreed(city, linked):
    case = signed(city)
    one_round()
    for row in ProvinceReport.objects.all():
        schema("Step").validate(json.loads(row.body))
    client = ProvinceClient(reporting.account(), timezone.now)
    row = ProvinceReport.objects.first()
    again = client.post(reporting.PATH, row.body, key=row.key)
    schema("Receipt").validate(again.facts)
    assert again.status == 200
    other = client.post(reporting.PATH, row.body + " ", key=row.key)
    schema("Refusal").validate(other.facts)
    assert other.status == 409
    refused = client.post(reporting.PATH, "{}", key="x")
    schema("Refusal").validate(refused.facts)
    assert refused.status == 422
    copies = client.get(reconciling.COPIES, numbers=f"{case.number},nothing").facts["items"]
    assert len(copies) == 1
    schema("Copy").validate(copies[0])
    client.close()
