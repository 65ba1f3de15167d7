"""Which address shows what of the audit?"""

from django.urls import path

from bluehelm.web.audit import views

app_name = "audit"
urlpatterns = [
    path("audit/", views.entry_list, name="list"),
    path("audit/<int:number>/", views.entry_page, name="entry"),
    path("api/audit/", views.entry_list_json, name="list-json"),
    path("api/audit/<int:number>/", views.entry_page_json, name="entry-json"),
]
