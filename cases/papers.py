"""一次会的议程和纪要写成公文（R-53、R-55）：同一份字给网页、打印和 DOCX。"""

import io

from cases.enums import MeetingState, Resolution
from zhuqi import datewords
from zhuqi.kernel import official_paper as paper
from zhuqi.kernel.official_paper import Block, Paper


def stream(made):
    """文件流。"""
    return io.BytesIO(made)


def agenda_paper(meeting, items):
    """议程：每一项是什么、为什么上会、当时的情况、要定什么。"""
    blocks: list[Block] = [*_when(meeting), paper.heading("议题")]
    for item in items:
        blocks += [paper.subheading(f"{item.title}（{item.get_reason_display()}）"), *_facts(item)]
    frozen = meeting.state != MeetingState.PLANNED
    return Paper(
        mark=meeting.office.name, title=f"{_title(meeting)}议程", blocks=paper.numbered(blocks),
        signed_by=meeting.office.name, signed_on=datewords.day_of(meeting.frozen_at or meeting.made_at),
        draft="" if frozen else "草稿，未定稿",
    )  # fmt: skip


def minutes_paper(meeting, items):
    """纪要：谁到会、怎么要求、每一项怎么定。"""
    blocks: list[Block] = [*_when(meeting)]
    if meeting.attended:
        blocks.append(paper.text(f"出席：{meeting.attended}"))
    if meeting.opening:
        blocks += [paper.heading("会议要求"), paper.text(meeting.opening)]
    decided = [item for item in items if item.resolution and item.resolution != Resolution.LATER]
    later = [item for item in items if item.resolution == Resolution.LATER]
    blocks.append(paper.heading("议定事项"))
    for item in decided:
        blocks += [paper.subheading(_named(item)), paper.text(item.decision), *_follow(item)]
    if not decided:
        blocks.append(paper.text("本次会议没有议定事项。"))
    if later:
        blocks.append(paper.heading("下次再议"))
        blocks += [paper.item(_named(item) + (f"：{item.decision}" if item.decision else "")) for item in later]
    closed = meeting.state == MeetingState.CLOSED
    return Paper(
        mark=meeting.office.name, title=f"{_title(meeting)}纪要", blocks=paper.numbered(blocks),
        signed_by=meeting.office.name, signed_on=datewords.day_of(meeting.closed_at) if closed else None,
        copies=_copies(items), printed_by=meeting.office.name if closed else "", draft="" if closed else paper.DRAFT,
    )  # fmt: skip


def _title(meeting):
    return f"{datewords.document(meeting.held_at)}{meeting.get_kind_display()}"


def _when(meeting):
    at = datewords.local(meeting.held_at)
    said = [f"时间：{datewords.document_week(meeting.held_at)}{at:%H:%M}"]
    if meeting.place:
        said.append(f"地点：{meeting.place}")
    if meeting.chair:
        said.append(f"主持：{meeting.chair.name}{f'（{meeting.chair.post}）' if meeting.chair.post else ''}")
    return [paper.text(line) for line in said]


def _named(item):
    number = item.facts.get("number", "")
    return f"{item.title}（{number}，{item.facts.get('firm', '')}）" if number else item.title


def _facts(item):
    """当时的情况；题目没有情况可写。"""
    facts = item.facts
    if facts.get("number"):
        late = f"，已逾期 {facts['days_late']} 天" if facts["days_late"] else ""
        urged = f"，催办 {facts['urge_count']} 次" if facts["urge_count"] else ""
        lead = f"，主办单位{facts['lead']}" if facts["lead"] else "，尚未交办"
        said = [f"{facts['firm']}，{facts['number']}，现为“{facts['status']}”{lead}{late}{urged}。"]
        said += [f"要定：{ask}。".replace("。。", "。") for ask in facts.get("asks", [])]
        if facts.get("progress"):
            said.append(f"最近进展：{facts['progress']}")
        return [paper.text(line) for line in said]
    if facts.get("member_count"):
        return [paper.text(f"涉及 {facts['member_count']} 件，{facts['state']}。{facts['summary']}")]
    return []


def _follow(item):
    """怎么落、由谁、哪天前。"""
    parts = [f"以{Resolution(item.resolution).label}落实"] if item.resolution != Resolution.NOTED else []
    if item.unit:
        parts.append(f"责任单位：{item.unit.name}")
    if item.due_on:
        parts.append(f"完成时限：{datewords.document(item.due_on)}")
    return [paper.text(f"（{'；'.join(parts)}。）")] if parts else []


def _copies(items):
    """抄送要落实的单位，各一次，按议题的先后。"""
    return "，".join(dict.fromkeys(item.unit.name for item in items if item.unit))
