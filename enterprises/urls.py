"""Addresses of the enterprises app."""

from django.urls import URLPattern, URLResolver, path

from enterprises.views import detail, keeping, listing

app_name = "enterprises"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", listing.firm_list, name="list"),
    path("new", keeping.firm_new, name="new"),
    path("<int:pk>", detail.firm_detail, name="detail"),
    path("<int:pk>/edit", keeping.firm_edit, name="edit"),
    path("<int:pk>/strike", keeping.firm_strike, name="strike"),
    path("<int:pk>/whitelist", keeping.whitelist_add, name="whitelist_add"),
    path("whitelistings/<int:pk>/end", keeping.whitelist_end, name="whitelist_end"),
    path("<int:firm_pk>/contacts/new", keeping.contact_edit, name="contact_new"),
    path("<int:firm_pk>/contacts/<int:pk>", keeping.contact_edit, name="contact_edit"),
    path("<int:firm_pk>/contacts/<int:pk>/act", keeping.contact_act, name="contact_act"),
]
