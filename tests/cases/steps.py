"""给测试用的几步走：把一件案子带到某个状态，都经过真正的服务。"""

from datetime import datetime, timedelta

from cases.enums import Action, Nature, Outcome, Source, Tier
from cases.services import DispatchPlan, Report, Ticks, perform, report_problem
from tests.factories import SHANGHAI
from zhuqi.kernel.uploads import accept

DAY = timedelta(days=1)


def instant(text):
    """'2026-02-13 10:00' 北京时间。"""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def evidence(name="现场照片.txt"):
    """一件干净的佐证。"""
    from django.core.files.uploadedfile import SimpleUploadedFile

    return accept(SimpleUploadedFile("办结说明.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"))


def reported(city, at, **more):
    """企业报一件，待受理。"""
    details = {
        "title": "二期厂房用地手续未批",
        "description": "二期 12 亩边角地规划调整迟迟未批，设备到货无处安装。",
        **more,
    }
    return report_problem(Report(city.firm, source=Source.ENTERPRISE, **details), actor=city.firm_user, at=at)


def plan(city, **more):
    """一个交办方案：市自然资源局主办。"""
    details = {
        "category": city.categories["land"],
        "tier": Tier.SINGLE,
        "nature": Nature.SINGLE,
        "lead": city.land,
        **more,
    }
    return DispatchPlan(**details)


def accepted(city, at):
    """待交办。"""
    return perform(reported(city, at), Action.ACCEPT, actor=city.clerk, at=at)


def dispatched(city, at, **more):
    """待签收，交办单已发。"""
    return perform(accepted(city, at), Action.DISPATCH, actor=city.clerk, at=at, plan=plan(city, **more))


def handling(city, at, **more):
    """办理中。"""
    return perform(dispatched(city, at, **more), Action.SIGN, actor=city.land_clerk, at=at)


def submitted(city, at, outcome=Outcome.SOLVED, **more):
    """办结待审核。"""
    return perform(
        handling(city, at), Action.SUBMIT, actor=city.land_clerk, at=at, note="已办好，企业确认。", outcome=outcome,
        files=[evidence()], **more,
    )  # fmt: skip


ALL_TICKS = Ticks(is_solved=True, is_answered=True, has_contacted=True, firm_agrees=True)


def rating(city, at):
    """待评价。"""
    return perform(submitted(city, at), Action.PASS_REVIEW, actor=city.clerk, at=at, ticks=ALL_TICKS)
