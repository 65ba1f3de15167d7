"""Which address shows which table?"""

from django.urls import path

from bluehelm.web.data import views

app_name = "data"

urlpatterns = [
    path("tables/", views.version_list, name="versions"),
    path("tables/<str:table>/revisions/", views.revisions, name="revisions"),
    path("tables/<str:table>/revisions/chart.svg", views.revision_chart, {"form": "svg"}, name="revision-svg"),
    path("tables/<str:table>/revisions/chart.png", views.revision_chart, {"form": "png"}, name="revision-png"),
    path("quality/", views.quality, name="quality"),
    path("coverage/", views.coverage, name="coverage"),
    path("tables/<str:table>/<int:number>/", views.version_page, name="version"),
]
