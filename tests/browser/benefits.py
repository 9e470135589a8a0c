"""Pages of policies and events (R-61, R-63), and policies and firms that stand at a step, for the pages about them."""

from collections.abc import Callable
from typing import Any

FIRM = (
    ("benefits-mine", "policies:mine", None),
    ("benefits-one-missing", "policies:mine?tab=one", None),
    ("benefits-unknown", "policies:mine?tab=unknown", None),
    ("benefits-figures", "policies:figures", "firm"),
    ("benefits-apply", "policies:detail", "policy_open"),
    ("benefits-applied", "policies:detail", "policy_applied"),
    ("benefits-refused", "policies:detail", "policy_refused"),
)
UNIT = (
    ("benefits-firms", "policies:firms", "own_policy"),
    ("benefits-firms-applied", "policies:firms?tab=applied", "own_policy"),
    ("benefits-decide", "policies:firm_step", "own_step_waiting"),
    ("benefits-decided", "policies:firm_step", "own_step_granted"),
    ("benefits-funnel", "policies:funnel", None),
)
CADRE = (
    ("benefits-firm", "policies:firm", "firm"),
    ("benefits-firms", "policies:firms", "own_policy"),
    ("events", "policies:events", None),
    ("event", "policies:event", "event_open"),
)
OFFICE = (
    ("benefits-funnel", "policies:funnel", None),
    ("benefits-firms-one-missing", "policies:firms?tab=one_missing", "own_policy"),
    ("events", "policies:events", None),
    ("events-past", "policies:events?tab=past", None),
    ("event", "policies:event", "event_held"),
    ("event-new", "policies:event_new", None),
    ("event-invite", "policies:event_invite", "event_open"),
    ("event-attendance", "policies:event_attendance", "event_held"),
    ("event-sheet", "policies:event_sheet", "event_held"),
    ("event-results", "policies:event_results", "event_held"),
    ("event-follow-ups", "policies:event_follow_ups", None),
    ("event-follow-up", "policies:event_follow_up", "follow_up"),
    ("event-kinds", "policies:event_kinds", None),
    ("event-waiting", "policies:event", "event_open"),
    ("event-edit", "policies:event_edit", "event_open"),
    ("event-totals", "policies:event_totals", None),
    ("policy-drafts", "policies:drafts", None),
    ("policy-edit", "policies:edit", "own_policy"),
    ("policy-import", "policies:import", "policy_import_done"),
    ("policy-import-checked", "policies:import", "policy_import_checked"),
    ("policy-imports", "policies:imports", None),
)


def _steps(user: Any) -> Any:
    """Steps of valid policies this person sees; a unit those of its own."""
    from django.utils import timezone

    from policies.models import Entitlement, Policy

    valid = Policy.objects.visible_to(user).valid_on(timezone.localdate()).order_by().values("pk")
    return Entitlement.objects.visible_to(user).filter(policy__in=valid).order_by("-pk")


def _policy_of(**step: Any) -> Callable[[Any], list[Any] | None]:
    """A policy one of whose firms stands at this step."""

    def find(user: Any) -> list[Any] | None:
        row = _steps(user).filter(**step).first()
        return [row.policy_id] if row else None

    return find


def _step(**step: Any) -> Callable[[Any], list[Any] | None]:
    def find(user: Any) -> list[Any] | None:
        row = _steps(user).filter(**step).first()
        return [row.policy_id, row.enterprise_id] if row else None

    return find


def _own_policy(user: Any) -> list[Any] | None:
    """With most applications."""
    from django.db.models import Count

    rows = _steps(user).order_by().values("policy").annotate(count=Count("applied_at")).order_by("-count", "policy")
    row = rows.first()
    return [row["policy"]] if row else None


def _policy_open(user: Any) -> list[Any] | None:
    """What the firm can apply for today and has not."""
    from django.utils import timezone

    from policies.services.eligibility import fits_of
    from policies.services.entitlements import application_blocker

    today = timezone.localdate()
    gone = set(_steps(user).exclude(applied_at=None, granted_at=None).values_list("policy", flat=True))
    fits = fits_of(user.enterprise, today)
    free = [policy for policy in fits if policy.pk not in gone and not application_blocker(policy, today)]
    return [free[0].pk] if free else None


def _import(state: str) -> Callable[[Any], list[Any] | None]:
    def find(user: Any) -> list[Any] | None:
        from policies.models import PolicyImport

        row = PolicyImport.objects.filter(state=state).first()
        return [row.pk] if row else None

    return find


FINDERS: dict[str, Callable[[Any], list[Any] | None]] = {
    "policy_open": _policy_open,
    "policy_applied": _policy_of(applied_at__isnull=False, granted_at=None, refused_at=None),
    "policy_refused": _policy_of(refused_at__isnull=False),
    "own_policy": _own_policy,
    "policy_import_done": _import("DONE"),
    "policy_import_checked": _import("CHECKED"),
    "own_step_waiting": _step(applied_at__isnull=False, granted_at=None, refused_at=None),
    "own_step_granted": _step(granted_at__isnull=False),
}
