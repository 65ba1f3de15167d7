"""Somebody else changed the finding while this person was typing: what did each of them change?

Nothing is lost. What only the other changed is taken over, what only this person changed stays in the form, and what
both changed stands side by side for the person to choose.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.http import QueryDict

from bluehelm.web.findings.forms import DeedForm, texts_of
from bluehelm.web.findings.models import Change, Finding
from bluehelm.web.findings.sight import Sight, sight_of


@dataclass(frozen=True, slots=True)
class Differing:
    """One field as the person first saw it, as it stands now, and as the person wrote it."""

    name: str
    label: str
    before: str
    now: str
    yours: str

    @property
    def is_yours_alone(self) -> bool:
        return self.now == self.before

    @property
    def is_theirs_alone(self) -> bool:
        return self.yours == self.before


@dataclass(frozen=True, slots=True)
class Clash:
    """What happened since the person opened the page, and the fields that now differ."""

    changes: tuple[Change, ...]
    fields: tuple[Differing, ...]


def clash(form: DeedForm, finding: Finding, seen: int) -> Clash:
    """What the person saw at version `seen`, against the finding as it stands; fields all agree on are left out."""
    since = tuple(finding.changes.filter(row_version__gt=seen))
    if not form.texts_of_the_finding:
        return Clash(since, ())
    now = texts_of(finding)
    before = now | _as_it_was(since, sight_of(finding, form.actor))
    compared = (
        Differing(
            name, str(form.fields[name].label), str(before[name]), str(value), str(form.cleaned_data.get(name, ""))
        )
        for name, value in now.items()
    )
    return Clash(since, tuple(one for one in compared if len({one.before, one.now, one.yours}) > 1))


def _as_it_was(since: Iterable[Change], sight: Sight) -> dict[str, Any]:
    """The fields that were changed since, with what they held before the first of these changes that may be seen."""
    was: dict[str, Any] = {}
    for change in since:
        for name, (before, _after) in sight.fields_of(change).items():
            was.setdefault(name, before)
    return {name: was[name] for name in texts_of(Finding()) if name in was}


def carried_over(form: DeedForm, found: Clash, finding: Finding) -> dict[str, Any]:
    """What the form should hold next: the person's own words, and the others' where only they changed something."""
    typed = dict(cast("QueryDict", form.data).lists())
    carried = {name: values if len(values) > 1 else values[0] for name, values in typed.items()}
    theirs = {one.name: one.now for one in found.fields if one.is_theirs_alone}
    return {**carried, **theirs, "expected_version": finding.row_version}
