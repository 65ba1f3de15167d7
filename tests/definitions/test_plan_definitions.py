"""Is the indicator library complete and sound, and do the pages say what the definitions say?"""

from pathlib import Path

import pytest

from bluehelm.definitions import DefinitionError, packaged_text
from bluehelm.definitions.plans import Measures, packaged_checks, packaged_measures, parse_plans
from bluehelm.plans.values import reads_as_share
from bluehelm.products.plan_pages import checks_page, library_page

DOCS = Path(__file__).resolve().parents[2] / "docs"
MARKET = 'roll_up: latest\n    by: [area]\n    caution: "A market'
SUBJECTS = {
    *("protection of civilians", "ceasefires and their monitoring", "elections", "policing", "transition and exit"),
    *("the rule of law and the justice chain", "human rights and civic space", "women, youth, peace and security"),
    *("information integrity", "climate, peace and security", "displacement and return", "the political process"),
}


def test_the_library_speaks_of_every_subject_and_says_what_each_indicator_cannot():
    library = packaged_measures()
    assert {one.subject for one in library} == SUBJECTS
    measures = [measure for one in library for measure in one.measures]
    assert len(measures) >= 120
    for one in measures:
        assert one.caution != one.cannot_say
        assert one.why and one.numerator and one.source


def test_what_is_called_a_share_has_a_denominator():
    for subject in packaged_measures():
        for one in subject.measures:
            if one.unit.startswith(("share", "rate", "per cent")):
                assert one.denominator, one.id
            if reads_as_share(one.unit):
                assert one.roll_up != "sum", one.id


def test_no_outcome_of_the_library_rests_on_the_missions_own_doing():
    doing = [word.stem for word in packaged_checks().doing]
    for subject in packaged_measures():
        for one in subject.measures:
            if one.kind == "outcome":
                assert not any(one.title.casefold().startswith(stem) for stem in doing), one.id


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (MARKET, MARKET.replace("latest", "sum"), "said to be summed"),
        ("by: [sex, age, area]\n    caution: \"Fear", "by: [age, area]\n    caution: \"Fear", "not told by sex"),
        ("kind: context", "kind: input", "Input should be"),
    ],
)  # fmt: skip
def test_an_entry_that_contradicts_itself_is_refused(old: str, new: str, said: str):
    text = packaged_text("indicators/protection.yaml")
    assert old in text
    with pytest.raises(DefinitionError, match=said):
        parse_plans(Measures, text.replace(old, new), "protection.yaml")


def test_the_pages_are_made_from_the_definitions():
    how = "write it anew: its first lines say how"
    assert (DOCS / "methods" / "plan-checks.md").read_text(encoding="utf-8") == checks_page(packaged_checks()), how
    assert (DOCS / "indicators.md").read_text(encoding="utf-8") == library_page(packaged_measures()), how
