"""接口里属于企业的地址。"""

from django.urls import URLPattern, path

from enterprises.api import views

urlpatterns: list[URLPattern] = [
    path("enterprises", views.EnterpriseList.as_view(), name="enterprises"),
    path("enterprises/<int:pk>", views.EnterpriseDetail.as_view(), name="enterprise"),
    path("regions", views.RegionList.as_view(), name="regions"),
    path("chains", views.ChainList.as_view(), name="chains"),
    path("clusters", views.ClusterList.as_view(), name="clusters"),
    path("tags", views.TagList.as_view(), name="tags"),
]
