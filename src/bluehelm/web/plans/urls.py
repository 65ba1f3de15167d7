"""Which address shows what of a plan?"""

from django.urls import path

from bluehelm.web.plans import views

app_name = "plans"
urlpatterns = [
    path("plans/", views.plan_list, name="list"),
    path("plans/<str:mission>/", views.plan, name="plan"),
    path("plans/<str:mission>/edit/", views.edit, name="edit"),
    path("plans/<str:mission>/changes/", views.changes, name="changes"),
    path("plans/<str:mission>/reports/", views.reports, name="reports"),
    path("plans/<str:mission>/close/", views.close, name="close"),
    path("plans/<str:mission>/indicators/<str:name>/", views.indicator, name="indicator"),
    path("plans/<str:mission>/values/<int:number>/correct/", views.correct, name="correct"),
    path("api/plans/", views.plan_list_json, name="list-json"),
    path("api/plans/<str:mission>/", views.plan_json, name="plan-json"),
    path("api/plans/<str:mission>/changes/", views.changes_json, name="changes-json"),
    path("api/plans/<str:mission>/reports/", views.reports_json, name="reports-json"),
    path("api/plans/<str:mission>/indicators/<str:name>/", views.indicator_json, name="indicator-json"),
]
