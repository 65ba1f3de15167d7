"""Is every fault of a results framework found, named by its code, and nothing found in a sound one?"""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluehelm.definitions.plans import packaged_checks
from bluehelm.plans import logic
from bluehelm.plans.framework import FrameworkError, Problem, parse_framework
from tests.plans.frameworks import SOUND, sound, spoilt

CHECKS = packaged_checks()


def codes(found: list[Problem]) -> set[str]:
    return {problem.code for problem in found}


def test_a_sound_framework_has_no_problem():
    assert logic.problems(sound(), CHECKS) == []


FIRST = "objectives/O1/outcomes/O1.1/indicators/I1"
LATEST = "roll_up: latest, owner: civil-affairs, youth: effect"
ASKED = "Young people who say they dare to go to market, unit: share of those asked"
SPOILT = [
    ("repeated-id", "id: I2,", "id: I1,"),
    ("unknown-reference", "drivers: [D1, D2]", "drivers: [D1, D2, D9]"),
    ("circular", "- id: P1\n", "- id: P1\n            after: [P1]\n"),
    ("objective-without-outcome", "    outcomes:\n", "    outcomes: []\n  - id: O2\n    title: Other\n    outcomes:\n"),
    (
        "outcome-without-change",
        "        change_in: {kind: stakeholder, name: Herders and farmers of the north}\n",
        "",
    ),
    ("outcome-is-an-output", "title: Herders and farmers settle disputes", "title: Meetings of herders and farmers"),
    ("evidence-is-an-output", "title: Disputes settled by", "title: Trainings held for"),
    ("evidence-is-an-output", "title: Disputes settled by", "title: Patrolling near"),
    ("no-unit", "unit: disputes, ", ""),
    ("no-direction", "unit: disputes, better: higher,", "unit: disputes,"),
    ("no-baseline", "\n             baseline: {value: 4, period: 2025-H2, source: committees},", ""),
    ("no-target", " targets: [{period: 2027-H2, value: 12}],", ""),
    ("no-source", "source: patrol reports,\n", "\n"),
    ("no-frequency", "every: month, roll_up: sum, owner: force", "roll_up: sum, owner: force"),
    ("no-owner", ", owner: force}", "}"),
    ("no-roll-up", "every: month, roll_up: sum, owner: force", "every: month, owner: force"),
    ("no-categories", LATEST, "roll_up: distribution, owner: x, youth: effect"),
    ("share-summed", LATEST, "roll_up: sum, owner: x, youth: effect"),
    ("target-outside-plan", "targets: [{period: 2027-H2, value: 12}]", "targets: [{period: 2029-H2, value: 12}]"),
    ("target-against-direction", "targets: [{period: 2027-H2, value: 12}]", "targets: [{period: 2027-H2, value: 1}]"),
    ("baseline-after-start", "baseline: {value: 4, period: 2025-H2", "baseline: {value: 4, period: 2026-H2"),
    ("no-sex", "by: [sex, age]", "by: [age]"),
    ("no-sex", "people: true, by: [sex],", ""),
    ("no-sex", "unit: days, better", "unit: young persons, better"),
    ("no-youth-participation", ",\n             youth: participation", ""),
    ("no-youth-effect", ", youth: effect", ""),
    ("same-measure", ASKED, "Disputes settled by market committee, unit: disputes"),
    ("driver-untouched", "drivers: [D1, D2]", "drivers: [D1]"),
    ("no-driver-of-peace", "title: Market committees, of: peace", "title: Market committees, of: conflict"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "old", "new"), SPOILT, ids=lambda text: text if " " not in text else "")
def test_one_fault_is_found_by_its_code(code: str, old: str, new: str):
    assert code in codes(logic.problems(spoilt(old, new), CHECKS))


def test_a_task_without_means_is_named_unless_an_output_brings_them():
    means = ", resources: one battalion}"
    assert logic.problems(spoilt(means, "}"), CHECKS) == []
    without = SOUND.replace(means, "}").replace("            resources: one battalion\n", "")
    assert codes(logic.problems(parse_framework(without, "plan.yaml"), CHECKS)) == {"task-without-resource"}


def test_a_task_that_nothing_serves_is_named():
    more = SOUND.replace("context:\n  actors", "  - {id: T2, title: Monitor the ceasefire}\ncontext:\n  actors")
    found = [one for one in logic.problems(parse_framework(more, "plan.yaml"), CHECKS) if one.where == "tasks/T2"]
    assert codes(found) == {"task-without-component", "task-without-resource", "task-without-outcome"}


def test_an_outcome_with_nothing_below_it_says_so_twice():
    start, _, rest = SOUND.partition("        indicators:\n          - {id: I1")
    assert rest
    bare = parse_framework(start, "plan.yaml")
    found = [one for one in logic.problems(bare, CHECKS) if one.where == "O1/O1.1"]
    assert codes(found) == {"outcome-without-indicator", "outcome-without-output"}


def test_a_fourth_indicator_needs_a_reason():
    fourth = (
        "          - {id: I9, title: Markets that open each week, unit: markets, better: higher}\n        outputs:\n"
    )
    more = SOUND.replace("        outputs:\n", fourth)
    assert "too-many-indicators" in codes(logic.problems(parse_framework(more, "plan.yaml"), CHECKS))
    why = "        more_indicators_because: Donors ask for it.\n        tasks: [T1]\n        drivers"
    reasoned = parse_framework(more.replace("        tasks: [T1]\n        drivers", why), "plan.yaml")
    assert "too-many-indicators" not in codes(logic.problems(reasoned, CHECKS))


def test_a_reason_stands_for_the_sex_that_cannot_be_told():
    framework = spoilt("by: [sex, age]", "by: [age], no_sex_because: the register does not say")
    assert "no-sex" not in codes(logic.problems(framework, CHECKS))


def test_homes_have_no_sex_and_what_a_provider_counts_is_told_as_it_tells_it():
    assert logic.problems(spoilt("unit: days, better", "unit: households, better"), CHECKS) == []
    typed = spoilt("every: month, roll_up: sum, owner: jmac, compute: {table: events, count: deaths}",
                   "every: month, roll_up: sum, owner: jmac")  # fmt: skip
    assert codes(logic.problems(typed, CHECKS)) == {"no-sex"}


def test_what_the_library_reviewed_as_a_change_is_no_doing_of_the_mission():
    theirs = "title: Segments the parties patrol together, measure: joint-patrols-by-parties,"
    old = "title: Disputes settled by market committees,"
    assert "evidence-is-an-output" not in codes(logic.problems(spoilt(old, theirs), CHECKS))
    ours = theirs.replace("the parties patrol together", "our patrols reach")
    assert "evidence-is-an-output" in codes(logic.problems(spoilt(old, ours), CHECKS))


def test_an_empty_plan_does_not_hang_together():
    start, _, _ = SOUND.partition("tasks:")
    assert codes(logic.problems(parse_framework(start, "plan.yaml"), CHECKS)) == {"plan-without-objective"}


def test_an_output_without_activity_is_named():
    start, _, _ = SOUND.partition("            activities:")
    assert "output-without-activity" in codes(logic.problems(parse_framework(start, "plan.yaml"), CHECKS))


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("a: [", "not-yaml", "plan.yaml"),
        ("a: 1\na: 2", "repeated-key", "plan.yaml"),
        (SOUND.replace("better: lower", "beter: lower"), "unknown-key", "context/indicators/C1/beter"),
        (SOUND.replace("    title: People in the north live without fear\n", ""), "missing-key", "objectives/O1/title"),
        (SOUND.replace("2027-H2", "2027-H3"), "wrong-value", f"{FIRST}/targets/number 1/period"),
        (SOUND.replace("last_month: 2028-06", "last_month: 2025-06"), "wrong-value", "last_month"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_place(text: str, code: str, where: str):
    with pytest.raises(FrameworkError) as refused:
        parse_framework(text, "plan.yaml")
    assert (code, where) in {(one.code, one.where) for one in refused.value.problems}


def test_every_code_that_can_be_found_is_defined_and_every_defined_one_can_be_found():
    from_rules = {code for code, _, _ in SPOILT} | {
        "task-without-resource",
        *("task-without-component", "task-without-outcome", "too-many-indicators", "output-without-activity"),
        *("outcome-without-indicator", "outcome-without-output", "plan-without-objective"),
        "owner-no-post",  # of logic.owners_without_post
        *("not-yaml", "repeated-key", "unknown-key", "missing-key", "wrong-value"),
    }
    assert {code.code for code in CHECKS.codes} == from_rules


def test_an_owner_that_is_no_post_is_told_once_with_what_it_owes():
    found = logic.owners_without_post(sound(), {"jmac", "force"})
    assert [(one.code, one.where, one.message) for one in found] == [
        ("owner-no-post", "O1/O1.1/I1", "civil-affairs owes 3 indicators and is no post.")
    ]
    assert logic.owners_without_post(sound(), {"jmac", "force", "civil-affairs"}) == []


GRAPHS = st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3), max_size=6)


@given(GRAPHS)
def test_a_circle_is_found_exactly_where_a_walk_comes_back(graph: dict[str, list[str]]):
    found = logic.circles(graph)
    assert bool(found) == any(_comes_back(graph, start, start, frozenset()) for start in graph)
    for circle in found:
        for part, following in zip(circle, (*circle[1:], circle[0]), strict=True):
            assert following in graph[part]


def _comes_back(graph: dict[str, list[str]], here: str, start: str, seen: frozenset[str]) -> bool:
    return any(
        step == start or (step not in seen and _comes_back(graph, step, start, seen | {step}))
        for step in _steps(graph, here)
    )


def _steps(graph: dict[str, list[str]], here: str) -> Iterator[str]:
    return iter(graph.get(here, []))
