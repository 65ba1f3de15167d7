"""What did the mission itself record, put beside what a provider lists, without ever adding the two?

Two columns month by month: neither a sum nor a difference is computed, because both lists speak in part of the same
events and count them by other rules. A month that one of them does not cover is unknown there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bluehelm.disclosure import Label
from bluehelm.disclosure.marking import audience_words
from bluehelm.language import _, called, figure, gettext_noop
from bluehelm.spine import VersionRef

CAVEATS = (
    gettext_noop(
        "Incidents that the mission reported, verified and approved, where it could look. What was not seen, not "
        "reported or not approved is not among them: a month without any is not a quiet month."
    ),
    gettext_noop(
        "Deaths are the mission's own lowest and highest number; there is no best estimate, and where an incident "
        "has no count the highest is unknown."
    ),
    gettext_noop(
        "The provider's list speaks in part of the same events and counts by other rules. The two are never added; "
        "where they differ it is said that they do, not which is right."
    ),
    gettext_noop("Both columns count in the month in which something began."),
)


@dataclass(frozen=True, slots=True)
class OwnType:
    """Incidents of one of the mission's types, and the provider's type it maps to (None: to none)."""

    word: str
    title: str
    maps_to: str | None
    count: int
    low: int | None
    high: int | None
    uncounted: int


@dataclass(frozen=True, slots=True)
class ProviderType:
    """The provider's events of one of its types, in the months that both lists cover."""

    type: str
    count: int
    best: int


@dataclass(frozen=True, slots=True)
class OwnMonth:
    """A month of the mission's own incidents beside the provider's events; the provider's are None where not covered.

    The mission's own are None where nobody looked in that month: what was not looked for is not nought.
    `patrols` and `reporter_days` are None where no effort was published; `partial` where the day asked about cuts it.
    """

    month: str
    count: int | None
    low: int | None
    high: int | None
    uncounted: int | None
    provider_count: int | None
    provider_best: int | None
    patrols: int | None = None
    reporter_days: int | None = None
    partial: bool = False


@dataclass(frozen=True, slots=True)
class OwnIncidents:
    """The mission's own incidents from `first_month` to `last_month`; `late` of them were verified late.

    `provider` is None where no version of events covers the mission, `effort` where none was published.
    """

    version: VersionRef
    label: Label
    first_month: str
    last_month: str
    count: int
    low: int | None
    high: int | None
    uncounted: int
    late: int
    types: tuple[OwnType, ...]
    months: tuple[OwnMonth, ...]
    provider: tuple[VersionRef, ...]
    provider_types: tuple[ProviderType, ...]
    effort: VersionRef | None = None
    effort_label: Label | None = None

    @property
    def labels(self) -> list[Label]:
        """The labels of what is shown."""
        return [self.label, *([self.effort_label] if self.effort_label else [])]

    @property
    def unmapped(self) -> int:
        """Incidents of types that the provider's list has no counterpart for."""
        return sum(one.count for one in self.types if one.maps_to is None)

    @property
    def caveats(self) -> tuple[str, ...]:
        """What a reader must know before comparing."""
        found = [_(caveat) for caveat in CAVEATS]
        if self.unmapped:
            found.append(
                _(
                    "{number:,} incidents are of types that the provider's list has no counterpart for.",
                    number=self.unmapped,
                )
            )
        if self.effort is None:
            found.append(_("How much was looked at in each month was not published."))
        return tuple(found)


def own_json(own: OwnIncidents | None) -> dict[str, Any] | None:
    """As the brief's JSON carries it: what the mission recorded, and apart from it what the provider lists."""
    if own is None:
        return None
    return {
        "version": _version(own.version),
        "marking": own.label.marking.code,
        "releasable_to": sorted(own.label.releasable_to),
        "first_month": own.first_month,
        "last_month": own.last_month,
        "count": own.count,
        "low": own.low,
        "high": own.high,
        "without_count": own.uncounted,
        "verified_late": own.late,
        "by_type": [
            {"type": one.word, "maps_to": one.maps_to, "count": one.count, "low": one.low, "high": one.high,
             "without_count": one.uncounted}
            for one in own.types
        ],
        "provider": {
            "versions": [_version(ref) for ref in own.provider],
            "by_type": [{"type": one.type, "count": one.count, "best": one.best} for one in own.provider_types],
        },
        "by_month": [_month_json(one) for one in own.months],
        "effort": None if own.effort is None else _version(own.effort),
        "caveats": list(own.caveats),
    }  # fmt: skip


def _month_json(one: OwnMonth) -> dict[str, Any]:
    return {
        "month": one.month,
        "partial": one.partial,
        "own": {"count": one.count, "low": one.low, "high": one.high, "without_count": one.uncounted},
        "provider": {"count": one.provider_count, "best": one.provider_best},
        "effort": {"patrols": one.patrols, "reporter_days": one.reporter_days},
    }


def _version(ref: VersionRef) -> dict[str, Any]:
    return {
        "table": ref.table,
        "version": ref.version,
        "sha256": ref.sha256,
        "retrieved": ref.retrieved.isoformat(),
    }


# For paper: rows of plain text

NOT_COVERED = gettext_noop("n/c")


def own_type_rows(own: OwnIncidents) -> list[list[str]]:
    """Title, the provider's type it maps to, incidents, killed at least, at most, without a count."""
    return [
        [
            called(one.title),
            one.maps_to or _("none"),
            figure(one.count),
            toll(one.low),
            toll(one.high),
            figure(one.uncounted),
        ]
        for one in own.types
    ]


def provider_type_rows(own: OwnIncidents) -> list[list[str]]:
    """Type, events, deaths by best estimate."""
    return [[one.type, figure(one.count), figure(one.best)] for one in own.provider_types]


def own_month_rows(own: OwnIncidents) -> list[list[str]]:
    """Month, own incidents, killed at least, at most; the provider's events and deaths; patrols, reporter-days."""
    return [
        [
            one.month + ("*" if one.partial else ""),
            toll(one.count),
            toll(one.low),
            toll(one.high),
            *(_(NOT_COVERED) if value is None else figure(value) for value in (one.provider_count, one.provider_best)),
            *(toll(value) for value in (one.patrols, one.reporter_days)),
        ]
        for one in own.months
    ]


def toll(value: int | None) -> str:
    return _("unknown") if value is None else figure(value)


def own_lines(own: OwnIncidents) -> list[str]:
    """Which versions stand side by side, their months and their toll, in a sentence each."""
    whose = _(
        "{marking}, for {readers}",
        marking=own.label.marking.words,
        readers=audience_words(own.label.releasable_to),
    )
    said = [
        _(
            "The mission's own: {table} version {version} ({whose}), {first} to {last}: {count:,} incidents, killed at "
            "least {low}, at most {high}; {uncounted:,} without a count; {late:,} verified late.",
            table=own.version.table,
            version=own.version.version,
            whose=whose,
            first=own.first_month,
            last=own.last_month,
            count=own.count,
            low=toll(own.low),
            high=toll(own.high),
            uncounted=own.uncounted,
            late=own.late,
        ),
        _("Beside it: {named}.", named=_named(own.provider))
        if own.provider
        else _("Beside it: no table of events covers the mission."),
    ]
    if own.effort:
        said.append(
            _("How much was looked at: {table} version {version}.", table=own.effort.table, version=own.effort.version)
        )
    return said


def _named(refs: Iterable[VersionRef]) -> str:
    return "; ".join(
        _("{table} version {version}", table=ref.table, version=ref.version) + f", {ref.title or ref.provider}"
        for ref in refs
    )
