"""活动页面上的数和标签怎么说。"""

from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Sum

from policies.enums import ResultKind, ResultStage
from policies.rules.results import SAID, UNITS
from policies.services.events import next_stage
from zhuqi.kernel.amounts import said as money


def figure_of(result):
    """一个结果的数：300 万元；12 人；2 项，500 万元。"""
    return figure_words(result.kind, result.amount, result.heads)


def figure_words(kind, amount, heads):
    """没有就是空串。"""
    counted = f"{heads} {UNITS.get(ResultKind(kind), '')}".strip() if heads else ""
    return "，".join(filter(None, (counted, money(Decimal(amount)) if amount else "")))


def stage_words(result):
    """授信、放款、到岗……"""
    return SAID[ResultKind(result.kind)][ResultStage(result.stage)]


def list_tabs(labels, chosen, params, *, may_organise):
    """列表的页签，筛选的条件带着走。"""
    kept = {name: value for name, value in params.items() if name not in {"tab", "page"} and value}
    return [
        {"label": label, "url": f"?{urlencode(kept | {'tab': key})}", "current": key == chosen, "count": None}
        for key, label in labels.items()
        if key != "mine" or may_organise
    ]


def chains(live):
    """一家一组，后一步排在它接着的那一步下面、缩进一层：[(企业, [{行、哪一步、数、还能接什么、还差多少……}])]。"""
    by_key, children = {row.pk: row for row in live}, {}
    for row in live:
        children.setdefault(row.follows_id, []).append(row)

    def path(row):
        above = by_key.get(row.follows_id)
        return (*(path(above) if above else ()), row.pk)

    grouped = {}
    for keys, row in sorted(((path(row), row) for row in live), key=lambda pair: (pair[1].enterprise.name, pair[0])):
        stage, parts = next_stage(row), children.get(row.pk, [])
        grouped.setdefault(row.enterprise, []).append({
            "row": row, "stage": stage_words(row), "figure": figure_of(row), "depth": len(keys), "is_last": not parts,
            "next": SAID[ResultKind(row.kind)][stage][:2] if stage else "", "left": left_words(row, parts),
        })  # fmt: skip
    return list(grouped.items())


def left_words(row, parts):
    """一个签约分几笔到位：到了多少、还差多少；别的步骤不说。"""
    if row.stage != ResultStage.SIGNED or not parts:
        return ""
    money, heads = (sum(getattr(part, name) or 0 for part in parts) for name in ("amount", "heads"))
    word = SAID[ResultKind(row.kind)][ResultStage.DELIVERED][:2]
    said = f"已{word} {figure_words(row.kind, money, heads)}"
    short = [max(0, (getattr(row, name) or 0) - got) for name, got in (("amount", money), ("heads", heads))]
    return f"{said}，还差 {figure_words(row.kind, *short)}" if any(short) else f"{said}，齐了"


def sums_of(rows):
    """几步各是多少：[(叫什么, 多少)]；只有记过的几类。"""
    sums = rows.order_by().values_list("kind", "stage").annotate(Sum("amount"), Sum("heads"))
    found = {(kind, stage): (amount, heads) for kind, stage, amount, heads in sums}
    kinds = dict.fromkeys(kind for kind, _ in found)
    return [
        (SAID[ResultKind(kind)][stage], figure_words(kind, *found[kind, stage]) if (kind, stage) in found else "0")
        for kind in kinds
        for stage in ResultStage
    ]
