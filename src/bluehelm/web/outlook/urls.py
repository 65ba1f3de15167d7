"""Which address shows what of outlooks and of the lens?"""

from django.urls import path

from bluehelm.web.api.deeds import by_program
from bluehelm.web.outlook import lens_views, views

app_name = "outlook"
urlpatterns = [
    path("outlook/", views.list_page, name="list"),
    path("outlook/new/", views.new_page, name="new"),
    path("outlook/history/", views.history_page, name="history"),
    path("outlook/thresholds/", views.thresholds_page, name="thresholds"),
    path("outlook/thresholds/<int:number>/end/", views.end_threshold, name="end-threshold"),
    path("outlook/<int:number>/", views.page, name="page"),
    path("outlook/<int:number>/<slug:verb>/", views.do, name="release-do"),
    path("api/outlook/", views.list_data, name="list-json"),
    path("api/outlook/history/", views.history_data, name="history-json"),
    path("api/outlook/thresholds/", views.thresholds_data, name="thresholds-json"),
    path("api/outlook/new/", by_program(views.new_page), name="new-deed"),
    path("api/outlook/<int:number>/", views.data, name="json"),
    path("api/outlook/<int:number>/map/", views.map_data, name="map-json"),
    path("api/outlook/<int:number>/<slug:verb>/", by_program(views.do), name="deed"),
    path("lens/", lens_views.list_page, name="lens"),
    path("lens/factors/", lens_views.factors_page, name="lens-factors"),
    path("lens/new/", lens_views.new_page, name="lens-new"),
    path("lens/<int:number>/", lens_views.page, name="lens-page"),
    path("lens/<int:number>/<slug:verb>/", lens_views.do, name="lens-do"),
    path("api/lens/", lens_views.list_data, name="lens-json"),
    path("api/lens/factors/", lens_views.factors_data, name="lens-factors-json"),
    path("api/lens/new/", by_program(lens_views.new_page), name="lens-new-deed"),
    path("api/lens/<int:number>/", lens_views.data, name="lens-page-json"),
    path("api/lens/<int:number>/<slug:verb>/", by_program(lens_views.do), name="lens-deed"),
]
