"""企业的可见范围（R-03）。"""

from django.db.models import Q

from zhuqi.kernel.scoping import ScopedQuerySet


class EnterpriseQuerySet(ScopedQuerySet):
    """企业：看得到哪些由 `User.enterprise_scope()` 一处决定。"""

    scope_path = "pk"

    def active(self):
        """在册企业。"""
        return self.filter(is_active=True)

    def uncovered(self):
        """没有牵头包联干部的在册企业（R-12），办公室的待办。"""
        return self.active().filter(~Q(assignments__role="LEAD", assignments__to_on__isnull=True))


class FirmPartQuerySet(ScopedQuerySet):
    """挂在企业下面的行（联系人、白名单）：跟着企业走。"""

    scope_path = "enterprise"
