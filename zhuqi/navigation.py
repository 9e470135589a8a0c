"""What each role finds in the rail (≤ 7 on a PC) and in the tab bar (≤ 5 on a phone), and where it starts.

An entry whose page is not in this release is left out, so a list here may run ahead of the address book.
"""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from cadres.enums import Role

RAIL_MOST = 7
TABS_MOST = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """One place to go. `also` names further pages that belong to it and light it up."""

    label: str
    icon: str
    name: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as shown on one page."""

    label: str
    icon: str
    url: str
    current: bool


LOOK_BACKS = ("cases:look_backs", "cases:look_back", "cases:look_back_draws", "cases:look_back_draw")
TODAY = Entry("今日", "calendar-check", "cases:today", ("cases:visit_new", "cases:brief", *LOOK_BACKS))
MY_FIRMS = Entry("企业", "building-factory-2", "cadres:firms", ("enterprises:detail", "cadres:plan_visit"))
FIRMS = Entry(
    "企业",
    "building-factory-2",
    "enterprises:list",
    (
        "enterprises:detail",
        "enterprises:edit",
        "enterprises:new",
        "cadres:firm_coverage",
        "cases:duplicates",
        "cases:firm_merge",
        "cases:firm_merge_pick",
        "cases:firm_merged",
    ),
)
CASES = Entry(
    "问题",
    "list-details",
    "cases:list",
    (
        "cases:detail",
        "cases:ticket",
        "cases:arrears",
        "cases:recovery_void",
        "cases:issues",
        "cases:policy_gaps",
        "cases:issue",
        "cases:issue_act",
    ),
)
EVENT_PAGES = tuple(
    f"policies:event_{name}"
    for name in (
        "new",
        "edit",
        "invite",
        "attendance",
        "sheet",
        "results",
        "result_void",
        "follow_ups",
        "follow_up",
        "totals",
        "rows",
        "kinds",
        "kind",
    )
)
POLICY_PAGES = (
    *(f"policies:{name}" for name in ("detail", "drafts", "new", "edit", "version", "firms", "firm_step", "funnel")),
    *("policies:funnel_firms", "policies:imports", "policies:import", "policies:digests", "policies:digest"),
)
POLICIES = Entry("政策", "book-2", "policies:list", POLICY_PAGES)
# Office, units and cadres have one entry for policies and events: the two stand side by side as tabs there.
POLICIES_EVENTS = Entry(
    "政策对接", "book-2", "policies:list", (*POLICY_PAGES, "policies:events", "policies:event", *EVENT_PAGES)
)
ME = Entry("我的", "user", "cadres:me", ("cadres:password_change", "cadres:preferences", "cadres:mail_confirm"))
MY_POLICIES = Entry("我能享受", "book-2", "policies:mine", (*POLICIES.also, "policies:list", "policies:figures"))
FIRM_HOME = Entry("我的诉求", "message-report", "cases:firm_home", ("cases:report_problem", "cases:detail"))
EVENTS = Entry("对接活动", "arrows-exchange", "policies:events", ("policies:event", *EVENT_PAGES))
FIRM_VISITS = Entry("走访", "walk", "cadres:firm_visits")
INBOX = Entry("收件箱", "inbox", "cases:inbox", ("cases:instructions",))
COORDINATION = Entry("协调", "messages", "cases:coordination", ("cases:issues", "cases:issue", "cases:policy_gaps"))
LEDGERS = Entry("台账", "table", "reports:ledgers", ("reports:ledger", "reports:export"))
EXPORTS = Entry("导出", "table-export", "reports:exports", ("reports:exported_firms",))
BOARD = Entry("调度台", "layout-board", "cases:board", LOOK_BACKS)
MEETINGS = Entry(
    "例会",
    "users-group",
    "cases:meetings",
    ("cases:meeting", "cases:meeting_new", "cases:meeting_edit", "cases:decisions", "cases:agenda_result"),
)
RANKING = Entry(
    "通报",
    "report-analytics",
    "reports:ranking",
    ("reports:ranking_month", "reports:ranking_item", "reports:ranking_unit", "reports:circular"),
)
SETTINGS = Entry(
    "设置",
    "settings",
    "cadres:settings",
    (
        "cases:calendar",
        "cases:calendar_day",
        "cases:calendar_notice",
        "cases:rulesets",
        "cases:ruleset_new",
        "cases:categories",
        "cases:category",
        "cases:category_new",
        "cadres:defaults",
        "cadres:numbering",
        "cadres:sheets",
        "cadres:sheet_new",
        "cadres:sheet",
        "cadres:uncovered",
        "cadres:gaps",
        "cadres:units",
        "cadres:people",
        "cadres:channels",
        "reports:ledgers",
        "reports:ledger",
        "reports:export",
        "reports:exports",
        "reports:exported_firms",
        "reports:province",
        "reports:province_mapping",
        "reports:province_field",
        "reports:province_receipts",
        "reports:reconciliations",
        "reports:reconciliation",
        "reports:handed",
    ),
)
INSTRUCTIONS = Entry("批示", "pencil-plus", "cases:instructions")
COCKPIT = Entry(
    "驾驶舱",
    "gauge",
    "reports:cockpit",
    (
        "reports:cockpit_cases",
        "reports:matrix",
        "reports:compare",
        "reports:holding",
        "reports:holding_cases",
        "policies:events",
        "policies:event",
        *EVENT_PAGES,
    ),
)
SUPERVISION = Entry("问效", "gavel", "cases:supervision", ("cases:dossier", *LOOK_BACKS))
SPOT_CHECKS = Entry("暗访", "user-search", "cases:spot_checks", ("cases:spot_check", "cases:spot_check_new"))
# A leader has one entry for the three that stand side by side there.
OVERSIGHT = Entry("问效", "gavel", "cases:supervision", (*SUPERVISION.also, "cases:spot_checks", "cases:spot_check"))
WALL = Entry("大屏", "device-tv", "reports:wall")
PEOPLE = Entry("用户", "users", "cadres:people", ("cadres:person", "cadres:person_new"))
UNITS = Entry("单位", "sitemap", "cadres:units", ("cadres:unit_new", "cadres:unit_edit"))
GRANTS = Entry("权限", "key", "cadres:people", ("cadres:person",))
HOOKS = Entry("推送", "send", "reports:hooks", ("reports:hook", "reports:hook_new"))
TOKENS = Entry("接口令牌", "shield-check", "cadres:tokens", ("cadres:token_revoke",))
AUDIT = Entry("日志", "history", "cadres:audit_log")

RAIL: dict[str, tuple[Entry, ...]] = {
    Role.CADRE: (TODAY, MY_FIRMS, CASES, POLICIES_EVENTS, ME),
    Role.ENTERPRISE: (FIRM_HOME, MY_POLICIES, EVENTS, FIRM_VISITS, ME),
    Role.UNIT: (INBOX, CASES, COORDINATION, FIRMS, RANKING, POLICIES_EVENTS, LEDGERS),
    Role.OFFICE: (BOARD, CASES, FIRMS, MEETINGS, RANKING, POLICIES_EVENTS, SETTINGS),
    Role.LEADER: (COCKPIT, CASES, OVERSIGHT, INSTRUCTIONS, RANKING, MEETINGS, WALL),
    Role.SUPERVISOR: (SUPERVISION, SPOT_CHECKS, CASES, FIRMS, RANKING, COCKPIT, LEDGERS),
    Role.SYSADMIN: (PEOPLE, UNITS, SETTINGS, ME),
    Role.SECADMIN: (GRANTS, TOKENS, HOOKS, ME),
    Role.AUDITOR: (AUDIT, EXPORTS, ME),
}


def rail(user, current: str = "") -> list[Link]:
    """Entries of the user's role for a PC; `current` is the view name of the page shown."""
    return _links(RAIL.get(getattr(user, "role", ""), ()), current)[:RAIL_MOST]


def tabs(user, current: str = "") -> list[Link]:
    """Entries for a phone: there the header has no name to tap, so 我的 always has the last place."""
    entries = [entry for entry in RAIL.get(getattr(user, "role", ""), ()) if entry is not ME and entry is not WALL]
    shown = _links(entries, current)[: TABS_MOST - 1]
    return shown + _links((ME,), current)


def home_url(user) -> str:
    """The page this person opens first (domain §1); the sign-in address for nobody."""
    links = rail(user)
    return links[0].url if links else "/"


def _links(entries, current: str) -> list[Link]:
    links: list[Link] = []
    for entry in entries:
        try:
            url = reverse(entry.name)
        except NoReverseMatch:
            continue
        # A page may belong to two entries (用户 and 设置): the first one lights up.
        here = (current == entry.name or current in entry.also) and not any(link.current for link in links)
        links.append(Link(entry.label, entry.icon, url, here))
    return links
