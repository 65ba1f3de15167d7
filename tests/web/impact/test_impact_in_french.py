"""Is an estimate of presence said in French to a French reader, and kept in English whoever keeps it?"""

import json

import polars as pl
import pytest
from django.conf import settings as configured

from bluehelm.cli.impact_presence import _text
from bluehelm.language import ENGLISH, FRENCH, speaking
from bluehelm.web.impact.presenters import PLAINLY
from bluehelm.workflows.presence_answer import answer_of, presence_json
from bluehelm.workflows.presence_evidence import offered_estimates
from bluehelm.workflows.presence_kept import rows_of
from tests.impact.made_estimate import estimate
from tests.published import publish
from tests.web.page_reader import read

pytestmark = pytest.mark.django_db
MONTHS = ("2010-01", "2016-12")


def kept_rows() -> pl.DataFrame:
    with speaking(FRENCH):
        return rows_of(answer_of(estimate()))


@pytest.fixture
def home(settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path / "home"
    publish(settings.BLUEHELM_HOME, "presence_effects", kept_rows(), months=MONTHS)
    return settings.BLUEHELM_HOME


def english_of(rows: pl.DataFrame) -> set[str]:
    """Every text of a kept estimate that people read."""
    by_part = {part: rows.filter(pl.col("part") == part) for part in ("effect", "check", "note")}
    said = [by_part["effect"]["unit"], by_part["effect"]["says"], by_part["check"]["name"], by_part["check"]["says"]]
    return {text for texts in (*said, by_part["note"]["name"]) for text in texts if text}


def page_of(client, address, language):
    client.cookies[configured.LANGUAGE_COOKIE_NAME] = language
    answer = client.get(address)
    assert answer.status_code == 200
    return read(answer).text


@pytest.mark.usefixtures("home")
def test_a_french_reader_meets_no_english_text_on_the_page_of_an_estimate(client):
    texts = english_of(kept_rows())
    assert len(texts) > 25
    french, english = (page_of(client, "/impact/1/", language) for language in (FRENCH, ENGLISH))
    assert [text for text in texts if text not in english] == []
    assert [text for text in texts if text in french] == []
    with speaking(ENGLISH):
        facts = {str(fact) for fact in PLAINLY.values()} - {"sites"}
    for fact in facts:
        assert f"{fact} " in english and f" {fact} " not in french
    assert "Violence: any" in english and "de toute nature" in french
    assert "modelled-path" in french and "0,2617" in french and "0.2617" in english
    assert "tendances parallèles, 0,5 fois" in french and "parallel trends, 0.5 times" in english


@pytest.mark.usefixtures("home")
def test_the_list_of_estimates_names_the_violence_in_the_reader_s_words(client):
    assert "de toute nature" in page_of(client, "/impact/", FRENCH)
    assert " any " in page_of(client, "/impact/", ENGLISH)
    assert client.get("/api/impact/").json()[0]["outcome"] == "any"


def test_the_command_says_the_same_in_french_and_keeps_its_codes():
    texts = english_of(kept_rows())
    english = _text(presence_json(estimate()))
    with speaking(FRENCH):
        answer = presence_json(estimate())
        french = _text(answer)
    assert "UNMISS: any violence" in english and "violence de toute nature" in french
    assert [text for text in texts if text in french] == [] and " none " not in french
    assert {one["estimator"] for one in answer["effects"]} == {
        one["estimator"] for one in answer_of(estimate())["effects"]
    }
    assert "large events" in {one["check"] for one in answer["sensitivity"]}
    assert {one["verdict"] for one in answer["effects"]} == {"fewer", "more", None}


def test_what_is_kept_does_not_follow_who_keeps_it():
    rows = rows_of(answer_of(estimate()))
    assert kept_rows().equals(rows)
    wordings = rows.filter(pl.col("part") == "wording")
    assert wordings.height == wordings["name"].n_unique() > 5
    assert (
        rows_of(presence_json(estimate())).filter(pl.col("part") != "wording").height == rows.height - wordings.height
    )


def test_an_estimate_of_before_wordings_were_kept_says_what_it_can_and_the_rest_in_english(client, settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    older = kept_rows().filter(pl.col("part") != "wording")
    publish(tmp_path, "presence_effects", older, months=MONTHS)
    french = page_of(client, "/impact/1/", FRENCH)
    assert "La présence accroît les rapports" in french
    assert "events of 24 months earlier" in french


def test_a_pattern_that_no_catalogue_holds_is_never_filled(client, settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    forged = json.dumps({"pattern": "{x.__class__}", "values": {"x": 1}, "context": ""})
    rows = kept_rows().with_columns(
        says=pl.when(pl.col("part") == "wording").then(pl.lit(forged)).otherwise(pl.col("says"))
    )
    publish(tmp_path, "presence_effects", rows, months=MONTHS)
    french = page_of(client, "/impact/1/", FRENCH)
    assert "events of 24 months earlier" in french and "class" not in french


def test_evidence_of_presence_is_offered_in_the_reader_s_language(home):
    with speaking(FRENCH):
        french = [one.text for one in offered_estimates(home, "UNMISS")]
    english = [one.text for one in offered_estimates(home, "UNMISS")]
    assert english[1].startswith("any, 0-50 km, poisson: -0.4 share of events without presence; no verdict: a verdict")
    assert "un verdict repose sur" in french[1] and "part des faits sans présence" in french[1] and "-0,4" in french[1]
