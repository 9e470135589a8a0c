"""对接结果的规矩（R-63）：哪一类记什么，后一步接着哪一步，数大得不像话的先问一句。纯函数。"""

from collections.abc import Mapping
from decimal import Decimal

from policies.enums import ResultKind, ResultStage

BEFORE: Mapping[ResultStage, ResultStage] = {
    ResultStage.SIGNED: ResultStage.INTENT,
    ResultStage.DELIVERED: ResultStage.SIGNED,
}
IN_MONEY = frozenset({ResultKind.SALES, ResultKind.CREDIT})
# What each stage is called for each measure: 授信 and 放款 are what banks say for signed and delivered.
SAID: Mapping[ResultKind, Mapping[ResultStage, str]] = {
    ResultKind.SALES: {
        ResultStage.INTENT: "意向金额", ResultStage.SIGNED: "签约金额", ResultStage.DELIVERED: "到账金额",
    },
    ResultKind.CREDIT: {
        ResultStage.INTENT: "意向金额", ResultStage.SIGNED: "授信金额", ResultStage.DELIVERED: "放款金额",
    },
    ResultKind.JOBS: {
        ResultStage.INTENT: "意向人数", ResultStage.SIGNED: "签约人数", ResultStage.DELIVERED: "到岗人数",
    },
    ResultKind.AGREEMENT: {
        ResultStage.INTENT: "意向项数", ResultStage.SIGNED: "签约项数", ResultStage.DELIVERED: "落地项数",
    },
}  # fmt: skip
UNITS: Mapping[ResultKind, str] = {ResultKind.JOBS: "人", ResultKind.AGREEMENT: "项"}
AMOUNT_MOST = Decimal(10**10)  # 100 亿元: above what all firms of a city sell at one event
HEADS_MOST = 50_000


def wrong_figure(kind: ResultKind, amount: Decimal | None, heads: int | None) -> tuple[str, str] | None:
    """（哪一栏，哪里不对）；金额类只记元，人数项数类必记个数。没有不对就是 None。"""
    if kind in IN_MONEY:
        return _wrong_money(amount, heads)
    if heads is None or heads <= 0:
        return "heads", f"请写{UNITS[kind]}数，大于 0 的整数。"
    if heads > HEADS_MOST:
        return "heads", f"{heads} {UNITS[kind]}太多了，请核对；最多 {HEADS_MOST}。"
    if kind == ResultKind.JOBS and amount is not None:
        return "amount", "用工对接不记金额。"
    return _too_large(amount)


def exceeds(figure: Decimal | int | None, before: Decimal | int | None, *, already: Decimal | int = 0) -> bool:
    """到位的（连同 `already` 已经到位的）是不是多过签约的；哪一边没有数就谈不上。"""
    return figure is not None and before is not None and figure + already > before


def _wrong_money(amount: Decimal | None, heads: int | None) -> tuple[str, str] | None:
    if amount is None:
        return "amount", "请写金额，如 300万、1.2亿。"
    if heads is not None:
        return "heads", "这一类只记金额，不记人数。"
    return _too_large(amount)


def _too_large(amount: Decimal | None) -> tuple[str, str] | None:
    if amount is not None and amount <= 0:
        return "amount", "金额要大于 0。"
    if amount is not None and amount > AMOUNT_MOST:
        return "amount", "一笔超过 100 亿元，请核对单位。"
    return None
