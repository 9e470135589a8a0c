"""接口里属于通报的地址。"""

from django.urls import URLPattern, path

from reports.api import views

urlpatterns: list[URLPattern] = [
    path("rankings", views.RankingList.as_view(), name="rankings"),
    path("rankings/<int:pk>", views.RankingDetail.as_view(), name="ranking"),
]
