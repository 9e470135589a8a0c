"""月份在网址里的写法：2026-10。"""

from datetime import date


class MonthConverter:
    """`<month:month>` ↔ 那个月的 1 日。"""

    regex = r"20\d{2}-(?:0[1-9]|1[0-2])"

    def to_python(self, value):
        """2026-10 → 2026-10-01。"""
        year, month = value.split("-")
        return date(int(year), int(month), 1)

    def to_url(self, value):
        """日期或文字 → 2026-10。"""
        return value if isinstance(value, str) else f"{value:%Y-%m}"
