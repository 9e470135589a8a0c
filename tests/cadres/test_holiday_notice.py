"""The notice parser against what was in force, and against texts nobody should trust (R-42)."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from cadres.calendar import DayKind, WorkCalendar
from cadres.calendar_seed import seed_calendar
from cadres.holiday_notice import parse_notice
from tests.cadres import notice_texts as texts

NOTICE_2026 = (
    "国务院办公厅关于2026年部分节假日安排的通知\n各省、自治区、直辖市人民政府，国务院各部委、各直属机构：\n"
    "经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。\n"
    "一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。\n"
    "二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。\n"
    "三、清明节：4月4日（周六）至6日（周一）放假，共3天。\n四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。\n"
    "五、端午节：6月19日（周五）至21日（周日）放假，共3天。\n六、中秋节：9月25日（周五）至27日（周日）放假，共3天。\n"
    "七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。\n国务院办公厅\n2025年11月4日\n"
)
ALL_TEXTS = {year: texts.notice(year) for year in texts.BODIES} | {2026: NOTICE_2026}


def days_of(year):
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


@pytest.mark.parametrize("year", sorted(ALL_TEXTS))
def test_notice_of_a_year_gives_the_days_that_were_in_force(year):
    notice = parse_notice(ALL_TEXTS[year])
    calendar = WorkCalendar(notice.special(), frozenset({year}))

    assert notice.problems == ()
    assert notice.year == year
    assert not notice.is_supplement
    # The last days of December belong to the next year's notice (2023-12-30 was a weekend either way).
    wrong = [day for day in days_of(year) if calendar.is_workday(day) != chinese_calendar.is_workday(day)]
    assert wrong == []


@pytest.mark.parametrize("year", sorted(ALL_TEXTS))
def test_notice_names_agree_with_the_seed(year):
    seed, notice = seed_calendar(), parse_notice(ALL_TEXTS[year])
    for day in notice.days_off:
        if day.on.year == year and "、" not in day.name:
            assert seed.name(day.on) == day.name
    assert {day.on for day in notice.makeup_days} == {day for day in days_of(year) if seed.kind(day) is DayKind.MAKEUP}


def test_notice_keeps_its_number_and_date():
    notice = parse_notice(texts.notice(2023))
    assert (notice.number, notice.issued_on) == ("国办发明电〔2022〕13号", date(2022, 11, 8))


def test_span_beginning_in_the_year_before_keeps_its_first_day():
    assert parse_notice(texts.notice(2023)).days_off[0].on == date(2022, 12, 31)


def test_span_without_years_that_crosses_new_year_begins_in_the_year_before():
    text = texts.notice(2023).replace("2022年12月31日至2023年1月2日", "12月31日至1月2日")
    notice = parse_notice(text)
    assert [day.on for day in notice.days_off[:3]] == [date(2022, 12, 31), date(2023, 1, 1), date(2023, 1, 2)]
    assert notice.problems == ()


def test_make_up_day_of_december_without_a_year_is_last_december():
    text = texts.notice(2021).replace("放假，共3天。\n二", "放假调休，共3天。12月27日（星期日）上班。\n二")
    assert parse_notice(text).makeup_days[0].on == date(2020, 12, 27)


def test_advice_is_not_a_day_off_and_is_said():
    notice = parse_notice(texts.notice(2024))
    assert date(2024, 2, 9) not in {day.on for day in notice.days_off}
    assert any("除夕" in remark for remark in notice.remarks)


def test_rest_made_up_is_a_day_off():
    notice = parse_notice(texts.REST_MADE_UP_2017)
    calendar = WorkCalendar(notice.special(), frozenset({2017}))
    assert notice.problems == ()
    assert [day for day in days_of(2017) if calendar.is_workday(day) != chinese_calendar.is_workday(day)] == []


def test_extended_holiday_continues_from_the_known_one():
    known = WorkCalendar(
        {date(2020, 1, 24) + timedelta(days=n): (DayKind.HOLIDAY, "春节") for n in range(7)}
        | {date(2020, 2, 1): (DayKind.MAKEUP, "春节")},
        frozenset({2020}),
    )
    notice = parse_notice(texts.EXTENDED_2020, known)
    assert notice.problems == ()
    assert [day.on for day in notice.days_off] == [date(2020, 1, 31), date(2020, 2, 1), date(2020, 2, 2)]
    assert notice.makeup_days == ()
    assert notice.is_supplement


def test_extended_holiday_without_the_known_one_is_a_problem():
    notice = parse_notice(texts.EXTENDED_2020)
    assert "请先录入原来的通知" in notice.problems[0]


def test_adjusted_holiday_takes_its_name_from_the_title():
    notice = parse_notice(texts.ADJUSTED_2019)
    assert notice.problems == ()
    assert {day.name for day in notice.days_off} == {"劳动节"}
    assert [day.on for day in notice.makeup_days] == [date(2019, 4, 28), date(2019, 5, 5)]


def test_text_pasted_without_line_breaks_reads_the_same():
    assert parse_notice(NOTICE_2026.replace("\n", "")).special() == parse_notice(NOTICE_2026).special()


def test_items_right_under_the_title_read_the_same():
    title, _, items = NOTICE_2026.partition("\n")
    bare = title + "\n" + items[items.index("一、元旦") :]
    assert parse_notice(bare).special() == parse_notice(NOTICE_2026).special()
    assert parse_notice(bare.replace("\n", "")).problems == ()


def test_full_width_figures_and_spaces_read_the_same():
    wide = NOTICE_2026.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}).replace("月", " 月 ")
    assert parse_notice(wide).special() == parse_notice(NOTICE_2026).special()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("共9天", "共8天", "数出来是 9 天"),
        ("1月4日（周日）上班", "1月4日（周六）上班", "是周日"),
        ("5月9日（周六）上班", "5月32日（周六）上班", "不是一个真实的日期"),
        ("5月9日（周六）上班", "5月9日（周六）半天上班", "没有看懂“半天”"),
        ("5月9日（周六）上班", "5月9日（周六）视情况而定", "没有看懂“视情况而定”"),
        ("5月9日（周六）上班", "5月9日（周六）", "没有写放假还是上班"),
        ("5月9日（周六）上班", "5月12日（周二）上班", "本来就上班"),
        ("5月9日（周六）上班", "5月3日（周日）上班", "既写了放假又写了上班"),
        ("六、中秋节：9月25日（周五）至27日（周日）放假，共3天。", "", "没有读到 中秋节"),
        ("10月1日（周四）至7日（周三）", "10月1日（周四）至12月7日（周一）", "像是写错了"),
    ],
)
def test_what_is_not_understood_is_said(old, new, said):
    assert old in NOTICE_2026
    assert any(said in problem for problem in parse_notice(NOTICE_2026.replace(old, new)).problems)


@pytest.mark.parametrize("text", ["", "今天天气很好", "   \n"])
def test_text_that_is_no_notice_is_refused(text):
    notice = parse_notice(text)
    assert notice.year is None
    assert "没有找到年份" in notice.problems[0]


def test_sentence_about_rest_without_a_date_is_remarked():
    notice = parse_notice(NOTICE_2026.replace("共9天。", "共9天。除夕放假。"))
    assert any("除夕放假" in remark for remark in notice.remarks)
