"""Does `impact presence` run on four real missions with every diagnostic shown, whatever it finds?"""

import pytest

from tests.contract.test_real_briefs import PROVIDER_FILES

pytestmark = pytest.mark.long

CHECKS = {"deaths, low", "deaths, high", "large events", "placed precisely", "second source", "before anybody came"}
CHECKS |= {"earliest dates", "strength"}


@pytest.fixture(scope="module")
def real(run, shared_data, tmp_path_factory):
    home = tmp_path_factory.mktemp("real")
    for provider, file in PROVIDER_FILES.items():
        assert run(home, "import", provider, shared_data / file, "--json").code == 0
    return home


@pytest.mark.parametrize("mission", ["UNMISS", "MINUSCA", "UNAMSIL", "UNAMID"])
def test_a_real_mission_is_answered_with_all_diagnostics(mission, run, real):
    told = run(real, "impact", "presence", mission, "--outcome", "any", "--draws", "199", "--json")
    answer = told.answer
    assert told.code == 0, answer
    assert len(answer["effects"]) == 3 * 8 and {one["check"] for one in answer["sensitivity"]} >= CHECKS
    assert len(answer["leads"]) == 3 and answer["refused_methods"] and answer["versions"]
    (ground, *_) = answer["diagnostics"]
    assert ground["mission"] == mission and ground["cells"] >= 10 and len(answer["exposure"]) == ground["cells"]
    for one in answer["effects"]:
        assert one["verdict"] or one["why_no_verdict"]
        below = one["effect"] is None or one["minimum_detectable"] is None
        assert not one["verdict"] or not (below or abs(one["effect"]) < one["minimum_detectable"])
    assert all("not lives saved" in area["says"] for area in answer["areas"])
