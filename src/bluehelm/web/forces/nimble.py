"""How long from the day a unit was asked for to the day one was in place, new or redirected?

Each requirement is a case of the ledger's nimbleness; one that nothing fills counts for as long as it has been open. A
unit that arrived counts from then on, whatever became of it later.
"""

from collections.abc import Collection
from datetime import date

from bluehelm.web.forces.held import house
from bluehelm.web.forces.models import Change, DeploymentCase, Requirement
from bluehelm.web.forces.reads import shown
from bluehelm.web.posts.acting import Actor
from bluehelm.workflows.findings.measures import IN_PLACE, Case

WITHDRAWN = "overtaken"


def nimbleness_cases(actor: Actor, mission: str = "") -> list[Case]:
    """One case a requirement that the actor may read.

    A state is told of those alone that its own units fill: how fast others are is not for it to learn here.
    """
    asked = shown(Requirement, actor).filter(**({"mission": mission} if mission else {}))
    every = shown(DeploymentCase, actor) if house(actor) else DeploymentCase.objects.all()
    cases = dict(every.filter(requirement__in=asked).values_list("code", "requirement"))
    own = set(cases.values())
    told = [one for one in asked if one.pk in own or not house(actor)]
    asked_on = _first("requirement", {one.code for one in told})
    arrived_on: dict[int, date] = {}
    for code, on in _first("deploymentcase", cases, "case.arrived").items():
        arrived_on[cases[code]] = min(on, arrived_on.get(cases[code], on))
    return [_case(one, asked_on[one.code], arrived_on.get(one.pk)) for one in told if one.code in asked_on]


def _first(of: str, codes: Collection[str], deed: str = "") -> dict[str, date]:
    """The first day of a deed, any where none is named, of each record."""
    changes = Change.objects.filter(of=of, **({"deed": deed} if deed else {})).order_by("-on", "-pk")
    return {code: on for code, on in changes.values_list("code", "on") if code in codes}


def _case(one: Requirement, asked_on: date, in_place_on: date | None) -> Case:
    if in_place_on:
        return Case(one.mission, "forces", asked_on, max(asked_on, in_place_on), IN_PLACE)
    if one.withdrawn_on:
        return Case(one.mission, "forces", asked_on, max(asked_on, one.withdrawn_on), WITHDRAWN)
    return Case(one.mission, "forces", asked_on)
