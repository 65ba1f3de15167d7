"""Do papers made for a page speak its reader's language, and English for everybody else?"""

from datetime import date

import pytest
from django.conf import settings as configured
from django.http import HttpResponse
from django.test import Client
from django.utils.translation import override

from bluehelm.language import gettext, now
from bluehelm.web.accounts.languages import language_of_account
from bluehelm.web.accounts.models import User
from tests.products.paper_readers import pdf_text, word_text
from tests.web.cast import make_cast
from tests.web.plans.test_leaving import plan, today  # noqa: F401  # fixtures

pytestmark = pytest.mark.django_db
BRIEF = "/missions/UNSYM/brief.{}?as_of=2024-12-31"
FRENCH = "Ce qui s’est produit jusqu’au 31 décembre 2024."


def reader(language):
    client = Client()
    client.cookies[configured.LANGUAGE_COOKIE_NAME] = language
    return client


@pytest.mark.long
@pytest.mark.parametrize(("form", "read"), [("html", bytes.decode), ("pdf", pdf_text), ("docx", word_text)])
def test_a_brief_is_in_the_language_of_its_reader(demo, form, read):
    english, french = (read(reader(language).get(BRIEF.format(form)).content) for language in ("en-gb", "fr"))
    assert FRENCH in french and "Points chauds" in french and "Hotspots" not in french
    assert "What happened up to 31 December 2024." in english and "Points chauds" not in english
    chart = reader("fr").get("/missions/UNSYM/chart.svg?as_of=2024-12-31").content.decode()
    assert "Fait avec bluehelm" in chart
    assert form != "html" or ('<html lang="fr"' in french and '<html lang="en"' in english)
    assert now() == "en"


def test_what_a_page_asks_of_a_domain_is_said_in_its_language(rf):
    page = language_of_account(lambda _request: HttpResponse(gettext("Nothing was changed.")))
    request = rf.get("/")
    request.user = User()
    for language, said in (("fr", "Rien n’a été modifié."), ("en-gb", "Nothing was changed.")):
        with override(language):
            assert page(request).content.decode() == said
    assert now() == "en"


@pytest.fixture
def cast(db, settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    return make_cast()


def test_a_fact_sheet_is_in_the_language_of_its_account(cast, plan, monkeypatch):  # noqa: F811
    for module in ("boards", "factsheets"):
        monkeypatch.setattr(f"bluehelm.web.plans.{module}.today", lambda: date(2028, 2, 1))
    told = {}
    for language in ("", "fr"):
        User.objects.filter(username="sym-planner").update(language=language)
        client = Client()
        client.force_login(User.objects.get(username="sym-planner"))
        answer = client.get("/plans/UNSYM/papers/factsheet.pdf?period=2027-H2")
        assert answer.status_code == 200
        told[language] = pdf_text(answer.content)
    assert "What the mission did" in told[""] and "Ce qu’a fait la mission" in told["fr"]
    assert "Personne n’a encore jugé cette réalisation pour la période." in told["fr"]
