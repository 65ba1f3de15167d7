"""Does the demonstration show what an estimate of presence looks like, and leave the one that is there?"""

import shutil

import pytest
from django.test import Client

from bluehelm.sources.synthetic import synthetic_country
from bluehelm.store import Store
from bluehelm.web.demo import write_impact

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def test_the_demonstration_holds_one_estimate_that_its_page_shows(settings, tmp_path, demo_home):
    settings.BLUEHELM_HOME = tmp_path / "home"
    shutil.copytree(demo_home, settings.BLUEHELM_HOME)
    country = synthetic_country(0)
    write_impact(settings.BLUEHELM_HOME, country)
    write_impact(settings.BLUEHELM_HOME, country)
    (kept,) = Store(settings.BLUEHELM_HOME).versions("presence_effects")
    assert kept.synthetic
    page = Client().get("/impact/1/").content.decode()
    assert "0-50 km" in page and "Before and after the opening" in page
    assert "No period can be compared" not in page
