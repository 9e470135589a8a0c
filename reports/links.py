"""驾驶舱、大屏的每个数链到它的清单：问题页的筛选，或者自己的一页（`cockpit_cases`）。"""

from django.urls import reverse
from django.utils.http import urlencode


def case_list(**filters):
    """问题清单的地址，筛选写在后面：flag、tier、region、unit、category、month + by。"""
    return f"{reverse('cases:list')}?{urlencode(filters)}"


def month_list(month, by):
    """一个月里提出（reported）或销号（closed）的。"""
    return case_list(month=f"{month:%Y-%m}", by=by)
