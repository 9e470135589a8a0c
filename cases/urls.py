"""Addresses of the cases app."""

from django.urls import URLPattern, URLResolver, path, register_converter

from cases.views import (
    arrears,
    attachment,
    board,
    calendar,
    categories,
    detail,
    dispatch,
    firm,
    inbox,
    instructions,
    listing,
    rating,
    register,
    rulesets,
    supervision,
    ticket,
    today,
    visit,
)
from zhuqi.converters import DayConverter

app_name = "cases"
register_converter(DayConverter, "day")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", listing.case_list, name="list"),
    path("precedents", listing.precedents, name="precedents"),
    path("coordination", listing.coordination, name="coordination"),
    path("inbox", inbox.inbox, name="inbox"),
    path("instructions", instructions.instructions, name="instructions"),
    path("<int:pk>", detail.case_detail, name="detail"),
    path("<int:pk>/row", inbox.inbox_row, name="inbox_row"),
    path("<int:pk>/clocks", detail.case_clocks, name="clocks"),
    path("<int:pk>/timeline", detail.case_timeline, name="timeline"),
    path("<int:pk>/extension", detail.preview_extension, name="preview_extension"),
    path("<int:pk>/act/<str:action>", detail.case_act, name="act"),
    path("tickets/<int:pk>", ticket.ticket, name="ticket"),
    path("tickets/<int:pk>/docx", ticket.ticket_docx, name="ticket_docx"),
    path("attachments/<int:pk>", attachment.attachment, name="attachment"),
    path("arrears", arrears.arrears, name="arrears"),
    path("recoveries/<int:pk>/void", arrears.recovery_void, name="recovery_void"),
    path("board", board.board, name="board"),
    path("board/bulk", board.board_bulk, name="board_bulk"),
    path("board/<int:pk>", board.board_case, name="board_case"),
    path("board/<int:pk>/<str:action>", board.board_act, name="board_act"),
    path("dispatch", dispatch.dispatch_many, name="dispatch_many"),
    path("<int:pk>/dispatch", dispatch.dispatch, name="dispatch"),
    path("<int:pk>/dispatch/preview", dispatch.dispatch_preview, name="dispatch_preview"),
    path("supervision", supervision.supervision, name="supervision"),
    path("supervision/<int:pk>", supervision.dossier, name="dossier"),
    path("supervision/<int:pk>/<str:action>", supervision.decide, name="decide"),
    path("spot-checks", supervision.spot_checks, name="spot_checks"),
    path("spot-checks/new", supervision.spot_check_new, name="spot_check_new"),
    path("spot-checks/<int:pk>", supervision.spot_check, name="spot_check"),
    path("rulesets", rulesets.rulesets, name="rulesets"),
    path("rulesets/<int:pk>/next", rulesets.ruleset_new, name="ruleset_new"),
    path("rulesets/<int:pk>/default", rulesets.ruleset_default, name="ruleset_default"),
    path("calendar", calendar.calendar, name="calendar"),
    path("calendar/notice", calendar.calendar_notice, name="calendar_notice"),
    path("calendar/double-ten", calendar.double_ten_set, name="double_ten_set"),
    path("calendar/<day:day>", calendar.calendar_day, name="calendar_day"),
    path("categories", categories.categories, name="categories"),
    path("categories/new", categories.category_new, name="category_new"),
    path("categories/<int:pk>", categories.category, name="category"),
    path("categories/<int:pk>/switch", categories.category_switch, name="category_switch"),
    path("categories/<int:pk>/move", categories.category_move, name="category_move"),
    # 今日与走访
    path("today", today.today, name="today"),
    path("firms/<int:pk>/brief", today.brief, name="brief"),
    path("visits/new", visit.visit_new, name="visit_new"),
    path("visits/new/<int:pk>", visit.visit_new, name="visit_new"),
    path("visits/new/<int:pk>/hints", visit.visit_hints, name="visit_hints"),
    path("visits/new/<int:pk>/alike/<slug:n>", visit.visit_alike, name="visit_alike"),
    # 企业
    path("mine", firm.firm_home, name="firm_home"),
    path("mine/report", firm.report_problem, name="report_problem"),
    path("mine/report/alike", firm.report_alike, name="report_alike"),
    # 活动办登记
    path("register", register.register_firm, name="register_firm"),
    path("register/<int:pk>", register.register, name="register"),
    # 评价（免登录）
    path("rate/done", rating.rate_done, name="rate_done"),
    path("rate/<str:token>", rating.rate, name="rate"),
]
