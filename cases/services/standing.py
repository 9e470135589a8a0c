"""一个人与一件案子的关系（R-03、R-04）：查一次，规则只看结论。"""

from cadres.enums import Role
from cadres.models import User
from cases.models import Case
from cases.rules.workflow import Relation

SYSTEM = Relation(role=None, is_system=True)


def relation(user: User, case: Case) -> Relation:
    """看不看得到、是不是主办、协办、本案活动办、本企业。"""
    unit_id = user.unit_id
    is_visible = Case.objects.visible_to(user).filter(pk=case.pk).exists()
    is_unit = user.role == Role.UNIT and unit_id is not None
    return Relation(
        role=Role(user.role),
        is_visible=is_visible,
        is_office=user.role == Role.OFFICE and is_visible and (unit_id == case.office_id or user.sees_everything),
        is_lead=is_unit and unit_id == case.lead_id,
        is_co=is_unit and case.co_handlings.filter(unit=unit_id).exists(),
        is_head=user.is_head,
        is_firm=user.role == Role.ENTERPRISE and user.enterprise_id == case.enterprise_id,
    )
