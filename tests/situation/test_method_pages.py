"""Do the worked examples on the pages about the situation's measures come out as the pages say?"""

from datetime import date, timedelta

import polars as pl
import pytest

from bluehelm.situation.hotspots import cell_counts
from bluehelm.situation.revisions import country_months_of_events, revision
from bluehelm.situation.rings import BASES, presence_around, rings_by_month
from bluehelm.situation.rolling import rolling_count
from bluehelm.situation.tempo import tempo
from bluehelm.situation.windows import window_before
from bluehelm.tables.provenance import Coverage
from tests.docs.pages import METHODS, table

UNTIL = date(2017, 3, 31)
DAYS = 30
EDGES = (0.0, 50.0, 100.0, 200.0)


def number(text):
    return int(text) if text else None


def events_in(windows, counts, gid):
    """So many events in each window, on its first day."""
    rows = [(window.first, gid, 1, 1) for window, count in zip(windows, counts, strict=True) for _ in range(count)]
    schema = {"date_start": pl.Date, "gid": pl.Int64, "place_precision": pl.Int64, "best": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_rolling_counts():
    page = METHODS / "rolling-counts.md"
    rows = [
        (date.fromisoformat(r["date_start"]), date.fromisoformat(r["date_end"]), *[int(r["best"])] * 3)
        for r in table(page, "Events:")
    ]
    names = {"date_start": pl.Date, "date_end": pl.Date, "best": pl.Int64, "low": pl.Int64, "high": pl.Int64}
    events = pl.DataFrame(rows, schema=names, orient="row")
    for said in table(page, "Figures up to 31 March 2017:"):
        found = rolling_count(events, window_before(UNTIL, int(said["days"])))
        computed = [found.totals.count, found.certain, found.possible, found.totals.best]
        assert computed == [int(said[name]) for name in ("count", "certain", "possible", "best")]


def test_hotspots():
    page = METHODS / "hotspots.md"
    windows = [window_before(UNTIL, DAYS, back) for back in (4, 3, 2, 1, 0)]
    rows = table(page, "Events of four cells")
    events = pl.concat(
        events_in(windows, [int(count) for count in counts], int(gid)) for gid, *counts in (r.values() for r in rows)
    )
    cells, clustering = cell_counts(events.lazy(), windows[-1], windows[-2::-1], 0.9)
    assert clustering == 0
    found = {cell.gid: cell for cell in cells}
    for said in table(page, "Figures:"):
        cell = found[int(said["gid"])]
        assert [f"{cell.expected:.3f}", str(cell.low), str(cell.high)] == [said[k] for k in ("expected", "low", "high")]
        assert [f"{cell.p_value:.4f}", f"{cell.q_value:.4f}"] == [said["p_value"], said["q_value"]]
        assert (cell.q_value <= 0.1) == (said["named"] == "yes")


def test_tempo():
    page = METHODS / "tempo.md"
    counts = [int(row["events"]) for row in table(page, "Events:")]
    windows = [window_before(UNTIL, DAYS, back) for back in range(len(counts) - 1, -1, -1)]
    found = tempo(events_in(windows, counts, 1), windows[-1], windows[-2::-1], 0.9)
    (said,) = table(page, "Figures:")
    assert said == {
        "expected": f"{found.expected:.3f}",
        "low": str(found.low),
        "high": str(found.high),
        "at_least": f"{found.at_least:.4f}",
        "rank": f"{found.rank:.2f}",
        "clustering": f"{found.clustering:.4f}",
        "verdict": found.verdict,
    }


@pytest.fixture
def bases():
    rows = [
        ("2017-01", float(row["latitude"]), float(row["longitude"]), number(row["troops"]))
        for row in table(METHODS / "rings.md", "Bases of the map")
    ]
    return pl.DataFrame(rows, schema=BASES, orient="row")


def spans(rings):
    return [(f"{ring.from_km:g}", f"{ring.to_km:g}" if ring.to_km else "") for ring in rings]


def test_rings(bases):
    rows = table(METHODS / "rings.md", "Events of February 2017:")
    events = pl.DataFrame(
        [
            (date(2017, 2, 1) + timedelta(days=n), float(r["latitude"]), float(r["longitude"]), int(r["best"]))
            for n, r in enumerate(rows)
        ],
        schema={"date_start": pl.Date, "latitude": pl.Float64, "longitude": pl.Float64, "best": pl.Int64},
        orient="row",
    )
    (month,) = rings_by_month(events.lazy(), bases, ["2017-02"], EDGES)
    computed = [(*span, str(r.count), str(r.best)) for span, r in zip(spans(month.rings), month.rings, strict=True)]
    assert computed == [tuple(row.values()) for row in table(METHODS / "rings.md", "Figures of February 2017:")]


def test_presence_around_a_place(bases):
    rings = presence_around(0.0, 30.0, bases, EDGES)
    told = [(str(r.bases), "" if r.troops is None else str(r.troops), str(r.unknown_strength)) for r in rings]
    said = [tuple(row.values()) for row in table(METHODS / "rings.md", "Presence around 0.0, 30.0:")]
    assert [(*span, *figures) for span, figures in zip(spans(rings), told, strict=True)] == said


def version(heading):
    rows = [
        (r["iso3"], date.fromisoformat(r["date_start"]), int(r["best"]))
        for r in table(METHODS / "revisions.md", heading)
    ]
    names = {"iso3": pl.String, "date_start": pl.Date, "best": pl.Int64}
    return country_months_of_events(pl.DataFrame(rows, schema=names, orient="row").lazy())


def test_revisions():
    covered = Coverage("2016-01", "2016-02", None), Coverage("2016-01", "2016-03", None)
    found = revision(version("Version 1"), version("Version 2"), *covered, missing=0)
    computed = [(change.iso3, change.month, str(change.old), str(change.new)) for change in found.changed]
    assert computed == [tuple(row.values()) for row in table(METHODS / "revisions.md", "Changes:")]
    (totals,) = table(METHODS / "revisions.md", "Totals:")
    assert [found.total_old, found.total_new] == [int(total) for total in totals.values()]
    assert found.only_new == ("2016-03",)
