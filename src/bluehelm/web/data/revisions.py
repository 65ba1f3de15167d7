"""Which two versions does a reader compare, and how is what changed put for the page?"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django import forms
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bluehelm.situation.revisions import Change
from bluehelm.store import Version
from bluehelm.tables import TABLES
from bluehelm.tables.countries import country_name
from bluehelm.tables.months import ordinal
from bluehelm.web.missions.dates import day_field
from bluehelm.web.missions.periods import first_day
from bluehelm.web.missions.refusals import Refusal, RefusedError
from bluehelm.web.missions.shown import store_for, visible_versions
from bluehelm.workflows.clock import today
from bluehelm.workflows.revisions import (
    EVENT_TABLES,
    SERIES_TABLES,
    MovedFigure,
    RevisionError,
    TableRevision,
    compare_versions,
    moved_figures,
)

COMPARABLE = (*EVENT_TABLES, *SERIES_TABLES)
CHANGES_LISTED = 200
WIDTH, HALF = 100.0, 20.0


class RevisionForm(forms.Form):
    """Two versions of one table, and the mission whose figures are looked at."""

    old = forms.TypedChoiceField(label=gettext_lazy("From version"), coerce=int)
    new = forms.TypedChoiceField(label=gettext_lazy("To version"), coerce=int)
    mission = forms.CharField(label=gettext_lazy("Figures of the mission"), required=False)
    as_of = day_field(label=gettext_lazy("What happened up to"))


def revision_form(request: HttpRequest, table: str) -> tuple[RevisionForm, list[Version]]:
    """The form filled with what was asked, else with the two newest versions of one provider; and the versions."""
    if table not in TABLES:
        raise Http404
    versions = visible_versions(request, table)
    form = RevisionForm({**_newest_pair(versions), **request.GET.dict()})
    choices = [(v.version, f"{v.version}, {v.provider}, {v.retrieved.isoformat()}") for v in versions]
    for name in ("old", "new"):
        form.fields[name].choices = choices  # type: ignore[attr-defined]  # a field of choices
    return form, versions


def _newest_pair(versions: Sequence[Version]) -> dict[str, int]:
    """The newest version that has one before it from the same provider, and that one."""
    chains: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for version in sorted(versions, key=lambda v: (v.retrieved, v.version)):
        chains[version.provider, version.synthetic].append(version.version)
    pairs = [(chain[-1], chain[-2]) for chain in chains.values() if len(chain) > 1]
    return {"old": max(pairs)[1], "new": max(pairs)[0]} if pairs else {}


def compared(request: HttpRequest, table: str, form: RevisionForm) -> tuple[TableRevision, list[MovedFigure] | None]:
    """The revision that a form asks for; RefusedError when it cannot be read or the table cannot be compared."""
    if not form.is_valid():
        problems = [f"{name}: {text}" for name, texts in form.errors.items() for text in texts]
        what, next_step = _("Two versions are needed."), _("Give their numbers as old and new.")
        raise RefusedError(Refusal(400, "bad_revision", what, request.path, next_step, problems))
    asked, home = form.cleaned_data, store_for(request).home
    try:
        found = compare_versions(home, table, asked["old"], asked["new"])
    except RevisionError as error:
        raise RefusedError(Refusal(400, "not_comparable", error.what, table, error.next_step)) from error
    if not asked["mission"]:
        return found, None
    as_of = asked["as_of"] or today()
    return found, moved_figures(home, asked["mission"], found.old, found.new, as_of=as_of)


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A country's month before and after."""

    country: str
    month: date
    change: Change


def largest_changes(changes: Sequence[Change]) -> list[ChangeRow]:
    """The changes that move most deaths first, then most events; as many as a page bears."""
    ordered = sorted(changes, key=lambda c: (-_moved(c.old, c.new), -_moved(c.old_count, c.new_count), c.month))
    return [
        ChangeRow(country_name(change.iso3) if change.iso3 else _("no country"), first_day(change.month), change)
        for change in ordered[:CHANGES_LISTED]
    ]


def _moved(old: int | None, new: int | None) -> int:
    return abs((new or 0) - (old or 0))


@dataclass(frozen=True, slots=True)
class Shift:
    """A month's net change as a bar that stands on the middle line or hangs from it."""

    x: float
    y: float
    width: float
    height: float
    more: bool


def shifts(changes: Sequence[Change], months: Sequence[str]) -> tuple[list[Shift], int]:
    """Net change of deaths by month over the months compared, and the largest of them; none when nothing moved."""
    sums: dict[str, int] = defaultdict(int)
    for change in changes:
        sums[change.month] += (change.new or 0) - (change.old or 0)
    top = max(map(abs, sums.values()), default=0)
    if not top or not months:
        return [], 0
    first, step = ordinal(months[0]), WIDTH / (ordinal(months[-1]) - ordinal(months[0]) + 1)
    return [_shift((ordinal(month) - first) * step, step, by / top) for month, by in sorted(sums.items()) if by], top


def _shift(x: float, step: float, share: float) -> Shift:
    height = round(HALF * abs(share), 3)
    return Shift(round(x, 3), round(HALF - height if share > 0 else HALF, 3), round(step, 3), height, share > 0)
