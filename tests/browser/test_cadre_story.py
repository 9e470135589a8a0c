"""干部在车间里，手机上：今日、走访前看一眼、记一次走访（一个新问题、跟进一件旧的）；草稿不丢；没有脚本也行。"""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cadres.models import Visit
from cases.models import Case
from tests.cases import steps
from tests.cases.steps import DAY
from tests.factories import QuietPeriodFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def visit_page(page, city):
    page.goto(reverse("cases:visit_new", args=[city.firm.pk]))


def test_a_cadre_records_a_visit_with_problems(city, signed_in, serious):
    known = steps.handling(city, city.at - 3 * DAY)
    page = signed_in(city.cadre, "phone")
    page.goto(reverse("cases:today"))
    assert serious(page) == []
    expect(page.locator(".t-strip")).to_contain_text("还差 1 家")
    page.get_by_role("link", name="走访前看一眼").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(city.firm.name)
    assert serious(page) == []
    page.locator(".zq-bar").get_by_role("link", name="记一次走访").click()

    save = page.locator("[data-visit-save]")
    expect(page.locator("[data-problems]")).to_be_hidden()
    page.get_by_role("radio", name="有问题").check()
    page.get_by_label("一句话").fill("订单满到明年三月")
    first = page.locator("[data-problem]").first
    first.get_by_role("textbox").fill("二期厂房用地手续迟迟未批，设备到货无处安装")
    expect(first.locator(".v-sim")).to_contain_text(known.title)
    expect(first.locator(".v-cat")).to_contain_text("用地指标")
    first.get_by_role("radio", name="是同一件，跟进它").check()
    expect(save).to_contain_text("跟进 1 件")
    page.get_by_role("button", name="再加一个问题").click()
    page.locator("[data-problem]").nth(1).get_by_role("textbox").fill("招工难，急缺数控操作工 12 名。")
    expect(save).to_contain_text("上报 1 个问题，跟进 1 件")
    assert serious(page) == []
    save.click()

    expect(page.locator("#page-messages")).to_contain_text("上报 1 个问题")
    expect(page.locator(".t-strip")).to_contain_text("都联系到了")
    made = Case.objects.exclude(pk=known.pk).get()
    assert (made.title, made.category) == ("招工难，急缺数控操作工 12 名", city.categories["labour"])
    assert known.events.filter(kind="note", data={"visit": made.visit_id}).exists()


def test_four_taps_and_a_sentence(city, signed_in):
    page = signed_in(city.cadre, "phone")
    page.goto(reverse("cases:today"))
    page.locator(".t-foot").get_by_role("link", name="记一次走访").click()
    page.get_by_role("radio", name="无事").check()
    page.get_by_label("一句话").fill("生产正常")
    page.get_by_role("button", name="保存走访").click()
    expect(page.locator("#page-messages")).to_contain_text("已记下")
    assert Visit.objects.get().note == "生产正常"


def test_a_draft_outlives_a_closed_page_and_ends_with_saving(city, signed_in):
    page = signed_in(city.cadre, "phone")
    visit_page(page, city)
    page.get_by_role("radio", name="有问题").check()
    page.locator("[data-problem]").first.get_by_role("textbox").fill("贷款到期续不上")
    page.get_by_role("button", name="再加一个问题").click()
    page.locator("[data-problem]").nth(1).get_by_role("textbox").fill("用电负荷不够")
    expect(page.locator("[data-draft-state]")).to_contain_text("草稿已存本机")
    visit_page(page, city)
    expect(page.locator("[data-problem]").nth(1).get_by_role("textbox")).to_have_value("用电负荷不够")
    expect(page.locator("[data-visit-save]")).to_contain_text("上报 2 个问题")
    page.locator("[data-visit-save]").click()
    expect(page).to_have_url(re.compile(reverse("cases:today")))
    expect(page.locator("#page-messages")).to_contain_text("上报 2 个问题")
    visit_page(page, city)
    expect(page.locator("[data-problems]")).to_be_hidden()


def test_a_quiet_period_is_said_before_saving(city, signed_in, serious):
    QuietPeriodFactory(enterprise=city.firm)
    page = signed_in(city.cadre, "phone")
    visit_page(page, city)
    expect(page.locator("#visit-hints")).to_contain_text("宁静期")
    expect(page.get_by_role("button", name="仍然保存")).to_be_visible()
    assert serious(page) == []
    page.get_by_role("radio", name="电话").check()
    expect(page.locator("#visit-hints")).not_to_contain_text("宁静期")
    expect(page.get_by_role("button", name="保存走访")).to_be_visible()


def test_everything_works_without_javascript(city, signed_in):
    page = signed_in(city.cadre, "phone", java_script_enabled=False)
    visit_page(page, city)
    page.get_by_role("radio", name="有问题").check()
    page.locator("#id_problems-0-text").fill("第一个问题")
    page.get_by_role("button", name="再加一个问题").click()
    page.locator("#id_problems-1-text").fill("第二个问题")
    page.get_by_role("button", name="保存走访").click()
    expect(page.locator("#page-messages")).to_contain_text("上报 2 个问题")
    assert Case.objects.count() == 2


def test_the_number_is_logged_and_shown_for_a_call(city, signed_in):
    page = signed_in(city.cadre, "phone")
    page.goto(reverse("cases:today"))
    page.locator(".t-dial button").click()
    expect(page.locator(".t-left a[href^='tel:']")).to_have_text(city.firm.contacts.get().phone)
