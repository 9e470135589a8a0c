"""纪要的页面（R-55）：记、印发、看、议定事项、打印与 DOCX。"""

import io
import re
import zipfile
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from cases.enums import Action, Resolution
from cases.models import AgendaItem, Ticket
from cases.services import minutes, perform
from tests.cases import sessions, situations, steps
from tests.cases.sessions import CLOSED, PLANNED
from tests.cases.steps import DAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(city):
    with time_machine.travel(city.at, tick=False):
        yield


@pytest.fixture
def office(client, city):
    client.force_login(city.clerk)
    return client


def at(name, *args):
    return reverse(f"cases:{name}", args=args)


def page(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(at(name, *args), query)


def text(answer):
    return answer.content.decode()


# --- 记纪要 -------------------------------------------------------------------------------------------------------
def words(meeting, *, do="save", **said):
    """The form as the page would send it."""
    data = {"do": do, "revision": meeting.revision, "attended": "市活动办", "opening": ""}
    for item in meeting.items.all():
        row = {"resolution": "NOTED", "decision": "周五前拿出方案。", "unit": "", "due_on": ""} | said
        data |= {f"{name}_{item.pk}": value for name, value in row.items()}
    return data


def test_a_draft_is_kept_and_shown_again(office, city):
    meeting = sessions.frozen(city, steps.handling(city, city.at))
    office.post(at("meeting_minutes", meeting.pk), words(meeting, resolution="", decision="写了一半", unit="市人社局"))
    item = sessions.only(meeting)
    assert (item.resolution, item.decision, item.unit) == ("", "写了一半", city.labour)
    said = text(office.get(at("meeting", meeting.pk)))
    assert "写了一半" in said
    assert "市人力资源和社会保障局" in said


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"unit": "没有这个局"}, "没有这个单位"),
        ({"due_on": "下周"}, "日期请写成"),
        ({"resolution": "ARRANGE"}, "不能再这样定"),
    ],
)
def test_what_is_wrong_comes_back_with_every_word(office, city, wrong, says):
    meeting = sessions.frozen(city, steps.handling(city, city.at))
    answer = office.post(at("meeting_minutes", meeting.pk), words(meeting, decision="一个字也不能丢", **wrong))
    assert answer.status_code == 422
    assert says in text(answer)
    assert "一个字也不能丢" in text(answer)
    assert sessions.only(meeting).decision == ""


def test_two_who_write_at_once_lose_nothing(office, city):
    meeting = sessions.frozen(city, steps.handling(city, city.at))
    mine = words(meeting, decision="我写的", unit="市人社局")
    sessions.drafted(city, meeting, decision="别人写的")
    answer = office.post(at("meeting_minutes", meeting.pk), mine)
    said = text(answer)
    assert answer.status_code == 409
    assert "我写的" in said
    assert "刚存的议定事项：</b>别人写的" in said
    assert "刚存的由谁落实：</b>（空）" in said
    assert sessions.only(meeting).decision == "别人写的"
    meeting.refresh_from_db()
    office.post(at("meeting_minutes", meeting.pk), mine | {"revision": meeting.revision})
    assert sessions.only(meeting).decision == "我写的"


def test_issuing_says_what_is_missing_and_keeps_the_draft(office, city):
    meeting = sessions.frozen(city, steps.handling(city, city.at))
    answer = office.post(at("meeting_minutes", meeting.pk), words(meeting, do="close", decision=""))
    assert answer.status_code == 422
    assert "第 1 项还没有写议定的事项" in text(answer)
    assert sessions.only(meeting).resolution == "NOTED"


def test_a_clerk_is_told_that_the_director_issues_instructions(office, city):
    meeting = sessions.frozen(city, steps.handling(city, city.at))
    answer = office.post(at("meeting_minutes", meeting.pk), words(meeting, do="close", resolution="INSTRUCT"))
    assert answer.status_code == 403
    assert "由活动办主任印发；草稿已经存好" in text(answer)
    assert sessions.only(meeting).resolution == "INSTRUCT"


def test_what_has_moved_stands_beside_the_facts(office, city):
    case = sessions.overdue(city)
    meeting = sessions.frozen(city, case)
    perform(case, Action.REPORT, actor=city.land_clerk, at=city.at + DAY / 24, note="已量图。")
    said = text(office.get(at("meeting", meeting.pk)))
    assert "会前已变化：" in said
    assert "11-23 报进展" in said


@pytest.mark.parametrize(("rows", "queries"), [(1, 11), (3, 11)])
def test_the_minutes_cost_the_same_for_one_and_three(office, city, django_assert_num_queries, rows, queries):
    meeting = sessions.frozen(city, *[sessions.overdue(city) for _ in range(rows)])
    office.get(at("meeting", meeting.pk))
    with django_assert_num_queries(queries):
        office.get(at("meeting", meeting.pk))


# --- 印发以后 -----------------------------------------------------------------------------------------------------
def test_issued_by_one_button_and_read_by_the_unit(office, city):
    case = steps.handling(city, city.at)
    meeting = sessions.frozen(city, case)
    answer = office.post(at("meeting_minutes", meeting.pk), words(meeting, do="close", resolution="URGE"), follow=True)
    assert "议定的事项都已落成" in text(answer)
    assert Ticket.objects.filter(kind="URGE").count() == 1
    own = text(page(office, city.land_clerk, "meeting", meeting.pk))
    assert "已落成" in own
    assert "下面是由本单位落实的" in own
    assert "会商议定（催办）" in text(page(office, city.land_clerk, "detail", case.pk))


def test_what_could_not_be_done_is_shown_and_tried_again(office, city):
    case = situations.urged(city)
    meeting = sessions.frozen(city, case)
    answer = office.post(at("meeting_minutes", meeting.pk), words(meeting, do="close", resolution="URGE"), follow=True)
    assert "有 1 项没能落成" in text(answer)
    assert "上一张催办单还在答复期内" in text(answer)
    assert case.title in text(office.get(at("decisions"), {"tab": "troubled"}))
    again = office.post(at("meeting_carry", meeting.pk), follow=True)
    assert "还是没能落成" in text(again)
    item = sessions.only(meeting)
    office.post(at("meeting_carry", meeting.pk), {"item": item.pk, "do": "record"})
    assert sessions.only(meeting).event is not None
    assert office.post(at("meeting_carry", meeting.pk), {"item": 0}).status_code == 404


@pytest.mark.parametrize(("rows", "queries"), [(1, 10), (3, 10)])
def test_reading_costs_the_same_for_one_and_three(client, city, django_assert_num_queries, rows, queries):
    meeting = sessions.closed(city, *[steps.handling(city, city.at) for _ in range(rows)], unit=city.land)
    client.force_login(city.leader)
    client.get(at("meeting", meeting.pk))
    with django_assert_num_queries(queries):
        client.get(at("meeting", meeting.pk))


# --- 议定事项 -----------------------------------------------------------------------------------------------------
def test_decisions_are_followed_until_done(client, city):
    case = steps.handling(city, city.at)
    sessions.closed(city, case, topics=["物流园规划"], unit=city.land, due_on=date(2026, 11, 27))
    said = text(page(client, city.land_clerk, "decisions"))
    assert case.title in said
    assert "填报" in said
    with time_machine.travel(city.at + 10 * DAY, tick=False):
        assert case.title in text(page(client, city.leader, "decisions", tab="late"))
    topic = AgendaItem.objects.get(case=None)
    assert "物流园规划" in text(page(client, city.land_clerk, "agenda_result", topic.pk))
    assert client.post(at("agenda_result", topic.pk), {"result": ""}).status_code == 422
    client.post(at("agenda_result", topic.pk), {"result": "方案已报。"})
    assert "方案已报。" in text(client.get(at("decisions"), {"tab": "done"}))
    late = client.post(at("agenda_result", topic.pk), {"result": "再报一次"})
    assert late.status_code == 409
    assert "再报一次" in text(late)
    assert case.title in text(page(client, city.land_clerk, "decisions"))


@pytest.mark.parametrize("tab", ["open", "late", "troubled", "done", "x"])
def test_an_empty_tab_gives_advice(office, city, tab):
    assert "zq-empty" in text(office.get(at("decisions"), {"tab": tab}))


@pytest.mark.parametrize(("rows", "queries"), [(1, 14), (3, 14)])
def test_decisions_cost_the_same_for_one_and_three(client, city, django_assert_num_queries, rows, queries):
    sessions.closed(city, *[steps.handling(city, city.at) for _ in range(rows)], unit=city.land)
    client.force_login(city.leader)
    client.get(at("decisions"))
    with django_assert_num_queries(queries):
        client.get(at("decisions"))


# --- 打印与 DOCX --------------------------------------------------------------------------------------------------
def docx(answer):
    """The words of the file, a paragraph a line, from its own XML."""
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as file:
        xml = file.read("word/document.xml").decode()
    return [
        "".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", line))
        for line in re.findall(r"<w:p[ >].*?</w:p>", xml, re.DOTALL)
    ]


def test_the_agenda_as_docx(office, city):
    case = sessions.overdue(city)
    meeting = sessions.frozen(city, case, topics=["物流园规划"])
    answer = office.get(at("meeting_docx", meeting.pk, "agenda"))
    lines = docx(answer)
    assert "2026-11-24%20%E4%BC%9A%E5%95%86" in answer["Content-Disposition"]
    for line in (
        "市万人助企活动办",
        "2026年11月24日会商议程",
        "时间：2026年11月24日（周二）10:00",
        "主持：秦副市长",
        "一、议题",
        f"（一）{case.title}（提请研究）",
        "（二）物流园规划（提请研究）",
    ):
        assert line in lines, line
    assert any(line.startswith(f"{city.firm.name}，{case.number}，现为“办理中”") for line in lines)
    assert any("首次反馈限" in line for line in lines)


def test_the_minutes_as_docx_and_on_the_screen(office, city):
    case = steps.handling(city, city.at)
    meeting = sessions.frozen(city, case, topics=["物流园规划"])
    first, second = meeting.items.all()
    said = {first.pk: minutes.ItemDraft(Resolution.URGE, "请立即到现场。", None, date(2026, 11, 27)),
            second.pk: minutes.ItemDraft(Resolution.LATER, "材料不齐。")}  # fmt: skip
    minutes.save_minutes(meeting, minutes.MinutesDraft("各主办单位", "要快。", said), actor=city.clerk, at=city.at)
    draft = text(office.get(at("meeting_paper", meeting.pk, "minutes")))
    assert "草稿，未印发" in draft
    minutes.close_meeting(meeting, actor=city.clerk, at=city.at + DAY)
    lines = docx(office.get(at("meeting_docx", meeting.pk, "minutes")))
    screen = text(office.get(at("meeting_paper", meeting.pk, "minutes")))
    for line in (
        "2026年11月24日会商纪要",
        "出席：各主办单位",
        "一、会议要求",
        "二、议定事项",
        "请立即到现场。",
        f"（一）{case.title}（{case.number}，{city.firm.name}）",
        "（以催办落实；责任单位：市自然资源和规划局；完成时限：2026年11月27日。）",
        "三、下次再议",
        "1. 物流园规划：材料不齐。",
    ):
        assert line in lines, line
        assert line in screen, line
    assert "2026年11月24日" in lines
    assert any("抄送：市自然资源和规划局" in line for line in lines)
    assert "草稿" not in screen


def test_there_are_no_minutes_before_the_agenda_is_frozen(office, city):
    meeting = sessions.planned(city)
    assert (meeting.state, CLOSED) == (PLANNED, "CLOSED")
    for name in ("meeting_paper", "meeting_docx"):
        assert office.get(at(name, meeting.pk, "minutes")).status_code == 404
        assert office.get(at(name, meeting.pk, "party")).status_code == 404
        assert office.get(at(name, meeting.pk, "agenda")).status_code == 200


def test_a_unit_prints_only_its_own_matters(client, city):
    meeting = sessions.closed(city, steps.handling(city, city.at), topics=["物流园规划"])
    AgendaItem.objects.filter(meeting=meeting, case=None).update(unit=city.land)
    said = text(page(client, city.land_clerk, "meeting_paper", meeting.pk, "minutes"))
    assert "物流园规划" in said
    assert "二期厂房用地手续未批" not in said
