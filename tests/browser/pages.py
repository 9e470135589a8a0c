"""Which pages each role has (ui.md), with things on them that are really there. `python -m tests.browser.pages` prints them
as JSON for the database of the environment: the browser's own process must not ask the database."""

import json
import os
import re
from collections.abc import Callable
from typing import Any

import django
from django.urls import NoReverseMatch, reverse

from tests.browser import benefits, outward

ANYBODY = ""
# (what the picture is called, name of the address and what is asked of it, what it is about); several rows may share a picture's page.
SHARED = (
    ("me", "cadres:me", None),
    ("preferences", "cadres:preferences", None),
    ("notices", "cadres:notices", None),
    ("password", "cadres:password_change", None),
)
LEDGERS = (("arrears", "cases:arrears", None), ("arrears-case", "cases:detail", "arrears_case"))
ISSUES = (("issues", "cases:issues", None), ("issue-running", "cases:issue", "issue_running"))
CASEWORK = (("cases", "cases:list", None), ("case", "cases:detail", "case"), ("ticket", "cases:ticket", "ticket"))
RANKING = (
    ("ranking", "reports:ranking", None),
    ("ranking-item", "reports:ranking_item", "ranking_item"),
    ("ranking-sheet", "reports:ranking_unit", "ranking_unit"),
    ("ranking-circular", "reports:circular", "month"),
)
FIRMS = (("firms", "enterprises:list", None), ("firm", "enterprises:detail", "firm"))
PAGES: dict[str, tuple[tuple[str, str, str | None], ...]] = {
    ANYBODY: (
        ("login", "cadres:login", None),
        ("rate", "cases:rate", "rating"),
        ("rate-done", "cases:rate_done", None),
    ),
    "cadre": (
        ("today", "cases:today", None),
        ("visit-new", "cases:visit_new", None),
        ("visit-form", "cases:visit_new", "firm"),
        ("brief", "cases:brief", "firm"),
        ("my-firms", "cadres:firms", None),
        *benefits.CADRE,
        ("look-backs", "cases:look_backs", None),
        ("look-back", "cases:look_back", "my_look_back"),
        ("plan-visit", "cadres:plan_visit", "firm"),
        ("move-visit", "cadres:planned_move", "planned"),
        *CASEWORK[:2],
        *SHARED,
    ),
    "firm": (
        ("firm-home", "cases:firm_home", None),
        ("report-problem", "cases:report_problem", None),
        ("visits", "cadres:firm_visits", None),
        ("digests", "policies:digests", None),
        ("policies", "policies:list", None),
        ("policy", "policies:detail", "policy"),
        *benefits.FIRM,
        ("events", "policies:events", None),
        ("event", "policies:event", "event_open"),
        *CASEWORK[:2],
        SHARED[0],
    ),
    "unit": (
        ("inbox", "cases:inbox", None),
        *ISSUES,
        ("act-report", "cases:act", "report"),
        ("act-submit", "cases:act", "submit"),
        ("act-extension", "cases:act", "ask_extension"),
        ("act-answer-instruction", "cases:act", "answer_instruction"),
        ("meeting-own", "cases:meeting", "issued_meeting"),
        ("meeting-decisions", "cases:decisions", None),
        *benefits.UNIT,
        *CASEWORK,
        *FIRMS,
        *RANKING,
        ("ledgers", "reports:ledgers", None),
    ),
    "unithead": (("inbox", "cases:inbox", None), ("act-object", "cases:act", "object")),
    "office": (
        ("board", "cases:board", None),
        ("board-case", "cases:board_case", "board_case"),
        ("dispatch", "cases:dispatch", "dispatch"),
        *CASEWORK,
        ("precedents", "cases:precedents", None),
        ("search", "search?q=企业", None),
        ("policies", "policies:list?q=补", None),
        ("policy-gaps", "cases:policy_gaps", None),
        ("policy-new", "policies:new", None),
        *benefits.OFFICE,
        *LEDGERS,
        *ISSUES,
        ("issue-proposed", "cases:issue", "issue_proposed"),
        ("issue-answered", "cases:issue", "issue_answered"),
        ("issue-proposals", "cases:issues?tab=proposals", None),
        ("register", "cases:register_firm", None),
        ("coordination", "cases:coordination", None),
        ("meetings", "cases:meetings", None),
        ("meeting-new", "cases:meeting_new", None),
        ("meeting-agenda", "cases:meeting", "planned_meeting"),
        ("meeting-minutes", "cases:meeting", "frozen_meeting"),
        ("meeting-issued", "cases:meeting", "issued_meeting"),
        ("meeting-paper", "cases:meeting_paper", "minutes_paper"),
        ("meeting-decisions", "cases:decisions", None),
        ("instructions", "cases:instructions", None),
        *FIRMS,
        ("duplicates", "cases:duplicates", None),
        ("uncovered", "cadres:uncovered", None),
        ("coverage", "cadres:firm_coverage", "firm"),
        ("sheets", "cadres:sheets", None),
        ("sheet-new", "cadres:sheet_new", "sheet_kind"),
        ("sheet-checked", "cadres:sheet", "sheet_checked"),
        ("sheet-done", "cadres:sheet", "sheet_done"),
        ("gaps", "cadres:gaps", None),
        *RANKING,
        ("look-backs", "cases:look_backs?tab=due", None),
        ("look-back", "cases:look_back", "my_look_back"),
    ),
    "director": (
        ("board", "cases:board", None),
        ("look-back-move", "cases:look_back", "waiting_look_back"),
        ("settings", "cadres:settings", None),
        ("defaults", "cadres:defaults", None),
        ("numbering", "cadres:numbering", None),
        ("invitations", "cases:invitations", None),
        *outward.DIRECTOR,
        ("calendar", "cases:calendar", None),
        ("calendar-notice", "cases:calendar_notice", None),
        ("calendar-day", "cases:calendar_day", "day"),
        ("rulesets", "cases:rulesets", None),
        ("ruleset-new", "cases:ruleset_new", "ruleset"),
        ("categories", "cases:categories", None),
        ("category", "cases:category", "category"),
        ("category-new", "cases:category_new", None),
        ("units", "cadres:units", None),
        ("duplicates-pick", "cases:firm_merge_pick", "firm"),
        ("duplicates-merge", "cases:firm_merge", "twins"),
        ("duplicates-merged", "cases:firm_merged", "firm_merge"),
        ("duplicates-gone", "enterprises:detail", "merged_firm"),
        ("ledgers", "reports:ledgers", None),
        ("ledger", "reports:ledger", "ledger"),
        ("ledger-visits", "reports:ledger", "ledger_visits"),
        ("ledger-export", "reports:export", "own_export"),
        ("ledger-exports", "reports:exports", None),
        ("ledger-firms", "reports:exported_firms", None),
    ),
    "county": (("board", "cases:board", None), ("cases", "cases:list", None), ("gaps", "cadres:gaps", None)),
    "leader": (
        ("cockpit", "reports:cockpit", None),
        ("cockpit-matrix", "reports:matrix", None),
        ("cockpit-compare", "reports:compare", None),
        ("cockpit-holding", "reports:holding", None),
        ("wall", "reports:wall", None),
        ("benefits-funnel", "policies:funnel", None),
        ("event-totals", "policies:event_totals", None),
        ("event-rows", "policies:event_rows?year=2026&what=results&measure=CREDIT&stage=SIGNED", None),
        *CASEWORK,
        ("supervision", "cases:supervision", None),
        ("spot-checks", "cases:spot_checks?tab=done", None),
        ("instructions", "cases:instructions", None),
        ("meetings", "cases:meetings", None),
        ("meeting-frozen", "cases:meeting", "frozen_meeting"),
        RANKING[0],
    ),
    "supervisor": (
        ("supervision", "cases:supervision", None),
        ("dossier", "cases:dossier", "inquiry"),
        ("spot-checks", "cases:spot_checks", None),
        ("spot-check-new", "cases:spot_check_new", None),
        ("spot-check", "cases:spot_check", "spot_check"),
        ("spot-checks-false", "cases:spot_checks?tab=false", None),
        ("look-backs", "cases:look_backs?tab=done", None),
        ("look-backs-false", "cases:look_backs?tab=false", None),
        ("look-back-false", "cases:look_back", "false_look_back"),
        ("look-back-draws", "cases:look_back_draws", None),
        ("look-back-draw", "cases:look_back_draw", "draw"),
        *CASEWORK[:2],
        ("cockpit", "reports:cockpit", None),
    ),
    "sysadmin": (
        ("people", "cadres:people", None),
        ("person", "cadres:person", "person"),
        ("person-new", "cadres:person_new", None),
        ("units", "cadres:units", None),
        ("unit-edit", "cadres:unit_edit", "unit"),
        ("unit-new", "cadres:unit_new", None),
        ("settings", "cadres:settings", None),
        *outward.SYSADMIN,
    ),
    "secadmin": (
        ("tokens", "cadres:tokens", None),
        *outward.SECADMIN,
        ("people", "cadres:people", None),
        ("person", "cadres:person", "person"),
    ),
    "auditor": (("log", "cadres:audit_log", None), ("ledger-exports", "reports:exports", None)),
}


def _acting(action: str) -> Callable[[Any], list[Any] | None]:
    """A case on which this person may do `action` now."""

    def find(user: Any) -> list[Any] | None:
        from django.utils import timezone

        from cases import services
        from cases.models import Case

        today = timezone.localdate()
        for case in Case.objects.visible_to(user).order_by("-pk")[:300]:
            if any(row.action == action and row.is_allowed for row in services.options(case, user, today=today)):
                return [case.pk, action]
        return None

    return find


def _first(rows: Any) -> list[Any] | None:
    row = rows.first()
    return [row.pk] if row else None


def _busiest(user: Any) -> list[Any] | None:
    """The case with most to show: urged or red, many steps."""
    from django.db.models import Count

    from cases.models import Case

    return _first(Case.objects.visible_to(user).annotate(steps=Count("events")).order_by("-level", "-steps", "pk"))


def _meeting(state: str) -> Callable[[Any], list[Any] | None]:
    """The last meeting that stands there, with most to show."""

    def find(user: Any) -> list[Any] | None:
        from cases.models import Meeting

        return _first(Meeting.objects.visible_to(user).filter(state=state).order_by("-held_at"))

    return find


def _ranking_item(user: Any) -> list[Any] | None:
    from reports.models import RankingRow

    rows = RankingRow.objects.visible_to(user).order_by("-due_count", "pk")
    row = rows.first()
    return [row.pk, "on_time"] if row else None


def _twins(user: Any) -> list[Any] | None:
    """The pair that looks most like one firm."""
    from cases.services.firm_duplicates import proposed

    pairs = proposed(user)
    return [pairs[0].one, pairs[0].other] if pairs else None


def _ranking_unit(user: Any) -> list[Any] | None:
    from reports.models import RankingRow

    return _first(RankingRow.objects.detailed_for(user).order_by("-due_count", "pk"))


def _month(user: Any) -> list[Any] | None:
    from reports.models import Circular

    row = Circular.objects.visible_to(user).select_related("ranking").first()
    return [row.ranking.month] if row else None


def _rating(user: Any) -> list[Any] | None:
    from cases.models import Evaluation
    from cases.services import rating_link

    row = Evaluation.objects.filter(rated_at=None, lapsed_at=None).order_by("-pk").first()
    return [rating_link(row).rstrip("/").rsplit("/", 1)[-1]] if row else None


def finders() -> dict[str, Callable[[Any], list[Any] | None]]:
    """How the thing a page is about is found for a person; None: this city has none."""
    from cadres.models import EnterpriseMerge, PlannedVisit, Unit, User
    from cases.enums import Status, TicketKind
    from cases.models import Case, Category, CommonIssue, LookBack, LookBackDraw, RuleSet, SpotCheck, Ticket
    from enterprises.models import Enterprise
    from policies.models import EventFollowUp, MatchEvent, Policy

    return {
        "case": _busiest,
        "board_case": lambda user: _first(Case.objects.visible_to(user).filter(status=Status.REPORTED)),
        "dispatch": lambda user: _first(
            Case.objects.visible_to(user).filter(status=Status.ACCEPTED).exclude(tier="MAJOR")
        ),
        **{
            f"issue_{name}": lambda user, state=state: _first(
                CommonIssue.objects.visible_to(user).filter(state=state).order_by("-pk")
            )
            for name, state in (("proposed", "PROPOSED"), ("running", "CONFIRMED"), ("answered", "ANSWERED"))
        },
        "arrears_case": lambda user: _first(
            Case.objects.visible_to(user).filter(recoveries__isnull=False).distinct().order_by("-pk")
        ),
        "firm": lambda user: _first(Enterprise.objects.visible_to(user).filter(cases__isnull=False).order_by("pk")),
        "ticket": lambda user: _first(Ticket.objects.visible_to(user).issued().order_by("-ordinal", "-pk")),
        "inquiry": lambda user: _first(Ticket.objects.issued().filter(kind=TicketKind.INQUIRY).order_by("-pk")),
        "planned": lambda user: _first(PlannedVisit.objects.visible_to(user).filter(cadre=user, state="PLANNED")),
        "policy": lambda user: _first(Policy.objects.visible_to(user).order_by("-version", "pk")),
        **benefits.FINDERS,
        **{
            f"event_{name}": lambda user, state=state: _first(
                MatchEvent.objects.visible_to(user).filter(state=state).order_by("-seats_taken", "-held_at")
            )
            for name, state in (("open", "OPEN"), ("held", "HELD"))
        },
        "follow_up": lambda user: _first(EventFollowUp.objects.visible_to(user).waiting()),
        "spot_check": lambda user: _first(SpotCheck.objects.order_by("-pk")),
        "twins": _twins,
        "firm_merge": lambda user: _first(EnterpriseMerge.objects.visible_to(user).filter(undone_at=None)),
        "merged_firm": lambda user: _first(
            Enterprise.objects.visible_to(user).filter(merges__undone_at=None, merges__isnull=False)
        ),
        **outward.FINDERS,
        "my_look_back": lambda user: _first(LookBack.objects.waiting().filter(assignee=user).order_by("due_on")),
        "waiting_look_back": lambda user: _first(
            LookBack.objects.waiting().filter(assignee__isnull=False).exclude(assignee=user).order_by("due_on")
        ),
        "false_look_back": lambda user: _first(LookBack.objects.filter(result="FALSE").order_by("-pk")),
        "draw": lambda user: _first(LookBackDraw.objects.all()),
        "planned_meeting": _meeting("PLANNED"),
        "frozen_meeting": _meeting("FROZEN"),
        "issued_meeting": _meeting("CLOSED"),
        "minutes_paper": lambda user: (found := _meeting("CLOSED")(user)) and [*found, "minutes"],
        "person": lambda user: _first(User.objects.filter(username="unit")),
        "unit": lambda user: _first(Unit.objects.exclude(ticket_prefix="")),
        "ruleset": lambda user: _first(RuleSet.objects.filter(is_default=True)),
        "category": lambda user: _first(Category.objects.filter(parent__isnull=False)),
        "day": lambda user: ["2026-10-01"],
        "rating": _rating,
        "ledger": lambda user: ["cases"],
        "ledger_visits": lambda user: ["visits"],
        "own_export": lambda user: _first(user.jobs.filter(kind__startswith="ledger.").order_by("-pk")),
        "sheet_kind": lambda user: ["firms"],
        "sheet_checked": lambda user: _first(user.jobs.filter(kind__startswith="sheet:", state="CHECKED")),
        "sheet_done": lambda user: _first(user.jobs.filter(kind__startswith="sheet:", state="DONE")),
        "ranking_item": _ranking_item,
        "ranking_unit": _ranking_unit,
        "month": _month,
        **{name: _acting(name) for name in ("report", "submit", "ask_extension", "object", "answer_instruction")},
    }


def found() -> dict[str, list[tuple[str, str]]]:
    """{account: [(picture, address), …]}; a page that is not in this release, or about nothing here, is left out."""
    from cadres.models import User

    find = finders()
    told: dict[str, list[tuple[str, str]]] = {}
    for username, pages in PAGES.items():
        user = User.objects.get(username=username) if username else None
        told[username] = []
        for picture, page, about in pages:
            args = find[about](user) if about else []
            name, _, asked = page.partition("?")
            try:
                address = reverse(name, args=args) if args is not None else ""
            except NoReverseMatch:
                address = ""
            if address:
                told[username].append((picture, f"{address}?{asked}" if asked else address))
    told[ANYBODY].append(("not-found", "/nothing-here"))
    return told


def names() -> list[str]:
    """Latin words that are names here: of accounts and units."""
    from cadres.models import Unit, User

    said = [*User.objects.values_list("username", flat=True), *Unit.objects.values_list("code", flat=True)]
    return sorted({word for each in said for word in re.findall("[A-Za-z]{2,}", each)})


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhuqi.settings")
    django.setup()
    print(json.dumps({"pages": found(), "names": names()}))
