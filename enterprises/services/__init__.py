"""Every way the firms' books change (R-10, R-11)."""

from enterprises.services.contacts import add_contact, amend_contact, make_primary, remove_contact
from enterprises.services.registry import FirmRecord, move_region, register, strike_off, update
from enterprises.services.whitelist import end_whitelisting, whitelist

__all__ = [
    "FirmRecord",
    "add_contact",
    "amend_contact",
    "end_whitelisting",
    "make_primary",
    "move_region",
    "register",
    "remove_contact",
    "strike_off",
    "update",
    "whitelist",
]
