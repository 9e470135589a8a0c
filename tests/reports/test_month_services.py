"""R-52: drafting, objecting, ruling, publishing, freezing, recomputing."""

from datetime import date, datetime
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cadres.models import Notice
from cases.enums import Clock
from reports.enums import RankingStatus
from reports.models import Ranking, RankingFact, RankingObjection, RankingRow, ScoreRule
from reports.scoring import Weights
from reports.services import (
    current_rule,
    draft_month,
    object_to_row,
    publish_month,
    recompute,
    rule_objection,
    save_rule,
    what_if,
)
from reports.tasks import draft_last_month
from tests.factories import SHANGHAI
from tests.reports.months import AFTER, FIRST_NIGHT, MONTH, Month
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

WITHIN = datetime(2026, 11, 3, 23, 59, tzinfo=SHANGHAI)
TOO_LATE = datetime(2026, 11, 4, 0, 1, tzinfo=SHANGHAI)


@pytest.fixture
def month(city):
    return Month(city)


@pytest.fixture
def late(month):
    """A case of 市自然资源局 that was due and not done."""
    case = month.case()
    month.deadline(case)
    return case


@pytest.fixture
def draft(month, late):
    month.month_of_work(month.city.land)
    month.month_of_work(month.city.labour)
    return draft_month(MONTH, at=FIRST_NIGHT)


@pytest.fixture
def row(draft, city):
    return draft.rows.get(unit=city.land)


def objected(row, case, city, **more):
    values = {"item": "on_time", "text": "10-15 已电话申请延期"}
    return object_to_row(row, actor=city.land_clerk, at=WITHIN, case=case, **(values | more))


def publish(draft, city):
    return publish_month(draft, at=AFTER, actor=city.director)


def frozen(ranking):
    """Everything the ranking says, for comparing."""
    rows = list(ranking.rows.order_by("unit").values())
    return rows, list(RankingFact.objects.filter(row__ranking=ranking).order_by("pk").values())


def test_a_draft_ranks_the_month_and_opens_two_working_days_for_objections(draft, city):
    assert (draft.status, draft.objections_until_on) == (RankingStatus.DRAFT, date(2026, 11, 3))
    assert draft.weights == Weights().as_data()
    land, labour, bank = (draft.rows.get(unit=unit) for unit in (city.land, city.labour, city.bank))
    assert (labour.place, land.place, bank.place) == (1, 2, None)
    assert (labour.score, land.due_count, bank.due_count) == (Decimal("98.15"), 7, 0)
    assert {row.unit.code for row in draft.rows.all()} == {"ZRZY", "RSJ", "ZYYH", "WDHDB", "YZHDB"}
    assert RankingFact.objects.filter(row=land).count() == 7


def test_the_draft_is_told_to_the_heads_of_units_once(draft, city):
    draft_month(MONTH, at=AFTER)
    notices = Notice.objects.filter(key="ranking:2026-10:draft")
    assert {notice.user.username for notice in notices} == {"land_head", "labour_head", "bank_head", "county_director"}
    assert notices.filter(user=city.land_head).count() == 1


def test_drafting_twice_gives_the_same_one(draft, month):
    before = frozen(draft)
    month.done(month.city.land)
    assert draft_month(MONTH, at=AFTER) == draft
    assert frozen(draft) == before


def test_a_lost_race_gives_the_winners_draft(draft, monkeypatch):
    """Both saw nothing; the other one's row decides."""
    first = Ranking.objects.filter(month=MONTH).first
    answers = iter([None])

    class Blind:
        def first(self):
            return next(answers, None) or first()

    monkeypatch.setattr("reports.services.month.Ranking.objects.filter", lambda **_: Blind())
    assert draft_month(MONTH, at=AFTER).pk == draft.pk


def test_a_running_month_has_no_draft(city):
    with pytest.raises(DomainError, match="还没有过完"):
        draft_month(date(2026, 11, 1), at=city.at)
    assert not Ranking.objects.exists()


def test_the_task_drafts_last_month_and_makes_up_what_was_missed(draft):
    with time_machine.travel(datetime(2027, 1, 1, 2, tzinfo=SHANGHAI)):
        draft_last_month()
        draft_last_month()
    assert [f"{each.month:%Y-%m}" for each in Ranking.objects.all()] == ["2026-12", "2026-11", "2026-10"]


def test_the_queries_of_a_draft_do_not_grow(month):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            draft_month(MONTH, at=FIRST_NIGHT)
        return len(queries)

    draft_month(MONTH, at=FIRST_NIGHT)  # the first one makes the rule and the notices
    month.month_of_work(month.city.land, 1)
    Ranking.objects.all().delete()
    first = cost()
    Ranking.objects.all().delete()
    month.month_of_work(month.city.land, 3)
    assert cost() == first


def test_recomputing_gives_the_same_figures(draft):
    assert recompute(draft).is_equal
    out = StringIO()
    call_command("recompute_month", "2026-10", stdout=out)
    assert "一样，5 个单位，评分规则第 1 版" in out.getvalue()


@pytest.mark.parametrize("said", ["2026-13", "十月", "2025-01"])
def test_the_command_says_what_is_wrong_with_the_month(draft, said):
    with pytest.raises(CommandError, match=r"月份写成|还没有通报"):
        call_command("recompute_month", said)


def test_a_what_if_writes_nothing(draft, city):
    before = frozen(draft)
    tried = {each.unit: each for each in what_if(draft, Weights(rating=0))}
    assert tried[city.land.pk].score != draft.rows.get(unit=city.land).score
    assert frozen(draft) == before


# --- objections -------------------------------------------------------------------------------------------------------


def test_an_objection_waits_for_the_ruling(row, late, city):
    objection = objected(row, late, city)
    assert (objection.filed_by, objection.is_upheld, objection.ruled_at) == (city.land_clerk, None, None)
    with pytest.raises(Conflict, match="已经提过异议"):
        objected(row, late, city)
    with pytest.raises(DomainError, match="1 条异议没有裁定"):
        publish_month(row.ranking, at=AFTER, actor=city.director)


@pytest.mark.parametrize("who", ["labour_head", "clerk", "leader", "cadre", "firm_user", "sysadmin", "county_clerk"])
def test_only_the_unit_itself_objects(row, late, city, who):
    with pytest.raises(NotPermitted):
        object_to_row(row, actor=getattr(city, who), at=WITHIN, case=late, item="on_time", text="不同意")
    assert not RankingObjection.objects.exists()


def test_a_county_objects_to_its_own_row(month, city):
    case = month.case(city.county_office)
    month.deadline(case)
    draft = draft_month(MONTH, at=FIRST_NIGHT)
    row = draft.rows.get(unit=city.county_office)
    assert object_to_row(row, actor=city.county_clerk, at=WITHIN, case=case, item="solved", text="已转办").pk
    with pytest.raises(NotPermitted):
        object_to_row(row, actor=city.other_county_clerk, at=WITHIN, case=case, item="on_time", text="已转办")


def test_objections_end_at_24_00(row, late, city):
    with pytest.raises(DomainError, match="异议期已在 11-03 24:00 结束"):
        object_to_row(row, actor=city.land_head, at=TOO_LATE, case=late, item="on_time", text="不同意")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "长" * 501}, "text"),
        ({"item": "look_back"}, "item"),
        ({"item": "urge"}, "item"),
    ],
)
def test_an_objection_needs_a_reason_and_a_lost_point(row, late, city, more, field):
    with pytest.raises(InvalidInput) as refusal:
        objected(row, late, city, **more)
    assert field in refusal.value.errors


def test_ratings_are_not_found_out_by_objecting(month, city):
    bad, good = month.done(satisfaction=1), month.done(satisfaction=5)
    row = draft_month(MONTH, at=FIRST_NIGHT).rows.get(unit=city.land)
    said = []
    for case in (bad, good):
        with pytest.raises(InvalidInput) as refusal:
            objected(row, case, city, item="rating")
        said.append(str(refusal.value))
    assert said[0] == said[1]


def test_an_upheld_objection_is_struck_and_everybody_rescored(row, late, city):
    other = row.ranking.rows.get(unit=city.labour)
    before = row.score
    objection = rule_objection(objected(row, late, city), actor=city.clerk, at=AFTER, is_upheld=True)
    row.refresh_from_db()
    assert (objection.is_upheld, objection.ruled_by) == (True, city.clerk)
    assert row.score > before
    assert row.ranking.rows.get(unit=city.labour).score > other.score  # the group's mean rose with it
    fact = RankingFact.objects.get(row=row, case=late)
    assert (fact.struck, fact.data["is_on_time"], fact.facts.is_on_time) == (["on_time"], False, None)
    assert recompute(row.ranking).is_equal
    assert Notice.objects.filter(user=city.land_clerk, title__contains="已采纳").exists()


def test_a_refused_objection_needs_its_reason_and_changes_nothing(row, late, city):
    objection, before = objected(row, late, city), frozen(row.ranking)
    with pytest.raises(InvalidInput, match="写明理由"):
        rule_objection(objection, actor=city.clerk, at=AFTER, is_upheld=False)
    rule_objection(objection, actor=city.clerk, at=AFTER, is_upheld=False, ruling="延期未获批准")
    assert frozen(row.ranking) == before


def test_an_objection_is_ruled_once(row, late, city):
    objection = objected(row, late, city)
    rule_objection(objection, actor=city.clerk, at=AFTER, is_upheld=False, ruling="延期未获批准")
    with pytest.raises(Conflict, match="刚被别人裁定"):
        rule_objection(objection, actor=city.director, at=AFTER, is_upheld=True)


@pytest.mark.parametrize("who", ["land_head", "county_director", "leader", "supervisor"])
def test_only_the_city_office_rules_and_publishes(row, late, city, who):
    objection = objected(row, late, city)
    with pytest.raises(NotPermitted):
        rule_objection(objection, actor=getattr(city, who), at=AFTER, is_upheld=True)
    with pytest.raises(NotPermitted):
        publish_month(row.ranking, at=AFTER, actor=getattr(city, who))


# --- publishing and freezing ------------------------------------------------------------------------------------------


def test_publishing_waits_for_the_end_of_the_objections(draft, city):
    with pytest.raises(DomainError, match="异议期到 11-03 24:00"):
        publish_month(draft, at=WITHIN, actor=city.director)
    assert not Ranking.objects.get().is_published


def test_published_once_and_told(draft, city):
    ranking = publish(draft, city)
    assert (ranking.status, ranking.published_by, len(ranking.digest)) == (RankingStatus.PUBLISHED, city.director, 64)
    assert Notice.objects.filter(key="ranking:2026-10:published", user=city.land_clerk).exists()
    with pytest.raises(Conflict, match="已经由周主任发布"):
        publish(draft, city)


def test_a_published_month_cannot_be_objected_to_or_redrafted(draft, row, late, city):
    publish(draft, city)
    row.refresh_from_db()
    with pytest.raises(DomainError, match="已经发布"):
        objected(RankingRow.objects.get(pk=row.pk), late, city)
    assert draft_month(MONTH, at=AFTER).is_published


def change_row(row):
    row.score = 1
    row.save()


def change_fact(row):
    fact = row.facts.first()
    fact.struck = ["on_time"]
    fact.save()


def add_objection(row):
    RankingObjection.objects.create(
        row=row, case=row.facts.first().case, item="urge", text="x", filed_at=AFTER, filed_by_id=1
    )


WAYS = {
    "save row": change_row,
    "save fact": change_fact,
    "save ranking": lambda row: Ranking.objects.get().save(),
    "new objection": add_objection,
    "delete row": lambda row: row.delete(),
    "delete ranking": lambda row: Ranking.objects.get().delete(),
    "update rows": lambda row: RankingRow.objects.filter(pk=row.pk).update(score=1),
    "update facts": lambda row: RankingFact.objects.filter(row=row).update(struck=["on_time"]),
    "update ranking": lambda row: Ranking.objects.update(status=RankingStatus.DRAFT),
    "bulk_update rows": lambda row: RankingRow.objects.bulk_update([row], ["score"]),
    "delete rows": lambda row: RankingRow.objects.all().delete(),
    "delete rankings": lambda row: Ranking.objects.all().delete(),
    "bulk_create facts": lambda row: RankingFact.objects.bulk_create([RankingFact(row=row, case_id=1, data={})]),
}


@pytest.mark.parametrize("way", WAYS)
def test_nothing_changes_what_was_published(draft, row, city, way):
    ranking = publish(draft, city)
    before = frozen(ranking)
    row.score = 1
    with pytest.raises(Conflict, match="已冻结"):
        WAYS[way](row)
    assert frozen(ranking) == before
    assert Ranking.objects.get().is_published


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reports_rankingrow SET score = 99.5 WHERE place = 2",
        "UPDATE reports_rankingrow SET name = '别的单位' WHERE place = 2",
        "UPDATE reports_rankingfact SET struck = '[\"on_time\"]'",
        "DELETE FROM reports_rankingfact WHERE id IN (SELECT MIN(id) FROM reports_rankingfact)",
    ],
)
def test_recomputing_notices_what_was_changed_behind_the_programs_back(draft, city, statement):
    ranking = publish(draft, city)
    assert recompute(ranking).is_equal
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert "校验和不符：发布以后有数据被改动。" in recompute(ranking).differences
    with pytest.raises(CommandError, match="不一样"):
        call_command("recompute_month", "2026-10", stdout=StringIO())


def test_later_work_and_new_rules_do_not_touch_a_published_month(draft, month, city):
    ranking = publish(draft, city)
    before = frozen(ranking)
    month.deadline(month.case(), Clock.RESOLVE)
    save_rule(Weights(on_time=15, solved=30).as_data(), actor=city.director, at=AFTER)
    ranking.refresh_from_db()
    assert (frozen(ranking), recompute(ranking).is_equal, ranking.rule.version) == (before, True, 1)


# --- rules ------------------------------------------------------------------------------------------------------------


def test_the_next_draft_uses_the_new_rule(draft, city):
    rule = save_rule(Weights(on_time=15, solved=30).as_data(), actor=city.director, at=AFTER)
    after = draft_month(date(2026, 11, 1), at=datetime(2026, 12, 1, 2, tzinfo=SHANGHAI))
    assert (rule.version, after.rule, draft.rule.version) == (2, rule, 1)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"on_time": 21}, "合计应为 100"),
        ({"signing": -1}, "签收反馈"),
        ({"solved": 101}, "解决"),
        ({"on_time": "x"}, "按时"),
        ({}, "完全一样"),
    ],
)
def test_a_bad_rule_is_refused(city, more, said):
    current_rule(at=city.at)
    with pytest.raises(InvalidInput, match=said):
        save_rule(Weights().as_data() | more, actor=city.director, at=AFTER)
    assert ScoreRule.objects.count() == 1
