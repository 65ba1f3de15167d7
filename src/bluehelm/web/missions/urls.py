"""Which address shows which mission?"""

from django.urls import path

from bluehelm.web.missions import views

app_name = "missions"

urlpatterns = [
    path("", views.mission_list, name="home"),
    path("missions/", views.mission_list, name="list"),
    path("missions/compare/", views.compare_page, name="compare"),
    path("missions/compare/chart.svg", views.comparison_chart, {"form": "svg"}, name="comparison-svg"),
    path("missions/compare/chart.png", views.comparison_chart, {"form": "png"}, name="comparison-png"),
    path("missions/<str:mission>/", views.mission_page, name="mission"),
    path("missions/<str:mission>/situation/", views.situation, name="situation"),
    path("missions/<str:mission>/brief.json", views.brief_data, name="brief-json"),
    path("missions/<str:mission>/brief.html", views.brief_document, {"form": "html"}, name="brief-html"),
    path("missions/<str:mission>/brief.pdf", views.brief_document, {"form": "pdf"}, name="brief-pdf"),
    path("missions/<str:mission>/brief.docx", views.brief_document, {"form": "docx"}, name="brief-docx"),
    path("missions/<str:mission>/situation/tempo.svg", views.tempo_chart, {"form": "svg"}, name="tempo-svg"),
    path("missions/<str:mission>/situation/tempo.png", views.tempo_chart, {"form": "png"}, name="tempo-png"),
    path("missions/<str:mission>/chart.svg", views.chart_picture, {"form": "svg"}, name="chart-svg"),
    path("missions/<str:mission>/chart.png", views.chart_picture, {"form": "png"}, name="chart-png"),
    path("missions/<str:mission>/map.json", views.map_data, name="map-json"),
    path("borders/<str:kind>.geojson", views.borders_data, name="borders"),
]
