"""Addresses of the policies app."""

from django.urls import URLPattern, URLResolver, path

from policies.views import library

app_name = "policies"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", library.policy_list, name="list"),
    path("drafts", library.policy_drafts, name="drafts"),
    path("new", library.policy_new, name="new"),
    path("<int:pk>", library.policy_detail, name="detail"),
    path("<int:pk>/edit", library.policy_edit, name="edit"),
    path("<int:pk>/publish", library.policy_publish, name="publish"),
    path("<int:pk>/abolish", library.policy_abolish, name="abolish"),
    path("<int:pk>/versions/<int:version>", library.policy_version, name="version"),
]
