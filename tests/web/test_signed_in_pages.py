"""Are the pages behind the sign-in quiet, usable by everybody and narrow enough, in the demonstration as served?"""

import pytest

from tests.web.built_demo import copied_demo
from tests.web.conftest import free_port, serving
from tests.web.test_browser import (  # noqa: F401  # fixtures
    CLIPPED,
    DESKTOP,
    PHONE,
    SMALL_PHONE,
    check_quiet,
    chromium,
    violations,
    visit,
)

pytestmark = pytest.mark.browser

PAGES = {
    "demo-head": ["/morning/planning/", "/morning/protection/", "/posts/", "/posts/all/", "/posts/rights/"],
    "demo-planner": ["/records/", "/jobs/", "/calendar/", "/posts/glass/", "/posts/post/jmac/"],
    "demo-force-generation": [
        "/morning/forces/",
        "/forces/requirements/",
        "/forces/pledges/",
        "/forces/pledge/STATE-NORTH-1/",
        "/forces/pipeline/",
        "/forces/matching/",
        "/forces/matching/2/",
        "/forces/rotations/",
        "/forces/caveats/",
        "/forces/visits/",
        "/forces/ministerials/",
        "/forces/gaps/",
        "/forces/cards/",
        "/forces/files/",
        "/forces/costs/",
        "/forces/observers/",
        "/forces/longer-tours/",
        "/forces/new/requirement/?template=formed-police",
        "/forces/slot/UNSYM-S-1/",
    ],
    "demo-protection": [
        "/protection/alerts/",
        "/protection/alerts/new/",
        "/protection/alerts/705/",
        "/protection/response/",
        "/protection/matrix/",
        "/protection/missed/",
        "/protection/coverage/",
        "/protection/map/",
        "/protection/threats/1/",
        "/protection/activities/",
        "/protection/communities/",
        "/protection/communities/120/",
        "/protection/obstructions/",
        "/protection/compact/",
        "/protection/observations/",
    ],
    "demo-northland": ["/forces/pledges/", "/forces/pledge/STATE-NORTH-1/", "/forces/caveats/"],
    "demo-chief-of-staff": [
        "/plans/",
        "/plans/UNSYM/",
        "/plans/UNSYM/edit/",
        "/plans/UNSYM/changes/",
        "/plans/UNSYM/reports/",
        "/plans/UNSYM/picture/",
        "/plans/UNSYM/dashboard/",
        "/plans/UNSYM/papers/",
        "/plans/UNSYM/indicators/people-feel-safe/",
        "/plans/UNSYM/rounds/1/",
        "/plans/UNSYM/rounds/3/O1.1/",
    ],
    "demo-researcher": ["/morning/research/"],
    "demo-auditor": ["/audit/", "/audit/1/"],
    "demo-jmac": [
        "/reports/",
        "/reports/new/",
        "/reports/map/",
        "/reports/pairs/",
        "/reports/effort/",
        "/reports/products/",
        "/reports/products/1/",
        "/reports/requests/",
        "/reports/field/",
        "/reports/1/",
        "/reports/1/edit/",
    ],
    "demo-administrator": ["/posts/new/", "/posts/new-organisation/", "/posts/post/jmac/"],
}


@pytest.fixture(scope="module")
def whole_demo(tmp_path_factory):
    """The address of the demonstration that the command builds, records and all."""
    with serving(copied_demo(tmp_path_factory, "whole"), free_port()) as served:
        yield served.address.rstrip("/")


@pytest.mark.long
@pytest.mark.parametrize("person", list(PAGES))
def test_pages_behind_the_sign_in_are_quiet_and_can_be_used_by_everybody(visit, whole_demo, person):  # noqa: F811
    seen = visit(f"{whole_demo}/demo/sign-in/")
    seen.page.click(f"button[value='{person}']")
    seen.page.wait_for_url(f"{whole_demo}/morning/**")
    seen.settled()
    for path in PAGES[person]:
        seen.page.set_viewport_size(DESKTOP)
        seen.page.goto(whole_demo + path)
        seen.settled()
        for size, scheme in ((DESKTOP, "light"), (PHONE, "dark")):
            seen.page.set_viewport_size(size)
            seen.page.emulate_media(color_scheme=scheme)
            seen.settled()
            assert violations(seen) == [], (path, size, scheme)
            seen.keep(f"{person}{path.replace('/', '-')}{size['width']}")
        seen.page.set_viewport_size(SMALL_PHONE)
        seen.wait_for(f"document.documentElement.scrollWidth <= {SMALL_PHONE['width']}")
        assert seen.page.evaluate(CLIPPED) == [], path
    assert seen.hosts == {"127.0.0.1"}
    check_quiet(seen)
