"""通报公文里的话：总体情况、好的做法、存在的问题、开头和结尾的缺省（R-53）。每一句都只说数字里有的。"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from reports.circulars.figures import FEW_IN_GROUP, LONG_SHELVED, Figures, Named, first_of, last_of, mean
from reports.enums import Group
from reports.scoring import Mark

NAMES_MOST = 5
RISE_LEAST = 3


def month_words(month: date) -> str:
    """2026年10月。"""
    return f"{month.year}年{month.month}月"


def opening(month: date, campaign: str) -> str:
    """开头的缺省。"""
    return (
        f"按照{campaign}月讲评安排，市活动办依据平台记录，对{month_words(month)}各单位办理企业诉求的情况"
        "进行了计分排名。经各单位核对、异议裁定，现将有关情况通报如下。"
    )


def closing(figures: Figures) -> str:
    """结尾的缺省：有什么问题就说什么，一行一段。"""
    asked = [
        (figures.missed("answered"), "到期未答复的诉求，主办单位要明确责任人，尽快答复企业，不得以正在协调代替结果。"),
        (figures.shelved, "挂账诉求要按承诺时间推进，到期再次申报；推不动的，提请会商。"),
        (figures.kept("reopened"), "重新打开的诉求由原主办单位重新办理，市活动办逐件回访。"),
        (figures.marks(Mark.FALSE_CLOSURE), "查实虚假办结的，按程序提请问效，有关单位要举一反三，全面自查。"),
    ]
    said = [words for found, words in asked if found]
    if not bad(figures):
        return "各单位要继续按时签收、按时反馈、按时办结，让企业得到实在的答复。"
    return "\n".join(["各单位要对照附件逐件核对失分原因，属于自身问题的立即整改。", *said, "整改情况纳入下月讲评。"])


def names(rows: Sequence[Any], *, most: int = NAMES_MOST) -> str:
    """甲、乙、丙，多了就“等 n 个单位”。"""
    said = "、".join(row.name for row in rows[:most])
    return f"{said}等{len(rows)}个单位" if len(rows) > most else said


def counted(found: Sequence[Named], unit: str, *, most: int = NAMES_MOST) -> str:
    """甲（3件）、乙（1件），多了就“等 n 个单位”。"""
    said = "、".join(f"{each.name}（{each.count}{unit}）" for each in found[:most])
    return f"{said}等{len(found)}个单位" if len(found) > most else said


def total(found: Iterable[Named]) -> int:
    """合计。"""
    return sum(each.count for each in found)


def overall(figures: Figures, *, least_rated: int) -> list[str]:
    """总体情况：单位数、各项比率、挂账与重新打开、涉法涉诉另列。"""
    rows, listed = len(figures.rows), len(figures.listed)
    said = f"参加讲评的单位共{rows}个，其中排名{rows - listed}个，只列示不排名{listed}个。"
    answered, on_time = figures.tally("answered"), figures.tally("on_time")
    if not answered.d:
        return [f"{said}本月没有到期应办结的诉求。", _rated(figures, least_rated), _beside(figures)]
    timed = "" if on_time.d == answered.d else f"计入按时率的{on_time.d}件中"
    said += (
        f"到期应办结诉求{answered.d}件，已答复{answered}，其中已解决{figures.tally('solved')}；"
        f"{timed}按时办结{on_time}。"
    )
    return [said, _rated(figures, least_rated), _beside(figures)]


def _rated(figures: Figures, least: int) -> str:
    rated, satisfied = figures.tally("rated"), figures.tally("satisfied")
    if not rated.d and not satisfied.d:
        return "本月没有应由企业评价的诉求。"
    said = f"应由企业评价{rated.d}件，已评价{rated}" if rated.d else "本月没有评价到期的诉求"
    if satisfied.d < least:
        return f"{said}；已评价的不足{least}件，满意率不单列。没有评价的不计为满意。"
    return f"{said}；{satisfied.d}件评价中满意（含基本满意）{satisfied}。没有评价的不计为满意。"


def _beside(figures: Figures) -> str:
    days, reopened, legal = figures.shelved_days, figures.tally("reopened").n, figures.tally("legal").d
    shelved = f"月末挂账{len(days)}件，最长{days[0]}天" if days else "月末没有挂账"
    if days and days[0] > LONG_SHELVED:
        shelved += f"，超过{LONG_SHELVED}天的{sum(each > LONG_SHELVED for each in days)}件"
    again = f"销号后重新打开{reopened}件" if reopened else "没有销号后重新打开的"
    apart = f"涉法涉诉诉求{legal}件另列，不计入以上比率。" if legal else ""
    return f"{shelved}；{again}。{apart}"


def objections(filed: int, upheld: int) -> str:
    """异议几条，采纳几条。"""
    if not filed:
        return "异议期内没有单位提出异议。"
    if not upheld:
        return f"异议期内收到异议{filed}条，经核对均未采纳。"
    return f"异议期内收到异议{filed}条，采纳{upheld}条，已按裁定重算。"


def group_words(rows: Sequence[Any]) -> str:
    """一组的一句话。"""
    best = first_of(rows)
    if len(rows) == 1:
        return f"排名单位1个：{best[0].name}，{best[0].score}分。"
    said = f"排名单位{len(rows)}个，平均{mean(rows)}分。第一名{names(best)}，{best[0].score}分"
    worst = last_of(rows)
    return f"{said}；末位{names(worst)}，{worst[0].score}分。" if worst else f"{said}，并列。"


def good(figures: Figures) -> list[str]:
    """好的做法：各组第一、全部按时、没有扣分、上升。"""
    leading = [
        f"{group.label}组{names(first_of(figures.in_group(group)))}"
        for group in figures.groups
        if len(figures.in_group(group)) >= FEW_IN_GROUP
    ]
    said: list[tuple[Sequence[Any], str]] = [
        (leading, f"排名第一的单位：{'，'.join(leading)}。"),
        (figures.all_on_time, f"到期诉求全部按时办结的有{len(figures.all_on_time)}个：{names(figures.all_on_time)}。"),
        (figures.without_marks, f"全月没有扣分的有{len(figures.without_marks)}个：{names(figures.without_marks)}。"),
        (risen := figures.risen(RISE_LEAST), f"比上月上升{RISE_LEAST}位以上：{counted(risen, '位')}。"),
    ]
    return [words for found, words in said if found]


def bad(figures: Figures) -> list[str]:
    """存在的问题：每一种几件、哪些单位。"""
    told: list[tuple[Sequence[Named], Callable[[int], str], str]] = [
        (figures.missed("answered"), lambda n: f"到期未答复{n}件", "件"),
        (figures.missed("on_time"), lambda n: f"没有按时办结{n}件", "件"),
        (figures.marks(Mark.URGE), lambda n: f"签发催办单{n}张", "张"),
        (figures.marks(Mark.INQUIRY), lambda n: f"签发问效建议单{n}张", "张"),
        (figures.marks(Mark.WRONG_OBJECTION), lambda n: f"退单不成立{n}次", "次"),
        (figures.marks(Mark.FALSE_CLOSURE), lambda n: f"查实虚假办结{n}件", "件"),
        (figures.shelved, lambda n: f"月末挂账{n}件", "件"),
        (figures.kept("reopened"), lambda n: f"销号后重新打开{n}件", "件"),
    ]
    said = [f"{words(total(found))}：{counted(found, unit)}。" for found, words, unit in told if found]
    behind = [
        f"{group.label}组{names(last_of(figures.in_group(group)))}"
        for group in figures.groups
        if len(figures.in_group(group)) >= FEW_IN_GROUP and last_of(figures.in_group(group))
    ]
    return [*said, f"得分排在末位的单位：{'，'.join(behind)}。"] if behind else said


def group_label(group: str) -> str:
    """县（市、区）。"""
    return str(Group(group).label)
