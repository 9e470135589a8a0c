"""共性问题的页面（R-31）：谁看得到几件、为什么像、能办哪几步；填错的回来，过期的说清。"""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.enums import Action
from cases.models import Case, CommonIssue
from cases.services import perform
from cases.services.policy_proposals import write_proposal
from tests.cases import issues, situations, steps
from tests.cases.steps import DAY

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
LIST = reverse("cases:issues")


@pytest.fixture(autouse=True)
def _now(city):
    with time_machine.travel(city.at, tick=False):
        yield


@pytest.fixture
def issue(city):
    return issues.confirmed(city)


def get(client, user, url=LIST, **query):
    client.force_login(user)
    return client.get(url, query)


def page(client, user, issue):
    return get(client, user, reverse("cases:issue", args=[issue.pk]))


def act(client, user, issue, do, **data):
    client.force_login(user)
    return client.post(reverse("cases:issue_act", args=[issue.pk, do]), data)


def words(answer):
    return answer.content.decode()


def tabs(answer):
    return {place["label"]: place["count"] for place in answer.context["places"]}


def test_the_list_opens_on_what_waits_and_counts_every_place(client, city):
    issues.proposed(city)
    issues.confirmed(city, text=("招焊工难", "厂里缺焊工二十名，招工三个月没有招到，请组织技校对接。"))
    answer = get(client, city.clerk)
    assert tabs(answer) == {"待确认": 1, "批处理中": 1, "已答复": 0, "不作共性": 0, "政策建议": 0}
    assert answer.context["tab"] == "PROPOSED"
    row = answer.context["page"][0]
    assert (row.case_count, row.firm_count) == (3, 3)
    assert "招焊工难" in words(get(client, city.clerk, tab="CONFIRMED"))
    assert "这一类还没有" in words(get(client, city.clerk, tab="ANSWERED"))
    assert get(client, city.clerk, tab="nonsense").context["tab"] == "PROPOSED"


def test_a_unit_sees_what_it_handles_and_never_what_is_not_confirmed(client, city):
    waiting = issues.proposed(city)
    for pk in issues.pks(waiting):
        issues.handling(city, Case.objects.get(pk=pk))
    assert page(client, city.land_clerk, waiting).status_code == 404
    assert set(tabs(get(client, city.land_clerk))) == {"批处理中", "已答复", "政策建议"}
    assert "没有要统一办理的" in words(get(client, city.land_clerk))


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("tab", "queries"), [("PROPOSED", 15), ("proposals", 16)])
def test_the_list_costs_the_same_for_one_row_and_three(client, city, rows, tab, queries, django_assert_num_queries):
    for n in range(rows):
        made = issues.proposed_by_hand(city, n)
        CommonIssue.objects.filter(pk=made.pk).update(
            proposal="建议。" if tab == "proposals" else "", proposal_unit=city.land, proposal_due_on=city.today
        )
    client.force_login(city.clerk)
    with django_assert_num_queries(queries):
        client.get(LIST, {"tab": tab})


@pytest.mark.parametrize("count", [3, 5])
def test_a_page_costs_the_same_however_many_cases(client, city, count, django_assert_num_queries):
    issue = issues.confirmed(city, count)
    client.force_login(city.clerk)
    client.get(reverse("cases:issue", args=[issue.pk]))
    with django_assert_num_queries(13):
        client.get(reverse("cases:issue", args=[issue.pk]))


def test_why_they_are_alike_is_marked_in_their_own_words(client, city):
    issue = issues.proposed(city)
    said = words(page(client, city.clerk, issue))
    assert "<mark>厂区变压器容量不足</mark>" in said
    assert "100%" in said
    assert "请选择" in said  # the lead is still to be chosen or suggested


def test_everybody_sees_only_the_cases_that_are_his(client, city):
    issue = issues.confirmed(city)
    far = issues.alike(city, 1, region="yuzhou")[0]
    perform(far, Action.JOIN_COMMON, actor=city.clerk, at=city.at, issue=issue)
    assert len(page(client, city.leader, issue).context["members"]) == 4
    county = page(client, city.county_clerk, issue)
    assert (len(county.context["members"]), county.context["hidden_count"]) == (3, 1)
    assert far.enterprise.name not in words(county)
    other = page(client, city.other_county_clerk, issue)
    assert (len(other.context["members"]), other.context["hidden_count"]) == (1, 3)
    unit = page(client, city.land_clerk, issue)
    assert (len(unit.context["members"]), unit.context["hidden_count"]) == (3, 1)
    for who in ("labour_clerk", "cadre", "firm_user", "sysadmin", "secadmin", "auditor"):
        assert page(client, city.people[who], issue).status_code == 404, who


def test_what_each_may_do_is_what_he_is_offered(client, city, issue):
    offered = {
        "clerk": {"add", "remove", "dismiss", "propose"}, "county_clerk": {"add", "remove", "dismiss", "propose"},
        "land_clerk": {"answer", "report"}, "leader": set(), "supervisor": set(),
    }  # fmt: skip
    for who, steps_ in offered.items():
        assert set(page(client, city.people[who], issue).context["forms"]) == steps_, who


def test_confirming_from_the_page(client, city):
    issue = issues.proposed(city)
    kept = issues.pks(issue)
    data = {"title": "变压器容量不足", "summary": "", "lead": city.land.pk, "seen": ",".join(map(str, kept))}
    missing = act(client, city.clerk, issue, "confirm", **data, cases=kept[:1])
    assert missing.status_code == 422
    assert "至少留下两件" in words(missing)
    assert missing.context["ticked"] == set(kept[:1])
    stale = act(client, city.clerk, issue, "confirm", **data | {"seen": str(kept[0])}, cases=kept)
    assert stale.status_code == 409
    assert act(client, city.clerk, issue, "confirm", **data, cases=kept).status_code == 302
    again = act(client, city.clerk, issue, "confirm", **data, cases=kept)
    assert again.status_code in {409, 422}
    issue.refresh_from_db()
    assert (issue.state, issue.title) == ("CONFIRMED", "变压器容量不足")


def test_the_ones_that_could_not_join_are_named(client, city):
    issue = issues.proposed(city)
    kept = issues.pks(issue)
    first = Case.objects.get(pk=kept[0])
    Case.objects.filter(pk=first.pk).update(status="CLOSED")
    data = {"title": "变压器", "lead": city.land.pk, "seen": ",".join(map(str, kept)), "cases": kept}
    client.force_login(city.clerk)
    said = words(client.post(reverse("cases:issue_act", args=[issue.pk, "confirm"]), data, follow=True))
    assert "已确认，列入 2 件" in said
    assert first.number in said
    assert "已结束，作参考" in said


def test_undispatched_members_go_together_to_the_lead(client, city):
    issue = issues.confirmed(city, in_hand=False)
    url = page(client, city.clerk, issue).context["dispatch_url"]
    assert url.count("pick=") == 3
    drawer = words(get(client, city.clerk, url))
    assert "交办 3 件，同一方案" in drawer
    assert f'value="{city.land.pk}" selected' in drawer or f'value="{city.land.pk}" checked' in drawer


def test_answering_and_resuming_from_the_page(client, city, issue):
    data = {"account": "已增容。", "outcome": "A", "files": SimpleUploadedFile("说明.pdf", PDF)}
    empty = act(client, city.land_clerk, issue, "answer", outcome="A")
    assert empty.status_code == 422
    assert "请写明怎么统一办理的" in words(empty)
    paused = Case.objects.get(pk=issues.pks(issue)[0])
    perform(paused, Action.PAUSE, actor=city.land_clerk, at=city.at, note="请补。")
    assert act(client, city.land_clerk, issue, "answer", **data).status_code == 302
    said = words(page(client, city.land_clerk, issue))
    assert "还有 1 件没有答复到" in said
    assert "恢复办理后再答复" in said
    perform(paused, Action.RESUME, actor=city.land_clerk, at=city.at)
    assert act(client, city.land_clerk, issue, "resume").status_code == 302
    assert "已统一答复" in words(page(client, city.land_clerk, issue))


def test_progress_from_the_page(client, city, issue):
    assert act(client, city.land_clerk, issue, "report", note="").status_code == 422
    assert act(client, city.land_clerk, issue, "report", note="已测负荷。").status_code == 302


def test_adding_and_taking_out_from_the_page(client, city, issue):
    case = steps.handling(city, city.at)
    wrong = act(client, city.clerk, issue, "add", number="没有这个")
    assert "没有找到这个编号" in words(wrong)
    assert act(client, city.clerk, issue, "add", number=f" {case.number.lower()} ").status_code == 302
    assert act(client, city.clerk, issue, "remove", case=case.pk, note="").status_code == 422
    assert act(client, city.clerk, issue, "remove", case=case.pk, note="不同。").status_code == 302
    assert case.pk not in issues.pks(issue)


def test_dismissing_from_the_page(client, city):
    issue = issues.proposed(city)
    assert act(client, city.clerk, issue, "dismiss", decision="").status_code == 422
    assert act(client, city.clerk, issue, "dismiss", decision="各家不同。").status_code == 302
    assert "各家不同。" in words(get(client, city.clerk, tab="DISMISSED"))


def test_a_proposal_from_the_page_to_its_owner_and_back(client, city, issue):
    data = {"proposal": "建议补助。", "unit": city.labour.pk, "due_on": "2026-12-20"}
    assert act(client, city.clerk, issue, "propose", **data | {"due_on": "2026-11-01"}).status_code == 422
    assert act(client, city.clerk, issue, "propose", **data).status_code == 302
    listed = get(client, city.labour_clerk, tab="proposals")
    assert "建议补助。" in words(listed)
    assert set(page(client, city.labour_clerk, issue).context["forms"]) == {"draft", "finish"}
    with time_machine.travel(city.at + 40 * DAY, tick=False):
        client.force_login(city.clerk)
        late = get(client, city.clerk, tab="proposals")
        assert late.context["late_count"] == 1
        assert "过期没有落实" in words(late)
    assert act(client, city.labour_clerk, issue, "finish", result="许政办〔2026〕9号。").status_code == 302
    assert "已落实" in words(page(client, city.leader, issue))


@pytest.mark.parametrize(
    "do", ["confirm", "dismiss", "add", "remove", "answer", "resume", "report", "propose", "finish"]
)
def test_steps_of_others_are_refused_before_anything_is_read(client, city, issue, do):
    write_proposal(issue, "建议。", unit=city.labour, due_on=city.today + DAY, actor=city.clerk, at=city.at)
    assert act(client, city.leader, issue, do).status_code == 403
    assert act(client, city.firm_user, issue, do).status_code == 404
    assert get(client, city.clerk, reverse("cases:issue_act", args=[issue.pk, do])).status_code == 405
    assert act(client, city.clerk, issue, "nonsense").status_code == 404


def test_the_case_page_says_which_common_issue_and_the_firm_only_who_handles_it(client, city, issue):
    case = Case.objects.get(pk=issues.pks(issue)[0])
    url = reverse("cases:detail", args=[case.pk])
    assert reverse("cases:issue", args=[issue.pk]) in words(get(client, city.clerk, url))
    firm = words(get(client, case.enterprise.users.get(), url))
    assert "不止一家企业反映这样的问题" in firm
    assert reverse("cases:issue", args=[issue.pk]) not in firm
    for other in Case.objects.filter(pk__in=issues.pks(issue)[1:]):
        assert other.number not in firm
        assert other.enterprise.name not in firm


def test_the_office_finds_it_from_the_board_and_the_unit_from_inbox_and_coordination(client, city):
    issue = issues.proposed(city)
    board = get(client, city.clerk, reverse("cases:board"))
    assert board.context["counts"]["issues"] == 1
    assert "共性待确认" in words(board)
    assert get(client, city.other_county_clerk, reverse("cases:board")).context["counts"]["issues"] == 0
    assert get(client, city.clerk, reverse("cases:board"), queue="issues").url == f"{LIST}?tab=PROPOSED"
    CommonIssue.objects.filter(pk=issue.pk).update(state="CONFIRMED", lead=city.land)
    assert get(client, city.land_clerk, reverse("cases:inbox")).context["issue_count"] == 1
    assert get(client, city.land_clerk, reverse("cases:coordination")).context["issue_count"] == 1
    assert LIST in words(get(client, city.leader, reverse("cases:list")))


# --- 相似的怎么办的：提出时、交办时 --------------------------------------------------------------------------------------
def test_at_dispatch_the_office_reads_how_alike_ones_ended(client, city):
    ended = situations.closed(city)
    case = steps.accepted(city, city.at)
    said = words(get(client, city.clerk, reverse("cases:dispatch", args=[case.pk])))
    assert "相似的怎么办的" in said
    assert ended.title in said
    assert "已解决，用时 0 个工作日" in said


def test_at_entry_office_cadre_and_firm_read_it_within_their_sight(client, city):
    ended = situations.closed(city)
    text = {"title": ended.title, "description": ended.description}
    client.force_login(city.clerk)
    office = client.post(reverse("cases:register_alike", args=[city.firm.pk]), text)
    assert "已解决" in words(office)
    assert client.post(reverse("cases:register_alike", args=[city.firm.pk]), {"title": "短"}).content.strip() == b""
    client.force_login(city.cadre)
    hint = reverse("cases:visit_alike", args=[city.firm.pk, "1"])
    assert "已解决" in words(client.post(hint, {"problems-1-text": ended.description}))
    client.force_login(city.firm_user)
    own = words(client.post(reverse("cases:report_alike"), text))
    assert "已解决" in own
    assert "重新打开" in own
    client.force_login(city.other_firm_user)
    assert ended.title not in words(client.post(reverse("cases:report_alike"), text))
