"""通报各行的可见范围（R-03、R-52），和发布以后不许改的那道门。"""

from typing import Any, Self

from django.apps import apps
from django.db.models import Q

from cadres.enums import Role, UnitKind
from cadres.models import User
from cases.querysets import case_scope
from reports.enums import RankingStatus
from zhuqi.kernel.errors import Conflict
from zhuqi.kernel.scoping import ScopedQuerySet

FROZEN = "这个月的通报已经发布，数字已冻结，不能再改。"
ISSUED = "这份通报已经印发，不能再改。"
NOTHING = Q(pk__in=[])


def own_rows(user: User, prefix: str = "") -> Q:
    """本单位的那一行。县（市、区）是一个组织：活动办和它的部门同一行。"""
    unit: Any = user.unit  # asked only of people who have one
    own = Q(**{f"{prefix}unit": user.unit_id})
    if unit.kind in {UnitKind.OFFICE, UnitKind.COUNTY} and unit.region_id:
        own |= Q(
            **{f"{prefix}unit__kind__in": [UnitKind.OFFICE, UnitKind.COUNTY], f"{prefix}unit__region": unit.region_id}
        )
    return own


def ranking_scope(user: User, prefix: str = "") -> Q | None:
    """市活动办、领导、督查看全部（None）；单位与县活动办看已发布的，和草稿里自己的一行；其他人看不到。"""
    if user.role in {Role.LEADER, Role.SUPERVISOR} and user.unit_id:
        return None
    if user.role not in {Role.UNIT, Role.OFFICE} or not user.unit_id:
        return NOTHING
    return Q(**{f"{prefix}status": RankingStatus.PUBLISHED})


class FrozenQuerySet(ScopedQuerySet):
    """成批改也碰不到已发布的（R-52）。"""

    frozen_path = "ranking__status"

    def refuse_published(self) -> None:
        """有一行已发布就不许改。"""
        if self.filter(**{self.frozen_path: RankingStatus.PUBLISHED}).exists():
            raise Conflict(FROZEN)

    def update(self, **changes: Any) -> int:
        """已发布的不改。"""
        self.refuse_published()
        return super().update(**changes)

    def delete(self) -> tuple[int, dict[str, int]]:
        """已发布的不删。"""
        self.refuse_published()
        return super().delete()

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        """往已发布的里面也不能加。"""
        rankings = apps.get_model("reports.Ranking").objects.filter(pk__in={each.ranking_id_of() for each in objs})
        rankings.refuse_published()
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> int:
        """Django 分批调用 update，门在那里；先看一眼，免得改了一半。"""
        self.filter(pk__in=[each.pk for each in objs]).refuse_published()
        return super().bulk_update(objs, fields, batch_size)


class RankingQuerySet(FrozenQuerySet):
    """一个月的通报。"""

    frozen_path = "status"

    def scope_q(self, user: Any) -> Q:
        """见 ranking_scope；草稿要有自己的一行才看得到。"""
        scope = ranking_scope(user)
        if scope is None:
            return Q()
        if scope is NOTHING:
            return NOTHING
        rows = apps.get_model("reports.RankingRow").objects.order_by()
        return scope | Q(pk__in=rows.filter(own_rows(user)).values("ranking"))


class RankingRowQuerySet(FrozenQuerySet):
    """一个组织的一行。"""

    def detailed_for(self, user: Any) -> Self:
        """逐件的扣分单：全市的人看全部，单位和县活动办只看自己的一行（R-03、R-28）。"""
        scope = ranking_scope(user) if user.is_authenticated else NOTHING
        if scope is NOTHING:
            return self.none()
        rows = self.visible_to(user)
        return rows if user.sees_everything or scope is None else rows.filter(own_rows(user))

    def scope_q(self, user: Any) -> Q:
        """已发布的都看得到，草稿只看自己的一行。"""
        scope = ranking_scope(user, "ranking__")
        if scope is None or scope is NOTHING:
            return Q() if scope is None else NOTHING
        return scope | own_rows(user)


class RankingPartQuerySet(FrozenQuerySet):
    """挂在一行下面的：事实、异议。"""

    frozen_path = "row__ranking__status"

    def scope_q(self, user: Any) -> Q:
        """行看得到，而且案件也看得到（R-03）。"""
        rows = apps.get_model("reports.RankingRow").objects.order_by()
        cases = apps.get_model("cases.Case").objects.order_by()
        visible_rows = rows.visible_to(user).values("pk")
        return Q(row__in=visible_rows) & Q(case__in=cases.filter(case_scope(user)).values("pk"))


class CircularQuerySet(ScopedQuerySet):
    """通报公文：印发了的，看得到那个月通报的人都看得到；草稿只给看得到全部草稿的人。"""

    def scope_q(self, user: Any) -> Q:
        """见 ranking_scope。"""
        scope = ranking_scope(user, "ranking__")
        if scope is None or scope is NOTHING:
            return Q() if scope is None else NOTHING
        return scope & Q(number__isnull=False)

    def refuse_issued(self) -> None:
        """有一份已印发就不许改。"""
        if self.filter(number__isnull=False).exists():
            raise Conflict(ISSUED)

    def update(self, **changes: Any) -> int:
        """已印发的不改。"""
        self.refuse_issued()
        return super().update(**changes)

    def delete(self) -> tuple[int, dict[str, int]]:
        """已印发的不删。"""
        self.refuse_issued()
        return super().delete()
