"""What does a mission's year with outlooks look like?

Four outlooks of the synthetic mission, a quarter apart, with releases, who was told, what was done and what people held
likely themselves; and the lens on one place at two dates. Written by the same deeds as any others, on the days on which
they would have been done. All of it is invented.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

from bluehelm.definitions.outlook import Unit
from bluehelm.disclosure import Label, Marking
from bluehelm.store import Store
from bluehelm.tables.months import from_ordinal, ordinal
from bluehelm.web.findings.models import Finding
from bluehelm.web.outlook import actions, lens_actions
from bluehelm.web.outlook.lens_words import factors
from bluehelm.web.outlook.models import LensAssessment, OutlookRelease
from bluehelm.web.posts.acting import Actor
from bluehelm.workflows.clock import today
from bluehelm.workflows.readers import tables_as_read_by

QUARTERS = (12, 9, 6, 0)  # months before the last that the events cover
# The naive model and few samples, so that the demonstration is built in seconds; an outlook for use takes more.
SAMPLES, PAST_ORIGINS = 200, 2
UNIT_KIND: Unit = "cell"
THRESHOLDS = (("all", 5), ("one-sided", 1))

TITLES = (
    "The year begins quietly in most places",
    "Raids return with the dry season",
    "The second half of the year",
    "After the rains: where raids may come again",
)
ASSESSMENTS = (
    "Most cells are more likely quiet than not in any month. Where raids came last year they may come again; the "
    "counts cannot say when. Two districts had no reporter for months: read their low numbers as unknown.",
    "The model knows the past counts and nothing else: not the truce talks, not the new garrison. Read it beside what "
    "patrols hear, above all where a road has opened.",
    "Little has changed since spring. The intervals are wide: plan for the upper end where people cannot leave.",
    "Where the naive model is shown, no other was ahead of it here. What the outlook calls for: keep the night patrols "
    "where markets open again, and ask who can still report.",
)

# factor: what was found, how sure, in a few words; then how it moved by the second date
FIRST = {
    1: ("strong", "high", "Two armed groups fight over the road; 3 of 5 districts saw clashes."),
    2: ("present", "moderate", "Village burnings of four years ago went unpunished and are spoken of."),
    3: ("present", "moderate", "One judge for the whole north; police paid irregularly."),
    4: ("present", "moderate", "Grazing land and the gold of the hills are contested."),
    5: ("present", "moderate", "Self-defence groups hold rifles and motorbikes."),
    6: ("signs", "low", "The women's council still meets with both sides; radio has fallen silent."),
    7: ("signs", "low", "Checkpoints ask for place of birth at two markets."),
    8: ("present", "moderate", "The census begins in spring; registration was broken off once."),
    9: ("present", "moderate", "Herders are kept from two markets."),
    10: ("not-found", "moderate", "Speeches and radio of the year were read: none calls for removal of a group."),
    11: ("signs", "moderate", "Raids repeat in one valley; number and area do not yet make a pattern."),
    12: ("not-known", "", "Nobody has access to what the groups' leaders order."),
    13: ("present", "moderate", "Fighters sleep in schools; wells were fouled twice."),
    14: ("signs", "moderate", "One convoy was turned back; leaflets against the mission."),
}
SECOND = {
    **FIRST,
    6: ("present", "moderate", "The women's council was broken up; its chair left."),
    7: ("present", "moderate", "Houses were marked in one town; rifles handed out at night."),
    8: ("strong", "high", "The census was called off; both sides hold rallies on the same days."),
    11: ("present", "moderate", "Raids in three valleys with the same method within two weeks."),
    12: ("signs", "low", "Two witnesses speak of lists read out at a rally."),
    14: ("present", "moderate", "Three flights were refused; national staff threatened."),
}
NARRATIVES = (
    "Armed groups, contested land and memories of unpunished burnings stand together, and the census may set them off. "
    "What held so far are the women's council and the market days shared by both peoples. Nobody knows what the "
    "leaders order. If the council fails or houses are marked, act at once.",
    "What was feared has begun: the council is broken up, houses were marked, and raids come with one method in three "
    "valleys. Each alone would be grave; together they say that somebody prepares. It is not known who. What would "
    "help now: presence at the two markets by night, a public word by the governor, a way out for the marked families.",
)


@contextmanager
def reading_as(actor: Actor) -> Iterator[None]:
    """Tables as the actor reads them: an outlook that was not released is the mission's alone."""
    with tables_as_read_by(lambda: actor.reader_of("table")):
        yield


def build_demo_outlooks(home: Path, actors: Mapping[str, Actor], mission: str) -> None:
    """Outlooks, releases and what followed; what is there already is left."""
    if OutlookRelease.objects.exists():
        return
    _Year(home, actors, mission).build()


def build_demo_lens(actors: Mapping[str, Actor], mission: str, place: str, last: date) -> None:
    """Two assessments of one place, half a year apart; what is there already is left."""
    if LensAssessment.objects.exists():
        return
    label = Label(Marking.CONFIDENTIAL, frozenset({f"mission:{mission}"}))
    days = (last - timedelta(days=190), last - timedelta(days=10))
    for day, found, narrative in zip(days, (FIRST, SECOND), NARRATIVES, strict=True):
        made = lens_actions.draft_assessment(
            mission=mission, place=place, assessed_on=day, label=label, by=actors["protection"]
        )
        _judge(made, found, day, actors["protection"], is_later=found is SECOND)
        _finish(made, narrative, day, actors)
    _escalate(LensAssessment.objects.latest("assessed_on"), days[1], actors)


def _judge(
    made: LensAssessment, found: Mapping[int, tuple[str, str, str]], day: date, by: Actor, *, is_later: bool
) -> None:
    for factor in factors():
        word, confidence, reasoning = found[factor.number]
        known = word != "not-known"
        said = {
            "found": word, "confidence": confidence, "reasoning": reasoning,
            "movement": _movement(factor.number) if is_later else "",
            "evidence": f"document: Field report {factor.number} of {day:%B %Y} (invented)" if known else "",
            "mitigation": "Shared market days; a hot line to the district commissioner." if factor.number == 6 else "",
        }  # fmt: skip
        lens_actions.judge_factor(
            number=made.pk, expected_version=_version(made), factor=factor.number, indicator="", by=by, on=day, **said
        )
    lens_actions.judge_factor(
        number=made.pk, expected_version=_version(made), factor=8, indicator="8.8", found="present", movement="",
        confidence="high", evidence="document: Census office, letter (invented)", mitigation="", by=by, on=day,
        reasoning="The census is announced for spring, and registration was broken off in one district.",
    )  # fmt: skip


def _movement(number: int) -> str:
    return "same" if SECOND[number] == FIRST[number] else "worse"


def _finish(made: LensAssessment, narrative: str, day: date, actors: Mapping[str, Actor]) -> None:
    by = actors["protection"]
    lens_actions.add_trigger(
        number=made.pk, expected_version=_version(made), starts=day + timedelta(days=60),
        until=day + timedelta(days=75), text="Days of the census (invented)", by=by,
    )  # fmt: skip
    lens_actions.write_narrative(
        number=made.pk, expected_version=_version(made), place=made.place, narrative=narrative, by=by
    )
    lens_actions.finish_assessment(number=made.pk, expected_version=_version(made), by=by, on=day + timedelta(days=2))


def _escalate(made: LensAssessment, day: date, actors: Mapping[str, Actor]) -> None:
    why = "Houses were marked and raids follow one method: weeks, not months."
    for post in ("head", "force-commander"):
        escalated = lens_actions.escalate(
            number=made.pk, expected_version=_version(made), post=post, why=why, by=actors["protection"],
            on=day + timedelta(days=2),
        )  # fmt: skip
        if post == "head":
            lens_actions.acknowledge_escalation(
                number=made.pk, expected_version=_version(made), escalation=escalated.pk, by=actors["head"],
                answer="I speak with the governor tomorrow; night presence at both markets from Friday.",
                on=day + timedelta(days=3),
            )  # fmt: skip


def _version(record: OutlookRelease | LensAssessment) -> int:
    record.refresh_from_db(fields=["row_version"])
    return record.row_version


class _Year:
    """Outlooks a quarter apart, each with its day of release some weeks after the last observed month."""

    def __init__(self, home: Path, actors: Mapping[str, Actor], mission: str) -> None:
        self.home, self.actors, self.mission = home, actors, mission
        self.own = Label(Marking.UNCLASSIFIED, frozenset({f"mission:{mission}"}))
        self.wider = Label(Marking.UNCLASSIFIED, self.own.releasable_to | {"headquarters", "researchers"})
        events = Store(home).latest("events", synthetic=True)
        self.last = ordinal((events.coverage.last_month if events else None) or "2025-12")

    def build(self) -> None:
        self._choose_thresholds()
        for number, months_before in enumerate(QUARTERS):
            origin = from_ordinal(self.last - months_before)
            release = self._release(number, origin)
            if number != 1:
                self._follow(release, number)
            else:
                self._withdraw(release)

    def _day(self, origin: str, days: int) -> date:
        """So many days after the end of a month, and never later than today."""
        return min(date.fromisoformat(f"{from_ordinal(ordinal(origin) + 1)}-01") + timedelta(days=days), today())

    def _choose_thresholds(self) -> None:
        day = self._day(from_ordinal(self.last - QUARTERS[0]), 5)
        for target, deaths in THRESHOLDS:
            actions.choose_threshold(
                mission=self.mission, unit_kind=UNIT_KIND, target=target, unit="", deaths=deaths, label=self.own,
                why="From this number on the sector moves its reserve; below it the base answers alone.",
                by=self.actors["chief-of-staff"], on=day,
            )  # fmt: skip

    def _release(self, number: int, origin: str) -> OutlookRelease:
        from bluehelm.outlook.models import NAIVE  # these two take the extra `outlook`
        from bluehelm.web.outlook.publishing import make_and_keep

        jmac, head = self.actors["jmac"], self.actors["head"]
        as_of = self._day(origin, 0) - timedelta(days=1)
        with reading_as(jmac):
            kept = make_and_keep(
                self.home,
                self.mission,
                UNIT_KIND,
                by=jmac,
                as_of=as_of,
                model=NAIVE,
                samples=SAMPLES,
                past_origins=PAST_ORIGINS,
            )
            release = actions.draft_release(
                mission=self.mission, version=kept["outlooks"].version, title=TITLES[number],
                assessment=ASSESSMENTS[number], label=self.own, by=jmac, on=self._day(origin, 12),
            )  # fmt: skip
            self._own_probabilities(release, origin)
        with reading_as(head):
            return actions.release_outlook(
                number=release.pk, expected_version=_version(release), label=self.wider, by=head,
                reason="Read with the analysts on the day; it informs the posture of the quarter.",
                on=self._day(origin, 16),
            )  # fmt: skip

    def _own_probabilities(self, release: OutlookRelease, origin: str) -> None:
        """What two people hold likely of three places in the third month ahead; one of them fears more."""
        numbers = actions.numbers_of(release)
        if numbers is None:
            return
        month = from_ordinal(ordinal(origin) + 3)
        for place, unit in enumerate(list(numbers.units)[:3]):
            said = round(numbers.drawn["all", unit, month].at_least(5) * 100)
            for post, percent in (("jmac", max(1, said - 5 + 5 * place)), ("protection", min(99, said + 25))):
                actions.record_probability(
                    number=release.pk, expected_version=_version(release), unit=unit, target="all", month=month,
                    deaths=5, percent=percent, why="From patrol reports and the market prices of the month.",
                    by=self.actors[post], on=self._day(origin, 13),
                )  # fmt: skip

    def _follow(self, release: OutlookRelease, number: int) -> None:
        jmac, day = self.actors["jmac"], self._day(release.origin, 17)
        for post in ("chief-of-staff", "force-commander", "protection"):
            actions.tell(
                number=release.pk, expected_version=_version(release), post=post, by=jmac, on=day,
                how="In the weekly meeting, with paper",
            )  # fmt: skip
            if post != "protection" or number == 0:
                actions.acknowledge(
                    number=release.pk, expected_version=_version(release), by=self.actors[post], on=day,
                    answer="Seen; it goes into the plan of the quarter.",
                )  # fmt: skip
        if number == 2:
            self._act(release)

    def _act(self, release: OutlookRelease) -> None:
        """The force commander moves a patrol base for the quarter, on a finding that is in the ledger."""
        commander = self.actors["force-commander"]
        with reading_as(commander):
            numbers = actions.numbers_of(release)
            if numbers is None:
                return
            finding = Finding.objects.readable_by(commander).filter(domain="protection").order_by("pk").first()
            actions.note_done(
                number=release.pk, expected_version=_version(release), unit=next(iter(numbers.units)),
                first_month=numbers.months[0], last_month=numbers.months[2], finding=finding.pk if finding else None,
                text="A temporary operating base for three months, with night patrols to the market.", by=commander,
                on=self._day(release.origin, 25),
            )  # fmt: skip

    def _withdraw(self, release: OutlookRelease) -> None:
        with reading_as(self.actors["head"]):
            actions.withdraw_release(
                number=release.pk, expected_version=_version(release), by=self.actors["head"],
                reason="A month of events was counted twice in the file it was made from; a new one follows.",
                on=self._day(release.origin, 40),
            )  # fmt: skip


def write_demo(home: Path, mission: str, place: str, actors: Mapping[str, Actor]) -> None:
    """The whole chapter; without the extra `outlook`, which scores an outlook when it is made, the lens alone."""
    if find_spec("scoringrules"):
        build_demo_outlooks(home, actors, mission)
    events = Store(home).latest("events", synthetic=True)
    last_month = (events.coverage.last_month if events else None) or "2025-12"
    last = date.fromisoformat(f"{from_ordinal(ordinal(last_month) + 1)}-01")
    build_demo_lens(actors, mission, place, min(last, today()))
