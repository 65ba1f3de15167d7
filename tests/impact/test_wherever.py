"""Is an estimate the same, to the byte, in this process, on all cores and on a cluster that loses a worker?"""

import json

import numpy as np
import pytest

from bluehelm.impact.presence_effect import moved
from bluehelm.workflows import estimate_impact, presence_impact
from bluehelm.workflows.presence_impact import Drawn, Look, all_looked
from tests.impact.made_panels import outcomes, rows_of, words, write
from tests.impact.made_presence import RULES, mission
from tests.workflows.clusters import cluster_of_two

pytest.importorskip("distributed")
pytestmark = pytest.mark.long


def losing(worker, real):
    """`spread` whose worker is killed when the first answers have come."""

    def spread(*asked, **shared):
        for number, found in enumerate(real(*asked, **shared)):
            if number == 2:
                worker.kill()
                worker.wait()
            yield found

    return spread


def test_placebos_of_a_panel(tmp_path, ask, monkeypatch):
    panel = write(tmp_path / "panel.csv", rows_of(outcomes(effect=-40)))
    asked = words(panel, "augmented")
    told = [ask(*asked), ask(*asked, "--cluster", "local")]
    with cluster_of_two(tmp_path) as (address, workers):
        monkeypatch.setattr(estimate_impact, "spread", losing(workers[0], estimate_impact.spread))
        told.append(ask(*asked, "--cluster", address))
        assert workers[0].poll() is not None
    assert {code for code, _ in told} == {0}
    assert len({json.dumps(answer) for _, answer in told}) == 1


def test_looks_at_moved_bases(tmp_path, monkeypatch):
    made = moved([mission(seed, rate=0.5) for seed in (1, 2)], RULES, draws=199, seed=0)
    drawn = Drawn(RULES, {"latest": made, "earliest": made})
    none = tuple(np.zeros_like(of.presence.panel.events) for of in made)
    looks = [Look(name, ring) for ring in (0, 1) for name in ("modelled-path", "did-m", "per-base")]
    looks += [Look("modelled-path", 0, "earliest"), Look("per-base", 0, by_troops=True), Look("did-l", 0, events=none)]

    def told(cluster=None):
        return repr(all_looked(drawn, looks, cluster, lambda step, done, total: None))

    here, cores = told(), told("local")
    with cluster_of_two(tmp_path) as (address, workers):
        monkeypatch.setattr(presence_impact, "spread", losing(workers[0], presence_impact.spread))
        remote = told(address)
        assert workers[0].poll() is not None
    assert here == cores == remote


def test_a_cluster_that_is_not_there_is_refused(tmp_path, ask):
    panel = write(tmp_path / "panel.csv", rows_of(outcomes()))
    code, answer = ask(*words(panel, "did"), "--cluster", "nowhere")
    assert code == 2 and answer["error"]["code"] == "no_cluster" and answer["error"]["next"]
