"""应享尽享的每一步，从每个出口走一遍（R-61）。"""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cadres.models import AuditEntry, Notice
from enterprises.models import Enterprise, FirmChange
from enterprises.services.figures import Figures, figures_of
from policies.enums import ConditionField, Operator
from policies.models import Entitlement, Policy
from policies.rules.matching import Condition
from policies.services import abolish, draft_policy
from policies.services.entitlements import apply, grant, refuse, take_back, view, withdraw
from policies.services.figures import fill_in
from tests.policies.test_library import draft, published
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SCALE = Condition(ConditionField.ABOVE_SCALE, Operator.YES)


def step():
    return Entitlement.objects.get()


def applied(city, **more):
    policy = published(city, **more)
    apply(policy, city.firm, actor=city.firm_user, at=city.at)
    return policy


def test_opening_it_is_written_down_once_and_only_for_oneself(city):
    policy = published(city)
    view(policy, city.firm, actor=city.cadre, at=city.at)
    assert not Entitlement.objects.exists()
    for days in range(2):
        view(policy, city.firm, actor=city.firm_user, at=city.at + days * DAY)
    assert (step().viewed_at, step().told_at) == (city.at, None)


def test_applying_withdrawing_and_applying_again(city):
    policy = applied(city)
    assert (step().applied_at, step().viewed_at) == (city.at, city.at)
    with pytest.raises(Conflict, match="已经申请"):
        apply(policy, city.firm, actor=city.firm_user, at=city.at)
    withdraw(policy, city.firm, actor=city.firm_user, at=city.at)
    with pytest.raises(Conflict, match="收回"):
        withdraw(policy, city.firm, actor=city.firm_user, at=city.at)
    apply(policy, city.firm, actor=city.firm_user, at=city.at + DAY)
    assert step().applied_at == city.at + DAY
    assert list(AuditEntry.objects.filter(act__contains="申请").values_list("act", flat=True).order_by("pk")) == [
        "申请政策", "收回政策申请", "申请政策",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"expires_on": -1}, "已过期"),
        ({"effective_on": 1}, "未生效"),
        ({"is_automatic": True}, "免申即享"),
        ({"guide_until_on": -1}, "已经过了"),
        ({"conditions": (SCALE,)}, "还不符合：要是规上企业"),
    ],
)
def test_what_cannot_be_applied_for_says_why(city, more, said):
    dated = {name: city.today + value * DAY if type(value) is int else value for name, value in more.items()}
    policy = published(city, **dated)
    with pytest.raises(DomainError, match=said):
        apply(policy, city.firm, actor=city.firm_user, at=city.at)
    assert not Entitlement.objects.exists()


def test_an_abolished_policy_and_a_draft_are_not_applied_for(city):
    policy = published(city)
    abolish(policy, actor=city.clerk, at=city.at, on=city.today, why="有新办法")
    with pytest.raises(DomainError, match="已废止"):
        apply(policy, city.firm, actor=city.firm_user, at=city.at)
    hidden = draft_policy(draft(city, number=""), actor=city.land_clerk, at=city.at)
    with pytest.raises(DomainError, match="草稿"):
        apply(hidden, city.firm, actor=city.firm_user, at=city.at)
    with pytest.raises(DomainError, match="草稿"):
        grant(hidden, city.firm, amount="3万", actor=city.land_clerk, at=city.at)


@pytest.mark.parametrize("who", ["other_firm_user", "cadre", "land_clerk", "clerk"])
def test_only_the_firm_itself_applies(city, who):
    policy = published(city)
    for act in (apply, withdraw):
        with pytest.raises(NotPermitted):
            act(policy, city.firm, actor=getattr(city, who), at=city.at)


@pytest.mark.parametrize(("typed", "money"), [("3万", 30_000), ("1.2亿", 120_000_000), ("50", 50), ("0.5", "0.50")])
def test_granting_in_any_unit_tells_the_firm(city, typed, money):
    policy = applied(city)
    grant(policy, city.firm, amount=typed, actor=city.land_clerk, at=city.at + DAY)
    assert (step().amount, step().granted_at, step().decided_by) == (Decimal(money), city.at + DAY, city.land_clerk)
    assert "已兑现" in Notice.objects.get(user=city.firm_user).body


@pytest.mark.parametrize("typed", ["", "三五", "-3万", "0", "3万5", "1,2", "9" * 20])
def test_nonsense_is_refused_and_nothing_changes(city, typed):
    policy = applied(city)
    with pytest.raises(InvalidInput) as refused:
        grant(policy, city.firm, amount=typed, actor=city.land_clerk, at=city.at)
    assert "amount" in refused.value.errors
    assert step().granted_at is None


def test_a_refusal_says_why_and_a_second_decision_is_a_conflict(city):
    policy = applied(city)
    for why in (" ", "长" * 301):
        with pytest.raises(InvalidInput):
            refuse(policy, city.firm, why=why, actor=city.land_clerk, at=city.at)
    refuse(policy, city.firm, why="发票不全", actor=city.land_clerk, at=city.at)
    assert step().refused_why == "发票不全"
    with pytest.raises(Conflict, match="刚有了答复"):
        grant(policy, city.firm, amount="3万", actor=city.land_clerk, at=city.at)
    with pytest.raises(Conflict):
        withdraw(policy, city.firm, actor=city.firm_user, at=city.at)
    with pytest.raises(Conflict):
        apply(policy, city.firm, actor=city.firm_user, at=city.at)


def test_a_decision_taken_back_leaves_the_application(city):
    policy = applied(city)
    grant(policy, city.firm, amount="3万", actor=city.land_clerk, at=city.at)
    take_back(policy, city.firm, actor=city.land_clerk, at=city.at + DAY)
    assert (step().granted_at, step().amount, step().applied_at) == (None, None, city.at)
    with pytest.raises(Conflict):
        take_back(policy, city.firm, actor=city.land_clerk, at=city.at)
    assert Notice.objects.filter(user=city.firm_user).count() == 2


@pytest.mark.parametrize("who", ["labour_clerk", "cadre", "firm_user", "county_clerk"])
def test_only_the_keeper_of_the_policy_decides(city, who):
    policy = applied(city)
    actor = getattr(city, who)
    for act, said in ((grant, {"amount": "3万"}), (refuse, {"why": "不全"}), (take_back, {})):
        with pytest.raises(NotPermitted):
            act(policy, city.firm, actor=actor, at=city.at, **said)


def test_a_policy_that_ran_out_after_the_application_is_still_answered(city):
    policy = applied(city)
    Policy.objects.filter(pk=policy.pk).update(expires_on=city.today)
    policy.refresh_from_db()
    grant(policy, city.firm, amount="3万", actor=city.land_clerk, at=city.at + 9 * DAY)
    assert step().granted_at


def test_a_firm_fills_in_its_own_figures_and_matching_is_told(city):
    said = Figures(date(2019, 5, 1), 3500, 80)
    changed = fill_in(city.firm, said, seen=Figures(), actor=city.firm_user, at=city.at)
    assert changed == ["成立日期 未填 → 2019-05-01", "上年营业收入（万元） 未填 → 3500", "从业人数 未填 → 80"]
    assert figures_of(Enterprise.objects.get(pk=city.firm.pk)) == said
    assert FirmChange.objects.get().firm_key == city.firm.pk
    assert "未填 → 80" in AuditEntry.objects.get(act="补填企业资料").reason
    with pytest.raises(Conflict, match="别人改过"):
        fill_in(city.firm, Figures(), seen=Figures(), actor=city.firm_user, at=city.at)
    assert fill_in(city.firm, said, seen=said, actor=city.clerk, at=city.at) == []
    assert FirmChange.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"established_on": date(2026, 11, 24)}, "established_on"), ({"established_on": date(1899, 1, 1)}, "established_on"),
        ({"revenue": -1}, "revenue"), ({"revenue": 10**9}, "revenue"), ({"staff_count": 10**7}, "staff_count"),
    ],
)  # fmt: skip
def test_figures_that_cannot_be_are_refused(city, wrong, field):
    with pytest.raises(InvalidInput) as refused:
        fill_in(city.firm, Figures(**wrong), seen=Figures(), actor=city.firm_user, at=city.at)
    assert list(refused.value.errors) == [field]
    assert figures_of(Enterprise.objects.get(pk=city.firm.pk)) == Figures()


@pytest.mark.parametrize("who", ["other_firm_user", "cadre", "land_clerk", "other_county_clerk"])
def test_others_do_not_fill_in_a_firms_figures(city, who):
    with pytest.raises(NotPermitted):
        fill_in(city.firm, Figures(), seen=Figures(), actor=getattr(city, who), at=city.at)
