"""The ranking's pages: who sees what, drill-down, objections, publishing, what-if, the sheet."""

from datetime import datetime
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from reports.models import Ranking, RankingObjection, ScoreRule
from reports.services import draft_month, object_to_row, publish_month
from tests.factories import SHANGHAI
from tests.reports.months import AFTER, FIRST_NIGHT, MONTH, Month

PAGE = "/reports/ranking/2026-10"
WITHIN = datetime(2026, 11, 3, 10, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _tuesday():
    with time_machine.travel(WITHIN, tick=False):
        yield


@pytest.fixture
def month(city):
    return Month(city)


@pytest.fixture
def late(month):
    case = month.case(title="二期厂房用地指标")
    month.deadline(case)
    return case


@pytest.fixture
def draft(month, late, city):
    month.month_of_work(city.land)
    month.month_of_work(city.labour)
    month.month_of_work(city.county_office)
    return draft_month(MONTH, at=FIRST_NIGHT)


@pytest.fixture
def row(draft, city):
    return draft.rows.get(unit=city.land)


def get(client, user, url=PAGE, **more):
    client.force_login(user)
    return client.get(url, **more)


def post(client, user, url, **data):
    client.force_login(user)
    return client.post(url, data)


def test_the_address_of_a_month(row):
    assert reverse("reports:ranking_month", args=[MONTH]) == PAGE


@pytest.mark.parametrize("who", ["director", "clerk", "leader", "supervisor"])
def test_office_and_leaders_see_the_whole_draft(client, city, draft, who):
    page = get(client, getattr(city, who), f"{PAGE}?group=DEPARTMENT").content.decode()
    assert "市自然资源局" in page
    assert "市人社局" in page
    assert "草稿" in page


@pytest.mark.parametrize("who", ["cadre", "firm_user", "sysadmin", "secadmin", "auditor", "lane_officer"])
@pytest.mark.parametrize("published", [False, True])
def test_for_others_there_is_no_ranking(client, city, draft, who, published):
    if published:
        publish_month(draft, at=AFTER, actor=city.director)
    status = get(client, getattr(city, who)).status_code
    # A task force is a unit: it reads what was published, and has no row of its own in a draft.
    assert status == (200 if published and who == "lane_officer" else 404)


def test_a_unit_sees_its_own_row_of_a_draft_and_everybody_when_published(client, city, draft):
    page = get(client, city.land_clerk).content.decode()
    assert ("市自然资源局" in page, "市人社局" in page) == (True, False)
    assert "换个权重试试" not in page
    publish_month(draft, at=AFTER, actor=city.director)
    page = get(client, city.land_clerk, f"{PAGE}?group=DEPARTMENT").content.decode()
    assert "市人社局" in page
    assert "数字已冻结" in page


def test_a_county_office_is_on_the_list_and_not_above_it(client, city, draft):
    page = get(client, city.county_clerk).content.decode()
    assert "魏都区" in page
    assert "市自然资源局" not in page
    assert "发布通报" not in page


def test_a_month_nobody_drafted_is_not_there(client, city, draft):
    assert get(client, city.director, "/reports/ranking/2026-09").status_code == 404
    assert get(client, city.director, "/reports/ranking/2026-13").status_code == 404


def test_the_entrance_goes_to_the_latest_month_or_says_when_there_will_be_one(client, city, month):
    page = get(client, city.director, "/reports/ranking")
    assert "还没有您能看的通报" in page.content.decode()
    month.month_of_work(city.land)
    draft_month(MONTH, at=FIRST_NIGHT)
    assert get(client, city.director, "/reports/ranking")["Location"] == PAGE
    assert get(client, city.cadre, "/reports/ranking").status_code == 404


def test_every_point_drills_down_to_its_cases(client, city, row, late):
    page = get(client, city.director, reverse("reports:ranking_item", args=[row.pk, "on_time"])).content.decode()
    assert late.number in page
    assert "到期未办结" in page
    assert page.count("按时</span>") >= 6
    assert f'href="{reverse("cases:detail", args=[late.pk])}"' in page


@pytest.mark.parametrize("item", ["signing", "on_time", "solved", "rating", "look_back", "common", "marks", "urge"])
def test_every_item_has_its_page(client, city, row, item):
    assert get(client, city.director, reverse("reports:ranking_item", args=[row.pk, item])).status_code == 200


def test_an_item_that_does_not_exist_or_a_row_out_of_sight_is_not_there(client, city, row):
    assert get(client, city.director, reverse("reports:ranking_item", args=[row.pk, "colour"])).status_code == 404
    url = reverse("reports:ranking_item", args=[row.pk, "on_time"])
    for who in ("labour_clerk", "cadre", "firm_user", "sysadmin"):
        assert get(client, getattr(city, who), url).status_code == 404


def test_another_units_cases_stay_out_of_sight_when_published(client, city, row, late, draft):
    publish_month(draft, at=AFTER, actor=city.director)
    page = get(client, city.labour_clerk, reverse("reports:ranking_item", args=[row.pk, "on_time"])).content.decode()
    assert late.number not in page
    assert "另有 7 件不在您的查看范围内" in page


def test_the_unit_never_sees_single_ratings(client, city, month, draft):
    bad = month.done(city.bank, satisfaction=1)
    Ranking.objects.all().delete()
    row = draft_month(MONTH, at=FIRST_NIGHT).rows.get(unit=city.bank)
    url = reverse("reports:ranking_item", args=[row.pk, "rating"])
    unit, office = (get(client, user, url).content.decode() for user in (city.bank_head, city.clerk))
    assert bad.number in unit
    assert "不满意</span>" not in unit
    assert "不足 5 件，不单列" in unit
    assert "非常不满意" in office


def test_a_unit_objects_in_place(client, city, row, late):
    page = get(client, city.land_clerk, reverse("reports:ranking_item", args=[row.pk, "on_time"])).content.decode()
    assert "提异议" in page
    url = reverse("reports:ranking_object", args=[row.pk])
    answer = post(client, city.land_clerk, url, case=late.pk, item="on_time", text="已电话申请延期")
    assert answer.status_code == 302
    assert RankingObjection.objects.get().text == "已电话申请延期"
    again = post(client, city.land_clerk, url, case=late.pk, item="on_time", text="再说一次")
    assert (again.status_code, "再说一次" in again.content.decode()) == (409, True)


def test_an_objection_without_a_reason_comes_back(client, city, row, late):
    answer = post(
        client, city.land_clerk, reverse("reports:ranking_object", args=[row.pk]), case=late.pk, item="on_time", text=""
    )
    assert answer.status_code == 422
    assert "请写明理由" in answer.content.decode()


def test_others_cannot_object(client, city, row, late):
    url = reverse("reports:ranking_object", args=[row.pk])
    data = {"case": late.pk, "item": "on_time", "text": "不同意"}
    assert post(client, city.labour_clerk, url, **data).status_code == 404
    assert post(client, city.clerk, url, **data).status_code == 403
    assert post(client, city.land_clerk, url, **(data | {"item": "colour"})).status_code == 404


@pytest.fixture
def objection(row, late, city):
    return object_to_row(row, actor=city.land_clerk, at=WITHIN, case=late, item="on_time", text="已电话申请延期")


def test_the_office_rules_from_the_page(client, city, objection):
    assert "采纳，重算" in get(client, city.clerk).content.decode()
    url = reverse("reports:ranking_rule_objection", args=[objection.pk])
    assert post(client, city.clerk, url, is_upheld="0", ruling="").status_code == 422
    assert post(client, city.land_head, url, is_upheld="1").status_code == 404
    assert post(client, city.clerk, url, is_upheld="1").status_code == 302
    assert "已采纳，已重算" in get(client, city.clerk).content.decode()
    assert post(client, city.director, url, is_upheld="0", ruling="不成立").status_code == 409


def test_publishing_waits_and_then_asks(client, city, draft, objection):
    page = get(client, city.director).content.decode()
    assert "异议 1 条未裁定" in page
    assert "11-04（周三）起可发布" in page
    url = reverse("reports:ranking_publish", args=[MONTH])
    assert post(client, city.director, url).status_code == 422
    objection.delete()
    with time_machine.travel(AFTER, tick=False):
        assert "发布并冻结" in get(client, city.director).content.decode()
        assert post(client, city.land_head, url).status_code == 403
        assert post(client, city.leader, url).status_code == 403
        assert post(client, city.director, url).status_code == 302
        assert post(client, city.clerk, url).status_code == 409
    assert Ranking.objects.get().is_published


def test_a_what_if_is_a_link_and_changes_nothing(client, city, draft, row):
    page = get(client, city.clerk, f"{PAGE}?group=DEPARTMENT&solved=0&rating=50").content.decode()
    assert "试算名次" in page
    assert "原 25" in page
    before = row.score
    row.refresh_from_db()
    assert row.score == before


@pytest.mark.parametrize(
    "query",
    [
        "solved=x",
        "solved=-1",
        "solved=101",
        "&".join(f"{p}=0" for p in ("signing", "on_time", "solved", "rating", "look_back", "common")),
    ],
)
def test_a_senseless_what_if_is_said_to_be_one(client, city, draft, query):
    answer = get(client, city.clerk, f"{PAGE}?{query}")
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert "试算名次" not in answer.content.decode()


def test_weights_tried_can_become_the_next_rule(client, city, draft):
    data = {"signing": 15, "on_time": 15, "solved": 30, "rating": 25, "look_back": 10, "common": 5}
    url = reverse("reports:ranking_save_rule", args=[MONTH])
    assert post(client, city.land_head, url, **data).status_code == 404
    assert post(client, city.clerk, url, **data).status_code == 302
    assert ScoreRule.objects.first().weights["solved"] == 30
    assert post(client, city.clerk, url, **(data | {"solved": 31})).status_code == 422
    assert post(client, city.clerk, url, **(data | {"solved": "x"})).status_code == 422
    draft.refresh_from_db()
    assert draft.rule.version == 1


def test_the_sheet_holds_what_the_reader_may_see(client, city, draft):
    def sheet(user):
        answer = get(client, user, f"{PAGE}/xlsx")
        assert answer["Content-Disposition"].endswith('ranking-2026-10.xlsx"')
        book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}

    whole, own = sheet(city.director), sheet(city.land_head)
    assert list(whole) == ["县（市区）", "市直部门", "只列示不排名", "各项比率", "逐件丢分"]
    assert list(own) == ["市直部门", "各项比率", "逐件丢分"]
    assert [row[1] for row in own["市直部门"][3:]] == ["市自然资源局"]
    assert "（草稿）" in own["市直部门"][0][0]


def test_last_months_place_is_compared(client, city, draft, month):
    for case in [month.case(city.land) for _ in range(8)]:
        month.deadline(case, due_on=datetime(2026, 11, 10).date())
    month_of_november = [month.case(city.labour) for _ in range(6)]
    for case in month_of_november:
        month.deadline(case, due_on=datetime(2026, 11, 10).date())
    draft_month(datetime(2026, 11, 1).date(), at=datetime(2026, 12, 1, 2, tzinfo=SHANGHAI))
    page = get(client, city.director, "/reports/ranking/2026-11?group=DEPARTMENT").content.decode()
    assert "持平" in page or "上升" in page or "下降" in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_queries_of_the_pages_do_not_grow(client, city, month, number):
    for _ in range(number):
        case = month.case()
        month.deadline(case)
        month.month_of_work(city.labour, 2)
    draft = draft_month(MONTH, at=FIRST_NIGHT)
    row = draft.rows.get(unit=city.land)
    for fact in row.facts.all():
        object_to_row(row, actor=city.land_clerk, at=WITHIN, case=fact.case, item="on_time", text="不同意")
    client.force_login(city.director)
    client.get(PAGE)

    def cost(url):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    assert cost(f"{PAGE}?group=listed&solved=20") == 18
    assert cost(f"{PAGE}/xlsx") == 13
    assert cost(reverse("reports:ranking_item", args=[row.pk, "on_time"])) == 14


def test_the_office_redrafts_from_the_page(client, city, draft, month):
    url = reverse("reports:ranking_redraft", args=[MONTH])
    assert post(client, city.land_head, url).status_code == 404
    assert post(client, city.leader, url).status_code == 404
    assert "数据没有变化" in client_follow(client, city.clerk, url)
    month.ticket(month.case(), day=21)
    assert "已按新的数据重算" in client_follow(client, city.clerk, url)
    assert "按新的数据重算，" in get(client, city.clerk).content.decode()
    publish_month(Ranking.objects.get(), at=datetime(2026, 11, 9, 9, tzinfo=SHANGHAI), actor=city.director)
    assert post(client, city.clerk, url).status_code == 409


def client_follow(client, user, url):
    client.force_login(user)
    return client.post(url, follow=True).content.decode()


def test_the_sheet_is_offered_to_those_who_may_open_it(client, city, draft, row):
    sheet = reverse("reports:ranking_unit", args=[row.pk])
    publish_month(draft, at=AFTER, actor=city.director)
    group = f"{PAGE}?group=DEPARTMENT"
    assert f'href="{sheet}"' in get(client, city.director, group).content.decode()
    assert f'href="{sheet}"' in get(client, city.land_clerk, group).content.decode()
    assert f'href="{sheet}"' not in get(client, city.labour_clerk, group).content.decode()


def test_a_month_with_nothing_due_says_so(client, city, month):
    draft_month(MONTH, at=FIRST_NIGHT)
    assert "这个月没有到期应办结的诉求" in get(client, city.director).content.decode()
    own = get(client, city.land_head)
    assert "本单位这个月没有到期应办结的诉求" in own.content.decode()
    assert get(client, city.director, f"{PAGE}/xlsx").status_code == 200
    assert get(client, city.director, f"{PAGE}/circular").status_code == 200
