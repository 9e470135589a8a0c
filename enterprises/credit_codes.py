"""统一社会信用代码 GB 32100-2015（R-10）。纯函数，不碰数据库。"""

import re
import unicodedata
from dataclasses import dataclass

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as StdnumError

LENGTH = 18
_ORGANISATION = slice(8, 17)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_SHAPE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """校验结论：`error` 不能保存；`warning` 只提醒（老企业的组织机构代码）。"""

    error: str = ""
    warning: str = ""


def normalise_credit_code(raw: str) -> str:
    """全角转半角、去空白与连字符、转大写。"""
    return re.sub(r"[\s\-]+", "", unicodedata.normalize("NFKC", raw or "")).upper()


def check_credit_code(code: str) -> CodeCheck:
    """校验已归一的代码：长度、字符、第 18 位校验码（mod 31）；主体标识码 mod 11 不符只提醒。"""
    if len(code) != LENGTH:
        return CodeCheck(error=f"统一社会信用代码应为 18 位，现在是 {len(code)} 位。")
    if not _SHAPE.fullmatch(code):
        return CodeCheck(error="统一社会信用代码只能用数字和大写字母（不含 I、O、S、V、Z），第 3 至 8 位是数字。")
    if not _check_character_matches(code):
        return CodeCheck(error="统一社会信用代码的校验位不对，请对照营业执照再核一遍。")
    if not _organisation_code_matches(code[_ORGANISATION]):
        return CodeCheck(warning="第 9 至 17 位的组织机构代码校验不符，老企业可能如此，请核对后保存。")
    return CodeCheck()


def _check_character_matches(code: str) -> bool:
    # stdnum rejects leading letters, which GB 32100 allows for some registrars; the arithmetic is shared.
    try:
        return uscc.calc_check_digit(code[:-1]) == code[-1]
    except (StdnumError, ValueError):
        return False


def _organisation_code_matches(code: str) -> bool:
    total = sum(w * int(c, 36) for w, c in zip(_ORGANISATION_WEIGHTS, code[:8], strict=True))
    expected = 11 - total % 11
    return code[8] == {10: "X", 11: "0"}.get(expected, str(expected))
