"""Which data need a look before anybody trusts a figure made from them?

Each check returns findings and repairs nothing: whether a silence is calm or a gap, and a jump a war or a new way of
counting, is for a person to say. What is watched for, with which thresholds, is a definition.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from bluehelm.definitions.quality import Change, EmptyMonths, Rhythm, Silence
from bluehelm.language import Sentence, gettext_noop
from bluehelm.situation.events import MONTH
from bluehelm.spine import Finding, RowRef, VersionRef
from bluehelm.tables.months import from_ordinal, month_of, months_between, ordinal

PROPOSER = "system:quality"
ALL = gettext_noop("all together")
"""The group of everything that is summed."""

# What two rows of the same event agree in; its number and who counted it may differ.
SAME_EVENT = (
    *("type", "date_start", "date_end", "latitude", "longitude", "side_a", "side_b"),
    *("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "low", "high"),
)
SAME_ENTRY = ("mission", "month", "source_map", "location", "latitude", "longitude", "troops", "contributors")


@dataclass(frozen=True, slots=True)
class DataFinding:
    """Something in the data that a person should look at: `code` says which check found it, `where` in what.

    Both are said when they are read. `since` is the month or day from which it holds; `evidence` cites versions and,
    where there are some, rows.
    """

    code: str
    what: Sentence
    where: Sentence
    severity: str
    since: str | None
    evidence: tuple[RowRef, ...]

    @property
    def key(self) -> str:
        """The same thing found again has the same key, whatever version it is found in and whoever reads it."""
        return f"{self.code}|{self.where.english}|{self.since or ''}"

    def as_finding(self, on: date) -> Finding:
        """The finding as software proposes it, in English; a person raises it or does not."""
        return Finding(
            title=f"{TITLES[self.code]}: {self.where.english}",
            statement=self.what.english,
            domain="data",
            severity=self.severity,
            confidence="moderate",
            evidence=self.evidence,
            on=on,
            proposed_by=PROPOSER,
        )


TITLES: Mapping[str, str] = {
    "stale_provider": gettext_noop("A provider's data are old"),
    "uncovered_months": gettext_noop("Months that no version covers"),
    "silence": gettext_noop("A country fell silent"),
    "map_gap": gettext_noop("No deployment map for long"),
    "collapse": gettext_noop("A series collapsed"),
    "jump": gettext_noop("A series jumped"),
    "empty_months": gettext_noop("Zeros where nothing may be covered"),
    "duplicates": gettext_noop("Rows that seem to be listed twice"),
}


def stale(version: VersionRef, last_month: str | None, rhythm: Rhythm, as_of: date) -> list[DataFinding]:
    """Whether a provider's newest version is older, or its newest month farther back, than its rhythm allows."""
    age = (as_of - version.retrieved).days
    found = []
    if age > rhythm.renewed_days:
        what = Sentence(
            "The newest version of {provider} was retrieved on {retrieved}, {age:,} days ago; it should be renewed "
            "every {renewed_days:,} days.",
            {"provider": rhythm.provider, "retrieved": version.retrieved, "age": age}
            | {"renewed_days": rhythm.renewed_days},
        )
        where = Sentence("{provider}", {"provider": rhythm.provider})
        found.append(_of("stale_provider", what, where, "medium", str(version.retrieved), version))
    behind = ordinal(month_of(as_of)) - ordinal(last_month) if last_month else 0
    if rhythm.months_behind and behind > rhythm.months_behind:
        what = Sentence(
            "The newest figures of {provider} are of {last_month}, {behind:,} months back; {usual} are usual.",
            {"provider": rhythm.provider, "last_month": last_month, "behind": behind, "usual": rhythm.months_behind},
        )
        where = Sentence("{provider}, months", {"provider": rhythm.provider})
        found.append(_of("stale_provider", what, where, "medium", last_month, version))
    return found


def uncovered(months: Sequence[str], versions: Sequence[VersionRef]) -> list[DataFinding]:
    """The runs of months between the first and the last covered one that no version of a view covers."""
    if not months:
        return []
    missing = sorted(set(months_between(min(months), max(months))) - set(months))
    found = []
    for first, last in _runs(missing):
        what = Sentence(
            "No version of the events view covers {first} to {last}; figures there are unknown, not zero.",
            {"first": first, "last": last},
        )
        found.append(_of("uncovered_months", what, _months_of("events", first, last), "high", first, *versions))
    return found


def silences(events: pl.LazyFrame, version: VersionRef, covered: tuple[str, str], rule: Silence) -> list[DataFinding]:
    """Countries that had many events and then, though covered, none for months."""
    counts = events.drop_nulls("iso3").group_by("iso3", MONTH.alias("month")).agg(pl.len().alias("count")).collect()
    found = []
    for (iso3,), rows in sorted(counts.group_by("iso3"), key=lambda group: str(group[0][0])):
        by_month = dict(rows.select("month", "count").iter_rows())
        for first, last in _silent_runs(by_month, covered, rule):
            what = Sentence(
                "{iso3} had at least {fewest} events in the {months} months before {first} and none from {first} to "
                "{last}, all of them covered: calm, or not reported?",
                {"iso3": iso3, "fewest": rule.fewest_before, "months": rule.months_before}
                | {"first": first, "last": last},
            )
            found.append(_of("silence", what, _part_of("events", str(iso3)), "medium", first, version))
    return found


def _silent_runs(by_month: Mapping[str, int], covered: tuple[str, str], rule: Silence) -> list[tuple[str, str]]:
    silent = [month for month in months_between(*covered) if month not in by_month]
    long_enough = [run for run in _runs(silent) if ordinal(run[1]) - ordinal(run[0]) + 1 >= rule.months_silent]
    return [run for run in long_enough if _before(by_month, run[0], rule.months_before) >= rule.fewest_before]


def _before(by_month: Mapping[str, int], month: str, months: int) -> int:
    end = ordinal(month)
    return sum(by_month.get(from_ordinal(number), 0) for number in range(end - months, end))


def map_gaps(deployments: pl.LazyFrame, version: VersionRef, longest: int) -> list[DataFinding]:
    """Missions between two of whose maps lie more months than they should."""
    maps = deployments.select("mission", "month").unique().sort("mission", "month").collect()
    gaps = maps.with_columns(pl.col("month").shift(-1).over("mission").alias("next")).drop_nulls("next")
    found = []
    for mission, month, following in gaps.iter_rows():
        apart = ordinal(following) - ordinal(month)
        if apart > longest:
            what = Sentence(
                "No map of {mission} between {month} and {following}: for {apart} months its places are a guess.",
                {"mission": mission, "month": month, "following": following, "apart": apart},
            )
            found.append(_of("map_gap", what, _part_of("deployments", mission), "low", month, version))
    return found


def yearly_changes(series: pl.DataFrame, name: str, unit: str, version: VersionRef, rule: Change) -> list[DataFinding]:
    """Yearly figures that collapse or jump; `series` has `group`, `year` and `value`, of whole years only.

    `name` and `unit` are texts of the catalogue.
    """
    ordered = series.sort("group", "year").with_columns(
        pl.col("year").shift(1).over("group").alias("before"), pl.col("value").shift(1).over("group").alias("was")
    )
    found = []
    for group, year, value, before, was in ordered.select("group", "year", "value", "before", "was").iter_rows():
        if before != year - 1 or None in (value, was) or max(value, was) < rule.least:
            continue
        code = "collapse" if value <= was * rule.falls_to else "jump" if value >= was * rule.rises_by else None
        if code:
            what = Sentence(
                "{name}, {group}: {was:,.0f} {unit} in {before}, {value:,.0f} in {year}. Did the world change, or the "
                "counting?",
                {"name": Sentence(name), "group": _group(group), "was": was, "unit": Sentence(unit)}
                | {"before": before, "value": value, "year": year},
            )
            found.append(_of(code, what, _part_of(version.table, group), "medium", str(year), version))
    return found


def empty_ends(months: pl.DataFrame, name: str, version: VersionRef, rule: EmptyMonths) -> list[DataFinding]:
    """Months at an end of a table in which all figures are 0; `months` has `month` and `value`, one row a month.

    `name` is a text of the catalogue.
    """
    ordered = months.sort("month").drop_nulls("value")
    values = ordered["value"].to_list()
    filled = [number for number, value in enumerate(values) if value]
    if not filled or sum(values) / len(values[filled[0] : filled[-1] + 1]) < rule.least_average:
        return []
    names = ordered["month"].to_list()
    ends = {
        gettext_noop("after its last figures"): names[filled[-1] + 1 :],
        gettext_noop("before its first figures"): names[: filled[0]],
    }
    found = []
    for which, run in ends.items():
        if len(run) >= rule.fewest:
            what = Sentence(
                "{name} is 0 everywhere from {first} to {last}, {which}: most likely these months are not covered, and "
                "their zeros are no observations.",
                {"name": Sentence(name), "first": run[0], "last": run[-1], "which": Sentence(which)},
            )
            where = _months_of(version.table, run[0], run[-1])
            found.append(_of("empty_months", what, where, "high", run[0], version))
    return found


def duplicates(rows: pl.LazyFrame, key: str, same: Sequence[str], version: VersionRef, most: int) -> list[DataFinding]:
    """Rows that agree in all columns of `same`; the keys of at most so many groups are cited."""
    groups = rows.group_by(same).agg(pl.col(key).sort().alias("keys"), pl.len().alias("count"))
    twice = (
        groups.filter(pl.col("count") > 1)
        .select("keys", "count")
        .collect(engine="streaming")
        .sort(pl.col("keys").list.join(" "))
    )
    if twice.is_empty():
        return []
    cited = [" = ".join(keys) for keys in twice["keys"].head(most).to_list()]
    more = twice.height - most if twice.height > max(most, 5) else 0
    figures = {"rows": int(twice["count"].sum()), "table": version.table, "version": version.version}
    figures |= {"groups": twice.height, "columns": len(same), "cited": "; ".join(cited[:5])}
    what = Sentence(
        "{rows:,} rows of {table} version {version} form {groups:,} groups that agree in {columns} columns: {cited}.",
        figures,
    )
    if more:
        what = Sentence(
            "{rows:,} rows of {table} version {version} form {groups:,} groups that agree in {columns} columns: "
            "{cited}, and {more:,} groups more.",
            figures | {"more": more},
        )
    evidence = tuple(RowRef(version.table, version.version, group, version.sha256) for group in cited)
    return [DataFinding("duplicates", what, _part_of(version.table, version.provider), "medium", None, evidence)]


def _group(group: str) -> str | Sentence:
    return Sentence(ALL) if group == ALL else group


def _part_of(table: str, part: str) -> Sentence:
    return Sentence("{table}, {part}", {"table": table, "part": _group(part)})


def _months_of(table: str, first: str, last: str) -> Sentence:
    return Sentence("{table}, {first} to {last}", {"table": table, "first": first, "last": last})


def _of(
    code: str, what: Sentence, where: Sentence, severity: str, since: str | None, *versions: VersionRef
) -> DataFinding:
    evidence = tuple(RowRef(version.table, version.version, "", version.sha256) for version in versions)
    return DataFinding(code, what, where, severity, since, evidence)


def _runs(months: Iterable[str]) -> list[tuple[str, str]]:
    """The first and the last month of each unbroken run."""
    runs: list[tuple[str, str]] = []
    for month in sorted(months):
        if runs and ordinal(month) == ordinal(runs[-1][1]) + 1:
            runs[-1] = (runs[-1][0], month)
        else:
            runs.append((month, month))
    return runs
