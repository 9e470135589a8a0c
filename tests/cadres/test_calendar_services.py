"""Calendar rows: versions, the pasted notice, a day changed by hand (R-42)."""

from datetime import date, datetime, timedelta

import pytest

from cadres.calendar import DayKind
from cadres.calendar_seed import seed_calendar as seed_value
from cadres.enums import Role, UnitKind
from cadres.models import CalendarDay, CalendarVersion, CalendarYear
from cadres.services import calendar as calendars
from tests.cadres import notice_texts as texts
from tests.factories import SHANGHAI, RegionFactory, UnitFactory, UserFactory
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

AT = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)
NOTICE_2027 = (
    texts.HEAD.format(year=2027, before=2026, number=9)
    + (
        "一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n"
        "二、春节：2月5日（周五）至12日（周五）放假调休，共8天。1月31日（周日）、2月14日（周日）上班。\n"
        "三、清明节：4月3日（周六）至5日（周一）放假，共3天。\n"
        "四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。4月25日（周日）、5月8日（周六）上班。\n"
        "五、端午节：6月9日（周三）放假1天，不调休。\n"
        "六、中秋节：9月15日（周三）放假1天，不调休。\n"
        "七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。"
    )
    + texts.TAIL.format(before=2026, day=9)
)


@pytest.fixture
def seeded(db):
    return calendars.seed_calendar(AT - timedelta(days=700))


@pytest.fixture
def officer(db):
    return UserFactory(role=Role.OFFICE, is_head=True)


def confirm(text, officer, *, number="国办发明电〔2026〕9号", **more):
    return calendars.confirm_notice(calendars.preview_notice(text), number=number, at=AT, actor=officer, **more)


def test_seeded_rows_read_back_as_the_seed(seeded):
    found, seed = calendars.calendar_at(), seed_value()
    assert found.special == seed.special
    assert found.published_years == seed.published_years
    assert found.version == seeded.pk


def test_seeding_again_changes_nothing(seeded):
    assert calendars.seed_calendar(AT).pk == seeded.pk
    assert CalendarVersion.objects.count() == 1


def test_calendar_without_rows_is_weekends_and_provisional(db):
    assert calendars.calendar_at().published_years == frozenset()
    assert calendars.calendar_at().version == 0


def test_known_calendar_costs_one_query(seeded, django_assert_num_queries):
    calendars.calendar_at()
    with django_assert_num_queries(1):
        calendars.calendar_at()


def test_version_that_does_not_exist_is_refused(seeded):
    with pytest.raises(DomainError, match="没有第 99999 版"):
        calendars.calendar_at(99999)


def test_preview_of_a_new_year_writes_nothing(seeded):
    preview = calendars.preview_notice(NOTICE_2027)
    assert preview.notice.problems == ()
    assert preview.publishes
    assert preview.calendar.kind(date(2027, 2, 8)) is DayKind.HOLIDAY
    assert any(change.on == date(2027, 1, 31) and change.flips for change in preview.changes)
    assert calendars.calendar_at().is_provisional(date(2027, 2, 8))


def test_confirmed_notice_publishes_the_year_and_keeps_its_number(seeded, officer):
    version = confirm(NOTICE_2027, officer, number="")
    now = calendars.calendar_at()
    assert (now.version, version.notice_number, version.made_by) == (version.pk, "国办发明电〔2026〕9号", officer)
    assert version.notice_text.startswith("国务院办公厅关于2027年")
    assert not now.is_provisional(date(2027, 2, 8))
    assert not now.is_workday(date(2027, 2, 8))
    assert now.is_workday(date(2027, 1, 31))
    assert now.kind(date(2026, 10, 1)) is DayKind.HOLIDAY


def test_earlier_version_can_still_be_read(seeded, officer):
    confirm(NOTICE_2027, officer)
    calendars.forget_calendars()
    before = calendars.calendar_at(seeded.pk)
    assert before.special == seed_value().special
    assert before.is_provisional(date(2027, 2, 8))


def test_notice_without_a_number_is_refused(seeded, officer):
    text = NOTICE_2027.replace("国办发明电〔2026〕9号\n", "")
    with pytest.raises(InvalidInput) as refused:
        confirm(text, officer, number=" ")
    assert "number" in refused.value.errors
    assert confirm(text, officer, number="国办发明电〔2026〕9号").notice_number == "国办发明电〔2026〕9号"


def test_notice_with_problems_needs_somebody_to_answer_for_them(seeded, officer):
    text = NOTICE_2027.replace("共8天", "共7天")
    with pytest.raises(InvalidInput, match="没看懂"):
        confirm(text, officer)
    assert CalendarYear.objects.filter(year=2027).count() == 0
    confirm(text, officer, despite_problems=True)
    assert CalendarYear.objects.filter(year=2027).count() == 1


def test_text_that_is_no_notice_is_refused(seeded, officer):
    with pytest.raises(InvalidInput, match="没有找到年份"):
        confirm("随便写点什么", officer)


def test_notice_of_which_no_day_was_read_publishes_no_year(seeded, officer):
    text = "国务院办公厅关于2027年部分节假日安排的通知\n一、元旦：1月35日放假，共3天。\n"
    with pytest.raises(InvalidInput, match="没有读到 2027 年"):
        confirm(text, officer, despite_problems=True)
    assert CalendarYear.objects.filter(year=2027).count() == 0


def test_same_notice_twice_is_said_and_changes_nothing(seeded, officer):
    confirm(NOTICE_2027, officer)
    with pytest.raises(DomainError, match="没有要改的"):
        confirm(NOTICE_2027, officer)
    assert CalendarVersion.objects.count() == 2


def test_notice_of_a_published_year_takes_back_the_days_it_no_longer_names(seeded, officer):
    moved = texts.notice(2024).replace("五、端午节：6月10日放假，与周末连休。", "五、端午节：6月11日放假1天。")
    confirm(moved, officer)
    now = calendars.calendar_at()
    assert now.is_workday(date(2024, 6, 10))
    assert not now.is_workday(date(2024, 6, 11))
    assert CalendarDay.objects.get(on=date(2024, 6, 10), replaced_by=None).kind == CalendarDay.Kind.PLAIN


def test_notice_leaves_the_next_years_new_year_in_its_december_alone(seeded, officer):
    changed = {change.on for change in calendars.preview_notice(texts.notice(2022)).changes}
    assert date(2022, 12, 31) not in changed
    assert date(2023, 12, 30) not in {change.on for change in calendars.preview_notice(texts.notice(2023)).changes}


def test_supplement_changes_only_the_days_it_names(seeded, officer):
    text = (
        "国务院办公厅关于调整2026年劳动节假期安排的通知\n国办发明电〔2026〕2号\n"
        "2026年5月1日至4日放假调休，共4天。4月26日（周日）、5月9日（周六）上班。\n国务院办公厅\n2026年3月20日"
    )
    preview = calendars.preview_notice(text)
    assert [change.on for change in preview.changes] == [date(2026, 4, 26)]
    assert not preview.publishes


def test_notice_previewed_before_another_change_is_stale(seeded, officer):
    preview = calendars.preview_notice(NOTICE_2027)
    calendars.change_day(date(2026, 12, 24), "HOLIDAY", reason="省政府通知", at=AT, actor=officer)
    with pytest.raises(Conflict, match="刚被别人改过"):
        calendars.confirm_notice(preview, number="", at=AT, actor=officer)
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_changed_day_is_a_new_version_with_its_reason(seeded, officer):
    day = date(2026, 12, 24)
    version = calendars.change_day(day, "HOLIDAY", name="大雪停工", reason="省政府通知", at=AT, actor=officer)
    assert (version.reason, version.made_by) == ("省政府通知", officer)
    assert calendars.calendar_at().name(day) == "大雪停工"
    calendars.change_day(day, "PLAIN", reason="恢复上班", at=AT + timedelta(hours=1), actor=officer)
    assert calendars.calendar_at().is_workday(day)
    assert not calendars.calendar_at(version.pk).is_workday(day)
    assert CalendarDay.objects.filter(on=day).count() == 2


@pytest.mark.parametrize(
    ("day", "kind", "reason", "said"),
    [
        ("2026-12-24", "MAKEUP", "通知", "不是周末"),
        ("2026-12-24", "PLAIN", "通知", "没有要改的"),
        ("2026-12-24", "NAP", "通知", "只能是放假、调休上班或按周历"),
        ("2026-12-24", "HOLIDAY", "  ", "请写明改动依据"),
    ],
)
def test_change_that_says_nothing_is_refused(seeded, officer, day, kind, reason, said):
    with pytest.raises(InvalidInput, match=said):
        calendars.change_day(date.fromisoformat(day), kind, reason=reason, at=AT, actor=officer)
    assert CalendarVersion.objects.count() == 1


def test_stale_change_of_a_day_is_refused(seeded, officer):
    calendars.change_day(date(2026, 12, 24), "HOLIDAY", reason="一", at=AT, actor=officer)
    with pytest.raises(Conflict):
        calendars.change_day(date(2026, 12, 25), "HOLIDAY", reason="二", at=AT, actor=officer, seen=seeded.pk)


def test_only_the_director_of_the_city_office_changes_it(seeded, officer):
    county = UserFactory(role=Role.OFFICE, is_head=True, unit=UnitFactory(kind=UnitKind.OFFICE, region=RegionFactory()))
    others = (UserFactory(role=role) for role in (Role.OFFICE, Role.UNIT, Role.LEADER, Role.SYSADMIN))
    for actor in (county, *others):
        with pytest.raises(NotPermitted, match="市活动办"):
            calendars.change_day(date(2026, 12, 24), "HOLIDAY", reason="通知", at=AT, actor=actor)
        with pytest.raises(NotPermitted):
            confirm(NOTICE_2027, actor)
    assert calendars.change_day(date(2026, 12, 24), "HOLIDAY", reason="通知", at=AT, actor=officer)
