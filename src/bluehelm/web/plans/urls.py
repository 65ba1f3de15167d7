"""Which address shows what of a plan?"""

from django.urls import path

from bluehelm.web.plans import boards, round_views, views

app_name = "plans"
urlpatterns = [
    path("plans/", views.plan_list, name="list"),
    path("plans/<str:mission>/", views.plan, name="plan"),
    path("plans/<str:mission>/edit/", views.edit, name="edit"),
    path("plans/<str:mission>/changes/", views.changes, name="changes"),
    path("plans/<str:mission>/reports/", views.reports, name="reports"),
    path("plans/<str:mission>/picture/", boards.picture, name="picture"),
    path("plans/<str:mission>/dashboard/", boards.dashboard, name="dashboard"),
    path("plans/<str:mission>/together/", boards.shared, name="together"),
    path("plans/<str:mission>/papers/", boards.papers, name="papers"),
    path("plans/<str:mission>/papers/<str:kind>.<str:form>", boards.paper, name="paper"),
    path("plans/<str:mission>/indicators/<str:name>/retire/", boards.retire, name="retire"),
    path("plans/<str:mission>/indicators/<str:name>/bring-back/", boards.bring_back, name="bring-back"),
    path("plans/<str:mission>/close/", views.close, name="close"),
    path("plans/<str:mission>/indicators/<str:name>/", views.indicator, name="indicator"),
    path("plans/<str:mission>/values/<int:number>/correct/", views.correct, name="correct"),
    path("plans/<str:mission>/rounds/", round_views.open_round, name="open-round"),
    path("plans/<str:mission>/rounds/<int:number>/", round_views.assessment, name="round"),
    path("plans/<str:mission>/rounds/<int:number>/close/", round_views.close_round, name="close-round"),
    path("plans/<str:mission>/rounds/<int:number>/<str:outcome>/", round_views.worksheet, name="worksheet"),
    path("api/plans/<str:mission>/rounds/<int:number>/", round_views.assessment_json, name="round-json"),
    path("api/plans/", views.plan_list_json, name="list-json"),
    path("api/plans/<str:mission>/", views.plan_json, name="plan-json"),
    path("api/plans/<str:mission>/changes/", views.changes_json, name="changes-json"),
    path("api/plans/<str:mission>/picture/", boards.picture_json, name="picture-json"),
    path("api/plans/<str:mission>/dashboard/", boards.dashboard_json, name="dashboard-json"),
    path("api/plans/<str:mission>/together/", boards.shared_json, name="together-json"),
    path("api/plans/<str:mission>/papers/", boards.papers_json, name="papers-json"),
    path("api/plans/<str:mission>/reports/", views.reports_json, name="reports-json"),
    path("api/plans/<str:mission>/indicators/<str:name>/", views.indicator_json, name="indicator-json"),
]
