"""Which address shows which mission?"""

from django.urls import path

from bluehelm.web.missions import views

app_name = "missions"

urlpatterns = [
    path("", views.mission_list, name="home"),
    path("missions/", views.mission_list, name="list"),
    path("missions/compare/", views.compare_page, name="compare"),
    path("missions/<str:mission>/", views.mission_page, name="mission"),
    path("missions/<str:mission>/situation/", views.situation, name="situation"),
    path("missions/<str:mission>/brief.json", views.brief_data, name="brief-json"),
    path("missions/<str:mission>/brief.html", views.brief_document, name="brief-html"),
    path("missions/<str:mission>/chart.svg", views.chart_picture, {"form": "svg"}, name="chart-svg"),
    path("missions/<str:mission>/chart.png", views.chart_picture, {"form": "png"}, name="chart-png"),
    path("missions/<str:mission>/map.json", views.map_data, name="map-json"),
    path("borders/<str:kind>.geojson", views.borders_data, name="borders"),
]
