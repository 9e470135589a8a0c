"""The circular's page, its DOCX, editing and issuing over HTTP."""

from datetime import datetime
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document

from reports.models import Circular
from reports.services import draft_month, issue_circular, publish_month, save_text
from tests.factories import SHANGHAI
from tests.reports.months import AFTER, FIRST_NIGHT, MONTH, Month

PAGE = "/reports/ranking/2026-10/circular"
NOW = datetime(2026, 11, 5, 9, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _thursday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def draft(city):
    month = Month(city)
    month.deadline(month.case())
    month.month_of_work(city.land)
    return draft_month(MONTH, at=FIRST_NIGHT)


@pytest.fixture
def published(draft, city):
    return publish_month(draft, at=AFTER, actor=city.director)


@pytest.fixture
def issued(published, city):
    return issue_circular(published, actor=city.director, at=NOW, revision=0)


def get(client, user, url=PAGE):
    client.force_login(user)
    return client.get(url)


def post(client, user, url, **data):
    client.force_login(user)
    return client.post(url, data)


def text_of(answer):
    return "\n".join(line.text for line in Document(BytesIO(answer.content)).paragraphs)


@pytest.mark.parametrize("who", ["clerk", "director", "leader", "supervisor"])
def test_the_draft_is_read_by_those_who_see_the_whole_draft(client, city, draft, who):
    page = get(client, getattr(city, who)).content.decode()
    assert "许昌市万人助企活动办公室文件" in page
    assert "草稿，未印发" in page
    assert ("保存文字" in page) == (who in {"clerk", "director"})


@pytest.mark.parametrize("who", ["land_head", "labour_clerk", "county_director", "cadre", "firm_user", "auditor"])
@pytest.mark.parametrize("url", [PAGE, f"{PAGE}/docx"])
def test_for_others_there_is_no_draft(client, city, published, who, url):
    assert get(client, getattr(city, who), url).status_code == 404


@pytest.mark.parametrize("who", ["land_head", "labour_clerk", "county_director", "lane_officer", "leader", "clerk"])
def test_the_issued_circular_is_read_by_whoever_reads_the_ranking(client, city, issued, who):
    page = get(client, getattr(city, who)).content.decode()
    assert issued.number in page
    assert "正文已定格" in page
    assert "保存文字" not in page


@pytest.mark.parametrize("who", ["cadre", "firm_user", "sysadmin", "secadmin", "auditor"])
def test_the_issued_circular_is_not_there_for_the_rest(client, city, issued, who):
    assert get(client, getattr(city, who)).status_code == 404
    assert get(client, getattr(city, who), f"{PAGE}/docx").status_code == 404


def test_the_draft_docx_is_marked_and_the_issued_one_never_changes(client, city, published):
    draft = get(client, city.director, f"{PAGE}/docx")
    assert "2026-10" in draft["Content-Disposition"]
    assert "草稿" in "".join(line.text for line in Document(BytesIO(draft.content)).sections[0].header.paragraphs)
    issue_circular(published, actor=city.director, at=NOW, revision=0)
    first = get(client, city.land_head, f"{PAGE}/docx")
    assert "许助企办〔2026〕1号" in text_of(first)
    Month(city).month_of_work(city.bank)
    with time_machine.travel(datetime(2027, 3, 1, 9, tzinfo=SHANGHAI), tick=False):
        assert get(client, city.clerk, f"{PAGE}/docx").content == first.content


def test_the_office_edits_and_sees_it_on_the_paper(client, city, draft):
    answer = post(client, city.clerk, f"{PAGE}/text", revision=0, opening="十月情况如下。", closing="抓紧办。")
    assert answer.status_code == 302
    page = get(client, city.clerk).content.decode()
    assert page.count("十月情况如下。") == 2
    stale = post(client, city.director, f"{PAGE}/text", revision=0, opening="别的话要留着", closing="")
    assert (stale.status_code, "别的话要留着" in stale.content.decode()) == (409, True)


def test_a_text_too_long_comes_back_filled_in(client, city, draft):
    answer = post(client, city.clerk, f"{PAGE}/text", revision=0, opening="长" * 1001, closing="x")
    assert answer.status_code == 422
    assert "开头最多 1000 字" in answer.content.decode()
    assert "长" * 1001 in answer.content.decode()


def test_the_director_issues_from_the_page(client, city, published):
    assert "由市活动办主任签发" in get(client, city.clerk).content.decode()
    assert "取号并印发" in get(client, city.director).content.decode()
    assert post(client, city.clerk, f"{PAGE}/issue", revision=0).status_code == 403
    assert post(client, city.land_head, f"{PAGE}/issue", revision=0).status_code == 404
    assert post(client, city.director, f"{PAGE}/issue", revision="x").status_code == 409
    answer = post(client, city.director, f"{PAGE}/issue", revision=0, signer="赵市长")
    assert answer.status_code == 302
    assert Circular.objects.get().signer == "赵市长"
    assert post(client, city.director, f"{PAGE}/issue", revision=1).status_code == 409
    assert post(client, city.clerk, f"{PAGE}/text", revision=1, opening="x").status_code == 409


def test_before_publication_nothing_is_issued(client, city, draft):
    assert "发布以后才能印发" in get(client, city.director).content.decode()
    assert post(client, city.director, f"{PAGE}/issue", revision=0).status_code == 422


def test_what_was_typed_is_shown_as_text(client, city, published):
    save_text(published, actor=city.clerk, at=NOW, revision=0, opening="<script>alert(1)</script>")
    assert "<script>alert" not in get(client, city.clerk).content.decode()
    assert "<script>alert(1)</script>" in text_of(get(client, city.clerk, f"{PAGE}/docx"))


def test_the_ranking_leads_to_the_circular(client, city, published):
    ranking = PAGE.removesuffix("/circular")
    assert f'href="{PAGE}"' in get(client, city.director, ranking).content.decode()
    assert f'href="{PAGE}"' not in get(client, city.land_head, ranking).content.decode()
    issue_circular(published, actor=city.director, at=NOW, revision=0)
    assert f'href="{PAGE}"' in get(client, city.land_head, ranking).content.decode()


@pytest.mark.parametrize("units", [0, 2])
def test_the_queries_of_the_page_do_not_grow(client, city, units):
    month = Month(city)
    for unit in (city.labour, city.bank)[:units]:
        month.month_of_work(unit)
    publish_month(draft_month(MONTH, at=FIRST_NIGHT), at=AFTER, actor=city.director)
    client.force_login(city.clerk)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)
    assert len(queries) == 15
