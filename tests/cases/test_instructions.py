"""批示跟到有答复为止：期限、谁答、各答一次、谁看得到、几个页面（R-55、页面 7）。"""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from cadres.enums import Role
from cadres.models import Notice
from cases.enums import Action
from cases.models import Case, Instruction
from cases.services import perform
from cases.services.telling import audience, tell_all
from tests.cases import steps
from tests.cases.situations import closed, instructed, merged
from tests.cases.steps import DAY
from tests.factories import UserFactory
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

pytestmark = pytest.mark.django_db
HOUR = DAY / 24


@pytest.fixture(autouse=True)
def _now(city):
    with time_machine.travel(city.at, tick=False):
        yield


def instruct(city, case, note="请限期办结。", **more):
    return perform(case, Action.INSTRUCT, actor=city.leader, at=more.pop("at", city.at), note=note, **more)


def answer(case, actor, at, note="已约企业周三看现场。", **more):
    return perform(case, Action.ANSWER_INSTRUCTION, actor=actor, at=at, note=note, **more)


# --- 期限 ---------------------------------------------------------------------------------------------------------
def test_without_a_date_it_is_five_working_days(city):
    instruct(city, steps.handling(city, city.at))
    assert Instruction.objects.get().due_on == date(2026, 11, 30)


def test_the_office_may_change_how_many_days(city):
    from cadres.services import settings

    settings.change("instruction_days", 2, actor=city.director, at=city.at)
    instruct(city, steps.handling(city, city.at))
    assert Instruction.objects.get().due_on == date(2026, 11, 25)


def test_the_leader_may_name_the_day_today_included(city):
    instruct(city, steps.handling(city, city.at), due_on=city.today)
    assert Instruction.objects.get().due_on == city.today


def test_a_day_that_is_over_is_refused_and_nothing_is_left(city):
    case = steps.handling(city, city.at)
    with pytest.raises(InvalidInput, match="2026-11-22") as refused:
        instruct(city, case, due_on=city.today - DAY)
    assert "due_on" in refused.value.errors
    assert not Instruction.objects.exists()


# --- 答复 ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("make", [steps.reported, steps.accepted])
def test_before_the_dispatch_the_office_answers(city, make):
    case = instruct(city, make(city, city.at))
    with pytest.raises(NotPermitted):
        answer(case, city.land_clerk, city.at)
    answer(case, city.clerk, city.at + HOUR, "今天交办给自然资源局。")
    row = Instruction.objects.get()
    assert (row.answer, row.answered_by, row.answered_at) == ("今天交办给自然资源局。", city.clerk, city.at + HOUR)


@pytest.mark.parametrize("make", [closed, merged])
def test_a_leader_is_answered_wherever_the_case_has_gone(city, make):
    case = make(city)
    Instruction.objects.create(case=case, leader=city.leader, text="请说明。", given_at=city.at)
    answer(case, city.clerk, city.at)
    assert not Instruction.objects.waiting().exists()


def test_the_oldest_is_answered_first_or_the_chosen_one(city):
    case = steps.handling(city, city.at)
    for n in range(3):
        instruct(city, case, f"第 {n} 条", at=city.at + n * HOUR)
    _first, second, third = Instruction.objects.order_by("given_at")
    answer(case, city.land_clerk, city.at + DAY)
    answer(case, city.land_clerk, city.at + DAY, instruction=third)
    assert list(Instruction.objects.waiting()) == [second]


def test_answered_once(city):
    case = instructed(city)
    row = Instruction.objects.get()
    answer(case, city.land_clerk, city.at)
    with pytest.raises(DomainError, match="没有等待答复的批示"):
        answer(case, city.clerk, city.at)
    instruct(city, case)
    with pytest.raises(Conflict, match="刚刚有人答复过"):
        answer(case, city.clerk, city.at, instruction=row)
    assert Instruction.objects.get(pk=row.pk).answered_by == city.land_clerk


def test_an_instruction_of_another_case_cannot_be_answered_here(city):
    other, case = instructed(city), instructed(city)
    with pytest.raises(DomainError, match="不在这件事上"):
        answer(case, city.land_clerk, city.at, instruction=other.instructions.get())


def test_an_answer_needs_words_and_takes_files(city):
    case = instructed(city)
    with pytest.raises(DomainError, match="请写明办理情况"):
        answer(case, city.land_clerk, city.at, note=" ")
    case = answer(case, city.land_clerk, city.at, files=[steps.evidence()])
    assert case.events.get(kind=Action.ANSWER_INSTRUCTION).attachments.count() == 1


@pytest.mark.parametrize("who", ["labour_clerk", "county_clerk", "leader", "supervisor", "cadre", "firm_user"])
def test_only_the_lead_unit_and_the_office_answer(city, who):
    case = instructed(city)
    with pytest.raises(NotPermitted):
        answer(case, getattr(city, who), city.at)


def test_the_leader_is_told_of_the_answer(city):
    other = UserFactory(username="leader2", name="另一位", role=Role.LEADER, unit=city.leading_group)
    answer(instructed(city), city.land_clerk, city.at)
    tell_all(at=city.at)
    told = Notice.objects.filter(title__startswith="报批示办理情况")
    assert {row.user for row in told} == {city.leader, city.clerk, city.director}
    assert other.notices.count() == 0


# --- 谁看得到 -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "count"),
    [("leader", 1), ("clerk", 1), ("county_clerk", 1), ("supervisor", 1), ("land_clerk", 1), ("lane_officer", 1),
     ("cadre", 1), ("labour_clerk", 0), ("other_county_clerk", 0), ("firm_user", 0), ("auditor", 0)],
)  # fmt: skip
def test_who_sees_an_instruction(city, who, count):
    instructed(city)
    assert Instruction.objects.visible_to(getattr(city, who)).count() == count


def page(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(reverse(name, args=args), query)


def test_the_case_page_shows_both_and_the_firm_neither(client, city):
    case = answer(instructed(city), city.land_clerk, city.at)
    said = page(client, city.leader, "cases:detail", case.pk).content.decode()
    for words in ("秦副市长批示", "请抓紧。", "已答复", "已约企业周三看现场。", "市自然资源局答复"):
        assert words in said
    firm = page(client, city.firm_user, "cases:detail", case.pk).content.decode()
    assert "请抓紧" not in firm
    assert "周三看现场" not in firm


# --- 页面 ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"), [("leader", 200), ("clerk", 200), ("supervisor", 200), ("land_clerk", 200), ("cadre", 403)]
)
def test_who_has_the_page(client, city, who, status):
    assert page(client, getattr(city, who), "cases:instructions").status_code == status


def test_a_leader_reads_only_his_own(client, city):
    other = UserFactory(username="leader2", name="另一位", role=Role.LEADER, unit=city.leading_group)
    case = instructed(city)
    assert case.title in page(client, city.leader, "cases:instructions").content.decode()
    assert case.title not in page(client, other, "cases:instructions").content.decode()
    assert case.title in page(client, city.supervisor, "cases:instructions").content.decode()


def test_overdue_stands_on_the_leaders_and_the_directors_list(client, city):
    case = instructed(city)
    with time_machine.travel(city.at + 8 * DAY, tick=False):
        said = page(client, city.leader, "cases:instructions", tab="overdue").content.decode()
        assert case.title in said
        assert "其中过期 <b>1</b> 条" in said
        assert case.title in page(client, city.director, "cases:board", queue="overdue").content.decode()
        waiting = page(client, city.director, "cases:board", queue="instruction")
        assert [row.due_on for row in waiting.context["rows"]] == [date(2026, 11, 30)]
    # It never becomes a 催办单 of its own.
    assert not Case.objects.get(pk=case.pk).tickets.filter(kind="URGE").exists()


@pytest.mark.parametrize("tab", ["waiting", "overdue", "answered", "nonsense"])
def test_an_empty_tab_says_what_next(client, city, tab):
    assert "zq-empty" in page(client, city.leader, "cases:instructions", tab=tab).content.decode()


def test_the_unit_answers_from_its_inbox(client, city):
    case = instructed(city)
    inbox = page(client, city.land_clerk, "cases:inbox").content.decode()
    assert "领导批示，等本单位报" in inbox
    act = reverse("cases:act", args=[case.pk, "answer_instruction"])
    assert "请抓紧。（11-30 前报）" in client.get(act).content.decode()
    said = {"revision": case.revision, "note": "已量图。", "next": reverse("cases:inbox")}
    assert client.post(act, said)["Location"] == reverse("cases:inbox")
    assert "领导批示，等本单位报" not in client.get(reverse("cases:inbox")).content.decode()
    assert "已量图。" in client.get(reverse("cases:instructions"), {"tab": "answered"}).content.decode()


def test_with_several_the_form_lets_one_choose(client, city):
    case = steps.handling(city, city.at)
    instruct(city, case, "第一条")
    case = instruct(city, case, "第二条", at=city.at + HOUR)
    second = Instruction.objects.get(text="第二条")
    act = reverse("cases:act", args=[case.pk, "answer_instruction"])
    client.force_login(city.land_clerk)
    assert "答哪一条" in client.get(act).content.decode()
    client.post(act, {"revision": case.revision, "note": "答第二条。", "instruction": second.pk})
    assert Instruction.objects.get(pk=second.pk).answer == "答第二条。"


def test_the_leader_instructs_with_a_date(client, city):
    case = steps.handling(city, city.at)
    client.force_login(city.leader)
    act = reverse("cases:act", args=[case.pk, "instruct"])
    assert "不写就是 5 个工作日内" in client.get(act).content.decode()
    bad = client.post(act, {"revision": case.revision, "note": "请抓紧。", "due_on": "2026-11-01"})
    assert bad.status_code == 422
    assert "请抓紧。" in bad.content.decode()
    client.post(act, {"revision": case.revision, "note": "请抓紧。", "due_on": "2026-12-04"})
    assert Instruction.objects.get().due_on == date(2026, 12, 4)


@pytest.mark.parametrize(("rows", "queries"), [(1, 12), (3, 12)])
def test_the_page_costs_the_same_for_one_row_and_three(client, city, django_assert_num_queries, rows, queries):
    for _ in range(rows):
        instructed(city)
    client.force_login(city.leader)
    client.get(reverse("cases:instructions"))
    with django_assert_num_queries(queries):
        client.get(reverse("cases:instructions"))


def test_an_event_that_names_no_instruction_tells_no_stranger(city):
    case = instructed(city)
    event = case.events.get(kind=Action.INSTRUCT)
    event.data = {}
    assert set(audience(event)) == {city.land_head, city.land_clerk, city.director, city.clerk}
