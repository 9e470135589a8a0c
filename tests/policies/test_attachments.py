"""政策的附件：谁能增减、发布过的成为新的一版、先查看不看得到再给（R-60、R-74）。"""

import io

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from policies.models import Policy, PolicyAttachment
from policies.services import abolish, attach, detach, draft_policy
from policies.services.attachments import ATTACHMENTS_MOST
from tests.policies.test_library import draft, published
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted
from zhuqi.kernel.uploads import accept

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(city):
    with time_machine.travel(city.at, tick=False):
        yield


def pdf(name="申报表.pdf", more=b""):
    return SimpleUploadedFile(name, b"%PDF-1.7\n1 0 obj<<>>endobj\n" + more + b"trailer<<>>\n%%EOF\n")


def photo():
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "SecretCamera"
    Image.new("RGB", (8, 8), "red").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("流程图.jpg", out.getvalue())


def added(policy, city, *files):
    return attach(policy, [accept(one) for one in files or (pdf(),)], actor=city.land_clerk, at=city.at)


def at_draft(city):
    return draft_policy(draft(city), actor=city.land_clerk, at=city.at)


def test_a_draft_takes_several_and_makes_no_version(city):
    policy = at_draft(city)
    first, second = added(policy, city, pdf(), photo())
    assert (first.original_name, second.content_type) == ("申报表.pdf", "image/jpeg")
    assert "申报表" not in first.file.name
    assert b"SecretCamera" not in second.file.read()
    assert not policy.versions.exists()


def test_taking_one_from_a_draft_deletes_the_file(city, django_capture_on_commit_callbacks):
    policy = at_draft(city)
    (row,) = added(policy, city)
    stored, storage = row.file.name, row.file.storage
    with django_capture_on_commit_callbacks(execute=True):
        detach(row, actor=city.land_clerk, at=city.at)
    assert not PolicyAttachment.objects.exists()
    assert not storage.exists(stored)


def test_a_published_policy_turns_a_version_each_time_and_keeps_what_was_taken_off(city):
    policy = published(city)
    (row,) = added(policy, city)
    detach(row, actor=city.land_clerk, at=city.at)
    policy.refresh_from_db()
    assert policy.version == 3
    notes = [(one.version, one.note, len(one.data["attachments"])) for one in policy.versions.order_by("version")]
    assert notes == [(1, "发布", 0), (2, "添附件：申报表.pdf", 1), (3, "撤下附件：申报表.pdf", 0)]
    row.refresh_from_db()
    assert (row.removed_at, row.removed_by) == (city.at, city.land_clerk)


def test_another_unit_neither_adds_nor_takes(city):
    policy = published(city)
    (row,) = added(policy, city)
    with pytest.raises(NotPermitted):
        attach(policy, [accept(pdf(more=b"2"))], actor=city.labour_clerk, at=city.at)
    with pytest.raises(NotPermitted):
        detach(row, actor=city.labour_clerk, at=city.at)


def test_the_same_content_twice_nothing_and_too_many_are_refused(city):
    policy = at_draft(city)
    added(policy, city)
    for files in ([pdf("改了名.pdf")], [pdf(more=b"2"), pdf("另.pdf", b"2")], []):
        with pytest.raises(InvalidInput) as refused:
            attach(policy, [accept(one) for one in files], actor=city.land_clerk, at=city.at)
        assert list(refused.value.errors) == ["files"]
    with pytest.raises(InvalidInput, match="最多"):
        added(policy, city, *(pdf(more=bytes([65 + n])) for n in range(ATTACHMENTS_MOST)))
    assert policy.attachments.count() == 1


def test_an_abolished_one_is_closed(city):
    policy = published(city)
    (row,) = added(policy, city)
    abolish(policy, actor=city.land_clerk, at=city.at, on=city.today, why="有新办法")
    with pytest.raises(Conflict, match="废止"):
        added(policy, city, pdf(more=b"2"))
    with pytest.raises(Conflict, match="废止"):
        detach(row, actor=city.land_clerk, at=city.at)


def test_taken_off_twice_is_a_conflict_and_turns_no_version(city):
    policy = published(city)
    (row,) = added(policy, city)
    detach(row, actor=city.land_clerk, at=city.at)
    with pytest.raises(Conflict, match="已经撤下"):
        detach(row, actor=city.land_clerk, at=city.at)
    assert Policy.objects.get().version == 3


def test_whoever_read_it_before_another_change_loses(city):
    policy = published(city)
    stale = Policy.objects.get(pk=policy.pk)
    (row,) = added(policy, city)
    with pytest.raises(Conflict, match="刚被别人改过"):
        added(stale, city, pdf(more=b"2"))
    row.policy = Policy.objects.get(pk=policy.pk)
    Policy.objects.filter(pk=policy.pk).update(revision=9)
    with pytest.raises(Conflict, match="刚被别人改过"):
        detach(row, actor=city.land_clerk, at=city.at)
    assert policy.attachments.current().count() == 1


@pytest.mark.parametrize("who", ["firm_user", "cadre", "labour_clerk", "leader", "county_clerk"])
def test_whoever_sees_the_policy_gets_the_file_as_a_download(client, city, who):
    (row,) = added(published(city), city)
    client.force_login(city.people[who])
    answer = client.get(reverse("policies:attachment", args=[row.pk]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_a_drafts_file_and_one_taken_off_do_not_exist_for_others(client, city):
    (hidden,) = added(at_draft(city), city)
    shown = published(city, number="")
    (gone,) = added(shown, city)
    detach(gone, actor=city.land_clerk, at=city.at)
    for person, code in ((city.firm_user, 404), (city.labour_clerk, 404), (city.land_clerk, 200)):
        client.force_login(person)
        for row in (hidden, gone):
            assert client.get(reverse("policies:attachment", args=[row.pk])).status_code == code
    client.force_login(city.firm_user)
    said = client.get(reverse("policies:version", args=[shown.pk, 2])).content.decode()
    assert "申报表.pdf（已撤下）" in said


def test_the_page_adds_and_takes_and_names_a_bad_file(client, city):
    policy = published(city)
    client.force_login(city.land_clerk)
    url = reverse("policies:attach", args=[policy.pk])
    client.post(url, {"files": [pdf(), photo()]})
    assert policy.attachments.current().count() == 2
    said = client.get(reverse("policies:detail", args=[policy.pk])).content.decode()
    assert "申报表.pdf" in said
    assert "添附件：申报表.pdf、流程图.jpg" in said
    bad = client.post(url, {"files": [SimpleUploadedFile("病毒.pdf", b"MZ\x90")]})
    assert bad.status_code == 422
    assert "病毒.pdf" in bad.content.decode()
    assert client.post(url, {}).status_code == 422
    client.post(reverse("policies:detach", args=[policy.attachments.first().pk]))
    assert policy.attachments.current().count() == 1
