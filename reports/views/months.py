"""选月份：近十三个月里的一个，写错的是本月。"""

from datetime import timedelta

MONTHS = 13


def month_choice(request, today):
    """（选中的月，可选的月：新的在前）。"""
    months = [today.replace(day=1)]
    while len(months) < MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    asked = request.GET.get("month", "")
    chosen = next((month for month in months if f"{month:%Y-%m}" == asked), months[0])
    return chosen, [{"value": f"{month:%Y-%m}", "month": month, "chosen": month == chosen} for month in months]
