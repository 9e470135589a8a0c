"""Addresses of the cases app."""

from django.urls import URLPattern, URLResolver, path

from cases.views import attachment, detail, inbox, listing, ticket

app_name = "cases"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", listing.case_list, name="list"),
    path("precedents", listing.precedents, name="precedents"),
    path("inbox", inbox.inbox, name="inbox"),
    path("<int:pk>", detail.case_detail, name="detail"),
    path("<int:pk>/row", inbox.inbox_row, name="inbox_row"),
    path("<int:pk>/clocks", detail.case_clocks, name="clocks"),
    path("<int:pk>/timeline", detail.case_timeline, name="timeline"),
    path("<int:pk>/extension", detail.preview_extension, name="preview_extension"),
    path("<int:pk>/act/<str:action>", detail.case_act, name="act"),
    path("tickets/<int:pk>", ticket.ticket, name="ticket"),
    path("tickets/<int:pk>/docx", ticket.ticket_docx, name="ticket_docx"),
    path("attachments/<int:pk>", attachment.attachment, name="attachment"),
]
