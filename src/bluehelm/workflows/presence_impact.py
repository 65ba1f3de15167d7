"""Did presence change violence around it: where bases opened, grew and left, by ring, with all that speaks against it?

The smallest effect that would be found comes before any estimate, and no verdict is given below it. Every inference is
read off bases moved to other places (`impact.chance`). Missions that are named together are pooled.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bluehelm.definitions.presence_effects import PresenceRules, packaged_presence_rules
from bluehelm.impact.areas import Area, areas_of
from bluehelm.impact.chance import Judged
from bluehelm.impact.exposure import Dating, Numbers, bases_when
from bluehelm.impact.presence_effect import (
    ESTIMATORS,
    FIRST,
    Moved,
    earlier_outcome,
    events_joined,
    judge,
    levels_of,
    moved,
    path_of,
    places_joined,
    with_outcome,
)
from bluehelm.impact.sensitivity import Bound, honest_bounds, judged_path, lead_test
from bluehelm.language import DEFINED, Sentence, _, gettext_noop
from bluehelm.store import Version
from bluehelm.workflows.presence_diagnostics import diagnostics_of
from bluehelm.workflows.presence_panels import Mapped, PresenceError, mapped, presence_of
from bluehelm.workflows.spread import spread

BEFORE = gettext_noop("before anybody came")
# Found on pooled designs where bases do nothing (docs/methods/simulations.md).
POOLED = gettext_noop(
    "Several missions together: where bases did nothing, paths before the opening and the earlier outcome stood out in "
    "7 of 100 made-up designs, single half-years in 6, bounds of parallel trends in 8, where 5 were meant. Read them "
    "as slightly too sure; they give no verdict and can only take one away."
)
TIMES = (0.0, 0.5, 1.0, 2.0)
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Effect:
    """One ring by one estimator; `judged` is None where nothing could be compared, and `why` says so."""

    ring: int
    estimator: str
    judged: Judged | None
    places: int
    events: int
    verdict: str | None
    why: Sentence | None


@dataclass(frozen=True, slots=True)
class Check:
    """What one look at the estimate's weak places gave; `judged` None where it could not be taken."""

    name: str
    ring: int
    judged: Judged | None
    says: Sentence


@dataclass(frozen=True, slots=True)
class PresenceImpact:
    """The answer for one mission or several pooled."""

    missions: tuple[str, ...]
    outcome: str
    edges: tuple[float, ...]
    as_of: date
    first_month: str
    last_month: str
    rules: PresenceRules
    effects: tuple[Effect, ...]
    path: dict[int, dict[int, Judged]]
    lead_p: dict[int, float | None]
    checks: tuple[Check, ...]
    bounds: dict[int, tuple[Bound, ...]]
    diagnostics: tuple[dict[str, Any], ...]
    areas: tuple[Area, ...]
    exposure: tuple[dict[str, Any], ...]
    versions: tuple[Version, ...]
    notes: tuple[Sentence, ...]
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Look:
    """One question to the draws: an estimator in a ring, with bases dated one way.

    `events` is another outcome than the one asked for, of each mission; `by_troops` counts troops, in thousands.
    """

    estimator: str
    ring: int
    dating: Dating = "latest"
    events: tuple[Numbers, ...] | None = None
    by_troops: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """The missions with their draws, by how bases are dated, and the rules: what every look needs."""

    rules: PresenceRules
    missions: Mapping[Dating, Sequence[Moved]]


def looked(drawn: Drawn, look: Look) -> Judged | None:
    """The answer to a look; None where there is nothing to compare."""
    missions = drawn.missions[look.dating]
    if look.events is not None:
        pairs = zip(missions, look.events, strict=True)
        missions = [with_outcome(of, events, drawn.rules) for of, events in pairs]
    if look.by_troops:
        missions = [replace(of, numbers=bases_when(of.presence, of.sited, _thousands(of))) for of in missions]
    return judge(look.estimator, missions, look.ring, drawn.rules)


def presence_impact(
    home: Path,
    missions: Sequence[str],
    *,
    outcome: str,
    rings: Sequence[float] | None = None,
    as_of: date,
    known_on: date | None = None,
    force: bool = False,
    draws: int | None = None,
    seed: int = 0,
    cluster: str | None = None,
    tell: Progress = lambda step, done, total: None,
) -> PresenceImpact:
    """The effect of presence on an outcome; raises UnknownMissionError, PresenceError and ClusterError.

    `cluster` says where it is computed, as in `spread`, and changes no figure.
    """
    rules = packaged_presence_rules()
    edges = tuple(float(edge) for edge in (rings or rules.rings_km))
    sources = _sources(home, missions, outcome, rules, as_of=as_of, known_on=known_on, force=force)
    drawn = _drawn(sources, rules, edges, rules.outcomes[outcome], draws or rules.draws, seed)
    latest = drawn.missions["latest"]
    looks = [Look(name, ring) for ring in range(len(edges)) for name in ESTIMATORS]
    asked = _checks(sources, rules, edges, rules.outcomes[outcome])
    judged = all_looked(drawn, [*looks, *(look for _more, look, _rest in asked)], cluster, tell)
    checks = tuple(_checked(asked, judged[len(looks) :]))
    path = path_of(latest, rules.period_months)
    leads = {ring: lead_test(path, ring) for ring in range(len(edges))}
    parted = _parted(leads, checks, rules.level)
    effects = [_effect(look, one, latest, parted, rules) for look, one in zip(looks, judged, strict=False)]
    last = rules.after_months // rules.period_months - 1
    return PresenceImpact(
        missions=tuple(source.known.entry.mission for source in sources),
        outcome=outcome,
        edges=edges,
        as_of=as_of,
        first_month=min(source.months[0] for source in sources),
        last_month=max(source.months[-1] for source in sources),
        rules=rules,
        effects=tuple(effects),
        path={ring: judged_path(path, ring, levels_of("period", rules)) for ring in range(len(edges))},
        lead_p=leads,
        checks=checks,
        bounds={0: tuple(honest_bounds(path, 0, TIMES, rules.level, last))},
        diagnostics=tuple(diagnostics_of(latest, rules)),
        areas=tuple(area for of in latest for area in areas_of(of, rules)),
        exposure=tuple(_exposure(latest)),
        versions=tuple(dict.fromkeys(version for source in sources for version in source.versions)),
        notes=tuple(_notes(sources, effects, rules)),
        synthetic=sources[0].known.entry.synthetic,
    )


def _sources(home: Path, missions: Sequence[str], outcome: str, rules: PresenceRules, **known: Any) -> list[Mapped]:
    """What is known of each mission; PresenceError where an outcome is unknown or made-up missions meet real ones."""
    if outcome not in rules.outcomes:
        what = _(
            "There is no outcome {outcome!r}; there is: {outcomes}.",
            outcome=outcome,
            outcomes=", ".join(rules.outcomes),
        )
        raise PresenceError("no_such_outcome", what, "--outcome", _("Choose one of them."))
    sources = [mapped(home, name, rules, **known) for name in missions]
    if len({source.known.entry.synthetic for source in sources}) > 1:
        what = _("Made-up missions are not pooled with real ones.")
        raise PresenceError("mixed", what, ",".join(missions), _("Name only real missions, or only made-up ones."))
    return sources


def _drawn(
    sources: Sequence[Mapped],
    rules: PresenceRules,
    edges: Sequence[float],
    kinds: Sequence[str],
    draws: int,
    seed: int,
) -> Drawn:
    def dated(dating: Dating) -> list[Moved]:
        found = [presence_of(source, rules, edges, kinds, dating) for source in sources]
        return moved(found, rules, draws=draws, seed=seed)

    return Drawn(rules, {"latest": dated("latest"), "earliest": dated("earliest")})


def all_looked(drawn: Drawn, looks: Sequence[Look], cluster: str | None, tell: Progress) -> list[Judged | None]:
    """The answers in the order of the looks, wherever they were computed."""
    found: dict[int, Judged | None] = {}
    for place, one in spread(looked, looks, cluster, shared=drawn):
        found[place] = one
        tell(looks[place].estimator, len(found), len(looks))
    return [found[place] for place in range(len(looks))]


def _parted(leads: Mapping[int, float | None], checks: Sequence[Check], level: float) -> set[int]:
    """Rings whose places went another way before anybody came: by the leads, or by the earlier outcome."""
    found = {ring for ring, p in leads.items() if p is not None and p <= level}
    return found | {one.ring for one in checks if one.name == BEFORE and one.judged and one.judged.p <= level}


def _effect(
    look: Look, one: Judged | None, missions: Sequence[Moved], parted: Set[int], rules: PresenceRules
) -> Effect:
    places, events = places_joined(missions, look.ring), events_joined(missions, look.ring)
    verdict, why = _verdict(look.estimator, one, places, rules)
    if verdict and look.ring in parted:
        verdict, why = (
            None,
            Sentence("exposed places went another way before anybody came: what came after may be more of that"),
        )
    return Effect(look.ring, look.estimator, one, places, events, verdict, why)


def _verdict(name: str, one: Judged | None, places: int, rules: PresenceRules) -> tuple[str | None, Sentence | None]:
    """`fewer`, `more`, or None and why not."""
    if one is None:
        return None, Sentence(
            "no place came into this ring while others stayed out of every ring: there is nothing to compare"
        )
    if name not in rules.with_verdict:
        return None, Sentence(
            "a verdict rests on {with_verdict} only; this stands beside them",
            {"with_verdict": ", ".join(rules.with_verdict)},
        )
    if places < rules.fewest_places and name != "per-base":
        return None, Sentence(
            "only {places} places came into this ring; a verdict needs {fewest_places}",
            {"places": places, "fewest_places": rules.fewest_places},
        )
    if one.detectable is None:
        return None, Sentence("not even an end of all violence would have been found")
    if one.p > rules.level:
        return None, Sentence("moved bases show as much")
    if one.effect is None or abs(one.effect) < one.detectable:
        return None, Sentence("smaller than the smallest effect that would be found: it may be chance made large")
    return ("fewer" if one.effect < 0 else "more"), None


def _checks(
    sources: Sequence[Mapped], rules: PresenceRules, edges: Sequence[float], kinds: Sequence[str]
) -> list[tuple[str, Look, Sentence]]:
    """Other dates, other counts, other outcomes, each by the first estimator in the first ring, and what each says."""
    kind = pl.col("type").is_in(list(kinds))
    large, months = rules.large_event_deaths, rules.after_months

    def counted(chosen: pl.Expr = kind, value: pl.Expr | None = None) -> Look:
        return Look(FIRST, 0, events=tuple(one.counts(chosen, value) for one in sources))

    before = tuple(earlier_outcome(one.counts(kind), months) for one in sources)
    return [
        (gettext_noop("deaths, low"), counted(value=pl.col("low")), Sentence("deaths by their low estimate")),
        (gettext_noop("deaths, high"), counted(value=pl.col("high")), Sentence("deaths by their high estimate")),
        (
            gettext_noop("large events"),
            counted(kind & (pl.col("best") >= large)),
            Sentence("only events of {large} deaths or more, which are reported whoever is near", {"large": large}),
        ),
        (
            gettext_noop("placed precisely"),
            counted(kind & (pl.col("place_precision") <= 2)),
            Sentence("only events placed within 25 km"),
        ),
        (
            gettext_noop("second source"),
            counted(kind & (pl.col("sources") >= 2)),
            Sentence("only events of two sources or more"),
        ),
        (
            BEFORE,
            Look(FIRST, 0, events=before),
            Sentence(
                "events of {months} months earlier, which presence cannot have changed: an effect here is bias",
                {"months": months},
            ),
        ),
        *(
            (
                gettext_noop("earliest dates"),
                Look(FIRST, ring, "earliest"),
                Sentence("bases dated as early as maps allow instead of as late"),
            )
            for ring in range(len(edges))
        ),
        (
            gettext_noop("strength"),
            Look("per-base", 0, by_troops=True),
            Sentence("for every thousand troops instead of every base"),
        ),
    ]


def _checked(checks: Sequence[tuple[str, Look, Sentence]], judged: Sequence[Judged | None]) -> Iterator[Check]:
    for (name, look, says), one in zip(checks, judged, strict=True):
        yield Check(name, look.ring, one, says)


def _thousands(of: Moved) -> Numbers:
    """Troops in thousands; an unknown strength counts as the median of the known ones."""
    known = of.presence.bases.troops
    middle = float(np.nanmedian(known)) if np.isfinite(known).any() else 0.0
    return np.nan_to_num(known, nan=middle) / 1000


def _exposure(missions: Sequence[Moved]) -> list[dict[str, Any]]:
    """Every cell with the ring of its first exposure, for the map; null where none came near."""
    found = []
    for of in missions:
        panel, none = of.presence.panel, of.presence.none
        for cell, gid in enumerate(panel.gids.tolist()):
            month = int(of.entry.month[0, cell])
            ring = int(of.entry.ring[0, cell])
            found.append(
                {
                    "mission": of.presence.mission,
                    "gid": gid,
                    "latitude": float(panel.latitude[cell]),
                    "longitude": float(panel.longitude[cell]),
                    "ring": None if ring == none else ring,
                    "from": panel.months[month] if month < len(panel.months) else None,
                }
            )
    return found


def _notes(sources: Sequence[Mapped], effects: Sequence[Effect], rules: PresenceRules) -> list[Sentence]:
    judged = sum(one.judged is not None for one in effects)
    notes = [
        Sentence("Every effect is a difference from a modelled path; not lives saved."),
        Sentence(
            "Presence raises reporting: with more reports an effect looks smaller than it is, or looks like harm."
        ),
        Sentence(
            "Maps are snapshots. Bases are dated by the first map that shows them; `earliest "
            "dates` takes the other end."
        ),
        Sentence(
            "{judged} effects are tested: where presence does nothing, about {judged_2:.1f} of "
            "them have p of {level:g} or less by chance.",
            {"judged": judged, "judged_2": judged * rules.level, "level": rules.level},
        ),
        Sentence(
            "{first} is the estimate to read first; it was chosen before any mission was looked at.", {"first": FIRST}
        ),
    ]
    notes += [
        Sentence("{name} has no interval: {why}.", {"name": name, "why": Sentence(why, context=DEFINED)})
        for name, why in rules.without_interval.items()
    ]
    notes.append(Sentence("Intervals are of {interval:.0%}.", {"interval": rules.interval}))
    if len(sources) > 1:
        notes.append(Sentence(POOLED))
    if rules.status == "draft":
        notes.append(Sentence("Rings, windows and levels are a draft that nobody outside the team has reviewed."))
    if not any(one.judged for one in effects if one.estimator == FIRST):
        notes.append(
            Sentence(
                "Every place came near a base at once, or none stayed out of all rings: smaller "
                "rings (--rings 50) leave donors."
            )
        )
    for source in sources:
        notes += source.notes
    return notes
