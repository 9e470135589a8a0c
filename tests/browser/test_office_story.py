"""活动办的一天，只用键盘：受理、交办、审核；别人先办了写的还在；没有脚本也能办；各页没有严重的无障碍问题。"""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cases.enums import Action, Status, TicketKind
from cases.services import perform
from tests.cases import steps
from tests.cases.steps import DAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def board(queue):
    return f"{reverse('cases:board')}?queue={queue}"


def side(page):
    return page.locator("#board-side")


def test_accept_dispatch_and_review_by_keyboard_alone(city, signed_in):
    case = steps.reported(city, city.at - DAY / 24)
    page = signed_in(city.clerk)

    page.goto(board("reported"))
    expect(side(page)).to_contain_text(case.title)
    page.keyboard.press("a")
    expect(page.locator("#toast")).to_contain_text("已受理")
    expect(page.locator("#board-queues [aria-current]")).to_contain_text("0")

    page.goto(board("accepted"))
    expect(side(page)).to_contain_text("交办")
    page.keyboard.press("j")
    page.keyboard.press("d")
    drawer = page.locator(".zq-drawer")
    expect(drawer).to_contain_text("将打印成这样")
    expect(drawer).to_contain_text("11-30")
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    page.keyboard.press("d")
    expect(drawer).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toast")).to_contain_text("已签发 许助企交〔2026〕1号")
    case.refresh_from_db()
    assert (case.status, case.lead) == (Status.DISPATCHED, city.land)

    case = perform(case, Action.SIGN, actor=city.land_clerk, at=city.at)
    perform(
        case,
        Action.SUBMIT,
        actor=city.land_clerk,
        at=city.at,
        note="手续已办好。",
        outcome="A",
        files=[steps.evidence()],
    )
    page.goto(board("submitted"))
    expect(side(page)).to_contain_text("手续已办好。")
    page.keyboard.press("e")
    for _ in range(4):
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
    page.keyboard.type("电话核实过。")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toast")).to_contain_text("待评价")
    case.refresh_from_db()
    assert case.status == Status.RATING
    assert case.reviews.get().note == "电话核实过。"


def test_ticking_rows_by_keyboard_accepts_them_together(city, signed_in):
    for _ in range(3):
        steps.reported(city, city.at - DAY / 24)
    page = signed_in(city.clerk)
    page.goto(board("reported"))
    page.wait_for_load_state("networkidle")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("已选 2 件")
    page.locator("[name=do][value=accept]").press("Enter")
    expect(page.locator(".zq-drawer")).to_contain_text("2 件已受理")
    page.keyboard.press("Escape")
    expect(page.locator("#board-mid [data-row]")).to_have_count(1)


def test_the_drawer_follows_what_is_chosen(city, signed_in):
    case = steps.accepted(city, city.at - DAY / 24)
    page = signed_in(city.clerk)
    page.goto(reverse("cases:dispatch", args=[case.pk]))
    page.get_by_role("radio", name="复杂").check()
    expect(page.locator("#dispatch-terms")).to_contain_text("12-23")
    page.get_by_label("类别", exact=True).select_option(label="用工人才")
    expect(page.locator("#dispatch-lead")).to_contain_text("市人社局")
    expect(page.locator("#dispatch-paper")).to_contain_text("市人力资源和社会保障局")
    page.get_by_label("办理要求").fill("三天内答复企业")
    page.get_by_role("button", name="加一个协办单位").click()
    expect(page.locator("[name=co_part]")).to_have_count(2)
    expect(page.get_by_label("办理要求")).to_have_value("三天内答复企业")


def test_what_was_typed_outlives_a_stale_sheet(city, signed_in):
    case = steps.submitted(city, city.at - DAY / 24)
    page = signed_in(city.clerk)
    page.goto(board("submitted"))
    side(page).get_by_label("意见").fill("写了半天的意见。")
    perform(case, Action.RETURN_REVIEW, actor=city.director, at=city.at, note="缺回执")
    side(page).get_by_role("button", name="审核退回").click()
    expect(side(page)).to_contain_text("周主任")
    expect(side(page).locator("[data-copy-source]", has_text="写了半天的意见。")).to_be_visible()
    expect(side(page).get_by_role("button", name="审核退回")).to_have_count(0)
    expect(side(page).get_by_role("link", name="看最新情况")).to_be_visible()


def test_a_dispatch_plan_half_filled_in_waits_for_its_clerk(city, signed_in):
    case = steps.accepted(city, city.at - DAY / 24)
    page = signed_in(city.clerk)
    page.goto(board("accepted"))
    expect(side(page)).to_contain_text(case.number)
    page.keyboard.press("d")
    page.get_by_label("办理要求").fill("三天内到现场")
    page.get_by_role("button", name="存草稿").click()
    expect(page.locator("#dispatch-form")).to_have_count(0)
    page.keyboard.press("d")
    expect(page.get_by_label("办理要求")).to_have_value("三天内到现场")
    expect(page.locator(".d-draft")).to_contain_text("接着 11-23 10:00 存的草稿")


def test_it_all_works_without_javascript(city, signed_in):
    case = steps.accepted(city, city.at - DAY / 24)
    page = signed_in(city.clerk, java_script_enabled=False)
    page.goto(board("accepted"))
    page.get_by_role("checkbox", name=f"选择：{case.title}").check()
    page.get_by_role("region", name="批量操作").get_by_role("button", name="交办").click()
    page.get_by_role("button", name="签发交办单").click()
    expect(page.locator("#page-messages")).to_contain_text("已签发 许助企交〔2026〕1号")


@pytest.mark.parametrize("size", ["pc", "phone"])
def test_pages_fit_the_screen_and_have_no_serious_barrier(city, signed_in, serious, size):
    reported = steps.reported(city, city.at - DAY)
    accepted = steps.accepted(city, city.at - DAY)
    steps.submitted(city, city.at - DAY / 24)
    case = perform(steps.dispatched(city, city.at - 5 * DAY), Action.URGE, actor=city.clerk, at=city.at, note="请签收")
    case = perform(case, Action.DRAFT_INQUIRY, actor=city.clerk, at=city.at, note="一直没人签收")
    ticket = case.tickets.get(kind=TicketKind.INQUIRY)
    office = [
        board("reported"), board("accepted"), board("submitted"), board("inquiry"), board("uncovered"),
        reverse("cases:dispatch", args=[accepted.pk]), reverse("cases:board_case", args=[reported.pk]),
        reverse("cases:dossier", args=[ticket.pk]), reverse("cases:rulesets"), reverse("cases:categories"),
        reverse("cases:category_new"), reverse("cases:ruleset_new", args=[accepted.deadlines.first().rule_set_id]),
    ]  # fmt: skip
    supervisor = [reverse("cases:supervision"), reverse("cases:spot_checks"), reverse("cases:spot_check_new")]
    found = []
    for who, addresses in ((city.director, office), (city.supervisor, supervisor)):
        page = signed_in(who, size)
        for address in addresses:
            page.goto(address)
            page.wait_for_load_state("networkidle")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{address} is too wide"
            if size == "pc":
                found += [f"{address} {one}" for one in serious(page)]
    assert found == []
