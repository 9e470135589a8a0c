"""接口里属于政策与对接的地址。"""

from django.urls import URLPattern, path

from policies.api import matches, views

urlpatterns: list[URLPattern] = [
    path("policies", views.PolicyList.as_view(), name="policies"),
    path("policies/<int:pk>", views.PolicyDetail.as_view(), name="policy"),
    path("enterprises/<int:pk>/matches", matches.EnterpriseMatches.as_view(), name="enterprise_matches"),
    path("events", views.MatchEventList.as_view(), name="events"),
    path("events/<int:pk>", views.MatchEventDetail.as_view(), name="event"),
]
