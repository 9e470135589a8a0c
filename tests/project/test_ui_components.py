"""The component kit says the right words, refuses bad values, and never uses an icon that is not in the sprite."""

import re
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from cadres.calendar import DayKind, WorkCalendar
from cadres.enums import Role
from cases.enums import Level, Status, TicketKind
from cases.models import Case
from cases.rules.deadlines import Span, Term, due
from zhuqi import datewords, navigation
from zhuqi.icons import ICONS, KNOWN, sprite_from
from zhuqi.templatetags.marks import LEVEL_MARKS, STATUS_MARKS, TICKET_TONES

ROOT = Path(settings.BASE_DIR)
TODAY = date(2026, 11, 23)
CALENDAR = WorkCalendar({date(2026, 9, 20): (DayKind.MAKEUP, "国庆节调休")}, frozenset({2026}), 1)
ICON_USE = re.compile(r"""\{%\s*(?:icon|empty)\s+["']([a-z0-9-]+)["']|icon=["']([a-z0-9-]+)["']""")


def show(source, **values):
    """Render a snippet as a page would."""
    request = RequestFactory().get("/list", {"q": "钢构"})
    return Template("{% load ui %}" + source).render(Context({"today": TODAY, "request": request, **values}))


def case_at(status, level=Level.NONE):
    return Case(status=status, level=level)


# --- Icons and marks -------------------------------------------------------------------------------------------------
def test_every_icon_used_in_a_template_is_listed():
    used = {
        name
        for path in (ROOT / "templates").rglob("*.html")
        for match in ICON_USE.findall(path.read_text(encoding="utf-8"))
        for name in match
        if name
    }
    assert used
    assert used <= KNOWN


def test_icons_of_navigation_and_states_are_listed():
    entries = {entry.icon for links in navigation.RAIL.values() for entry in links}
    states = {icon for _, icon in STATUS_MARKS.values()} | {mark[1] for mark in LEVEL_MARKS.values() if mark}
    assert entries | states | set(datewords.TONE_ICONS.values()) <= KNOWN


def test_icon_list_has_no_double():
    assert len(ICONS) == len(KNOWN)


def test_sprite_holds_every_listed_icon_when_tabler_is_installed():
    source = ROOT / "node_modules/@tabler/icons/icons"
    if not source.is_dir():
        pytest.skip("node_modules is not installed")
    sprite = sprite_from(source)
    assert all(f'id="i-{name}"' in sprite for name in ICONS)
    assert 'd="M0 0h24v24H0z"' not in sprite


@pytest.mark.parametrize(
    "snippet",
    [
        '{% icon "unicorn" %}',
        '{% chip "x" tone="purple" %}',
        '{% count 3 tone="done" %}',
        '{% note "red" %}x{% endnote %}',
        '{% due today style="loud" %}',
        '{% bar 1 2 kind="z" %}',
        "{% status_chip case %}",
    ],
)
def test_component_fails_loudly_on_a_bad_value(snippet):
    with pytest.raises(TemplateSyntaxError):
        show(snippet, case=SimpleNamespace(status="LOST", level=0))


def test_every_status_level_and_ticket_kind_has_its_mark():
    assert set(STATUS_MARKS) == set(Status.values)
    assert set(LEVEL_MARKS) == set(Level.values)
    assert set(TICKET_TONES) == set(TicketKind.values)


def test_status_and_level_stand_side_by_side():
    said = show("{% status_chip case %}{% level_chip case %}", case=case_at(Status.HANDLING, Level.INQUIRY))
    assert "办理中" in said
    assert "问效" in said
    assert "zq-chip late" in said
    assert show("{% level_chip case %}", case=case_at(Status.HANDLING)) == ""


# --- Dates -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("days", "tone", "words"),
    [
        (-3, "late", "逾期 3 天"),
        (-1, "late", "逾期 1 天"),
        (0, "near", "今天到期"),
        (2, "near", "还剩 2 天"),
        (3, "", "还剩 3 天"),
    ],
)
def test_due_is_missed_only_after_its_day(days, tone, words):
    said = datewords.read_due(TODAY + timedelta(days), today=TODAY)
    assert (said.tone, said.words) == (tone, words)


@pytest.mark.parametrize(("late", "words"), [(0, "按时"), (-2, "按时"), (4, "逾期 4 天完成")])
def test_due_that_was_met_says_how(late, words):
    assert datewords.read_due(TODAY, today=TODAY, met_on=TODAY + timedelta(late)).words == words


def test_due_shows_the_exact_day_and_provisional():
    said = show("{% due day provisional=True %}", day=date(2026, 11, 26))
    assert "还剩 3 天" in said
    assert "11-26 周四" in said
    assert "暂定" in said
    assert "· 11-26（周四）前" in show('{% due day style="line" %}', day=date(2026, 11, 26))
    assert "无期限" in show("{% due day %}", day=None)


def test_dates_read_as_people_say_them():
    day = date(2026, 9, 8)
    assert show("{{ d|md }}|{{ d|md_paren }}|{{ d|spoken }}|{{ d|document }}", d=day) == (
        "09-08|09-08（周二）|9 月 8 日|2026年9月8日"
    )
    assert show("{{ d|ago:today }}", d=TODAY - timedelta(1)) == "昨天"
    assert show("{{ d|md }}", d=None) == ""


@pytest.mark.parametrize(
    ("yuan", "said"), [(1_300_000, "130 万元"), (8_600, "8,600 元"), (15_500, "1.55 万元"), ("", "")]
)
def test_wan(yuan, said):
    assert show("{{ x|wan }}", x=yuan) == said


def test_percent_never_stands_alone_and_few_are_not_compared():
    assert re.sub(r"<.*?>", "", show("{% percent 53 61 %}")) == "87% 53/61"
    assert re.sub(r"<.*?>", "", show("{% percent 3 4 %}")) == "不足 5 件 3/4"
    assert "不比较" in show("{% bar 3 4 %}")


# --- The day strip ---------------------------------------------------------------------------------------------------
def test_strip_marks_start_end_makeup_and_pause():
    reckoning = due(date(2026, 9, 18), Term.parse("7d"), CALENDAR, paused=[Span(date(2026, 9, 22), date(2026, 9, 24))])
    said = show("{% strip r missed=True %}", r=reckoning)
    assert said.count("<li class=") == len(reckoning.days)
    assert "zq-strip missed" in said
    assert said.count('<span class="t">停</span>') == 2
    assert '<span class="t">班</span>' in said
    assert 'data-first="5"' in said
    assert "暂停，不计" in said


def test_strip_over_45_days_shows_the_first_and_the_last_weeks():
    reckoning = due(date(2026, 9, 18), Term.parse("60d"), CALENDAR)
    said = show("{% strip r %}", r=reckoning)
    hidden = int(re.search(r"中间 (\d+) 天", said)[1])
    assert said.count('title="') + hidden == len(reckoning.days)


# --- Forms -----------------------------------------------------------------------------------------------------------
class SampleForm(forms.Form):
    """One field of each sort."""

    title = forms.CharField(label="标题", help_text="一句话")
    note = forms.CharField(label="说明", required=False)
    mode = forms.ChoiceField(label="方式", choices=[("A", "实地"), ("B", "电话")], widget=forms.RadioSelect)
    score = forms.ChoiceField(label="评价", choices=[(n, str(n)) for n in range(5)], widget=forms.RadioSelect)
    on = forms.DateField(label="日期")


def test_field_keeps_what_was_typed_and_says_what_to_do():
    form = SampleForm({"title": "", "note": "<b>写了一半", "on": "昨天"})
    title, note, on = (show("{% field form." + name + " %}", form=form) for name in ("title", "note", "on"))
    assert "这一项要填。" in title
    assert 'aria-invalid="true"' in title
    assert "（可不填）" in note
    assert "&lt;b&gt;写了一半" in note
    assert 'value="昨天"' in on
    assert "日期写成" in on


def test_field_errors_and_hints_are_tied_to_the_control():
    said = show("{% field form.title %}", form=SampleForm({}))
    described = re.search(r'aria-describedby="([^"]+)"', said)[1].split()
    assert all(f'id="{target}"' in said for target in described)


def test_form_renders_by_the_same_template():
    assert (
        show("{{ form.title.as_field_group }}", form=SampleForm()).split()
        == show("{% field form.title %}", form=SampleForm()).split()
    )
    assert "zq-field" in show("{{ form }}", form=SampleForm())


def test_dates_are_text_in_iso_whatever_the_browser_speaks():
    said = show("{% field form.on %}", form=SampleForm(initial={"on": date(2026, 11, 3)}))
    assert 'value="2026-11-03"' in said
    assert 'type="text"' in said


def test_seg_and_faces_are_real_radio_buttons():
    assert show("{% seg form.mode %}", form=SampleForm({"mode": "B"})).count('type="radio"') == 2
    assert show("{% faces form.score %}", form=SampleForm()).count("<use") == 5
    assert " checked" in show("{% seg form.mode %}", form=SampleForm({"mode": "B"}))


# --- Parts of a page -------------------------------------------------------------------------------------------------
def test_pagination_keeps_the_filters():
    said = show("{% pagination page %}", page=Paginator(range(400), 25).page(6))
    assert "?q=%E9%92%A2%E6%9E%84&amp;page=7" in said
    assert "共 400 条" in said
    assert show("{% pagination page %}", page=Paginator(range(3), 25).page(1)).strip() == ""


def test_phone_is_masked():
    said = show('{% phone "13812341234" %}')
    assert "138****1234" in said
    assert "13812341234" not in said


def test_empty_state_says_what_next():
    said = show('{% empty "checks" "都签收了" text="下一步" %}<a href="#">去看</a>{% endempty %}')
    assert "都签收了" in said
    assert "去看" in said


# --- Navigation ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", Role.values)
def test_navigation_is_short_enough(role):
    user = SimpleNamespace(role=role)
    assert 1 <= len(navigation.RAIL[role]) <= navigation.RAIL_MOST
    assert len(navigation.tabs(user)) <= navigation.TABS_MOST
    assert len(navigation.rail(user)) <= navigation.RAIL_MOST
