"""Which address shows what?"""

from django.urls import include, path

urlpatterns = [
    path("", include("bluehelm.web.missions.urls")),
    path("", include("bluehelm.web.posts.urls")),
]
