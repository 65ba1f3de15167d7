"""Is what followed told apart: hits, misses, false alarms, and cases in which somebody acted?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.outlook.following import VERDICTS, Said, compared, tally, verdict

WARNED_FROM = 0.5
said = st.builds(
    Said,
    probability=st.floats(0, 1),
    deaths=st.integers(1, 50),
    observed=st.none() | st.integers(0, 100),
    is_over=st.booleans(),
    acted=st.booleans(),
)


@pytest.mark.parametrize(
    ("probability", "observed", "is_over", "acted", "expected"),
    [
        (0.5, 25, True, False, "hit"),
        (0.49, 25, True, False, "miss"),
        (0.5, 24, True, False, "false alarm"),
        (0.49, 24, True, False, "quiet"),
        (0.9, 25, True, True, "acted"),
        (0.1, 25, True, True, "acted"),
        (0.9, None, True, False, "unknown"),
        (0.9, None, True, True, "unknown"),
        (0.9, 25, False, False, "open"),
    ],
)
def test_the_verdict_on_25_deaths_or_more(probability, observed, is_over, acted, expected):
    assert verdict(Said(probability, 25, observed, is_over, acted), WARNED_FROM) == expected


@given(said)
def test_where_somebody_acted_nobody_is_credited_or_blamed(one):
    found = verdict(one, WARNED_FROM)
    assert found in VERDICTS
    assert not (one.acted and found in ("hit", "miss", "false alarm", "quiet"))


@given(st.lists(st.tuples(st.floats(0, 1), said), max_size=30))
def test_people_and_the_model_are_scored_on_the_same_cases_one_by_one(pairs):
    scored = [(own, one) for own, one in pairs if one.is_over and one.observed is not None and not one.acted]
    found = compared(pairs)
    assert found.cases == len(scored)
    if scored:
        own, model = [], []
        for probability, one in scored:
            came = 1.0 if one.observed >= one.deaths else 0.0
            own.append((probability - came) ** 2)
            model.append((one.probability - came) ** 2)
        assert found.own == pytest.approx(sum(own) / len(own))
        assert found.model == pytest.approx(sum(model) / len(model))
    else:
        assert (found.own, found.model) == (None, None)


def test_every_verdict_is_listed_also_at_nought():
    assert tally(["hit", "hit", "miss"]) == {**dict.fromkeys(VERDICTS, 0), "hit": 2, "miss": 1}
