"""共性问题的测试共用：三家企业说同一件事；提出、确认到哪一步。"""

from cases.enums import Action, Source
from cases.models import Case, CommonIssue
from cases.services import Report, perform, report_problem
from cases.services.issue_proposals import propose_issues
from cases.services.issues import Confirmation, confirm_issue
from tests.cases.steps import plan
from tests.factories import EnterpriseFactory, UserFactory

TEXT = ("厂区变压器容量不足", "夏季多次跳闸，扩产后变压器容量不足，希望尽快增容改造，安排错峰用电。")


def firms(city, count=3, region="weidu"):
    """几家企业，各有一个账号。"""
    made = [EnterpriseFactory(region=city.regions[region]) for _ in range(count)]
    return [UserFactory(role="ENTERPRISE", enterprise=firm, unit=None) for firm in made]


def alike(city, count=3, *, region="weidu", at=None, category="land", text=TEXT):
    """`count` 家企业各报一件，说的一样；已受理、分了类。"""
    return [
        say(city, user, n, at=at, category=category, text=text) for n, user in enumerate(firms(city, count, region))
    ]


def say(city, user, n=0, *, at=None, category="land", text=TEXT):
    """一家企业报一件，已受理。"""
    title, description = text
    report = Report(user.enterprise, title, f"{description}第 {n} 家。", Source.ENTERPRISE)
    case = report_problem(report, actor=user, at=at or city.at)
    case = perform(case, Action.ACCEPT, actor=city.clerk, at=at or city.at, category=city.categories[category])
    return Case.objects.get(pk=case.pk)


def dispatch(city, case, **more):
    """交给市自然资源局。"""
    return perform(case, Action.DISPATCH, actor=city.clerk, at=city.at, plan=plan(city, **more))


def handling(city, case, **more):
    """办理中。"""
    return perform(dispatch(city, case, **more), Action.SIGN, actor=city.land_clerk, at=city.at)


def proposed(city, count=3, **more):
    """三件，提出来了。"""
    alike(city, count, **more)
    (pk,) = propose_issues(at=city.at).made
    return CommonIssue.objects.get(pk=pk)


def pks(issue):
    """列着的诉求。"""
    return list(issue.members.filter(left_at=None).order_by("case").values_list("case", flat=True))


def confirmation(city, issue, **changed):
    """照单全收，市自然资源局统一办。"""
    said = {"title": issue.title, "summary": "园区变压器普遍偏小。", "lead": city.land, "cases": pks(issue)}
    return Confirmation(**(said | changed))


def confirmed(city, count=3, *, in_hand=True, **more):
    """确认了；`in_hand` 的都交办签收了。"""
    issue = proposed(city, count, **more)
    if in_hand:
        for pk in pks(issue):
            handling(city, Case.objects.get(pk=pk))
    told = confirm_issue(issue, confirmation(city, issue), actor=city.clerk, at=city.at)
    assert all(one.is_done for one in told), told
    return CommonIssue.objects.get(pk=issue.pk)


def proposed_by_hand(city, n=1):
    """还没有诉求的一个，手工立的。"""
    return CommonIssue.objects.create(title="用电难", key=f"HAND:{n}", office=city.office, proposed_at=city.at)
