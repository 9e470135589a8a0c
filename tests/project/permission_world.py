"""权限表要看的东西：城里每种对象一个，都属于 city.firm（魏都区）这一家、市自然资源局这一办。"""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from cadres.models import Notice
from cases.enums import Action, TicketKind
from cases.models import RuleSet, SpotCheck
from cases.services import perform, rating_link
from cases.services.firm_merging import Choices, merge_firms
from reports.ledgers import LEDGERS
from reports.models import RankingObjection
from reports.services.exports import request_export
from reports.services.month import draft_month
from tests.cases import looking_back, sessions, situations, steps
from tests.factories import (
    EnterpriseFactory,
    PlannedVisitFactory,
    QuietPeriodFactory,
    VisitFactory,
    WhitelistingFactory,
)
from tests.policies.test_library import published

# The columns of the table, in this order. Strangers are in test_urls.py.
PEOPLE = (
    "firm_user", "other_firm_user", "cadre", "other_cadre", "land_clerk", "land_head", "labour_clerk", "clerk",
    "director", "county_clerk", "other_county_clerk", "leader", "supervisor", "sysadmin", "secadmin", "auditor",
)  # fmt: skip


def build(city):
    """每种对象一个。"""
    case = steps.handling(city, city.at)
    inquiry = situations.drafted(city)
    submitted = steps.submitted(city, city.at)
    rating = steps.rating(city, city.at)
    VisitFactory(enterprise=city.firm, cadre=city.cadre, unit=city.land, visited_on=date(2026, 11, 20))
    notice = Notice.objects.create(user=city.land_clerk, key="k", title="有一件要签收", created_at=city.at)
    spot = SpotCheck.objects.create(
        case=case, unit=city.land, planned_on=city.today, purpose="看真不真", made_by=city.supervisor, made_at=city.at
    )
    look = looking_back.assigned(city)
    look.assignee = city.other_cadre
    look.save()
    ranking = draft_month(date(2026, 10, 1), at=city.at)
    row = ranking.rows.get(unit=city.land)
    objection = RankingObjection.objects.create(
        row=row, case=case, item="on_time", text="节假日未扣", filed_at=city.at, filed_by=city.land_head
    )
    debt = perform(
        situations.recorded(city), Action.RECORD_RECOVERY, actor=city.land_clerk, at=city.at, amount=Decimal(9),
        received_on=city.today,
    )  # fmt: skip
    joined = situations.joined(city)
    twin, gone = (EnterpriseFactory(region=city.firm.region) for _ in range(2))
    merge = merge_firms(city.firm, gone, Choices(), actor=city.director, at=city.at)
    return SimpleNamespace(
        twin=twin, merge=merge, city=city, issue=joined.issue_memberships.get().issue, recovery=debt.recoveries.get(), case=case, reported=steps.reported(city, city.at), accepted=steps.accepted(city, city.at),
        submitted=submitted, inquiry=inquiry.tickets.get(kind=TicketKind.INQUIRY),
        ticket=case.tickets.get(), attachment=submitted.attachments.get(), notice=notice, spot=spot, look=look,
        token=rating_link(rating.evaluations.get()).rstrip("/").rsplit("/", 1)[-1],
        invitation=rating.evaluations.get(), contact=city.firm.contacts.get(), assignment=city.firm.assignments.get(),
        planned=PlannedVisitFactory(enterprise=city.firm, cadre=city.cadre),
        quiet=QuietPeriodFactory(enterprise=city.firm, set_by=city.firm_user),
        whitelisting=WhitelistingFactory(enterprise=city.firm), rule=RuleSet.objects.get(code="13710"),
        row=row, ranking=ranking, objection=objection,
        export=request_export(LEDGERS["cases"], "", actor=city.land_head, at=city.at)[0],
        policy=published(city), **meetings(city),
    )  # fmt: skip


def meetings(city):
    """市活动办的三次会：筹备中的、定稿的、印发的；印发的有一个题目由市自然资源局落实。"""
    issued = sessions.closed(city, steps.handling(city, city.at), topics=["物流园规划"], unit=city.land)
    return {
        "planned_meeting": sessions.planned(
            city, cases=[steps.handling(city, city.at)], held_at=city.at + 2 * steps.DAY
        ),
        "frozen_meeting": sessions.frozen(city, steps.handling(city, city.at), held_at=city.at + 3 * steps.DAY),
        "issued_meeting": issued,
        "topic": issued.items.get(case=None),
    }


# 带参数的地址要看哪一个对象；没写的地址不带参数。
OBJECTS = {
    **{f"policies:{name}": lambda w: [w.policy.pk] for name in ("detail", "edit", "publish", "abolish")},
    "policies:version": lambda w: [w.policy.pk, 1],
    "cadres:notice_open": lambda w: [w.notice.pk],
    "cadres:plan_visit": lambda w: [w.city.firm.pk],
    "cadres:joint_visit": lambda w: [w.city.firm.pk],
    "cadres:planned_move": lambda w: [w.planned.pk],
    "cadres:planned_cancel": lambda w: [w.planned.pk],
    "cadres:planned_decline": lambda w: [w.planned.pk],
    "cadres:quiet_end": lambda w: [w.quiet.pk],
    "cadres:reveal_contact": lambda w: [w.contact.pk],
    "cadres:firm_coverage": lambda w: [w.city.firm.pk],
    "cadres:assistant_add": lambda w: [w.city.firm.pk],
    "cadres:assignment_end": lambda w: [w.assignment.pk],
    "cadres:numbering_change": lambda w: [w.city.office.pk],
    "cadres:unit_edit": lambda w: [w.city.land.pk],
    **{
        f"cadres:{name}": lambda w: [w.city.labour_clerk.pk]
        for name in (
            "person",
            "person_amend",
            "person_grant",
            "person_reset",
            "person_unlock",
            "person_deactivate",
            "person_reactivate",
        )
    },
    **{
        f"enterprises:{name}": lambda w: [w.city.firm.pk]
        for name in ("detail", "edit", "strike", "whitelist_add", "contact_new")
    },
    "enterprises:whitelist_end": lambda w: [w.whitelisting.pk],
    "enterprises:contact_edit": lambda w: [w.city.firm.pk, w.contact.pk],
    "enterprises:contact_act": lambda w: [w.city.firm.pk, w.contact.pk],
    **{
        f"cases:{name}": lambda w: [w.case.pk]
        for name in ("detail", "inbox_row", "clocks", "timeline", "preview_extension")
    },
    "cases:board_case": lambda w: [w.reported.pk],
    "cases:act": lambda w: [w.case.pk, "report"],
    "cases:board_act": lambda w: [w.reported.pk, "accept"],
    "cases:dispatch": lambda w: [w.accepted.pk],
    "cases:dispatch_preview": lambda w: [w.accepted.pk],
    "cases:ticket": lambda w: [w.ticket.pk],
    "cases:ticket_docx": lambda w: [w.ticket.pk],
    "cases:ticket#inquiry": lambda w: [w.inquiry.pk],
    "cases:ticket_docx#inquiry": lambda w: [w.inquiry.pk],
    "cases:issue": lambda w: [w.issue.pk],
    "cases:issue_act": lambda w: [w.issue.pk, "report"],
    "cases:register_alike": lambda w: [w.city.firm.pk],
    "cases:recovery_void": lambda w: [w.recovery.pk],
    "cases:attachment": lambda w: [w.attachment.pk],
    "cases:dossier": lambda w: [w.inquiry.pk],
    "cases:decide": lambda w: [w.inquiry.pk, "approve_inquiry_office"],
    "cases:spot_check": lambda w: [w.spot.pk],
    "cases:look_back": lambda w: [w.look.pk],
    "cases:look_back_reassign": lambda w: [w.look.pk],
    "cases:look_back_phone": lambda w: [w.look.pk, w.contact.pk],
    "cases:look_back_draw": lambda w: [w.look.draw_id],
    **{
        f"cases:{name}": lambda w: [w.planned_meeting.pk]
        for name in (
            "meeting",
            "meeting_edit",
            "meeting_agenda",
            "meeting_freeze",
            "meeting_cancel",
        )
    },
    "cases:meeting#closed": lambda w: [w.issued_meeting.pk],
    "cases:meeting_minutes": lambda w: [w.frozen_meeting.pk],
    "cases:meeting_carry": lambda w: [w.issued_meeting.pk],
    "cases:meeting_paper": lambda w: [w.planned_meeting.pk, "agenda"],
    "cases:meeting_docx": lambda w: [w.planned_meeting.pk, "agenda"],
    "cases:meeting_paper#minutes": lambda w: [w.issued_meeting.pk, "minutes"],
    "cases:meeting_docx#minutes": lambda w: [w.issued_meeting.pk, "minutes"],
    "cases:agenda_result": lambda w: [w.topic.pk],
    "cases:ruleset_new": lambda w: [w.rule.pk],
    "cases:ruleset_default": lambda w: [w.rule.pk],
    "cases:calendar_day": lambda w: [date(2026, 12, 1)],
    "cases:category": lambda w: [w.city.categories["land"].pk],
    "cases:category_switch": lambda w: [w.city.categories["labour"].pk],
    "cases:category_move": lambda w: [w.city.categories["labour"].pk],
    "cases:brief": lambda w: [w.city.firm.pk],
    "cases:visit_new": lambda w: [w.city.firm.pk],
    "cases:visit_hints": lambda w: [w.city.firm.pk],
    "cases:visit_alike": lambda w: [w.city.firm.pk, "1"],
    "cases:duplicates_apart": lambda w: [w.city.firm.pk, w.twin.pk],
    "cases:firm_merge_pick": lambda w: [w.city.firm.pk],
    "cases:firm_merge": lambda w: [w.city.firm.pk, w.twin.pk],
    "cases:firm_merged": lambda w: [w.merge.pk],
    "cases:firm_unmerge": lambda w: [w.merge.pk],
    "cases:register": lambda w: [w.city.firm.pk],
    "cases:invitation_link": lambda w: [w.invitation.pk],
    "cases:invitation_handed": lambda w: [w.invitation.pk],
    "cases:rate": lambda w: [w.token],
    "reports:cockpit_cases": lambda w: ["due"],
    "reports:ranking_rule_objection": lambda w: [w.objection.pk],
    "reports:ranking_object": lambda w: [w.row.pk],
    "reports:ranking_unit": lambda w: [w.row.pk],
    "reports:ranking_unit_xlsx": lambda w: [w.row.pk],
    "reports:ranking_item": lambda w: [w.row.pk, "on_time"],
    "reports:ledger": lambda w: ["cases"],
    "reports:ledger_export": lambda w: ["cases"],
    **{f"reports:{name}": lambda w: [w.export.pk] for name in ("export", "export_cancel", "export_file")},
    **{
        f"reports:{name}": lambda w: [w.ranking.month]
        for name in (
            "ranking_month",
            "ranking_publish",
            "ranking_save_rule",
            "ranking_xlsx",
            "ranking_redraft",
            "circular",
            "circular_text",
            "circular_issue",
            "circular_docx",
        )
    },
}

# What a form carries, where an empty one is turned away before anybody asks who sent it.
DATA = {
    "cases:meeting_agenda": lambda w: {"do": "propose"},
    "cadres:numbering_change": lambda w: {"ticket_prefix": "许新企"},
    "reports:ranking_object": lambda w: {"item": "on_time", "case": w.case.pk, "text": "节假日未扣"},
    "reports:ranking_rule_objection": lambda w: {"is_upheld": "false", "ruling": "已扣除。"},
}
