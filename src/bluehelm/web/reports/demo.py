"""What was reported in the invented mission over two years, and what did its desks make of it?

The past is laid down in bulk: one version a report, and one audit entry for all of it. What
the last days hold is done by the same deeds as anybody's, so that the queue, the history and the audit have work in
them. All of it comes from a seed; nobody in it exists.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from bluehelm.definitions.report_types import packaged_report_types
from bluehelm.disclosure import Label, Marking
from bluehelm.situation.reports import SOURCE_TYPES
from bluehelm.sources.synthetic import SyntheticCountry
from bluehelm.web.audit.entries import append_entry
from bluehelm.web.posts.acting import Actor
from bluehelm.web.posts.models import Audience
from bluehelm.web.reports import actions, daily, desks
from bluehelm.web.reports.content import content_of, fields_of
from bluehelm.web.reports.lookalikes import keep_all
from bluehelm.web.reports.models import DayEffort, Report, Version
from bluehelm.web.reports.publishing import publish_effort, publish_incidents

DAYS = 730
BUILDER = "system:demonstration"
UNITS = ("military", "military", "military", "civilian", "civilian", "police", "staff")
GROUPS = ("Front of the Hills", "River Brigade", "state army", "border police", "local youth", "cattle owners' guard")
TEXTS: Mapping[str, tuple[str, ...]] = {
    "incident": (
        "Armed men entered {place} before dawn.",
        "Residents of {place} told a patrol of shots in the night.",
        "Traders on the road to {place} were stopped by {who}.",
        "{who} and others met near {place}; the road was closed until noon.",
    ),
    "event": (
        "People of {place} told the liaison assistant of it.",
        "It was seen from the road north of {place}.",
        "Elders of {place} spoke of it at the weekly meeting.",
    ),
    "activity": (
        "Done in {place} as planned for the week.",
        "Done in {place} after the committee had asked for it.",
        "Done in {place} together with the police.",
    ),
}
DETAILS = (
    "Shops at the market were emptied.", "Two compounds were burnt.", "Cattle were driven off to the east.",
    "Families left for the villages along the river.", "The clinic has no medicine for the week.",
    "The well is broken and women walk an hour.", "The school stayed open.", "Telephones do not work since Monday.",
    "The bridge carries no trucks.", "Prices of millet have doubled.", "The chief asks for night patrols.",
    "The youth committee offers to speak with both sides.", "A truce is to hold until the rains.",
    "Four vehicles were seen going north.", "Water was handed out at the church.", "Nobody knew who gave the order.",
)  # fmt: skip
RESPONSES = ("", "", "A patrol was sent at first light.", "The liaison assistant stays in touch with the chief.",
             "Reported to the police; the clinic was told.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and by chance of what seed it plays."""

    chance: random.Random
    towns: tuple[tuple[str, float, float], ...]
    mission: str
    now: datetime


@transaction.atomic
def build_demo_reports(actors: Mapping[str, Actor], country: SyntheticCountry) -> None:
    """Two years of reports, effort, products and requests of the demonstration's mission."""
    towns = tuple((town.name, town.latitude, town.longitude) for town in country.towns[:40])
    chance = random.Random(6)  # nosec B311  # invents a demonstration
    scene = Scene(chance, towns, str(country.mission["mission"]), timezone.now())
    _lay_down(scene)
    _efforts(scene)
    _last_days(scene, actors)
    _desks(scene, actors)
    _published(scene, actors["jmac"])


def is_built() -> bool:
    return Report.objects.exists()


def _published(scene: Scene, by: Actor) -> None:
    """What may be set beside a provider's events: approved incidents, and how much was looked at."""
    for publish in (publish_effort, publish_incidents):
        publish(mission=scene.mission, audience=f"mission:{scene.mission}", marking=Marking.CONFIDENTIAL, by=by)


# The past


def _lay_down(scene: Scene) -> None:
    """Reports up to the last week in bulk, and the version of each."""
    audience = Audience.of({f"mission:{scene.mission}"})
    made = Report.objects.bulk_create(_past(scene, audience), batch_size=1000)
    keep_all(made)
    Version.objects.bulk_create(
        (
            Version(
                report=report, row_version=1, based_on=1, at=report.received_at, deed="report.filed",
                content=content_of(report), marking=report.marking, releasable_to=audience,
            )
            for report in made
        ),
        batch_size=2000,
    )  # fmt: skip
    append_entry(
        deed="report.demonstration_laid_down", kind="report", key="", by=BUILDER, detail={"reports": len(made)}
    )


def _past(scene: Scene, audience: Audience) -> Iterator[Report]:
    first = scene.now.date() - timedelta(days=DAYS)
    for number in range(DAYS - 3):
        day = datetime.combine(first + timedelta(days=number), time(), UTC)
        for _ in range(_volume(scene.chance, number)):
            at = day + timedelta(minutes=scene.chance.randrange(1440))
            content = _content(scene, at)
            received = at + timedelta(minutes=scene.chance.randrange(20, 600))
            settled = received + timedelta(hours=scene.chance.expovariate(1 / 30))
            state = scene.chance.choices(("verified", "not-confirmed", "refuted", "unverified"), (70, 12, 3, 15))[0]
            is_incident = fields_of(content)["sort"] == "incident"
            yield Report(
                mission=scene.mission, unit=scene.chance.choice(UNITS), received_at=received,
                reliability=scene.chance.choice("AABBBCCCDF"), credibility=scene.chance.choice("1122233346"),
                verification=state, settled_at=None if state == "unverified" else settled,
                approved_at=settled if state == "verified" and is_incident else None,
                marking=scene.chance.choice((0, 0, 1)), releasable_to=audience, **fields_of(content),
            )  # fmt: skip


def _volume(chance: random.Random, number: int) -> int:
    """Reports of a day: some twenty, fewer in the rains, and a hundred on the worst days of two offensives."""
    season = 0.7 if (number // 90) % 4 == 2 else 1.0
    surge = sum(80 * 2.718 ** (-((number - at) ** 2) / 40) for at in (210, 560))
    return round(season * chance.gauss(18, 4) + surge) if chance.random() > 0.01 else 0


def _content(scene: Scene, at: datetime) -> dict[str, Any]:
    chance = scene.chance
    sort = chance.choices(("incident", "event", "activity"), (40, 25, 35))[0]
    kind = chance.choice(packaged_report_types().of_sort(sort))
    place, latitude, longitude = chance.choice(scene.towns)
    who, whom = chance.sample(GROUPS, 2)
    has_point = chance.random() > 0.08
    until = at + timedelta(hours=chance.choice((0, 0, 1, 2, 5)))
    return {
        "type": kind.type,
        "from_at": at.isoformat(timespec="minutes"),
        "until_at": until.isoformat(timespec="minutes"),
        "certainty": chance.choice(("exact", "hours", "hours", "day")),
        "place": place,
        "placed_by": "map" if has_point else "description",
        "precision": chance.choice((1, 2, 2)) if has_point else 3,
        "latitude": round(latitude + chance.gauss(0, 0.03), 4) if has_point else None,
        "longitude": round(longitude + chance.gauss(0, 0.03), 4) if has_point else None,
        "parties": [[who, "perpetrator"], [whom, "target"]] if sort == "incident" and chance.random() < 0.7 else [],
        "harm": _harm(chance) if kind.harms else {},
        "narrative": " ".join(
            (
                chance.choice(TEXTS[sort]).format(place=place, who=f"{who[0].upper()}{who[1:]}"),
                *chance.sample(DETAILS, 2),
            )
        ),
        "response": chance.choice(RESPONSES),
        "source_type": "seen" if sort == "activity" else chance.choice(SOURCE_TYPES),
    }


def _harm(chance: random.Random) -> dict[str, Any]:
    """Killed and injured as ranges; often nobody counted, which is left unknown."""
    found: dict[str, Any] = {}
    for outcome, share in (("killed", 0.45), ("injured", 0.35)):
        if chance.random() < share:
            low = min(int(chance.expovariate(0.6)), 40)
            high = None if chance.random() < 0.1 else low + chance.choice((0, 0, 1, 3))
            found[outcome] = {"all": [low, high]}
            if low > 1 and chance.random() < 0.5:
                women = chance.randrange(low)
                found[outcome] |= {"women": [women, women], "men": [low - women, low - women]}
    return found


def _efforts(scene: Scene) -> None:
    """A year of effort; some days nobody told it."""
    audience, chance = Audience.of({f"mission:{scene.mission}"}), scene.chance
    DayEffort.objects.bulk_create(
        DayEffort(
            mission=scene.mission, unit=unit, on=scene.now.date() - timedelta(days=days),
            patrols=chance.randrange(usual) if usual else None, reporters=chance.randrange(4, 5 + max(usual, 6)),
            marking=Marking.UNCLASSIFIED.value, releasable_to=audience,
        )
        for unit, usual in (("military", 40), ("police", 14), ("civilian", 6))
        for days in range(365)
        if chance.random() > 0.06
    )  # fmt: skip


# The last days


def _last_days(scene: Scene, actors: Mapping[str, Actor]) -> None:
    """What is still to grade, to verify, to link and to decide."""
    reporter, jmac = actors["reporter"], actors["jmac"]
    label = Label(Marking.CONFIDENTIAL, frozenset({f"mission:{scene.mission}"}))
    filed = []
    for number in range(34):
        at = scene.now - timedelta(minutes=90 * number + scene.chance.randrange(60))
        by = (reporter, jmac, actors["force-commander"])[number % 3]
        filed.append(
            actions.file_report(
                content=_content(scene, at), label=label, by=by, received_at=at + timedelta(minutes=25),
                source="" if number % 4 else f"invented contact {number}",
            )
        )  # fmt: skip
    _tell_twice(scene, label, actors)
    for report in filed[6:]:
        actions.grade_report(
            number=report.pk, expected_version=1, reliability=scene.chance.choice("ABBC"),
            credibility=scene.chance.choice("1223"), by=jmac,
        )  # fmt: skip
    for report in filed[12:]:
        actions.verify_report(
            number=report.pk, expected_version=2, verification="verified", reason="Seen by the patrol.", by=jmac
        )
    _two_writers(filed[1], reporter, jmac)


def _tell_twice(scene: Scene, label: Label, actors: Mapping[str, Actor]) -> None:
    """One event that two components reported, each in its own words."""
    place, latitude, longitude = scene.towns[2]
    at = scene.now - timedelta(hours=9)
    base = _content(scene, at) | {
        "type": "attack-on-civilians", "place": place, "latitude": latitude, "longitude": longitude, "placed_by": "map",
        "precision": 2, "parties": [["River Brigade", "perpetrator"], ["traders of the market", "target"]],
        "harm": {"killed": {"all": [3, 4]}},
        "narrative": f"Armed men came to the market of {place} at dusk, shots were heard and stalls burnt. "
                     "People fled to the church.",
    }  # fmt: skip
    again = base | {
        "from_at": (at + timedelta(hours=1)).isoformat(timespec="minutes"),
        "until_at": (at + timedelta(hours=3)).isoformat(timespec="minutes"),
        "harm": {"killed": {"all": [3, None]}},
        "narrative": f"Shots at the market of {place} at dusk; stalls were burnt, people fled to the church.",
    }
    actions.file_report(content=base, label=label, by=actors["reporter"], received_at=at + timedelta(hours=2))
    actions.file_report(content=again, label=label, by=actors["force-commander"], received_at=at + timedelta(hours=4))


def _two_writers(report: Report, first: Actor, second: Actor) -> None:
    """Two people change the same version; what the later one wrote waits for a person."""
    said = content_of(report)
    seen = report.row_version
    said = said | {"response": "A patrol was sent at first light and stays overnight."}
    actions.edit_report(number=report.pk, expected_version=seen, content=said, by=first)
    later = content_of(report) | {"response": "The chief was called; no patrol could reach the place before noon."}
    actions.edit_report(number=report.pk, expected_version=seen, content=later, by=second)


def _desks(scene: Scene, actors: Mapping[str, Actor]) -> None:
    """Signed daily reports of three days, one draft, and requests in every state."""
    jmac, head = actors["jmac"], actors["head"]
    for days in (2, 1):
        made = daily.draft_daily(jmac, scene.now - timedelta(days=days))
        text = made.text.replace("(to be written by whoever signs)", "Pressure on the markets of the north goes on.")
        edited = desks.edit_product(number=made.pk, expected_version=1, text=text, by=jmac)
        desks.sign_product(number=made.pk, expected_version=edited.row_version, by=jmac)
        desks.acknowledge_product(number=made.pk, by=head)
    daily.draft_handover(jmac, scene.now)
    asked = desks.ask_request(
        question="Is the road to the ford passable for trucks?", to_post="reporter", hours=12, by=jmac
    )
    desks.acknowledge_request(number=asked.pk, expected_version=1, by=actors["reporter"])
    desks.ask_request(question="Who controls the bridge since Tuesday?", to_post="jmac", hours=24, by=head)
    done = desks.ask_request(question="How many families came last week?", to_post="reporter", hours=6, by=jmac)
    answer = "About forty, most from the east; counted by the committee."
    desks.answer_request(number=done.pk, expected_version=1, answer=answer, by=actors["reporter"])
