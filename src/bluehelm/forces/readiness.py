"""How ready is a pledged unit, on what evidence, until when, and why was it lowered?

A pledge climbs one level at a time, each time with the evidence that the ladder names (a dated definition). It lapses
when it is not renewed: first after twelve months, later after six. Nothing is overwritten: the file is the list of
steps, and the level on a day follows from it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from dateutil.relativedelta import relativedelta

from bluehelm.language import _


class ReadinessError(ValueError):
    """A step that the ladder does not allow; the file is unchanged."""


class Rung(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def evidence(self) -> tuple[str, ...]: ...


class Ladder(Protocol):
    """The levels from lowest to highest, the renewal clock, and the reasons for which a unit may be lowered."""

    @property
    def levels(self) -> Sequence[Rung]: ...
    @property
    def first_renewal_months(self) -> int: ...
    @property
    def later_renewal_months(self) -> int: ...
    @property
    def downgrade_reasons(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Step:
    """What happened on a day: `level` holds from then; `evidence` names documents by the kind of evidence they are."""

    on: date
    deed: str
    level: str
    evidence: Mapping[str, str]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ReadinessFile:
    """The steps of one pledge, oldest first; without any it is not registered."""

    pledge: str
    steps: tuple[Step, ...] = ()


def raised(file: ReadinessFile, ladder: Ladder, *, on: date, evidence: Mapping[str, str]) -> ReadinessFile:
    """The file one level higher; ReadinessError names the evidence that is missing, or that it lapsed or is highest."""
    held = level_on(file, ladder, on)
    _in_time(file, on)
    if file.steps and held is None:
        raise ReadinessError(
            _(
                "{pledge} lapsed on {expires_on}; renew it first.",
                pledge=file.pledge,
                expires_on=expires_on(file, ladder),
            )
        )
    place = _place(ladder, held) + 1 if held else 0
    if place == len(ladder.levels):
        raise ReadinessError(_("{pledge} already is {held}, the highest level.", pledge=file.pledge, held=held))
    rung = ladder.levels[place]
    missing = [kind for kind in rung.evidence if not evidence.get(kind, "").strip()]
    if missing:
        raise ReadinessError(
            _(
                "{pledge} does not reach {name}: no {missing} was named.",
                pledge=file.pledge,
                name=rung.name,
                missing=_(", no ").join(missing),
            )
        )
    return _with(file, Step(on, "raised", rung.name, dict(evidence)))


def renewed(file: ReadinessFile, ladder: Ladder, *, on: date, evidence: Mapping[str, str]) -> ReadinessFile:
    """The file renewed at its last level; one that lapsed begins again at the lowest."""
    if not file.steps:
        raise ReadinessError(_("{pledge} was never registered.", pledge=file.pledge))
    _in_time(file, on)
    if not any(document.strip() for document in evidence.values()):
        raise ReadinessError(_("The renewal of {pledge} names no document.", pledge=file.pledge))
    return _with(file, Step(on, "renewed", level_on(file, ladder, on) or ladder.levels[0].name, dict(evidence)))


def lowered(file: ReadinessFile, ladder: Ladder, *, on: date, to: str, reason: str) -> ReadinessFile:
    """The file at a lower level, for one of the reasons of the ladder."""
    held = level_on(file, ladder, on)
    _in_time(file, on)
    if reason not in ladder.downgrade_reasons:
        raise ReadinessError(
            _(
                "{reason!r} is none of {downgrade_reasons}.",
                reason=reason,
                downgrade_reasons=", ".join(ladder.downgrade_reasons),
            )
        )
    if held is None or _place(ladder, to) >= _place(ladder, held):
        raise ReadinessError(
            _("{pledge} is at {held}; {to} is not lower.", pledge=file.pledge, held=held or _("no level"), to=to)
        )
    return _with(file, Step(on, "lowered", to, {}, reason))


def level_on(file: ReadinessFile, ladder: Ladder, on: date) -> str | None:
    """The level that held on a day; None before registration and after a renewal was missed."""
    known = replace(file, steps=tuple(step for step in file.steps if step.on <= on))
    lapses = expires_on(known, ladder)
    return None if lapses is None or on > lapses else known.steps[-1].level


def expires_on(file: ReadinessFile, ladder: Ladder) -> date | None:
    """The last day that the newest registration or renewal covers; None for a pledge never registered.

    Climbing and lowering do not move the clock.
    """
    marks = [step.on for step in file.steps[:1]] + [step.on for step in file.steps if step.deed == "renewed"]
    if not marks:
        return None
    months = ladder.first_renewal_months if len(marks) == 1 else ladder.later_renewal_months
    lapses: date = marks[-1] + relativedelta(months=months)
    return lapses


def expiring(files: Iterable[ReadinessFile], ladder: Ladder, *, on: date, within_days: int) -> list[ReadinessFile]:
    """The files that hold a level on a day and lapse within so many days, the soonest first."""
    soon = [
        (lapses, file.pledge, file)
        for file in files
        if level_on(file, ladder, on) and (lapses := expires_on(file, ladder)) and (lapses - on).days <= within_days
    ]
    return [file for *_rest, file in sorted(soon, key=lambda entry: entry[:2])]


def _place(ladder: Ladder, name: str) -> int:
    names = [rung.name for rung in ladder.levels]
    if name not in names:
        raise ReadinessError(_("{name!r} is not a level; known are {names}.", name=name, names=", ".join(names)))
    return names.index(name)


def _in_time(file: ReadinessFile, on: date) -> None:
    if file.steps and on < file.steps[-1].on:
        raise ReadinessError(
            _("{on} comes before the last step of {pledge}, {on_2}.", on=on, pledge=file.pledge, on_2=file.steps[-1].on)
        )


def _with(file: ReadinessFile, step: Step) -> ReadinessFile:
    return replace(file, steps=(*file.steps, step))
