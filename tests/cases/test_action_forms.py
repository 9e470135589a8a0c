"""`form_for(action)`：每个动作都能从网页表单办成；没填对的各有说法，填过的都还在。"""

from dataclasses import asdict

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.urls import reverse

from cases.enums import Action
from cases.forms.actions import form_for
from cases.forms.wording import wording
from cases.services import Ticks
from tests.cases import steps
from tests.cases.situations import SITUATIONS

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
# What a meeting resolves comes from its minutes, never from a form of its own.
BY_MINUTES = {Action.RESOLVE_MEETING}
BY_PERSON = [
    action for action, said in SITUATIONS.items() if said.actor and not said.by_link and action not in BY_MINUTES
]


def typed(details):
    """服务的材料 → 人在表单里填的样子。"""
    found = {"cause": "BY_HAND", "suggestion": "TALK"}
    for name, value in details.items():
        if name == "plan":
            found |= {"category": value.category.pk, "tier": value.tier, "nature": value.nature, "lead": value.lead.pk}
        elif name == "parts":
            for n, (title, description) in enumerate(value, 1):
                found |= {f"title_{n}": title, f"description_{n}": description}
        elif isinstance(value, Ticks):
            found[name] = [tick for tick, is_ticked in asdict(value).items() if is_ticked]
        elif name == "files":
            found[name] = [SimpleUploadedFile("说明.pdf", PDF)]
        else:
            found[name] = getattr(value, "pk", value)
    return found


@pytest.mark.parametrize("action", BY_PERSON)
def test_every_action_is_done_from_its_form(client, city, action):
    said = SITUATIONS[action]
    case = said.prepare(city)
    details = typed(said.details(city, case))
    case.refresh_from_db()
    with time_machine.travel(city.at + said.later, tick=False):
        client.force_login(getattr(city, said.actor))
        address = reverse("cases:act", args=[case.pk, action])
        shown = client.get(address)
        assert shown.status_code == 200
        assert wording(action).button in shown.content.decode()
        answer = client.post(address, {"revision": case.revision, "note": said.note, **details})
    assert answer.status_code == 302, answer.content.decode()
    assert case.events.filter(kind=action).exists()


@pytest.mark.parametrize("action", [action for action in BY_PERSON if SITUATIONS[action].note])
def test_a_missing_note_is_named(city, action):
    said = SITUATIONS[action]
    case = said.prepare(city)
    form = form_for(action)({"revision": case.revision}, case=case, user=getattr(city, said.actor))
    assert not form.is_valid()
    assert form.errors["note"] == [f"请写明{form.said.note}。"]


@pytest.mark.parametrize("action", list(Action))
def test_every_action_speaks_chinese(action):
    said = wording(action)
    assert said.title
    assert said.button
    assert not (said.title + said.button + said.note + said.hint).isascii()


def submit_form(city, files=(), **data):
    case = steps.handling(city, city.at)
    posted = QueryDict(mutable=True)
    posted.update({"revision": case.revision, "note": "已办好。", **data})
    from django.utils.datastructures import MultiValueDict

    return form_for(Action.SUBMIT)(posted, MultiValueDict({"files": list(files)}), case=case, user=city.land_clerk)


def test_submitting_needs_evidence_and_outcome(city):
    form = submit_form(city)
    assert not form.is_valid()
    assert form.errors["files"] == ["请至少附一件佐证（照片、文件或截图）。"]
    assert form.errors["outcome"] == ["请选择办理结果。"]


def test_b_and_c_need_a_promised_day(city):
    form = submit_form(city, [SimpleUploadedFile("说明.pdf", PDF)], outcome="C")
    assert not form.is_valid()
    assert form.errors["promised_on"] == ["正在解决或列入计划的，请写承诺哪天办成。"]


def test_a_wrong_date_says_how_to_write_it(city):
    form = submit_form(city, [SimpleUploadedFile("说明.pdf", PDF)], outcome="C", promised_on="下周")
    assert form.errors["promised_on"] == ["日期请写成 2026-11-27 这样。"]


def test_every_bad_file_is_named(city):
    form = submit_form(
        city,
        [
            SimpleUploadedFile("照片.jpg", b"MZ not a photo"),
            SimpleUploadedFile("空.pdf", b""),
            SimpleUploadedFile("好.pdf", PDF),
        ],
        outcome="A",
    )
    assert not form.is_valid()
    said = "".join(form.errors["files"])
    assert "照片.jpg" in said
    assert "空.pdf" in said
    assert "好.pdf" not in said
    assert "合格的文件也要重新选一次" in said


def test_too_many_files_at_once(city):
    form = submit_form(city, [SimpleUploadedFile(f"{n}.pdf", PDF) for n in range(10)], outcome="A")
    assert form.errors["files"] == ["一次最多 9 个文件，请分次上传。"]


def test_too_long_a_reason_says_how_long(city):
    case = steps.handling(city, city.at)
    form = form_for(Action.PAUSE)({"note": "补" * 301}, case=case, user=city.land_clerk)
    assert form.errors["note"] == ["最多 300 字，现在 301 字。"]


def test_only_other_open_cases_of_the_firm_can_take_it_in(city):
    case, other = steps.reported(city, city.at), steps.accepted(city, city.at)
    form = form_for(Action.MERGE)(case=case, user=city.clerk)
    assert list(form.fields["into"].queryset) == [other]


def test_an_unknown_action_has_no_form():
    with pytest.raises(ValueError, match="explode"):
        form_for("explode")
