"""Which address shows which mission or table?"""

from django.urls import path

from bluehelm.web.missions import views

app_name = "missions"

urlpatterns = [
    path("", views.mission_list, name="list"),
    path("missions/<str:mission>/", views.mission_page, name="mission"),
    path("missions/<str:mission>/brief.json", views.brief_data, name="brief-json"),
    path("missions/<str:mission>/brief.html", views.brief_document, name="brief-html"),
    path("missions/<str:mission>/map.json", views.map_data, name="map-json"),
    path("tables/", views.version_list, name="versions"),
    path("tables/<str:table>/<int:number>/", views.version_page, name="version"),
    path("borders/<str:kind>.geojson", views.borders_data, name="borders"),
]
