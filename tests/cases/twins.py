"""同一家企业登记了两次：什么都有、处处撞上的一对（合并测试用）。"""

from dataclasses import dataclass
from datetime import date

from cadres.enums import AssignmentRole, Role
from cadres.models import Notice
from cases.enums import Action, Source
from cases.services import Report, perform, report_problem
from enterprises.models import Cluster, Enterprise
from tests.cases import steps
from tests.factories import (
    AssignmentFactory,
    ChainFactory,
    ContactFactory,
    EnterpriseFactory,
    PlannedVisitFactory,
    QuietPeriodFactory,
    TagFactory,
    UserFactory,
    VisitFactory,
    WhitelistingFactory,
)

DAY = date(2026, 11, 27)


@dataclass
class Twins:
    """`kept` 是 city.firm，`absorbed` 是后来又登记的那一家。"""

    kept: Enterprise
    absorbed: Enterprise
    user: object  # absorbed 的账号
    cadre: object  # absorbed 的牵头干部
    cases: list

    def fresh(self):
        """重新取两家。"""
        return Enterprise.objects.get(pk=self.kept.pk), Enterprise.objects.get(pk=self.absorbed.pk)


def build(city):
    """两家都有：两位牵头、同一位协助、两位首要联系人、同一个人登记了两次、两级白名单、约在同一天、标签、问题在各处。"""
    kept, tag, other_tag = city.firm, TagFactory(), TagFactory()
    absorbed = EnterpriseFactory(
        name="许昌（沅砥）精密机械有限责任公司", pinyin="xcydjmjx", region=city.regions["zone"], address="示例路 2 号",
        industry="模具制造", industry_code="C3525", chain=ChainFactory(), cluster=Cluster.objects.create(name="集群"),
        is_above_scale=True,
    )  # fmt: skip
    kept.tags.set([tag])
    absorbed.tags.set([tag, other_tag])
    cadre, helper = UserFactory(role=Role.CADRE, unit=city.labour), city.other_cadre
    AssignmentFactory(enterprise=absorbed, cadre=UserFactory(role=Role.CADRE), to_on=date(2026, 3, 1))
    AssignmentFactory(enterprise=absorbed, cadre=cadre)
    for firm in (kept, absorbed):
        AssignmentFactory(enterprise=firm, cadre=helper, role=AssignmentRole.ASSISTANT)
        ContactFactory(enterprise=firm, name="两边都有", phone="13900009999", is_primary=False)
        PlannedVisitFactory(enterprise=firm, cadre=helper, planned_on=DAY)
    ContactFactory(enterprise=absorbed, name="另一位")
    WhitelistingFactory(enterprise=kept, level="COUNTY")
    WhitelistingFactory(enterprise=absorbed, level="PROVINCE")
    user = UserFactory(role=Role.ENTERPRISE, enterprise=absorbed)
    QuietPeriodFactory(enterprise=absorbed, set_by=user)
    VisitFactory(enterprise=absorbed, cadre=cadre)
    Notice.objects.create(user=user, key="k", title="已受理", created_at=city.at)
    return Twins(kept, absorbed, user, cadre, _cases(city, absorbed, user))


def _cases(city, firm, user):
    """待受理的一件、并掉的一件、办理中有单的一件；保留的一家也有一件。"""
    first, second, third = (
        report_problem(Report(firm, f"第{n}件", "用电不够。", Source.ENTERPRISE), actor=user, at=city.at)
        for n in (1, 2, 3)
    )
    perform(second, Action.MERGE, actor=city.clerk, at=city.at, into=first)
    third = perform(third, Action.ACCEPT, actor=city.clerk, at=city.at)
    third = perform(third, Action.DISPATCH, actor=city.clerk, at=city.at, plan=steps.plan(city))
    perform(third, Action.SIGN, actor=city.land_clerk, at=city.at)
    steps.reported(city, city.at)
    return [first, second, third]
