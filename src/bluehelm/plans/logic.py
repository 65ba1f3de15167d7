"""Does a results framework hang together: is every change measured, every number owned, every task served?

Each rule is one generator that yields what it finds; `problems` runs them all. The codes, thresholds and words come
from `definitions/plans/checks.yaml`; `docs/methods/plan-checks.md` lists every code.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from rapidfuzz import fuzz

from bluehelm.definitions.plans import Checks, packaged_measures, packaged_people
from bluehelm.language import _, ngettext
from bluehelm.plans.framework import (
    Framework,
    Indicator,
    Named,
    Placed,
    Problem,
    indicators_of,
    outcomes_of,
    outputs_of,
)
from bluehelm.plans.people import counts_people
from bluehelm.plans.periods import months_of
from bluehelm.plans.values import reads_as_share

Found = Iterator[Problem]
Rule = Callable[[Framework, Checks], Found]


def problems(framework: Framework, checks: Checks) -> list[Problem]:
    """Everything the rules find, by place and code; an empty list when the framework hangs together."""
    return sorted({problem for rule in RULES for problem in rule(framework, checks)})


def _ids_stand_once(framework: Framework, checks: Checks) -> Found:
    places = defaultdict(list)
    for where, part in _every_part(framework):
        places[part].append(where)
    for part, found in places.items():
        for where in found[1:]:
            yield Problem(
                where, "repeated-id", _("The id {part} stands at {found} already.", part=part, found=found[0])
            )


def _references_lead_somewhere(framework: Framework, checks: Checks) -> Found:
    known = {
        "task": {task.id for task in framework.tasks},
        "driver": {driver.id for driver in framework.context.drivers},
        "document": {document.id for document in framework.documents},
        "actor": {actor.id for actor in framework.context.actors},
        "part": {part for _rest, part in _every_part(framework)},
    }
    for where, kind, named in _references(framework):
        if named not in known[kind]:
            yield Problem(where, "unknown-reference", _("There is no {kind} {named}.", kind=kind, named=named))


def _references(framework: Framework) -> Iterator[tuple[str, str, str]]:
    """Every (place, kind, id) that one part names of another."""
    for task in framework.tasks:
        if task.document:
            yield f"tasks/{task.id}", "document", task.document
        yield from ((f"tasks/{task.id}", "task", named) for named in task.after)
    for driver in framework.context.drivers:
        yield from ((f"context/{driver.id}", "actor", named) for named in driver.actors)
    for where, outcome in outcomes_of(framework):
        yield from ((where, "task", named) for named in outcome.tasks)
        yield from ((where, "driver", named) for named in outcome.drivers)
        yield from ((where, "part", named) for named in outcome.after)
    for where, output in outputs_of(framework):
        yield from ((where, "task", named) for named in output.tasks)
        yield from ((where, "part", named) for named in output.after)
        yield from ((f"{where}/{one.id}", "part", named) for one in output.activities for named in one.after)


def _nothing_waits_for_itself(framework: Framework, checks: Checks) -> Found:
    waits = dict(_dependencies(framework))
    for circle in circles(dict(waits.values())):
        where = next(place for place, (part, _rest) in waits.items() if part == circle[0])
        chain = " -> ".join([*circle, circle[0]])
        yield Problem(where, "circular", _("Each waits for the next: {chain}.", chain=chain))


def _dependencies(framework: Framework) -> Iterator[tuple[str, tuple[str, tuple[str, ...]]]]:
    for task in framework.tasks:
        yield f"tasks/{task.id}", (task.id, task.after)
    for where, outcome in outcomes_of(framework):
        yield where, (outcome.id, outcome.after)
    for where, output in outputs_of(framework):
        yield where, (output.id, output.after)
        yield from ((f"{where}/{one.id}", (one.id, one.after)) for one in output.activities)


def circles(after: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """Circles of a dependency graph that share no part, at least one wherever parts wait for one another.

    Each begins with its first id; every part waits for the next, and the last for the first.
    """
    left = {part: set(named) for part, named in after.items()}
    found: list[tuple[str, ...]] = []
    while True:
        try:
            TopologicalSorter(left).prepare()
            return sorted(found)
        except CycleError as error:
            circle = error.args[1][:0:-1]  # it lists each part before the one that waits for it
            found.append(_from_its_first(circle))
            left = {part: named.difference(circle) for part, named in left.items() if part not in circle}


def _from_its_first(circle: Sequence[str]) -> tuple[str, ...]:
    start = circle.index(min(circle))
    return (*circle[start:], *circle[:start])


def _every_level_has_the_next(framework: Framework, checks: Checks) -> Found:
    if not framework.objectives:
        yield Problem("objectives", "plan-without-objective", _("No objective is named."))
    for objective in framework.objectives:
        if not objective.outcomes:
            yield Problem(
                objective.id, "objective-without-outcome", _("{title}: no outcome is named.", title=objective.title)
            )
    for where, outcome in outcomes_of(framework):
        if outcome.change_in is None:
            yield Problem(where, "outcome-without-change", _("{title}: whose change is it?", title=outcome.title))
        if not outcome.indicators:
            yield Problem(where, "outcome-without-indicator", _("{title}: nothing would show it.", title=outcome.title))
        if not outcome.outputs:
            yield Problem(
                where,
                "outcome-without-output",
                _("{title}: the mission delivers nothing towards it.", title=outcome.title),
            )
    for where, output in outputs_of(framework):
        if not output.activities:
            yield Problem(where, "output-without-activity", _("{title}: no activity is named.", title=output.title))


def _outcomes_have_few_indicators(framework: Framework, checks: Checks) -> Found:
    most = checks.most_indicators_an_outcome
    for where, outcome in outcomes_of(framework):
        if len(outcome.indicators) > most and not outcome.more_indicators_because:
            yield Problem(
                where,
                "too-many-indicators",
                _("{number} indicators, {most} are usual.", number=len(outcome.indicators), most=most),
            )


def _doing_is_no_change(framework: Framework, checks: Checks) -> Found:
    for where, outcome in outcomes_of(framework):
        if doing := _own_doing(outcome.title, checks):
            yield Problem(
                where,
                "outcome-is-an-output",
                _("{title}: {doing} are the mission's own doing.", title=outcome.title, doing=doing),
            )
    for placed in indicators_of(framework):
        doing = _own_doing(placed.indicator.title, checks)
        if placed.kind == "outcome" and doing and not _is_of_the_library(placed.indicator):
            message = _("{title}: {doing} show effort, not change.", title=placed.indicator.title, doing=doing)
            yield Problem(placed.where, "evidence-is-an-output", message)


def _is_of_the_library(indicator: Indicator) -> bool:
    """Whether it is an outcome indicator of the library under its own title: the parties may patrol too."""
    return any(
        (one.id, one.title, one.kind) == (indicator.measure, indicator.title, "outcome")
        for subject in packaged_measures()
        for one in subject.measures
    )


def _own_doing(title: str, checks: Checks) -> str | None:
    """The first of the mission's own doings that a title names, in whatever form of the word."""
    found = (one.title for one in checks.doing if re.search(rf"\b{re.escape(one.stem)}", title, re.I))
    return next(found, None)


def _indicators_say_what_is_needed(framework: Framework, checks: Checks) -> Found:
    for placed in indicators_of(framework):
        for code, said, message in _needed(placed):
            if not said:
                yield Problem(placed.where, code, f"{placed.indicator.title}: {message}")


def _needed(placed: Placed) -> Iterator[tuple[str, bool, str]]:
    """(code, whether it is said, what is missing) of one indicator; the context needs no target."""
    indicator = placed.indicator
    yield "no-unit", bool(indicator.unit), _("no unit.")
    yield "no-direction", bool(indicator.better), _("nothing says what is better.")
    yield "no-baseline", bool(indicator.baseline) or placed.kind == "output", _("no baseline.")
    yield "no-target", bool(indicator.targets) or placed.kind == "context", _("no target.")
    yield "no-source", bool(indicator.source or indicator.compute), _("no source.")
    yield "no-frequency", bool(indicator.every), _("nothing says how often it is due.")
    yield "no-owner", bool(indicator.owner), _("no post owes it.")
    yield "no-roll-up", bool(indicator.roll_up), _("nothing says whether its parts add up.")
    is_distribution = indicator.roll_up == "distribution"
    yield "no-categories", bool(indicator.categories) or not is_distribution, _("its answers are not listed.")


def owners_without_post(framework: Framework, posts: Collection[str]) -> list[Problem]:
    """A warning for each owner that is none of the mission's open posts, at the first indicator that it owes."""
    owed: dict[str, list[Placed]] = defaultdict(list)
    for placed in indicators_of(framework):
        if placed.indicator.owner and not placed.indicator.retired_from:
            owed[placed.indicator.owner].append(placed)
    return [
        Problem(
            mine[0].where,
            "owner-no-post",
            ngettext(
                "{owner} owes {number} indicator and is no post.",
                "{owner} owes {number} indicators and is no post.",
                len(mine),
                owner=owner,
            ),
        )
        for owner, mine in sorted(owed.items())
        if owner not in posts
    ]


def _shares_are_not_summed(framework: Framework, checks: Checks) -> Found:
    for placed in indicators_of(framework):
        unit, rule = placed.indicator.unit or "", placed.indicator.roll_up
        if rule in ("sum", "cumulative") and reads_as_share(unit):
            yield Problem(
                placed.where,
                "share-summed",
                _("{title}: {unit} of parts do not add up.", title=placed.indicator.title, unit=unit),
            )


def _targets_lie_ahead(framework: Framework, checks: Checks) -> Found:
    for placed in indicators_of(framework):
        for target in placed.indicator.targets:
            months = months_of(target.period)
            if months[-1] < framework.first_month or months[0] > framework.last_month:
                message = _(
                    "{period} lies outside {first_month} to {last_month}.",
                    period=target.period,
                    first_month=framework.first_month,
                    last_month=framework.last_month,
                )
                yield Problem(placed.where, "target-outside-plan", message)
        baseline = placed.indicator.baseline
        if baseline and months_of(baseline.period)[0] >= framework.first_month:
            message = _(
                "The baseline of {period} is not from before {first_month}.",
                period=baseline.period,
                first_month=framework.first_month,
            )
            yield Problem(placed.where, "baseline-after-start", message)


def _targets_are_better_than_the_baseline(framework: Framework, checks: Checks) -> Found:
    for placed in indicators_of(framework):
        one = placed.indicator
        if one.baseline is None or one.better not in ("higher", "lower"):
            continue
        sign = 1 if one.better == "higher" else -1
        for target in one.targets:
            if sign * (target.value - one.baseline.value) < 0:
                message = _(
                    "{value:g} in {period} is worse than {value_2:g}; better is {better}.",
                    value=target.value,
                    period=target.period,
                    value_2=one.baseline.value,
                    better=one.better,
                )
                yield Problem(placed.where, "target-against-direction", message)


def _people_are_told_by_sex(framework: Framework, checks: Checks) -> Found:
    rules = packaged_people()
    for placed in indicators_of(framework):
        one = placed.indicator
        if one.compute and one.compute.table in rules.as_published:
            continue  # its provider does not tell them by sex
        counts_them = counts_people(one, rules.told_by, rules.units - rules.groups)
        if counts_them and "sex" not in one.by and not one.no_sex_because:
            yield Problem(placed.where, "no-sex", _("{title}: counts people and is not told by sex.", title=one.title))


def _youth_have_their_lines(framework: Framework, checks: Checks) -> Found:
    lines = {placed.indicator.youth for placed in indicators_of(framework)}
    if framework.objectives and "participation" not in lines:
        yield Problem("objectives", "no-youth-participation", _("No indicator shows whether young people take part."))
    if framework.objectives and "effect" not in lines:
        yield Problem("objectives", "no-youth-effect", _("No indicator shows what changes for young people."))


def _each_number_is_asked_for_once(framework: Framework, checks: Checks) -> Found:
    for first, second, why in same_measures(list(indicators_of(framework)), checks.alike_from):
        yield Problem(
            second.where,
            "same-measure",
            _("{title}: the same as {where} ({why}).", title=second.indicator.title, where=first.where, why=why),
        )


def same_measures(placed: Sequence[Placed], alike_from: int) -> Iterator[tuple[Placed, Placed, str]]:
    """Pairs of indicators that ask for one number: one library entry, one computed filter or nearly one title."""
    for number, second in enumerate(placed):
        for first in placed[:number]:
            if why := _why_the_same(first.indicator, second.indicator, alike_from):
                yield first, second, why


def _why_the_same(first: Indicator, second: Indicator, alike_from: int) -> str | None:
    if first.area != second.area:
        return None
    if first.measure and first.measure == second.measure:
        return _("library entry {measure}", measure=first.measure)
    if first.compute and first.compute == second.compute:
        return _("the same rows of the same table")
    same_unit = (first.unit or "").casefold() == (second.unit or "").casefold()
    alike = fuzz.token_sort_ratio(first.title.casefold(), second.title.casefold())
    return _("titles {alike:.0f} % alike, one unit", alike=alike) if same_unit and alike >= alike_from else None


def _tasks_are_served(framework: Framework, checks: Checks) -> Found:
    serving = defaultdict(list)
    for _rest, output in outputs_of(framework):
        for named in output.tasks:
            serving[named].append(output)
    outcomes = Counter(named for _rest, outcome in outcomes_of(framework) for named in outcome.tasks)
    for task in framework.tasks:
        where, outputs = f"tasks/{task.id}", serving[task.id]
        if not task.components and not any(output.component for output in outputs):
            yield Problem(where, "task-without-component", _("{title}: no component has it.", title=task.title))
        if not task.resources and not any(output.resources for output in outputs):
            yield Problem(where, "task-without-resource", _("{title}: no means are named.", title=task.title))
        if not outputs and not outcomes[task.id]:
            yield Problem(where, "task-without-outcome", _("{title}: nothing in the plan serves it.", title=task.title))


def _drivers_are_touched(framework: Framework, checks: Checks) -> Found:
    touched = {named for _rest, outcome in outcomes_of(framework) for named in outcome.drivers}
    drivers = framework.context.drivers
    for driver in drivers:
        if driver.id not in touched:
            yield Problem(
                f"context/{driver.id}", "driver-untouched", _("{title}: no outcome touches it.", title=driver.title)
            )
    if drivers and all(driver.of == "conflict" for driver in drivers):
        yield Problem("context/drivers", "no-driver-of-peace", _("Only drivers of conflict are named."))


def _every_part(framework: Framework) -> Iterator[tuple[str, str]]:
    """(place, id) of all parts whose ids share one list."""
    yield from _of("documents", framework.documents)
    yield from _of("tasks", framework.tasks)
    yield from _of("context", [*framework.context.actors, *framework.context.drivers])
    yield from ((objective.id, objective.id) for objective in framework.objectives)
    yield from ((where, outcome.id) for where, outcome in outcomes_of(framework))
    for where, output in outputs_of(framework):
        yield where, output.id
        yield from _of(where, output.activities)
    yield from ((placed.where, placed.indicator.id) for placed in indicators_of(framework))


def _of(where: str, parts: Iterable[Named]) -> Iterator[tuple[str, str]]:
    return ((f"{where}/{part.id}", part.id) for part in parts)


RULES: tuple[Rule, ...] = (
    _ids_stand_once,
    _references_lead_somewhere,
    _nothing_waits_for_itself,
    _every_level_has_the_next,
    _outcomes_have_few_indicators,
    _doing_is_no_change,
    _indicators_say_what_is_needed,
    _shares_are_not_summed,
    _targets_lie_ahead,
    _targets_are_better_than_the_baseline,
    _people_are_told_by_sex,
    _youth_have_their_lines,
    _each_number_is_asked_for_once,
    _tasks_are_served,
    _drivers_are_touched,
)
