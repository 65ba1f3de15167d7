"""What does a whole estimate of presence say, made in no time: every check, reason and note, with invented figures?"""

from dataclasses import replace
from datetime import date

from bluehelm.definitions.presence_effects import packaged_presence_rules
from bluehelm.impact.areas import Area, Step
from bluehelm.impact.chance import Judged
from bluehelm.impact.presence_effect import ESTIMATORS
from bluehelm.impact.sensitivity import Bound
from bluehelm.workflows.presence_impact import TIMES, Check, Effect, PresenceImpact, _checks, _notes, _verdict

EDGES = (50.0, 100.0)
# The words of definitions are the catalogue's own affair.
RULES = packaged_presence_rules().model_copy(update={"without_interval": {}, "refused_methods": ()})
FOUND = Judged(effect=-0.4, low=-0.7, high=None, p=0.03, detectable=0.3, draws=199, raw=-0.5)
LOOKS = (
    ("modelled-path", None, 0),
    ("poisson", FOUND, 12),
    ("any-event", FOUND, 2),
    ("any-event", replace(FOUND, detectable=None), 12),
    ("panel-matching", replace(FOUND, p=0.4), 12),
    ("panel-matching", replace(FOUND, effect=-0.1), 12),
    ("modelled-path", FOUND, 12),
    ("any-event", replace(FOUND, effect=0.6), 12),
    *((name, FOUND, 12) for name in ESTIMATORS),
)


def estimate() -> PresenceImpact:
    """Of UNMISS, with every reason for which a verdict is withheld."""
    effects = [Effect(0, name, one, at, 40, *_verdict(name, one, at, RULES)) for name, one, at in LOOKS]
    steps = (Step("2011-07", 9.0, 9.0), Step("2012-01", 4.0, 9.5))
    counts = {"cells": 200, "months": 119, "events": 3581, "sites": 19, "stays": 22, "openings_compared": 8}
    counts |= {"places_compared": [18, 46], "fewest_donors": 38, "cells_near_others": 0}
    place = {"latitude": 6.25, "longitude": 31.25}
    return PresenceImpact(
        missions=("UNMISS",),
        outcome="any",
        edges=EDGES,
        as_of=date(2017, 1, 1),
        first_month="2010-01",
        last_month="2016-12",
        rules=RULES,
        effects=tuple(effects),
        path={0: dict.fromkeys((-3, -2, 0, 1), FOUND), 1: {}},
        lead_p={0: 0.4, 1: None},
        checks=tuple(Check(name, look.ring, FOUND, says) for name, look, says in _checks([], RULES, EDGES, ["any"])),
        bounds={0: tuple(Bound(times, -1.0, 1.0) for times in TIMES)},
        diagnostics=(
            {"mission": "UNMISS", **counts},
            {"name": "conley-error", "of": "did-l", "ring": 0, "raw": -0.7303, "error": 0.2617},
            {"name": "pyfixest", "of": "poisson", "ring": 0, "raw": -0.3769, "error": 0.3647},
        ),
        areas=(Area("UNMISS", "Bor", 6.2, 31.5, "2012-01", 3, steps, -5.5, -9.0, 1.0, 0.2),),
        exposure=({"mission": "UNMISS", "gid": 1, **place, "ring": 0, "from": "2012-01"},),
        versions=(),
        notes=tuple(_notes([], effects, RULES)),
        synthetic=False,
    )
