"""Do the worked examples of the method pages come out as the pages say?"""

from datetime import date

import numpy as np
import polars as pl
import pytest

from bluehelm.geo.areas import EARTH_RADIUS_KM, area_of, distance_to_area_km, inside
from bluehelm.plans.values import Reading, over_parts, over_time, share_of
from bluehelm.products.brief import NEARBY_KM
from bluehelm.situation.events import Window, doubtful, totals
from bluehelm.situation.month_rules import by_month, counted, totals_by_type
from bluehelm.situation.presence import latest_map_month, places_on_map
from bluehelm.tables import TABLES
from tests.docs.pages import METHODS, table

WINDOW = Window(date(2017, 1, 1), date(2017, 2, 28))
NUMBERS = ("low", "best", "high")


def whole(text):
    return int(text) if text else None


def events_of(page):
    """The events of a page's example with the columns that the figures read."""
    rows = [
        {
            **{name: row[name] for name in ("event_id", "type")},
            **{name: date.fromisoformat(row[name]) for name in ("date_start", "date_end")},
            **{name: int(row[name]) for name in NUMBERS},
        }
        for row in table(METHODS / page, "Events:")
    ]
    return pl.DataFrame(rows)


def figures(totals):
    return {"count": totals.count, "low": totals.low, "best": totals.best, "high": totals.high}


def test_counts():
    events = events_of("counts.md")
    by_type = totals_by_type(events, "date_start", WINDOW)
    said = {row.pop("figure"): row for row in table(METHODS / "counts.md", "Figures of January")}
    computed = {"all": figures(totals(events))} | {kind: figures(sums) for kind, sums in by_type.items()}
    computed["doubtful"] = dict.fromkeys(NUMBERS) | {"count": doubtful(events)}
    assert {name: {key: whole(cell) for key, cell in row.items()} for name, row in said.items()} == computed


def test_month_rule_by_month():
    events = events_of("month-rule.md")
    said = [tuple(row.values()) for row in table(METHODS / "month-rule.md", "Figures from 1 January")]
    computed = [
        (rule, month, str(sums.whole().count), str(sums.whole().best))
        for rule in ("date_start", "spread", "exclude")
        for month, sums in by_month(events, rule, WINDOW).items()
    ]
    assert said == computed


def test_month_rule_totals():
    events = events_of("month-rule.md")
    for row in table(METHODS / "month-rule.md", "Totals:"):
        sums = counted(events, row["rule"], WINDOW).whole()
        assert (str(sums.count), str(sums.best)) == (row["count"], row["best"])


@pytest.mark.parametrize("row", table(METHODS / "nearby.md", "Places:"), ids=lambda row: row["place"])
def test_nearby(row):
    square = area_of([((30.0, 0.0), (31.0, 0.0), (31.0, 1.0), (30.0, 1.0), (30.0, 0.0))])
    latitude, longitude = (np.array([float(row[name])]) for name in ("latitude", "longitude"))
    is_inside = bool(inside(latitude, longitude, square)[0])
    away = float(distance_to_area_km(latitude, longitude, square)[0])
    assert is_inside == (row["inside"] == "yes")
    assert f"{away:.1f}" == row["distance_km"]
    assert (not is_inside and away <= NEARBY_KM) == (row["nearby"] == "yes")


def test_nearby_says_the_distance_and_the_radius_in_use():
    page = (METHODS / "nearby.md").read_text(encoding="utf-8")
    assert f"at most {NEARBY_KM} km" in page
    assert f"radius {EARTH_RADIUS_KM} km" in page
    assert f"{EARTH_RADIUS_KM * np.pi / 180:.3f} km long" in page


def deployments():
    listed = table(METHODS / "presence.md", "Deployments of mission UNX:")
    rows = [
        dict.fromkeys(TABLES["deployments"].column_names)
        | {"mission": "UNX", "month": row["month"], "source_map": row["source_map"], "location": row["location"]}
        | {"entry": int(row["entry"]), "troops": whole(row["troops"])}
        for row in listed
    ]
    return pl.DataFrame(rows, schema=TABLES["deployments"].schema)


def test_presence_on_the_latest_map():
    rows = deployments()
    (said,) = table(METHODS / "presence.md", "Figures as of 15 March 2017:")
    month = latest_map_month(rows, "UNX", "2017-03")
    places = places_on_map(rows, "UNX", month)
    known = [place.troops for place in places if place.troops is not None]
    unknown = sum(place.has_unknown_strength for place in places)
    assert [month, str(len(places)), str(sum(known)), str(unknown)] == list(said.values())
    assert latest_map_month(rows, "UNX", "2016-12") == "2016-10"


def test_presence_by_place():
    said = [tuple(row.values()) for row in table(METHODS / "presence.md", "Places:")]
    found = [
        (
            place.location,
            "" if place.troops is None else str(place.troops),
            "yes" if place.has_unknown_strength else "no",
        )
        for place in places_on_map(deployments(), "UNX", "2017-01")
    ]
    assert said == found


def test_roll_up():
    rows = table(METHODS / "roll-up.md", "**Worked.** Women and men trained")
    *quarters, year = rows
    told = {
        sex: [Reading(row["quarter"], float(row[sex]), parts={"sex": sex}) for row in quarters]
        for sex in ("women", "men")
    }
    for row, women, men in zip(quarters, told["women"], told["men"], strict=True):
        assert over_parts([women, men], "sum").value == float(row["both"])
    whole = [over_time(readings, "sum", "2027") for readings in told.values()]
    assert [one.value for one in whole] == [float(year["women"]), float(year["men"])]
    assert over_parts(whole, "sum").value == float(year["both"])
    assert share_of(whole, "sex", "women") == 0.25
    shares = [share_of([women, men], "sex", "women") for women, men in zip(told["women"], told["men"], strict=True)]
    assert f"{np.mean(shares):.3f}" == "0.227"
