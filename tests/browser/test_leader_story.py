"""领导的驾驶舱：图可以换成表，图上的每个标记、每一格都打开它的清单；大屏断了说断了，好了接着更新；没有违反内容策略的脚本和样式。"""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cases.models import Case
from tests.cases import steps
from tests.cases.steps import DAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def leader(city, signed_in):
    """A page of the leader's that keeps what the browser complains about."""
    steps.handling(city, city.at - 9 * DAY)
    steps.submitted(city, city.at - DAY)
    page = signed_in(city.leader)
    page.complaints = []
    page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda said: page.complaints.append(str(said)))
    return page


def test_a_chart_and_the_table_behind_it(leader, serious):
    leader.goto(reverse("reports:cockpit"))
    expect(leader.locator("#trend canvas")).to_be_visible()
    expect(leader.locator("#held")).to_contain_text("市自然资源局")
    button = leader.get_by_role("button", name="看表格")
    button.focus()
    leader.keyboard.press("Enter")
    expect(leader.locator("#trend table")).to_be_visible()
    expect(leader.locator("#trend canvas")).to_be_hidden()
    assert serious(leader) == []
    leader.locator("#trend tbody tr").last.get_by_role("link").first.press("Enter")
    expect(leader.locator("h1")).to_have_text("问题")
    assert leader.complaints == []


def test_a_mark_opens_its_list(leader):
    leader.goto(reverse("reports:cockpit"))
    canvas = leader.locator("#trend canvas")
    expect(canvas).to_be_visible()
    box = canvas.bounding_box()
    # The last month's bar, the only one: just above the axis, before the room for the labels at the right.
    at = {"x": box["width"] - 64 - (box["width"] - 102) / 26, "y": box["height"] - 26 - 8}
    canvas.click(position=at)
    expect(leader.locator("h1")).to_have_text("问题")
    assert f"month={Case.objects.latest('reported_at').reported_at:%Y-%m}" in leader.url


@pytest.mark.parametrize("name", ["reports:matrix", "reports:compare", "reports:holding"])
def test_the_pages_behind_are_in_order(leader, serious, name):
    leader.goto(reverse(name))
    expect(leader.locator("table").first).to_contain_text("市自然资源局")
    leader.wait_for_load_state("networkidle")
    assert serious(leader) == []
    assert leader.complaints == []


def test_a_cell_opens_its_cases(leader):
    leader.goto(reverse("reports:matrix"))
    leader.get_by_role("row", name="市自然资源局").get_by_role("link", name="2", exact=True).first.click()
    expect(leader.locator("h1")).to_have_text("问题")
    expect(leader.locator(".zq-ph")).to_contain_text("2")


def test_the_wall_says_when_it_is_cut_off_and_goes_on_afterwards(leader):
    leader.goto(reverse("reports:wall"))
    expect(leader.locator("#ch canvas")).to_be_visible()
    band = leader.locator("[data-wall-lost]")
    expect(band).to_be_hidden()
    leader.context.set_offline(True)
    leader.evaluate("document.getElementById('wall').dispatchEvent(new Event('wall:again'))")
    expect(band).to_contain_text("连接中断，正在重试；以下是 10:0")
    leader.complaints.clear()
    leader.context.set_offline(False)
    expect(band).to_be_hidden()
    expect(leader.locator("#ch canvas")).to_be_visible()
    assert leader.complaints == []
