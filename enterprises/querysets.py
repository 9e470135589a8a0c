"""企业的可见范围（R-03）。"""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from zhuqi.kernel.scoping import ScopedQuerySet


class RegionQuerySet(models.QuerySet):
    """区域。名单人人看得到；一个人能挑哪几个，看他管到哪里。"""

    def within_sight_of(self, user: Any) -> Self:
        """市里的人是全部，县里的人是本县（R-03）。"""
        return self if user.region_ids is None else self.filter(pk__in=user.region_ids)


class EnterpriseQuerySet(ScopedQuerySet):
    """企业：看得到哪些由 `User.enterprise_scope()` 一处决定。"""

    scope_path = "pk"

    def active(self) -> Self:
        """在册企业。"""
        return self.filter(is_active=True)

    def uncovered(self) -> Self:
        """没有牵头包联干部的在册企业（R-12），办公室的待办。"""
        # Exists, not ~Q(a=…, b=…): across a to-many relation the two conditions need not meet in one row.
        # By name, through the model: Assignment stands above this app.
        assignments: Any = self.model._meta.get_field("assignments").related_model  # noqa: SLF001 - as above
        lead = assignments.objects.filter(enterprise=OuterRef("pk"), role="LEAD", to_on__isnull=True)
        return self.active().filter(~Exists(lead))

    def for_list(self) -> Self:
        """列表一次取齐要显示的外键。"""
        return self.select_related("region", "chain")

    def matching(self, words: str) -> Self:
        """名称、拼音首字母、信用代码里有这些字的；几个词都要有。"""
        found = self
        for word in words.split():
            found = found.filter(
                Q(name__icontains=word) | Q(pinyin__icontains=word.lower()) | Q(credit_code__icontains=word.upper())
            )
        return found


class FirmPartQuerySet(ScopedQuerySet):
    """挂在企业下面的行（联系人、白名单）：跟着企业走。"""

    scope_path = "enterprise"
