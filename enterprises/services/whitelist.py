"""R-11: the white list. An upgrade closes the old row and keeps it."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from enterprises.models import Enterprise, Whitelisting, WhitelistLevel
from enterprises.services.changes import note_changes
from enterprises.services.rights import demand_right
from zhuqi.kernel.errors import Conflict, InvalidInput


def whitelisted_now(firm: Enterprise, today: date) -> Whitelisting | None:
    """The row in force today."""
    rows = [row for row in firm.whitelistings.all() if row.from_on <= today]
    return next((row for row in rows if row.to_on is None or row.to_on >= today), None)


@transaction.atomic
def whitelist(firm: Enterprise, level: str, *, from_on: date, document: str, actor: Any) -> Whitelisting:
    """Enter a firm on a list from a day on; a row in force ends the day before and stays in the history."""
    demand_right(actor, firm)
    present = firm.whitelistings.filter(to_on__isnull=True).first()
    errors: dict[str, list[str]] = {}
    if level not in WhitelistLevel.values:
        errors["level"] = ["请选白名单级别。"]
    if not document.strip():
        errors["document"] = ["请填写依据文号，如 许助企〔2026〕8号。"]
    if present is not None and present.level == level:
        errors["level"] = [f"已经在{present.get_level_display()}（{present.from_on:%Y-%m-%d} 起）。"]
    elif present is not None and from_on <= present.from_on:
        errors["from_on"] = [f"应晚于现有认定的开始日期 {present.from_on:%Y-%m-%d}。"]
    if errors:
        raise InvalidInput(next(iter(errors.values()))[0], errors)
    if present is not None:
        _close(present, from_on - timedelta(days=1))
    note_changes([firm.pk])
    return Whitelisting.objects.create(enterprise=firm, level=level, from_on=from_on, document=document.strip())


@transaction.atomic
def end_whitelisting(row: Whitelisting, *, to_on: date, actor: Any) -> None:
    """Take a firm off the list; the row stays."""
    demand_right(actor, row.enterprise)
    if to_on < row.from_on:
        message = f"结束日期不能早于开始日期 {row.from_on:%Y-%m-%d}。"
        raise InvalidInput(message, {"to_on": [message]})
    _close(row, to_on)
    note_changes([row.enterprise_id])


def _close(row: Whitelisting, on: date) -> None:
    if not Whitelisting.objects.filter(pk=row.pk, to_on__isnull=True).update(to_on=on):
        raise Conflict("白名单刚被别人改过，请刷新后再办。")
