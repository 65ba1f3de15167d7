"""Which address shows what?"""

from django.urls import include, path

urlpatterns = [
    path("", include("bluehelm.web.running.urls")),
    path("", include("bluehelm.web.accounts.urls")),
    path("", include("bluehelm.web.missions.urls")),
    path("", include("bluehelm.web.data.urls")),
    path("", include("bluehelm.web.impact.urls")),
    path("design/", include("bluehelm.web.design.urls")),
    path("", include("bluehelm.web.api.urls")),
    path("", include("bluehelm.web.posts.urls")),
    path("", include("bluehelm.web.audit.urls")),
    path("", include("bluehelm.web.findings.urls")),
    path("", include("bluehelm.web.forces.urls")),
    path("", include("bluehelm.web.rhythm.urls")),
    path("", include("bluehelm.web.plans.urls")),
    path("", include("bluehelm.web.outlook.urls")),
    path("", include("bluehelm.web.morning.urls")),
    path("", include("bluehelm.web.jobs.urls")),
    path("", include("bluehelm.web.exchange.urls")),
    path("", include("bluehelm.web.reports.urls")),
    path("", include("bluehelm.web.protection.urls")),
]

handler404 = "bluehelm.web.api.urls.nothing_here"
