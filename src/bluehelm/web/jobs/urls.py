"""Which address shows what of the jobs?"""

from django.urls import path

from bluehelm.web.jobs import views

app_name = "jobs"
urlpatterns = [
    path("jobs/", views.list_page, name="list"),
    path("api/jobs/", views.list_json, name="list-json"),
    path("jobs/<int:number>/", views.page, name="page"),
    path("api/jobs/<int:number>/", views.page_json, name="page-json"),
    path("jobs/<int:number>/cancel/", views.cancel, name="cancel"),
    path("jobs/<int:number>/file/", views.fetch, name="fetch"),
]
