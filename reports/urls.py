"""Addresses of the reports app."""

from django.urls import URLPattern, URLResolver, path, register_converter

from reports import views
from reports.months import MonthConverter

app_name = "reports"
register_converter(MonthConverter, "month")

urlpatterns: list[URLPattern | URLResolver] = [
    path("cockpit", views.cockpit, name="cockpit"),
    path("cockpit/<slug:key>", views.cockpit_cases, name="cockpit_cases"),
    path("compare", views.compare, name="compare"),
    path("holding", views.holding, name="holding"),
    path("holding/cases", views.holding_cases, name="holding_cases"),
    path("matrix", views.matrix, name="matrix"),
    path("wall", views.wall, name="wall"),
    path("ranking", views.ranking, name="ranking"),
    path("ranking/objection/<int:pk>", views.ranking_rule_objection, name="ranking_rule_objection"),
    path("ranking/row/<int:pk>/object", views.ranking_object, name="ranking_object"),
    path("ranking/row/<int:pk>/sheet", views.ranking_unit, name="ranking_unit"),
    path("ranking/row/<int:pk>/sheet.xlsx", views.ranking_unit_xlsx, name="ranking_unit_xlsx"),
    path("ranking/row/<int:pk>/<slug:item>", views.ranking_item, name="ranking_item"),
    path("ranking/<month:month>", views.ranking_month, name="ranking_month"),
    path("ranking/<month:month>/circular", views.circular, name="circular"),
    path("ranking/<month:month>/circular/text", views.circular_text, name="circular_text"),
    path("ranking/<month:month>/circular/issue", views.circular_issue, name="circular_issue"),
    path("ranking/<month:month>/circular/docx", views.circular_docx, name="circular_docx"),
    path("ranking/<month:month>/publish", views.ranking_publish, name="ranking_publish"),
    path("ranking/<month:month>/redraft", views.ranking_redraft, name="ranking_redraft"),
    path("ranking/<month:month>/rule", views.ranking_save_rule, name="ranking_save_rule"),
    path("ranking/<month:month>/xlsx", views.ranking_xlsx, name="ranking_xlsx"),
    path("ledgers", views.ledgers, name="ledgers"),
    path("ledgers/<slug:key>", views.ledger, name="ledger"),
    path("ledgers/<slug:key>/export", views.ledger_export, name="ledger_export"),
    path("exports", views.export_register, name="exports"),
    path("exports/firms", views.exported_firms, name="exported_firms"),
    path("exports/<int:pk>", views.export, name="export"),
    path("exports/<int:pk>/cancel", views.export_cancel, name="export_cancel"),
    path("exports/<int:pk>/file", views.export_file, name="export_file"),
]
