"""How large a demo city is built."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Counts of the registry and of the past."""

    firms: int
    cadres: int
    months: int  # whole months before the running one
    cases_a_month: int
    case_firms: int  # firms that raise problems; each has an account
    uncovered: int
    leaders: int
    visit_rounds: int  # 双十 rounds with contacts
    policies: int  # older ones, beside the dozen told in full


# As the campaign reports itself (domain §1).
FULL = Scale(
    firms=3975,
    cadres=2742,
    months=12,
    cases_a_month=80,
    case_firms=640,
    uncovered=6,
    leaders=32,
    visit_rounds=8,
    policies=2000,
)
SMALL = Scale(
    firms=40, cadres=30, months=2, cases_a_month=16, case_firms=34, uncovered=6, leaders=8, visit_rounds=4, policies=40
)
SCALES = {"full": FULL, "small": SMALL}
