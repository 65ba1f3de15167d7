"""Who works on findings in these tests: posts of an invented mission, and outsiders."""

from collections.abc import Callable
from datetime import date

import pytest

from bluehelm.disclosure import Label, Marking
from bluehelm.spine import Measurement, Recommendation, RecordRef, RowRef
from bluehelm.web.accounts.models import User
from bluehelm.web.findings import actions
from bluehelm.web.findings.actions import Texts
from bluehelm.web.findings.models import Finding
from bluehelm.web.posts.acting import Actor, actor_in
from bluehelm.web.posts.models import Occupancy, Organisation, Post

DAY = date(2026, 3, 2)
SHA256 = "ab" * 32
ROW = RowRef("events", 1, "SYN000042", SHA256)
PATROL_REPORT = RecordRef("document", "Patrol report 114")
MISSION = Label(Marking.UNCLASSIFIED, frozenset({"mission:UNSYM"}))

POSTS = {
    # code: role, organisation, mission, component, section, clearance
    "unsym-planner": ("planner", "UNSYM", "UNSYM", "staff", "planning", 1),
    "unsym-jmac": ("analyst", "UNSYM", "UNSYM", "staff", "JMAC", 2),
    "unsym-engineers": ("planner", "UNSYM", "UNSYM", "support", "engineers", 1),
    "unsym-chief": ("component-head", "UNSYM", "UNSYM", "staff", "", 2),
    "unsym-head": ("mission-leadership", "UNSYM", "UNSYM", "", "", 2),
    "unsym-viewer": ("viewer", "UNSYM", "UNSYM", "staff", "", 0),
    "other-planner": ("planner", "UNOTH", "UNOTH", "staff", "planning", 1),
    "auditor": ("auditor", "HQ", "", "", "", 2),
}
ORGANISATIONS = {"UNSYM": "mission", "UNOTH": "mission", "HQ": "headquarters"}

Cast = dict[str, Actor]


@pytest.fixture
def cast(db) -> Cast:
    """The actors by the codes of their posts; each account is called like its post."""
    organisations = {
        code: Organisation.objects.create(code=code, name=code, kind=kind) for code, kind in ORGANISATIONS.items()
    }
    return {code: _actor(code, organisations, *facts) for code, facts in POSTS.items()}


def _actor(code, organisations, role, organisation, mission, component, section, clearance) -> Actor:
    post = Post.objects.create(
        code=code,
        title=code.replace("-", " ").title(),
        role=role,
        organisation=organisations[organisation],
        mission=mission,
        component=component,
        section=section,
        duty_station="Zelleb",
        clearance=clearance,
    )
    person = User.objects.create_user(code, f"{code}@example.org")
    Occupancy.objects.create(post=post, person=person, from_on=date(2020, 1, 1))
    return actor_in(person, post)


TEXTS = Texts(
    title="The road to Volmesh is cut for three months of the year",
    statement="Patrols reached Volmesh on 4 of 92 days of the last rains; raids there fell in the same weeks.",
    domain="protection",
    severity="high",
    confidence="moderate",
    mission="UNSYM",
)


@pytest.fixture
def planner(cast) -> Actor:
    return cast["unsym-planner"]


@pytest.fixture
def chief(cast) -> Actor:
    return cast["unsym-chief"]


@pytest.fixture
def engineers(cast) -> Actor:
    return cast["unsym-engineers"]


@pytest.fixture
def raised(planner) -> Finding:
    """A finding that the planner raised for the whole mission."""
    return actions.raise_finding(texts=TEXTS, evidence=[ROW], label=MISSION, by=planner, on=DAY)


class Chain:
    """Carries one finding along, always with the number it has by then."""

    def __init__(self, finding: Finding, cast: Cast) -> None:
        self.finding, self.cast = finding, cast

    def do(self, deed: Callable, by: str, **named):
        done = deed(number=self.finding.pk, expected_version=self.version, by=self.cast[by], **named)
        self.finding.refresh_from_db()
        return done

    @property
    def version(self) -> int:
        return Finding.objects.values_list("row_version", flat=True).get(pk=self.finding.pk)

    @property
    def state(self) -> str:
        self.finding.refresh_from_db()
        return self.finding.state

    def recommend(self, due_on: date = date(2026, 6, 1), on: date = date(2026, 3, 5), **more):
        what = Recommendation("Build a bridge at Volmesh before the rains.", "unsym-engineers", due_on, **more)
        return self.do(actions.recommend, "unsym-planner", what=what, on=on)

    def accept(self, on: date = date(2026, 3, 12), recommendation: int = 1):
        return self.do(
            actions.decide,
            "unsym-chief",
            recommendation=recommendation,
            outcome="accepted",
            why="The rains begin in June.",
            on=on,
        )

    def start(self, on: date = date(2026, 3, 20), look_for=None):
        look_for = look_for or Measurement("days a week the road is open", "patrol reports", date(2026, 9, 1), "0.3")
        return self.do(
            actions.start_action,
            "unsym-engineers",
            recommendation=1,
            steps=["Survey the crossing", "Lay the bridge"],
            look_for=look_for,
            on=on,
        )

    def finish_steps(self, on: date = date(2026, 5, 20)):
        for step in (1, 2):
            self.do(
                actions.finish_step, "unsym-engineers", recommendation=1, step=step, evidence=[PATROL_REPORT], on=on
            )

    def finish(self, on: date = date(2026, 5, 28), extent="in full"):
        return self.do(
            actions.finish_action,
            "unsym-engineers",
            recommendation=1,
            extent=extent,
            evidence=[RecordRef("document", "Hand-over of the bridge")],
            on=on,
        )

    def read_effect(self, on: date = date(2026, 9, 2)):
        return self.do(
            actions.read_effect,
            "unsym-planner",
            recommendation=1,
            reading="6.1",
            judgement="The road stayed open through the rains; the patrols used it.",
            confidence="moderate",
            evidence=[ROW],
            on=on,
        )


@pytest.fixture
def chain(raised, cast) -> Chain:
    return Chain(raised, cast)
