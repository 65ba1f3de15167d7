"""Do the deeds hold the rules of the field, and leave one line of history and one audit entry each?"""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from bluehelm.definitions.forces import packaged_readiness
from bluehelm.disclosure import Label, Marking
from bluehelm.forces import readiness
from bluehelm.web.audit.models import Entry
from bluehelm.web.findings.models import Finding
from bluehelm.web.forces import actions, cards, deployments, exchange, rotations, visits
from bluehelm.web.forces.actions import Line
from bluehelm.web.forces.held import RefusedError
from bluehelm.web.forces.models import Caveat, Change, DeploymentCase, Pledge, Requirement, UndeclaredCaveat
from bluehelm.web.posts.acting import NotAllowedError
from bluehelm.web.posts.marked import ChangedMeanwhileError
from bluehelm.workflows.clock import today
from tests.web.forces.conftest import EVIDENCE, asked, climb, offered

pytestmark = pytest.mark.django_db


def fresh(record):
    return type(record).objects.get(pk=record.pk)


# Requirements


def test_the_functions_of_a_requirement_add_up_to_its_strength(desk):
    lines = [Line("function", "command", 12), Line("function", "platoons", 120)]
    with pytest.raises(RefusedError, match="add up to 132, the strength is 140"):
        actions.make_requirement(fields=asked(), lines=lines, by=desk)
    assert not Requirement.objects.exists()
    made = actions.make_requirement(fields=asked(strength=132), lines=lines, by=desk)
    assert [line.number for line in made.lines.all()] == [12, 120]


def test_all_that_is_wrong_with_a_requirement_is_told_at_once(desk):
    wrong = asked(until_on=today(), from_on=today() + timedelta(days=3), min_level="L9", priority=9)
    with pytest.raises(RefusedError, match=r"comes before.*L9.*priority"):
        actions.make_requirement(fields=wrong, by=desk)


def test_a_mission_asks_for_itself_and_no_other(cast):
    made = actions.make_requirement(fields=asked(), by=cast["sym-planner"])
    assert made.label == Label(Marking.CONFIDENTIAL, frozenset({"headquarters", "mission:UNSYM"}))
    with pytest.raises(NotAllowedError):
        actions.make_requirement(fields=asked(), by=cast["oth-planner"])
    with pytest.raises(NotAllowedError, match="no such record"):
        actions.withdraw_requirement(code=made.code, expected_version=1, reason="No", by=cast["oth-planner"])


def test_states_see_a_requirement_once_it_is_released_to_them(requirement, cast, desk):
    assert not Requirement.objects.readable_by(cast["state-a"]).exists()
    actions.ask_the_states(code=requirement.code, expected_version=1, by=desk)
    assert Requirement.objects.readable_by(cast["state-a"]).get() == requirement
    with pytest.raises(NotAllowedError):
        actions.withdraw_requirement(code=requirement.code, expected_version=2, reason="x", by=cast["state-a"])


def test_of_two_who_opened_the_same_record_the_second_is_told(requirement, desk):
    actions.edit_requirement(
        code=requirement.code, expected_version=1, fields=asked(strength=160), reason="More", by=desk
    )
    with pytest.raises(ChangedMeanwhileError):
        actions.edit_requirement(
            code=requirement.code, expected_version=1, fields=asked(strength=120), reason="Less", by=desk
        )
    assert fresh(requirement).strength == 160


# Pledges


def test_every_deed_leaves_one_line_of_history_and_one_audit_entry(pledge, desk):
    before = Entry.objects.count()
    climb(pledge, desk, "L2")
    told = list(Change.objects.filter(of="pledge", code=pledge.code).order_by("pk").values_list("deed", flat=True))
    assert told == ["pledge.offered", "readiness.raised", "readiness.raised"]
    assert Entry.objects.count() - before == 2


def test_a_refused_deed_leaves_nothing(pledge, desk):
    before = (Entry.objects.count(), Change.objects.count())
    with pytest.raises(RefusedError, match="no note verbale"):
        actions.raise_readiness(code=pledge.code, expected_version=1, evidence={}, by=desk)
    assert (Entry.objects.count(), Change.objects.count()) == before
    assert fresh(pledge).level == ""


def test_a_state_writes_its_own_and_learns_nothing_of_another_s(pledge, cast):
    fields = offered(strength=90)
    actions.edit_pledge(code=pledge.code, expected_version=1, fields=fields, reason="Smaller", by=cast["state-a"])
    said = []
    for code in (pledge.code, "STATE-A-4711"):
        with pytest.raises(NotAllowedError) as refusal:
            actions.edit_pledge(code=code, expected_version=2, fields=fields, reason="x", by=cast["state-b"])
        said.append(str(refusal.value))
    assert said[0] == said[1]
    with pytest.raises(NotAllowedError):
        actions.offer_pledge(contributor="STATE-A", fields=fields, by=cast["state-b"])


def test_a_state_does_not_raise_its_own_level(pledge, cast):
    with pytest.raises(NotAllowedError):
        actions.raise_readiness(code=pledge.code, expected_version=1, evidence=EVIDENCE, by=cast["state-a"])


def test_codes_of_one_state_tell_nothing_of_how_many_others_pledged(states, desk, cast):
    for _ in range(3):
        actions.offer_pledge(contributor="STATE-B", fields=offered(), by=desk)
    made = actions.offer_pledge(contributor="STATE-A", fields=offered(), by=cast["state-a"])
    assert made.code == "STATE-A-1"


def test_what_the_list_says_of_a_level_is_what_its_steps_say(pledge, desk):
    offered_on = today() - timedelta(days=500)
    climb(pledge, desk, "L2", on=offered_on)
    rules = packaged_readiness()
    for days in (0, 200, 364, 366, 500):
        on = offered_on + timedelta(days=days)
        record = fresh(pledge)
        held = record.level if exchange.is_ready(record, on) else None
        assert held == readiness.level_on(actions.readiness_file(record), rules, on)
    with pytest.raises(RefusedError, match="lapsed"):
        actions.raise_readiness(code=pledge.code, expected_version=3, evidence=EVIDENCE, by=desk)
    renewed = actions.renew_readiness(code=pledge.code, expected_version=3, document="Letter 7", by=desk)
    assert renewed.level == "L1" and exchange.is_ready(renewed, today())


def test_a_level_is_lowered_for_a_reason_of_the_ladder(ready, desk):
    with pytest.raises(RefusedError, match="none of"):
        actions.lower_readiness(code=ready.code, expected_version=3, to="L1", reason="a feeling", by=desk)
    lowered = actions.lower_readiness(code=ready.code, expected_version=3, to="L1", reason="visit failed", by=desk)
    assert lowered.level == "L1"


def test_caveats_are_declared_with_a_source_and_lifted_with_a_reason(pledge, cast):
    state = cast["state-a"]
    with pytest.raises(RefusedError, match="in which document"):
        actions.declare_caveat(code=pledge.code, expected_version=1, caveat="area:north", source=" ", by=state)
    with pytest.raises(RefusedError, match="is not a caveat"):
        actions.declare_caveat(code=pledge.code, expected_version=1, caveat="nights", source="Letter", by=state)
    actions.declare_caveat(code=pledge.code, expected_version=1, caveat="area:north", source="Letter", by=state)
    actions.lift_caveat(code=pledge.code, expected_version=2, caveat=1, reason="Parliament voted", by=state)
    assert exchange.in_force(fresh(pledge).caveats.all(), today()) == ()
    assert Caveat.objects.get().lifted_reason == "Parliament voted"


def test_a_joint_group_must_make_one_unit(pledge, states, desk, cast):
    other = actions.offer_pledge(contributor="STATE-B", fields=offered(capability="hospital"), by=desk)
    grouped = offered(joint_group="G1")
    actions.edit_pledge(code=pledge.code, expected_version=1, fields=grouped, reason="Joint", by=desk)
    with pytest.raises(RefusedError, match="capabilities differ"):
        actions.edit_pledge(
            code=other.code, expected_version=1, fields=offered(capability="hospital", joint_group="G1"),
            reason="Joint", by=desk,
        )  # fmt: skip
    with pytest.raises(NotAllowedError, match="headquarters"):
        actions.edit_pledge(
            code=other.code, expected_version=1, fields=offered(capability="hospital", joint_group="G2"),
            reason="Joint", by=cast["state-b"],
        )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [("until_on", today() - timedelta(days=9999)), ("splits_into", 0), ("women", 999), ("level", "L2")],
)
def test_the_database_refuses_what_no_deed_may_write(pledge, field, value):
    with pytest.raises(IntegrityError), transaction.atomic():
        Pledge.objects.filter(pk=pledge.pk).update(**{field: value})


# Deployment


def open_case(requirement, ready, desk, on=None) -> DeploymentCase:
    return deployments.open_case(requirement=requirement.code, pledge=ready.code, by=desk, on=on)


def test_a_unit_without_a_level_is_not_asked_for(requirement, pledge, desk):
    with pytest.raises(RefusedError, match="holds no level"):
        open_case(requirement, pledge, desk)


def test_a_case_arrives_when_every_stage_is_done(requirement, ready, desk):
    from bluehelm.definitions.force_generation import packaged_pipeline

    case, version = open_case(requirement, ready, desk), 1
    for number, stage in enumerate(packaged_pipeline().stages):
        if number:
            deployments.enter_stage(code=case.code, expected_version=version, stage=stage.name, by=desk)
            version += 1
        assert fresh(case).state == "open"
        deployments.finish_stage(code=case.code, expected_version=version, stage=stage.name, by=desk)
        version += 1
    assert fresh(case).state == "arrived"
    with pytest.raises(RefusedError, match="ended"):
        deployments.give_up(code=case.code, expected_version=version, reason="No", by=desk)


def test_a_requirement_and_a_pledge_have_one_live_case(requirement, ready, desk):
    case = open_case(requirement, ready, desk)
    with pytest.raises(RefusedError, match=case.code):
        open_case(requirement, ready, desk)
    with pytest.raises(RefusedError, match="give that case up"):
        actions.withdraw_pledge(code=ready.code, expected_version=3, reason="No", by=desk)
    deployments.give_up(code=case.code, expected_version=1, reason="No lift", by=desk)
    assert open_case(requirement, ready, desk).code == f"{requirement.code}-2"


def test_whoever_holds_the_pen_is_named_and_can_hand_it_over(requirement, ready, desk):
    case = open_case(requirement, ready, desk)
    assert fresh(case).stages.get().holder == "headquarters"
    deployments.hand_over(
        code=case.code, expected_version=1, stage="note-verbale", holder="Permanent mission", note="asks again", by=desk
    )
    assert fresh(case).stages.get().holder == "Permanent mission"
    with pytest.raises(RefusedError, match="Say who"):
        deployments.hand_over(code=case.code, expected_version=2, stage="note-verbale", holder=" ", by=desk)


# Undeclared caveats


@pytest.fixture
def file(requirement, ready, desk, cast) -> UndeclaredCaveat:
    open_case(requirement, ready, desk)
    return actions.open_undeclared(
        pledge=ready.code, mission="UNSYM", caveat="task:night-patrol", ordered_on=today(), order="Patrol. No.",
        by=cast["sym-chief"],
    )  # fmt: skip


def test_a_file_is_read_by_those_who_may_and_nobody_else(file, cast):
    readers = {who for who, actor in cast.items() if UndeclaredCaveat.objects.readable_by(actor).exists()}
    assert readers == {"sym-chief", "sym-head", "hq-forces"}


def test_a_declared_limit_makes_no_file_of_an_undeclared_one(requirement, ready, desk, cast):
    actions.declare_caveat(code=ready.code, expected_version=3, caveat="task:convoy", source="Letter", by=desk)
    open_case(requirement, ready, desk)
    with pytest.raises(RefusedError, match="declared before the order"):
        actions.open_undeclared(
            pledge=ready.code, mission="UNSYM", caveat="task:convoy", ordered_on=today(), order="Go.",
            by=cast["sym-chief"],
        )  # fmt: skip


def test_people_classify_and_the_contributor_is_heard_first(file, cast, desk):
    with pytest.raises(NotAllowedError, match="no such record"):
        actions.explain_undeclared(code=file.code, expected_version=1, explanation="Sights", by=cast["state-a"])
    actions.put_to_contributor(code=file.code, expected_version=1, by=desk)
    with pytest.raises(NotAllowedError):
        actions.explain_undeclared(code=file.code, expected_version=2, explanation="x", by=cast["state-b"])
    actions.explain_undeclared(code=file.code, expected_version=2, explanation="Sights", by=cast["state-a"])
    for who in ("state-a", "sym-chief"):
        with pytest.raises(NotAllowedError):
            actions.classify_undeclared(
                code=file.code, expected_version=3, classification="discipline", rationale="x", by=cast[who]
            )
    done = actions.classify_undeclared(
        code=file.code, expected_version=3, classification="performance", rationale="Kit", by=cast["sym-head"]
    )
    assert (done.classification, done.classified_by) == ("performance", "sym-head")
    with pytest.raises(RefusedError, match="already"):
        actions.classify_undeclared(
            code=file.code, expected_version=4, classification="neither", rationale="x", by=cast["sym-head"]
        )


# Visits


def test_a_visit_s_unmet_item_becomes_a_finding_of_the_ledger(ready, desk, cast):
    visit = visits.plan_visit(pledge=ready.code, checklist="pre-deployment", planned_on=today(), by=desk)
    answers = {"strength": ("met", ""), "medical": ("not met", "Twelve lack vaccinations")}
    visits.answer_visit(code=visit.code, expected_version=1, answers=answers, by=desk)
    assert visits.scored(fresh(visit)).passes is False
    with pytest.raises(RefusedError, match="Only an item"):
        visits.raise_from_visit(code=visit.code, expected_version=2, item="strength", severity="high", by=desk)
    visits.raise_from_visit(code=visit.code, expected_version=2, item="medical", severity="high", by=desk)
    raised = Finding.objects.get()
    assert raised.domain == "forces" and "Twelve lack" in raised.statement
    assert [str(one.ref) for one in raised.evidence.all()] == [f"visit:{visit.code}"] or raised.evidence.exists()
    readers = {who for who, actor in cast.items() if Finding.objects.readable_by(actor).exists()}
    assert "state-a" in readers and "state-b" not in readers
    with pytest.raises(RefusedError, match="already"):
        visits.raise_from_visit(code=visit.code, expected_version=3, item="medical", severity="high", by=desk)
    done = visits.conclude_visit(code=visit.code, expected_version=3, result="failed", report="Report 3", by=desk)
    assert done.result == "failed" and done.done_on == today()


# Ministerials


def test_an_announced_pledge_takes_its_steps_in_order(states, pledge, desk):
    made = actions.announce(
        contributor="STATE-A", ministerial="Zelleb", category="unit", text="A police unit",
        announced_on=today() - timedelta(days=90), by=desk,
    )  # fmt: skip
    with pytest.raises(RefusedError, match="cannot become verified"):
        actions.advance_announced(code=made.code, expected_version=1, to="verified", by=desk)
    on = today() - timedelta(days=30)
    actions.advance_announced(code=made.code, expected_version=1, to="registered", pledge=pledge.code, by=desk, on=on)
    with pytest.raises(RefusedError, match="last step was on"):
        actions.advance_announced(
            code=made.code, expected_version=2, to="verified", by=desk, on=today() - timedelta(days=60)
        )
    actions.lapse_announced(code=made.code, expected_version=2, reason="No funds", by=desk)
    with pytest.raises(RefusedError, match="cannot become"):
        actions.advance_announced(code=made.code, expected_version=3, to="verified", by=desk)


# Cards


def test_a_state_sees_its_card_first_and_others_after_its_reply_or_its_days(ready, desk, cast):
    card = cards.open_card(pledge=ready.code, mission="UNSYM", component="police", by=desk)
    readers = lambda: {w for w, a in cast.items() if type(card).objects.readable_by(a).exists()}  # noqa: E731  # asked thrice
    assert readers() == {"hq-forces"}
    with pytest.raises(RefusedError, match="Show it to its contributor first"):
        cards.open_to_mission(code=card.code, expected_version=1, by=desk)
    cards.show_card(code=card.code, expected_version=1, by=desk)
    assert readers() == {"hq-forces", "state-a"}
    with pytest.raises(RefusedError, match="until"):
        cards.open_to_mission(code=card.code, expected_version=2, by=desk)
    with pytest.raises(NotAllowedError, match="Only the contributor"):
        cards.reply(code=card.code, expected_version=2, text="We agree", by=desk)
    cards.reply(code=card.code, expected_version=2, text="The vehicles came late", by=cast["state-a"])
    cards.open_to_mission(code=card.code, expected_version=3, by=desk)
    assert readers() == {"hq-forces", "state-a", "sym-head"}


def test_two_raters_of_one_task_stand_beside_each_other(ready, desk):
    card = cards.open_card(pledge=ready.code, mission="UNSYM", component="police", by=desk)
    rated = {"task": "joint patrol", "condition": "by day", "standard": "same day report"}
    cards.evaluate(code=card.code, expected_version=1, rater="A", rating="met", by=desk, **rated)
    with pytest.raises(RefusedError, match="already"):
        cards.evaluate(code=card.code, expected_version=2, rater="A", rating="not met", by=desk, **rated)
    with pytest.raises(RefusedError, match="cause"):
        cards.evaluate(code=card.code, expected_version=2, rater="B", rating="met", cause="training", by=desk, **rated)
    cards.evaluate(code=card.code, expected_version=2, rater="B", rating="not met", cause="training", by=desk, **rated)
    assert card.evaluations.count() == 2


# Turns


def test_days_of_a_tour_are_moved_so_that_one_hands_over_to_the_next(states, desk):
    slot = rotations.ask_slot(mission="UNSYM", capability="aircraft", first=24312, last=24323, by=desk)
    with pytest.raises(RefusedError, match="before the first"):
        rotations.ask_slot(mission="UNSYM", capability="aircraft", first=24323, last=24312, by=desk)
    assert slot.code == "UNSYM-S-1"


def test_whoever_looks_through_other_eyes_changes_nothing(pledge, cast):
    from bluehelm.web.posts.acting import viewing_as

    seeing = viewing_as(cast["auditor"], cast["hq-forces"].post)
    with pytest.raises(NotAllowedError):
        actions.withdraw_pledge(code=pledge.code, expected_version=1, reason="x", by=seeing)
