"""对接活动的页面：各个岗位看到什么、填错了怎么说、合计与重数一致、查询条数不随行数长（R-63）。"""

from collections import Counter
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from policies.enums import EventState
from policies.models import EventResult, MatchEvent, Participation
from policies.services.events import Outcome, cancel_event, record_result, sign_up, void_result
from policies.services.events.totals import totals
from tests.factories import EnterpriseFactory
from tests.policies.event_steps import DAY, HELD_AT, drafted, held, kind, opened

pytestmark = pytest.mark.django_db
LATER = HELD_AT + 31 * DAY
WAN = Decimal(10_000)


def page(client, user, name, *args, **asked):
    client.force_login(user)
    return client.get(reverse(f"policies:{name}", args=args), asked)


def body(*args, **asked):
    return page(*args, **asked).content.decode()


def post(client, user, address, *args, at, **said):
    with time_machine.travel(at, tick=False):
        client.force_login(user)
        return client.post(reverse(f"policies:{address}", args=args), said)


def form_of(**more):
    return {
        "title": "年末产销对接会", "kind": kind("产销对接", "SALES").pk, "held_on": "2026-12-10", "held_time": "09:30",
        "place": "会展中心", "seats": "", "sign_up_until_on": "", "told": "", "revision": 0,
        "c-TOTAL_FORMS": 2, "c-INITIAL_FORMS": 0, "c-0-field": "STAFF", "c-0-operator": "AT_LEAST", "c-0-values": "50",
        "c-1-field": "", "c-1-operator": "", "c-1-values": "",
    } | more  # fmt: skip


@pytest.fixture(autouse=True)
def _now(city):
    with time_machine.travel(city.at, tick=False):
        yield


# --- 登记与每一步 -----------------------------------------------------------------------------------------------------
def test_an_event_is_entered_opened_and_invited_from_its_pages(client, city):
    client.force_login(city.bank_head)
    made = client.post(reverse("policies:event_new"), form_of())
    event = MatchEvent.objects.get()
    assert made.url == reverse("policies:event", args=[event.pk])
    assert (event.unit, event.seats, event.conditions.get().values) == (city.bank, 0, [50])
    assert client.post(reverse("policies:event_open", args=[event.pk])).url == reverse(
        "policies:event_invite", args=[event.pk]
    )
    EnterpriseFactory(staff_count=60)
    shown = body(client, city.bank_head, "event_invite", event.pk)
    assert "邀请这 1 家" in shown
    assert "缺资料，说不准的" in shown
    assert client.post(reverse("policies:event_invite", args=[event.pk]), {"expected": 1}).status_code == 302
    assert Participation.objects.filter(invited_at__isnull=False).count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"title": ""}, "请写活动名称"),
        ({"held_on": "2026-11-01"}, "活动时间要在现在以后"),
        ({"held_time": "九点半"}, "时间请写成 09:00 这样"),
        ({"sign_up_until_on": "2026-12-11"}, "报名截止不能晚于活动当天"),
        ({"seats": "-3"}, "名额"),
        ({"c-1-field": "STAFF", "c-1-operator": "AT_MOST", "c-1-values": "20"}, "不可能同时成立"),
        ({"c-1-field": "STAFF", "c-1-operator": "IN", "c-1-values": "20"}, "只能用"),
        ({"place": "\x00"}, ""),
    ],
)
def test_a_wrong_form_comes_back_filled_in(client, city, changed, words):
    client.force_login(city.bank_head)
    response = client.post(reverse("policies:event_new"), form_of(**changed))
    assert response.status_code == 200
    assert words in response.content.decode()
    assert "产销对接" in response.content.decode()
    assert not MatchEvent.objects.exists()


def test_a_stale_edit_is_told_and_a_cancelled_event_is_not_edited(client, city):
    event = opened(city)
    client.force_login(city.bank_head)
    url = reverse("policies:event_edit", args=[event.pk])
    assert client.post(url, form_of(revision=event.revision, place="二楼")).status_code == 302
    late = client.post(url, form_of(revision=event.revision, place="三楼"))
    assert (late.status_code, 'value="三楼"' in late.content.decode()) == (409, True)
    assert MatchEvent.objects.get().place == "二楼"
    assert client.post(reverse("policies:event_cancel", args=[event.pk]), {"why": ""}).status_code == 422
    client.post(reverse("policies:event_cancel", args=[event.pk]), {"why": "会场停电"})
    assert client.get(url).status_code == 409
    assert "会场停电" in body(client, city.firm_user, "event", event.pk)


def test_registering_the_same_event_twice_keeps_one(client, city):
    client.force_login(city.bank_head)
    first = client.post(reverse("policies:event_new"), form_of())
    assert client.post(reverse("policies:event_new"), form_of()).url == first.url
    assert MatchEvent.objects.count() == 1


HOSTILE = ("<script>alert(1)</script>", "字" * 200_000, "空\x00字节", "' OR 1=1 --", "\u202e倒着写", "９" * 40)


@pytest.mark.parametrize("typed", HOSTILE, ids=["html", "long", "nul", "quote", "bidi", "digits"])
def test_whatever_is_typed_is_answered_readably(client, city, typed):
    event, past = opened(city), held(city)
    result = record_result(past, Outcome(city.firm, "INTENT", HELD_AT.date(), amount=WAN), actor=city.clerk, at=LATER)
    follow_up = past.follow_ups.first()
    names = ("title", "place", "told", "seats", "held_on", "held_time", "sign_up_until_on", "kind", "unit", "region",
             "revision", "c-0-field", "c-0-operator", "c-0-values", "c-TOTAL_FORMS")  # fmt: skip
    tries = [("event_new", (), form_of(**{name: typed})) for name in names]
    tries += [("event_edit", (event.pk,), form_of(**{name: typed})) for name in names]
    tries += [
        ("event_invite", (event.pk,), {"expected": typed}),
        ("event_invite_one", (event.pk,), {"firm": typed}),
        ("event_sign_up", (event.pk,), {"by_name": 1, "firm": typed, "wish": typed}),
        ("event_walk_in", (past.pk,), {"firm": typed}),
        ("event_result_void", (result.pk,), {"reason": typed}),
        ("event_attendance", (past.pk,), {"shown": typed, "came": typed}),
        ("event_follow_up", (follow_up.pk,), {"account": typed}),
        ("event_kind", (event.kind_id,), {"name": typed, "measure": typed, "ordering": typed}),
        ("event_cancel", (event.pk,), {"why": typed}),
    ]
    good = {"enterprise": city.firm.pk, "stage": "INTENT", "happened_on": "2026-12-03", "amount": "3万"}
    tries += [("event_results", (past.pk,), good | {name: typed}) for name in (*good, "partner", "note", "follows")]
    client.raise_request_exception = False
    for name, args, said in tries:
        answer = post(client, city.clerk, name, *args, at=LATER if args != (event.pk,) else city.at, **said)
        assert answer.status_code < 500, (name, said)
        assert "<script>alert" not in answer.content.decode()


def test_conditions_that_contradict_or_are_unknown_are_named_and_kept(client, city):
    client.force_login(city.bank_head)
    for values, words in (
        (("INDUSTRY", "IN", "ZZ99"), "ZZ99"),
        (("STAFF", "AT_LEAST", ""), ""),
        (("REGION", "IN", "火星区"), "火星区"),
    ):
        changed = dict(zip(("c-0-field", "c-0-operator", "c-0-values"), values, strict=True))
        answer = client.post(reverse("policies:event_new"), form_of(**changed, place="会展中心九号厅"))
        assert answer.status_code == 200
        shown = answer.content.decode()
        assert "会展中心九号厅" in shown
        assert words in shown
    assert not MatchEvent.objects.exists()


# --- 企业与干部 -------------------------------------------------------------------------------------------------------
def test_a_firm_signs_up_waits_and_withdraws_on_its_own_page(client, city):
    event = opened(city, seats=1)
    assert "还可以报名" in body(client, city.firm_user, "events")
    client.post(reverse("policies:event_sign_up", args=[event.pk]), {"wish": "流动资金 500 万"})
    assert "我报名的" in body(client, city.firm_user, "events")
    assert "流动资金 500 万" in body(client, city.firm_user, "event", event.pk)
    assert "名额满了，进候补" in body(client, city.other_firm_user, "event", event.pk)
    client.post(reverse("policies:event_sign_up", args=[event.pk]))
    assert Participation.objects.get(enterprise=city.other_firm).is_waiting
    long = post(client, city.firm_user, "event_sign_up", event.pk, at=city.at, wish="想" * 201)
    assert long.status_code == 422
    post(client, city.firm_user, "event_withdraw", event.pk, at=city.at)
    assert Participation.objects.get(enterprise=city.other_firm).is_coming
    assert city.firm.name not in body(client, city.other_firm_user, "event", event.pk)


def test_a_cadre_signs_up_the_firms_it_is_assigned_to(client, city):
    event = opened(city)
    shown = body(client, city.cadre, "event", event.pk)
    assert "替包联企业报名" in shown
    assert city.other_firm.name not in shown
    assert post(client, city.cadre, "event_sign_up", event.pk, at=city.at, firm=city.firm.pk).status_code == 302
    for firm in (city.other_firm.pk, "x", "9" * 30, ""):
        assert post(client, city.cadre, "event_sign_up", event.pk, at=city.at, firm=firm).status_code == 404


def test_the_host_and_the_office_sign_a_firm_up_by_name_and_withdraw_it(client, city):
    event = opened(city)
    for who in (city.bank_head, city.county_clerk):
        assert "代企业报名" in body(client, who, "event", event.pk)
        said = {"by_name": 1, "firm": city.firm.name, "wish": "票据贴现"}
        assert post(client, who, "event_sign_up", event.pk, at=city.at, **said).status_code == 302
        assert Participation.objects.get().is_coming
        assert "退出</button>" in body(client, who, "event", event.pk)
        assert post(client, who, "event_withdraw", event.pk, at=city.at, firm=city.firm.pk).status_code == 302
        assert not Participation.objects.get().is_coming
    outside = post(
        client, city.county_clerk, "event_sign_up", event.pk, at=city.at, by_name=1, firm=city.other_firm.name
    )
    assert outside.status_code == 422
    assert city.other_firm.name in outside.content.decode()
    assert "代企业报名" not in body(client, city.land_clerk, "event", event.pk)


def test_a_cadres_old_page_does_not_wipe_what_the_firm_wishes(client, city):
    event = opened(city)
    sign_up(event, city.firm, actor=city.firm_user, at=city.at, wish="贷款 500 万")
    post(client, city.cadre, "event_sign_up", event.pk, at=city.at, firm=city.firm.pk)
    assert Participation.objects.get().wish == "贷款 500 万"
    post(client, city.cadre, "event_sign_up", event.pk, at=city.at, firm=city.firm.pk, wish="贴现")
    assert Participation.objects.get().wish == "贴现"


def test_an_event_for_one_county_is_not_offered_elsewhere_but_can_be_left(client, city):
    event = opened(city, region=city.regions["weidu"])
    sign_up(event, city.firm, actor=city.firm_user, at=city.at)
    assert event.title not in body(client, city.other_firm_user, "events")
    assert "只面向" in body(client, city.other_firm_user, "event", event.pk)
    assert post(client, city.other_firm_user, "event_sign_up", event.pk, at=city.at).status_code == 403
    MatchEvent.objects.update(region=city.regions["yuzhou"])
    assert post(client, city.firm_user, "event_withdraw", event.pk, at=city.at).status_code == 302


# --- 签到、结果、回访 -------------------------------------------------------------------------------------------------
def test_attendance_walk_ins_and_the_sheet(client, city):
    event = opened(city)
    part = sign_up(event, city.firm, actor=city.firm_user, at=city.at, wish="贷款")
    assert "现在不能签到" in body(client, city.bank_head, "event_attendance", event.pk)
    post(client, city.bank_head, "event_attendance", event.pk, at=HELD_AT, shown=[part.pk, "x"], came=[part.pk, 10**17])
    part.refresh_from_db()
    assert part.attended
    assert (
        post(client, city.bank_head, "event_walk_in", event.pk, at=HELD_AT, firm=city.other_firm.name).status_code
        == 302
    )
    EnterpriseFactory(name="禹州一厂"), EnterpriseFactory(name="禹州二厂")
    for words, said in (("禹州", "几家都像"), ("没有这家", "没有“没有这家”"), ("", "请写企业名称")):
        response = post(client, city.bank_head, "event_walk_in", event.pk, at=HELD_AT, firm=words)
        assert response.status_code == 422
        assert said in response.content.decode()
    sheet = body(client, city.bank_head, "event_sheet", event.pk)
    assert "贷款" in sheet
    assert city.other_firm.name in sheet


def test_results_are_typed_as_people_write_them_and_go_on_step_by_step(client, city):
    event = held(city)
    said = {"enterprise": city.firm.pk, "stage": "INTENT", "happened_on": "2026-12-03", "partner": "示例银行"}
    for typed in ("三五百万", "200亿", "", "-3"):
        answer = post(client, city.bank_head, "event_results", event.pk, at=LATER, **said, amount=typed)
        assert answer.status_code == 200
        assert "还没有保存" in answer.content.decode()
    assert not EventResult.objects.exists()
    post(client, city.bank_head, "event_results", event.pk, at=LATER, **said, amount="1.2亿元")
    intent = EventResult.objects.get()
    assert intent.amount == 12_000 * WAN
    said |= {"stage": "SIGNED", "follows": intent.pk}
    post(client, city.bank_head, "event_results", event.pk, at=LATER, **said, amount="8,000万")
    signed = EventResult.objects.get(stage="SIGNED")
    assert (signed.follows, signed.amount) == (intent, 8_000 * WAN)
    post(client, city.bank_head, "event_result_void", signed.pk, at=LATER, reason="多写了")
    with time_machine.travel(LATER, tick=False):
        shown = body(client, city.bank_head, "event_results", event.pk)
    assert "作废：多写了" in shown
    assert "政策兑现金额不计入" in shown


def test_a_step_that_cannot_be_found_is_not_recorded_as_if_it_followed_nothing(client, city):
    mine, other = held(city), held(city)
    foreign = record_result(other, Outcome(city.firm, "INTENT", HELD_AT.date(), amount=WAN), actor=city.clerk, at=LATER)
    said = {"enterprise": city.firm.pk, "stage": "SIGNED", "happened_on": "2026-12-03", "amount": "8万", "note": "首签"}
    for follows in (foreign.pk, "x", "9" * 18, 10**30):
        answer = post(client, city.bank_head, "event_results", mine.pk, at=LATER, **said, follows=follows)
        assert "找不到了" in answer.content.decode()
        assert "首签" in answer.content.decode()
    assert not mine.results.exists()


def test_a_contract_says_how_much_of_it_has_come(client, city):
    event = held(city)
    said = {"enterprise": city.firm, "happened_on": HELD_AT.date()}
    signed = record_result(event, Outcome(stage="SIGNED", amount=300 * WAN, **said), actor=city.clerk, at=LATER)
    for wan, words in ((200, "已放款 200 万元，还差 100 万元"), (100, "已放款 300 万元，齐了")):
        part = Outcome(stage="DELIVERED", amount=wan * WAN, follows=signed, **said)
        record_result(event, part, actor=city.clerk, at=LATER)
        assert words in body(client, city.bank_head, "event_results", event.pk, follows=signed.pk)
    assert totals(city.leader, 2026).whole.figures["CREDIT", "DELIVERED"][0] == 300 * WAN
    assert totals(city.leader, 2026).whole.figures["CREDIT", "SIGNED"][0] == 300 * WAN


def test_a_follow_up_is_listed_recorded_and_kept(client, city):
    row = held(city).follow_ups.first()
    assert row.event.title in body(client, city.bank_head, "event_follow_ups")
    assert "由主办单位回访" in body(client, city.leader, "event_follow_up", row.pk)
    post(client, city.bank_head, "event_follow_up", row.pk, at=LATER, account="授信已批，等放款。")
    assert post(client, city.bank_head, "event_follow_up", row.pk, at=LATER, account="又来").status_code == 409
    assert "授信已批" in body(client, city.leader, "event_follow_up", row.pk)
    assert row.event.title in body(client, city.bank_head, "event_follow_ups", tab="done")


# --- 合计 -------------------------------------------------------------------------------------------------------------
def test_totals_equal_a_recount_and_every_figure_opens_its_rows(client, city):
    credit = held(city, city.firm, city.other_firm)
    jobs = held(city, kind=kind("用工对接", "JOBS"))
    said = {"happened_on": HELD_AT.date()}
    for firm, stage, wan in ((city.firm, "INTENT", 300), (city.firm, "SIGNED", 200), (city.other_firm, "INTENT", 50)):
        record_result(credit, Outcome(firm, stage, amount=wan * WAN, **said), actor=city.bank_head, at=LATER)
    record_result(jobs, Outcome(city.firm, "INTENT", heads=12, **said), actor=city.bank_head, at=LATER)
    gone = record_result(credit, Outcome(city.firm, "INTENT", amount=WAN, **said), actor=city.bank_head, at=LATER)
    void_result(gone, actor=city.bank_head, at=LATER, reason="记重了")
    cancel_event(opened(city), actor=city.bank_head, at=city.at, why="场地")
    for who in (city.leader, city.clerk, city.county_clerk, city.bank_head, city.land_clerk, city.supervisor):
        found = totals(who, 2026)
        events = [each for each in MatchEvent.objects.visible_to(who) if each.state == EventState.HELD]
        events = [each for each in events if who.role != "UNIT" or each.unit == who.unit]
        parts = [part for part in Participation.objects.visible_to(who) if part.attended and part.event in events]
        rows = [row for row in EventResult.objects.visible_to(who) if not row.voided_at and row.event in events]
        money = Counter()
        for row in rows:
            money[row.kind, row.stage] += row.amount or row.heads
        assert (found.whole.held_count, found.whole.came_count) == (len(events), len(parts))
        assert found.firm_count == len({part.enterprise_id for part in parts})
        assert {which: figure[0] or figure[1] for which, figure in found.whole.figures.items()} == money
        assert sum(line.came_count for line in found.regions) == len(parts)
        shown = page(client, who, "event_rows", year=2026, what="results", measure="CREDIT", stage="INTENT")
        assert shown.context["page"].paginator.count == sum(
            1 for row in rows if (row.kind, row.stage) == ("CREDIT", "INTENT")
        )
        assert page(client, who, "event_rows", year=2026, what="attended").context["page"].paginator.count == len(parts)
    assert "350 万元" in body(client, city.leader, "event_totals", year="2026")
    assert totals(city.leader, 2025).whole.held_count == 0


@pytest.mark.parametrize(
    "asked", [{}, {"year": "x"}, {"year": "2026"}, {"year": "2026", "what": "gold"}, {"year": "9" * 40}]
)
def test_nonsense_in_the_address_is_no_error(client, city, asked):
    held(city)
    assert page(client, city.leader, "event_rows", **asked).status_code in {200, 302}
    assert page(client, city.leader, "event_totals", **asked, measure="\x00").status_code == 200
    for who in (city.clerk, city.firm_user, city.cadre):
        nonsense = {"kind": "x", "q": "\x00", "tab": "zzz", "page": "x", "region": "9" * 30, **asked}
        assert page(client, who, "events", **nonsense).status_code == 200


def test_kinds_are_the_city_offices(client, city):
    mine = kind()
    assert page(client, city.county_clerk, "event_kinds").status_code == 403
    assert post(client, city.clerk, "event_kinds", at=city.at, name=mine.name, measure="SALES").status_code == 200
    said = {"name": "银税对接", "measure": "CREDIT", "ordering": "3", "is_active": "on"}
    assert post(client, city.clerk, "event_kind", mine.pk, at=city.at, **said).status_code == 302
    assert "银税对接" in body(client, city.clerk, "event_kinds")


# --- 查询条数 ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "name", "asked", "queries"),
    [
        ("clerk", "events", {}, 21),
        ("firm_user", "events", {}, 16),
        ("leader", "event_totals", {}, 23),
        ("leader", "event_rows", {"year": 2026, "what": "results"}, 18),
        ("bank_head", "event_follow_ups", {}, 17),
    ],
)
def test_queries_are_the_same_at_one_and_three_rows(client, city, who, name, asked, queries, django_assert_num_queries):
    user = getattr(city, who)
    for count in (1, 2):
        for _ in range(count):
            event = held(city, city.firm, city.other_firm)
            outcome = Outcome(city.firm, "INTENT", HELD_AT.date(), amount=WAN)
            record_result(event, outcome, actor=city.bank_head, at=LATER)
            opened(city)
        page(client, user, name, **asked)
        with django_assert_num_queries(queries):
            page(client, user, name, **asked)


@pytest.mark.parametrize(
    ("name", "queries"), [("event", 22), ("event_results", 19), ("event_attendance", 17), ("event_invite", 28)]
)
def test_queries_of_one_event_are_the_same_at_one_and_three_firms(
    client, city, name, queries, django_assert_num_queries
):
    for firms in (1, 3):
        more = [EnterpriseFactory() for _ in range(firms - 1)]
        event = opened(city) if name == "event_invite" else held(city, city.firm, *more)
        for firm in [city.firm, *more] if event.state == EventState.HELD else []:
            outcome = Outcome(firm, "SIGNED", HELD_AT.date(), amount=WAN)
            record_result(event, outcome, actor=city.bank_head, at=LATER)
        page(client, city.bank_head, name, event.pk)
        with django_assert_num_queries(queries):
            page(client, city.bank_head, name, event.pk)


def test_drafts_do_not_exist_for_others(client, city):
    event = drafted(city)
    for who, code in (("bank_head", 200), ("clerk", 200), ("land_clerk", 404), ("firm_user", 404), ("leader", 404)):
        assert page(client, getattr(city, who), "event", event.pk).status_code == code
