"""政策对企业（R-61）：每一条件符合、不符合还是不知道，差的是哪一条。纯函数，不碰数据库、不读时钟。

成批算时把一个条件对全部企业的回答收成两个位图（符合、不知道），一项政策就是几次按位与：
3,975 家 × 2,000 项不必一对一对地问。位图的第 n 位是主键为 n 的企业。
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from policies.enums import Answer, ConditionField, Operator, Verdict
from policies.rules import bitmap

Value = str | int


@dataclass(frozen=True, slots=True)
class Condition:
    """一个条件：看哪一项、怎么比、跟什么比。`values` 为文字（是其中之一）或一个数。"""

    field: ConditionField
    operator: Operator
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """一家企业在匹配时看得到的各项；没填的不在里面，就是“不知道”。

    集合类的项（标签、白名单）填了空集合是“一个也没有”，不是不知道。
    """

    key: int
    facts: Mapping[ConditionField, frozenset[Value] | Value]


@dataclass(frozen=True, slots=True)
class Match:
    """一项政策对一家企业的结论，连同每一条件的回答。"""

    verdict: Verdict
    answers: tuple[tuple[Condition, Answer], ...]

    @property
    def missing(self) -> tuple[Condition, ...]:
        """不符合的那些条件。"""
        return tuple(condition for condition, answer in self.answers if answer == Answer.FAILED)

    @property
    def unknown(self) -> tuple[Condition, ...]:
        """要企业补资料才知道的那些。"""
        return tuple(condition for condition, answer in self.answers if answer == Answer.UNKNOWN)


def ask(condition: Condition, profile: Profile) -> Answer:
    """一个条件问一家企业。"""
    held = profile.facts.get(condition.field)
    if held is None:
        return Answer.UNKNOWN
    return Answer.PASSED if _holds(condition, held) else Answer.FAILED


def _holds(condition: Condition, held: frozenset[Value] | Value) -> bool:
    values = condition.values
    match condition.operator:
        case Operator.YES:
            return bool(held)
        case Operator.NO:
            return not held
        case Operator.AT_LEAST:
            return int(held) >= int(values[0])  # type: ignore[arg-type]  # checked when the condition was written
        case Operator.AT_MOST:
            return int(held) <= int(values[0])  # type: ignore[arg-type]  # as above
        case Operator.PREFIX:
            return str(held).startswith(tuple(map(str, values)))
        case Operator.IN:
            return bool(_set(held) & frozenset(values))
        case _:
            return not _set(held) & frozenset(values)


def _set(held: frozenset[Value] | Value) -> frozenset[Value]:
    return held if isinstance(held, frozenset) else frozenset({held})


def match(conditions: Sequence[Condition], profile: Profile) -> Match:
    """一项政策问一家企业；没有条件就是人人适用。"""
    answers = tuple((condition, ask(condition, profile)) for condition in conditions)
    return Match(verdict_of(answer for _, answer in answers), answers)


def verdict_of(answers: Iterable[Answer]) -> Verdict:
    """全符合 → 可以享受；只差一条、别的都符合 → 差一个条件；没有不符合、有不知道 → 补资料；其余不适用。"""
    counted = {Answer.FAILED: 0, Answer.UNKNOWN: 0, Answer.PASSED: 0}
    for answer in answers:
        counted[answer] += 1
    failed, unknown = counted[Answer.FAILED], counted[Answer.UNKNOWN]
    if not failed:
        return Verdict.UNKNOWN if unknown else Verdict.FITS
    return Verdict.ONE_MISSING if failed == 1 and not unknown else Verdict.UNFIT


@dataclass(frozen=True)
class Register:
    """全部企业，供成批匹配：同一个条件只问一遍。"""

    profiles: Sequence[Profile]
    _asked: dict[Condition, tuple[int, int]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def everybody(self) -> int:
        """名册里的每一家。"""
        return bitmap.of(profile.key for profile in self.profiles)

    def match(self, conditions: Sequence[Condition]) -> "Matched":
        """一项政策问所有企业。"""
        failed_once, failed_twice, unknown = 0, 0, 0
        for condition in dict.fromkeys(conditions):
            passed, not_known = self._ask(condition)
            failed = self.everybody & ~(passed | not_known)
            failed_twice |= failed_once & failed
            failed_once |= failed
            unknown |= not_known
        fits = self.everybody & ~(failed_once | unknown)
        return Matched(self, fits, failed_once & ~failed_twice & ~unknown, unknown & ~failed_once)

    def _ask(self, condition: Condition) -> tuple[int, int]:
        if condition not in self._asked:
            answers = [(profile.key, ask(condition, profile)) for profile in self.profiles]
            passed = bitmap.of(key for key, answer in answers if answer == Answer.PASSED)
            unknown = bitmap.of(key for key, answer in answers if answer == Answer.UNKNOWN)
            self._asked[condition] = passed, unknown
        return self._asked[condition]


@dataclass(frozen=True, slots=True)
class Matched:
    """一项政策对全部企业：三种结论各一个位图，其余不适用。"""

    register: Register
    fits: int
    one_missing: int
    unknown: int

    def count(self, verdict: Verdict) -> int:
        """这种结论有几家。"""
        return self._bits(verdict).bit_count()

    def keys(self, verdict: Verdict) -> list[int]:
        """这种结论的企业，按主键次序。"""
        return bitmap.keys(self._bits(verdict))

    def _bits(self, verdict: Verdict) -> int:
        listed = {Verdict.FITS: self.fits, Verdict.ONE_MISSING: self.one_missing, Verdict.UNKNOWN: self.unknown}
        rest = self.register.everybody & ~(self.fits | self.one_missing | self.unknown)
        return listed.get(verdict, rest)


# Which ways of comparing a field allows; a form offers no other, and a stored one is checked against it.
ALLOWED: dict[ConditionField, tuple[Operator, ...]] = {
    ConditionField.REGION: (Operator.IN, Operator.NOT_IN),
    ConditionField.INDUSTRY: (Operator.PREFIX,),
    ConditionField.CHAIN: (Operator.IN, Operator.NOT_IN),
    ConditionField.CLUSTER: (Operator.IN, Operator.NOT_IN),
    ConditionField.ABOVE_SCALE: (Operator.YES, Operator.NO),
    ConditionField.TAG: (Operator.IN, Operator.NOT_IN),
    ConditionField.WHITELIST: (Operator.IN, Operator.NOT_IN),
    ConditionField.AGE: (Operator.AT_LEAST, Operator.AT_MOST),
    ConditionField.REVENUE: (Operator.AT_LEAST, Operator.AT_MOST),
    ConditionField.STAFF: (Operator.AT_LEAST, Operator.AT_MOST),
}


def contradiction(conditions: Sequence[Condition]) -> str:
    """哪一项的条件永远不能同时成立，一句话；没有就是空串。谁也享受不了的政策发布前要说。"""
    by_field: dict[ConditionField, dict[Operator, list[Condition]]] = {}
    for each in conditions:
        by_field.setdefault(each.field, {}).setdefault(each.operator, []).append(each)
    for name, asked in by_field.items():
        if _excludes(name, asked):
            return f"「{name.label}」的几个条件不可能同时成立。"
    return ""


def _excludes(name: ConditionField, asked: Mapping[Operator, Sequence[Condition]]) -> bool:
    """同一项的全部条件合起来，有没有一家企业能都符合：两两都行、三个不行的也算。"""
    if {Operator.YES, Operator.NO} <= asked.keys():
        return True
    if {Operator.AT_LEAST, Operator.AT_MOST} <= asked.keys():
        least = max(int(each.values[0]) for each in asked[Operator.AT_LEAST])
        return least > min(int(each.values[0]) for each in asked[Operator.AT_MOST])
    if Operator.PREFIX in asked:
        return not _common_prefixes([tuple(map(str, each.values)) for each in asked[Operator.PREFIX]])
    barred = frozenset(value for each in asked.get(Operator.NOT_IN, ()) for value in each.values)
    wanted = [frozenset(each.values) for each in asked.get(Operator.IN, ())]
    # A firm has one region, chain and cluster, but any number of tags.
    if wanted and name in {ConditionField.REGION, ConditionField.CHAIN, ConditionField.CLUSTER}:
        return frozenset.intersection(*wanted) <= barred
    return any(each <= barred for each in wanted)


def _common_prefixes(rows: Sequence[Sequence[str]]) -> list[str]:
    """同时以每一行里某一个开头的代码，以哪些开头。"""
    common: list[str] = list(rows[0])
    for row in rows[1:]:
        pairs = ((one, other) for one in common for other in row)
        common = [max(one, other, key=len) for one, other in pairs if one.startswith(other) or other.startswith(one)]
    return common
