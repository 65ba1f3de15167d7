"""Which address shows what of findings?"""

from django.urls import path

from bluehelm.web.api.deeds import by_program
from bluehelm.web.findings import views

app_name = "findings"
urlpatterns = [
    path("findings/", views.list_page, name="list"),
    path("findings/mine/", views.mine_page, name="mine"),
    path("findings/new/", views.raise_page, name="new"),
    path("findings/measures/", views.measures_page, name="measures"),
    path("findings/<int:number>/", views.page, name="page"),
    path("findings/<int:number>/<slug:verb>/", views.do, name="do"),
    path("api/findings/", views.list_data, name="list-json"),
    path("api/findings/mine/", views.mine_data, name="mine-json"),
    path("api/findings/measures/", views.measures_data, name="measures-json"),
    path("api/findings/new/", by_program(views.raise_page), name="new-deed"),
    path("api/findings/<int:number>/", views.data, name="json"),
    path("api/findings/<int:number>/<slug:verb>/", by_program(views.do), name="deed"),
]
