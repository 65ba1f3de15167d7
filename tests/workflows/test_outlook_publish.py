"""Is an outlook made from the store's own tables, judged on what was known, kept with its lineage, and briefed?"""

from datetime import date

import numpy as np
import polars as pl
import pytest

from bluehelm.disclosure import EVERYONE, OUTSIDER, Label, Marking, Pass, Reader
from bluehelm.outlook.history import OutlookError
from bluehelm.outlook.models import MODELS
from bluehelm.sources.intake import NOTED_ROWS
from bluehelm.store import Store, Submission, VersionLabel
from bluehelm.tables import COUNTRY_MONTHS, MISSION_INCIDENTS, OUTLOOK_INPUTS
from bluehelm.tables.grid import cell_of
from bluehelm.tables.months import from_ordinal, months_between, ordinal
from bluehelm.tables.provenance import OPEN_DATA, Coverage, SourceNote
from bluehelm.workflows.mission_events import UnknownMissionError
from bluehelm.workflows.outlook_brief import brief_json, brief_outlook, moved_in_words
from bluehelm.workflows.outlook_history import observed, outlook_rules
from bluehelm.workflows.outlook_judged import judged_on_past_origins, past_origins, wilson
from bluehelm.workflows.outlook_kept import a_quarter_before, outlook_chain, read_outlook
from bluehelm.workflows.outlook_publish import (
    Shown,
    first_label,
    given,
    make_outlook,
    moved_rows,
    publish_outlook,
    recipe,
)
from bluehelm.workflows.outlook_sources import own_series, source_json, with_source
from bluehelm.workflows.readers import tables_as_read_by
from tests.web.conftest import event_rows, publish_events
from tests.workflows.made_tables import publish

MISSION, FEW = "UNMISS", {"samples": 60, "past_origins": 1}
MONTHS = months_between("2011-07", "2016-12")
LAST = date(2016, 12, 31)
RAIDED, QUIET = str(cell_of(4.85, 31.6)), "143000"


def raids(until: str = "2016-12") -> pl.DataFrame:
    """Events of South Sudan in two cells: six deaths every other month in one, one death in March in the other."""
    events = [("SSD", f"{month}-05", 6) for number, month in enumerate(MONTHS) if number % 2 and month <= until]
    rows = event_rows(*events)
    march = event_rows(*[("SSD", f"{year}-03-09", 1) for year in range(2012, 2017) if f"{year}-03" <= until])
    moved = march.with_columns(gid=pl.lit(int(QUIET), dtype=pl.Int64), event_id="x" + pl.col("event_id"))
    return pl.concat([rows, moved])


@pytest.fixture
def home(tmp_path):
    publish_events(tmp_path, date(2017, 2, 1), raids(), coverage=Coverage("2011-07", "2016-12", ("SSD",)))
    return tmp_path


def made(home, kind="cell", **changed):
    return make_outlook(home, MISSION, kind, **({"as_of": LAST, "model": "conflictology", **FEW} | changed))


def publish_country_months(home, countries, months, deaths, retrieved=date(2017, 3, 1)):
    """A country-month table in which each country has so many one-sided deaths a month, and no total."""
    rows = [
        {"country_id": iso3, "iso3": iso3, "month": month, "deaths_one_sided": deaths(iso3, month)}
        | {"deaths_state_based": 0, "deaths_non_state": 0}
        for iso3 in countries
        for month in months
    ]
    frame, noted = pl.DataFrame(rows, schema=COUNTRY_MONTHS.schema), pl.DataFrame(schema=NOTED_ROWS)
    store = Store(home)
    with store.scratch() as scratch:
        frame.write_parquet(scratch / "rows.parquet")
        note = SourceNote("views-country-months", "Made up", "CC0", "nobody", "https://example.org/", OPEN_DATA)
        store.publish(
            Submission(
                table="country_months", source=note, rows_file=scratch / "rows.parquet", rows=frame.height,
                file_name="cm.csv", sha256="cd" * 32, retrieved=retrieved, set_aside=noted, flagged=noted, reasons=(),
                flags=(), notes=(), coverage=Coverage(months[0], months[-1], None),
            )
        )  # fmt: skip


def test_every_kind_of_violence_has_an_outlook_of_its_own(home):
    outlook = made(home).outlooks
    assert set(outlook["target"]) == {"all", "state-based", "non-state", "one-sided"}
    assert set(outlook["unit"]) == {QUIET, RAIDED}
    sums = outlook.group_by("target", "unit", "month").agg(pl.col("draws").sum())
    assert set(sums["draws"]) == {FEW["samples"]}
    quiet = outlook.filter(target="state-based")
    assert quiet["deaths"].to_list() == [0] * quiet.height  # all events were one-sided
    raided = outlook.filter(target="one-sided", unit=RAIDED)
    assert set(raided["deaths"]) == {0, 6}


def test_what_came_later_does_not_change_an_outlook(home, tmp_path_factory):
    other = tmp_path_factory.mktemp("later")
    stormy = pl.concat([raids("2015-12"), event_rows(("SSD", "2016-06-01", 900)).with_columns(event_id=pl.lit("z"))])
    publish_events(other, date(2017, 2, 1), stormy, coverage=Coverage("2011-07", "2016-12", ("SSD",)))
    calm, then = (made(one, as_of=date(2015, 12, 31)) for one in (home, other))
    assert calm.origin == then.origin == "2015-12"
    assert calm.outlooks.equals(then.outlooks)
    assert calm.scores.equals(then.scores)
    assert not made(home).outlooks["deaths"].equals(made(other).outlooks["deaths"])


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(home):
    uneven = {"samples": 61}  # no multiple of twelve, so that chance decides which months come once more
    assert made(home, **uneven).outlooks.equals(made(home, **uneven).outlooks)
    columns = ["unit", "target", "month", "deaths", "draws"]
    first, other = (made(home, seed=seed, **uneven).outlooks.select(columns) for seed in (0, 1))
    assert not first.equals(other)


def test_a_month_that_has_not_ended_is_not_used(home):
    assert made(home, as_of=date(2016, 12, 30)).origin == "2016-11"
    assert made(home, as_of=date(2017, 5, 1)).origin == "2016-12"


def test_where_the_model_is_not_ahead_the_naive_one_is_shown_and_says_so(home):
    outlook = made(home, model="zero")
    assert set(outlook.outlooks["model"]) == {"conflictology"}
    assert set(outlook.outlooks["is_naive"]) == {True}
    crps = outlook.scores.filter(measure="crps", target="one-sided", model="zero")
    assert set(crps["horizon"]) == {"1-3", "4-12"}
    assert (crps["value"] > crps["naive"]).all()


def test_a_model_that_is_ahead_is_shown_at_that_horizon_alone(home):
    """What was quiet for two years is quiet: `zero` wins over last year's burst in each of many cells."""
    burst = [("SSD", f"2014-{month:02d}-05", 40) for month in range(1, 13)]
    frames = []
    for cell in range(12):
        rows = event_rows(*burst).with_columns(
            gid=pl.lit(140_000 + cell, dtype=pl.Int64), event_id=pl.lit(f"{cell}-") + pl.col("event_id")
        )
        frames.append(rows)
    publish_events(
        home, date(2017, 3, 1), pl.concat(frames), coverage=Coverage("2011-07", "2016-12", ("SSD",)), sha256="b2" * 32
    )
    rules = outlook_rules().model_copy(update={"past_origins": 1, "samples": 40})
    seen = observed(home, MISSION, "cell", as_of=date(2015, 12, 31))
    history = seen.history("all", "2015-12")
    assert [from_ordinal(ordinal("1980-01") + one - 1) for one in past_origins(history, rules)] == ["2014-12"]
    judged = judged_on_past_origins(history, seen, "all", "zero", rules, seed=0)
    assert judged.ahead_at == {"1-3", "4-12"}
    shown = make_outlook(home, MISSION, "cell", as_of=date(2015, 12, 31), model="zero", **FEW)
    assert set(shown.outlooks.filter(target="all")["model"]) == {"zero"}
    assert set(shown.outlooks.filter(target="state-based")["is_naive"]) == {True}  # both say nothing: a draw is no win


def test_months_in_which_somebody_acted_are_unknown_to_the_model_and_not_scored(home):
    acted = {(RAIDED, month) for month in months_between("2016-01", "2016-11")}
    left_out = made(home, acted=acted)
    assert any("action was taken" in note.reason and note.count == 11 for note in left_out.notes)
    assert set(left_out.outlooks.filter(target="all", unit=RAIDED)["deaths"]) == {6}  # December is all that is left
    assert set(made(home).outlooks.filter(target="all", unit=RAIDED)["deaths"]) == {0, 6}
    scored = {"target": "all", "measure": "crps", "group": "this mission"}
    all_cases, without = (one.scores.filter(**scored)["forecasts"].sum() for one in (made(home), left_out))
    assert all_cases - without == 11


def test_a_month_that_no_table_covers_is_unknown_and_never_quiet(home):
    publish_events(
        home, date(2017, 4, 1), event_rows(("SSD", "2017-03-01", 3)).with_columns(event_id=pl.lit("new")),
        coverage=Coverage("2017-03", "2017-03", ("SSD",)),
        source=SourceNote("ucdp-candidate", "Made up", "CC0", "nobody", "https://example.org/", OPEN_DATA),
        sha256="c3" * 32,
    )  # fmt: skip
    seen = observed(home, MISSION, "country", as_of=date(2017, 12, 31))
    by_month = {month for _unit, month in seen.deaths("all")}
    table = dict(seen.table.select("month", "all").rows())
    assert table["2017-01"] is None and table["2017-02"] is None and table["2017-03"] == 3
    assert "2017-01" not in by_month


def test_countries_are_learnt_from_the_whole_world_and_judged_in_groups(home):
    months = months_between("2012-01", "2016-12")
    publish_country_months(home, ["SSD", "COD", "FRA"], months, lambda iso3, month: 4 if iso3 != "FRA" else 0)
    outlook = made(home, "country", model="zero")
    assert set(outlook.outlooks["unit"]) == {"SSD"}
    assert [version.table for version in outlook.observed.versions] == ["country_months"]
    groups = outlook.scores.filter(measure="crps", target="all", horizon="1-3").select("group", "forecasts").rows()
    assert dict(groups) == {"this mission": 3, "mission countries": 6, "all countries": 9}
    assert set(outlook.outlooks.filter(target="all")["deaths"]) == {4}  # the total is the sum of the types


def test_a_country_is_a_mission_country_only_while_a_mission_that_protects_civilians_is_there(home):
    """Sierra Leone's mission had left, India's observes a line; Mali's began between the two past origins."""
    countries = ["SSD", "SLE", "IND", "MLI"]
    publish_country_months(home, countries, months_between("2010-01", "2014-06"), lambda iso3, month: 4)
    outlook = made(home, "country", model="zero", as_of=date(2014, 6, 30), past_origins=2)
    assert set(outlook.scores["first_origin"]) == {"2012-12"} and set(outlook.scores["last_origin"]) == {"2013-06"}
    scored = outlook.scores.filter(measure="crps", target="all", horizon="1-3").select("group", "forecasts").rows()
    assert dict(scored) == {"this mission": 6, "mission countries": 9, "all countries": 24}


def test_what_is_kept_names_all_it_was_made_from_and_is_the_mission_s_alone(home):
    outlook = made(home)
    kept = publish_outlook(home, outlook)
    version = Store(home).version("outlooks", kept["outlooks"].version)
    assert set(version.parents) == {("events", 1), ("outlook_scores", 1), ("outlook_inputs", 1)}
    assert version.label == VersionLabel("unclassified", (f"mission:{MISSION}",))
    assert (version.coverage.first_month, version.coverage.last_month) == ("2017-01", "2017-12")
    assert [problem for problem in Store(home).damaged() if not problem.startswith("events")] == []
    assert recipe(outlook)["versions"][0]["sha256"] == "a1" * 32
    read = read_outlook(home, version)
    assert read.outlooks.equals(outlook.outlooks) and read.facts["origin"] == "2016-12"
    with tables_as_read_by(lambda: OUTSIDER):
        assert outlook_chain(home, MISSION, "cell") == []


@pytest.mark.parametrize(
    ("marking", "audience", "expected"),
    [
        ("unclassified", (EVERYONE,), Label(Marking.UNCLASSIFIED, frozenset({"mission:UNMISS"}))),
        ("confidential", ("mission:UNMISS",), Label(Marking.CONFIDENTIAL, frozenset({"mission:UNMISS"}))),
        ("confidential", ("headquarters",), Label(Marking.CONFIDENTIAL, frozenset({"headquarters"}))),
    ],
)
def test_an_outlook_goes_no_further_than_what_it_was_made_from(home, marking, audience, expected):
    store = Store(home)
    store.relabel(store.version("events", 1), VersionLabel(marking, audience))
    assert first_label(observed(home, MISSION, "cell", as_of=LAST)) == expected


def test_the_newest_outlook_of_a_day_and_the_one_a_quarter_before_are_found(home):
    for as_of in (date(2016, 6, 30), date(2016, 9, 30), date(2016, 12, 31)):
        publish_outlook(home, made(home, as_of=as_of))
    chain = outlook_chain(home, MISSION, "cell")
    assert [one.coverage.first_month for one in chain] == ["2016-07", "2016-10", "2017-01"]
    assert outlook_chain(home, MISSION, "cell", as_of=date(2016, 12, 30))[-1].version == 2
    assert a_quarter_before(chain, chain[-1]).version == 2
    assert a_quarter_before(chain, chain[0]) is None
    brief = brief_outlook(home, MISSION, as_of=LAST, unit_kind="cell")
    assert brief.before and brief.before.facts["origin"] == "2016-09"
    answer = brief_json(brief)
    assert answer["compared_with"] == "2016-09"
    assert answer["targets"][0]["units"][0]["months"][0]["a_quarter_before"] is not None


def test_the_brief_says_everything_with_its_interval_scores_and_versions(home):
    answer = brief_json(brief_outlook(home, MISSION, as_of=LAST, unit_kind="cell"), {("all", ""): 6})
    month = answer["targets"][0]["units"][0]["months"][0]
    assert set(month) == {"month", "probability", "a_quarter_before", "median", "low", "high"}
    assert 0 <= month["probability"] <= 1 and month["low"] <= month["median"] <= month["high"]
    assert {target["target"] for target in answer["targets"]} == {"all", "state-based", "non-state", "one-sided"}
    assert answer["targets"][0]["units"][0]["at_least"] == 6
    assert answer["targets"][1]["units"][0]["at_least"] == outlook_rules().usual_thresholds["cell"]
    assert answer["versions"] == [{"table": "events", "version": 1, "sha256": "a1" * 32, "retrieved": "2017-02-01"}]
    assert answer["notes"][0].startswith("Nobody released this")
    assert answer["scores"] and answer["reporting_note"] and answer["origin"] == "2016-12"


def test_what_is_not_there_is_refused_with_what_is(home, tmp_path_factory):
    with pytest.raises(OutlookError, match="there is no model 'oracle'; there is: zero"):
        made(home, model="oracle")
    with pytest.raises(UnknownMissionError):
        make_outlook(home, "UNNONE", "country", as_of=LAST)
    with pytest.raises(OutlookError, match="no table that you may see"):
        made(tmp_path_factory.mktemp("empty"))
    with pytest.raises(OutlookError, match="drawn areas"):
        made(home, "area")  # the mission's area is the whole country


def test_inputs_are_the_past_at_the_origin_and_unknown_where_it_was_not_observed():
    past = {"2016-10": 0, "2016-11": 30, "2016-12": 2, "2016-09": None}
    assert given(past, "2016-12") == {
        "deaths_3_months": 32.0, "months_with_deaths_3_months": 2.0,
        "deaths_12_months": None, "months_with_deaths_12_months": None,
        "deaths_60_months": None, "months_with_deaths_60_months": None,
        "months_since_1_deaths": 0.0, "months_since_25_deaths": 1.0,
    }  # fmt: skip
    assert given(past, "2016-10")["months_since_25_deaths"] is None  # what came later is not seen


@pytest.mark.long
def test_a_model_that_says_what_moved_it_is_kept_with_that_and_the_naive_one_without(home):
    from bluehelm.outlook.forest import Forest

    outlook = made(home, past_origins=1)
    assert outlook.inputs["contribution"].null_count() == outlook.inputs.height
    seen = outlook.observed
    history = seen.history("all", "2016-12")
    places = {str(unit): place for place, unit in enumerate(history.units)}
    shown = Shown({1: "forest"}, {"forest": Forest(trees=3).fit(history, range(1, 13), seed=0)}, places)
    moved = moved_rows(shown, seen, "all", "2016-12")
    OUTLOOK_INPUTS.check(moved)
    assert set(moved["unit"]) == {RAIDED, QUIET}
    assert moved["value"].null_count() == moved.height and moved["contribution"].is_finite().all()
    by_unit = dict(moved.group_by("unit").agg(pl.col("contribution").sum()).rows())
    assert by_unit[RAIDED] > by_unit[QUIET]  # the model expects more where more died


def test_a_default_that_cannot_learn_from_so_little_gives_way_to_the_naive_model_and_one_asked_for_is_refused(
    home, monkeypatch
):
    class Learner:
        name = "learner"

        def fit(self, history, steps, *, seed):
            raise OutlookError(["too few examples to learn from"])

    monkeypatch.setitem(MODELS, "learner", Learner)
    monkeypatch.setattr("bluehelm.workflows.outlook_publish.DEFAULT", "learner")
    outlook = made(home, model=None)
    assert set(outlook.outlooks["model"]) == {"conflictology"}
    assert any("too short a history" in note.reason and note.count == 4 for note in outlook.notes)
    with pytest.raises(OutlookError, match="too few examples"):
        made(home, model="learner")


def test_inputs_are_told_in_words_only_where_they_moved():
    inputs = [
        {"input": "deaths_3_months", "value": 32.0, "a_quarter_before": None, "moved": True},
        {"input": "deaths_12_months", "value": 5.0, "a_quarter_before": 5.0, "moved": False},
    ]
    assert moved_in_words(inputs) == ["deaths in the last 3 months: 32, a quarter before not known"]


@pytest.mark.parametrize(("share", "cases"), [(0.3, 10), (0.5, 400), (0.9, 3)])
def test_the_interval_of_a_share_is_wilson_s(share, cases):
    """Each end is a share from which what was seen lies exactly 1.645 standard errors away."""
    for end in wilson(share, cases):
        assert abs(share - end) / (end * (1 - end) / cases) ** 0.5 == pytest.approx(1.6449, rel=1e-6)
    assert wilson(0, 10) == (0, pytest.approx(0.21295, abs=1e-4))
    assert wilson(1, 10)[1] == 1


def test_a_history_of_countries_has_the_other_kinds_and_who_lies_across_the_border(home):
    publish_country_months(home, ["SSD", "UGA", "NOR"], MONTHS, lambda iso3, month: len(iso3))
    history = observed(home, MISSION, "country", as_of=LAST).history("one-sided", "2016-12")
    assert set(history.kinds) == {"state-based", "non-state"}
    assert set(observed(home, MISSION, "country", as_of=LAST).history("all", "2016-12").kinds) == {
        "state-based",
        "non-state",
        "one-sided",
    }
    near = dict(zip(history.units, history.neighbours, strict=True))
    assert near == {"NOR": (), "SSD": (history.units.index("UGA"),), "UGA": (history.units.index("SSD"),)}


def test_a_history_of_cells_knows_which_touch(home):
    beside_raided = str(int(RAIDED) + 1)
    near = event_rows(("SSD", "2016-05-05", 2)).with_columns(
        gid=pl.lit(int(beside_raided), dtype=pl.Int64), event_id=pl.lit("near")
    )
    publish_events(
        home, date(2017, 3, 1), pl.concat([raids(), near]), coverage=Coverage("2011-07", "2016-12", ("SSD",)),
        sha256="c3" * 32,
    )  # fmt: skip
    history = observed(home, MISSION, "cell", as_of=LAST).history("all", "2016-12")
    of = {
        unit: {history.units[one] for one in places}
        for unit, places in zip(history.units, history.neighbours, strict=True)
    }
    assert of == {RAIDED: {beside_raided}, beside_raided: {RAIDED}, QUIET: set()}


# The mission's own incidents, only when asked for by name

OURS = VersionLabel("confidential", (f"mission:{MISSION}",))
MEMBER = Reader((Pass(Marking.CONFIDENTIAL, frozenset({EVERYONE, f"mission:{MISSION}"})),))
SPAN = months_between("2014-01", "2016-12")


def own_rows(months, **changed):
    plain = dict.fromkeys(MISSION_INCIDENTS.column_names) | {
        "mission": MISSION, "report_type": "attack-on-civilians", "type": "one-sided", "date_precision": 1,
        "place_precision": 1, "verified_late": False, "reports": 1, "low": 1, "high": 2, "gid": int(RAIDED),
        "latitude": 4.85, "longitude": 31.6,
    }  # fmt: skip
    days = [date.fromisoformat(f"{month}-05") for month in months]
    rows = [
        plain | {"event_id": f"{n}", "date_start": day, "date_end": day} | changed
        for n, day in enumerate(days, start=1)
    ]
    return pl.DataFrame(rows, schema=MISSION_INCIDENTS.schema)


def with_own(home, **changed):
    with tables_as_read_by(lambda: MEMBER):
        return made(home, **({"model": None, "source": "mission_incidents"} | changed))


def test_own_incidents_are_a_further_column_that_is_named_and_marked_and_changes_no_deaths(home):
    publish(home, "mission_incidents", own_rows([*SPAN, *SPAN[::2]]), label=OURS, retrieved=date(2017, 1, 9))
    with tables_as_read_by(lambda: MEMBER):
        plain = observed(home, MISSION, "cell", as_of=LAST)
        seen = with_source(home, plain, "mission_incidents", None, known_on=None)
    assert seen.table.select(plain.table.columns).equals(plain.table), "deaths are the provider's alone"
    own = seen.history("all", "2016-12").covariates["own_incidents"]
    place = list(seen.units).index(RAIDED)
    assert own[place, -36:].tolist() == [2.0 if n % 2 == 0 else 1.0 for n in range(36)]
    assert np.isnan(own[place, :-36]).all(), "months before the first are unknown, not quiet"
    outlook = with_own(home)
    assert first_label(outlook.observed) == Label(Marking.CONFIDENTIAL, frozenset({f"mission:{MISSION}"}))
    assert any("mission_incidents version 1" in note.reason for note in outlook.notes)
    assert recipe(outlook)["further_columns"] == ["own_incidents"]
    assert "mission_incidents" in [one["table"] for one in recipe(outlook)["versions"]]
    assert recipe(made(home))["further_columns"] == [], "never unless asked for"


@pytest.mark.parametrize(
    ("rows", "asked", "why"),
    [
        (own_rows(SPAN[-23:]), {}, "23 months up to 2016-12; fewer than 24"),
        (own_rows(SPAN[:-1]), {}, "ends in 2016-11, before 2016-12"),
        (own_rows(SPAN, mission="UNISFA"), {}, "no version of mission_incidents that you may see speaks of UNMISS"),
        (own_rows(SPAN), {"source": "rumours"}, "there is no source 'rumours'"),
        (own_rows(SPAN), {"model": "conflictology"}, "looks at nothing but past deaths"),
    ],
)
def test_a_source_that_is_short_ends_early_or_cannot_be_used_is_refused_in_plain_words(home, rows, asked, why):
    publish(home, "mission_incidents", rows, label=OURS, retrieved=date(2017, 1, 9))
    with pytest.raises(OutlookError, match=why):
        with_own(home, **asked)


def test_a_source_with_months_in_which_nobody_looked_is_refused_as_they_are_not_quiet(home):
    covered = Coverage("2014-01", "2016-12", None, ("2015-03",))
    rows = own_rows([month for month in SPAN if month != "2015-03"])
    publish(home, "mission_incidents", rows, label=OURS, retrieved=date(2017, 1, 9), coverage=covered)
    with pytest.raises(OutlookError, match="knows nothing of 2015-03: nobody looked"):
        with_own(home)


def test_a_reader_without_the_right_cannot_tell_that_there_is_a_source(home):
    with pytest.raises(OutlookError) as without:
        made(home, model=None, source="mission_incidents")
    publish(home, "mission_incidents", own_rows(SPAN), label=OURS, retrieved=date(2017, 1, 9))
    with tables_as_read_by(lambda: OUTSIDER), pytest.raises(OutlookError) as hidden:
        made(home, model=None, source="mission_incidents")
    assert hidden.value.problems == without.value.problems
    with tables_as_read_by(lambda: MEMBER), own_series(home, MISSION, "mission_incidents", "2016-12") as series:
        path, columns, version = series
        table = pl.read_parquet(path)
    assert table[columns.value].to_list() == [1] * 36 and source_json(version)["marking"] == "confidential"
