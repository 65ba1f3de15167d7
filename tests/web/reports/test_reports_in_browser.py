"""Do two people in two browsers, one of them without a line for a while, lose nothing of what they typed?

And is a report filed on a phone in well under ninety seconds, by keyboard alone?
"""

import os
import re
import subprocess
import sys
import time

import pytest

from tests.web.conftest import PATIENCE_SECONDS, SRC, free_port, serving
from tests.web.test_browser import DESKTOP, PHONE, chromium, visit  # noqa: F401  # fixtures

pytestmark = [pytest.mark.browser, pytest.mark.long]

BUILD = """
import json, sys
from pathlib import Path
home = Path(sys.argv[1])
from bluehelm.web.records import open_records
from bluehelm.web.serve import keep_secret_key
home.mkdir(); keep_secret_key(home); open_records(home)
from bluehelm.web.accounts.actions import create_demo_people
from bluehelm.web.demo import POSTS
from bluehelm.web.posts.models import Organisation, Post
house = Organisation.objects.create(code="UNSYM", name="UNSYM", kind="mission")
posts = [Post.objects.create(code=code, title=title, role=role, organisation=house, mission="UNSYM",
                             component=component, section=section, duty_station="Zelleb", clearance=clearance)
         for code, title, role, other, component, section, clearance in POSTS if other is None]
create_demo_people(posts)
(home / "demo.json").write_text(json.dumps({"seed": 0, "mission": "UNSYM", "complete": True}))
"""
SECONDS = 90
A_REPORT = re.compile(r"/reports/\d+/$")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A mission that has posts and no report yet."""
    home = tmp_path_factory.mktemp("desk") / "home"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BLUEHELM_")}
    subprocess.run([sys.executable, "-c", BUILD, str(home)], env=kept | {"PYTHONPATH": str(SRC)}, check=True)
    return home


@pytest.fixture(scope="module")
def desk(home):
    """The address at which it is served."""
    with serving(home, free_port()) as served:
        yield served.address.rstrip("/")


@pytest.fixture
def sign_in(visit, request):  # noqa: F811
    """A browser of its own, signed in as the holder of a post."""

    def signed_in(post: str, viewport=DESKTOP, at=None):
        seen = visit(f"{at or request.getfixturevalue('desk')}/demo/sign-in/", viewport)
        seen.page.locator(f"form:has([value='demo-{post}']), form:has([value='{post}'])").first.locator(
            "button"
        ).click()
        seen.page.wait_for_load_state("networkidle")
        seen.page.set_default_timeout(PATIENCE_SECONDS * 1000)
        return seen.page

    return signed_in


def type_report(page, place: str, text: str) -> None:
    page.select_option("[name=type]", "attack-on-civilians")
    page.fill("[name=place]", place)
    page.fill("[name=narrative]", text)


def number_of(page) -> str:
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def test_a_report_is_filed_on_a_phone_by_keyboard_alone_in_time(sign_in, desk):
    page = sign_in("reporter", PHONE)
    begun = time.monotonic()
    page.goto(f"{desk}/reports/new/")
    page.focus("[name=type]")
    page.keyboard.type("Attack on civ")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.name") != "place":  # through the parts of the time
        page.keyboard.press("Tab")
    page.keyboard.type("Zelleb", delay=80)
    page.keyboard.press("Tab")
    page.keyboard.type("Armed men came to the market at dusk and burnt three stalls.", delay=80)
    page.locator("[name=narrative]").press("Tab")
    page.click("main button:text-is('File it')")
    page.wait_for_url(A_REPORT)
    assert time.monotonic() - begun < SECONDS
    assert "burnt three stalls" in page.content()
    assert page.evaluate("document.documentElement.scrollWidth > innerWidth") is False


def test_what_was_typed_without_a_line_is_sent_once_when_it_is_back(sign_in, desk):
    page = sign_in("reporter", PHONE)
    page.goto(f"{desk}/reports/new/")
    page.context.set_offline(True)
    type_report(page, "Offline ford", "A boat was taken at the ford.")
    page.fill("[name=source]", "an invented fisherman")
    page.click("main button:text-is('File it')")
    page.wait_for_selector("[data-drafts]:not([hidden])")
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "A boat was taken" in kept and "fisherman" not in kept, "who told of it is kept in no browser"
    page.context.set_offline(False)
    page.wait_for_url(A_REPORT)
    assert "A boat was taken" in page.content()
    assert page.evaluate("localStorage.length") == 0
    page.goto(f"{desk}/reports/?text=Offline")
    assert page.locator("th[scope=row] a[href^='/reports/']").count() == 1


def test_typed_text_outlives_a_closed_page(sign_in, desk):
    page = sign_in("reporter", PHONE)
    page.goto(f"{desk}/reports/new/")
    type_report(page, "Kept hill", "Half a report")
    while "Half a report" not in page.evaluate("JSON.stringify(localStorage)"):
        page.wait_for_timeout(100)
    page.goto(f"{desk}/reports/")
    page.goto(f"{desk}/reports/new/")
    assert page.input_value("[name=narrative]") == "Half a report"


def test_the_form_opens_where_nobody_answers_and_what_was_typed_is_sent_once_when_somebody_does(sign_in, home):
    port = free_port()
    with serving(home, port) as served:
        address = served.address.rstrip("/")
        page = sign_in("reporter", PHONE, at=address)
        page.goto(f"{address}/reports/new/")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.wait_for_function("caches.match('/reports/new/without-line/').then(Boolean)")
    kept = page.evaluate(KEPT_ON_DISK)
    assert "demo-reporter" in kept and 'name="csrf' not in kept and 'known-places"></datalist>' in kept
    page.goto(f"{address}/reports/")  # nobody answers: it leads to the form
    page.wait_for_url("**/reports/new/")
    assert "There is no line" in page.content()
    assert page.evaluate("getComputedStyle(document.querySelector('.masthead')).display") != "inline", "styles came too"
    type_report(page, "No mast here", "The bridge was cut in the night.")
    page.click("main button:text-is('File it')")
    page.wait_for_selector("[data-drafts]:not([hidden])")
    with serving(home, port):
        page.click("text=Send now")
        page.wait_for_url(A_REPORT)
        assert "The bridge was cut" in page.content()
        page.goto(f"{address}/reports/?text=mast")
        assert page.locator("th[scope=row] a[href^='/reports/']").count() == 1
        assert page.evaluate("localStorage.length") == 0


KEPT_ON_DISK = """
caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name).then((store) => store.matchAll()))))
  .then((found) => Promise.all(found.flat().map((answer) => answer.text()))).then((texts) => texts.join(" "))
"""


def test_two_browsers_one_offline_edit_the_same_report_and_a_person_decides(sign_in, desk):
    first = sign_in("reporter", PHONE)
    first.goto(f"{desk}/reports/new/")
    type_report(first, "Two hills", "Shots were heard.")
    first.click("main button:text-is('File it')")
    first.wait_for_url(A_REPORT)
    number = number_of(first)
    second = sign_in("jmac")
    first.goto(f"{desk}/reports/{number}/edit/")
    first.context.set_offline(True)
    first.fill("[name=narrative]", "Shots were heard, two huts burnt.")
    first.fill("[name=place]", "Two hills, east")
    first.click("main button:text-is('Keep the change')")
    first.wait_for_selector("[data-drafts]:not([hidden])")

    second.goto(f"{desk}/reports/{number}/edit/")
    second.fill("[name=narrative]", "Shots were heard; a patrol found nobody.")
    second.click("main button:text-is('Keep the change')")
    second.wait_for_url(f"**/reports/{number}/")

    first.context.set_offline(False)
    first.wait_for_url(f"**/reports/{number}/versions/*/")
    both = first.content()
    assert "two huts burnt" in both and "a patrol found nobody" in both
    second.reload()
    second.click("text=Look at both and decide")
    second.check("#narrative-now")
    second.check("#place-other")
    second.click("main button:text-is('Decide')")
    second.wait_for_url(f"**/reports/{number}/")
    settled = second.content()
    assert "Two hills, east" in settled and "two huts burnt" in settled, "what was not taken stays in the history"
    assert "a patrol found nobody" in second.locator(".report__text").first.inner_text()
