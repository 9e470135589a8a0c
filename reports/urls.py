"""Addresses of the reports app."""

from django.urls import URLPattern, URLResolver, path, register_converter

from reports import views
from reports.months import MonthConverter
from reports.views import hooks, province, province_mapping

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
    # 省平台
    path("province", province.province, name="province"),
    path("province/start", province.province_start, name="province_start"),
    path("province/pause", province.province_pause, name="province_pause"),
    path("province/resume", province.province_resume, name="province_resume"),
    path("province/resend", province.province_resend_all, name="province_resend_all"),
    path("province/<int:pk>/resend", province.province_resend, name="province_resend"),
    path("province/mapping", province_mapping.province_mapping, name="province_mapping"),
    path("province/mapping/<int:pk>", province_mapping.province_field, name="province_field"),
    path("province/reconciliations", province.reconciliations, name="reconciliations"),
    path("province/reconciliations/now", province.reconcile_now, name="reconcile_now"),
    path("province/reconciliations/<int:pk>", province.reconciliation, name="reconciliation"),
    path("province/reconciliations/<int:pk>/mend/<int:case>", province.reconciliation_mend, name="reconciliation_mend"),
    path("province/handed", province.handed, name="handed"),
    path("province/handed/<int:pk>/again", province.handed_again, name="handed_again"),
    path("province/sheet.xlsx", province.province_sheet, name="province_sheet"),
    path("province/receipts", province.province_receipts, name="province_receipts"),
    # 推送
    path("hooks", hooks.hooks, name="hooks"),
    path("hooks/new", hooks.hook_new, name="hook_new"),
    path("hooks/<int:pk>", hooks.hook, name="hook"),
    path("hooks/<int:pk>/secret", hooks.hook_secret, name="hook_secret"),
    path("hooks/<int:pk>/pause", hooks.hook_pause, name="hook_pause"),
    path("hooks/<int:pk>/resume", hooks.hook_resume, name="hook_resume"),
    path("hooks/deliveries/<int:pk>/resend", hooks.hook_resend, name="hook_resend"),
]
