"""企业的路，手机上：报一个问题，看到带日期的承诺，按短信链接评价（不登录），差评知道接下来怎样。"""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cases.enums import Action, Status
from cases.models import Case, Evaluation
from cases.services import perform, rating_link
from tests.cases import steps
from tests.cases.steps import ALL_TICKS, evidence

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def stranger(browser, live_server):
    """没有登录的手机。"""
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=live_server.url)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def test_a_firm_reports_reads_the_promise_and_rates(city, signed_in, stranger, serious):
    page = signed_in(city.firm_user, "phone")
    page.goto(reverse("cases:firm_home"))
    assert serious(page) == []
    page.locator(".zq-bar").get_by_role("link", name="报一个问题").click()
    page.get_by_label("一句话说问题").fill("二期用地手续未批")
    page.get_by_label("具体情况").fill("12 亩边角地规划调整迟迟未批，设备到货无处安装。")
    page.locator("input[type=file]").set_input_files(
        {"name": "地块图.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    assert serious(page) == []
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#page-messages")).to_contain_text("已提交")

    case, at = Case.objects.get(), city.at
    perform(case, Action.ACCEPT, actor=city.clerk, at=at)
    perform(case, Action.DISPATCH, actor=city.clerk, at=at, plan=steps.plan(city))
    perform(case, Action.SIGN, actor=city.land_clerk, at=at)
    page.goto(reverse("cases:firm_home"))
    expect(page.locator(".f-say")).to_contain_text("承诺 11 月 30 日（周一）前办结")

    perform(case, Action.SUBMIT, actor=city.land_clerk, at=at, note="手续已办好。", outcome="A", files=[evidence()])
    perform(case, Action.PASS_REVIEW, actor=city.clerk, at=at, ticks=ALL_TICKS)
    page.reload()
    expect(page.get_by_role("link", name="评价这次办理")).to_be_visible()
    assert serious(page) == []

    link = rating_link(Evaluation.objects.get())
    stranger.goto(link)
    assert serious(stranger) == []
    stranger.get_by_role("button", name="提交评价").click()  # no face chosen: the browser asks for one
    expect(stranger).to_have_url(re.compile(re.escape(link)))
    stranger.get_by_role("radio", name=re.compile("^不满意")).check()
    stranger.get_by_label("有人要求我给好评").check()
    expect(stranger.locator(".r-pressed")).to_be_visible()
    stranger.get_by_role("button", name="提交评价").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("收到了，这件事接着办")
    expect(stranger.locator(".r-next")).to_contain_text("11 月 24 日（周二）前")
    assert serious(stranger) == []

    row = Evaluation.objects.select_related("case").get()
    assert (row.satisfaction, row.was_pressured, row.case.status) == (2, True, Status.HANDLING)
    stranger.goto(link)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("已经评价过了")
    assert serious(stranger) == []


def test_a_report_that_failed_keeps_what_was_typed(city, signed_in):
    page = signed_in(city.firm_user, "phone")
    page.goto(reverse("cases:report_problem"))
    page.get_by_label("一句话说问题").fill("用电不够")
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".zq-bad")).to_contain_text("请写几句具体情况")
    expect(page.get_by_label("一句话说问题")).to_have_value("用电不够")


def test_the_firm_supplies_what_was_asked_for(city, signed_in):
    case = steps.handling(city, city.at)
    perform(case, Action.PAUSE, actor=city.land_clerk, at=city.at, note="请补用地预审意见")
    page = signed_in(city.firm_user, "phone")
    page.goto(reverse("cases:firm_home"))
    page.get_by_role("link", name="补充材料").click()
    page.get_by_label("补充的内容").fill("预审意见已取得，见附件。")
    page.get_by_role("button", name="交给承办单位").click()
    expect(page.locator("#page-messages")).to_be_visible()
    case.refresh_from_db()
    assert case.status == Status.HANDLING
