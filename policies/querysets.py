"""政策与对接的可见范围（R-03、R-60、R-63）。"""

from typing import Any, Self, cast

from django.db import models
from django.db.models import Exists, OuterRef, Q

from cadres.enums import Role
from cadres.models import User
from policies.enums import PolicyState
from zhuqi.kernel.scoping import ScopedQuerySet, Viewer

PUBLISHERS = frozenset({Role.OFFICE, Role.UNIT})


class PolicyQuerySet(ScopedQuerySet):
    """政策：发布了的谁都看得到；草稿只有起草单位和市活动办看得到。三员不看内容（R-71）。"""

    def scope_q(self, user: Viewer) -> Q:
        """见类说明。"""
        person = cast("User", user)
        if person.role in {Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR}:
            return Q(pk__in=[])
        seen = ~Q(state=PolicyState.DRAFT)
        return seen | Q(unit=person.unit_id) if person.role in PUBLISHERS and person.unit_id else seen

    def visible_to(self, user: Any) -> Self:
        """市领导、督查看得到全部案件，别人的草稿仍不看。"""
        if not user.is_authenticated:
            return self.none()
        if user.sees_everything and user.role == Role.OFFICE:
            return self
        return self.filter(self.scope_q(user))

    def published(self) -> Self:
        """发布过、没有废止的；过没过期看 `valid_on`。"""
        return self.filter(state=PolicyState.PUBLISHED)

    def valid_on(self, today: Any) -> Self:
        """今天有效的：发布、已生效、没过期、没废止（R-62）。"""
        started = Q(effective_on__isnull=True) | Q(effective_on__lte=today)
        running = Q(expires_on__isnull=True) | Q(expires_on__gte=today)
        return self.published().filter(started, running)

    def matchable(self, today: Any) -> Self:
        """参加匹配的（R-61）：今天有效，并且写了明白卡或条件；两样都没有的只是库里的文件。"""
        conditions: Any = self.model._meta.get_field("conditions").related_model  # noqa: SLF001 - what hangs on this model
        is_limited = Exists(conditions.objects.filter(policy=OuterRef("pk")))
        return self.valid_on(today).filter(~Q(card="") | is_limited)

    def for_list(self) -> Self:
        """列表要的外键；正文很长，列表不取。"""
        return self.select_related("category", "region", "unit").defer("body", "guide_materials")


class PolicyPartQuerySet(ScopedQuerySet):
    """挂在政策下面的：政策看得到，它才看得到。"""

    def visible_to(self, user: Any) -> Self:
        """一句子查询。"""
        policies: Any = self.model._meta.get_field("policy").related_model  # noqa: SLF001 - the model this hangs on
        return self.filter(policy__in=policies.objects.visible_to(user).order_by().values("pk"))


class AttachmentQuerySet(PolicyPartQuerySet):
    """附件：现行的一版有哪些。"""

    def current(self) -> Self:
        """没有撤下的。"""
        return self.filter(removed_at__isnull=True)


class EntitlementQuerySet(ScopedQuerySet):
    """一家企业与一项政策走到哪一步：跟着企业走；起草单位看自己政策的。"""

    def scope_q(self, user: Viewer) -> Q:
        """单位办的是自己的政策，看得到谁申请了。"""
        person = cast("User", user)
        if person.role == Role.UNIT:
            return Q(policy__unit=person.unit_id) if person.unit_id else Q(pk__in=[])
        return super().scope_q(user)


class EventQuerySet(ScopedQuerySet):
    """对接活动：发布了的谁都看得到；筹备中的只有主办单位和市活动办看得到。"""

    def visible_to(self, user: Any) -> Self:
        """见类说明。"""
        if not user.is_authenticated or user.role in {Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR}:
            return self.none()
        if user.sees_everything and user.role == Role.OFFICE:
            return self
        seen = ~Q(state="DRAFT")
        return self.filter(seen | Q(unit=user.unit_id) if user.role in PUBLISHERS and user.unit_id else seen)

    def for_list(self) -> Self:
        """列表要的外键。"""
        return self.select_related("kind", "unit", "region")

    def held_in(self, year: int) -> Self:
        """这一年办的（当地时间）。"""
        return self.filter(held_at__year=year)


class EventPartQuerySet(ScopedQuerySet):
    """一家企业在一次活动里的事：跟着企业走；主办单位看自己活动的。"""

    def scope_q(self, user: Viewer) -> Q:
        """见类说明。"""
        person = cast("User", user)
        if person.role == Role.UNIT:
            return Q(event__unit=person.unit_id) if person.unit_id else Q(pk__in=[])
        return super().scope_q(user)

    def counted(self) -> Self:
        """没有作废的结果。"""
        return self.filter(voided_at__isnull=True)


class EventFollowUpQuerySet(ScopedQuerySet):
    """活动回访：主办单位的，和看得到全市的。"""

    def visible_to(self, user: Any) -> Self:
        """企业和干部不看内部的回访记录；县里的看本单位主办的。"""
        if not user.is_authenticated or user.role not in {Role.OFFICE, Role.UNIT, Role.LEADER, Role.SUPERVISOR}:
            return self.none()
        return self if user.sees_everything else self.filter(event__unit=user.unit_id or 0)

    def waiting(self) -> Self:
        """还没回访的。"""
        return self.filter(done_at__isnull=True)


class ImportQuerySet(models.QuerySet[Any]):
    """成批导入：自己单位的；市活动办看全部。"""

    def visible_to(self, user: Any) -> Self:
        """见类说明。"""
        if not user.is_authenticated or user.role not in PUBLISHERS or not user.unit_id:
            return self.none()
        return self if user.role == Role.OFFICE and user.sees_everything else self.filter(unit=user.unit_id)
