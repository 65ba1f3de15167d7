"""How do the rows of a file become records: what would change, what did, and how is it undone?

The three files are those that `forces match` takes. A file with any problem changes nothing. Records that a file does
not name stay as they are; a level that a file says is noted as taken over, with no evidence seen here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from bluehelm.forces import supply
from bluehelm.forces.caveats import written
from bluehelm.forces.intake import read_contributors, read_pledges, read_requirements
from bluehelm.forces.supply import ForcesError, contradictions
from bluehelm.web.forces import labels
from bluehelm.web.forces.actions import first_step, level_of_steps, take_over_level
from bluehelm.web.forces.exchange import (
    in_force,
    is_ready,
    ladder,
    pledge_fields,
    requirement_fields,
    sha256_of,
)
from bluehelm.web.forces.held import RefusedError, day_of, differing, house, labelled, note, own_reader, plain
from bluehelm.web.forces.models import Caveat, Contributor, FileImport, Pledge, Requirement
from bluehelm.web.posts.acting import Actor, NotAllowedError
from bluehelm.web.posts.marked import readable
from bluehelm.web.posts.models import CODE

NEW, CHANGED, SAME = "new", "changed", "same"
KINDS = ("requirements", "pledges", "contributors")
MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Difference:
    """What a file would do to one record: `fields` are the fields that differ, before and after."""

    code: str
    deed: str
    fields: dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a file would do, and what is wrong with it; with problems nothing can be applied."""

    what: str
    file_name: str
    sha256: str
    differences: tuple[Difference, ...]
    problems: tuple[str, ...]

    def number(self, deed: str) -> int:
        return sum(one.deed == deed for one in self.differences)


def dry_run(*, what: str, file_name: str, text: str, by: Actor, on: date | None = None) -> DryRun:
    """What a file would change, and nothing is."""
    _require_headquarters(by, what)
    plan, problems = plan_of(what, file_name, text, by, day_of(on))
    differences = tuple(Difference(step.code, step.deed, step.fields) for step in plan)
    return DryRun(what, file_name, sha256_of(text), differences, tuple(problems))


@transaction.atomic
def take_in(
    *, what: str, file_name: str, text: str, expected_sha256: str, by: Actor, on: date | None = None
) -> FileImport:
    """Make a file's rows records, all or none. It takes the digest that the dry run showed."""
    _require_headquarters(by, what)
    day = day_of(on)
    if sha256_of(text) != expected_sha256:
        raise RefusedError(_("This is not the file whose differences were shown; look at its differences first."))
    plan, problems = plan_of(what, file_name, text, by, day)
    if problems:
        raise RefusedError(" ".join(problems[:5]))
    steps = [step for step in plan if step.deed != SAME]
    if not steps:
        raise RefusedError(_("Every row stands as it did; there is nothing to take in."))
    kept = [{"code": step.code, "deed": step.deed, "fields": step.fields, "version": step.apply()} for step in steps]
    made = FileImport.objects.create(
        what=what,
        file_name=file_name,
        sha256=expected_sha256,
        on=day,
        post=by.post_code,
        changes=kept,
        **labelled(labels.of_headquarters()),
    )
    note(made, "import.taken_in", by, day, fields={"rows": [None, len(kept)]})
    return made


@transaction.atomic
def undo(*, number: int, expected_version: int, reason: str, by: Actor) -> FileImport:
    """Put back what a file changed; refused as a whole where a record was changed since or something hangs on it."""
    done = (
        FileImport.objects.select_for_update(of=("self",)).filter(readable(own_reader(by, "pledge")), pk=number).first()
    )
    if done is None:
        raise NotAllowedError(_("There is no such import, or it is not addressed to you."))
    _require_headquarters(by, done.what)
    if done.undone_on:
        raise RefusedError(_("It was undone on %(undone_on)s already.") % {"undone_on": done.undone_on})
    if not reason.strip():
        raise RefusedError(_("Say why; the reason is kept."))
    source = _source(done.file_name, done.sha256)
    problems = [problem for kept in reversed(done.changes) for problem in put_back(done.what, kept, source, by)]
    if problems:
        raise RefusedError(" ".join(problems[:5]))
    done.undone_on = day_of(None)
    done.save_changed("undone_on", expected_version=expected_version)
    note(done, "import.undone", by, done.undone_on, reason=reason)
    return done


def _source(file_name: str, sha256: str) -> str:
    """How a level and a limit name the file that said so."""
    return f"{file_name} ({sha256[:12]})"


# What a file would do


@dataclass(frozen=True, slots=True)
class _Step:
    """One row: what it would do, and how it is done; `apply` gives the record's number afterwards."""

    code: str
    deed: str
    fields: dict[str, list[Any]]
    apply: Callable[[], int]


def plan_of(what: str, file_name: str, text: str, by: Actor, on: date) -> tuple[list[_Step], list[str]]:
    """What each row of a file would do, and what is wrong with it; `exchange` asks here too."""
    lines = text.lstrip("\ufeff").splitlines(keepends=True)
    try:
        if what == "requirements":
            return _requirements(read_requirements(lines, file_name, ladder()), by, on)
        if what == "pledges":
            source = _source(file_name, sha256_of(text))
            return _pledges(read_pledges(lines, file_name, ladder()), source, by, on)
        return _contributors(read_contributors(lines, file_name), by, on)
    except ForcesError as error:
        return [], list(error.problems)


def _requirements(said: list[supply.Requirement], by: Actor, on: date) -> tuple[list[_Step], list[str]]:
    known = {one.code: one for one in Requirement.objects.select_related("releasable_to").filter(code__in=_ids(said))}
    problems = [*_bad_codes(_ids(said)), *_unreadable(known, by, "requirement")]
    problems += [f"{code}: was withdrawn; give the file another id." for code, one in known.items() if one.withdrawn_on]
    return [_requirement_step(one, known.get(one.id), by, on) for one in said], problems


def _requirement_step(said: supply.Requirement, record: Requirement | None, by: Actor, on: date) -> _Step:
    values = requirement_fields(said)

    def make() -> int:
        made = Requirement.objects.create(code=said.id, **values, **labelled(labels.of_mission(said.mission)))
        note(made, "requirement.taken_in", by, on)
        return made.row_version

    if record is None:
        return _Step(said.id, NEW, {name: [None, plain(value)] for name, value in values.items()}, make)
    return _changing(record, values, "requirement.taken_in", by, on)


def _changing(record: Any, values: dict[str, Any], deed: str, by: Actor, on: date) -> _Step:
    changed = differing(record, values)

    def change() -> int:
        for name in changed:
            setattr(record, name, values[name])
        record.save_changed(*changed, expected_version=record.row_version)
        note(record, deed, by, on, fields=changed)
        return int(record.row_version)

    return _Step(record.code, CHANGED if changed else SAME, changed, change)


def _pledges(said: list[supply.Pledge], source: str, by: Actor, on: date) -> tuple[list[_Step], list[str]]:
    asked = Pledge.objects.select_related("releasable_to", "contributor").prefetch_related("caveats", "steps")
    known = {one.code: one for one in asked.filter(code__in=_ids(said))}
    houses = {one.code: one for one in Contributor.objects.filter(code__in={one.contributor for one in said})}
    problems = [*_bad_codes(_ids(said)), *_bad_codes({one.contributor for one in said} - set(houses))]
    problems += _unreadable(known, by, "pledge")
    for one in said:
        record = known.get(one.id)
        if record and record.withdrawn_on:
            problems.append(f"{one.id}: was withdrawn; give the file another id.")
        if record and record.contributor.code != one.contributor:
            problems.append(f"{one.id}: is {record.contributor.code}'s here, and {one.contributor}'s in the file.")
        if one.women is not None and one.women > one.strength:
            problems.append(f"{one.id}: there cannot be more women than persons.")
        if one.monthly_cost is not None and round(one.monthly_cost, 2) != one.monthly_cost:
            problems.append(f"{one.id}: a monthly cost has two decimals at most.")
    problems += [f"{code}: is an organisation here that is no state." for code in _no_states(said, houses)]
    problems += _groups_beside(said)
    label_of = cache(lambda contributor: labelled(labels.of_contributor(contributor)))
    return [_pledge_step(one, known.get(one.id), houses, source, by, on, label_of) for one in said], problems


def _no_states(said: Iterable[supply.Pledge], houses: dict[str, Contributor]) -> list[str]:
    return sorted(code for code in {one.contributor for one in said} - set(houses) if labels.is_a_house(code))


def _groups_beside(said: list[supply.Pledge]) -> list[str]:
    """Joint groups that the file and the records would make together, and that make no unit."""
    groups = {one.joint_group for one in said if one.joint_group}
    named = _ids(said)
    beside = [
        one
        for one in Pledge.objects.filter(joint_group__in=groups, withdrawn_on=None).exclude(code__in=named)
        if one.level
    ]
    found = []
    for group in sorted(filter(None, groups)):
        members = [one for one in said if one.joint_group == group]
        others = [one.code for one in beside if one.joint_group == group]
        if others:
            found.append(f"joint group {group}: {', '.join(others)} of the records belongs to it; name it in the file.")
        found += contradictions(members)
    return found


def _pledge_step(
    said: supply.Pledge,
    record: Pledge | None,
    houses: dict[str, Contributor],
    source: str,
    by: Actor,
    on: date,
    label_of: Callable[[str], dict[str, Any]],
) -> _Step:
    values = pledge_fields(said)
    if record is None:
        fields = {name: [None, plain(value)] for name, value in values.items()}
        fields |= {"level": [None, said.level.name], "caveats": [None, written(said.caveats)]}

        def make() -> int:
            state = houses.get(said.contributor) or _new_contributor(said.contributor, None, by, on, houses)
            made = Pledge(code=said.id, contributor=state, **values, **label_of(said.contributor))
            step = first_step(made, said.level.name, source, by, on)
            made.save(force_insert=True)
            step.save(force_insert=True)
            _declare_limits(made, _limits(said), source, on, 0)
            note(made, "pledge.taken_in", by, on)
            return made.row_version

        return _Step(said.id, NEW, fields, make)
    changed = differing(record, values)
    holds = record.level if is_ready(record, on) else ""
    if holds != said.level.name:
        changed["level"] = [holds, said.level.name]
    before = written(in_force(record.caveats.all(), on))
    if before != written(said.caveats):
        changed["caveats"] = [before, written(said.caveats)]

    def change() -> int:
        for name in changed:
            if name in values:
                setattr(record, name, values[name])
        if "caveats" in changed:
            _set_caveats(record, said, source, on)
        if "level" in changed:
            take_over_level(record, said.level.name, source, by, on)
        record.save_changed(*values, "level", "expires_on", expected_version=record.row_version)
        note(record, "pledge.taken_in", by, on, fields=changed)
        return record.row_version

    return _Step(said.id, CHANGED if changed else SAME, changed, change)


def _set_caveats(pledge: Pledge, said: supply.Pledge, source: str, on: date) -> None:
    """Lift the limits that hold, and declare those the file says, in its order."""
    for standing in pledge.caveats.filter(lifted_on=None):
        standing.lifted_on, standing.lifted_reason = on, source
        standing.save_changed("lifted_on", "lifted_reason", expected_version=standing.row_version)
    _declare_limits(pledge, _limits(said), source, on, pledge.caveats.count())


def _limits(said: supply.Pledge) -> list[tuple[str, str]]:
    return [(one.kind, one.value) for one in said.caveats]


def _declare_limits(pledge: Pledge, limits: list[tuple[str, str]], source: str, on: date, number: int) -> None:
    if limits:
        Caveat.objects.bulk_create(
            Caveat(
                pledge=pledge, number=number + place, what=kind, value=value, declared_on=on, source=source,
                marking=pledge.marking, releasable_to=pledge.releasable_to,
            )
            for place, (kind, value) in enumerate(limits, start=1)
        )  # fmt: skip


def _contributors(said: dict[str, int | None], by: Actor, on: date) -> tuple[list[_Step], list[str]]:
    known = {one.code: one for one in Contributor.objects.select_related("releasable_to").filter(code__in=said)}
    problems = [*_bad_codes(set(said)), *_unreadable(known, by, "pledge")]
    problems += [f"{code}: is an organisation here that is no state." for code in said if labels.is_a_house(code)]
    steps = []
    for code, most in said.items():
        if record := known.get(code):
            steps.append(_changing(record, {"max_units": most}, "contributor.taken_in", by, on))
        else:
            steps.append(_Step(code, NEW, {"max_units": [None, most]}, _maker(code, most, by, on)))
    return steps, problems


def _maker(code: str, most: int | None, by: Actor, on: date) -> Callable[[], int]:
    return lambda: _new_contributor(code, most, by, on, {}).row_version


def _new_contributor(code: str, most: int | None, by: Actor, on: date, houses: dict[str, Contributor]) -> Contributor:
    made = Contributor.objects.create(code=code, name=code, max_units=most, **labelled(labels.of_contributor(code)))
    houses[code] = made
    note(made, "contributor.taken_in", by, on)
    return made


def _ids(said: Iterable[Any]) -> set[str]:
    return {one.id for one in said}


def _bad_codes(codes: Iterable[str]) -> list[str]:
    wrong = sorted(code for code in codes if not CODE.fullmatch(code) or len(code) > 60)
    return [f"{code!r}: an id of a record is letters, digits, hyphens and underscores, at most 60." for code in wrong]


def _unreadable(known: dict[str, Any], by: Actor, kind: str) -> list[str]:
    """A record that exists and is not addressed to whoever takes the file in cannot be changed by it."""
    return [f"{code}: there is such a record, and you may not change it." for code, one in known.items()
            if not by.may_read(kind, one.label) or not by.may("create", kind, one.marking)]  # fmt: skip


def _require_headquarters(by: Actor, what: str) -> None:
    if what not in KINDS:
        raise RefusedError(_("%(what)s is none of %(listed)s.") % {"what": repr(what), "listed": ", ".join(KINDS)})
    by.require("create", _right(what), labels.of_headquarters().marking)
    if house(by) or (by.post and by.post.mission):
        raise NotAllowedError(_("Files are taken in at headquarters."))


def _right(what: str) -> str:
    return "requirement" if what == "requirements" else "pledge"


def may_take_in(by: Actor, what: str) -> bool:
    """Whether a post takes in such files."""
    at_headquarters = not (house(by) or (by.post and by.post.mission))
    return at_headquarters and by.may("create", _right(what), labels.of_headquarters().marking)


# How it is undone

_MODELS: dict[str, type[Any]] = {"requirements": Requirement, "pledges": Pledge, "contributors": Contributor}


def put_back(what: str, kept: dict[str, Any], source: str, by: Actor) -> list[str]:
    """Put one record back as it was; what stands in the way is told instead."""
    model, code = _MODELS[what], kept["code"]
    record = model.objects.select_for_update(of=("self",)).filter(code=code).first()
    if record is None or record.row_version != kept["version"]:
        return [f"{code} was changed since."]
    if kept["deed"] == NEW:
        note(record, f"{model.__name__.lower()}.import_undone", by, day_of(None))
        try:
            with transaction.atomic():
                record.delete()
        except ProtectedError:
            return [f"Something hangs on {code} by now."]
        return []
    before = {name: pair[0] for name, pair in kept["fields"].items()}
    if isinstance(record, Pledge):
        _put_back_pledge(record, before, source)
    plain_fields = [name for name in before if name not in ("level", "caveats")]
    for name in plain_fields:
        setattr(record, name, record._meta.get_field(name).to_python(before[name]))
    further = ("level", "expires_on") if "level" in before else ()
    record.save_changed(*plain_fields, *further, expected_version=record.row_version)
    note(record, f"{model.__name__.lower()}.import_undone", by, day_of(None))
    return []


def _put_back_pledge(pledge: Pledge, before: dict[str, Any], source: str) -> None:
    """Take the last step of the ladder back, and let the limits hold that held before."""
    if "level" in before:
        pledge.steps.order_by("number").last().delete()  # type: ignore[union-attr]  # the import made one
        pledge.level, pledge.expires_on = level_of_steps(pledge)
    if "caveats" in before:
        pledge.caveats.filter(lifted_on=None, source=source).delete()
        pledge.caveats.filter(lifted_reason=source).update(lifted_on=None, lifted_reason="")
