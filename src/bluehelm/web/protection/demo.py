"""What do two years of alerts, threats and promises look like in the demonstration?

Alerts with full and with broken clocks, threats with their reviews, what was done about them, engagements with promises
kept and broken, obstructions with their denominators, observers' reports and the compact: in bulk, from a seed. All of
it is invented, and no caller stands in it.
"""

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from bluehelm.definitions.protection import packaged_compact, packaged_work_words
from bluehelm.disclosure import Marking
from bluehelm.web.audit.entries import append_entry
from bluehelm.web.posts.acting import Actor
from bluehelm.web.posts.models import Audience, Post
from bluehelm.web.protection.actions import profile_of
from bluehelm.web.protection.models import (
    Activity,
    Alert,
    Capability,
    Dialogue,
    Engagement,
    Harm,
    Movements,
    Observation,
    Obstruction,
    Perception,
    Promise,
    Referral,
    Threat,
    ThreatProfile,
    ThreatResponse,
)

DAYS, ALERTS, ENGAGEMENTS = 730, 700, 120
OVERNIGHT = (0.02, 0.06, 0.15, 0.24, 0.9)
"""Days ago of the alerts that nobody has answered yet."""
REASONS = ("no-asset", "road", "host-denial", "caveat", "weather", "not-credible")
WEIGHTS = (30, 22, 12, 6, 8, 22)
WORDS = {
    "attack": "Armed people came at dusk; shots were heard.",
    "abduction": "Some did not come back from the fields.",
    "sexual-violence": "Women do not dare to fetch wood.",
    "movement": "A column with weapons passed by the ford.",
    "tension": "Two communities quarrel over the market place.",
    "displacement": "Families are on the road with their animals.",
    "recruitment": "Boys were asked to carry loads for fighters.",
}
THREATS = (
    ("Raids on the market road", "An armed group from the hills", "Traders, most of them women", "likely", "serious"),
    ("Reprisals after cattle theft", "Armed herders", "Villagers along the river", "possible", "grave"),
    ("Checkpoints that take money and people", "Local militia", "Travellers and the displaced", "likely", "limited"),
    ("Attack on the camp of the displaced", "An armed group from the hills", "Displaced families", "possible", "grave"),
    ("Recruitment of children at school", "Local militia", "Pupils of two schools", "possible", "serious"),
    ("Violence around the vote", "Youth wings of two parties", "Voters in the town", "remote", "serious"),
)
LADDER = ("remote", "possible", "likely", "imminent")
ISSUES = ("The well is far and the way is not safe.", "The patrol does not stop in the village.",
          "Our sons were held at the checkpoint.", "Nobody told us what became of our alert.",
          "The road cannot be used after rain.")  # fmt: skip
PROMISES = ("Patrol the way to the well each market day", "Bring the team of the joint mission back",
            "Ask the authorities about those held", "Repair the culvert with the engineers",
            "Tell the village what became of its alert")  # fmt: skip
TEAMS = (("T1", "CHE|FJI"), ("T2", "GHA|IRL|URY"), ("T3", "FJI|NPL"))
MOST_TOWNS = 8


def is_built() -> bool:
    return Alert.objects.exists()


@transaction.atomic
def build_demo_protection(mission: str, towns: Mapping[str, tuple[float, float]], jmac: Actor, on: date) -> None:
    """Write all of it at the towns, by name with latitude and longitude, and one entry in the audit that says so."""
    built = _Built(mission, dict(list(towns.items())[:MOST_TOWNS]), jmac, on)
    built.alerts()
    built.threats()
    built.referrals()
    built.communities()
    built.consent()
    built.observers()
    built.compact()
    append_entry(deed="protection.demonstrated", kind="alert", key=mission, by=jmac.account, post=jmac.post_code)


class _Built:
    """The mission that is written, with its chance."""

    def __init__(self, mission: str, towns: dict[str, tuple[float, float]], jmac: Actor, on: date) -> None:
        self.mission, self.towns, self.jmac, self.on = mission, list(towns), jmac, on
        self.chance = random.Random(6)  # nosec B311  # invented records, from a seed
        self.mission_only = Audience.of({f"mission:{mission}"})
        self.now = min(datetime.combine(on, time(5, 30), UTC), timezone.now())
        self.away = {town: round(self.chance.uniform(2, 70), 1) for town in towns}
        self.points = towns

    def fields(self, marking: Marking = Marking.CONFIDENTIAL, **more: Any) -> dict[str, Any]:
        return {
            "mission": self.mission, "entered_post": self.jmac.post, "entered_at": self.now,
            "marking": marking.value, "releasable_to": self.mission_only, **more,
        }  # fmt: skip

    def day(self, ago: int) -> date:
        return self.on - timedelta(days=ago)

    def referrals(self) -> None:
        """The oldest alert of the night, before a silent head; a patrol asked of planning, who has said yes."""
        posts = {post.role: post for post in Post.objects.filter(mission=self.mission, closed_on=None).order_by("-pk")}
        asks = self.jmac.post
        waiting = Alert.objects.filter(mission=self.mission, is_open=True).order_by("received_at").first()
        threat = Threat.objects.filter(mission=self.mission, closed_on=None).order_by("pk").first()
        if not (asks and waiting and threat and {"mission-leadership", "planner"} <= set(posts)):
            return
        at = self.now - timedelta(minutes=25)
        Referral.objects.create(
            alert=waiting, sort="escalation", to_post=posts["mission-leadership"], from_post=asks, at=at,
            text="Nobody has answered since yesterday, and the road is open.",
        )  # fmt: skip
        Referral.objects.create(
            threat=threat, sort="task", to_post=posts["planner"], from_post=asks, at=at - timedelta(hours=20),
            text="A patrol on the market road before the market day.", due_at=self.now + timedelta(days=1),
            acknowledged_at=at - timedelta(hours=18), answer="It stands in the patrol plan for tomorrow.",
        )  # fmt: skip

    # Alerts

    def alerts(self) -> None:
        ages = [*(self.chance.triangular(1.5, DAYS, 60) for _ in range(ALERTS)), *OVERNIGHT]
        ages.sort(reverse=True)
        Alert.objects.bulk_create(self._alert(age) for age in ages)

    def _alert(self, days_ago: float) -> Alert:
        chance = self.chance
        received = self.now - timedelta(minutes=int(days_ago * 1440))
        what = chance.choice(list(WORDS))
        town = chance.choice(self.towns)
        alert = Alert(
            **self.fields(), what=what, place=town, text=WORDS[what], received_at=received,
            channel=chance.choice(("network", "network", "liaison", "hotline", "patrol")),
            distance_km=self.away[town] if chance.random() < 0.9 else None,
            latitude=self.points[town][0], longitude=self.points[town][1],
            exercise=days_ago > 2 and chance.random() < 0.02,
        )  # fmt: skip
        if days_ago not in OVERNIGHT:
            self._answer(alert, received)
        alert.is_open = alert.clock.is_open
        return alert

    def _answer(self, alert: Alert, at: datetime) -> None:
        """What was done about an alert, as far as there was time until now; some steps were never written down."""
        chance = self.chance
        answered = chance.random() < 0.62
        slow = 1 + (alert.distance_km or 20) / 20 + (0.6 if not 6 <= at.hour < 18 else 0)
        for step, mean in (("verified", 12), ("escalated", 8), ("decided", 15 * slow), ("departed", 12 * slow)):
            if not answered and step == "departed":
                break
            at += timedelta(minutes=1 + int(chance.expovariate(1 / mean)))
            self._note(alert, step, at, chance.random() < 0.88)
        at += timedelta(minutes=int((alert.distance_km or 20) * chance.uniform(1.5, 3)))
        if answered:
            self._note(alert, "arrived", at, True)
        else:
            alert.no_response = chance.choices(REASONS, WEIGHTS)[0]
            alert.why = "As the duty officer wrote it down (invented)."
        at += timedelta(hours=chance.randint(2, 30))
        self._note(alert, "closed", at, True)
        self._note(alert, "told", at + timedelta(hours=6), chance.random() < 0.45)

    def _note(self, alert: Alert, step: str, at: datetime, is_written: bool) -> None:
        if is_written and at <= self.now:
            setattr(alert, f"{step}_at", at)

    # Threats

    def threats(self) -> None:
        for number, (title, who, civilians, likelihood, impact) in enumerate(THREATS):
            threat = Threat.objects.create(
                **self.fields(), title=title, place=self.towns[number % len(self.towns)],
                sector=("north", "south")[number % 2], perpetrator=who, civilians=civilians,
                women=None if number % 3 else 1200, girls=None if number % 3 else 900, capability="medium",
                intent="declared" if number % 2 else "suspected", vulnerability="high" if number < 4 else "medium",
                host_capacity="limited", host_will="mixed", others_capacity="limited", likelihood=likelihood,
                impact=impact, trend=("rising", "steady", "falling")[number % 3], lead="protection",
                rationale="What alerts, patrols and leaders of the place say together (invented).",
                identified_on=self.day(600 - 40 * number), review_on=self.day(12 - 9 * number),
            )  # fmt: skip
            self._history(threat, number)
            self._responses(threat, number)

    def _history(self, threat: Threat, number: int) -> None:
        """Earlier profiles; two of the threats rose within the last week."""
        start = LADDER.index(threat.likelihood)
        said = profile_of(threat)
        before = {**said, "likelihood": LADDER[max(0, start - 1)], "trend": "steady"}
        last = 4 if number in (0, 3) else 45
        ThreatProfile.objects.bulk_create([
            ThreatProfile(threat=threat, on=threat.identified_on, said=before),
            ThreatProfile(threat=threat, on=self.day(200), said=before),
            ThreatProfile(threat=threat, on=self.day(last), said=said),
        ])  # fmt: skip

    def _responses(self, threat: Threat, number: int) -> None:
        planned = (
            ("dialogue", "prevention", "Meet leaders of both sides each month", 90, True),
            ("physical", "pre-emption", "Patrol on market days from the base", 20, number % 2 == 0),
            ("environment", "consolidation", "Ask the prefect for a police post", -30, False),
        )
        ThreatResponse.objects.bulk_create(
            ThreatResponse(threat=threat, tier=tier, phase=phase, text=text, lead="protection", due_on=self.day(due),
                           done_on=self.day(due + 3) if done else None, result="It is kept up." if done else "")
            for tier, phase, text, due, done in planned
        )  # fmt: skip
        kinds = (("patrol", "Traders reach the market and come back"), ("engagement", "Leaders call off their youth"),
                 ("joint-team", "The base knows what people of the place fear"))  # fmt: skip
        outcomes = ("as-intended", "in-part", "not-seen", "not-yet-known")
        done = [
            Activity(**self.fields(), what=kind, threat=threat, on=self.day(150 - 30 * turn), place=threat.place,
                     intended=intended, became=(became := outcomes[(turn + number) % 4]),
                     evidence="" if became == "not-yet-known" else "Told by people of the place two weeks later.")
            for kind, intended in kinds for turn in range(4)
        ]  # fmt: skip
        Activity.objects.bulk_create([*done, Activity(
            **self.fields(), what="patrol", on=self.day(10), place=threat.place, intended="Show presence on the road"
        )])  # fmt: skip
        if number < 2:
            Harm.objects.create(
                **self.fields(), what=("property", "exposure")[number], on=self.day(80), place=threat.place,
                text=("Vehicles crossed a field that was sown.", "Youths were asked who had talked to us.")[number],
                follow_up="The farmer was heard and paid." if number == 0 else "",
                followed_on=self.day(40) if number == 0 else None,
            )  # fmt: skip

    # Communities

    def communities(self) -> None:
        chance = self.chance
        voices = packaged_work_words().codes("voices")
        weights = (5, 2, 3, 1, 9, 1)
        for number in range(ENGAGEMENTS):
            heard = sorted(set(chance.choices(voices, weights, k=3))) if chance.random() < 0.9 else []
            ago = int(DAYS * (1 - number / ENGAGEMENTS))
            told = chance.random() < 0.5
            met = Engagement.objects.create(
                **self.fields(), on=self.day(ago), place=chance.choice(self.towns), heard="|".join(heard),
                raised=chance.choice(ISSUES), level="national" if number % 20 == 19 else "local",
                feedback="They were told at the next visit." if told and ago > 20 else "",
                fed_back_on=self.day(ago - 20) if told and ago > 20 else None,
            )  # fmt: skip
            self._promise(met, ago)
        Perception.objects.bulk_create(
            Perception(**self.fields(), on=self.day(400 - 200 * turn), place=self.towns[0],
                       question="Do you feel safe on the way to the market?", method="household-survey",
                       sample=380, answered=150 + 40 * turn, women=196, text="Many named the ford as the worst place.")
            for turn in range(2)
        )  # fmt: skip

    def _promise(self, met: Engagement, ago: int) -> None:
        chance = self.chance
        due = ago - chance.randint(10, 60)
        kept = due + chance.randint(-25, 12)
        done = kept >= 0 and chance.random() < 0.75
        given_up = not done and due > 150
        Promise.objects.create(
            engagement=met, text=chance.choice(PROMISES), owner=chance.choice(("protection", "reporter")),
            due_on=self.day(due), kept_on=self.day(min(kept, ago)) if done else None,
            evidence="Seen at the next visit." if done else "", taken_back_on=self.day(due - 30) if given_up else None,
            why="There was neither asset nor money for it." if given_up else "",
            fed_back_on=self.day(max(0, min(kept, ago) - 5)) if done and chance.random() < 0.6 else None,
        )  # fmt: skip

    # Consent, observers, compact

    def consent(self) -> None:
        chance = self.chance
        kinds = packaged_work_words().codes("obstructions")
        held: list[Obstruction] = []
        for number in range(70):
            ago = chance.randint(3, DAYS)
            ended = chance.random() < 0.7
            held.append(Obstruction(
                **self.fields(), what=chance.choices(kinds, (12, 5, 3, 3, 2, 1))[0], on=self.day(ago),
                place=self.towns[number % len(self.towns)], authority="Provincial administration",
                text="The patrol waited at the barrier and turned back.",
                resolved_on=self.day(ago - 2) if ended else None, resolution="A letter was shown." if ended else "",
            ))  # fmt: skip
        Obstruction.objects.bulk_create(held)
        months = sorted({f"{self.day(ago):%Y-%m}" for ago in range(30, DAYS, 10)})
        Movements.objects.bulk_create(
            Movements(**self.fields(), month=month, number=chance.randint(180, 320), source="Movement log (invented)")
            for place, month in enumerate(months) if place % 7 != 5
        )  # fmt: skip
        Dialogue.objects.bulk_create(
            Dialogue(**self.fields(), on=self.day(60 * turn + 9), authority="Ministry of the interior",
                     text="The delays at the barriers were raised.", agreed="A contact is named." if turn % 2 else "")
            for turn in range(6)
        )  # fmt: skip

    def observers(self) -> None:
        chance = self.chance
        areas = ("Sector A", "Sector B", "Ceasefire line")
        seen = [(ago, area) for ago in range(60, -1, -1) for area in areas if chance.random() < 0.7]
        Observation.objects.bulk_create(
            self._observation(number, ago, area) for number, (ago, area) in enumerate(seen, start=1)
        )

    def _observation(self, number: int, ago: int, area: str) -> Observation:
        team, nationalities = TEAMS[number % len(TEAMS)]
        saw = self.chance.random() < 0.15
        return Observation(
            **self.fields(), report=f"OBS-{number:04d}", what="violation" if saw else "patrol", day=self.day(ago),
            area=area, team=team, nationalities=nationalities, hours=round(self.chance.uniform(2, 9), 1),
            violation="crossing" if saw else "", narrative="Eight armed people crossed on foot." if saw else "Quiet.",
        )  # fmt: skip

    def compact(self) -> None:
        said = packaged_compact().codes("capabilities")
        Capability.objects.bulk_create(
            Capability(**self.fields(), capability=code, has=place % 3 != 2, on=self.day(45),
                       evidence="List of posts filled, and what the sector heads say (invented).")
            for place, code in enumerate(said[:-2])
        )  # fmt: skip
