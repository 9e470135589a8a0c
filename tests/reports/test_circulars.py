"""R-53: editing, issuing, numbering and freezing the circular."""

import hashlib
import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pytest
from django.db import connection

from cadres.models import AuditEntry, Notice
from cases.models import NumberSequence
from reports.models import Circular
from reports.services import draft_month, issue_circular, publish_month, recompute, save_text
from reports.services.circulars import file_of, paper_of, usual_texts
from tests.city import build_city
from tests.factories import SHANGHAI
from tests.reports.months import AFTER, FIRST_NIGHT, MONTH, Month
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted
from zhuqi.kernel.official_paper import DRAFT

LATER = datetime(2026, 11, 5, 9, tzinfo=SHANGHAI)


@pytest.fixture
def draft(city):
    month = Month(city)
    month.deadline(month.case())
    month.month_of_work(city.land)
    month.month_of_work(city.labour)
    return draft_month(MONTH, at=FIRST_NIGHT)


@pytest.fixture
def published(draft, city):
    return publish_month(draft, at=AFTER, actor=city.director)


@pytest.fixture
def issued(published, city):
    return issue_circular(published, actor=city.director, at=LATER, revision=0)


def said(paper):
    return "\n".join(block.text for block in paper.blocks)


def test_issuing_takes_the_next_number_and_freezes_text_and_file(issued, published, city):
    assert (issued.number, issued.signer, issued.issued_by) == (
        "许助企办〔2026〕1号",
        city.director.name,
        city.director,
    )
    paper = paper_of(published, issued)
    assert (paper.number, paper.signed_on, paper.draft) == (issued.number, date(2026, 11, 5), "")
    assert paper.mark == "许昌市万人助企活动办公室文件"
    assert hashlib.sha256(issued.file).hexdigest() == issued.digest


def test_the_file_downloaded_again_is_the_same_to_the_byte(issued, published, city):
    first = file_of(published, Circular.objects.get())
    Month(city).month_of_work(city.bank)
    city.office.name = "改了名字的活动办"
    city.office.save()
    assert file_of(published, Circular.objects.get()) == first
    assert zipfile.ZipFile(io.BytesIO(first)).testzip() is None


def test_the_units_of_the_ranking_are_told_once_and_the_act_is_logged(issued, city):
    told = Notice.objects.filter(key="circular:2026-10")
    assert {notice.user for notice in told} >= {city.land_clerk, city.labour_head, city.county_clerk}
    assert city.cadre not in {notice.user for notice in told}
    assert AuditEntry.objects.get(act="印发通报").target == issued.number


def test_a_draft_says_so_and_has_no_number(draft):
    paper = paper_of(draft, None)
    assert (paper.draft, paper.signed_on, re.findall(r"\d", paper.number)) == (DRAFT, None, [])


def test_an_unpublished_month_is_not_issued(draft, city):
    with pytest.raises(DomainError, match="发布以后"):
        issue_circular(draft, actor=city.director, at=AFTER, revision=0)
    assert not NumberSequence.objects.filter(kind="PAPER-办").exists()


@pytest.mark.parametrize("who", ["clerk", "land_head", "county_director", "leader", "supervisor"])
def test_only_the_citys_director_issues(published, city, who):
    with pytest.raises(NotPermitted):
        issue_circular(published, actor=getattr(city, who), at=LATER, revision=0)
    assert not Circular.objects.filter(number__isnull=False).exists()


def test_issuing_twice_is_refused_and_costs_no_number(issued, published, city):
    with pytest.raises(Conflict, match="已经印发"):
        issue_circular(published, actor=city.director, at=LATER, revision=1)
    assert NumberSequence.objects.get(kind="PAPER-办").last == 1


def test_the_office_changes_opening_and_closing_before_issue(published, city):
    save_text(published, actor=city.clerk, at=AFTER, revision=0, opening="现将十月情况通报如下。", closing="一\n二")
    circular = Circular.objects.get()
    assert (circular.revision, circular.edited_by) == (1, city.clerk)
    issued = issue_circular(published, actor=city.director, at=LATER, revision=1, signer="赵市长")
    assert (issued.signer, said(paper_of(published, issued)).endswith("一\n二") is False) == ("赵市长", True)
    texts = [block.text for block in paper_of(published, issued).text_blocks]
    assert (texts[0], texts[-2:]) == ("现将十月情况通报如下。", ["一", "二"])


def test_what_is_left_as_usual_follows_the_figures(draft, city):
    usual = usual_texts(draft)
    save_text(draft, actor=city.clerk, at=AFTER, revision=0, **usual)
    assert (Circular.objects.get().opening, Circular.objects.get().closing) == ("", "")


@pytest.mark.parametrize("who", ["land_head", "county_director", "leader", "supervisor", "cadre"])
def test_others_do_not_edit(draft, city, who):
    with pytest.raises(NotPermitted):
        save_text(draft, actor=getattr(city, who), at=AFTER, revision=0, opening="x")


def test_a_text_too_long_comes_back_in_words(draft, city):
    with pytest.raises(InvalidInput, match="最多 1000 字"):
        save_text(draft, actor=city.clerk, at=AFTER, revision=0, opening="长" * 1001)
    ranking = publish_month(draft, at=AFTER, actor=city.director)
    with pytest.raises(InvalidInput, match="签发人"):
        issue_circular(ranking, actor=city.director, at=LATER, revision=0, signer="长" * 31)


def test_a_lost_race_of_two_editors(draft, city):
    save_text(draft, actor=city.clerk, at=AFTER, revision=0, opening="甲")
    with pytest.raises(Conflict, match="请刷新"):
        save_text(draft, actor=city.director, at=AFTER, revision=0, opening="乙")
    assert Circular.objects.get().opening == "甲"


def test_a_text_changed_meanwhile_is_not_issued_unseen(published, city):
    save_text(published, actor=city.clerk, at=AFTER, revision=0, opening="甲")
    with pytest.raises(Conflict, match="请刷新"):
        issue_circular(published, actor=city.director, at=LATER, revision=0)
    assert not NumberSequence.objects.filter(kind="PAPER-办").exists()


def test_an_office_without_a_prefix_is_told_where_to_set_it(published, city):
    city.office.ticket_prefix = ""
    city.office.save()
    with pytest.raises(DomainError, match="发文代字"):
        issue_circular(published, actor=city.director, at=LATER, revision=0)


WAYS = {
    "save": lambda circular: circular.save(),
    "delete": lambda circular: circular.delete(),
    "update": lambda circular: Circular.objects.update(signer="x"),
    "delete all": lambda circular: Circular.objects.all().delete(),
    "edit": lambda circular: save_text(
        circular.ranking, actor=circular.issued_by, at=LATER, revision=circular.revision, opening="x"
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_nothing_changes_what_was_issued(issued, way):
    before = Circular.objects.values().get()
    with pytest.raises(Conflict, match="已经印发"):
        WAYS[way](issued)
    assert Circular.objects.values().get() == before


def test_recomputing_notices_a_file_changed_behind_the_programs_back(issued, published):
    assert recompute(published).is_equal
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reports_circular SET digest = 'x'")
    assert recompute(published).differences == ("许助企办〔2026〕1号 的文件与校验和不符：印发以后被改动。",)


def test_months_count_on_and_years_start_again(city):
    numbers = []
    for month, at in ((date(2026, 9, 1), AFTER), (MONTH, AFTER), (date(2026, 12, 1), None)):
        when = at or datetime(2027, 1, 20, 9, tzinfo=SHANGHAI)
        ranking = draft_month(month, at=datetime(2027, 1, 1, 2, tzinfo=SHANGHAI) if at is None else FIRST_NIGHT)
        publish_month(ranking, at=when, actor=city.director)
        numbers.append(issue_circular(ranking, actor=city.director, at=when, revision=0).number)
    assert numbers == ["许助企办〔2026〕1号", "许助企办〔2026〕2号", "许助企办〔2027〕1号"]


ISSUE_ALL = """
from datetime import datetime
from zoneinfo import ZoneInfo
from cadres.models import User
from reports.models import Ranking
from reports.services import issue_circular
from zhuqi.kernel.errors import Conflict
for ranking in Ranking.objects.order_by("month"):
    at = datetime(2026, 11, 5, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    try:
        issue_circular(ranking, actor=User.objects.get(username="director"), at=at, revision=0)
    except Conflict:
        pass
"""


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_leave_no_gap_and_issue_each_month_once(run_command):
    city = build_city()
    months = [date(2026, number, 1) for number in range(1, 11)]
    for month in months:
        publish_month(draft_month(month, at=FIRST_NIGHT), at=AFTER, actor=city.director)
    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(lambda _: run_command("shell", "-c", ISSUE_ALL), range(2)))
    assert [each.returncode for each in ended] == [0, 0], [each.stderr for each in ended]
    told = Circular.objects.filter(number__isnull=False).values_list("number", flat=True)
    assert sorted(told) == sorted(f"许助企办〔2026〕{number}号" for number in range(1, len(months) + 1))
    assert NumberSequence.objects.get(kind="PAPER-办").last == len(months)
    assert Notice.objects.filter(user=city.land_head, key__startswith="circular:").count() == len(months)
