"""Money as offices type it (R-32): 万 / 亿 / 元 mixed, full-width digits, 大写 numerals. Pure: text in, 元 out.

What can be read two ways (3万5: 35,000 or 30,005?) is refused, not guessed.
"""

import re
import unicodedata
from decimal import Decimal

from zhuqi.kernel.errors import InvalidInput

CENT = Decimal("0.01")
MOST = Decimal("999999999999.99")
WAN, YI = Decimal(10**4), Decimal(10**8)
BIG = (("亿", YI), ("万", WAN))
SMALL = {"千": 1000, "百": 100, "十": 10}
DIGITS = {
    sign: n
    for n, signs in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九"))
    for sign in signs
}
FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬億圆", "一二三四五六七八九十百千万亿元")
NOISE = re.compile(r"[\s,]|人民币|RMB|CNY|¥", re.IGNORECASE)
GROUPED = re.compile(r"(?<!\d)\d{1,3}(?:,\d{3})+(?!\d)")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
PLACE = re.compile(r"(\d+(?:\.\d+)?|[一二两三四五六七八九])?([千百十])")
SMALL_CHANGE = re.compile(r"零?(?:([\d一二两三四五六七八九])角)?零?(?:([\d一二两三四五六七八九])分)?")
WHOLE = re.compile(r"\d{1,18}|\d{1,3}(?:,\d{3}){1,5}", re.ASCII)
NOT_IN_WAN = "请填整数，以万元计，如 3500；也可以写 3500万、1.2亿。"
UNREADABLE = "金额看不懂，请写成 120万、1.2亿、35万6千 或 1200000 这样。"
TWO_WAYS = "这个金额有两种读法，请把后面的单位写全，如 3万5千 或 30005元。"


def amount(text: str) -> Decimal:
    """元 to the cent. Without a unit it is 元. Raises InvalidInput: unreadable, ambiguous, not above 0, too large."""
    typed = unicodedata.normalize("NFKC", text)
    if "," in GROUPED.sub("", typed):
        raise InvalidInput("逗号只能三位一隔，小数请用点，如 1,200,000 或 1.5万。")
    plain = NOISE.sub("", typed).translate(FORMAL)
    if plain.startswith(("-", "负")):
        raise InvalidInput("金额要大于 0。")
    whole, yuan, rest = plain.removesuffix("整").removesuffix("正").partition("元")
    if yuan and not whole:
        raise InvalidInput(UNREADABLE)
    if not yuan and ("角" in whole or "分" in whole):
        whole, rest = "0", whole
    return _checked(_whole(whole, is_closed=bool(yuan)) + _change(rest))


def in_wan(text: str) -> int:
    """A year's revenue, in 万元: bare figures are 万元 already, 2亿 and 3500万元 are read as money. Raises InvalidInput."""
    bare = whole_number(text)
    if bare is not None:
        return bare
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    found = amount(plain) / WAN if any(sign in plain for sign in "万亿元萬億圆") else None
    if found is None or found != int(found):
        raise InvalidInput(NOT_IN_WAN)
    return int(found)


def whole_number(text: str) -> int | None:
    """1200, 1,200, １２００; None for anything else."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    return int(plain.replace(",", "")) if WHOLE.fullmatch(plain) else None


def _checked(value: Decimal) -> Decimal:
    if value <= 0:
        raise InvalidInput("金额要大于 0。")
    if value > MOST:
        raise InvalidInput("金额太大，请核对单位。")
    if value != value.quantize(CENT):
        raise InvalidInput("金额最小到分，请核对小数。")
    return value.quantize(CENT)


def _whole(text: str, *, is_closed: bool) -> Decimal:
    """`is_closed`: 元 was written after it, so what follows 万 is 元 for certain."""
    for sign, size in BIG:
        head, found, tail = text.partition(sign)
        if found:
            return _joined(head, tail, size, is_closed=is_closed)
    return _section(text)


def _joined(head: str, tail: str, size: Decimal, *, is_closed: bool) -> Decimal:
    value = _whole(head, is_closed=True) * size
    if not tail:
        return value
    if "." in head:
        raise InvalidInput(UNREADABLE)  # 1.5亿2300万 says the same place twice
    below = _whole(tail, is_closed=is_closed)
    if below >= size:
        raise InvalidInput(UNREADABLE)
    digits = re.sub(r"\..*", "", tail)
    is_open = digits.isdecimal() or (len(tail) == 1 and tail in DIGITS)
    if is_open and not is_closed and len(digits) < len(str(int(size))) - 1:
        raise InvalidInput(TWO_WAYS)
    return value + below


def _section(text: str) -> Decimal:
    """Below 万: a figure, or 3千5百, or 三千五百零六."""
    if NUMBER.fullmatch(text):
        return Decimal(text)
    value, at, last = Decimal(0), 0, 10_000
    for found in PLACE.finditer(text):
        size = SMALL[found[2]]
        if text[at : found.start()].strip("零〇") or size >= last or (found[1] is None and size != SMALL["十"]):
            raise InvalidInput(UNREADABLE)
        value += _digit(found[1] or "一") * size
        at, last = found.end(), size
    return value + _units(text[at:], last)


def _units(tail: str, last: int) -> Decimal:
    """What stands after the last 十, 百 or 千."""
    rest = tail.lstrip("零〇")
    if not rest:
        if last > 1000 and not tail:
            raise InvalidInput(UNREADABLE)
        return Decimal(0)
    if rest not in DIGITS and not (rest.isdecimal() and last <= 1000):
        raise InvalidInput(UNREADABLE)
    if last in {100, 1000} and rest == tail:
        raise InvalidInput(TWO_WAYS)
    return _digit(rest)


def _digit(text: str) -> Decimal:
    return Decimal(DIGITS[text]) if text in DIGITS else Decimal(text)


def _change(text: str) -> Decimal:
    """角 and 分."""
    found = SMALL_CHANGE.fullmatch(text)
    if found is None:
        raise InvalidInput(UNREADABLE)
    return _digit(found[1] or "零") / 10 + _digit(found[2] or "零") / 100


def said(value: Decimal) -> str:
    """For people, exactly: 1.2 亿元, 35.6 万元, 1,234,567.89 元."""
    for word, size, grain in (("亿元", YI, Decimal(10**6)), ("万元", WAN, Decimal(100))):
        if abs(value) >= size and value % grain == 0:
            return f"{_trim(value / size)} {word}"
    return f"{_trim(value)} 元"


def _trim(value: Decimal) -> str:
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".")
