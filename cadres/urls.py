"""Addresses of the cadres app."""

from django.urls import URLPattern, URLResolver, path

from cadres.views import auth, coverage, duties, notices, people, reveal, settings, units, visits

app_name = "cadres"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", auth.home, name="home"),
    path("login", auth.sign_in, name="login"),
    path("logout", auth.sign_out, name="logout"),
    path("password", auth.password_change, name="password_change"),
    path("me", auth.me, name="me"),
    path("notices", notices.notice_list, name="notices"),
    path("notices/read", notices.notices_read, name="notices_read"),
    path("notices/<int:pk>", notices.notice_open, name="notice_open"),
    # 企业与走访
    path("my-firms", visits.my_firms, name="firms"),
    path("my-firms/<int:pk>/plan", visits.plan_visit, name="plan_visit"),
    path("my-firms/<int:pk>/joint", visits.joint_visit, name="joint_visit"),
    path("planned/<int:pk>/move", visits.planned_move, name="planned_move"),
    path("planned/<int:pk>/cancel", visits.planned_cancel, name="planned_cancel"),
    path("planned/<int:pk>/decline", visits.planned_decline, name="planned_decline"),
    path("visits", visits.firm_visits, name="firm_visits"),
    path("quiet/<int:pk>/end", visits.quiet_end, name="quiet_end"),
    path("contacts/<int:pk>/reveal", reveal.reveal_contact, name="reveal_contact"),
    # 包联与双十
    path("coverage/uncovered", coverage.uncovered, name="uncovered"),
    path("coverage/sheet", coverage.coverage_sheet_page, name="coverage_sheet"),
    path("coverage/sheet/apply", coverage.coverage_sheet_apply, name="coverage_sheet_apply"),
    path("coverage/sheet/template", coverage.coverage_template, name="coverage_template"),
    path("coverage/<int:pk>", coverage.firm_coverage, name="firm_coverage"),
    path("coverage/<int:pk>/assistants", coverage.assistant_add, name="assistant_add"),
    path("assignments/<int:pk>/end", coverage.assignment_end, name="assignment_end"),
    path("double-ten/gaps", duties.gaps, name="gaps"),
    # 设置、用户、单位、日志
    path("settings", settings.hub, name="settings"),
    path("settings/defaults", settings.defaults, name="defaults"),
    path("settings/numbering", units.numbering, name="numbering"),
    path("settings/numbering/<int:pk>", units.numbering, name="numbering_change"),
    path("units", units.units, name="units"),
    path("units/new", units.unit_edit, name="unit_new"),
    path("units/<int:pk>", units.unit_edit, name="unit_edit"),
    path("people", people.people, name="people"),
    path("people/new", people.person_new, name="person_new"),
    path("people/<int:pk>", people.person, name="person"),
    path("people/<int:pk>/amend", people.person_amend, name="person_amend"),
    path("people/<int:pk>/grant", people.person_grant, name="person_grant"),
    path("people/<int:pk>/reset", people.person_reset, name="person_reset"),
    path("people/<int:pk>/unlock", people.person_unlock, name="person_unlock"),
    path("people/<int:pk>/deactivate", people.person_deactivate, name="person_deactivate"),
    path("people/<int:pk>/reactivate", people.person_reactivate, name="person_reactivate"),
    path("log", settings.audit_log, name="audit_log"),
]
