"""Which address shows what of reports?"""

from django.urls import path

from bluehelm.web.api.deeds import by_program
from bluehelm.web.reports import desk_views, views

app_name = "reports"
urlpatterns = [
    path("reports/", views.list_page, name="list"),
    path("reports/new/", views.new_page, name="new"),
    path("reports/new/without-line/", views.page_without_line, name="without-line"),
    path("reports/map/", views.map_page, name="map"),
    path("reports/pairs/", views.pairs_page, name="pairs"),
    path("reports/effort/", desk_views.effort_page, name="effort"),
    path("reports/products/", desk_views.products_page, name="products"),
    path("reports/products/draft/<slug:sort>/", desk_views.draft, name="draft"),
    path("reports/products/<int:number>/", desk_views.product_page, name="product"),
    path("reports/requests/", desk_views.requests_page, name="requests"),
    path("reports/requests/<int:number>/", desk_views.answer, name="answer"),
    path("reports/field/", desk_views.field_page, name="field"),
    path("reports/field/form.xlsx", desk_views.xlsform, name="xlsform"),
    path("reports/reports.csv", desk_views.export, {"form": "csv"}, name="csv"),
    path("reports/reports.geojson", desk_views.export, {"form": "geojson"}, name="geojson"),
    path("reports/<int:number>/", views.page, name="page"),
    path("reports/<int:number>/edit/", views.edit_page, name="edit"),
    path("reports/<int:number>/who/", views.identities, name="identities"),
    path("reports/<int:number>/versions/<int:version>/", views.settle_page, name="settle"),
    path("reports/<int:number>/files/<int:place>/", views.file, name="file"),
    path("reports/<int:number>/<slug:verb>/", views.do, name="do"),
    path("api/reports/", views.list_data, name="list-json"),
    path("api/reports/new/", by_program(views.new_page), name="new-deed"),
    path("api/reports/map/", views.map_data, name="map-json"),
    path("api/reports/pairs/", views.pairs_data, name="pairs-json"),
    path("api/reports/effort/", desk_views.effort_data, name="effort-json"),
    path("api/reports/products/", desk_views.products_data, name="products-json"),
    path("api/reports/products/<int:number>/", desk_views.product_data, name="product-json"),
    path("api/reports/requests/", desk_views.requests_data, name="requests-json"),
    path("api/reports/<int:number>/", views.data, name="json"),
    path("api/reports/<int:number>/edit/", by_program(views.edit_page), name="edit-deed"),
    path("api/reports/<int:number>/<slug:verb>/", by_program(views.do), name="deed"),
]
