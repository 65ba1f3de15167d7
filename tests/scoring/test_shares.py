"""Does an interval of a counted share hold what it says, also where none or all were counted?"""

import pytest

from bluehelm.scoring.shares import exact_interval


def test_none_of_eleven_is_not_read_as_never():
    assert exact_interval(0, 11) == (0.0, pytest.approx(1 - 0.025 ** (1 / 11)))
    assert exact_interval(11, 11) == (pytest.approx(0.025 ** (1 / 11)), 1.0)
    assert exact_interval(0, 0) == (0.0, 1.0)


def test_some_of_many_have_the_bounds_of_the_printed_tables():
    assert exact_interval(5, 10) == (pytest.approx(0.1871, abs=1e-4), pytest.approx(0.8129, abs=1e-4))
