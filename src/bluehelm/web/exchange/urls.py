"""Which address takes records in and lets them out?"""

from django.urls import path

from bluehelm.web.exchange import views

app_name = "exchange"
urlpatterns = [
    path("records/", views.home, name="home"),
    path("api/records/", views.home_json, name="home-json"),
    path("records/export/", views.export, name="export"),
    path("records/files/<int:number>/", views.file, name="file"),
    path("api/records/files/<int:number>/", views.file_json, name="file-json"),
    path("records/files/<int:number>/take-in/", views.take_in, name="take-in"),
    path("records/files/<int:number>/undo/", views.undo, name="undo"),
    path("records/files/<int:number>/leave/", views.leave, name="leave"),
]
