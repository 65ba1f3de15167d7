"""Is what a morning lists done where it is listed: an alert answered, a report graded, the daily report drafted?"""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from bluehelm.disclosure import Label, Marking
from bluehelm.web.accounts.models import User
from bluehelm.web.protection import actions as protection
from bluehelm.web.reports.models import Product
from tests.web.cast import make_cast
from tests.web.reports.conftest import MISSION, filed

pytestmark = pytest.mark.django_db
PAGE = "/morning/protection/"
JMAC = Label(Marking.CONFIDENTIAL, frozenset({"section:UNSYM/JMAC"}))


@pytest.fixture
def cast(settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    return make_cast()


class Forms(HTMLParser):
    """The forms of a page: where each is sent, and what stands in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.found.append((given.get("action") or "", {}))
        elif tag in ("input", "select") and self.found and given.get("name"):
            self.found[-1][1][given["name"]] = given.get("value") or ""
            self.choosing = given["name"]
        elif tag == "option" and "selected" in given:
            self.found[-1][1][self.choosing] = given.get("value") or ""


def morning_of(who: str):
    client = Client()
    client.force_login(User.objects.get(username=who))
    return client, Forms(client.get(PAGE).content.decode()).found


def the_form(found, pattern: str):
    return next((action, said) for action, said in found if re.search(pattern, action))


def test_a_report_is_graded_on_the_morning_and_the_morning_is_shown_again(cast):
    report = filed(cast["sym-reporter"])
    client, found = morning_of("sym-jmac")
    action, said = the_form(found, rf"/reports/{report.pk}/grade/$")
    page = client.get(PAGE).content.decode()
    first = re.findall(r'<select name="(?:reliability|credibility)"[^>]*>\s*<option value="([^"]*)"', page)
    assert first == ["", ""] and said["reliability"] == said["credibility"] == "", "nothing is chosen for the person"
    assert client.post(action, said).status_code == 400
    answer = client.post(action, said | {"reliability": "B", "credibility": "2"})
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    report.refresh_from_db()
    assert (report.reliability, report.credibility) == ("B", "2")
    assert not any(f"/reports/{report.pk}/grade/" in action for action, _said in morning_of("sym-jmac")[1])


def test_an_alert_is_answered_by_one_tap_on_the_morning(cast):
    alert = protection.enter_alert(
        label=MISSION, by=cast["sym-jmac"], what="attack", place="Zelleb", text="Shots.", channel="hotline"
    )
    client, found = morning_of("sym-jmac")
    action, said = the_form(found, rf"/protection/alerts/{alert.pk}/verified/$")
    answer = client.post(action, said)
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    alert.refresh_from_db()
    assert alert.verified_at is not None


def test_the_daily_report_is_drafted_by_one_click_and_then_waits_for_a_signature(cast):
    filed(cast["sym-reporter"])
    client, found = morning_of("sym-jmac")
    action, said = the_form(found, "/reports/products/draft/daily/$")
    client.post(action, said)
    product = Product.objects.get()
    again = client.get(PAGE).content.decode()
    assert f"/reports/products/{product.pk}/" in again and "draft/daily/" not in again
    client.post(f"/reports/products/{product.pk}/", {"verb": "sign", "expected_version": product.row_version})
    product.refresh_from_db()
    assert product.signed_at
    assert "The daily report of the last 24 hours is signed." in client.get(PAGE).content.decode()


def test_a_deed_on_the_morning_leads_nowhere_else(cast):
    report = filed(cast["sym-reporter"])
    client, found = morning_of("sym-jmac")
    action, said = the_form(found, rf"/reports/{report.pk}/grade/$")
    said |= {"reliability": "B", "credibility": "2", "next": "https://elsewhere.example/"}
    assert client.post(action, said)["Location"] == f"/reports/{report.pk}/"


def test_the_morning_shows_where_an_alert_lies_to_who_may_read_it(cast):
    protection.enter_alert(
        label=JMAC, by=cast["sym-jmac"], what="attack", place="Zelleb", text="Shots.", channel="hotline",
        latitude=4.0, longitude=30.0,
    )  # fmt: skip
    assert "work-map" in morning_page("sym-jmac") and "work-map" not in morning_page("sym-reporter")


def morning_page(who: str) -> str:
    client = Client()
    client.force_login(User.objects.get(username=who))
    return client.get(PAGE).content.decode()
