"""Which address shows which table?"""

from django.urls import path

from bluehelm.web.data import views

app_name = "data"

urlpatterns = [
    path("tables/", views.version_list, name="versions"),
    path("tables/<str:table>/revisions/", views.revisions, name="revisions"),
    path("quality/", views.quality, name="quality"),
    path("coverage/", views.coverage, name="coverage"),
    path("tables/<str:table>/<int:number>/", views.version_page, name="version"),
]
