"""How is an estimate of presence kept as a version of a table, in English whoever keeps it?

Of every sentence with values in it the pattern and the values are kept too, so that each reader is told in his or her
own language.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from bluehelm.disclosure.marking import combined
from bluehelm.language import ENGLISH, Sentence, in_words, speaking
from bluehelm.sources.intake import NOTED_ROWS
from bluehelm.store import Store, Submission, Version
from bluehelm.tables.presence_effects import PRESENCE_EFFECTS
from bluehelm.tables.provenance import Coverage, SourceNote
from bluehelm.workflows.clock import today
from bluehelm.workflows.presence_answer import answer_of
from bluehelm.workflows.presence_impact import PresenceImpact
from bluehelm.workflows.readers import label_of, version_label

NOTE = SourceNote(
    provider="bluehelm-presence",
    title="Effects of presence estimated by this installation",
    licence="that of the versions it was computed from",
    citation="bluehelm, from the versions named as parents",
    url="",
)
Row = dict[str, Any]


def keep_presence(store: Store, found: PresenceImpact) -> Version:
    """Make an estimate a version of `presence_effects`; it may be shown to those who may see all it was made of."""
    answer = answer_of(found)
    rows = rows_of(answer)
    PRESENCE_EFFECTS.check(rows)
    nothing = pl.DataFrame(schema=NOTED_ROWS)
    with store.scratch() as scratch:
        raw, rows_file = scratch / "answer.json", scratch / "rows.parquet"
        with speaking(ENGLISH):
            raw.write_text(json.dumps(in_words(answer), ensure_ascii=False, sort_keys=True), encoding="utf-8")
        rows.write_parquet(rows_file)
        return store.publish(
            Submission(
                table=PRESENCE_EFFECTS.name,
                source=NOTE,
                rows_file=rows_file,
                rows=rows.height,
                file_name=f"presence {' '.join(found.missions)} {found.outcome}.json",
                sha256=hashlib.sha256(raw.read_bytes()).hexdigest(),
                retrieved=today(),
                set_aside=nothing,
                flagged=nothing,
                reasons=(),
                flags=(),
                notes=(),
                coverage=Coverage(found.first_month, found.last_month, None),
                raw=raw,
                parents=tuple((one.table, one.version) for one in found.versions),
                synthetic=found.synthetic,
                label=version_label(combined(label_of(one.label) for one in found.versions)),
            )
        )


def rows_of(answer: dict[str, Any]) -> pl.DataFrame:
    """The rows of `presence_effects` that an answer of `impact presence` makes, said or unsaid."""
    shared = {
        "missions": "|".join(answer["missions"]),
        "outcome": answer["outcome"],
        "rings": "|".join(f"{edge:g}" for edge in answer["rings_km"]),
    }
    parts = {
        "effect": [_effect(one) for one in answer["effects"]],
        "lead": [{"name": "leads", "ring": one["ring"], "p": one["p"]} for one in answer["leads"]],
        "period": [_period(one, of) for of in answer["event_study"] for one in of["periods"]],
        "check": [_check(one) for one in answer["sensitivity"]],
        "area": [_area(one) for one in answer["areas"]],
        "step": [_step(one, of) for of in answer["areas"] for one in of["path"]],
        "cell": [_cell(one, answer["rings_km"]) for one in answer["exposure"]],
        "diagnostic": [_diagnostic(one) for one in answer["diagnostics"]],
        "note": [{"name": one} for one in answer["notes"]],
    }
    parts["wording"] = list(_wordings(row for found in parts.values() for row in found))
    rows = [
        shared | {"part": part, "entry": number} | row
        for part, found in parts.items()
        for number, row in enumerate(found, 1)
    ]
    names = PRESENCE_EFFECTS.column_names
    with speaking(ENGLISH):
        full = [in_words({name: row.get(name) for name in names}) for row in rows]
    return pl.DataFrame(full, schema=PRESENCE_EFFECTS.schema)


def _wordings(rows: Iterable[Row]) -> Iterator[Row]:
    """Every sentence among the rows that has values or is a definition's, once, with what it is made of."""
    sentences = {one.english: one for row in rows for one in row.values() if isinstance(one, Sentence)}
    for english, one in sentences.items():
        if one.values or one.context:
            yield {"name": english, "says": json.dumps(one.kept(), ensure_ascii=False, sort_keys=True)}


def _bounded(one: Row) -> Row:
    low, high = one["interval"] or (None, None)
    return {"effect": one.get("effect"), "low": low, "high": high, "p": one.get("p")}


def _effect(one: Row) -> Row:
    return {
        "name": one["estimator"],
        "ring": one["ring"],
        **_bounded(one),
        "detectable": one["minimum_detectable"],
        "observed": float(one["events"]),
        "places": one["places"],
        "unit": one["unit"],
        "verdict": one["verdict"],
        "says": one["why_no_verdict"],
    }


def _period(one: Row, of: Row) -> Row:
    return {"name": "did-l", "ring": of["ring"], "period": one["period"], "unit": of["unit"], **_bounded(one)}


def _check(one: Row) -> Row:
    name = one["check"]
    if "times" in one:
        name = Sentence("parallel trends, {times:g} times", {"times": one["times"]})
    return {"name": name, "ring": one["ring"], "says": one["says"], **_bounded(one)}


def _area(one: Row) -> Row:
    place = {"latitude": one["latitude"], "longitude": one["longitude"], "month": one["opened"]}
    return {"name": one["area"], **place, "places": one["cells"], "says": one["says"]} | _bounded(
        one | {"effect": one["difference"]}
    )


def _step(one: Row, of: Row) -> Row:
    place = {"name": of["area"], "latitude": of["latitude"], "longitude": of["longitude"]}
    return place | {"month": one["from"], "observed": one["observed"], "modelled": one["modelled"]}


def _cell(one: Row, edges: list[float]) -> Row:
    starts = [0.0, *edges]
    ring = None if one["ring"] is None else f"{starts[one['ring']]:g}-{edges[one['ring']]:g} km"
    place = {"latitude": one["latitude"], "longitude": one["longitude"], "month": one["from"]}
    return {"name": one["mission"], "ring": ring, **place}


def _diagnostic(one: Row) -> Row:
    name = str(one.get("mission") or one["name"])
    return {"name": name, "says": json.dumps(one, ensure_ascii=False, sort_keys=True)}
