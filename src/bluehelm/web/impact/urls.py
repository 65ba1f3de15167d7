"""Which address shows which estimate?"""

from django.urls import path

from bluehelm.web.impact import views

app_name = "impact"

urlpatterns = [
    path("impact/", views.estimates, name="list"),
    path("impact/<int:number>/", views.estimate, name="page"),
]
