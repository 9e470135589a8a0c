"""一次周例会（R-55）：逾期的上会、定稿、议定催办和批示、印发，单据和批示各有一份，单位答复，领导收到通知。"""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cadres.models import Notice
from cases.enums import Action, TicketKind
from cases.models import Instruction, Meeting, Ticket
from cases.services.enforcement import enforce
from cases.services.telling import tell_all
from tests.cases import sessions

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def at(name, *args):
    return reverse(f"cases:{name}", args=args)


def minutes_of(meeting, said):
    data = {"revision": meeting.revision, "attended": "市活动办、市自然资源局", "opening": "", "do": "close"}
    for item in meeting.items.all():
        data |= {f"{name}_{item.pk}": value for name, value in said[item.case_id].items()}
    return data


def test_from_overdue_to_answered(city):
    with time_machine.travel(city.at, tick=False):
        late, later = sessions.overdue(city, 12), sessions.overdue(city, 14)
        clerk = browser(city.clerk)
        clerk.post(
            at("meeting_new"),
            {"kind": "SERVICE", "held_on": "2026-11-24", "held_time": "09:00", "place": "", "chair": city.leader.pk},
        )
        meeting = Meeting.objects.get()
        page = clerk.get(at("meeting", meeting.pk)).content.decode()
        assert [item.case for item in meeting.items.all()] == [later, late]
        assert "逾期" in page
        clerk.post(at("meeting_freeze", meeting.pk), {"revision": meeting.revision})
        assert browser(city.leader).get(at("meeting_paper", meeting.pk, "agenda")).status_code == 200

    with time_machine.travel(city.at + DAY, tick=False):
        meeting.refresh_from_db()
        director = browser(city.director)
        empty = {"unit": "", "due_on": ""}
        said = {
            late.pk: {"resolution": "URGE", "decision": "请立即到现场。", **empty},
            later.pk: {"resolution": "INSTRUCT", "decision": "请局长亲自过问。", "unit": "", "due_on": "2026-11-30"},
        }
        # The same form goes twice: a double click, or two windows.
        form = minutes_of(meeting, said)
        assert director.post(at("meeting_minutes", meeting.pk), form).status_code == 302
        assert director.post(at("meeting_minutes", meeting.pk), form).status_code == 409
        director.post(at("meeting_carry", meeting.pk))
        assert (Ticket.objects.filter(kind=TicketKind.URGE).count(), Instruction.objects.count()) == (1, 1)
        urge, word = Ticket.objects.get(kind=TicketKind.URGE), Instruction.objects.get()
        assert (urge.case, urge.body["reason"]) == (late, "请立即到现场。")
        assert (word.case, word.leader, word.recorded_by) == (later, city.leader, city.director)

        unit = browser(city.land_clerk)
        inbox = unit.get(at("inbox")).content.decode()
        assert "领导批示，等本单位报" in inbox
        assert "请局长亲自过问。" in inbox
        later.refresh_from_db()
        unit.post(at("act", later.pk, "answer_instruction"), {"revision": later.revision, "note": "局长已到现场。"})
        word.refresh_from_db()
        assert (word.answer, word.answered_by) == ("局长已到现场。", city.land_clerk)
        tell_all(at=city.at + DAY)
        assert Notice.objects.filter(user=city.leader, title__startswith="报批示办理情况").count() == 1
        assert "局长已到现场。" in browser(city.leader).get(at("instructions"), {"tab": "answered"}).content.decode()

    # What the meeting urged is urged: the next morning's run does not urge the same step again.
    with time_machine.travel(city.at + 2 * DAY, tick=False):
        enforce(at=city.at + 2 * DAY)
        assert late.tickets.filter(kind=TicketKind.URGE).count() == 1
        assert late.events.filter(kind=Action.RESOLVE_MEETING).count() == 1
