"""接口里属于人员与日历的地址。"""

from django.urls import URLPattern, path

from cadres.api import views

urlpatterns: list[URLPattern] = [
    path("me", views.Me.as_view(), name="me"),
    path("units", views.UnitList.as_view(), name="units"),
    path("assignments", views.AssignmentList.as_view(), name="assignments"),
    path("calendar/<int:year>", views.CalendarYear.as_view(), name="calendar"),
]
