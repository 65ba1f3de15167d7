"""Who appears in the tests of posts?"""

import pytest

from tests.web.cast import make_cast


@pytest.fixture
def cast(db):
    return make_cast()
