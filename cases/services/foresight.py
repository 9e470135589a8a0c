"""预演（R-41）：到某一时刻会受理、恢复、销号、催办、拟问效哪些；什么也不改。"""


from cases.enums import InquiryCause
from cases.services import clocks, double_ten, due_work
from cases.services.enforcement import SECOND, due_slots, inquiry_in_hand


def foresee(*, at):
    """到 `at` 该跑的最后一个时点会做的事，按执行的次序；尚未收口的双十日按现在的进展算。"""
    slots = due_slots(at=at)
    day = slots[-1] if slots else clocks.local_day(at)
    plain = [
        *(_item("恢复办理", row.case, row.case.enterprise.name, f"补充期到 {row.due_on:%m-%d} 为止") for row in due_work.pauses_over(day)),
        *(_item("自动受理", row.case, row.case.office.name, f"受理期限 {row.due_on:%m-%d}") for row in due_work.silent_reports(day)),
        *(_item("未评销号", row.case, row.case.enterprise.name, f"评价期到 {row.due_on:%m-%d}") for row in due_work.ratings_over(day)),
    ]
    return plain + _inquiries(day) + _urges(day)


def _item(what, case, to, why):
    return {"what": what, "case": case.number, "title": case.title, "to": to, "why": why}


def _inquiries(day):
    found = [
        _item("拟问效建议单", row.case, row.holder.name, InquiryCause.URGE_UNANSWERED.label)
        for row in due_work.expired_urges(day).select_related("holder")
        if not inquiry_in_hand(row.case)
    ]
    return found + [
        _item("拟问效建议单", case, case.lead.name if case.lead else "", InquiryCause.SECOND_BAD_RATING.label)
        for case in due_work.twice_bad(day)
        if not inquiry_in_hand(case)
    ]


def _urges(day):
    batches = due_work.urges_due(day)
    owed = _double_ten_owed(day, {(batch.case.pk, batch.unit.pk) for batch in batches})
    found = []
    for batch in batches:
        found.append(_item("催办单", batch.case, batch.unit.name, batch.words(day)))
        if batch.case.urge_count + 1 >= SECOND and not inquiry_in_hand(batch.case):
            found.append(_item("拟问效建议单", batch.case, batch.unit.name, InquiryCause.SECOND_URGE.label))
    return found + owed


def _double_ten_owed(day, listed):
    """到那天已过、还没收口的双十日，会让哪些件被催。"""
    found = []
    for held_on, before in double_ten.held_days(day - double_ten.LOOK_BACK, day - double_ten.DAY)[-1:]:
        for case, holder in double_ten.not_yet_opened(held_on, before):
            if (case.pk, holder.pk) not in listed:
                found.append(_item("催办单", case, holder.name, f"双十进展限 {held_on:%m-%d}"))
    return found
