"""A firm's contacts. One is primary and receives the rating links (R-28)."""

import re
from datetime import datetime
from typing import Any

from django.db import transaction

from enterprises.models import Contact, Enterprise
from enterprises.services.merged import demand_unmerged
from enterprises.services.rights import may_keep
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted

PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(-\d{1,6})?")


@transaction.atomic
def add_contact(firm: Enterprise, *, actor: Any, at: datetime, **entry: Any) -> Contact:
    """Add a contact; the first one is primary whatever was said."""
    demand_keeper(firm, actor)
    columns = _checked(entry)
    is_primary = bool(entry.get("is_primary")) or not firm.contacts.exists()
    if is_primary:
        firm.contacts.filter(is_primary=True).update(is_primary=False)
    made = Contact.objects.create(enterprise=firm, is_primary=is_primary, **columns)
    _touch(firm, at)
    return made


@transaction.atomic
def amend_contact(contact: Contact, *, actor: Any, at: datetime, **entry: Any) -> Contact:
    """Change name, post or phone; `is_primary` true makes it the primary one."""
    demand_keeper(contact.enterprise, actor)
    columns = _checked(entry)
    if not Contact.objects.filter(pk=contact.pk).update(**columns):
        raise Conflict("这位联系人刚被别人删除。")
    contact.refresh_from_db()
    if entry.get("is_primary"):
        make_primary(contact, actor=actor, at=at)
    _touch(contact.enterprise, at)
    return contact


@transaction.atomic
def make_primary(contact: Contact, *, actor: Any, at: datetime) -> None:
    """Exactly one is primary."""
    demand_keeper(contact.enterprise, actor)
    contact.enterprise.contacts.filter(is_primary=True).exclude(pk=contact.pk).update(is_primary=False)
    if not Contact.objects.filter(pk=contact.pk).update(is_primary=True):
        raise Conflict("这位联系人刚被别人删除。")
    contact.is_primary = True
    _touch(contact.enterprise, at)


@transaction.atomic
def remove_contact(contact: Contact, *, actor: Any, at: datetime) -> None:
    """Remove a contact. The primary one only when there is nobody else or after another was made primary."""
    demand_keeper(contact.enterprise, actor)
    others = contact.enterprise.contacts.exclude(pk=contact.pk)
    if contact.is_primary and others.exists():
        raise InvalidInput("首要联系人接收评价链接，请先把另一位设为首要联系人。")
    if not Contact.objects.filter(pk=contact.pk).delete()[0]:
        raise Conflict("这位联系人刚被别人删除。")
    _touch(contact.enterprise, at)


def demand_keeper(firm: Enterprise, actor: Any) -> None:
    """Raise NotPermitted unless `actor` keeps this firm's contacts: its office, or the firm itself."""
    own = actor is not None and getattr(actor, "enterprise_id", None) == firm.pk
    kept = actor is None or (may_keep(actor) and Enterprise.objects.visible_to(actor).filter(pk=firm.pk).exists())
    if not (own or kept):
        raise NotPermitted("联系人由企业自己或所在地活动办维护。")
    demand_unmerged(firm)


def _checked(entry: dict[str, Any]) -> dict[str, str]:
    columns = {key: str(entry.get(key) or "").strip() for key in ("name", "post", "phone")}
    errors: dict[str, list[str]] = {}
    if not columns["name"]:
        errors["name"] = ["请填写联系人姓名。"]
    if not PHONE.fullmatch(columns["phone"].replace(" ", "")):
        errors["phone"] = ["电话应是 11 位手机号，或带区号的座机，如 0374-2960000。"]
    if errors:
        raise InvalidInput(next(iter(errors.values()))[0], errors)
    columns["phone"] = columns["phone"].replace(" ", "")
    return columns


def _touch(firm: Enterprise, at: datetime) -> None:
    Enterprise.objects.filter(pk=firm.pk).update(updated_at=at)
