"""五种台账的内容（R-54）：看得到什么写什么，屏幕上几行文件里几行，每批查询条数固定。"""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cadres.enums import AssignmentRole
from cases.enums import Action, Satisfaction, Status, TicketKind
from cases.services import Rating, perform, rate
from policies.models import EventKind, EventResult, MatchEvent, Participation
from reports.ledgers import LEDGERS, ledgers_for, reading
from reports.ledgers.ledger import Reader
from reports.ledgers.reading import keys_of, lines_of
from tests.cases import situations, steps
from tests.factories import AssignmentFactory, CaseFactory, UserFactory, VisitFactory, WhitelistingFactory
from tests.reports.books import book_of
from zhuqi.kernel.lists import listed


@pytest.fixture(autouse=True)
def _now(city):
    with time_machine.travel(city.at, tick=False):
        yield


def lines(key, user, city, query=""):
    rows = listed(key, user, QueryDict(query), city.today).rows
    return list(lines_of(LEDGERS[key], keys_of(rows), Reader(user, today=city.today)))


def dealt_with(city):
    """一件从提出到评价的事，包联领导、白名单、协办、延期都有。"""
    leader = UserFactory(username="vice", name="万副市长", role="LEADER", unit=city.leading_group)
    AssignmentFactory(enterprise=city.firm, cadre=leader, role=AssignmentRole.LEADER)
    WhitelistingFactory(enterprise=city.firm)
    case = steps.rating(city, city.at)
    return rate(case.evaluations.get(), Rating(Satisfaction.GOOD), at=city.at)


# --- what stands in a row ---------------------------------------------------------------------------------------------
def test_a_problem_row_says_the_whole_story(city):
    case = dealt_with(city)
    book = book_of("cases", city.clerk, at=city.at)
    slip = case.tickets.get(kind=TicketKind.DISPATCH)
    assert book.rows == [
        {
            "序号": 1.0, "问题编号": case.number, "收集日期": city.today, "来源": "企业自报", "县(市、区)": "魏都区",
            "企业名称": "许昌沅砥精密机械有限公司", "统一社会信用代码": city.firm.credit_code, "行业": "专用设备制造业",
            "白名单级别": city.firm.whitelistings.get().get_level_display(), "包联领导": "万副市长", "助企干部": "许干部",
            "问题描述": "二期 12 亩边角地规划调整迟迟未批，设备到货无处安装。", "类别": "要素保障/用地指标", "级别": "个性",
            "个性/共性": "个性", "主办": "市自然资源局", "协办": "", "交办单号": slip.number, "交办日期": city.today,
            "办结时限": date(2026, 11, 30), "办理进展": "已销号", "办理结果": "A 已解决：已办好，企业确认。",
            "办结日期": city.today, "用时": 0.0, "催办次数": 0.0, "是否延期": "否", "企业评价": "满意", "回访情况": "",
            "是否销号": "是", "备注": "",
        }
    ]  # fmt: skip


def test_a_handled_case_shows_its_last_progress_and_its_co_handlers(city):
    case = steps.handling(city, city.at, co_handlers=((city.labour, "提供用工测算"),))
    perform(case, Action.REPORT, actor=city.land_clerk, at=city.at, note="已现场踏勘，打 13912345678 找我。")
    row = book_of("cases", city.clerk, at=city.at).rows[0]
    assert row["办理进展"] == "办理中；11-23 已现场踏勘，打 139****5678 找我。"
    assert (row["协办"], row["办结日期"], row["用时"], row["是否销号"]) == ("市人社局", "", "", "否")


def test_a_refused_and_a_merged_case_say_so_in_the_remarks(city):
    refused = steps.reported(city, city.at)
    perform(refused, Action.REFUSE, actor=city.clerk, at=city.at, note="不属于政府职责")
    into = steps.accepted(city, city.at)
    CaseFactory(enterprise=city.firm, office=city.office, status=Status.MERGED, merged_into=into, is_legal=True)
    remarks = {row["备注"] for row in book_of("cases", city.clerk, at=city.at).rows}
    assert remarks == {"不予受理：不属于政府职责", f"涉法涉诉；并入 {into.number}", ""}


@pytest.mark.parametrize(("who", "rating"), [
    ("clerk", "满意"), ("leader", "满意"), ("supervisor", "满意"), ("county_clerk", "满意"),
    ("land_head", ""), ("land_clerk", ""), ("cadre", ""),
])  # fmt: skip
def test_single_ratings_are_not_for_units_and_cadres(city, who, rating):
    dealt_with(city)
    assert [row["企业评价"] for row in book_of("cases", getattr(city, who), at=city.at).rows] == [rating]


def test_an_enterprise_row_masks_the_telephone(city):
    steps.handling(city, city.at)
    contact = city.firm.contacts.get()
    contact.phone = "13812345678"
    contact.save()
    row = book_of("enterprises", city.county_clerk, at=city.at).rows[0]
    assert (row["联系人"], row["联系电话"]) == (contact.name, "138****5678")
    assert (row["牵头干部"], row["牵头单位"]) == ("许干部", "市自然资源局")
    assert (row["问题总数"], row["在办问题"], row["在册"]) == (1.0, 1.0, "在册")


def test_an_assignment_row(city):
    row = book_of("assignments", city.county_clerk, at=city.at).rows[0]
    assert (row["身份"], row["姓名"], row["单位"], row["状态"], row["止"]) == (
        "牵头干部",
        "许干部",
        "市自然资源局",
        "现任",
        "",
    )


def test_a_visit_row_names_the_problems_it_brought(city):
    visit = VisitFactory(enterprise=city.firm, cadre=city.cadre, unit=city.land, visited_on=date(2026, 11, 20))
    case = CaseFactory(enterprise=city.firm, office=city.office, visit=visit)
    row = book_of("visits", city.clerk, at=city.at).rows[0]
    assert (row["走访日期"], row["干部"], row["提出问题"], row["问题编号"]) == (
        date(2026, 11, 20), "许干部", 1.0, case.number,
    )  # fmt: skip


def test_a_ticket_row_and_drafts_stay_out(city):
    situations.drafted(city)
    rows = book_of("tickets", city.director, at=city.at).rows
    assert {row["单别"] for row in rows} <= {"交办单", "催办单"}
    dispatch = next(row for row in rows if row["单别"] == "交办单")
    assert dispatch["编号"].startswith("许助企交〔2026〕")
    assert (dispatch["主送"], dispatch["状态"]) == ("市自然资源局", "已签发")


def held_event(city, **more):
    """一场办过的银企对接：一家到场、一家退出，意向五百万、签约三百万，作废的一笔不算。"""
    kind, _ = EventKind.objects.get_or_create(name="银企对接", defaults={"measure": "CREDIT"})
    event = MatchEvent.objects.create(
        kind=kind, unit=city.bank, made_at=city.at, held_at=city.at,
        **{"title": "十一月银企对接会", "place": "会议中心", "state": "HELD"} | more,
    )  # fmt: skip
    for firm, facts in ((city.firm, {"attended": True}), (city.other_firm, {"withdrawn_at": city.at})):
        Participation.objects.create(event=event, enterprise=firm, invited_at=city.at, signed_up_at=city.at, **facts)
    for stage, amount, voided_at in (("INTENT", 5_000_000, None), ("SIGNED", 3_000_000, None), ("SIGNED", 9, city.at)):
        EventResult.objects.create(
            event=event, enterprise=city.firm, kind="CREDIT", stage=stage, amount=amount, voided_at=voided_at,
            happened_on=city.today, recorded_at=city.at, recorded_by=city.clerk,
        )  # fmt: skip
    return event


def test_an_event_row_counts_firms_and_keeps_the_stages_apart(city):
    held_event(city)
    row = book_of("events", city.clerk, at=city.at).rows[0]
    assert (row["活动名称"], row["种类"], row["县(市、区)"], row["状态"]) == (
        "十一月银企对接会",
        "银企对接",
        "全市",
        "已举办",
    )
    assert (row["邀请企业"], row["报名企业"], row["到场企业"]) == (2.0, 1.0, 1.0)
    assert (row["意向金额（元）"], row["签约金额（元）"], row["到位金额（元）"]) == (5_000_000.0, 3_000_000.0, "")


def test_an_event_in_preparation_is_its_hosts_and_the_city_offices(city):
    held_event(city, state="DRAFT")
    found = {
        who: len(lines("events", city.people[who], city)) for who in ("clerk", "bank_head", "land_clerk", "leader")
    }
    assert found == {"clerk": 1, "bank_head": 1, "land_clerk": 0, "leader": 0}
    assert [
        len(lines("events", city.clerk, city, query))
        for query in ("q=银企", "q=用工", "state=HELD", "since=2027-01-01")
    ] == [1, 0, 0, 0]


# --- who sees what ----------------------------------------------------------------------------------------------------
#               clerk county other land labour lane cadre other_cadre leader supervisor
VIEWERS = ("clerk", "county_clerk", "other_county_clerk", "land_clerk", "labour_clerk", "lane_officer", "cadre",
           "other_cadre", "leader", "supervisor")  # fmt: skip
SEEN = {
    "enterprises": (2, 1, 1, 1, 0, 1, 1, 1, 2, 2),
    "assignments": (2, 1, 1, 1, 0, 0, None, None, 2, 2),
    "visits": (2, 1, 1, 1, 0, 0, 1, 1, 2, 2),
    "cases": (2, 1, 1, 1, 0, 1, 1, 1, 2, 2),
    "tickets": (1, 1, 0, 1, 0, 1, None, None, 1, 1),
}


@pytest.mark.parametrize("key", SEEN)
def test_everybody_finds_only_what_they_may_see(city, key):
    steps.handling(city, city.at)
    CaseFactory(enterprise=city.other_firm, office=city.office)
    VisitFactory(enterprise=city.firm, cadre=city.cadre, unit=city.land)
    VisitFactory(enterprise=city.other_firm, cadre=city.other_cadre, unit=city.labour)
    found = []
    for who in VIEWERS:
        user = city.people[who]
        allowed = key in {ledger.key for ledger in ledgers_for(user)}
        found.append(len(lines(key, user, city)) if allowed else None)
    assert tuple(found) == SEEN[key]


@pytest.mark.parametrize("who", ["firm_user", "sysadmin", "secadmin", "auditor"])
def test_firms_and_administrators_have_no_ledgers(city, who):
    assert ledgers_for(city.people[who]) == []


# --- the screen and the file ------------------------------------------------------------------------------------------
QUERIES = ["", "status=HANDLING", "flag=open&sort=due", "q=沅砥", "tier=MAJOR", "level=0&region={weidu}", "month=2026-11&by=reported",
           "due=2026-11-24", "flag=nonsense", "unit={land}"]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_the_file_has_the_rows_of_the_screen_in_their_order(client, city, query):
    query = query.format(weidu=city.regions["weidu"].pk, land=city.land.pk)
    steps.handling(city, city.at)
    steps.reported(city, city.at)
    CaseFactory(enterprise=city.other_firm, office=city.office, tier="MAJOR")
    client.force_login(city.clerk)
    page = client.get(f"{reverse('cases:list')}?{query}").context["page"]
    assert [line.pk for line in lines("cases", city.clerk, city, query)] == [case.pk for case in page]
    assert page.paginator.count > 0


@pytest.mark.parametrize("query", ["", "q=yd", "scale=1", "struck=1", "level=CITY"])
def test_the_firms_file_has_the_rows_of_the_screen(client, city, query):
    WhitelistingFactory(enterprise=city.firm, level="CITY")
    client.force_login(city.clerk)
    page = client.get(f"{reverse('enterprises:list')}?{query}").context["page"]
    assert [line.pk for line in lines("enterprises", city.clerk, city, query)] == [firm.pk for firm in page]


def test_conditions_are_said_in_words(city):
    query = f"status=HANDLING&region={city.regions['weidu'].pk}&flag=overdue&level=1&sort=due&enterprise={city.firm.pk}"
    assert listed("cases", city.clerk, QueryDict(query), city.today).words == (
        "状态 办理中；情形 已逾期；催问 催办；县（市、区） 魏都区；企业 许昌沅砥精密机械有限公司"
    )
    assert listed("enterprises", city.clerk, QueryDict("struck=1&scale=1"), city.today).words == "移出在册的；规模 规上"


FILTERED = [
    ("assignments", "role=LEADER", 0), ("assignments", "state=past", 0), ("assignments", "state=all", 2),
    ("assignments", "q=珂陶", 1), ("assignments", "since=2027-01-01", 0), ("visits", "mode=PHONE", 0),
    ("visits", "until=2026-11-20", 1), ("visits", "since=2026-11-21", 0), ("visits", "since=whenever", 1),
    ("tickets", "kind=URGE", 0), ("tickets", "state=VOID", 0), ("tickets", "q=许助企交", 1), ("tickets", "q=沅砥", 1),
]  # fmt: skip


@pytest.mark.parametrize(("key", "query", "count"), FILTERED)
def test_filters_of_the_ledgers_without_a_list_of_their_own(city, key, query, count):
    steps.handling(city, city.at)
    VisitFactory(enterprise=city.firm, cadre=city.cadre, unit=city.land, visited_on=date(2026, 11, 20))
    assert len(lines(key, city.clerk, city, query)) == count


# --- reading ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3, 4, 7])
def test_batches_lose_and_double_nothing(city, monkeypatch, count):
    monkeypatch.setattr(reading, "BATCH", 3)
    made = [CaseFactory(enterprise=city.firm, office=city.office).pk for _ in range(count)]
    told = []
    rows = listed("cases", city.clerk, QueryDict("sort=old"), city.today).rows
    read = lines_of(LEDGERS["cases"], keys_of(rows), Reader(city.clerk, today=city.today),
                    after_batch=lambda done, firms: told.append((done, firms)))  # fmt: skip
    assert [line.pk for line in read] == made
    assert told == [(min(done, count), {city.firm.pk}) for done in range(3, count + 3, 3)]


def test_what_others_change_meanwhile_neither_adds_nor_drops_rows(city, monkeypatch):
    monkeypatch.setattr(reading, "BATCH", 2)
    made = [CaseFactory(enterprise=city.firm, office=city.office) for _ in range(5)]
    rows = listed("cases", city.clerk, QueryDict("status=REPORTED&sort=old"), city.today).rows
    read = lines_of(LEDGERS["cases"], keys_of(rows), Reader(city.clerk, today=city.today))
    found = [next(read)]
    perform(made[4], Action.ACCEPT, actor=city.clerk, at=city.at)  # leaves the condition
    CaseFactory(enterprise=city.firm, office=city.office)  # comes in
    found += read
    assert [line.pk for line in found] == [case.pk for case in made]


def test_what_is_out_of_sight_meanwhile_is_not_written(city, monkeypatch):
    monkeypatch.setattr(reading, "BATCH", 1)
    for _ in range(2):
        CaseFactory(enterprise=city.firm, office=city.office)
    rows = listed("cases", city.cadre, QueryDict(""), city.today).rows
    read = lines_of(LEDGERS["cases"], keys_of(rows), Reader(city.cadre, today=city.today))
    assert next(read)
    city.firm.assignments.update(to_on=city.today)
    assert list(read) == []


COUNTED = [("cases", "clerk", 13), ("cases", "land_clerk", 11), ("enterprises", "clerk", 9), ("assignments", "clerk", 3),
           ("visits", "clerk", 5), ("tickets", "clerk", 5), ("events", "clerk", 5)]  # fmt: skip


@pytest.mark.parametrize(("key", "who", "count"), COUNTED)
@pytest.mark.parametrize("cases", [1, 3])
def test_a_batch_costs_a_fixed_number_of_queries(city, key, who, count, cases):
    for _ in range(cases):
        visit = VisitFactory(enterprise=city.firm, cadre=city.cadre, unit=city.land)
        case = steps.handling(city, city.at, co_handlers=((city.labour, "提供测算"),))
        case.visit = visit
        case.save(update_fields=["visit"])
    for number in range(cases if key == "events" else 0):
        held_event(city, title=f"第 {number} 场")
    user = city.people[who]
    keys = keys_of(listed(key, user, QueryDict(""), city.today).rows)
    reader = Reader(user, today=city.today)
    with CaptureQueriesContext(
        connection,
    ) as spent:
        assert list(lines_of(LEDGERS[key], keys, reader))
    assert len(spent) == count
