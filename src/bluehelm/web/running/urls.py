"""Which address tells whether the program runs?"""

from django.urls import path

from bluehelm.web.running import views

app_name = "running"
urlpatterns = [
    path("healthz", views.health, name="health"),
    path("metrics", views.metrics, name="metrics"),
]
