"""Which address shows which morning?"""

from django.urls import path

from bluehelm.web.morning import views

app_name = "morning"
urlpatterns = [
    path("morning/", views.mine, name="mine"),
    path("morning/<slug:name>/", views.page, name="page"),
    path("api/morning/<slug:name>/", views.page_json, name="json"),
]
