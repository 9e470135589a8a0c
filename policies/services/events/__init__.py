"""对接活动的写入口（R-63）。"""

from policies.services.events.attendance import mark_attendance, walk_in
from policies.services.events.follow_ups import reckon_follow_ups, record_follow_up, remind_follow_ups
from policies.services.events.inviting import Invitees, invite, invite_one, invitees
from policies.services.events.keeping import (
    EventDraft,
    conditions_of,
    draft_event,
    drafted_just_now,
    edit_event,
    opening_blocker,
)
from policies.services.events.kinds import save_kind, seed_kinds
from policies.services.events.results import Outcome, delivered_of, next_stage, record_result, void_result
from policies.services.events.rights import (
    demand_city_office,
    demand_organiser,
    firms_signed_up_by,
    firms_within,
    is_city_office,
    may_edit,
    may_organise,
    may_speak_for,
)
from policies.services.events.roll import roll
from policies.services.events.signing import sign_up, withdraw
from policies.services.events.steps import cancel_event, hold_event, open_event

__all__ = [
    "EventDraft",
    "Invitees",
    "Outcome",
    "cancel_event",
    "conditions_of",
    "delivered_of",
    "demand_city_office",
    "demand_organiser",
    "draft_event",
    "drafted_just_now",
    "edit_event",
    "firms_signed_up_by",
    "firms_within",
    "hold_event",
    "invite",
    "invite_one",
    "invitees",
    "is_city_office",
    "mark_attendance",
    "may_edit",
    "may_organise",
    "may_speak_for",
    "next_stage",
    "open_event",
    "opening_blocker",
    "reckon_follow_ups",
    "record_follow_up",
    "record_result",
    "remind_follow_ups",
    "roll",
    "save_kind",
    "seed_kinds",
    "sign_up",
    "void_result",
    "walk_in",
    "withdraw",
]
