"""清欠 of the demo city (R-32): what is owed is recorded soon after dispatch, what is paid comes in bit by bit.

With dice of its own, so that nobody else's story changes when this one does.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from random import Random

from cases.enums import Action, DebtorKind, Outcome, Status
from cases.models import Arrears, Case
from cases.services import perform
from cases.services.clocks import local_day
from reports.demo.city.city import City
from reports.demo.city.clockwork import Life

HALF_WEEK = 3
PAYS = 0.3  # a debtor in a week
WAN = Decimal(10_000)
IN_HAND = (Status.HANDLING, Status.PAUSED, Status.SUBMITTED, Status.RATING, Status.SHELVED, Status.CLOSED)
SUM = re.compile(r"(\d+(?:\.\d+)?) ?万元")
DEBTORS: dict[str, tuple[str, ...]] = {
    DebtorKind.PUBLIC: ("莲溪镇人民政府", "城东片区建设指挥部", "颍北新区建设服务中心", "许地县公路养护中心", "双河街道办事处"),
    DebtorKind.STATE: ("许地交通建设集团", "莲城水务投资公司", "颍川文旅发展公司", "许地城市建设投资公司"),
    DebtorKind.PRIVATE: ("筑成建设工程公司", "华溪置业公司", "远道物流装备公司", "鼎盛达机电公司"),
}  # fmt: skip
KINDS = {"GOV": DebtorKind.PUBLIC, "SOE": DebtorKind.STATE, "FIRM": DebtorKind.PRIVATE, "DEPOSIT": DebtorKind.PUBLIC}
BASES = ("施工合同和竣工结算单", "购销合同、送货单和对账函", "验收单和已开具的发票", "结算审计报告")
PAID = ("银行转账，企业已确认。", "财政拨付到账。", "按还款协议支付。", "商业汇票，已贴现。")


class Debts:
    """Twice a week the lead unit's clerk writes down what is owed and what has come in."""

    def __init__(self, city: City, first: date) -> None:
        self.city, self.hours, self.first, self.rng = city, city.hours, first, Random(32)

    def live(self) -> Life:
        """Through the history and into the last working day."""
        day = self.hours.shift(self.first, 8)
        while day < self.city.last_run_on:
            at = yield self.hours.at(day, 16, 20)
            self._write_down(at)
            day = self.hours.shift(day, HALF_WEEK)
        at = yield self.hours.at(self.city.last_run_on, 8, 50)
        self._write_down(at)

    def _write_down(self, at: datetime) -> None:
        cases = Case.objects.of_arrears().filter(status__in=IN_HAND, lead__isnull=False)
        for case in cases.filter(arrears=None).select_related("category", "lead").order_by("pk"):
            self._record(case, at)
        known = Arrears.objects.with_recovered().filter(case__in=cases, recorded_at__lt=at)
        waiting = known.exclude(pk__in=self._settled())
        for row in waiting.select_related("case__lead").order_by("pk"):
            self._pay(row, at)

    def _settled(self):
        return Arrears.objects.with_recovered().settled().values("pk")

    def _record(self, case: Case, at: datetime) -> None:
        told = SUM.search(f"{case.title} {case.description}")
        owed = Decimal(told[1]) * WAN if told else self.rng.randint(8, 260) * WAN
        kind = KINDS.get(case.category.code.partition(".")[2] if case.category else "", DebtorKind.OTHER)
        names = DEBTORS.get(kind, DEBTORS[DebtorKind.PRIVATE])
        self._do(
            case, Action.RECORD_ARREARS, at, debtor=self.rng.choice(names), debtor_kind=kind, owed=owed,
            basis=self.rng.choice(BASES),
        )  # fmt: skip

    def _pay(self, row, at: datetime) -> None:
        rest, is_solved = row.owed - row.recovered, row.case.outcome == Outcome.SOLVED
        if not is_solved and self.rng.random() > PAYS:
            return
        much = rest if is_solved else min(rest, (row.owed * self.rng.randint(10, 40) / 100 // WAN or 1) * WAN)
        on = max(self.hours.shift(local_day(at), -self.rng.randint(0, 2)), local_day(row.recorded_at))
        self._do(
            row.case, Action.RECORD_RECOVERY, at, amount=much, received_on=on, note=self.rng.choice(PAID), sure=True
        )

    def _do(self, case: Case, action: Action, at: datetime, **details) -> None:
        clerk = self.city.crowd.clerks[case.lead_id or 0][0]
        perform(case, action, actor=clerk, at=at, **details)
