"""Which address shows what of forces?"""

from django.urls import path

from bluehelm.web.forces import boards, matching, views

app_name = "forces"
urlpatterns = [
    path("forces/", views.home, name="home"),
    path("forces/requirements/", views.requirements, name="requirements"),
    path("forces/pledges/", views.pledges, name="pledges"),
    path("forces/contributors/", views.contributors, name="contributors"),
    path("forces/pipeline/", boards.pipeline_page, name="pipeline"),
    path("forces/caveats/", boards.caveats_page, name="caveats"),
    path("forces/visits/", boards.visits_page, name="visits"),
    path("forces/ministerials/", boards.ministerials_page, name="ministerials"),
    path("forces/gaps/", boards.gaps_page, name="gaps"),
    path("forces/gaps/gaps.csv", boards.gaps_csv, name="gaps-csv"),
    path("forces/gaps/gaps.pdf", boards.gaps_pdf, name="gaps-pdf"),
    path("forces/cards/", boards.cards_page, name="cards"),
    path("forces/rotations/", matching.rotations_page, name="rotations"),
    path("forces/matching/", matching.matching_page, name="matching"),
    path("forces/matching/<int:number>/", matching.run_page, name="run"),
    path("forces/matching/<int:number>/<slug:slot>/", matching.take_over, name="take-over"),
    path("forces/rotations/ask/", matching.ask_rotation, name="ask-rotation"),
    path("forces/files/", matching.files_page, name="files"),
    path("forces/files/apply/", matching.apply_file, name="apply"),
    path("forces/files/<int:number>/undo/", matching.undo_file, name="undo"),
    path("forces/files/<slug:name>.csv", matching.export, name="export"),
    path("forces/new/<slug:what>/", views.new, name="new"),
    path("forces/<slug:what>/<slug:code>/", views.page, name="page"),
    path("forces/<slug:what>/<slug:code>/<slug:verb>/", views.do, name="do"),
    path("api/forces/requirements/", views.requirements_json, name="requirements-json"),
    path("api/forces/pledges/", views.pledges_json, name="pledges-json"),
    path("api/forces/pipeline/", boards.pipeline_json, name="pipeline-json"),
    path("api/forces/caveats/", boards.caveats_json, name="caveats-json"),
    path("api/forces/visits/", boards.visits_json, name="visits-json"),
    path("api/forces/ministerials/", boards.ministerials_json, name="ministerials-json"),
    path("api/forces/gaps/", boards.gaps_json, name="gaps-json"),
    path("api/forces/rotations/", matching.rotations_json, name="rotations-json"),
    path("api/forces/matching/<int:number>/", matching.run_data, name="run-json"),
    path("api/forces/<slug:what>/<slug:code>/", views.data, name="json"),
]
