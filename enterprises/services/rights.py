"""Who keeps the books: the activity office, a county's only for its own region. `actor` None is the system."""

from typing import Any

from enterprises.models import Enterprise, Region
from enterprises.services.merged import demand_unmerged
from zhuqi.kernel.errors import InvalidInput, NotPermitted

KEEPER = "OFFICE"  # cadres.enums.Role stands above this app


def may_keep(user: Any) -> bool:
    """Whether this person edits firms at all: for buttons."""
    return getattr(user, "role", "") == KEEPER


def demand_right(actor: Any, firm: Enterprise) -> None:
    """Raise NotPermitted unless `actor` keeps this firm's entry, DomainError when it was merged into another."""
    demand_unmerged(firm)
    if actor is None:
        return
    if not may_keep(actor) or not Enterprise.objects.visible_to(actor).filter(pk=firm.pk).exists():
        raise NotPermitted("企业资料由所在地活动办维护。")


def demand_region(actor: Any, region: Region) -> None:
    """Raise unless `actor` keeps the books of this region."""
    if actor is None:
        return
    if not may_keep(actor):
        raise NotPermitted("企业由活动办登记。")
    if not actor.sees_everything and region.pk not in (actor.region_ids or ()):
        message = "只能登记本县（市、区）的企业；迁入外地请联系市活动办。"
        raise InvalidInput(message, {"region": [message]})
