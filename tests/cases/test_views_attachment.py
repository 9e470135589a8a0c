"""附件先查看不看得到再给（R-74）。"""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.enums import Action
from cases.models import Attachment
from cases.services import perform
from tests.cases import steps

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _now(city):
    with time_machine.travel(city.at, tick=False):
        yield


@pytest.fixture
def case(city):
    return steps.handling(city, city.at)


def attach(city, case, action=Action.REPORT):
    perform(case, action, actor=city.land_clerk, at=city.at, note="附上。", files=[steps.evidence()])
    return Attachment.objects.get(case=case)


@pytest.mark.parametrize("who", ["land_clerk", "clerk", "county_clerk", "cadre", "firm_user", "leader", "supervisor"])
def test_whoever_sees_the_case_gets_the_file_as_a_download(client, city, case, who):
    row = attach(city, case)
    client.force_login(city.people[who])
    answer = client.get(reverse("cases:attachment", args=[row.pk]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


@pytest.mark.parametrize(
    "who", ["labour_clerk", "other_county_clerk", "other_cadre", "other_firm_user", "sysadmin", "auditor"]
)
def test_a_foreign_file_does_not_exist(client, city, case, who):
    row = attach(city, case)
    client.force_login(city.people[who])
    assert client.get(reverse("cases:attachment", args=[row.pk])).status_code == 404


def test_an_internal_file_is_not_the_firms(client, city, case):
    row = attach(city, case, Action.COORDINATE)
    client.force_login(city.firm_user)
    assert client.get(reverse("cases:attachment", args=[row.pk])).status_code == 404
    client.force_login(city.clerk)
    assert client.get(reverse("cases:attachment", args=[row.pk])).status_code == 200


def test_a_lost_file_is_not_found(client, city, case):
    row = attach(city, case)
    row.file.storage.delete(row.file.name)
    client.force_login(city.land_clerk)
    assert client.get(reverse("cases:attachment", args=[row.pk])).status_code == 404


def test_a_disguised_file_is_refused_and_nothing_changes(client, city, case):
    client.force_login(city.land_clerk)
    answer = client.post(
        reverse("cases:act", args=[case.pk, "report"]),
        {
            "revision": case.revision,
            "note": "写了很久的话",
            "files": [SimpleUploadedFile("照片.jpg", b"MZ\x90\x00 program")],
        },
    )
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "照片.jpg" in said
    assert "写了很久的话" in said
    assert not Attachment.objects.exists()
    assert not case.events.filter(kind=Action.REPORT).exists()


def test_an_oversized_file_is_refused_in_words(client, city, case, settings):
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    client.force_login(city.land_clerk)
    answer = client.post(
        reverse("cases:act", args=[case.pk, "report"]),
        {"revision": case.revision, "note": "附图", "files": [SimpleUploadedFile("大.pdf", PDF + b" " * 1024 * 1025)]},
    )
    assert answer.status_code == 422
    assert "超过 1 MB" in answer.content.decode()


def test_several_files_are_kept_with_the_step(client, city, case):
    client.force_login(city.land_clerk)
    client.post(
        reverse("cases:act", args=[case.pk, "report"]),
        {
            "revision": case.revision,
            "note": "附两份",
            "files": [SimpleUploadedFile("甲.pdf", PDF), SimpleUploadedFile("乙.pdf", PDF)],
        },
    )
    event = case.events.get(kind=Action.REPORT)
    assert [row.original_name for row in event.attachments.all()] == ["甲.pdf", "乙.pdf"]
