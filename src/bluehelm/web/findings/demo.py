"""What does a ledger look like after a year and a half of use?

Findings of the synthetic mission in every state, written by the same deeds as any others. The stories are invented;
the places and the cited versions are those of the data folder, so that the links lead somewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from django.conf import settings

from bluehelm import spine
from bluehelm.disclosure import Label, Marking, audience_names
from bluehelm.spine import EvidenceRef, Explanation, Measurement, NotObservable, Recommendation, RecordRef, RowRef
from bluehelm.store import Store, Version
from bluehelm.web.findings import actions
from bluehelm.web.findings.actions import Texts
from bluehelm.web.findings.models import Finding
from bluehelm.web.posts.acting import Actor

PLACES_NEEDED = 6
WITH_HEADQUARTERS = "mission:{m} | headquarters"


@dataclass(frozen=True, slots=True)
class Story:
    """One finding and what became of it; days are counted back from today.

    `then` are the deeds that followed: what, how many days ago, and what it takes beside that.
    """

    title: str
    statement: str
    domain: str
    severity: str
    by: str
    days_ago: int
    evidence: str = ""
    row: str = ""
    confidence: str = "moderate"
    marking: int = 0
    to: str = ""
    then: tuple[tuple[Any, ...], ...] = ()


def asks(days_ago: int, text: str, owner: str, due: int, by: str = "planner", **more: Any) -> tuple[Any, ...]:
    """A recommendation, due so many days ago (before today where positive)."""
    return ("recommend", days_ago, by, {"text": text, "owner": owner, "due": due, **more})


def decided(
    days_ago: int, outcome: str, why: str, modified_to: str = "", by: str = "chief-of-staff"
) -> tuple[Any, ...]:
    return ("decide", days_ago, by, {"outcome": outcome, "why": why, "modified_to": modified_to})


def begins(
    days_ago: int, by: str, steps: tuple[str, ...], what: str = "", source: str = "", read: int = 0, before: str = "",
    why_not: str = "",
) -> tuple[Any, ...]:  # fmt: skip
    """The action begins; its effect is to be read so many days ago, or cannot be observed."""
    look_for = ("not", why_not) if why_not else ("see", what, source, read, before)
    return ("start", days_ago, by, {"steps": steps, "look_for": look_for})


def steps(days_ago: int, by: str, *numbers: int) -> tuple[Any, ...]:
    return ("steps", days_ago, by, {"numbers": numbers})


def done(days_ago: int, by: str, evidence: str, extent: Literal["in full", "in part"] = "in full") -> tuple[Any, ...]:
    return ("finish", days_ago, by, {"evidence": evidence, "extent": extent})


def reads(days_ago: int, by: str, reading: str, judgement: str, confidence: str = "moderate") -> tuple[Any, ...]:
    return ("read", days_ago, by, {"reading": reading, "judgement": judgement, "confidence": confidence})


def waits(days_ago: int, by: str, cause: str, party: str, until: int | None = None) -> tuple[Any, ...]:
    return ("wait", days_ago, by, {"cause": cause, "party": party, "until": until})


# The deeds of each story stand in the order of their days. {0} to {5} are places of the mission.
STORIES = (
    Story(
        "The road between {0} and {1} is cut for most of the rains",
        "Patrols from {0} reached {1} on 7 of 92 days of the last rains; raids near {1} fell in the same weeks.",
        "protection", "critical", "protection", 410, "Patrol reports of the rains", "events",
        then=(
            asks(402, "Lay a bridge on the road to {1} before the next rains.", "force-commander", 250,
                 capability="new", cost=480_000),
            decided(395, "accepted", "The raids follow the closed road; no other measure reaches {1}."),
            waits(390, "force-commander", "lift", "Movement control: no barge until the river falls", 340),
            begins(338, "force-commander", ("Survey both banks", "Bring the spans up river", "Lay and test the bridge"),
                   "days a week on which a patrol reaches {1}", "patrol reports", 160, "0.5"),
            steps(320, "force-commander", 1), steps(290, "force-commander", 2), steps(262, "force-commander", 3),
            done(258, "force-commander", "Hand-over of the bridge"),
            reads(155, "protection", "5.8", "Patrols got through all but the worst weeks; raids near {1} fell, though "
                  "a truce in the same months may explain part of it."),
        ),
    ),
    Story(
        "Night flights cannot land at {2}",
        "Three medical evacuations from {2} were put off until morning in two months; the strip has no lights.",
        "safety", "high", "force-commander", 380, "Flight log of the aviation section",
        then=(
            asks(372, "Move the portable lights from {0} to {2}.", "force-commander", 330, capability="redirected"),
            decided(368, "accepted", "{0} has had no night flight since the hospital moved."),
            begins(365, "force-commander", ("Take down the lights at {0}", "Train the crew at {2}"),
                   "hours from call to take-off at night", "flight log", 270, "9"),
            steps(352, "force-commander", 1), steps(344, "force-commander", 2),
            done(343, "force-commander", "Acceptance by the aviation section"),
            reads(266, "force-commander", "1.4", "Four night evacuations since, all within two hours.", "high"),
        ),
    ),
    Story(
        "Community liaison assistants do not speak the language of {3}",
        "None of the six assistants who cover {3} speaks its main language; warnings from there come a day late.",
        "people", "high", "reporter", 350, "Interviews with the assistants",
        then=(
            asks(341, "Recruit two assistants from {3}.", "chief-of-staff", 220, capability="new", cost=36_000),
            decided(330, "modified", "No new posts before the budget year.",
                    "Move two vacant posts from {0} and fill them from {3}."),
            waits(328, "chief-of-staff", "budget", "Headquarters: approval to move the posts", 268),
            begins(265, "chief-of-staff", ("Move the posts", "Recruit"), "hours from a warning to the mission knowing",
                   "alert register", 90, "27"),
            steps(250, "chief-of-staff", 1), steps(190, "chief-of-staff", 2),
            done(188, "chief-of-staff", "Letters of appointment"),
            reads(88, "protection", "6", "Warnings now come the same day; too few of them to be sure.", "low"),
        ),
    ),
    Story(
        "Requests for escort come on paper and are counted by nobody",
        "Aid agencies ask for escort by letter; how many are refused, and why, is not known.",
        "protection", "medium", "planner", 330, "Letters in the registry",
        then=(
            asks(322, "Keep a register of requests, with the reason of each refusal.", "planner", 290),
            decided(318, "accepted", "It costs nothing and answers the agencies."),
            begins(316, "planner", ("Agree the form with the agencies", "Open the register"),
                   why_not="The register is what makes the refusals visible; nothing was counted before it."),
            steps(305, "planner", 1, 2), done(303, "planner", "Register, first page"),
        ),
    ),
    Story(
        "The company at {4} has no vehicle that can cross the ford",
        "All four carriers at {4} are too heavy for the ford; the north bank is out of reach half the year.",
        "forces", "high", "head", 300, "Inspection of equipment", to=WITH_HEADQUARTERS,
        then=(
            asks(290, "Ask for six light vehicles of another type.", "force-generation", 120, capability="new",
                 cost=1_250_000),
            decided(281, "accepted", "The agreement on equipment allows an exchange."),
            waits(278, "force-generation", "agreement", "The contributor: exchange of letters on the equipment"),
            begins(200, "force-generation", ("Agree the exchange", "Ship the vehicles", "Hand them over"),
                   "patrols a week north of the ford", "patrol reports", -60, "0"),
            steps(110, "force-generation", 1),
        ),
    ),
    Story(
        "Civil affairs learns of displacement from the radio",
        "In four of five movements this quarter the mission heard of displaced people from the local radio first.",
        "situation", "medium", "reporter", 290, "Daily reports, compared with broadcasts", "events",
        then=(
            asks(284, "Ask the camp committees for a daily call.", "reporter", 250),
            decided(280, "accepted", "The committees offered it themselves."),
            begins(276, "reporter", ("Agree numbers and hours", "Keep the log"), "movements heard of within a day",
                   "displacement log", 180, "1 of 5"),
            steps(262, "reporter", 1), steps(255, "reporter", 2), done(252, "reporter", "Displacement log"),
            reads(176, "planner", "6 of 7", "It works where there is a network; two valleys have none."),
        ),
    ),
    Story(
        "The hospital of level 2 is a day from the most dangerous stretch",
        "Half of the year's casualties happened more than 200 km from the hospital at {0}.",
        "safety", "critical", "force-commander", 280, "Casualty reports", marking=1,
        then=(
            asks(272, "Move the hospital of level 2 from {0} to {2}.", "chief-of-staff", 60, capability="redirected",
                 cost=2_900_000),
            decided(255, "rejected", "Water at {2} suffices for a surgical team, not for a hospital.", by="head"),
            ("reopen-recommendation", 150, "force-commander",
             {"reason": "A second well was drilled at {2}; the engineers vouch for the water."}),
            decided(140, "modified", "The hospital stays; the surgical team moves with its tents.",
                    "Station a surgical team at {2} for the dry season.", by="head"),
            begins(132, "chief-of-staff", ("Fit out the tents", "Move the team"), "hours to surgery",
                   "casualty reports", -120, "11"),
            steps(100, "chief-of-staff", 1),
            done(70, "chief-of-staff", "Report of the medical section: team in place, cold chain missing", "in part"),
        ),
    ),
    Story(
        "Radio repeaters on the ridge fail in the afternoon heat",
        "Sector north is without radio between one and four in the afternoon on most days of the dry season.",
        "safety", "high", "jmac", 250, "Log of the radio room",
        then=(
            asks(244, "Shade the repeaters and add a battery.", "chief-of-staff", 210, cost=18_000),
            decided(240, "accepted", "The fault is known and the parts are in stock."),
            begins(236, "chief-of-staff", ("Shade", "Batteries"), "hours a week without radio", "log of the radio room",
                   150, "21"),
            steps(226, "chief-of-staff", 1), steps(219, "chief-of-staff", 2),
            done(218, "chief-of-staff", "Photographs and the log"),
            ("give-up", 140, "jmac", {"why": "The log of those months burnt with the radio hut."}),
        ),
    ),
    Story(
        "Patrols keep to the mornings; attacks come in the evening",
        "Nine of ten patrols in sector south end before noon; two thirds of attacks there come after five.",
        "protection", "high", "jmac", 240, "Patrol reports against the events table", "events", "high",
        then=(
            asks(232, "Begin a third of the patrols after three in the afternoon.", "force-commander", 190,
                 capability="redirected"),
            decided(229, "accepted", "The hours are ours to choose."),
            begins(226, "force-commander", ("New patrol plan", "Lights and radios for the evening"),
                   "share of patrols that begin after three", "patrol reports", 120, "6 per cent"),
            steps(214, "force-commander", 1), steps(205, "force-commander", 2),
            done(204, "force-commander", "Patrol plan of the sector"),
            reads(118, "jmac", "38 per cent", "The hours moved. Whether attacks fell because of it, the months so far "
                  "cannot say."),
        ),
    ),
    Story(
        "Two sections count the same displaced people differently",
        "Civil affairs and protection report 11,200 and 14,900 for the same camp and week.",
        "data", "medium", "planner", 225, "Both weekly reports",
        then=(
            asks(220, "One count, by the camp committees, quoted by both.", "planner", 200),
            decided(216, "accepted", "Both heads agree."),
            begins(214, "planner", ("Agree the method", "Switch both reports"), "difference between the two reports",
                   "weekly reports", 150, "3,700"),
            steps(208, "planner", 1, 2), done(205, "planner", "Both reports of the following week"),
            reads(149, "planner", "0", "Both quote one count. It is not better for being one; the method has limits.",
                  "high"),
        ),
    ),
    Story(
        "The reserve company cannot be lifted in one wave",
        "Two helicopters carry 38 of the 120 soldiers of the reserve; the second wave leaves five hours later.",
        "forces", "high", "head", 210, "Exercise report", marking=1, to=WITH_HEADQUARTERS,
        then=(
            asks(203, "Ask for a third helicopter.", "force-generation", 30, capability="new", cost=9_800_000),
            decided(190, "accepted", "The mandate asks for a reserve that can move.", by="head"),
            waits(188, "force-generation", "budget", "Headquarters: the budget year begins in July", 120),
            waits(119, "force-generation", "council", "The Council: the new ceiling is before it"),
        ),
    ),
    Story(
        "The school for observers teaches a map that is no longer used",
        "Observers arrive with grid references of the old map; a fifth of their first reports are misplaced.",
        "training", "medium", "head", 200, "Reports sent back for correction", to=WITH_HEADQUARTERS,
        then=(
            asks(192, "Teach the new grid from the next course on.", "training-desk", 150),
            decided(188, "accepted", "The school has the new sheets."),
            begins(180, "training-desk", ("New exercise", "First course"), "reports sent back in the first month",
                   "registry of reports", 40, "21 per cent"),
            steps(160, "training-desk", 1), steps(132, "training-desk", 2),
            done(130, "training-desk", "Programme of the course"),
        ),
    ),
    Story(
        "Village defence groups near {5} take up arms again",
        "Three groups that had handed in their weapons were seen with new ones near {5}.",
        "situation", "high", "jmac", 190, "Two independent sources", marking=2, to="section:{m}/JMAC",
        then=(asks(184, "Ask a third source before anything is said of it.", "jmac", 150, by="jmac"),),
    ),
    Story(
        "Ceasefire lines are marked on no map the parties share",
        "Seven of the year's incidents on the line were quarrels about where it runs.",
        "mandates", "high", "planner", 185, "Minutes of the joint commission", "events",
        then=(
            asks(178, "Survey and mark the line with both parties.", "chief-of-staff", 20),
            decided(166, "accepted", "Both parties asked for it."),
            waits(160, "chief-of-staff", "host-consent", "The host state: leave to survey the western part"),
        ),
    ),
    Story(
        "Fuel at {1} lasts nine days",
        "Deliveries to {1} come every twelve days; for three days of each round the post stands still.",
        "plans", "medium", "planner", 170, "Fuel returns",
        then=(
            asks(163, "A second tank at {1}.", "chief-of-staff", 90, cost=55_000),
            ("end", 120, "chief-of-staff",
             {"how": "overtaken", "reason": "The post at {1} was handed over to the police; the tank is not needed."}),
        ),
    ),
    Story(
        "Women are asked about safety by men only",
        "All eleven interview teams in the north are of men; one answer in six to the question on safety is blank.",
        "people", "medium", "protection", 150, "Interview sheets",
        then=(
            asks(142, "Mixed teams in the north.", "chief-of-staff", 60),
            decided(130, "accepted", "It can be done by exchanging teams between sectors."),
            begins(120, "chief-of-staff", ("Exchange teams",), "blank answers to the question on safety",
                   "interview sheets", 20, "one in six"),
        ),
    ),
    Story(
        "The claims office answers after 14 months on average",
        "People whose fields were damaged by convoys wait; three villages have closed their road to the mission.",
        "conduct", "high", "conduct", 140, "Register of claims",
        then=(
            asks(131, "Decide small claims within 30 days, in the field.", "chief-of-staff", 40, by="conduct"),
            decided(122, "rejected", "Headquarters keeps the authority to pay; asking for it again makes little sense "
                    "this year."),
        ),
    ),
    Story(
        "Forecasts of the south miss what happens at harvest",
        "In three harvests of four, events in the south went over the upper end of the forecast.",
        "outlook", "medium", "jmac", 120, "Comparison of forecasts with what came", "events",
        then=(asks(110, "Show the harvest months apart, and say that the forecast is weak there.", "jmac", 70),),
    ),
    Story(
        "Convoys to {3} leave without an engineer",
        "Five of the last eight convoys to {3} turned back at a broken culvert that an engineer could have mended.",
        "plans", "medium", "force-commander", 95, "Convoy reports",
        then=(
            asks(88, "An engineer and a mending kit with every convoy.", "force-commander", 60,
                 capability="redirected"),
            decided(83, "accepted", "Two engineers are free on convoy days."),
            begins(80, "force-commander", ("Rota of engineers", "Mending kits"), "convoys that turn back",
                   "convoy reports", -20, "5 of 8"),
            steps(71, "force-commander", 1), steps(62, "force-commander", 2),
            done(61, "force-commander", "Rota and list of kits"),
        ),
    ),
    Story(
        "The pledge of a boat unit has no date",
        "The unit that could patrol the lake was pledged last year; no day of readiness was ever given.",
        "commitments", "medium", "head", 80, "List of pledges", to=WITH_HEADQUARTERS,
        then=(
            asks(72, "Ask for a day of readiness, and offer the equipment that is short.", "force-generation", 30),
            decided(64, "accepted", "The contributor has asked for help before."),
        ),
    ),
    Story(
        "Reports of incidents near {4} come without coordinates",
        "Of 31 reports from the sector of {4} this month, 19 name a village that three maps place differently.",
        "data", "low", "jmac", 45, "Daily reports of the month",
        then=(asks(40, "Give every patrol a receiver, and every report its reading.", "force-commander", -20),),
    ),
    Story(
        "Road to {1} impassable for most of the rains",
        "In the last rains patrols from {0} reached {1} on 7 of 92 days; raids near {1} came in the same weeks.",
        "protection", "high", "reporter", 405, "Weekly report of the sector", "events",
    ),
    Story(
        "Market days in {5} bring both groups to one street",
        "On the last three market days in {5} shots were fired where the two quarters meet.",
        "protection", "high", "reporter", 12, "Daily reports", "events",
        then=(asks(10, "A foot patrol on market days, and talks with the traders.", "force-commander", -9),),
    ),
    Story(
        "No women among the new language assistants",
        "All eight assistants who began this month are men.",
        "people", "low", "planner", 8, "List of appointments",
    ),
    Story(
        "The alert room is empty at weekends",
        "Of the last ten alerts that came in on a rest day, seven were opened on the next working day.",
        "protection", "critical", "protection", 5, "Alert register",
        then=(asks(4, "A duty officer on rest days.", "chief-of-staff", -6, by="protection", capability="redirected"),),
    ),
)  # fmt: skip

NOTICED = (
    ("No map of deployments for two months", "The latest map is older than the monthly rhythm asks for.", 6),
    ("Places without a strength", "Some places on the latest map carry no number of troops; it is unknown, not 0.", 90),
    ("A base stands outside the area of operations", "One base lies beyond the border of the host country.", 60),
)
"""What the program notices by itself: one still to be looked at, one raised, one dismissed."""


def build_demo_findings(actor_by_post: Mapping[str, Actor], mission: str, today: date) -> list[Finding]:
    """Write the stories and three proposals of the program's own; returns the findings, in their order."""
    teller = _Teller(actor_by_post, mission, today)
    told = [teller.tell(story) for story in STORIES]
    road, again = told[0], next(one for one in told if one.title.startswith("Road to"))
    teller.merge(again, road)
    return [*told, *teller.proposals()]


class _Teller:
    """Tells stories by deeds, on the days they happened."""

    def __init__(self, actors: Mapping[str, Actor], mission: str, today: date) -> None:
        self.actors, self.mission, self.today = actors, mission, today
        self.versions = {one.table: one for one in Store(settings.BLUEHELM_HOME).versions()}
        self.places = _places(self.versions.get("deployments"))

    def day(self, ago: int) -> date:
        return self.today - timedelta(days=ago)

    def said(self, text: str) -> str:
        return text.format(*self.places, m=self.mission)

    def tell(self, story: Story) -> Finding:
        audience = audience_names(self.said(story.to or "mission:{m}"))
        made = actions.raise_finding(
            texts=Texts(
                self.said(story.title),
                self.said(story.statement),
                story.domain,
                story.severity,
                story.confidence,
                self.mission,
            ),
            evidence=self.evidence(story),
            label=Label(Marking(story.marking), audience),
            by=self.actors[story.by],
            on=self.day(story.days_ago),
        )
        for verb, ago, by, what in story.then:
            self.do(made, verb, ago, by, what)
        return made

    def evidence(self, story: Story) -> list[EvidenceRef]:
        version = self.versions.get(story.row)
        row = [RowRef(version.table, version.version, "", version.sha256)] if version else []
        return [RecordRef("document", self.said(story.evidence)), *row]

    def do(self, finding: Finding, verb: str, ago: int, by: str, what: Mapping[str, Any]) -> None:
        finding.refresh_from_db()
        common = {
            "number": finding.pk,
            "expected_version": finding.row_version,
            "by": self.actors[by],
            "on": self.day(ago),
        }
        getattr(self, f"_{verb.replace('-', '_')}")(common, what)

    def _recommend(self, common: Mapping[str, Any], what: Mapping[str, Any]) -> None:
        asked = Recommendation(
            self.said(what["text"]), what["owner"], self.day(what["due"]), what.get("cost"), what.get("capability", "")
        )
        actions.recommend(**common, what=asked)

    def _decide(self, common: Mapping[str, Any], what: Mapping[str, Any]) -> None:
        actions.decide(
            **common,
            recommendation=1,
            outcome=what["outcome"],
            why=self.said(what["why"]),
            modified_to=self.said(what["modified_to"]),
        )

    def _start(self, common: Mapping[str, Any], what: Mapping[str, Any]) -> None:
        look_for = self._look_for(*what["look_for"])
        actions.start_action(**common, recommendation=1, steps=map(self.said, what["steps"]), look_for=look_for)

    def _look_for(
        self, kind: str, what: str, source: str = "", read: int = 0, before: str = ""
    ) -> Measurement | NotObservable:
        if kind == "not":
            return NotObservable(what)
        return Measurement(self.said(what), source, self.day(read), before)

    def _steps(self, common: Mapping[str, Any], what: Mapping[str, Any]) -> None:
        for number in what["numbers"]:
            version = Finding.objects.values_list("row_version", flat=True).get(pk=common["number"])
            evidence = [RecordRef("document", f"Report on step {number}")]
            named = {**common, "expected_version": version}
            actions.finish_step(**named, recommendation=1, step=number, evidence=evidence)

    def _finish(self, common: Mapping[str, Any], what: Mapping[str, Any]) -> None:
        evidence = [RecordRef("document", what["evidence"])]
        actions.finish_action(**common, recommendation=1, extent=what["extent"], evidence=evidence)

    def _read(self, common: Mapping[str, Any], what: Mapping[str, Any]) -> None:
        said = {**what, "judgement": self.said(what["judgement"])}
        actions.read_effect(**common, recommendation=1, **said, evidence=[RecordRef("document", "The source named")])

    def _give_up(self, common: Mapping[str, Any], what: Mapping[str, Any]) -> None:
        actions.give_up_reading(**common, recommendation=1, why=what["why"])

    def _wait(self, common: Mapping[str, Any], what: Mapping[str, Any]) -> None:
        wait = actions.begin_wait(**common, recommendation=1, cause=what["cause"], party=what["party"])
        if what["until"] is not None:
            version = int(common["expected_version"]) + 1
            ended = {**common, "expected_version": version, "on": self.day(what["until"])}
            actions.end_wait(**ended, wait=wait.pk)

    def _reopen_recommendation(self, common: Mapping[str, Any], what: Mapping[str, Any]) -> None:
        actions.reopen_recommendation(**common, recommendation=1, reason=self.said(what["reason"]))

    def _end(self, common: Mapping[str, Any], what: Mapping[str, Any]) -> None:
        actions.end_finding(**common, how=what["how"], reason=self.said(what["reason"]))

    def merge(self, finding: Finding, into: Finding) -> None:
        """The same road, raised twice; a person saw it."""
        finding.refresh_from_db()
        actions.merge_findings(
            number=finding.pk,
            into=into.pk,
            expected_version=finding.row_version,
            kept="Nothing new: the same patrols, counted by the sector. Its author is told of the bridge.",
            by=self.actors["planner"],
            on=self.day(400),
        )

    def proposals(self) -> list[Finding]:
        """What the program noticed by itself, and what a person made of it."""
        version = self.versions.get("deployments")
        evidence: tuple[EvidenceRef, ...] = (
            (RowRef(version.table, version.version, "", version.sha256),)
            if version
            else (RecordRef("table", "deployments"),)
        )
        waiting, raised, dismissed = (
            self._propose(title, statement, ago, evidence) for title, statement, ago in NOTICED
        )
        planner = self.actors["planner"]
        actions.raise_proposal(number=raised.pk, expected_version=1, by=planner, on=self.day(85))
        actions.dismiss_proposal(
            number=dismissed.pk,
            expected_version=1,
            reason="It is the logistics base across the border, where it should be.",
            by=planner,
            on=self.day(58),
        )
        return [waiting, raised, dismissed]

    def _propose(self, title: str, statement: str, ago: int, evidence: tuple[EvidenceRef, ...]) -> Finding:
        rule = "the checks of data quality"
        found = spine.Finding(
            title=title,
            statement=statement,
            domain="data",
            severity="low",
            confidence="high",
            evidence=evidence,
            on=self.day(ago),
            mission=self.mission,
            proposed_by="system:quality",
            explanation=Explanation(f"Found by {rule}.", rule),
        )
        label = Label(Marking.UNCLASSIFIED, frozenset({f"mission:{self.mission}"}))
        return actions.propose_finding(found=found, key=f"demonstration:{title}", label=label)


def _places(version: Version | None) -> list[str]:
    """Names of the mission's places, the largest first; plain letters where there is no map."""
    letters = [f"post {letter}" for letter in "ABCDEF"]
    if version is None:
        return letters
    rows = Store(settings.BLUEHELM_HOME).scan(version).select("location", "troops").collect()
    ranked = rows.drop_nulls("location").sort("troops", "location", descending=[True, False], nulls_last=True)
    names = ranked["location"].unique(maintain_order=True).to_list()
    return [*names, *letters][:PLACES_NEEDED]
