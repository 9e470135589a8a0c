"""台账（R-54）的登记处：页面、导出、测试都从这里取。加一个模块、在这里登记，就多一种台账。"""

from typing import Any

from reports.ledgers import assignments, cases, enterprises, events, tickets, visits
from reports.ledgers.ledger import Ledger

LEDGERS: dict[str, Ledger] = {
    module.LEDGER.key: module.LEDGER for module in (enterprises, assignments, visits, cases, events, tickets)
}


def ledgers_for(user: Any) -> list[Ledger]:
    """这个人的岗位能导的台账。"""
    return [ledger for ledger in LEDGERS.values() if user.role in ledger.roles]


__all__ = ["LEDGERS", "Ledger", "ledgers_for"]
