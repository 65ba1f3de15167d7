"""Does a matching run beside the page and show itself when it is done, and do deeds work without scripts?"""

import os
import subprocess
import sys

import pytest

from tests.web.conftest import SRC, free_port, serving
from tests.web.test_browser import DESKTOP, PHONE, chromium, visit  # noqa: F401  # fixtures

pytestmark = [pytest.mark.browser, pytest.mark.long]

BUILD = """
import json, sys
from datetime import date
from pathlib import Path
home = Path(sys.argv[1])
from bluehelm.web.records import open_records
from bluehelm.web.serve import keep_secret_key
home.mkdir(); keep_secret_key(home); open_records(home)
from bluehelm.web.accounts.actions import create_demo_people
from bluehelm.web.forces import actions, deployments
from bluehelm.web.posts.acting import actor_for_command
from bluehelm.web.posts.models import Organisation, Post
houses = {code: Organisation.objects.create(code=code, name=code, kind=kind)
          for code, kind in (("HQ", "headquarters"), ("STATE-A", "member-state"))}
posts = [Post.objects.create(code=code, title=code, role=role, organisation=houses[house], clearance=2)
         for code, role, house in (("desk", "force-generation", "HQ"), ("adviser", "contributor", "STATE-A"))]
create_demo_people(posts)
desk, year = actor_for_command("demo-desk"), date.today().year
window = {"from_on": date(year + 1, 1, 1), "until_on": date(year + 1, 12, 31)}
wanted = {"mission": "UNSYM", "capability": "police", "strength": 100, "min_level": "L1", "languages": "",
          "priority": 1, "accepts_parts": False, "area": "north", "tasks": "convoy", **window}
actions.make_requirement(fields=wanted, by=desk)
actions.make_requirement(fields=wanted | {"priority": 2}, by=desk)
actions.add_contributor(code="STATE-A", name="State A", by=desk)
offer = {"capability": "police", "strength": 120, "languages": "en", "splits_into": 1, "women": None,
         "monthly_cost": None, "joint_group": "", **window}
papers = ("note verbale", "table of organisation", "major equipment list", "self-sustainment list")
for limits in ("", "task:convoy", "area:north"):
    made = actions.offer_pledge(contributor="STATE-A", fields=offer, caveats=limits, source="Letter", by=desk)
    actions.raise_readiness(code=made.code, expected_version=1, evidence={one: one for one in papers}, by=desk)
deployments.open_case(requirement="UNSYM-R-2", pledge="STATE-A-3", by=desk)
(home / "demo.json").write_text(json.dumps({"seed": 0, "mission": "UNSYM", "complete": True}))
"""


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    """The address of a served register of one state."""
    home = tmp_path_factory.mktemp("register") / "home"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BLUEHELM_")}
    subprocess.run([sys.executable, "-c", BUILD, str(home)], env=kept | {"PYTHONPATH": str(SRC)}, check=True)
    with serving(home, free_port()) as served:
        yield served.address.rstrip("/")


@pytest.fixture
def sign_in(visit, register):  # noqa: F811
    def signed_in(post: str, viewport=DESKTOP, **options):
        seen = visit(f"{register}/demo/sign-in/", viewport, **options)
        seen.page.locator(f"button[value='demo-{post}']").first.click()
        seen.page.wait_for_load_state("networkidle")
        return seen

    return signed_in


def test_a_matching_runs_beside_the_page_which_shows_the_answer_by_itself(sign_in, register):
    seen = sign_in("desk")
    seen.page.goto(f"{register}/forces/matching/?drop=STATE-A-1")
    seen.page.get_by_role("button", name="Match", exact=True).click()
    seen.page.wait_for_url("**/forces/matching/*/")
    assert "asks again by itself" in seen.page.inner_text("main") or "proved the best" in seen.page.inner_text("main")
    seen.page.get_by_text("proved the best").wait_for(timeout=120_000)
    said = seen.page.inner_text("main")
    assert "without STATE-A-1" in said
    assert "It would be filled if STATE-A-2 had the caveats none instead of task:convoy." in said
    assert "host acceptance, regional politics, conduct, performance" in said
    seen.page.get_by_role("link", name="What if it were so?").click()
    seen.page.wait_for_load_state("networkidle")
    assert seen.page.locator("[name=lift]").input_value() == "STATE-A-2=task:convoy"
    assert seen.complaints == [] and seen.hosts == {"127.0.0.1"}


def test_the_board_is_walked_with_the_keyboard(sign_in, register):
    seen = sign_in("desk", PHONE)
    seen.page.goto(f"{register}/forces/pipeline/")
    board = seen.page.locator(".board")
    board.focus()
    for _ in range(6):
        seen.page.keyboard.press("ArrowRight")
    seen.page.wait_for_function("document.querySelector('.board').scrollLeft > 0")
    board.focus()
    seen.page.keyboard.press("Tab")
    assert seen.page.evaluate("document.activeElement.closest('.board__card') !== null")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url("**/forces/case/UNSYM-R-2-1/")
    assert seen.complaints == []


def test_a_state_renews_its_pledge_without_scripts(sign_in, register):
    seen = sign_in("adviser", PHONE, java_script_enabled=False)
    seen.page.goto(f"{register}/forces/pledge/STATE-A-1/")
    form = seen.page.locator("form[action$='/renew/']")
    seen.page.locator("details.deed", has=form).locator("summary").click()
    form.locator("[name=document]").fill("Letter of the Minister")
    form.locator("button").click()
    said = seen.page.inner_text("main")
    assert "Letter of the Minister" in said and "renewed" in said
