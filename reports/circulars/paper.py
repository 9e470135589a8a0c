"""把数字和话排成一份公文（R-53）：正文、各组排名表、只列示的单位、附件。纯函数：同样的行，同样的公文。"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from reports.circulars import wording
from reports.circulars.figures import Figures, Tally, count_of, lost_of
from reports.enums import ITEM_LABELS, Mark, Part
from reports.scoring import Weights
from zhuqi.kernel.official_paper import Block, Paper, annex, heading, item, numbered, subheading, table, text

TO = "各县（市、区）、功能区活动办，市直各承办单位，各有关金融机构和公用企业"
COPIES = "市委办公室，市人大常委会办公室，市政府办公室，市政协办公室，市纪委监委，市委市政府督查局"
RANKING_WIDTHS = (11, 31, 13, 13, 13, 13, 13, 13, 13, 10, 13)
LISTED_WIDTHS = (50, 46, 20, 40)
COUNT_HEADS = ("单位", "应办结", "办结率", "解决率", "按时率", "评价率", "满意率", "重新\n打开", "挂账")
COUNT_WIDTHS = (28, 13, 19, 19, 19, 19, 19, 10, 10)
MARK_WIDTHS = (44, 24, 24, 24, 24, 16)
ATTACHMENTS = ("各单位办理情况", "扣分情况", "评分规则")
NONE = "—"


@dataclass(frozen=True, slots=True)
class About:
    """公文里除各行以外要说的。`objections`：提出几条、采纳几条。"""

    month: date
    issuer: str
    campaign: str
    weights: Weights
    least_rated: int
    objections: tuple[int, int] = (0, 0)
    places_before: Mapping[int, int] = field(default_factory=dict)
    opening: str = ""
    closing: str = ""
    number: str = ""
    issued_on: date | None = None
    draft: str = ""


def compose(rows: Iterable[Any], about: About) -> Paper:
    """一份通报。`rows` 是榜上各行（冻结的或草稿的）。"""
    figures = Figures(rows, about.places_before)
    return Paper(
        mark=f"{about.issuer}文件",
        title=f"关于{wording.month_words(about.month)}{about.campaign}\n月讲评积分排名情况的通报",
        number=about.number,
        to=TO,
        blocks=numbered([*_body(figures, about), *_annexes(figures, about)]),
        attachments=ATTACHMENTS,
        signed_by=about.issuer,
        signed_on=about.issued_on,
        copies=COPIES,
        printed_by=about.issuer,
        draft=about.draft,
    )


def _body(figures: Figures, about: About) -> list[Block]:
    said = [each for each in (about.opening or wording.opening(about.month, about.campaign)).splitlines() if each]
    blocks = [*map(text, said), heading("总体情况")]
    blocks += map(text, wording.overall(figures, least_rated=about.least_rated))
    blocks.append(text(wording.objections(*about.objections)))
    if figures.groups:
        blocks.append(heading("各组排名"))
    for group in figures.groups:
        rows = figures.in_group(group)
        blocks += [subheading(group.label), text(wording.group_words(rows)), _ranking(rows, f"{group.label}积分排名")]
    if figures.listed:
        blocks += [heading("只列示不排名的单位"), *_listed(figures, about.weights.least_due)]
    good, bad = wording.good(figures), wording.bad(figures)
    if good:
        blocks += [heading("好的做法"), *map(item, good)]
    blocks.append(heading("存在的问题"))
    blocks += map(item, bad) if bad else [text("本月没有发现到期未答复、催办、问效、退单不成立和虚假办结的情形。")]
    blocks.append(heading("下一步工作"))
    return blocks + [text(each) for each in (about.closing or wording.closing(figures)).splitlines() if each]


def _ranking(rows: list[Any], caption: str) -> Block:
    fulls = {each["key"]: Decimal(each["full"]) for each in rows[0].parts}
    parts = [_folded(part.label) + (f"\n{_short(fulls[part])}" if fulls.get(part) else "") for part in Part]
    lines = [
        [row.place, row.name, row.due_count,
         *(each["points"] if fulls[each["key"]] else NONE for each in row.parts),
         _minus(lost_of(row)), row.score]
        for row in rows
    ]  # fmt: skip
    head = ["名次", "单位", "应办结", *parts, "扣分", "总分"]
    return table(head, lines, widths=RANKING_WIDTHS, sides="cl" + "r" * 9, caption=caption)


def _listed(figures: Figures, least: int) -> list[Block]:
    some = [row for row in figures.listed if row.due_count]
    none = [row for row in figures.listed if not row.due_count]
    blocks = []
    if some:
        said = f"应办结不足{least}件的，得分受个别诉求影响大，只列示、不排名，共{len(some)}个单位。"
        lines = [(row.name, wording.group_label(row.group), row.due_count, f"不足{least}件") for row in some]
        heads = ("单位", "组别", "应办结", "原因")
        blocks += [text(said), table(heads, lines, widths=LISTED_WIDTHS, sides="llrl")]
    if none:
        named = wording.names(none, most=len(none))
        blocks.append(text(f"本月没有到期应办结诉求的有{len(none)}个单位：{named}。"))
    return blocks


def _annexes(figures: Figures, about: About) -> list[Block]:
    told = [row for row in (*figures.ranked, *figures.listed) if _has_data(row)]
    counts = [_counts(row, about.least_rated) for row in told]
    charged = [row for row in figures.rows if any(each["count"] for each in row.deductions)]
    marks = [
        (row.name, *(count_of(row, mark) or NONE for mark in Mark), _minus(lost_of(row)))
        for row in sorted(charged, key=lambda row: (-lost_of(row), row.name))
    ]
    named = [f"附件{at}\n{wording.month_words(about.month)}{name}" for at, name in enumerate(ATTACHMENTS, start=1)]
    named[2] = f"附件3\n{ATTACHMENTS[2]}"
    return [
        annex(named[0]),
        table(COUNT_HEADS, counts, widths=COUNT_WIDTHS, sides="l" + "r" * 8)
        if counts
        else text("本月没有可以列出的数据。"),
        annex(named[1]),
        table(("单位", *Mark.labels, "扣分"), marks, widths=MARK_WIDTHS, sides="l" + "r" * 5)
        if marks
        else text("本月没有扣分。"),
        annex(named[2]),
        *_rules(about.weights),
    ]


def _has_data(row: Any) -> bool:
    rates = ("answered", "rated", "satisfied", "reopened")
    return any(row.counts[name][1] for name in rates) or bool(row.counts["shelved_days"])


def _counts(row: Any, least_rated: int) -> tuple[str, ...]:
    tallies = {name: Tally(*row.counts[name]) for name in ("answered", "solved", "on_time", "rated", "satisfied")}
    shown = [tallies[name].short for name in ("answered", "solved", "on_time", "rated")]
    satisfied = tallies["satisfied"].short if tallies["satisfied"].d >= least_rated else NONE
    beside = (row.counts["reopened"][0], len(row.counts["shelved_days"]))
    return (row.name, str(row.due_count), *shown, satisfied, *(str(each) if each else NONE for each in beside))


def _rules(weights: Weights) -> list[Block]:
    lines = [(part.label, f"满分 {getattr(weights, part.value)} 分") for part in Part]
    price = {mark: f"每次扣 {getattr(weights, mark.value)} 分" for mark in Mark}
    price[Mark.URGE] = f"每张扣 {weights.urge} 分，最多扣 {weights.urge_most} 分"
    lines += [(f"扣分：{ITEM_LABELS[mark]}", price[mark]) for mark in Mark]
    return [
        table(("项目", "分值"), lines, widths=(70, 86), sides="ll"),
        text(
            f"各项按本单位的比率计分，件数少的向本组平均收缩（k={weights.shrinkage}）；本月全组都没有数据的项不计，分值"
            f"按比例归入其余各项，满分仍为 100 分。应办结不足 {weights.least_due} 件的只列示、不排名。没有评价的不计为满意，"
            "也不计为不满意。涉法涉诉诉求另列，不进入办结率、解决率、满意率的分母。"
        ),
    ]


def _folded(label: str) -> str:
    return f"{label[:2]}\n{label[2:]}" if len(label) > 3 else label


def _short(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _minus(value: Decimal) -> str:
    return f"−{_short(value)}" if value else "0"
