"""议程怎么提（R-55）：哪种会看哪几样、每样最多几件、同一件只上一次。纯函数。"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cases.enums import AgendaReason, MeetingKind

R = AgendaReason
# 次序就是议程的次序：上次没议完的在最前面，随后是这种会专门要定的事。
REASONS: dict[MeetingKind, tuple[AgendaReason, ...]] = {
    MeetingKind.DISPATCH: (R.CARRIED, R.OBJECTION, R.UNDISPATCHED, R.COORDINATION),
    MeetingKind.SERVICE: (R.CARRIED, R.OVERDUE, R.MAJOR, R.COORDINATION, R.OBJECTION, R.COMMON, R.INSTRUCTION),
    MeetingKind.PROJECT: (R.CARRIED, R.OVERDUE, R.MAJOR, R.COORDINATION),
    MeetingKind.INVESTMENT: (R.CARRIED, R.OVERDUE, R.MAJOR, R.COORDINATION),
    MeetingKind.REVIEW: (R.CARRIED, R.OVERDUE, R.INSTRUCTION, R.COMMON, R.MAJOR),
    MeetingKind.CONSULT: (R.CARRIED, R.COORDINATION),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """可以上会的一项：一件诉求、一个共性问题，或一个题目。"""

    reason: AgendaReason
    title: str
    case: int | None = None
    issue: int | None = None

    @property
    def key(self) -> tuple[str, int | str]:
        """同一件的记号：一次会上只出现一回。"""
        if self.case is not None:
            return "case", self.case
        return ("issue", self.issue) if self.issue is not None else ("topic", self.title)


def choose(
    kind: MeetingKind,
    found: Mapping[AgendaReason, Iterable[Candidate]],
    *,
    most: int,
    taken: Iterable[tuple[str, int | str]] = (),
) -> list[Candidate]:
    """按会议的次序挑：每个缘由最多 `most` 件（上次再议的不限），已在 `taken` 或前面挑过的不再挑。

    一件同时是几样的，按最前面的缘由上会，不占后面缘由的名额。
    """
    seen = set(taken)
    chosen: list[Candidate] = []
    for reason in REASONS[kind]:
        fresh: list[Candidate] = []
        for one in found.get(reason, ()):
            if one.key not in seen and (reason == R.CARRIED or len(fresh) < most):
                seen.add(one.key)
                fresh.append(one)
        chosen += fresh
    return chosen
