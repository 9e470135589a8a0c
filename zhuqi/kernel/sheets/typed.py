"""人怎么打字，就怎么认（R-74）：日期、是否、数、代码、电话、几个并列的。认不准的说清楚，不猜。纯函数。"""

import re
import unicodedata
from datetime import date, datetime, timedelta

from zhuqi.kernel.errors import DomainError

EPOCH = date(1899, 12, 30)  # day 0 of Excel's serial numbers
SERIAL_LEAST, SERIAL_MOST = 7_306, 73_050  # 1920-01-01 … 2099-12-31
DIGITS_KEPT = 15  # Excel keeps no more of a number
NUMBER_MOST = 2_147_483_647
FORMULA_FAULTS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
YES = frozenset({"是", "有", "对", "√", "✓", "☑", "Y", "YES", "TRUE", "1", "真"})
NO = frozenset({"否", "无", "不", "不是", "没有", "×", "X", "✗", "N", "NO", "FALSE", "0", "假"})
NOTHING = frozenset({"无", "没有", "空", "清空"})
LOST_DIGITS = "Excel 把它当成数，后几位已经丢了（{shown}）。请把这一列的单元格格式改成“文本”，再照证照重新填写；只改格式，丢了的数字回不来。"
_DATE = re.compile(r"(\d{4})\s*[-—_~./年·,、\s]\s*(\d{1,2})\s*[-—_~./月·,、\s]\s*(\d{1,2})\s*[日号.]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIME_AFTER = re.compile(r"[\sT]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_MONTH_ONLY = re.compile(r"\d{4}\s*[-./年]\s*\d{1,2}\s*月?")
_YEAR_LAST = re.compile(r"\d{1,2}[-./]\d{1,2}[-./]\d{4}")
_SHORT_YEAR = re.compile(r"\d{2}\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}\s*[日号]?")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d{1,3}", re.IGNORECASE)
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?")
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(-\d{1,6})?")
_PARTS = re.compile(r"[、,;；，/|\n]+")
_BLANKS = re.compile(r"[^\S\n]+")


class Unreadable(DomainError):
    """这一格看不懂；说明哪里不对、怎么写。"""


def text_of(cell: object) -> str:
    """一格的文字：去掉首尾空白和看不见的字符，整数不带“.0”，日期写成 2026-01-05。"""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}" if abs(cell) < 10**DIGITS_KEPT else f"{cell:.5E}"
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == datetime.min.time() else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    said = str(cell)
    if not said.isprintable():
        said = "".join(sign if sign in "\n\t" or unicodedata.category(sign)[0] != "C" else "" for sign in said)
        said = _BLANKS.sub(" ", said)
    # What was written with a guard against formulas comes back without it.
    return said.strip().removeprefix("'").strip()


def as_text(cell: object, *, most: int = 0) -> str:
    """文字；太长的、公式出错的不收。"""
    said = text_of(cell)
    if said in FORMULA_FAULTS:
        raise Unreadable(f"这一格是出错的公式（{said}），请改成文字或数。")
    if most and len(said) > most:
        raise Unreadable(f"有 {len(said)} 个字，最多 {most} 个。")
    return said


def plain(cell: object) -> str:
    """全角变半角、去掉里外空白。"""
    return unicodedata.normalize("NFKC", as_text(cell)).strip()


def as_code(cell: object) -> str:
    """代码、编号：全角变半角，去掉空格，变大写。被 Excel 写成 9.11E+17 的，后几位已经没有了。"""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= 10**DIGITS_KEPT:
        raise Unreadable(LOST_DIGITS.format(shown=f"{cell:.2E}"))
    said = plain(cell)
    if _SCIENTIFIC.fullmatch(said):
        raise Unreadable(LOST_DIGITS.format(shown=said))
    return re.sub(r"\s+", "", said).upper()


def as_phone(cell: object) -> str:
    """手机号，或带区号的座机。"""
    said = re.sub(r"\s+", "", as_code(cell)).replace("—", "-").replace("_", "-")
    bare = said.removeprefix("+86").removeprefix("86-")
    if not _PHONE.fullmatch(bare):
        mobile = bare.replace("-", "")
        if not re.fullmatch(r"1[3-9]\d{9}", mobile):
            raise Unreadable(f"“{said[:30]}”不像电话：应是 11 位手机号，或带区号的座机，如 0374-2960000。")
        bare = mobile
    return bare


def as_yes(cell: object, *, yes: frozenset[str] = frozenset(), no: frozenset[str] = frozenset()) -> bool:
    """是或否；`yes`、`no` 是这一栏另外认的说法，如“规上”。"""
    said = plain(cell).upper()
    if said in YES | yes:
        return True
    if said in NO | no:
        return False
    raise Unreadable(f"“{said[:20]}”看不出是还是否，请填“是”或“否”。")


def as_number(cell: object, *, unit: str = "", most: int = NUMBER_MOST) -> int:
    """0 和正的整数；全角数字、千分位逗号、写在后面的单位都认。"""
    said = plain(cell).replace(" ", "")
    bare = said.removesuffix(unit) if unit else said
    if "," in bare:
        if not _THOUSANDS.fullmatch(bare):
            raise Unreadable(f"“{said[:30]}”里的逗号位置不对，看不出是多少。")
        bare = bare.replace(",", "")
    if _SCIENTIFIC.fullmatch(bare) or not _NUMBER.fullmatch(bare):
        raise Unreadable(f"“{said[:30]}”不是数{f'，只填数字，单位是{unit}' if unit else ''}。")
    whole, _, rest = bare.partition(".")
    if rest.strip("0"):
        raise Unreadable(f"“{said[:30]}”有小数，这一栏只收整数{f'（{unit}）' if unit else ''}，请四舍五入。")
    if bare.startswith("-") and int(whole):
        raise Unreadable("不能是负数。")
    if abs(int(whole)) > most:
        raise Unreadable(f"太大了，最多 {most:,}{unit}。")
    return abs(int(whole))


def as_day(cell: object) -> date:
    """一天：2026.1.5、2026/1/5、2026-01-05、20260105、2026年1月5日、Excel 的日期，全角也行。

    先写日还是先写月分不清的、年份只写两位的、只写到月的，不猜。
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, float) and not cell.is_integer() and SERIAL_LEAST <= cell <= SERIAL_MOST:
        return EPOCH + timedelta(days=int(cell))  # a date with a time of day
    said = _TIME_AFTER.sub("", plain(cell))
    found = _DATE.fullmatch(said) or _COMPACT.fullmatch(said)
    if found:
        return _day(said, *(int(part) for part in found.groups()))
    if said.isdecimal() and SERIAL_LEAST <= int(said) <= SERIAL_MOST:
        return EPOCH + timedelta(days=int(said))
    raise Unreadable(_why_no_day(said))


def _day(said: str, year: int, month: int, day: int) -> date:
    if not 1900 <= year <= 2100:
        raise Unreadable(f"“{said}”的年份不对，请核对。")
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable(f"“{said}”：没有这一天，请核对。") from None


def _why_no_day(said: str) -> str:
    shown = said[:30]
    if _MONTH_ONLY.fullmatch(said):
        return f"“{shown}”只写到月，请写到日，如 2026-01-05。"
    if _YEAR_LAST.fullmatch(said):
        return f"“{shown}”看不出哪个是月、哪个是日，请先写年，如 2026-01-05。"
    if _SHORT_YEAR.fullmatch(said):
        return f"“{shown}”的年份请写四位，如 2026-01-05。"
    if re.fullmatch(r"\d{4}\s*年?", said):
        return f"“{shown}”只写了年份，请写到日，如 2026-01-05。"
    return f"“{shown}”不是日期，请写成 2026-01-05、2026.1.5 或 2026年1月5日。"


def as_parts(cell: object) -> list[str]:
    """顿号、逗号、分号、斜线、换行隔开的几个；重复的只算一个，写“无”就是一个也没有。"""
    said = as_text(cell)
    parts = dict.fromkeys(part.strip() for part in _PARTS.split(said) if part.strip())
    return [] if said in NOTHING else list(parts)
