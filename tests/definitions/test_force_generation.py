"""Do the definitions of generating a force load, and is what contradicts itself refused?"""

from decimal import Decimal

import pytest

from bluehelm.definitions import DefinitionError, packaged_text
from bluehelm.definitions.force_generation import (
    EquipmentRules,
    EvaluationRules,
    Pipeline,
    RateTable,
    TimelineRules,
    TourRules,
    UnitType,
    VisitRules,
    packaged_pipeline,
    packaged_rates,
    packaged_timeline,
    packaged_visits,
)
from bluehelm.definitions.forces import parse_forces


def test_the_stages_are_those_of_a_deployment_in_their_order():
    assert [stage.name for stage in packaged_pipeline().stages] == [
        "note-verbale", "confirmation", "reconnaissance", "mou", "pre-deployment-visit", "load-list", "movement",
        "arrival-inspection",
    ]  # fmt: skip


def test_rapid_deployment_is_sixty_days_and_redirecting_has_steps_of_its_own():
    rules = packaged_timeline()
    assert rules.within_days == 60
    assert {template.name for template in rules.templates} == {"new", "redirected"}


def test_rates_are_exact_and_what_was_not_seen_is_unknown():
    rates = packaged_rates().rates
    assert [rate.amount for rate in rates if rate.name == "personnel"] == [Decimal(1428), Decimal(1448)]
    assert {rate.kind for rate in rates if rate.amount is None} == {"premium", "equipment", "self-sustainment"}
    assert all(rate.source for rate in rates)


def test_every_checklist_names_something_essential():
    assert all(any(item.is_essential for item in one.items) for one in packaged_visits().checklists)


@pytest.mark.parametrize(
    ("model", "name", "old", "new"),
    [
        (Pipeline, "pipeline", "name: mou,", "name: movement,"),
        (Pipeline, "pipeline", "holder: mission,", "holder: somebody,"),
        (Pipeline, "pipeline", "stuck_after_days: 90", "stuck_after_days: 0"),
        (VisitRules, "visits", "pass_share: 0.8", "pass_share: 8"),
        (VisitRules, "visits", "name: command,", "name: organisation,"),
        (VisitRules, "visits", "name: verification\n", "name: pre-deployment\n"),
        (TimelineRules, "timeline", "after: [request], least_days: 7", "after: [requests], least_days: 7"),
        (TimelineRules, "timeline", "least_days: 7, likely_days: 14", "least_days: 15, likely_days: 14"),
        (EquipmentRules, "equipment", "serviceable_share: 0.9", "serviceable_share: 0"),
        (RateTable, "rates", 'amount: "1428"', "amount: 1428"),
        (RateTable, "rates", 'amount: "1428"', 'amount: "-1"'),
        (RateTable, "rates", "valid_until: 2022-06-30", "valid_until: 2017-06-30"),
        (RateTable, "rates", "currency: USD", "currency: dollars"),
        (EvaluationRules, "evaluation", "scale: [not met, partly met, met]", "scale: [met]"),
        (TourRules, "tours", "intelligence: 4", "intelligence: -4"),
        (UnitType, "unit_types/formed_police", "strength: 128", "strength: 0"),
        (UnitType, "unit_types/formed_police", "name: communications, s", "name: command and operations, s"),
    ],
)
def test_what_is_not_sound_is_refused(model, name, old, new):
    text = packaged_text(f"forces/{name}.yaml")
    assert old in text
    with pytest.raises(DefinitionError):
        parse_forces(model, text.replace(old, new, 1), f"{name}.yaml")
