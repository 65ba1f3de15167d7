"""Which address shows what of protection?"""

from django.urls import path

from bluehelm.web.api.deeds import by_program
from bluehelm.web.protection import gateway, map_views, views

app_name = "protection"
urlpatterns = [
    path("protection/", views.home, name="home"),
    path("protection/response/", views.statistics, name="statistics"),
    path("protection/matrix/", views.matrix, name="matrix"),
    path("protection/missed/", map_views.missed_page, name="missed"),
    path("protection/coverage/", map_views.coverage_page, name="coverage"),
    path("protection/map/", map_views.map_page, name="map"),
    path("protection/observations/observations.csv", views.observations_csv, name="observations-csv"),
    path("protection/alerts/<int:number>/caller/", views.caller, name="caller"),
    path("protection/alerts/<int:number>/warning/", views.warning, name="warning"),
    path("protection/<slug:what>/", views.listing, name="list"),
    path("protection/<slug:what>/new/", views.new, name="new"),
    path("protection/<slug:what>/<int:number>/", views.page, name="page"),
    path("protection/<slug:what>/<int:number>/<slug:verb>/", views.do, name="do"),
    path("api/protection/gateway/<slug:name>/", gateway.hook, name="gateway"),
    path("api/protection/response/", views.statistics_json, name="statistics-json"),
    path("api/protection/matrix/", views.matrix_json, name="matrix-json"),
    path("api/protection/missed/", map_views.missed_data, name="missed-json"),
    path("api/protection/coverage/", map_views.coverage_data, name="coverage-json"),
    path("api/protection/map/", map_views.map_data, name="desk-map-json"),
    path("api/protection/alerts/map/", views.map_json, name="map-json"),
    path("api/protection/<slug:what>/", views.listing_json, name="list-json"),
    path("api/protection/<slug:what>/new/", by_program(views.new), name="new-deed"),
    path("api/protection/<slug:what>/<int:number>/", views.data, name="json"),
    path("api/protection/<slug:what>/<int:number>/<slug:verb>/", by_program(views.do), name="deed"),
]
