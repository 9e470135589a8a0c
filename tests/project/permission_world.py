"""权限表要看的东西：城里每种对象一个，都属于 city.firm（魏都区）这一家、市自然资源局这一办。"""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

from cadres.models import Notice, OutgoingMessage, Recipient
from cadres.services.tokens import issue_token
from cases.enums import Action, TicketKind
from cases.models import RuleSet, SpotCheck
from cases.services import perform, rating_link
from cases.services.firm_merging import Choices, merge_firms
from policies.models import Digest
from policies.services import attach
from policies.services.events import Outcome, draft_event, hold_event, open_event, record_result, walk_in
from reports.ledgers import LEDGERS
from reports.models import FieldMap, HandedDown, RankingObjection, Reconciliation, Subscription
from reports.services import hook_sending
from reports.services.exports import request_export
from reports.services.month import draft_month
from reports.services.province import link, outbox
from tests.cases import looking_back, sessions, situations, steps
from tests.factories import (
    EnterpriseFactory,
    PlannedVisitFactory,
    QuietPeriodFactory,
    VisitFactory,
    WhitelistingFactory,
    credit_code,
)
from tests.policies import event_steps
from tests.policies.test_import_pages import batch_of
from tests.policies.test_library import published
from tests.sheets import checked

FIRM_ROWS = (
    ("企业名称", "统一社会信用代码", "县（市、区）"),
    ("许昌导入机械有限公司", credit_code(930_001), "魏都区"),
)
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
        sheet=checked("firms", FIRM_ROWS, actor=city.clerk, at=city.at),
        export=request_export(LEDGERS["cases"], "", actor=city.land_head, at=city.at)[0],
        **library(city), **events(city), message=failed_message(city), **meetings(city),
        **exchange(city, case),
    )  # fmt: skip


def token_in(city):
    """安全管理员发出去的一个接口令牌。"""
    return issue_token(city.clerk, name="市平台对接", scopes=["cases:read"], days=30, actor=city.secadmin, at=city.at)[
        0
    ]


def library(city):
    """一份发布了的政策，带一个附件；一份还没开始的导入。"""
    policy = published(city)
    paper = attach(policy, [steps.evidence()], actor=city.land_clerk, at=city.at)[0]
    digest = Digest.objects.create(enterprise=city.firm, made_on=city.today, made_at=city.at)
    return {"policy": policy, "policy_paper": paper, "digest": digest, "batch": batch_of(city)}


def failed_message(city):
    """一条没发成的短信。"""
    there = Recipient.objects.create(channel="SMS", address="13900005678")
    return OutgoingMessage.objects.create(
        key="x", recipient=there, text="试发", state="FAILED", attempts=6, next_at=city.at, created_at=city.at
    )


def events(city):
    """市自然资源局的两场对接活动：报名中的、办过的（本企业到了场，有一个意向）。"""
    host = city.land_clerk
    make = lambda **more: open_event(  # noqa: E731 - two of a kind
        draft_event(event_steps.draft(city, **more), actor=host, at=city.at), actor=host, at=city.at
    )
    ahead, past = make(), make(held_at=city.at + timedelta(hours=1))
    walk_in(past, city.firm, actor=host, at=city.at)
    past = hold_event(past, actor=host, at=city.at + timedelta(hours=2))
    said = Outcome(city.firm, "INTENT", city.today, amount=Decimal(9))
    result = record_result(past, said, actor=host, at=city.at + timedelta(hours=2))
    return {"event": ahead, "held_event": past, "result": result, "follow_up": past.follow_ups.first()}


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


def exchange(city, case):
    """省平台：一行退回的、一次对账、一件没能登记的交办。"""
    link.start(since=city.at, actor=city.director, at=city.at)
    outbox.drain(at=city.at)
    differing = {"case": case.pk, "number": case.number, "missing": [1], "doubled": [], "disordered": [], "fields": []}
    run = Reconciliation.objects.create(
        state="DONE", since=city.at, until=city.at, started_at=city.at, details=[differing], missing_count=1
    )
    handed = HandedDown.objects.create(
        number="豫企〔2026〕1号", fields={"uscc": city.firm.credit_code, "content": "省里交办"}, received_at=city.at,
        last_at=city.at,
    )  # fmt: skip
    hook = Subscription.objects.create(
        name="政务办系统", url="https://oa.example.cn/in", secret="x", kinds=["open"], owner=city.clerk, since=city.at,
        made_at=city.at, made_by=city.secadmin,
    )  # fmt: skip
    hook_sending.drain(at=city.at)
    return {
        "report": case.province_reports.get(seq=1), "run": run, "handed": handed, "field": FieldMap.objects.first(),
        "hook": hook, "delivery": hook.deliveries.first(),
    }  # fmt: skip


# 带参数的地址要看哪一个对象；没写的地址不带参数。
OBJECTS = {
    **{f"policies:{name}": lambda w: [w.policy.pk] for name in ("detail", "edit", "publish", "abolish", "attach")},
    **{f"policies:{name}": lambda w: [w.policy_paper.pk] for name in ("attachment", "detach")},
    **{
        f"policies:event{name}": lambda w: [w.event.pk]
        for name in (
            "",
            "_edit",
            "_open",
            "_hold",
            "_cancel",
            "_invite",
            "_invite_one",
            "_sign_up",
            "_withdraw",
            "_attendance",
            "_walk_in",
            "_sheet",
            "_results",
        )
    },
    "policies:event_result_void": lambda w: [w.result.pk],
    "policies:event_follow_up": lambda w: [w.follow_up.pk],
    "policies:event_kind": lambda w: [w.event.kind_id],
    **{f"policies:{name}": lambda w: [w.batch.pk] for name in ("import", "import_start", "import_cancel")},
    "policies:import_report": lambda w: [w.batch.pk, "csv"],
    "policies:digest": lambda w: [w.digest.pk],
    "policies:version": lambda w: [w.policy.pk, 1],
    **{f"policies:{name}": lambda w: [w.city.firm.pk] for name in ("firm", "figures")},
    **{f"policies:{name}": lambda w: [w.policy.pk] for name in ("apply", "withdraw", "firms")},
    "policies:funnel_firms": lambda w: [w.city.firm.region_id],
    "policies:firm_step": lambda w: [w.policy.pk, w.city.firm.pk],
    **{f"cadres:{name}": lambda w: ["firms"] for name in ("sheet_new", "sheet_template")},
    **{f"cadres:{name}": lambda w: [w.sheet.pk] for name in ("sheet", "sheet_confirm", "sheet_cancel")},
    "cadres:sheet_marked": lambda w: [w.sheet.pk, "check"],
    "cadres:notice_open": lambda w: [w.notice.pk],
    "cadres:mail_confirm": lambda w: ["x"],
    "cadres:channel_test": lambda w: ["MAIL"],
    "cadres:message_resend": lambda w: [w.message.pk],
    "cadres:plan_visit": lambda w: [w.city.firm.pk],
    "cadres:joint_visit": lambda w: [w.city.firm.pk],
    "cadres:planned_move": lambda w: [w.planned.pk],
    "cadres:planned_cancel": lambda w: [w.planned.pk],
    "cadres:planned_decline": lambda w: [w.planned.pk],
    "cadres:quiet_end": lambda w: [w.quiet.pk],
    "cadres:reveal_contact": lambda w: [w.contact.pk],
    "cadres:firm_coverage": lambda w: [w.city.firm.pk],
    "cadres:token_revoke": lambda w: [token_in(w.city).pk],
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
    "cases:visit_policies": lambda w: [w.city.firm.pk],
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
    **{f"reports:{name}": lambda w: [w.hook.pk] for name in ("hook", "hook_secret", "hook_pause", "hook_resume")},
    "reports:hook_resend": lambda w: [w.delivery.pk],
    "reports:province_resend": lambda w: [w.report.pk],
    "reports:province_field": lambda w: [w.field.pk],
    "reports:reconciliation": lambda w: [w.run.pk],
    "reports:reconciliation_mend": lambda w: [w.run.pk, w.case.pk],
    "reports:handed_again": lambda w: [w.handed.pk],
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
    **{f"policies:event_{name}": lambda w: {"firm": w.city.firm.pk} for name in ("sign_up", "withdraw")},
    "policies:event_follow_up": lambda w: {"account": "问过了"},
    "cases:meeting_agenda": lambda w: {"do": "propose"},
    "cadres:numbering_change": lambda w: {"ticket_prefix": "许新企"},
    "reports:ranking_object": lambda w: {"item": "on_time", "case": w.case.pk, "text": "节假日未扣"},
    "reports:ranking_rule_objection": lambda w: {"is_upheld": "false", "ruling": "已扣除。"},
}
