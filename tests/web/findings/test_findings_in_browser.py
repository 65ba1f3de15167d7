"""Do two people in two real browsers see each other's change, and are the pages quiet, reachable and narrow enough?"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web.conftest import SRC, free_port, serving
from tests.web.test_browser import DESKTOP, PHONE, SMALL_PHONE, chromium, visit  # noqa: F401  # fixtures

pytestmark = [pytest.mark.browser, pytest.mark.long]

AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
BUILD = """
import json, sys
from datetime import date
from pathlib import Path
home = Path(sys.argv[1])
from bluehelm.web.records import open_records
from bluehelm.web.serve import keep_secret_key
home.mkdir(); keep_secret_key(home); open_records(home)
from django.utils import timezone
from bluehelm.web.accounts.actions import create_demo_people
from bluehelm.web.demo import POSTS
from bluehelm.web.findings.demo import build_demo_findings
from bluehelm.web.posts.acting import actor_for_command
from bluehelm.web.posts.models import Organisation, Post
houses = {code: Organisation.objects.create(code=code, name=code, kind=kind)
          for code, kind in (("UNSYM", "mission"), ("HQ", "headquarters"))}
posts = [Post.objects.create(code=code, title=title, role=role, organisation=houses[house or "UNSYM"],
                             mission="" if house else "UNSYM", component=component, section=section,
                             duty_station="Zelleb", clearance=clearance)
         for code, title, role, house, component, section, clearance in POSTS if (house or "UNSYM") in houses]
create_demo_people(posts)
actors = {post.code: actor_for_command(f"demo-{post.code}") for post in posts}
build_demo_findings(actors, "UNSYM", timezone.now().date())
(home / "demo.json").write_text(json.dumps({"seed": 0, "mission": "UNSYM", "complete": True}))
"""
RAISED = "No women among the new language assistants"
WIDER = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """The address of a served demonstration with its findings."""
    home = tmp_path_factory.mktemp("ledger") / "home"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BLUEHELM_")}
    subprocess.run([sys.executable, "-c", BUILD, str(home)], env=kept | {"PYTHONPATH": str(SRC)}, check=True)
    with serving(home, free_port()) as served:
        yield served.address.rstrip("/")


@pytest.fixture
def sign_in(visit, ledger):  # noqa: F811
    """A browser of its own, signed in as the holder of a post."""

    def signed_in(post: str, viewport=DESKTOP, **options):
        seen = visit(f"{ledger}/demo/sign-in/", viewport, **options)
        seen.page.locator(f"form:has([value='demo-{post}']), form:has([value='{post}'])").first.locator(
            "button"
        ).click()
        seen.page.wait_for_load_state("networkidle")
        return seen

    return signed_in


def open_edit(seen, ledger: str):
    """The form that edits the finding, opened as a person opens it."""
    seen.page.goto(f"{ledger}/findings/?text=language+assistants&state=raised")
    seen.page.click(f"text={RAISED}")
    form = seen.page.locator("form[action$='/edit/']")
    seen.page.locator("details.deed", has=form).locator("summary").click()
    return form


def test_two_people_in_two_browsers_see_each_others_change(sign_in, ledger):
    first, second = sign_in("planner"), sign_in("chief-of-staff", PHONE)
    forms = [open_edit(seen, ledger) for seen in (first, second)]
    forms[0].locator("[name=severity]").select_option("high")
    forms[0].locator("[name=title]").fill("Only men among the new assistants")
    forms[0].locator("button").click()
    first.page.wait_for_load_state("networkidle")
    assert "Done: Edit." in first.page.inner_text("main")

    forms[1].locator("[name=title]").fill("All eight new assistants are men")
    forms[1].locator("button").click()
    second.page.wait_for_load_state("networkidle")
    said = second.page.inner_text("#clash")
    assert "Only men among the new assistants" in said
    assert "All eight new assistants are men" in said
    assert "demo-planner" in said
    again = second.page.locator("form#sent")
    assert again.locator("[name=severity]").input_value() == "high"
    again.locator("button").click()
    second.page.wait_for_load_state("networkidle")
    first.page.reload()
    for seen in (first, second):
        assert "All eight new assistants are men" in seen.page.inner_text("h1")
        assert "Only men among the new assistants" in seen.page.inner_text("section:has(#history)")
        assert seen.page.locator(".finding__badges").inner_text().count("High") == 1
    assert first.complaints == []
    assert [one for one in second.complaints if "409" not in one] == []  # the browser itself remarks on the refusal


PAGES = tuple(f"/findings/{name}" for name in ("", "7/", "mine/", "measures/", "new/"))


@pytest.mark.parametrize(
    ("viewport", "colours"), [(SMALL_PHONE, "light"), (DESKTOP, "dark")], ids=["320 by day", "1280 by night"]
)
def test_every_page_is_quiet_reachable_for_all_and_as_wide_as_the_screen(sign_in, ledger, viewport, colours):
    seen = sign_in("chief-of-staff", viewport, color_scheme=colours)
    axe, wrong = AXE.read_text(encoding="utf-8"), []
    for path in PAGES:
        seen.page.goto(ledger + path)
        seen.page.wait_for_load_state("networkidle")
        seen.keep(f"findings-{path.strip('/').replace('/', '-').partition('?')[0]}-{viewport['width']}")
        seen.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        seen.page.evaluate(axe)
        found = seen.page.evaluate("axe.run()")["violations"]
        wrong += [f"{path} {one['id']}: {node['target']}" for one in found for node in one["nodes"]]
        wrong += [f"{path} is wider than the screen"] if seen.page.evaluate(WIDER) else []
    assert wrong + seen.complaints == []
    assert seen.hosts == {"127.0.0.1"}


def test_a_decision_is_taken_without_scripts(sign_in, ledger):
    seen = sign_in("chief-of-staff", PHONE, java_script_enabled=False)
    seen.page.goto(f"{ledger}/findings/?text=alert+room")
    seen.page.click("text=The alert room is empty at weekends")
    form = seen.page.locator("form[action$='/decide/']")
    seen.page.locator("details.deed", has=form).locator("summary").click()
    form.locator("[value=accepted]").check()
    form.locator("[name=why]").fill("Alerts do not keep the week.")
    form.locator("button").click()
    assert "Alerts do not keep the week." in seen.page.inner_text("main")
    assert "Accepted" in seen.page.inner_text(".finding__badges")
