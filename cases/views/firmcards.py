"""今日的企业卡：每家一张，急的在前；助企日还差的在条里（R-15）。"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from cadres.enums import PlannedVisitState, VisitMode
from cadres.models import PlannedVisit, User, Visit
from cadres.services.duties import Duties, Duty
from cases.enums import Level
from cases.models import Case
from cases.views.lights import RANK, Light, lights
from enterprises.models import Contact, Enterprise

PROBLEMS_MOST = 3
QUIET = max(RANK.values()) + 1
MADE = {
    VisitMode.ON_SITE: "实地走访过",
    VisitMode.PHONE: "电话联系过",
    VisitMode.VIDEO: "视频联系过",
    VisitMode.DECLINED: "联系过，企业婉拒",
}


@dataclass(frozen=True, slots=True)
class FirmCard:
    """一家企业一张卡：签、上次联系、约好的一次、问题和灯。"""

    duty: Duty
    lights: list[Light]
    is_missing: bool
    contact: Contact | None
    planned: PlannedVisit | None

    @property
    def firm(self) -> Enterprise:
        """哪家。"""
        return self.duty.enterprise

    @property
    def last(self) -> Visit | None:
        """上次联系。"""
        return self.duty.last

    @property
    def made(self) -> str:
        """上次怎么联系的。"""
        return MADE.get(VisitMode(self.last.mode), "") if self.last else ""

    @property
    def shown(self) -> list[Light]:
        """卡上列的几件。"""
        return self.lights[:PROBLEMS_MOST]

    @property
    def more_count(self) -> int:
        """没列出来的几件。"""
        return len(self.lights) - len(self.shown)

    @property
    def is_urgent(self) -> bool:
        """有问题在办，或这次助企日还没联系。"""
        return bool(self.lights) or self.is_missing

    @property
    def urgency(self) -> tuple[int, date, str]:
        """急的在前：最急的灯，待联系算临近到期。"""
        rank = RANK[self.lights[0].tone] if self.lights else QUIET
        due_on = self.lights[0].due_on if self.lights else None
        return (min(rank, RANK["near"]) if self.is_missing else rank, due_on or date.max, self.firm.name)

    @property
    def chip(self) -> tuple[str, str, str] | None:
        """一张卡一个签：最急的那一个。"""
        if any(light.case.level == Level.INQUIRY for light in self.lights):
            return ("问效", "late", "f-alert-octagon")
        if any(light.tone == "late" for light in self.lights):
            return ("已逾期", "late", "f-alert-octagon")
        if self.is_missing:
            return ("待联系", "near", "clock-exclamation")
        if any(light.case.level == Level.URGED for light in self.lights):
            return ("催办", "near", "bell-ringing")
        return ("已联系", "done", "circle-check") if self.duty.contact else None


def firm_cards(user: User, owed: Duties, *, today: date) -> list[FirmCard]:
    """一名干部的全部企业卡，急的在前；查询数与家数无关。"""
    by_firm: dict[int, list[Light]] = defaultdict(list)
    for light in lights(Case.objects.visible_to(user).open().select_related("lead", "office"), today=today):
        by_firm[light.case.enterprise_id].append(light)
    contacts = {row.enterprise_id: row for row in Contact.objects.visible_to(user).filter(is_primary=True)}
    coming = PlannedVisit.objects.visible_to(user).filter(
        cadre=user, state=PlannedVisitState.PLANNED, planned_on__gte=today
    )
    planned = {row.enterprise_id: row for row in coming.order_by("-planned_on", "-pk")}
    cards = [
        FirmCard(
            duty,
            by_firm[duty.enterprise.pk],
            owed.is_open and duty.contact is None,
            contacts.get(duty.enterprise.pk),
            planned.get(duty.enterprise.pk),
        )
        for duty in owed.rows
    ]
    return sorted(cards, key=lambda card: card.urgency)
