"""Does work give the same answer here, on all cores and on other machines, one of which dies in the middle?"""

import time

import pytest

from bluehelm.workflows import spread as spreading
from bluehelm.workflows.spread import ClusterError, spread
from tests.workflows.clusters import cluster_of_two

ITEMS = list(range(12))


def times(factor: int, item: int) -> int:
    return factor * item


def slow_times(factor: int, item: int) -> int:
    time.sleep(0.3)
    return factor * item


def fails(factor: int, item: int) -> int:
    raise ValueError(f"item {item} cannot be")


def test_without_a_cluster_items_are_done_in_order():
    assert list(spread(times, ITEMS, shared=3)) == [(item, 3 * item) for item in ITEMS]


@pytest.mark.parametrize("address", ["", "remote", "tcp://nowhere", "http://127.0.0.1:80"])
def test_what_is_no_address_is_refused(address):
    pytest.importorskip("distributed")
    with pytest.raises(ClusterError, match="no address"):
        list(spread(times, ITEMS, address, shared=3))


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(spreading, "PATIENCE", "1s")
    with pytest.raises(ClusterError, match="No scheduler answers"):
        list(spread(times, ITEMS, "tcp://127.0.0.1:9", shared=3))


@pytest.mark.long
def test_work_is_finished_when_a_worker_is_killed_in_the_middle(tmp_path):
    pytest.importorskip("distributed")
    found = {}
    with cluster_of_two(tmp_path) as (address, workers):
        for place, answer in spread(slow_times, ITEMS, address, shared=3):
            found[place] = answer
            if len(found) == 2:
                workers[0].kill()
                workers[0].wait()
        with pytest.raises(ValueError, match="cannot be"):
            list(spread(fails, ITEMS, address, shared=3))
    assert found == dict(spread(times, ITEMS, shared=3))
