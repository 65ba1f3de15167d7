"""What does a report say, as one value that is kept, compared and checked?

The content is what a person typed and nothing the desks added: grades, verification and links are not in it. It is the
same mapping in a version, in a form, in a file from the field and in an answer to a program.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bluehelm.definitions.report_types import packaged_report_types
from bluehelm.situation.reports import GROUPS, OUTCOMES, Harm, Party, Range, Report, ReportError, problems_of
from bluehelm.web.reports import models

FIELDS = (
    "type", "from_at", "until_at", "certainty", "place", "placed_by", "precision", "latitude", "longitude", "parties",
    "harm", "narrative", "response", "source_type",
)  # fmt: skip
Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Differing:
    """One field of two contents."""

    name: str
    now: Any
    other: Any


def content_of(report: models.Report) -> dict[str, Any]:
    """What a report says now."""
    return {name: _plain(getattr(report, name)) for name in FIELDS}


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="minutes") if isinstance(value, datetime) else value


def fields_of(content: Content) -> dict[str, Any]:
    """The columns of a report that says this."""
    found = {name: _of(content, name) for name in FIELDS}
    for name in ("from_at", "until_at"):
        found[name] = datetime.fromisoformat(found[name]).astimezone(UTC)
    found["sort"] = _sort_of(content["type"])
    return found


def _of(content: Content, name: str) -> Any:
    """A field of a content; versions that were kept before the kind of source was asked for do not say it."""
    return content.get(name, "") if name == "source_type" else content[name]


def _sort_of(name: str) -> str:
    found = packaged_report_types().get(name)
    return found.sort if found else "event"


def differing(now: Content, other: Content) -> list[Differing]:
    """The fields in which two contents differ, in the order of the form."""
    said = ((name, _of(now, name), _of(other, name)) for name in FIELDS)
    return [Differing(name, mine, others) for name, mine, others in said if mine != others]


def checked(content: Content, now: datetime) -> Content:
    """The content, when it can be taken in; ReportError with everything that is wrong else."""
    problems = problems_of(as_report(0, content), (one.type for one in packaged_report_types().types), now)
    if problems:
        raise ReportError(problems)
    return content


def as_report(key: int, content: Content) -> Report:
    """The content as the library compares reports."""
    values = {name: _of(content, name) for name in FIELDS if name not in ("parties", "harm", "from_at", "until_at")}
    return Report(
        key=key,
        from_at=datetime.fromisoformat(content["from_at"]),
        until_at=datetime.fromisoformat(content["until_at"]),
        parties=tuple(Party(name, role) for name, role in content["parties"]),
        harm=harm_of(content["harm"]),
        **values,
    )


def harm_of(kept: Mapping[str, Mapping[str, Any]]) -> tuple[Harm, ...]:
    """Outcomes as they are kept: `{"killed": {"all": [2, 5], "women": [1, 1]}}`; null is an unknown upper end."""
    return tuple(
        Harm(
            outcome,
            Range(*told["all"]) if told.get("all") else None,
            {group: Range(*told[group]) for group in GROUPS if told.get(group)},
        )
        for outcome in OUTCOMES
        if (told := kept.get(outcome))
    )


def harm_kept(harm: tuple[Harm, ...]) -> dict[str, dict[str, list[int | None]]]:
    """The other way round; what nobody counted is left out."""
    kept = {}
    for one in harm:
        told = {group: [found.low, found.high] for group, found in one.groups.items()}
        if one.total is not None:
            told["all"] = [one.total.low, one.total.high]
        if told:
            kept[one.outcome] = told
    return kept
