"""How are the records matched, or turns planned, without keeping a page waiting?

A run is a record: asked for by a deed, carried out by a process of its own, its answer kept. What it reads is what the
one who asked may read, and its label is what all of that has in common, so that the answer reaches no one further; the
post that asked read all of it, and reads the answer too.
"""

import subprocess  # nosec B404  # starts our own program in a process of its own
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bluehelm.definitions.forces import packaged_matching
from bluehelm.disclosure import Label, combined
from bluehelm.forces.board import Board
from bluehelm.forces.caveats import CaveatError, parse_caveats
from bluehelm.forces.explain import Explainer
from bluehelm.forces.intake import read_pledges
from bluehelm.forces.supply import ForcesError, units_of
from bluehelm.forces.supply import Pledge as OfferedPledge
from bluehelm.forces.what_if import Scenario
from bluehelm.web.forces import exchange, labels
from bluehelm.web.forces.exchange import ladder
from bluehelm.web.forces.held import LIVE, RefusedError, labelled, note
from bluehelm.web.forces.models import Contributor, DeploymentCase, Pledge, Requirement, Run, Slot, TourOffer
from bluehelm.web.posts.acting import Actor, NotAllowedError, actor_for_command
from bluehelm.web.posts.models import Audience
from bluehelm.workflows.generate_forces import stress_json
from bluehelm.workflows.match_pledges import Inputs, match_pledges, matched_json, unfilled_json
from bluehelm.workflows.plain_text import ReadFile

SILENT = timedelta(minutes=15)
"""A run that has not been heard of for so long was stopped with its machine; no run takes so long."""
TIME_LIMIT_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a matching takes, what was left out of it and why, and whom its answer may reach."""

    inputs: Inputs
    left_out: dict[str, list[str]]
    label: Label


def gather(actor: Actor, on: date) -> Gathered:
    """The open requirements and free pledges that the actor may read, as the three files would say them."""
    live = DeploymentCase.objects.filter(LIVE)
    asked = Requirement.objects.readable_by(actor).filter(withdrawn_on=None).select_related("releasable_to")
    made = Pledge.objects.readable_by(actor).filter(withdrawn_on=None, until_on__gte=on)
    made = made.select_related("contributor", "releasable_to").prefetch_related("caveats")
    taken_requirements = set(live.values_list("requirement__code", flat=True))
    taken_pledges = set(live.values_list("pledge__code", flat=True))
    over = [one for one in asked if one.until_on < on]
    open_ones = [one for one in asked if one.code not in taken_requirements and one.until_on >= on]
    free = [one for one in made if one.code not in taken_pledges]
    ready, broken = exchange.whole_groups([one for one in free if exchange.is_ready(one, on)], on)
    left_out = {
        gettext_noop("requirements under way or filled"): sorted(
            one.code for one in asked if one.code in taken_requirements
        ),
        gettext_noop("requirements that have ended"): sorted(one.code for one in over),
        gettext_noop("pledges under way or deployed"): sorted(one.code for one in made if one.code in taken_pledges),
        gettext_noop("pledges without a level: never registered, or lapsed"): sorted(
            one.code for one in free if not exchange.is_ready(one, on)
        ),
        gettext_noop("pledges of joint groups that are not whole, or make no unit"): sorted(broken),
    }
    contributors = list(Contributor.objects.readable_by(actor).select_related("releasable_to"))
    ceilings = _what_is_left(contributors)
    inputs = _inputs([exchange.asked(one) for one in open_ones], [exchange.offered(one, on) for one in ready], ceilings)
    label = combined(one.label for one in (*open_ones, *ready, *contributors))
    return Gathered(inputs, {why: codes for why, codes in left_out.items() if codes}, label)


def open_requirements(actor: Actor, on: date) -> QuerySet[Requirement]:
    """The requirements a matching takes: they stand, have not ended, and nothing is under way for them."""
    live = DeploymentCase.objects.filter(LIVE).values("requirement")
    return Requirement.objects.readable_by(actor).filter(withdrawn_on=None, until_on__gte=on).exclude(pk__in=live)


def free_pledges(actor: Actor, on: date) -> QuerySet[Pledge]:
    """The pledges a matching takes, but for joint groups that make no unit: they stand, hold a level and are free."""
    live = DeploymentCase.objects.filter(LIVE).values("pledge")
    standing = Pledge.objects.readable_by(actor).filter(withdrawn_on=None, until_on__gte=on, expires_on__gte=on)
    return standing.exclude(pk__in=live)


def _what_is_left(contributors: Iterable[Contributor]) -> dict[str, int | None]:
    """How many units each contributor may give besides those under way and in place.

    A joint group is one unit of each contributor in it, whichever of its pledges has the case.
    """
    live = Pledge.objects.filter(pk__in=DeploymentCase.objects.filter(LIVE).values("pledge"))
    together = Pledge.objects.filter(joint_group__in=live.exclude(joint_group="").values("joint_group"))
    units = {
        (contributor, group or code)
        for contributor, group, code in (live | together).values_list("contributor__code", "joint_group", "code")
    }
    used = Counter(contributor for contributor, _unit in units)
    return {one.code: None if one.max_units is None else max(0, one.max_units - used[one.code]) for one in contributors}


def _inputs(requirements: list[Any], pledges: list[Any], ceilings: Mapping[str, int | None]) -> Inputs:
    texts = files_of(requirements, pledges, ceilings)
    files = tuple(ReadFile(name, exchange.sha256_of(text)) for name, text in texts.items())
    return Inputs(
        tuple(sorted(requirements, key=lambda one: one.id)),
        tuple(sorted(pledges, key=lambda one: one.id)),
        ceilings,
        files,
    )


def nearest_offers(actor: Actor, record: Requirement, on: date) -> dict[str, Any]:
    """What comes nearest to one requirement among the free offers of its capability, every rule that fails named, and
    the smallest change, as `forces explain` gives them; whatever else is asked for is not looked at."""
    made = free_pledges(actor, on).filter(capability=record.capability)
    made = made.select_related("contributor", "releasable_to").prefetch_related("caveats")
    ready, _broken = exchange.whole_groups(made, on)
    units = units_of([exchange.offered(one, on) for one in ready])
    ceilings = _what_is_left({one.contributor for one in ready})
    explainer = Explainer(units, Board(ceilings), packaged_matching().weights)
    return unfilled_json(next(explainer.about([exchange.asked(record)])))


def files_of(requirements: list[Any], pledges: list[Any], ceilings: Mapping[str, int | None]) -> dict[str, str]:
    """The three files that `forces match` takes."""
    requirements = sorted(requirements, key=lambda one: one.id)
    pledges = sorted(pledges, key=lambda one: one.id)
    return {
        "requirements.csv": exchange.as_csv(exchange.REQUIREMENT_COLUMNS, map(exchange.requirement_row, requirements)),
        "pledges.csv": exchange.as_csv(exchange.PLEDGE_COLUMNS, map(exchange.pledge_row, pledges)),
        "contributors.csv": exchange.as_csv(exchange.CONTRIBUTOR_COLUMNS, exchange.contributor_rows(ceilings)),
    }


def everything(actor: Actor) -> dict[str, str]:
    """The three files with every record that stands; a pledge that holds no level has no place in them."""
    today = timezone.now().date()
    asked = Requirement.objects.readable_by(actor).filter(withdrawn_on=None)
    made = Pledge.objects.readable_by(actor).filter(withdrawn_on=None)
    made = made.select_related("contributor").prefetch_related("caveats")
    return files_of(
        [exchange.asked(one) for one in asked],
        [exchange.offered(one, today) for one in made if exchange.is_ready(one, today)],
        exchange.ceilings_of(Contributor.objects.readable_by(actor)),
    )


# Asking


@transaction.atomic
def ask_run(*, what: str, asked: Mapping[str, Any] | None = None, by: Actor, on: date | None = None) -> Run:
    """Ask for a matching under a scenario, a stress test, or a rotation; it is carried out once this is kept.

    It takes the right to decide about pledges and to read caveats: an answer names both.
    """
    by.require("decide", "pledge", labels.of_headquarters().marking)
    by.require("read", "caveat", labels.of_headquarters().marking)
    if what == "match":
        named = frozenset(code for name in ("drop", "delay", "lift") for code in (asked or {}).get(name, ()))
        named |= {one.id for one in more_pledges(str((asked or {}).get("add", "")))}
        free = free_pledges(by, on or timezone.now().date()).filter(code__in=named)
        scenario_of(asked or {}, frozenset(free.values_list("code", flat=True)))
    now = timezone.now()
    made = Run.objects.create(
        what=what,
        asked=dict(asked or {}),
        account=by.account,
        post=by.post_code,
        asked_at=now,
        heard_at=now,
        **labelled(labels.of_headquarters()),
    )
    note(made, f"run.{what}", by, now.date())
    return made


def more_pledges(text: str) -> tuple[OfferedPledge, ...]:
    """Pledges that a person adds in a what-if, as rows of pledges.csv; RefusedError lists what cannot be read."""
    if not text.strip():
        return ()
    try:
        return tuple(read_pledges(text.splitlines(), "pledges added", ladder()))
    except ForcesError as error:
        raise RefusedError(" ".join(error.problems)) from None


def scenario_of(asked: Mapping[str, Any], known: frozenset[str]) -> Scenario | None:
    """What a person asked, as the library reads it; RefusedError lists all that does not fit the `known` pledges."""
    problems: list[str] = []
    delay = dict(asked.get("delay", {}))
    lift = {}
    for code, text in dict(asked.get("lift", {})).items():
        try:
            lift[code] = parse_caveats(text)
        except CaveatError as refusal:
            problems.append(str(refusal))
    added = more_pledges(str(asked.get("add", "")))
    problems += [f"there is a pledge {one.id} already" for one in added if one.id in known]
    drop, leaving = frozenset(asked.get("drop", ())), frozenset(asked.get("leaving", ()))
    problems += [
        f"there is no free pledge {code}"
        for code in sorted({*drop, *delay, *lift, *dict(asked.get("lift", {}))} - known)
    ]
    if problems:
        raise RefusedError("; ".join(problems) + ".")
    parts = [
        *(f"without {code}" for code in sorted(drop)),
        *(f"{code} {days} days late" for code, days in sorted(delay.items())),
        *(f"{code} without {text}" for code, text in sorted(dict(asked.get("lift", {})).items())),
        *(f"{code} leaves" for code in sorted(leaving)),
        *(f"with {one.id} of {one.contributor}" for one in added),
    ]
    scenario = Scenario("; ".join(parts) or "as pledged", drop, delay, lift, added, leaving)
    return None if scenario.is_nothing else scenario


def start(run: Run) -> None:
    """Carry a run out in a process of its own, once the transaction that asked for it is kept."""
    command = [sys.executable, "-m", "bluehelm.web.forces.carry_out", str(settings.BLUEHELM_HOME), str(run.pk)]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.Popen(command, start_new_session=True, **quiet)  # type: ignore[call-overload]  # nosec B603  # our own


# Carrying out


def carry_out(number: int) -> Run:
    """Do what a run asks, as the account and post that asked, and keep the answer; what goes wrong is kept in words."""
    taken = Run.objects.filter(pk=number, state="waiting").update(state="running", heard_at=timezone.now())
    run = Run.objects.get(pk=number)
    if not taken:
        raise RefusedError(_("Run %(number)s is %(state)s already.") % {"number": number, "state": run.state})
    try:
        answer, left_out, label = _ANSWERS[run.what](run, actor_for_command(run.account, post=run.post))
    except ForcesError as error:
        return _keep(run, state="failed", said=" ".join(error.problems[:20]))
    except (RefusedError, NotAllowedError) as error:
        return _keep(run, state="failed", said=str(error))
    except Exception as error:
        _keep(run, state="failed", said=f"The program failed: {type(error).__name__}. Tell whoever runs it.")
        raise
    return _keep(
        run, state="done", said="", answer=answer, left_out=left_out, marking=label.marking.value,
        releasable_to=Audience.of(label.releasable_to | {f"post:{run.post}"}),
    )  # fmt: skip


def tell(run: Run, said: str) -> None:
    """How far a run is, for whoever waits."""
    Run.objects.filter(pk=run.pk).update(said=said, heard_at=timezone.now())


def _keep(run: Run, **fields: Any) -> Run:
    now = timezone.now()
    for name, value in (fields | {"heard_at": now, "done_at": now}).items():
        setattr(run, name, value)
    run.save(update_fields=[*fields, "heard_at", "done_at"])
    return run


def _match(run: Run, actor: Actor) -> tuple[dict[str, Any], dict[str, list[str]], Label]:
    tell(run, "reading the records")
    gathered = gather(actor, run.asked_at.date())
    scenario = scenario_of(run.asked, frozenset(one.id for one in gathered.inputs.pledges))
    number, offers = len(gathered.inputs.requirements), len(gathered.inputs.pledges)
    tell(run, f"matching {number:,} requirements with {offers:,} pledges")
    matched = match_pledges(gathered.inputs, time_limit=TIME_LIMIT_SECONDS, scenario=scenario)
    return matched_json(matched), gathered.left_out, gathered.label


def _stress(run: Run, actor: Actor) -> tuple[dict[str, Any], dict[str, list[str]], Label]:
    tell(run, "reading the records")
    gathered, asked = gather(actor, run.asked_at.date()), run.asked
    number = len(asked.get("pledges") or gathered.inputs.pledges) if asked.get("late_days") else 0
    tell(run, f"matching {len(gathered.inputs.requirements):,} requirements anew, {number:,} late pledges among others")
    answer = stress_json(
        gathered.inputs,
        asked.get("late_days"),
        bool(asked.get("leaves")),
        TIME_LIMIT_SECONDS,
        pledges=asked.get("pledges", ()),
        contributors=asked.get("contributors", ()),
    )
    return answer, gathered.left_out, gathered.label


def _rotate(run: Run, actor: Actor) -> tuple[dict[str, Any], dict[str, list[str]], Label]:
    from bluehelm.forces.rotation import faults, greedy, measured, rotate
    from bluehelm.optimise.programs import Clock
    from bluehelm.web.forces.rotations import still_to_plan
    from bluehelm.workflows.rotate_slots import Rotated, rotated_json

    started = timezone.now()
    slots = list(Slot.objects.readable_by(actor).select_related("releasable_to").prefetch_related("tours"))
    offers = list(TourOffer.objects.readable_by(actor).select_related("releasable_to", "contributor"))
    wanted, given = still_to_plan(slots, offers, run.asked_at.date())
    tell(run, f"planning {len(wanted):,} posts with {len(given):,} offers of tours")
    rotation = rotate(wanted, given, Clock(TIME_LIMIT_SECONDS))
    if wrong := faults(rotation.tours):
        raise AssertionError(f"the rotation breaks its own rules: {wrong[:3]}")
    seconds = (timezone.now() - started).total_seconds()
    in_a_hurry = measured(wanted, greedy(wanted, given))
    rotated = Rotated(tuple(wanted), rotation, in_a_hurry, (), seconds)
    return rotated_json(rotated), {}, combined(one.label for one in (*slots, *offers))


_ANSWERS: dict[str, Callable[[Run, Actor], tuple[dict[str, Any], dict[str, list[str]], Label]]] = {
    "match": _match,
    "stress": _stress,
    "rotate": _rotate,
}


def is_silent(run: Run) -> bool:
    """Whether a run that is not done was stopped with its machine."""
    return run.state in ("waiting", "running") and timezone.now() - run.heard_at > SILENT
