"""驾驶舱、大屏的每个数链到问题清单；参数名与 cases 的筛选一致。"""

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode


def case_list(**filters):
    """问题清单的地址，筛选写在后面：flag、region、unit、month、closed ……"""
    try:
        page = reverse("cases:list")
    except NoReverseMatch:
        page = ""
    return f"{page}?{urlencode({name: value for name, value in filters.items() if value is not None})}"
