"""When several people press the button at once on the same finding, does exactly one of them succeed?

Real connections, each in a thread of its own, released together. SQLite's databases of tests lie in memory and are
shared by one connection alone, so that this runs on PostgreSQL; on SQLite two commands race in test_race_of_commands.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from django.db import connection

from bluehelm.web.audit.models import Entry
from bluehelm.web.findings import actions
from bluehelm.web.findings.models import Change, Finding
from bluehelm.web.posts.marked import ChangedMeanwhileError
from tests.web.findings.conftest import DAY, MISSION, ROW, TEXTS

WRITERS = 6


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="needs several connections to one test database")
@pytest.mark.django_db(transaction=True)
def test_of_writers_at_once_exactly_one_succeeds_and_the_others_are_told(transactional_db, cast):
    planner = cast["unsym-planner"]
    finding = actions.raise_finding(texts=TEXTS, evidence=[ROW], label=MISSION, by=planner, on=DAY)
    together = Barrier(WRITERS)

    def edit(number: int) -> str:
        together.wait()
        try:
            texts = replace(TEXTS, title=f"As writer {number} has it")
            actions.edit_finding(number=finding.pk, expected_version=1, texts=texts, by=planner)
        except ChangedMeanwhileError:
            return "told"
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        outcomes = sorted(pool.map(edit, range(WRITERS)))
    assert outcomes == ["done"] + ["told"] * (WRITERS - 1)
    assert Finding.objects.get().row_version == 2
    assert Change.objects.count() == Entry.objects.filter(kind="finding").count() == 2
