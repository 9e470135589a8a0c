"""承办单位的一天，在真的浏览器里：签收、报进展、申请延期、带佐证申报办结；各页没有严重的无障碍问题。"""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cases.enums import Action, Status, TicketKind
from cases.services import perform
from tests.cases import situations, steps
from tests.cases.steps import DAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def open_inbox(page, tab):
    page.goto(f"{reverse('cases:inbox')}?tab={tab}")


def test_a_unit_signs_reports_extends_and_submits(city, signed_in):
    case = steps.dispatched(city, city.at - DAY / 24)
    page = signed_in(city.land_clerk)
    row = page.locator(f"#case-{case.pk}-row")

    open_inbox(page, "sign")
    row.get_by_role("button", name="签收").click()
    expect(row).to_contain_text("已签收")
    expect(page.locator("#inbox-tabs [aria-current]")).to_contain_text("0")

    open_inbox(page, "feedback")
    row.get_by_role("link", name="报进展").click()
    row.get_by_label("进展").fill("已到现场踏勘，材料清单已发企业。")
    row.locator("input[type=file]").set_input_files({"name": "踏勘.pdf", "mimeType": "application/pdf", "buffer": PDF})
    expect(row.locator("[data-file-list]")).to_contain_text("踏勘.pdf")
    row.get_by_role("button", name="提交进展").click()
    expect(row).to_contain_text("进展已提交")

    page.goto(reverse("cases:detail", args=[case.pk]))
    page.locator(".side").get_by_role("link", name="申请延期").click()
    form = page.locator(f"#case-{case.pk}-act")
    form.get_by_label("延几天").fill("5")
    expect(form).to_contain_text("12-07（周一）")
    form.get_by_label("延期理由").fill("设备采购周期长。")
    form.get_by_role("button", name="提交申请").click()
    expect(page.locator("#page-messages")).to_contain_text("申请延期已记录")

    page.locator(".side").get_by_role("link", name="办结申报").click()
    form.get_by_role("radio", name="A 已解决").check()
    form.get_by_label("办理情况").fill("手续已办好，企业已拿证。")
    form.locator("input[type=file]").set_input_files({"name": "批文.pdf", "mimeType": "application/pdf", "buffer": PDF})
    form.get_by_role("button", name="提交申报").click()
    expect(page.locator(".case-head")).to_contain_text("办结待审核")
    case.refresh_from_db()
    assert case.status == Status.SUBMITTED
    assert case.attachments.filter(is_evidence=True, original_name="批文.pdf").exists()


def test_what_was_typed_outlives_a_stale_page(city, signed_in):
    case = steps.handling(city, city.at - DAY / 24)
    page = signed_in(city.land_clerk, "phone")
    open_inbox(page, "feedback")
    row = page.locator(f"#case-{case.pk}-row")
    row.get_by_role("link", name="报进展").click()
    row.get_by_label("进展").fill("写了半天的进展。")
    perform(case, Action.REPORT, actor=city.land_head, at=city.at, note="局长先报了。")
    row.get_by_role("button", name="提交进展").click()
    expect(row).to_contain_text("卫局长")
    expect(row.get_by_label("进展")).to_have_value("写了半天的进展。")
    row.get_by_role("button", name="提交进展").click()
    expect(row).to_contain_text("进展已提交")


def test_it_all_works_without_javascript(city, signed_in):
    case = steps.dispatched(city, city.at - DAY / 24)
    page = signed_in(city.land_clerk, java_script_enabled=False)
    open_inbox(page, "sign")
    page.get_by_role("button", name="签收").click()
    expect(page.locator("#page-messages")).to_contain_text("已签收")
    open_inbox(page, "feedback")
    page.get_by_role("link", name="报进展").click()
    page.get_by_role("textbox", name="进展").fill("已踏勘。")
    page.get_by_role("button", name="提交进展").click()
    expect(page.locator("#page-messages")).to_contain_text("进展已提交")
    page.goto(reverse("cases:detail", args=[case.pk]))
    page.get_by_role("button", name="签收").first.click()
    expect(page.locator(".zq-clock-open")).to_contain_text("签收期限为什么是")


def test_on_a_phone_the_main_action_is_in_reach(city, signed_in):
    case = situations.inquired(city)
    page = signed_in(city.land_clerk, "phone")
    page.goto(reverse("cases:detail", args=[case.pk]))
    bar = page.locator(".zq-bar")
    expect(bar.get_by_role("link", name="写书面说明")).to_be_in_viewport()
    bar.get_by_text("更多").click()
    bar.get_by_role("link", name="报进展").click()
    expect(page.get_by_role("button", name="提交进展")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("size", ["pc", "phone"])
def test_no_serious_barrier_and_nothing_sticks_out(city, signed_in, serious, size):
    case = situations.inquired(city)
    steps.dispatched(city, city.at)
    ruled = perform(situations.objected(city), Action.REJECT, actor=city.clerk, at=city.at, note="归自然资源部门。")
    slip = case.tickets.get(kind=TicketKind.INQUIRY)
    addresses = {
        city.land_clerk: [
            reverse("cases:inbox"), f"{reverse('cases:inbox')}?tab=urged", reverse("cases:detail", args=[case.pk]),
            reverse("cases:act", args=[case.pk, "submit"]), reverse("cases:list"), reverse("cases:ticket", args=[slip.pk]),
        ],
        city.clerk: [reverse("cases:detail", args=[ruled.pk]), reverse("cases:precedents"), f"{reverse('search')}?q=许昌"],
        city.firm_user: [reverse("cases:detail", args=[case.pk]), reverse("cases:list")],
    }  # fmt: skip
    for user, pages in addresses.items():
        page = signed_in(user, size)
        for address in pages:
            page.goto(address)
            assert serious(page) == [], address
            if "/tickets/" not in address:
                assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], address


@pytest.mark.parametrize("kind", list(TicketKind))
def test_every_ticket_prints_on_one_page(city, signed_in, kind):
    long = "企业二期厂房东侧边角地规划性质未调整，" * 30
    case = steps.reported(city, city.at, title="二期厂房边角地规划调整迟迟未批，设备到货无处安装", description=long)
    case = perform(case, Action.ACCEPT, actor=city.clerk, at=city.at)
    plan = steps.plan(
        city, co_handlers=((city.labour, "厂房设计审查前置意见，三日内回复"), (city.bank, "现场踏勘，协调相邻地块权属")),
        requirements="\n".join(["核清边角地权属和现行规划，给出可行的调整路径，书面告知企业"] * 6),
    )  # fmt: skip
    case = perform(case, Action.DISPATCH, actor=city.clerk, at=city.at, plan=plan)
    case = perform(case, Action.SIGN, actor=city.land_clerk, at=city.at)
    case = perform(case, Action.URGE, actor=city.clerk, at=city.at, note=long[:400])
    promised = city.today + 7 * DAY
    case = perform(case, Action.ANSWER_URGE, actor=city.land_clerk, at=city.at, note=long[:500], promised_on=promised)
    for action in (
        Action.DRAFT_INQUIRY,
        Action.APPROVE_INQUIRY_OFFICE,
        Action.APPROVE_INQUIRY_LEADER,
        Action.ANSWER_INQUIRY,
        Action.RECORD_FINDING,
    ):
        case = situations.act(
            city, case, action, **({"note": long[:500]} if situations.SITUATIONS[action].note else {})
        )
    page = signed_in(city.clerk)
    page.goto(reverse("cases:ticket", args=[case.tickets.get(kind=kind).pk]))
    paper = page.locator(".zq-doc")
    assert paper.evaluate("el => el.scrollHeight <= el.clientHeight + 1"), "写不下"
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
