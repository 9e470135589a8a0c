"""企业合并与撤销（R-11、R-12）：搬得全、撞上的有说法、撤得回来一字不差。"""

from datetime import date

import pytest
from django.db import OperationalError, connection

from cadres.models import Assignment, AuditEntry, EnterpriseMerge, Notice
from cadres.services.coverage import assign_lead
from cases.enums import Action
from cases.models import Case, CaseEvent, Ticket
from cases.services import Report, perform, report_problem
from cases.services.firm_merging import Choices, merge_firms
from cases.services.firm_plan import ABSORBED, FIELDS, plan_merge
from cases.services.firm_relations import STAYING, relations
from cases.services.firm_unmerging import came_later, moved_counts, undo_merge
from enterprises import services
from enterprises.models import Enterprise
from enterprises.services import FirmRecord, add_contact
from enterprises.services.index import FIRMS
from tests.cases import twins
from tests.cases.dumps import changed, dump
from tests.cases.steps import DAY
from tests.factories import UserFactory
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted

pytestmark = pytest.mark.django_db
# What was said is said, the merge itself is remembered, and matching is told of both changes: these keep their rows.
TOLD = ("cadres.AuditEntry", "cadres.Notice", "cadres.EnterpriseMerge", "enterprises.FirmChange")
ALL_ABSORBED = Choices(dict.fromkeys(FIELDS, ABSORBED), ABSORBED, ABSORBED, "同一家登记了两次")


def merged(city, pair, choices=None, **more):
    kept, absorbed = pair.fresh()
    said = {"actor": city.director, "at": city.at + DAY, **more}
    return merge_firms(kept, absorbed, choices or Choices(), **said)


def test_every_table_of_a_firm_moves_or_is_known_to_stay():
    """A new table moves by itself; one that must not is named in STAYING."""
    labels = {each.label for each in relations()}
    assert labels >= {"cases.Case", "cadres.Visit", "cadres.User", "enterprises.Contact", "enterprises.Enterprise_tags"}
    assert labels & STAYING == set()


def test_everything_of_the_absorbed_firm_is_the_kept_ones(city):
    pair = twins.build(city)
    tickets = list(Ticket.objects.order_by("pk").values())
    merge = merged(city, pair)
    kept, absorbed = pair.fresh()
    assert (kept.is_active, absorbed.is_active) == (True, False)
    left = {each.label: each.rows(absorbed).count() for each in relations() if each.rows(absorbed).exists()}
    assert left == {"enterprises.Contact": 1, "enterprises.Enterprise_tags": 1}  # what the kept firm has already
    assert {case.enterprise for case in Case.objects.filter(pk__in=[one.pk for one in pair.cases])} == {kept}
    assert set(Case.objects.filter(enterprise=kept).values_list("region", flat=True)) == {kept.region_id}
    assert CaseEvent.objects.filter(kind="note", data={"firm_merge": merge.pk}).count() == 3
    assert list(Ticket.objects.order_by("pk").values()) == tickets
    assert sorted(kept.tags.values_list("pk", flat=True)) == sorted(
        set(kept.tags.through.objects.values_list("tag", flat=True))
    )
    pair.user.refresh_from_db()
    assert pair.user.enterprise == kept


def test_what_clashed_is_settled(city):
    pair = twins.build(city)
    merged(city, pair)
    kept, _ = pair.fresh()
    now = {(row.cadre.name, row.role) for row in kept.assignments.filter(to_on=None)}
    assert now == {("许干部", "LEAD"), (pair.cadre.name, "ASSISTANT"), ("何干部", "ASSISTANT")}
    assert [row.name for row in kept.contacts.filter(is_primary=True)] == [pair.kept.contacts.first().name]
    assert [row.level for row in kept.whitelistings.filter(to_on=None)] == ["PROVINCE"]
    assert sorted(kept.planned_visits.values_list("state", flat=True)) == ["CANCELLED", "PLANNED"]


def test_the_chosen_side_of_each_thing_wins(city):
    pair = twins.build(city)
    merged(city, pair, ALL_ABSORBED)
    kept, absorbed = pair.fresh()
    assert (kept.name, absorbed.name) == (pair.absorbed.name, pair.kept.name)
    assert (kept.credit_code, absorbed.credit_code) == (pair.absorbed.credit_code, pair.kept.credit_code)
    assert (kept.pinyin, absorbed.pinyin) == ("xcydjmjxyxzrgs", "xcydjmjxyxgs")
    assert (kept.region, kept.address, kept.industry_code) == (city.regions["zone"], "示例路 2 号", "C3525")
    assert set(Case.objects.filter(enterprise=kept).values_list("region", flat=True)) == {kept.region_id}
    lead = kept.assignments.get(role="LEAD", to_on=None)
    assert lead.cadre == pair.cadre
    assert kept.assignments.get(cadre=city.cadre, to_on=None).role == "ASSISTANT"
    assert kept.contacts.get(is_primary=True).name == "另一位"
    assert FIRMS.verify() == []


def test_a_blank_of_the_kept_firm_is_filled_from_the_other(city):
    pair = twins.build(city)
    Enterprise.objects.filter(pk=pair.kept.pk).update(address="")
    merged(city, pair)
    kept, _ = pair.fresh()
    assert (kept.address, kept.chain, kept.name) == ("示例路 2 号", pair.absorbed.chain, pair.kept.name)


def test_the_primary_contact_known_on_both_sides_stays_one_row(city):
    pair = twins.build(city)
    pair.absorbed.contacts.filter(is_primary=True).update(is_primary=False)
    pair.absorbed.contacts.filter(name="两边都有").update(is_primary=True)
    merged(city, pair, Choices(primary=ABSORBED))
    kept, _ = pair.fresh()
    assert [row.name for row in kept.contacts.filter(is_primary=True)] == ["两边都有"]
    assert kept.contacts.filter(name="两边都有").count() == 1


@pytest.mark.parametrize("choices", [Choices(), ALL_ABSORBED, Choices(lead=ABSORBED), Choices({"name": ABSORBED})])
@pytest.mark.parametrize("turned", [False, True])
def test_undoing_gives_both_firms_back_to_the_byte(city, choices, turned):
    pair = twins.build(city)
    if turned:
        pair.kept, pair.absorbed = pair.absorbed, pair.kept
    before = dump(but=TOLD)
    moved = Case.objects.filter(enterprise=pair.absorbed).count()
    merge = merged(city, pair, choices)
    undo_merge(merge, actor=city.director, at=city.at + 2 * DAY)
    left = changed(before, dump(but=TOLD))
    # A case's revision never goes back: a page opened before the merge must not pass for fresh after its undoing.
    assert left.pop("cases.Case") == [{"revision": (n, n + 2)} for n in revisions(before, pair.absorbed)]
    assert len(left.pop("cases.CaseEvent")) == 2 * moved
    assert left == {}
    assert FIRMS.verify() == []


def revisions(before, firm):
    return [row["revision"] for _, row in sorted(before["cases.Case"].items()) if row["enterprise_id"] == firm.pk]


def test_who_is_told_and_what_is_logged(city):
    pair = twins.build(city)
    merge = merged(city, pair, Choices(reason="同一家"))
    told = set(Notice.objects.filter(key=f"firm-merge:{merge.pk}").values_list("user__username", flat=True))
    assert told == {"firm_user", pair.user.username, "cadre", "other_cadre", pair.cadre.username}
    undo_merge(merge, actor=city.director, at=city.at + DAY)
    assert list(AuditEntry.objects.order_by("pk").values_list("act", "reason")) == [
        ("合并企业", "同一家"),
        ("撤销企业合并", ""),
    ]
    assert Notice.objects.filter(key=f"firm-unmerge:{merge.pk}").count() == len(told)


def test_what_the_preview_counts_is_what_moves(city):
    pair = twins.build(city)
    plan = plan_merge(*pair.fresh(), actor=city.director)
    counted = dict(plan.counts())
    assert (counted.pop("账号里的通知"), counted["联系人"], counted["包联关系"]) == (1, 1, 3)
    assert "企业标签 1 条两家都有" in [clash.what for clash in plan.clashes]
    assert dict(moved_counts(merged(city, pair))) == counted


# --- 谁能办，什么时候不能 ---------------------------------------------------------------------------------------------


def test_only_the_head_of_the_office_of_both_firms_merges(city):
    pair = twins.build(city)
    for nobody in (city.clerk, city.county_clerk, city.leader, city.cadre, city.firm_user, city.land_head):
        with pytest.raises(NotPermitted, match="主任"):
            merged(city, pair, actor=nobody)
    merge = merged(city, pair, actor=city.county_director)  # 魏都区 and the zone that belongs to it
    with pytest.raises(NotPermitted):
        undo_merge(merge, actor=city.county_clerk, at=city.at)
    undo_merge(merge, actor=city.county_director, at=city.at)
    pair.absorbed = city.other_firm
    with pytest.raises(NotPermitted, match="由市活动办合并"):
        merged(city, pair, actor=city.county_director)


def test_the_same_a_struck_off_or_a_merged_firm_is_not_merged(city):
    pair = twins.build(city)
    with pytest.raises(DomainError, match="同一家"):
        merge_firms(pair.kept, pair.kept, Choices(), actor=city.director, at=city.at)
    merged(city, pair)
    with pytest.raises(DomainError, match="已并入"):
        merged(city, pair)
    Enterprise.objects.filter(pk=city.other_firm.pk).update(is_active=False)
    pair.absorbed = city.other_firm
    with pytest.raises(DomainError, match="先恢复在册"):
        merged(city, pair)
    with pytest.raises(InvalidInput, match="200"):
        merged(city, pair, Choices(reason="长" * 201))


def test_a_preview_that_is_no_longer_true_stops_it(city):
    pair = twins.build(city)
    seal = plan_merge(*pair.fresh(), actor=city.director).seal()
    Assignment.objects.filter(enterprise=pair.absorbed, role="LEAD", to_on=None).update(to_on=date(2026, 11, 1))
    before = dump()
    with pytest.raises(Conflict, match="核对新的预览"):
        merged(city, pair, seal=seal)
    assert changed(before, dump()) == {}


def test_a_page_older_than_an_edit_stops_it(city):
    pair = twins.build(city)
    kept, absorbed = pair.fresh()
    Enterprise.objects.filter(pk=kept.pk).update(updated_at=city.at)
    with pytest.raises(Conflict, match="刚被别人改过"):
        merge_firms(kept, absorbed, Choices(), actor=city.director, at=city.at + DAY)
    assert not EnterpriseMerge.objects.exists()


class Cut:
    """The line to the database breaks at the `n`-th write."""

    def __init__(self, n):
        self.left = n

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            self.left -= 1
            if not self.left:
                raise OperationalError("断了")
        return execute(sql, params, many, context)


def cut_at_every_write(act):
    """`act` broken off at its first write, its second …; gives how many there were."""
    for n in range(1, 500):
        before = dump()
        try:
            with connection.execute_wrapper(Cut(n)):
                act()
        except OperationalError:
            assert changed(before, dump()) == {}, n
        else:
            return n - 1
    raise AssertionError


def test_broken_off_anywhere_nothing_is_half_done(city):
    pair = twins.build(city)
    assert cut_at_every_write(lambda: merged(city, pair, ALL_ABSORBED)) > 30
    merge = EnterpriseMerge.objects.get()
    assert cut_at_every_write(lambda: undo_merge(merge, actor=city.director, at=city.at + DAY)) > 30


# --- 撤不回去的 -----------------------------------------------------------------------------------------------------


def refused(city, merge):
    before = dump()
    with pytest.raises(DomainError) as refusal:
        undo_merge(merge, actor=city.director, at=city.at + 3 * DAY)
    assert changed(before, dump()) == {}
    return refusal.value.message


def test_undone_twice_is_a_conflict(city):
    merge = merged(city, twins.build(city))
    undo_merge(merge, actor=city.director, at=city.at)
    assert "已经撤销" in refused(city, merge)


def test_what_was_merged_on_is_undone_first(city):
    pair = twins.build(city)
    first = merged(city, pair)
    Enterprise.objects.filter(pk=city.other_firm.pk).update(region=pair.kept.region)
    third = Enterprise.objects.get(pk=city.other_firm.pk)
    kept, _ = pair.fresh()
    second = merge_firms(kept, third, Choices(), actor=city.director, at=city.at + DAY)
    assert "也并入了" in refused(city, first)
    undo_merge(second, actor=city.director, at=city.at)
    kept, third = Enterprise.objects.get(pk=kept.pk), Enterprise.objects.get(pk=third.pk)
    onward = merge_firms(third, kept, Choices(), actor=city.director, at=city.at + DAY)
    assert "后来又并入了“禹州珂陶新材料有限公司”" in refused(city, first)
    undo_merge(onward, actor=city.director, at=city.at)
    undo_merge(first, actor=city.director, at=city.at)


def test_cases_merged_across_since_are_parted_first(city):
    pair = twins.build(city)
    merge = merged(city, pair)
    own = Case.objects.filter(enterprise=pair.kept).exclude(pk__in=[one.pk for one in pair.cases]).get()
    joined = perform(own, Action.MERGE, actor=city.clerk, at=city.at, into=pair.cases[2])
    assert f"{own.number} 后来并入了 {pair.cases[2].number}" in refused(city, merge)
    perform(joined, Action.UNMERGE, actor=city.clerk, at=city.at)
    undo_merge(merge, actor=city.director, at=city.at)


def test_what_was_changed_since_is_named(city):
    pair = twins.build(city)
    merge = merged(city, pair, ALL_ABSORBED)
    kept, _ = pair.fresh()
    Enterprise.objects.filter(pk=kept.pk).update(address="又改过")
    kept.contacts.filter(name="另一位").delete()
    said = refused(city, merge)
    assert "企业 1 条在合并后又改过" in said
    assert "联系人 1 条" in said


def test_a_lead_or_primary_contact_named_since_is_named(city):
    pair = twins.build(city)
    merge = merged(city, pair, ALL_ABSORBED)
    kept, _ = pair.fresh()
    lead = UserFactory(role="CADRE", name="新干部")
    assign_lead(kept, lead, actor=city.director, at=city.at + 2 * DAY)
    add_contact(kept, actor=city.director, at=city.at + 2 * DAY, name="新联系人", phone="13900008888", is_primary=True)
    said = refused(city, merge)
    assert "牵头干部后来换成了新干部" in said
    assert "首要联系人后来换成了新联系人" in said


def test_life_goes_on_after_a_merge_and_after_its_undoing(city):
    pair = twins.build(city)
    merge = merged(city, pair)
    case = Case.objects.get(pk=pair.cases[2].pk)
    perform(case, Action.REPORT, actor=city.land_clerk, at=city.at + DAY, note="已看现场。")
    kept, _ = pair.fresh()
    new = report_problem(
        Report(kept, "又一件", "用水。", "ENTERPRISE"), actor=Fresh.of(pair.user), at=city.at + 2 * DAY
    )
    services.update(kept, record_of(kept, address="新址"), actor=city.director, at=city.at + 2 * DAY)
    assert [(row.words, row.count) for row in came_later(merge)] == [("诉求", 1)]
    undo_merge(merge, actor=city.director, at=city.at + 3 * DAY)
    kept, absorbed = pair.fresh()
    case.refresh_from_db()
    new.refresh_from_db()
    assert (case.enterprise, case.region, case.events.filter(kind="report").count()) == (absorbed, absorbed.region, 1)
    assert (new.enterprise, new.region) == (kept, kept.region)
    assert (kept.address, kept.updated_at) == ("新址", city.at + 3 * DAY)


class Fresh:
    """The person as the next request finds him."""

    @staticmethod
    def of(user):
        return type(user).objects.get(pk=user.pk)


def record_of(firm, **changed):
    names = (
        "name",
        "credit_code",
        "region",
        "address",
        "industry_code",
        "industry",
        "chain",
        "cluster",
        "is_above_scale",
    )
    return FirmRecord(**{name: getattr(firm, name) for name in names} | changed, tags=firm.tags.all())
