"""How does an outlook read: in chances of 100, with its interval, its record and what it rests on?

Places stand in the order of their names or numbers, never of their danger: a list by danger would be read as a ranking
of places without its uncertainty.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bluehelm.language import called
from bluehelm.outlook.drawn import Drawn
from bluehelm.products.outlook_map import Shaded, cell_shape, outlook_layers, polygons_shape
from bluehelm.web.outlook.models import Done, OutlookRelease, OwnProbability, Told
from bluehelm.web.outlook.reads import (
    Case,
    Happened,
    Past,
    Thresholds,
    brief_of,
    cases_of,
    happened_to,
    own_pairs,
    thresholds_of,
)
from bluehelm.web.posts.acting import Actor
from bluehelm.workflows.borders import border_layer
from bluehelm.workflows.outlook_brief import (
    OutlookBrief,
    brief_json,
    inputs_json,
    moved_by_json,
    scores_json,
    threshold_of,
)
from bluehelm.workflows.outlook_history import outlook_rules
from bluehelm.workflows.outlook_kept import SHOWN, Outlook
from bluehelm.workflows.registry import area_definition, mission_registry

FIRST_SHOWN = 2  # the third month ahead is shown first: near enough to act on, far enough to plan
MOST_TABS = 8  # of places, before a list takes their place

STATES: Mapping[str, Promise] = {
    "draft": gettext_lazy("draft"),
    "released": gettext_lazy("released"),
    "withdrawn": gettext_lazy("withdrawn"),
    "final": gettext_lazy("final"),
}
STATE_TONES = {"draft": "draft", "released": "good", "withdrawn": "wrong", "final": "good"}
VERDICTS: Mapping[str, Promise] = {
    "hit": gettext_lazy("hit: warned, and it happened"),
    "miss": gettext_lazy("miss: it happened without a warning"),
    "false alarm": gettext_lazy("false alarm: warned, and it did not happen"),
    "quiet": gettext_lazy("neither warned of nor happened"),
    "acted": gettext_lazy("somebody acted: credited to nobody"),
    "open": gettext_lazy("not over yet"),
    "unknown": gettext_lazy("not known yet what happened"),
}
VERDICT_NAMES: Mapping[str, Promise] = {
    "hit": gettext_lazy("Hits"),
    "miss": gettext_lazy("Misses"),
    "false alarm": gettext_lazy("False alarms"),
    "quiet": gettext_lazy("Quiet"),
    "acted": gettext_lazy("Acted upon"),
    "open": gettext_lazy("Not over"),
    "unknown": gettext_lazy("Not known"),
}
TONES = {"hit": "good", "miss": "wrong", "false alarm": "care", "acted": "note"}
NOTABLE = ("hit", "miss", "false alarm", "acted")
INPUTS: Mapping[str, Promise] = {
    "deaths_3_months": gettext_lazy("Deaths in the last 3 months"),
    "deaths_12_months": gettext_lazy("Deaths in the last 12 months"),
    "deaths_60_months": gettext_lazy("Deaths in the last 60 months"),
    "months_with_deaths_3_months": gettext_lazy("Months with deaths, of the last 3"),
    "months_with_deaths_12_months": gettext_lazy("Months with deaths, of the last 12"),
    "months_with_deaths_60_months": gettext_lazy("Months with deaths, of the last 60"),
    "months_since_1_deaths": gettext_lazy("Months since the last death"),
    "months_since_25_deaths": gettext_lazy("Months since 25 or more deaths in a month"),
}
GROUPS_OF_INPUTS: Mapping[str, Promise] = {
    "level": gettext_lazy("How many died in the last months and years"),
    "spread": gettext_lazy("How much it varied, and its peaks"),
    "frequency": gettext_lazy("In how many months people died"),
    "since": gettext_lazy("How long ago people last died"),
    "turn": gettext_lazy("Whether it was rising or falling"),
    "everywhere": gettext_lazy("How many other places saw deaths"),
    "neighbours": gettext_lazy("What happened in neighbouring places"),
    "mix": gettext_lazy("What other kinds of violence there were"),
    "season": gettext_lazy("What the same months of past years saw"),
    "covariates": gettext_lazy("What the added columns say"),
    "ahead": gettext_lazy("How far ahead"),
}
LEAST_MOVE = 0.05
SOMETHING = 0.0001  # what is never drawn is still a little likely
MEASURES: Mapping[str, Promise] = {
    "crps": gettext_lazy("CRPS: distance of what was said from what came, in deaths"),
    "crps_log": gettext_lazy("CRPS on the log scale: the same, in proportion"),
    "ign": gettext_lazy("Ignorance: how surprising what came was, in bits"),
    "mis": gettext_lazy("Interval score at 90 %: width, and what fell outside"),
    "brier": gettext_lazy("Brier score of the usual threshold"),
    "cover90": gettext_lazy("Share of what came that lay in the 90 % interval"),
}
GROUPS: Mapping[str, Promise] = {
    "this mission": gettext_lazy("this mission"),
    "mission countries": gettext_lazy("countries of missions"),
    "all countries": gettext_lazy("all countries"),
}
UNIT_KINDS: Mapping[str, Promise] = {
    "country": gettext_lazy("country"),
    "area": gettext_lazy("drawn area"),
    "cell": gettext_lazy("grid cell"),
}


def chances(probability: float | None) -> str:
    """A probability as people say it; never rounded to certainty."""
    if probability is None:
        return _("not known")
    if 0 < probability < 0.01:
        return _("less than 1 in 100")
    if 0.99 < probability < 1:
        return _("more than 99 in 100")
    return _("%(chances)s in 100") % {"chances": round(probability * 100)}


def drawn_chances(probability: float) -> str:
    """A share of draws as people say it: that none or all of some hundred draws reached it makes nothing certain."""
    return chances(min(max(probability, SOMETHING), 1 - SOMETHING))


def change(now: float, before: float | None) -> str:
    """The change against the outlook made nearest to a quarter before, in chances of 100."""
    if before is None:
        return _("no earlier outlook")
    points = round(now * 100) - round(before * 100)
    return _("unchanged") if points == 0 else f"{points:+d}"


@dataclass(frozen=True, slots=True)
class Row:
    """What is said of one place and month."""

    unit: str
    name: str
    month: str
    url: str
    at_least: int
    is_chosen: bool
    probability: str
    changed: str
    median: int
    low: int
    high: int
    came_true: str
    is_naive: bool


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One measure of past outlooks made the same way."""

    group: str
    horizon: str
    measure: str
    value: str
    naive: str
    difference: str
    forecasts: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a release as the page shows them: one kind of violence, one month by place, one place by month."""

    brief: OutlookBrief
    targets: list[tuple[str, str, bool]]
    months: list[tuple[str, str, bool]]
    target: str
    target_title: str
    month: str
    unit: str
    unit_name: str
    by_place: list[Row]
    by_month: list[Row]
    naive: list[str]
    model: list[str]
    scores: list[ScoreRow]
    bands: list[tuple[str, str, str, int]]
    origins: tuple[str, str] | None
    inputs: list[tuple[str, str, str]]
    moved_by: list[str]
    before: str
    map_url: str
    counts: list[tuple[str, int]]
    notable: list["CaseRow"]
    happened: Happened | None
    interval: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of an outlook a page or map shows; what is not there is as by default."""

    target: str
    month: str
    unit: str

    @property
    def query(self) -> str:
        return f"?target={self.target}&month={self.month}&unit={self.unit}"


def asked_of(numbers: Outlook, given: Mapping[str, str]) -> Asked:
    targets = [one.target for one in outlook_rules().targets]
    usual = numbers.months[min(FIRST_SHOWN, len(numbers.months) - 1)]
    target, month, unit = (given.get(name, "") for name in ("target", "month", "unit"))
    return Asked(
        target if target in targets else targets[0],
        month if month in numbers.months else usual,
        unit if unit in numbers.units else next(iter(numbers.units)),
    )


def numbers_page(actor: Actor, release: OutlookRelease, numbers: Outlook, given: Mapping[str, str]) -> Numbers:
    """The numbers of a release for this reader."""
    brief, asked, thresholds = brief_of(release, numbers), asked_of(numbers, given), thresholds_of(actor, release)
    here = reverse("outlook:page", args=[release.pk])
    happened = happened_to(release.mission, release.unit_kind, numbers.units)
    cases = [case for case in cases_of(release, numbers, happened, thresholds) if case.target == asked.target]
    shown: dict[bool, list[str]] = {True: [], False: []}
    for run in _runs(numbers, asked.target):
        shown[run[2]].append(f"{run[0]} – {run[1]}")
    return Numbers(
        brief=brief,
        targets=[
            (called(one.title), here + Asked(one.target, asked.month, asked.unit).query, one.target == asked.target)
            for one in outlook_rules().targets
        ],
        months=[(one, here + Asked(asked.target, one, asked.unit).query, one == asked.month) for one in numbers.months],
        target=asked.target,
        target_title=outlook_rules().title_of(asked.target),
        month=asked.month,
        unit=asked.unit,
        unit_name=numbers.units[asked.unit],
        by_place=[_row(brief, thresholds, Asked(asked.target, asked.month, unit), here) for unit in numbers.units],
        by_month=[_row(brief, thresholds, Asked(asked.target, month, asked.unit), here) for month in numbers.months],
        naive=shown[True],
        model=shown[False],
        scores=list(_score_rows(numbers, asked.target)),
        bands=list(_bands(numbers, asked.target)),
        origins=_origins(numbers, asked.target),
        inputs=list(_inputs(numbers, asked)),
        moved_by=list(_moved_by(numbers, asked)),
        before=brief.before.facts["origin"] if brief.before else "",
        map_url=reverse("outlook:map-json", args=[release.pk]) + asked.query,
        counts=[
            (str(VERDICT_NAMES[verdict]), sum(case.verdict == verdict for case in cases)) for verdict in VERDICT_NAMES
        ],
        notable=[case_row(case) for case in cases if case.verdict in NOTABLE],
        happened=happened,
        interval=round(outlook_rules().interval * 100),
    )


def _runs(numbers: Outlook, target: str) -> Iterable[tuple[str, str, bool]]:
    """Months in a row that show the naive model, or another: the first, the last, and whether it is the naive one."""
    begun, last = "", ""
    is_naive: bool | None = None
    for month in numbers.months:
        naive = numbers.models[target, month][1]
        if is_naive is not None and naive != is_naive:
            yield begun, last, is_naive
            begun = month
        begun, last, is_naive = begun or month, month, naive
    if is_naive is not None:
        yield begun, last, is_naive


def _row(brief: OutlookBrief, thresholds: Thresholds, asked: Asked, here: str) -> Row:
    key = (asked.target, asked.unit, asked.month)
    drawn: Drawn = brief.outlook.drawn[key]
    deaths = threshold_of(thresholds, asked.target, asked.unit, brief.unit_kind)
    before = brief.before.drawn.get(key) if brief.before else None
    low, high = drawn.interval(outlook_rules().interval)
    probability = drawn.at_least(deaths)
    return Row(
        unit=asked.unit,
        name=brief.outlook.units[asked.unit],
        month=asked.month,
        url=f"{here}{asked.query}#months",
        at_least=deaths,
        is_chosen=bool({(asked.target, asked.unit), (asked.target, "")} & set(thresholds)),
        probability=drawn_chances(probability),
        changed=change(probability, before.at_least(deaths) if before else None),
        median=drawn.quantile(0.5),
        low=low,
        high=high,
        came_true=_came_true(brief.outlook, asked.target, probability),
        is_naive=brief.outlook.models[asked.target, asked.month][1],
    )


def _said(numbers: Outlook, target: str) -> list[dict[str, Any]]:
    """How often what was said came true on past origins, by bands of probability."""
    scores = scores_json(numbers)
    return [one for one in scores if one["target"] == target and one["measure"].startswith("said ")]


def _band(row: Mapping[str, Any]) -> tuple[float, float]:
    _word, low, _to, high = row["measure"].split()
    return float(low), float(high)


def _came_true(numbers: Outlook, target: str, probability: float) -> str:
    """What became of past statements about as strong as this one: the uncertainty of a probability."""
    for row in _said(numbers, target):
        low, high = _band(row)
        if low <= probability < high or probability == high == 1:
            return _interval(row)
    return _("never said on past origins")


def _interval(row: Mapping[str, Any]) -> str:
    said = {"low": round(row["low"] * 100), "high": round(row["high"] * 100), "share": round(row["value"] * 100)}
    return _("%(share)s (%(low)s to %(high)s) of 100 came true") % said


def _bands(numbers: Outlook, target: str) -> Iterable[tuple[str, str, str, int]]:
    for row in _said(numbers, target):
        low, high = _band(row)
        said = _("%(low)s to %(high)s in 100") % {"low": round(low * 100), "high": round(high * 100)}
        share = _("%(share)s of 100") % {"share": round(row["value"] * 100)}
        yield said, share, f"{round(row['low'] * 100)} – {round(row['high'] * 100)}", row["forecasts"]


def _score_rows(numbers: Outlook, target: str) -> Iterable[ScoreRow]:
    """The measures of each group and horizon in their order, the one that decides first."""
    order = {name: place for place, name in enumerate(MEASURES)}
    judged = [row for row in scores_json(numbers) if row["target"] == target and row["model"] != SHOWN]
    groups = {one: place for place, one in enumerate(dict.fromkeys((row["group"], row["horizon"]) for row in judged))}
    for row in sorted(judged, key=lambda row: (groups[row["group"], row["horizon"]], order[row["measure"]])):
        yield ScoreRow(
            group=str(GROUPS.get(row["group"], row["group"])),
            horizon=row["horizon"],
            measure=str(MEASURES[row["measure"]]),
            value=_number(row["value"]),
            naive=_number(row["naive"]),
            difference=_difference(row),
            forecasts=row["forecasts"],
        )


def _difference(row: Mapping[str, Any]) -> str:
    if row["difference"] is None:
        return _("the naive model alone")
    if row["low"] is None:
        return _("%(difference)s; one place gives no interval") % {"difference": _number(row["difference"])}
    said = {name: _number(row[name]) for name in ("difference", "low", "high")}
    return _("%(difference)s (%(low)s to %(high)s)") % said


def _number(value: float | None) -> str:
    return _("not known") if value is None else f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _origins(numbers: Outlook, target: str) -> tuple[str, str] | None:
    rows = [row for row in scores_json(numbers) if row["target"] == target]
    return (rows[0]["first_origin"], rows[0]["last_origin"]) if rows else None


def _inputs(numbers: Outlook, asked: Asked) -> Iterable[tuple[str, str, str]]:
    """The inputs that moved since a quarter before, in words: what the model was given, never why things happen."""
    moved = {one["input"]: one for one in inputs_json(numbers, asked.target, asked.unit) if one["moved"]}
    for name, words in INPUTS.items():
        if name in moved:
            yield str(words), _whole(moved[name]["value"]), _whole(moved[name]["a_quarter_before"])


def _moved_by(numbers: Outlook, asked: Asked) -> Iterable[str]:
    """The groups of inputs that moved the model, in words; what moved it by less than a twentieth is left out."""
    for one in moved_by_json(numbers, asked.target, asked.unit):
        times = exp(one["contribution"])
        said = {"meaning": GROUPS_OF_INPUTS.get(one["inputs"], one["meaning"]), "percent": round(abs(times - 1) * 100)}
        if times >= 1 + LEAST_MOVE:
            yield _("%(meaning)s: raised what it expects by %(percent)s %%") % said
        elif times <= 1 - LEAST_MOVE:
            yield _("%(meaning)s: lowered what it expects by %(percent)s %%") % said


def _whole(value: float | None) -> str:
    return _("not known") if value is None else f"{value:,.0f}"


# What followed


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One thing that was said, and what followed."""

    release: OutlookRelease
    target: str
    name: str
    month: str
    at_least: int
    said: str
    observed: str
    verdict: str
    tone: str


def case_row(case: Case) -> CaseRow:
    came = case.said.observed
    return CaseRow(
        release=case.release,
        target=outlook_rules().title_of(case.target),
        name=case.unit_name,
        month=case.month,
        at_least=case.said.deaths,
        said=drawn_chances(case.said.probability),
        observed=_("not known") if came is None else ngettext("%(n)s death", "%(n)s deaths", came) % {"n": f"{came:,}"},
        verdict=str(VERDICTS[case.verdict]),
        tone=TONES.get(case.verdict, ""),
    )


def own_rows(actor: Actor, release: OutlookRelease, numbers: Outlook | None) -> list[dict[str, Any]]:
    """People's own probabilities beside the model's, each with what happened."""
    happened = happened_to(release.mission, release.unit_kind, numbers.units) if numbers else None
    return [
        {
            "own": own,
            "name": numbers.units[own.unit] if numbers else own.unit,
            "target": outlook_rules().title_of(own.target),
            "said": chances(own.percent / 100),
            "model": drawn_chances(said.probability),
            "happened": _happened(said.happened, is_over=said.is_over, acted=said.acted),
        }
        for own, said in own_pairs(actor, release, numbers, happened)
    ]


def _happened(happened: bool | None, *, is_over: bool, acted: bool) -> str:
    if not is_over:
        return _("not over yet")
    if happened is None:
        return _("not known yet")
    said = _("it happened") if happened else _("it did not happen")
    return _("%(said)s; somebody acted, not scored") % {"said": said} if acted else said


# Maps


def map_layers(actor: Actor, release: OutlookRelease, numbers: Outlook, given: Mapping[str, str]) -> dict[str, Any]:
    """The layers of a release's map: every place shaded by its probability, with the words of its row."""
    asked, thresholds = asked_of(numbers, given), thresholds_of(actor, release)
    brief = brief_of(release, numbers)
    shapes = _shapes(release)
    places = []
    for unit in numbers.units:
        row = _row(brief, thresholds, Asked(asked.target, asked.month, unit), "")
        geometry = cell_shape(int(unit)) if release.unit_kind == "cell" else shapes.get(unit)
        if geometry:
            probability = numbers.drawn[asked.target, unit, asked.month].at_least(row.at_least)
            places.append(Shaded(unit, row.name, geometry, probability, _says(row)))
    return outlook_layers(places) | {"target": asked.target, "month": asked.month}


def _says(row: Row) -> tuple[str, ...]:
    least = _("%(deaths)s or more deaths in %(month)s: %(said)s")
    deaths = _("Deaths: %(low)s to %(high)s, as often more as less than %(median)s")
    return (
        least % {"deaths": row.at_least, "month": row.month, "said": row.probability},
        deaths % {"low": row.low, "high": row.high, "median": row.median},
        _("Said before: %(came)s") % {"came": row.came_true},
    )


def _shapes(release: OutlookRelease) -> dict[str, dict[str, Any]]:
    """The outlines of a mission's countries or drawn areas."""
    home = Path(settings.BLUEHELM_HOME)
    entry = mission_registry(home).get(release.mission)
    if release.unit_kind == "area":
        drawn = area_definition(home, entry) if entry else None
        return {area.name: polygons_shape(area.polygons) for area in drawn.areas} if drawn else {}
    features = border_layer(home, "countries")["features"]
    return {one["properties"]["iso3"]: one["geometry"] for one in features if one["properties"].get("iso3")}


# JSON


def release_row(release: OutlookRelease) -> dict[str, Any]:
    """A release as a row of a list."""
    return {
        "number": release.pk,
        "mission": release.mission,
        "unit_kind": release.unit_kind,
        "origin": release.origin,
        "title": release.title,
        "state": release.state,
        "released": _iso(release.released_on),
        "released_post": release.released_post.code if release.released_post else None,
        "withdrawn": _iso(release.withdrawn_on),
        "marking": release.label.marking.code,
        "releasable_to": sorted(release.releasable_to.names),
        "row_version": release.row_version,
        "outlook_version": release.version,
    }


def release_json(actor: Actor, release: OutlookRelease, numbers: Outlook | None) -> dict[str, Any]:
    """A release with its numbers, who was told, what was done and what followed; accounts only where they are shown."""
    sees_names = actor.sees("outlook", "by")
    thresholds = thresholds_of(actor, release)
    happened = happened_to(release.mission, release.unit_kind, numbers.units) if numbers else None
    cases = cases_of(release, numbers, happened, thresholds) if numbers else []
    versions = [_ref(one) for one in (happened.versions if happened else ())]
    outlook = brief_json(brief_of(release, numbers), thresholds) if numbers else None
    return release_row(release) | {
        "assessment": release.assessment,
        "released_by": (release.released_by or None) if sees_names else None,
        "withdrawn_why": release.withdrawn_why or None,
        "outlook": outlook,
        "told": [_told_json(one, sees_names) for one in release.told.all()],
        "done": [_done_json(one, actor) for one in release.done.all()],
        "own_probabilities": [
            _own_json(own, said.probability, said.happened if said.is_over else None, said.acted, sees_names)
            for own, said in own_pairs(actor, release, numbers, happened)
        ],
        "followed": [case_json(case) for case in cases],
        "versions": [*versions, *(outlook["versions"] if outlook else [])],
    }


def _ref(version: Any) -> dict[str, Any]:
    facts = {"table": version.table, "version": version.version, "sha256": version.sha256}
    return facts | {"retrieved": version.retrieved.isoformat()}


def _told_json(told: Told, sees_names: bool) -> dict[str, Any]:
    return {
        "post": told.post.code,
        "how": told.how,
        "on": told.on.isoformat(),
        "by_post": told.by_post.code,
        "by": told.by if sees_names else None,
        "acknowledged": _iso(told.acknowledged_on),
        "acknowledged_by": (told.acknowledged_by or None) if sees_names else None,
        "answer": told.answer or None,
    }


def _done_json(done: Done, actor: Actor) -> dict[str, Any]:
    return {
        "unit": done.unit or None,
        "first_month": done.first_month,
        "last_month": done.last_month,
        "text": done.text,
        "finding": finding_of(done, actor),
        "on": done.on.isoformat(),
        "post": done.by_post.code,
    }


def finding_of(done: Done, actor: Actor) -> int | None:
    """The finding that a deed hangs on, where the reader may read it; None of one that may not be known."""
    return done.finding.pk if done.finding and actor.may_read("finding", done.finding.label) else None


def _own_json(
    own: OwnProbability, model: float, happened: bool | None, acted: bool, sees_names: bool
) -> dict[str, Any]:
    return {
        "post": own.by_post.code,
        "by": own.by if sees_names else None,
        "unit": own.unit,
        "target": own.target,
        "month": own.month,
        "at_least": own.deaths,
        "probability": own.percent / 100,
        "model": model,
        "happened": happened,
        "acted": acted,
        "why": own.why,
        "on": own.on.isoformat(),
    }


def case_json(case: Case) -> dict[str, Any]:
    return {
        "release": case.release.pk,
        "target": case.target,
        "unit": case.unit,
        "month": case.month,
        "at_least": case.said.deaths,
        "probability": case.said.probability,
        "observed": case.said.observed,
        "verdict": case.verdict,
    }


def past_json(past: Past) -> dict[str, Any]:
    """Past outlooks against what happened."""
    return {
        "releases": [release_row(release) for release in past.releases],
        "numbers_not_shown": [release.pk for release in past.hidden],
        "counts": past.counts,
        "cases": [case_json(case) for case in past.cases],
        "own_probabilities": {
            "cases": past.own.cases,
            "brier": past.own.own,
            "brier_of_the_model": past.own.model,
            "by_post": {
                code: {"cases": one.cases, "brier": one.own, "brier_of_the_model": one.model}
                for code, one in past.own_by_post.items()
            },
        },
        "warned_from": outlook_rules().warned_from,
        "versions": [_ref(one) for one in (past.happened.versions if past.happened else ())],
    }


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None
