"""The rule-sets every installation starts with (R-40). They become rows; offices add versions, never edit one.

Keys are a clock, or a clock and a tier (RESOLVE.COMPLEX), or a limit that is no clock of its own (…_WINDOW, …_LEAD,
…_MOST). Values are terms: d natural days, w working days, m months. Everything marked † in the domain is here.
"""

from dataclasses import dataclass, field

from cadres.enums import DayShift
from cases.enums import Clock, Tier
from cases.rules.deadlines import Term
from zhuqi.kernel.errors import InvalidInput

DEFAULT_CODE = "13710"

LIMITS = {
    "OBJECT_WINDOW": "退单限交办后",
    "EXTENSION_LEAD": "延期须在到期前",
    "EXTENSION_MOST": "延期最多",
    "REOPEN_WINDOW": "销号后可重新打开",
}

# What no rule-set of the campaign says otherwise (R-21, R-25 – R-29 and the table of the three tickets).
COMMON = {
    "ACCEPT": "1w",
    "DISPATCH": "3w",
    "OBJECT_WINDOW": "1w",
    "RULING": "1w",
    "EXTENSION_LEAD": "1w",
    "EXTENSION_MOST": "30d",
    "EXTENSION": "1w",
    "CO_REPLY": "3d",
    "SUPPLY": "5w",
    "REVIEW": "1w",
    "RATE": "15d",
    "CALL_BACK": "1w",
    "REDO": "5w",
    "URGE_REPLY": "3w",
    "INQUIRY_REPLY": "5w",
    "REOPEN_WINDOW": "90d",
}


@dataclass(frozen=True, slots=True)
class RuleBook:
    """One rule-set as shipped."""

    code: str
    name: str
    note: str
    terms: dict[str, str] = field(hash=False)


RULE_BOOKS = (
    RuleBook(
        "13710",
        "13710 工作制",
        "1 天签收，3 天反馈，一般问题 7 天办结，复杂、重大问题 1 个月办结，跟踪到销号清零。按自然日计。",
        COMMON
        | {"SIGN": "1d", "FEEDBACK": "3d", "RESOLVE.SINGLE": "7d", "RESOLVE.COMPLEX": "1m", "RESOLVE.MAJOR": "1m"},
    ),
    RuleBook(
        "ABC-2025",
        "ABC 分类办理（2025）",
        "C 类简单问题 5 个工作日，B 类跨部门问题 15 个工作日，A 类历史遗留问题 1 个月。",
        COMMON
        | {
            "SIGN": "1w",
            "FEEDBACK": "3w",
            "RESOLVE.SINGLE": "5w",
            "RESOLVE.COMPLEX": "15w",
            "RESOLVE.MAJOR": "1m",
            "EXTENSION_MOST": "15w",
        },
    ),
    RuleBook(
        "2011",
        "2011 年办理规定",
        "3 个工作日内交办，15 个工作日办结，经批准延期后最长 30 个工作日。",
        COMMON
        | {
            "SIGN": "1w",
            "FEEDBACK": "3w",
            "RESOLVE.SINGLE": "15w",
            "RESOLVE.COMPLEX": "15w",
            "RESOLVE.MAJOR": "15w",
            "EXTENSION_MOST": "15w",
        },
    ),
)


def term_text(terms: dict[str, str], key: str, tier: str = "") -> str:
    """The term of a clock for a tier, or of the clock in general, or an empty string where there is none."""
    return terms.get(f"{key}.{tier}") or terms.get(key) or ""


def check_terms(terms: dict[str, str], roll: str) -> None:
    """Refuse a rule-set that cannot be reckoned with, naming each entry that is wrong."""
    errors: dict[str, list[str]] = {}
    for key, text in terms.items():
        if not is_known(key):
            errors[key] = [f"没有“{key}”这项时限。"]
            continue
        try:
            Term.parse(text)
        except InvalidInput as error:
            errors[key] = [error.message]
    for key, tier in needed():
        if not term_text(terms, key, tier):
            errors[f"{key}.{tier}".rstrip(".")] = [f"缺少“{label(key, tier)}”的时限。"]
    if roll not in DayShift.values:
        errors["roll"] = ["期满日遇休息日只能是顺延、提前或不挪。"]
    if errors:
        said = "".join(words for each in errors.values() for words in each)
        message = f"这套规则还不能用：{said}"
        raise InvalidInput(message, errors)


def needed() -> list[tuple[str, str]]:
    """Every term a rule-set must have: key and tier."""
    plain = [(key, "") for key in ("SIGN", "FEEDBACK", *COMMON)]
    return plain + [("RESOLVE", tier) for tier in Tier.values]


def is_known(key: str) -> bool:
    """Whether `key` is a clock, a clock of a tier, or a limit."""
    clock, _, tier = key.partition(".")
    return key in LIMITS or (clock in Clock.values and (not tier or tier in Tier.values))


def label(key: str, tier: str = "") -> str:
    """办结（复杂）, 签收, 退单限交办后: the words of a key."""
    clock, _, inner = key.partition(".")
    words = LIMITS.get(clock) or str(Clock(clock).label)
    tier = tier or inner
    return f"{words}（{Tier(tier).label}）" if tier else words
