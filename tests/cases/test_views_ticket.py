"""单据就是文书（R-33 – R-35）：一页 A4、DOCX、作废、拟稿，谁看得到哪张。"""

import io

import pytest
import time_machine
from django.urls import reverse
from docx import Document

from cases.enums import Action, TicketKind
from cases.services import perform
from cases.views.slip import paper_of
from tests.cases import situations, steps


@pytest.fixture(autouse=True)
def _now(city):
    with time_machine.travel(city.at, tick=False):
        yield


def paper(client, user, ticket):
    client.force_login(user)
    answer = client.get(reverse("cases:ticket", args=[ticket.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def docx_text(answer):
    document = Document(io.BytesIO(b"".join(answer.streaming_content)))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(line.text for line in document.paragraphs), *cells])


def of_kind(case, kind):
    return case.tickets.filter(kind=kind).order_by("pk").last()


def test_a_dispatch_says_all_it_must(client, city):
    case = steps.handling(
        city, city.at, co_handlers=((city.labour, "核对用工人数"),), requirements="核清权属；\n当面沟通；"
    )
    said = paper(client, city.land_clerk, of_kind(case, TicketKind.DISPATCH))
    for words in (
        "许助企交〔2026〕1号", "交　办　单", "许昌市万人助企活动办公室", "市自然资源和规划局", "市人力资源和社会保障局：核对用工人数",
        case.number, city.firm.name, city.firm.credit_code, "要素保障 / 用地指标", "1. 核清权属；", "2. 当面沟通；",
        "2026年11月24日（周二）", "2026年11月30日（周一）", "蒋科员　电子签收", "2026年11月23日 10:00", 'class="qr"', 'class="zq-doc b',
    ):  # fmt: skip
        assert words in said, words


def test_an_urge_says_what_is_late_and_what_was_answered(client, city):
    case = situations.urged(city)
    ticket = of_kind(case, TicketKind.URGE)
    assert "原交办单" in paper(client, city.land_clerk, ticket)
    situations.act(city, case, Action.ANSWER_URGE)
    said = paper(client, city.land_clerk, ticket)
    for words in (
        "许助企催〔2026〕1号",
        "许助企交〔2026〕1号",
        "第 1 次催办",
        "企业来电催问。",
        "图纸在审。",
        "2026年11月30日",
        'class="zq-doc y',
    ):
        assert words in said, words


def test_an_inquiry_carries_chain_story_and_finding(client, city):
    case = situations.inquired(city)
    ticket = of_kind(case, TicketKind.INQUIRY)
    situations.act(city, case, Action.ANSWER_INQUIRY)
    situations.act(city, case, Action.RECORD_FINDING)
    said = paper(client, city.supervisor, ticket)
    for words in (
        "许助企问〔2026〕1号", "许助企交〔2026〕1号", "许助企催〔2026〕1号", "☑逾期", "☑约谈", "☐通报", "因图纸返工。", "查明确未按期。",
        "周主任", "秦副市长", 'class="zq-doc r',
    ):  # fmt: skip
        assert words in said, words


def test_a_voided_ticket_says_so_and_keeps_its_number(client, city):
    case = steps.dispatched(city, city.at)
    ticket = of_kind(case, TicketKind.DISPATCH)
    perform(case, Action.VOID_TICKET, actor=city.clerk, at=city.at, note="主送写错了。", ticket=ticket)
    said = paper(client, city.clerk, ticket)
    assert "作废" in said
    assert "许助企交〔2026〕1号" in said
    assert "主送写错了。" in said


def test_an_issued_ticket_keeps_its_words(client, city):
    case = steps.dispatched(city, city.at)
    case.enterprise.name = "改了名的公司"
    case.enterprise.save()
    assert "改了名的公司" not in paper(client, city.clerk, of_kind(case, TicketKind.DISPATCH))


def test_drafts_are_for_the_office_and_leaders_only(client, city):
    case = situations.drafted(city)
    draft = of_kind(case, TicketKind.INQUIRY)
    assert "拟稿" in paper(client, city.clerk, draft)
    assert "拟稿" in paper(client, city.leader, draft)
    for who in ("land_clerk", "cadre", "supervisor", "firm_user"):
        client.force_login(city.people[who])
        assert client.get(reverse("cases:ticket", args=[draft.pk])).status_code == 404, who


def test_a_proposed_dispatch_can_be_read_before_it_is_approved(client, city):
    case = situations.proposed(city)
    said = paper(client, city.leader, of_kind(case, TicketKind.DISPATCH))
    assert "（未编号）" in said
    assert "拟稿" in said


def test_the_firm_reads_the_dispatch_and_nothing_else(client, city):
    case = situations.inquired(city)
    assert paper(client, city.firm_user, of_kind(case, TicketKind.DISPATCH))
    for kind in (TicketKind.URGE, TicketKind.INQUIRY):
        for name in ("ticket", "ticket_docx"):
            assert client.get(reverse(f"cases:{name}", args=[of_kind(case, kind).pk])).status_code == 404


@pytest.mark.parametrize("who", ["labour_clerk", "other_county_clerk", "other_cadre", "other_firm_user", "auditor"])
def test_for_strangers_there_is_no_ticket(client, city, who):
    ticket = of_kind(steps.dispatched(city, city.at), TicketKind.DISPATCH)
    client.force_login(city.people[who])
    assert client.get(reverse("cases:ticket", args=[ticket.pk])).status_code == 404
    assert client.get(reverse("cases:ticket_docx", args=[ticket.pk])).status_code == 404


@pytest.mark.parametrize("kind", list(TicketKind))
def test_the_docx_says_the_same(client, city, kind):
    case = situations.inquired(city)
    ticket = of_kind(case, kind)
    client.force_login(city.clerk)
    answer = client.get(reverse("cases:ticket_docx", args=[ticket.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    text = docx_text(answer)
    for words in (ticket.number, case.number, city.firm.name, "许昌市万人助企活动办公室", "2026年11月23日"):
        assert words in text, words


def test_a_ticket_asks_few_questions(client, city, django_assert_num_queries):
    ticket = of_kind(steps.handling(city, city.at), TicketKind.DISPATCH)
    client.force_login(city.land_clerk)
    with django_assert_num_queries(8):
        client.get(reverse("cases:ticket", args=[ticket.pk]))


SPRING = "第 3 天 2月16日逢春节放假，顺延"


def test_a_date_moved_off_the_holiday_says_why_on_screen_and_in_docx(client, city):
    """02-13 交办，三天、七天都落在春节里：为什么是 02-24，单子自己说。"""
    case = steps.dispatched(city, steps.instant("2026-02-13 10:00"))
    ticket = of_kind(case, TicketKind.DISPATCH)
    said = paper(client, city.land_clerk, ticket)
    assert f"2026年2月24日（周二）<small>（{SPRING}）</small>" in said
    assert "<small>（第 7 天 2月20日逢春节放假，顺延）</small>" in said
    assert said.count("<small>") == 2  # 签收 02-14 是调休上班，没有顺延
    client.force_login(city.land_clerk)
    assert f"2026年2月24日（周二）（{SPRING}）" in docx_text(client.get(reverse("cases:ticket_docx", args=[ticket.pk])))


def test_the_reason_is_frozen_with_the_ticket_and_an_older_ticket_shows_none(city):
    case = steps.dispatched(city, steps.instant("2026-02-13 10:00"))
    ticket = of_kind(case, TicketKind.DISPATCH)
    assert [row["moved"] for row in ticket.body["deadlines"]] == ["", SPRING, "第 7 天 2月20日逢春节放假，顺延"]
    for row in ticket.body["deadlines"]:
        del row["moved"]
    rows = paper_of(ticket, city.land_clerk).rows
    assert [row.note for row in rows if row.name.endswith("期限")] == ["", "", ""]


def test_a_month_that_ends_on_a_sunday_says_so(city):
    case = steps.dispatched(city, steps.instant("2026-10-31 10:00"), tier="COMPLEX")
    assert of_kind(case, TicketKind.DISPATCH).body["deadlines"][-1]["moved"] == ""
    case = steps.dispatched(city, steps.instant("2026-09-18 10:00"), tier="COMPLEX")
    assert of_kind(case, TicketKind.DISPATCH).body["deadlines"][-1]["moved"] == "期满日 10月18日逢休息日，顺延"
