"""What in the data that are held needs a look, and which months and countries do they cover?

Looks at the newest version of every provider's chain and proposes findings. Nothing is repaired and nothing left out
of a figure because of them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from bluehelm.definitions import packaged_text
from bluehelm.definitions.quality import QualityRules, parse_quality_rules
from bluehelm.language import _, gettext_noop
from bluehelm.situation import quality
from bluehelm.situation.quality import DataFinding
from bluehelm.spine import DefinitionRef
from bluehelm.store import Store, Version
from bluehelm.tables import TABLES
from bluehelm.tables.months import month_of
from bluehelm.workflows.brief_mission import version_ref
from bluehelm.workflows.events_view import covered_months, events_view

RULES = "quality.yaml"
# Tables with persons counted on the last day of each month, and by what they are summed besides in all.
STRENGTHS = {"contributions": "mission", "contributor_months": None, "mission_months": "mission"}
TOTAL = ("total", "all")
COUNTED = (gettext_noop("Strength"), gettext_noop("persons"))


@dataclass(frozen=True, slots=True)
class Covered:
    """What the newest version of a provider's chain speaks of; `countries` is None for the whole world."""

    version: Version

    def speaks_of(self, iso3: str, month: str) -> bool:
        return self.version.covers(iso3) and month in covered_months(self.version)


@dataclass(frozen=True, slots=True)
class Watch:
    """What the data quality watch found, and what it looked at."""

    as_of: date
    known_on: date | None
    findings: tuple[DataFinding, ...]
    coverage: tuple[Covered, ...]
    rules: QualityRules


@lru_cache(maxsize=1)
def quality_rules() -> QualityRules:
    """The packaged rules."""
    return parse_quality_rules(packaged_text(RULES), RULES)


def watch_quality(home: Path, *, as_of: date, known_on: date | None = None) -> Watch:
    """Findings about the data held, the gravest first; synthetic data are looked at like all others."""
    store, rules = Store(home), quality_rules()
    newest = newest_of_chains(store, known_on)
    found: list[DataFinding] = []
    for version in newest:
        found += _findings_of(store, version, rules, as_of)
    found += _uncovered(home, known_on)
    order = {severity: number for number, severity in enumerate(("critical", "high", "medium", "low"))}
    found.sort(key=lambda one: (order[one.severity], one.code, one.where.english, one.since or ""))
    return Watch(as_of, known_on, tuple(found), tuple(map(Covered, newest)), rules)


def newest_of_chains(store: Store, known_on: date | None) -> list[Version]:
    """The newest version of every provider's chain, by table and provider; candidates are many and all are kept."""
    chains: dict[tuple[str, str, bool], Version] = {}
    for table in TABLES:
        for synthetic in (False, True):
            for version in store.known(table, synthetic=synthetic, known_on=known_on):
                chains[table, version.provider, synthetic] = version
    return [chains[name] for name in sorted(chains)]


def _findings_of(store: Store, version: Version, rules: QualityRules, as_of: date) -> Iterator[DataFinding]:
    ref, rows = version_ref(version), store.scan(version)
    rhythm = rules.rhythm_of(version.provider)
    if rhythm:
        yield from quality.stale(ref, version.coverage.last_month, rhythm, as_of)
    if version.table == "events":
        yield from _of_events(version, rows, rules, as_of)
    if version.table == "deployments":
        yield from quality.map_gaps(rows, ref, rules.map_gap_months)
        yield from quality.duplicates(rows, "location", quality.SAME_ENTRY, ref, rules.listed_most)
    if version.table in STRENGTHS:
        yield from _of_strengths(version, rows, rules)
    if version.table == "country_months":
        months = rows.group_by("month").agg(pl.col("best").sum().alias("value")).collect()
        yield from quality.empty_ends(months, gettext_noop("Deaths"), ref, rules.empty_months)


def _of_events(version: Version, rows: pl.LazyFrame, rules: QualityRules, as_of: date) -> Iterator[DataFinding]:
    ref, coverage = version_ref(version), version.coverage
    yield from quality.duplicates(rows, "event_id", quality.SAME_EVENT, ref, rules.listed_most)
    if not coverage.first_month or not coverage.last_month:
        return
    happened = rows.filter(pl.col("date_start") <= as_of)
    last = min(coverage.last_month, month_of(as_of))
    yield from quality.silences(happened, ref, (coverage.first_month, last), rules.silence)
    year = pl.col("date_start").dt.year().alias("year")
    yearly = happened.group_by(year).agg(pl.len().cast(pl.Int64).alias("value")).collect()
    whole = yearly.filter(pl.col("year").is_in(_whole_years(version, as_of)))
    series = whole.with_columns(pl.lit(quality.ALL).alias("group"))
    yield from quality.yearly_changes(series, gettext_noop("Events"), gettext_noop("events"), ref, rules.change)


def _whole_years(version: Version, as_of: date) -> list[int]:
    """The years of which every month is covered and over."""
    months = [month for month in covered_months(version) if month < month_of(as_of)]
    years = {int(month[:4]) for month in months}
    return sorted(year for year in years if sum(month.startswith(f"{year:04d}") for month in months) == 12)


def _of_strengths(version: Version, rows: pl.LazyFrame, rules: QualityRules) -> Iterator[DataFinding]:
    """Strengths are stocks: a year's figure is the mean of its months, never their sum."""
    ref, by = version_ref(version), STRENGTHS[version.table]
    counted = rows.filter(~pl.col("personnel").is_in(TOTAL).fill_null(False)) if _has_details(rows) else rows
    persons = counted.group_by("month").agg(pl.col("persons").sum().alias("value")).collect()
    yield from quality.empty_ends(persons, gettext_noop("Persons"), ref, rules.empty_months)
    yield from quality.yearly_changes(
        _yearly(persons.with_columns(group=pl.lit(quality.ALL))), *COUNTED, ref, rules.change
    )
    if by:
        parts = counted.group_by("month", pl.col(by).alias("group")).agg(pl.col("persons").sum().alias("value"))
        yield from quality.yearly_changes(_yearly(parts.collect()), *COUNTED, ref, rules.change)


def _has_details(rows: pl.LazyFrame) -> bool:
    return not rows.filter(~pl.col("personnel").is_in(TOTAL).fill_null(False)).head(1).collect().is_empty()


def _yearly(months: pl.DataFrame) -> pl.DataFrame:
    """The mean month of each year of which every month of the table is there, by `group`."""
    year = pl.col("month").str.slice(0, 4).cast(pl.Int64).alias("year")
    return (
        months.group_by("group", year)
        .agg(pl.col("value").mean(), pl.len().alias("months"))
        .filter(pl.col("months") == 12)
    )


def _uncovered(home: Path, known_on: date | None) -> list[DataFinding]:
    view = events_view(home, known_on=known_on)
    return quality.uncovered(view.months, [version_ref(v) for v in view.versions]) if view else []


def watch_json(watch: Watch) -> dict[str, Any]:
    """The watch as plain JSON values, its sentences in the language of now."""
    rules = DefinitionRef(RULES, watch.rules.title, watch.rules.valid_from, watch.rules.status)
    return {
        "as_of": watch.as_of.isoformat(),
        "known_on": watch.known_on.isoformat() if watch.known_on else None,
        "findings": [_finding_json(finding) for finding in watch.findings],
        "coverage": [_covered_json(of.version) for of in watch.coverage],
        "versions": _versions_json(of.version for of in watch.coverage),
        "definitions": [
            {
                "name": rules.name,
                "title": rules.title,
                "valid_from": rules.valid_from.isoformat(),
                "status": rules.status,
            }
        ],
    }


def _finding_json(finding: DataFinding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "title": _(quality.TITLES[finding.code]),
        "what": str(finding.what),
        "where": str(finding.where),
        "severity": finding.severity,
        "since": finding.since,
        "evidence": [
            {"table": row.table, "version": row.version, "key": row.key or None, "sha256": row.sha256}
            for row in finding.evidence
        ],
        "key": finding.key,
    }


def _covered_json(version: Version) -> dict[str, Any]:
    coverage = version.coverage
    return {
        "table": version.table,
        "provider": version.provider,
        "version": version.version,
        "synthetic": version.synthetic,
        "first_month": coverage.first_month,
        "last_month": coverage.last_month,
        "countries": None if coverage.countries is None else list(coverage.countries),
    }


def _versions_json(versions: Iterable[Version]) -> list[dict[str, Any]]:
    return [
        {"table": v.table, "version": v.version, "sha256": v.sha256, "retrieved": v.retrieved.isoformat()}
        for v in versions
    ]
