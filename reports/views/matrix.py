"""单位 × 状态（页面 7）：每格是件数，点开就是那几件。"""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from enterprises.models import Region
from reports.links import case_list
from reports.queries import matrix as figures
from reports.views.cockpit import number_in, reader_of


@require_GET
def matrix(request):
    """一行一个主办单位，一列一个状态；按列排，可以只看一个地区。"""
    user, today = reader_of(request), timezone.localdate()
    regions = Region.objects.within_sight_of(user)
    chosen = next((each for each in regions if each.pk == number_in(request, "region")), None)
    region = chosen.pk if chosen else None
    sort = request.GET.get("sort", "open")
    sort = sort if sort in figures.SORTS else "open"
    rows = figures.matrix(user, today=today, region=region, sort=sort)
    whole = figures.total(rows, chosen.name if chosen else ("全市" if user.sees_everything else user.unit.region.name))
    columns = figures.columns(whole)
    context = {
        "heads": _heads(columns, sort, region),
        "lines": [_line(row, columns, region) for row in rows],
        "whole": _line(whole, columns, region, is_whole=True),
        "unit_count": sum(1 for row in rows if row.key),
        "regions": regions,
        "chosen": chosen,
        "sort": sort,
        "today": today,
    }
    return render(request, "reports/matrix.html", context)


def _heads(columns, sort, region):
    named = [("open", "在办"), ("overdue", "逾期"), *((str(each), each.label) for each in columns), ("all", "全部")]
    return [
        {"label": label, "url": f"?{_query(sort=key, region=region)}", "current": key == sort} for key, label in named
    ]


def _query(**given):
    return urlencode({name: value for name, value in given.items() if value})


def _line(row, columns, region, *, is_whole=False):
    keys = ["open", "overdue", *(str(each) for each in columns), "all"]
    cells = [
        {"count": row.figure(key), "url": _address(row, key, region, is_whole=is_whole), "is_late": key == "overdue"}
        for key in keys
    ]
    return {"name": row.name, "url": _address(row, "open", region, is_whole=is_whole), "cells": cells}


def _address(row, column, region, *, is_whole):
    """一格的清单：问题页筛得出的用问题页，没有主办的用自己的一页。"""
    asked = {"open": {"flag": "open"}, "overdue": {"flag": "overdue"}, "all": {}}.get(column, {"status": column})
    place = {"region": region} if region else {}
    if row.key is None and not is_whole:
        status = "" if column == "all" else column
        return f"{reverse('reports:cockpit_cases', args=['unled'])}?{_query(status=status, region=region)}"
    return case_list(**asked, **({} if is_whole else {"unit": row.key}), **place)
