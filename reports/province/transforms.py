"""一项值怎么换成省平台的，又怎么换回来（R-65）。对不上的说出来，不猜。"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from reports.enums import Transform

Value = str | int | bool | None
Codes = Mapping[str, str]
SHANGHAI = ZoneInfo("Asia/Shanghai")


class UnknownValueError(ValueError):
    """这个值没有对应的；说的话给办事的人看。"""


def _text(value: Value, codes: Codes) -> Value:
    return str(value)


def _code(value: Value, codes: Codes) -> Value:
    found = codes.get(str(value))
    if not found:
        raise UnknownValueError(f"“{value}”在代码表里没有对应的省平台代码")
    return found


def _day(value: Value, codes: Codes) -> Value:
    try:
        return f"{date.fromisoformat(str(value)[:10]):%Y%m%d}"
    except ValueError:
        raise UnknownValueError(f"“{value}”不是日期") from None


def _instant(value: Value, codes: Codes) -> Value:
    try:
        return f"{datetime.fromisoformat(str(value)).astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
    except ValueError:
        raise UnknownValueError(f"“{value}”不是时间") from None


def _whole(value: Value, codes: Codes) -> Value:
    try:
        return int(str(value))
    except ValueError:
        raise UnknownValueError(f"“{value}”不是整数") from None


def _flag(value: Value, codes: Codes) -> Value:
    if not isinstance(value, bool):
        raise UnknownValueError(f"“{value}”不是“是”或“否”")
    return "1" if value else "0"


BY_NAME: dict[str, Callable[[Value, Codes], Value]] = {
    Transform.TEXT: _text,
    Transform.CODE: _code,
    Transform.DAY: _day,
    Transform.INSTANT: _instant,
    Transform.WHOLE: _whole,
    Transform.FLAG: _flag,
}


def outward(name: str, value: Value, codes: Codes) -> Value:
    """我们的值换成省平台的；空的就是空的。错误：UnknownValueError。"""
    return None if value in (None, "") else BY_NAME[name](value, codes)


def inward(name: str, value: Value, codes: Codes) -> str:
    """省平台的值换成我们的：只有代码要倒过来查。错误：UnknownValueError。"""
    if value in (None, ""):
        return ""
    if name != Transform.CODE:
        return str(value)
    ours = [mine for mine, theirs in codes.items() if theirs == str(value)]
    if len(ours) != 1:
        raise UnknownValueError(f"“{value}”在代码表里{'对应不止一个' if ours else '没有对应的'}")
    return ours[0]
