"""Which data need a look before anybody trusts a figure made from them?

Each check returns findings and repairs nothing: whether a silence is calm or a gap, and a jump a war or a new way of
counting, is for a person to say. What is watched for, with which thresholds, is a definition.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from bluehelm.definitions.quality import Change, EmptyMonths, Rhythm, Silence
from bluehelm.situation.events import MONTH
from bluehelm.spine import Finding, RowRef, VersionRef
from bluehelm.tables.months import from_ordinal, month_of, months_between, ordinal

PROPOSER = "system:quality"

# What two rows of the same event agree in; its number and who counted it may differ.
SAME_EVENT = (
    *("type", "date_start", "date_end", "latitude", "longitude", "side_a", "side_b"),
    *("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "low", "high"),
)
SAME_ENTRY = ("mission", "month", "source_map", "location", "latitude", "longitude", "troops", "contributors")


@dataclass(frozen=True, slots=True)
class DataFinding:
    """Something in the data that a person should look at: `code` says which check found it, `where` in what.

    `since` is the month or day from which it holds; `evidence` cites versions and, where there are some, rows.
    """

    code: str
    what: str
    where: str
    severity: str
    since: str | None
    evidence: tuple[RowRef, ...]

    @property
    def key(self) -> str:
        """The same thing found again has the same key, whatever version it is found in."""
        return f"{self.code}|{self.where}|{self.since or ''}"

    def as_finding(self, on: date) -> Finding:
        """The finding as software proposes it; a person raises it or does not."""
        return Finding(
            title=f"{TITLES[self.code]}: {self.where}",
            statement=self.what,
            domain="data",
            severity=self.severity,
            confidence="moderate",
            evidence=self.evidence,
            on=on,
            proposed_by=PROPOSER,
        )


TITLES: Mapping[str, str] = {
    "stale_provider": "A provider's data are old",
    "uncovered_months": "Months that no version covers",
    "silence": "A country fell silent",
    "map_gap": "No deployment map for long",
    "collapse": "A series collapsed",
    "jump": "A series jumped",
    "empty_months": "Zeros where nothing may be covered",
    "duplicates": "Rows that seem to be listed twice",
}


def stale(version: VersionRef, last_month: str | None, rhythm: Rhythm, as_of: date) -> list[DataFinding]:
    """Whether a provider's newest version is older, or its newest month farther back, than its rhythm allows."""
    age = (as_of - version.retrieved).days
    found = []
    if age > rhythm.renewed_days:
        what = (
            f"The newest version of {rhythm.provider} was retrieved on {version.retrieved}, {age:,} days ago; "
            f"it should be renewed every {rhythm.renewed_days:,} days."
        )
        found.append(_of("stale_provider", what, rhythm.provider, "medium", str(version.retrieved), version))
    behind = ordinal(month_of(as_of)) - ordinal(last_month) if last_month else 0
    if rhythm.months_behind and behind > rhythm.months_behind:
        what = (
            f"The newest figures of {rhythm.provider} are of {last_month}, {behind:,} months back; "
            f"{rhythm.months_behind} are usual."
        )
        found.append(_of("stale_provider", what, f"{rhythm.provider}, months", "medium", last_month, version))
    return found


def uncovered(months: Sequence[str], versions: Sequence[VersionRef]) -> list[DataFinding]:
    """The runs of months between the first and the last covered one that no version of a view covers."""
    if not months:
        return []
    missing = sorted(set(months_between(min(months), max(months))) - set(months))
    found = []
    for first, last in _runs(missing):
        what = f"No version of the events view covers {first} to {last}; figures there are unknown, not zero."
        found.append(_of("uncovered_months", what, f"events, {first} to {last}", "high", first, *versions))
    return found


def silences(events: pl.LazyFrame, version: VersionRef, covered: tuple[str, str], rule: Silence) -> list[DataFinding]:
    """Countries that had many events and then, though covered, none for months."""
    counts = events.drop_nulls("iso3").group_by("iso3", MONTH.alias("month")).agg(pl.len().alias("count")).collect()
    found = []
    for (iso3,), rows in sorted(counts.group_by("iso3"), key=lambda group: str(group[0][0])):
        by_month = dict(rows.select("month", "count").iter_rows())
        for first, last in _silent_runs(by_month, covered, rule):
            what = (
                f"{iso3} had at least {rule.fewest_before} events in the {rule.months_before} months before {first} "
                f"and none from {first} to {last}, all of them covered: calm, or not reported?"
            )
            found.append(_of("silence", what, f"events, {iso3}", "medium", first, version))
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
            what = f"No map of {mission} between {month} and {following}: for {apart} months its places are a guess."
            found.append(_of("map_gap", what, f"deployments, {mission}", "low", month, version))
    return found


def yearly_changes(series: pl.DataFrame, name: str, unit: str, version: VersionRef, rule: Change) -> list[DataFinding]:
    """Yearly figures that collapse or jump; `series` has `group`, `year` and `value`, of whole years only."""
    ordered = series.sort("group", "year").with_columns(
        pl.col("year").shift(1).over("group").alias("before"), pl.col("value").shift(1).over("group").alias("was")
    )
    found = []
    for group, year, value, before, was in ordered.select("group", "year", "value", "before", "was").iter_rows():
        if before != year - 1 or None in (value, was) or max(value, was) < rule.least:
            continue
        code = "collapse" if value <= was * rule.falls_to else "jump" if value >= was * rule.rises_by else None
        if code:
            what = (
                f"{name}, {group}: {was:,.0f} {unit} in {before}, {value:,.0f} in {year}. "
                "Did the world change, or the counting?"
            )
            found.append(_of(code, what, f"{version.table}, {group}", "medium", str(year), version))
    return found


def empty_ends(months: pl.DataFrame, name: str, version: VersionRef, rule: EmptyMonths) -> list[DataFinding]:
    """Months at an end of a table in which all figures are 0; `months` has `month` and `value`, one row a month."""
    ordered = months.sort("month").drop_nulls("value")
    values = ordered["value"].to_list()
    filled = [number for number, value in enumerate(values) if value]
    if not filled or sum(values) / len(values[filled[0] : filled[-1] + 1]) < rule.least_average:
        return []
    names = ordered["month"].to_list()
    ends = {"after its last figures": names[filled[-1] + 1 :], "before its first figures": names[: filled[0]]}
    found = []
    for which, run in ends.items():
        if len(run) >= rule.fewest:
            what = (
                f"{name} is 0 everywhere from {run[0]} to {run[-1]}, {which}: "
                "most likely these months are not covered, and their zeros are no observations."
            )
            found.append(_of("empty_months", what, f"{version.table}, {run[0]} to {run[-1]}", "high", run[0], version))
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
    more = f", and {twice.height - most:,} groups more" if twice.height > most else ""
    what = (
        f"{int(twice['count'].sum()):,} rows of {version.table} version {version.version} form {twice.height:,} groups "
        f"that agree in {len(same)} columns: {'; '.join(cited[:5])}{more if twice.height > 5 else ''}."
    )
    evidence = tuple(RowRef(version.table, version.version, group, version.sha256) for group in cited)
    return [DataFinding("duplicates", what, f"{version.table}, {version.provider}", "medium", None, evidence)]


def _of(code: str, what: str, where: str, severity: str, since: str | None, *versions: VersionRef) -> DataFinding:
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
