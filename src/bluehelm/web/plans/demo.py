"""Which plan does the invented mission of the demonstration have?

Four objectives, twelve outcomes and their indicators, taken from the indicator library, with two years of invented
values: some rise, some fall, some are missing, one was corrected. Written by the same deeds as any other plan.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import yaml

from bluehelm.definitions.plans import Measure, packaged_measures
from bluehelm.disclosure import Label, Marking
from bluehelm.plans.framework import Indicator, indicators_of
from bluehelm.plans.periods import in_order, periods_between
from bluehelm.spine import Measurement, Recommendation, RecordRef
from bluehelm.tables.months import from_ordinal, month_of, ordinal
from bluehelm.web.findings import actions as findings
from bluehelm.web.findings.models import Decision
from bluehelm.web.plans import actions, assessing
from bluehelm.web.plans.actions import Amount, Row
from bluehelm.web.plans.assessing import Conclusion
from bluehelm.web.plans.models import PlanVersion, Worksheet
from bluehelm.web.plans.reads import framework_of, standing_value
from bluehelm.web.posts.acting import Actor

MONTHS = 24
SEED = 7
LEFT_OUT = 11  # one value in so many is missing, as in life
INVENTED = "Invented for the demonstration"
EVIDENCE = (
    {"side": "for", "sort": "reports", "text": "Incidents fell where teams stayed overnight.", "source": INVENTED},
    {"side": "against", "sort": "perception", "text": "Most of those asked name the elders first.", "source": INVENTED,
     "method": "Household survey", "sample": "412 of 600 households, women asked by women"},
    {"side": "context", "sort": "document", "text": "The harvest was the best in five years.", "source": INVENTED},
)  # fmt: skip
RECOMMENDED = (
    "Watch the line at night too, and ask the communities again in half a year.",
    "Ask the communities again in half a year, with the same method.",
    "Visit the south with the survey before the rains.",
    "Repeat the survey of last year in the same villages.",
    "Offer a meeting of the local committees with the capital's delegation.",
)
ANSWERS: Sequence[tuple[Any, str]] = (
    ("accepted", "It costs little and shows whether the change lasts."),
    ("accepted", "The survey team is in place."),
    ("modified", "The south cannot be reached before the rains end."),
    ("rejected", "The same people were asked twice this year; they have said enough."),
    ("overtaken", "The talks in the capital have settled it."),
)
BEGUN: Sequence[tuple[str, str, str, int]] = (
    ("missed-attacks", "Half of the attacks come without a warning that reached us",
     "Give every market committee a radio and a name to call.", 16),
    ("alerts-answered", "Alerts that come at night wait until the morning",
     "Put a duty officer in the alert room at night.", 14),
    ("violations-followed-up", "The parties leave one violation in two unanswered",
     "Bring every open violation to the joint commission each week.", 13),
)  # fmt: skip
"""By indicator: what was found, what was decided on it, and how many months ago it was begun."""
CONTEXT = ("civilians-killed", "one-sided-events", "new-displacement", "food-prices")


@dataclass(frozen=True, slots=True)
class _Outcome:
    title: str
    kind: str
    whose: str
    measures: tuple[str, str, str]
    output: str
    activity: str
    component: str


OBJECTIVES: Mapping[str, Sequence[_Outcome]] = {
    "Civilians live with less fear of violence": (
        _Outcome("Armed groups attack civilians less often", "stakeholder", "Armed groups of the north",
                 ("violence-free-market-days", "missed-attacks", "children-released"),
                 "Presence near places under threat", "Choose places from the threat matrix each week", "military"),
        _Outcome("Communities warn and are answered", "area", "Districts with alert networks",
                 ("alerts-answered", "people-feel-safe", "local-protection-plans"),
                 "Alert networks with a clock", "Equip and listen to the networks", "civil-affairs"),
        _Outcome("The host state's forces protect those near them", "institution", "National police and army",
                 ("host-forces-respond", "complaints-against-police", "police-at-post"),
                 "Mentors beside police and army", "Live with units for a rotation", "police"),
    ),
    "The parties keep the ceasefire": (
        _Outcome("The parties withdraw and verify as agreed", "stakeholder", "Signatories of the ceasefire",
                 ("heavy-weapons-withdrawn", "days-without-fire", "violations-followed-up"),
                 "Observation of the line", "Observe each segment every week", "military"),
        _Outcome("The parties settle incidents by talking", "institution", "Joint commission",
                 ("incidents-settled-by-channel", "hotline-answered", "joint-patrols-by-parties"),
                 "A secretariat of the joint commission", "Prepare its agenda and minutes", "political-affairs"),
        _Outcome("Local peace agreements hold", "area", "Grazing corridor of the north",
                 ("local-agreements-kept", "routes-agreed", "agreements-kept"),
                 "Mediators along the corridor", "Bring both sides together before the season", "civil-affairs"),
    ),
    "Justice and rights reach people": (
        _Outcome("Grave cases reach a court", "institution", "Courts outside the capital",
                 ("cases-reach-court", "courts-sitting", "legal-aid"),
                 "Mobile courts", "Fly judges and files to the districts", "justice"),
        _Outcome("Prisons hold nobody beyond the law", "institution", "Prison service",
                 ("pretrial-beyond-limit", "judgments-carried-out", "detention-visits-open"),
                 "Case files reviewed", "Review each file with the prosecutor", "justice"),
        _Outcome("Survivors are served and heard", "stakeholder", "Survivors of sexual violence",
                 ("sexual-violence-survivors-served", "survivors-justice", "trust-in-complaint-bodies"),
                 "Safe ways to services", "Map and fund services with the country team", "human-rights"),
    ),
    "The peace process has room for all": (
        _Outcome("The parties carry out the agreement", "stakeholder", "Signatories of the peace agreement",
                 ("agreement-provisions-carried-out", "parties-in-talks", "laws-adopted"),
                 "Good offices", "Keep the parties at the table", "political-affairs"),
        _Outcome("Women and young people decide on peace", "stakeholder", "Women and youth of the districts",
                 ("women-in-local-bodies", "youth-in-local-bodies", "youth-proposals-carried-out"),
                 "Seats and means for women and youth", "Pay the way to each sitting", "civil-affairs"),
        _Outcome("Rumours no longer move people to violence", "area", "Towns of the river",
                 ("corrections-by-others", "trusted-source-reach", "early-claims-seen"),
                 "Local radio in four languages", "Answer dangerous claims within the day", "strategic-communications"),
    ),
}  # fmt: skip

OUTPUT_MEASURE = {
    "military": "area-observed", "police": "uniformed-women", "civil-affairs": "joint-team-recommendations",
    "justice": "sites-handed-over-clean", "human-rights": "due-diligence-closed",
    "political-affairs": "women-in-operations", "strategic-communications": "mission-water-energy",
}  # fmt: skip


def build_demo_plan(mission: str, planner: Actor, head: Actor, on: date) -> None:
    """The plan, its values of two years and a closed period; nothing where the mission has a plan already."""
    if PlanVersion.objects.filter(mission=mission).exists():
        return
    last = from_ordinal(ordinal(month_of(on)) - 1)
    first = from_ordinal(ordinal(last) - MONTHS + 1)
    owner = planner.post.code if planner.post else ""
    framework = _framework(mission, owner, first, from_ordinal(ordinal(last) + 12))
    text = yaml.safe_dump(framework, sort_keys=False, allow_unicode=True, width=110)
    actions.load_plan(mission=mission, text=text, why="The first plan under the mandate.", by=planner, unfinished=True)
    _write_values(mission, first, last, planner)
    halves = periods_between(first, last, "half-year")
    if halves:
        actions.close_period(mission=mission, period=halves[0], by=head)
    for name, title, what, months in BEGUN:
        _act(RecordRef("indicator", f"{mission}/{name}"), title, what, on - timedelta(days=30 * months), planner, head)
    for period in halves[:2]:
        _assess(mission, period, planner, head, on)
    adopted = _decide(mission, head)
    if adopted:
        changed = text.replace("Observe each segment every week", "Observe each segment twice a week and at night")
        why = "Leadership adopted what the first round recommended: watch the line at night as well."
        actions.load_plan(mission=mission, text=changed, why=why, by=planner, unfinished=True, decision=adopted.pk)
    if len(halves) > 2:
        assessing.open_round(mission=mission, period=halves[2], by=planner)


def _act(cited: RecordRef, title: str, what: str, on: date, planner: Actor, head: Actor) -> None:
    """Something was found on an indicator, decided and begun, all on one day of the past."""
    texts = findings.Texts(
        title=title, statement=f"{title}, as far as its values say.", domain="plans", severity="medium",
        confidence="moderate", mission=cited.id.partition("/")[0],
    )  # fmt: skip
    label = Label(Marking.UNCLASSIFIED, frozenset({f"mission:{texts.mission}"}))
    made = findings.raise_finding(texts=texts, evidence=[cited], label=label, by=planner, on=on)
    asked = Recommendation(what, planner.post.code if planner.post else "", on + timedelta(days=90))
    findings.recommend(number=made.pk, expected_version=1, what=asked, by=planner, on=on)
    step: dict[str, Any] = {"number": made.pk, "recommendation": 1, "on": on}
    findings.decide(**step, expected_version=2, outcome="accepted", why="It costs little.", by=head)
    look_for = Measurement(cited.id, INVENTED, on + timedelta(days=365))
    findings.start_action(**step, expected_version=3, steps=[what], look_for=look_for, by=planner)


def _decide(mission: str, head: Actor) -> Decision | None:
    """Leadership answers what the rounds recommended: taken, changed, rejected, overtaken; the rest waits."""
    first = None
    concluded = Worksheet.objects.filter(round__mission=mission, finding__isnull=False).select_related("finding")
    for sheet, (how, why) in zip(concluded.order_by("pk"), ANSWERS, strict=False):
        finding = sheet.finding
        if finding is None:
            continue
        asked: dict[str, Any] = {"number": finding.pk, "recommendation": 1, "expected_version": finding.row_version}
        if how == "overtaken":
            findings.end_recommendation(**asked, how=how, reason=why, by=head)
        else:
            modified = "Ask in the north only, in half a year." if how == "modified" else ""
            made = findings.decide(**asked, outcome=how, why=why, modified_to=modified, by=head)
            first = first or made
    return first


def _assess(mission: str, period: str, planner: Actor, head: Actor, on: date) -> None:
    """A finished round: evidence for and against, two answers given alone, a conclusion and a recommendation each."""
    opened = assessing.open_round(mission=mission, period=period, by=planner)
    words = ("some", "cannot-tell", "substantial", "none")
    for place, sheet in enumerate(opened.worksheets.all()):
        for one in EVIDENCE:
            assessing.add_evidence(worksheet=sheet, by=planner, **one)
        for who, word in ((planner, words[place % 4]), (head, words[place * 3 % 4])):
            why = "As far as the evidence goes."
            assessing.answer_alone(worksheet=sheet, contribution=word, confidence="low", rationale=why, by=who)
        said = Conclusion(
            contribution=words[place % 4],
            confidence="moderate" if place % 2 else "low",
            rationale="The change is there; how much of it is the mission's own is open.",
            other_explanations="A good harvest and the talks in the capital.",
            dissent="The police component sees a larger part of its own." if place % 5 == 0 else "",
            workshop="Facilitated by the planning section; staff, police and civil affairs took part."
            if place % 3
            else "",
            recommendation=RECOMMENDED[place % len(RECOMMENDED)],
            owner=planner.post.code if planner.post else "",
            due_on=on + timedelta(days=60 + place),
        )
        sheet.refresh_from_db()
        assessing.conclude(worksheet=sheet, said=said, expected_version=sheet.row_version, by=head)
    assessing.close_round(assessment=opened, by=head)


def _framework(mission: str, owner: str, first: str, last: str) -> dict[str, Any]:
    library = {one.id: one for subject in packaged_measures() for one in subject.measures}
    before = from_ordinal(ordinal(first) - 1)
    return {
        "title": f"Plan of {mission} (invented)",
        "missions": [mission],
        "first_month": first,
        "last_month": last,
        "documents": [{"id": "mandate", "kind": "resolution", "title": "Resolution of the synthetic Council"}],
        "tasks": [
            {"id": f"task-{number}", "title": title, "document": "mandate", "paragraph": f"{number}",
             "components": [outcomes[0].component], "resources": "as in the budget"}
            for number, (title, outcomes) in enumerate(OBJECTIVES.items(), 1)
        ],
        "context": _context(library, owner, before),
        "objectives": [
            {"id": f"O{number}", "title": title,
             "outcomes": [
                 _outcome(f"O{number}.{place}", one, number, library, owner, before, last)
                 for place, one in enumerate(outcomes, 1)
             ]}
            for number, (title, outcomes) in enumerate(OBJECTIVES.items(), 1)
        ],
    }  # fmt: skip


def _context(library: Mapping[str, Measure], owner: str, before: str) -> dict[str, Any]:
    return {
        "actors": [{"id": "groups", "name": "Armed groups of the north", "kind": "armed groups"}],
        "drivers": [
            {"id": "raids", "title": "Raids along the corridor", "of": "conflict", "actors": ["groups"]},
            {"id": "markets", "title": "Market committees that mediate", "of": "peace"},
        ],
        "indicators": [_indicator(library[name], "context", owner, before, None) for name in CONTEXT],
    }


def _outcome(
    name: str, one: _Outcome, number: int, library: Mapping[str, Measure], owner: str, before: str, last: str
) -> dict[str, Any]:
    output = library[OUTPUT_MEASURE[one.component]]
    return {
        "id": name,
        "title": one.title,
        "change_in": {"kind": one.kind, "name": one.whose},
        "tasks": [f"task-{number}"],
        "drivers": ["raids", "markets"],
        "components": [one.component],
        "country_team": ["resident coordinator"] if number > 2 else [],
        "reports": {"budget": "accomplishment"},
        "indicators": [_indicator(library[each], "outcome", owner, before, last) for each in one.measures],
        "outputs": [{
            "id": f"{name}-output", "title": one.output, "component": one.component, "tasks": [f"task-{number}"],
            "resources": "as in the budget", "reports": {"budget": "output"},
            "indicators": [
                _indicator(output, "output", owner, before, last) | {"id": f"{name}-done", "area": one.whose}
            ],
            "activities": [
                {"id": f"{name}-activity", "title": one.activity, "component": one.component} | _by_units(one)
            ],
        }],
    }  # fmt: skip


def _by_units(one: _Outcome) -> dict[str, Any]:
    """What the military component asks of its units, and where, as caveats would word it."""
    return {"area": "north", "units_do": ["night-patrol"]} if one.component == "military" else {}


def _indicator(measure: Measure, kind: str, owner: str, before: str, last: str | None) -> dict[str, Any]:
    """An indicator of the plan from an entry of the library, with an invented baseline and target."""
    start = _start(measure)
    step = {"higher": 1.4, "lower": 0.6, "neither": 1.0}[measure.better]
    said: dict[str, Any] = {
        "id": measure.id, "title": measure.title, "measure": measure.id, "unit": measure.unit,
        "better": measure.better, "source": measure.source, "every": "month", "roll_up": measure.roll_up,
        "owner": owner, "people": measure.people, "by": list(measure.by),
        "reports": {"report_section": "progress", "minutes_a_month": 20.0},
    }  # fmt: skip
    if measure.numerator.startswith("women among"):
        said["by"] = [key for key in measure.by if key != "sex"]
        said["no_sex_because"] = "It is itself the share of women."
    if measure.unit == "deaths":
        said["no_sex_because"] = "The records of the dead seldom name their sex (invented)."
    if kind == "output" and last:
        return said | {"targets": [{"period": last, "value": round(start * step, 2)}]}
    said["baseline"] = {"value": start, "period": before, "source": "invented"}
    if last:
        budget = {"budget": "indicator-of-achievement", "themes": ["protection"]}
        said |= {
            "targets": [{"period": last, "value": _capped(start * step, measure)}],
            "reports": said["reports"] | budget,
        }
    if measure.id.startswith("youth-"):
        said["youth"] = "effect" if "proposals" in measure.id else "participation"
        said["reports"] = said["reports"] | {"themes": ["youth", "women-peace-security"]}
    return said


def _start(measure: Measure) -> float:
    if measure.unit.startswith("per cent"):
        return 140.0
    return 0.45 if measure.denominator else 40.0


def _capped(value: float, measure: Measure) -> float:
    return round(min(value, 0.98) if measure.denominator else value, 2)


def _write_values(mission: str, first: str, last: str, by: Actor) -> None:
    """Two years of values for every indicator; one in eleven is missing and one was corrected."""
    version = PlanVersion.objects.filter(mission=mission).order_by("-number")[0]
    chance = np.random.default_rng(SEED)
    framework = framework_of(version)
    measures = {one.id: one for subject in packaged_measures() for one in subject.measures}
    rows: list[Row] = []
    for placed in indicators_of(framework):
        measure = measures[placed.indicator.measure or ""]
        parts = [{"sex": "women"}, {"sex": "men"}] if measure.people and "sex" in placed.indicator.by else [{}]
        paths = [_path(placed.indicator, measure, chance, len(parts)) for _ in parts]
        for place, period in enumerate(in_order(periods_between(first, last, "month"))):
            if chance.integers(LEFT_OUT):
                rows += [
                    Row(len(rows) + number, placed.indicator.id, period, path(place), INVENTED, part)
                    for number, (path, part) in enumerate(zip(paths, parts, strict=True), 1)
                ]
    actions.import_values(mission=mission, rows=rows, by=by)
    first_indicator = next(indicators_of(framework)).indicator.id
    known = standing_value(mission, first_indicator, last, {}, by)
    if known and known.value is not None:
        amount = Amount(value=known.value + 3)
        why = "Three more were confirmed after the month was entered."
        actions.correct_value(value=known, amount=amount, source=INVENTED, reason=why, by=by)


def _path(indicator: Indicator, measure: Measure, chance: np.random.Generator, parts: int) -> Callable[[int], Amount]:
    """Invented values of one of so many parts month by month: a drift that is mostly for the better, and noise."""
    drift = float(chance.normal(0.012 if indicator.better == "higher" else -0.012, 0.012))
    start = _start(measure)

    def amount(place: int) -> Amount:
        level = start * (1 + drift * place) * float(np.exp(chance.normal(0, 0.12)))
        if measure.denominator:
            asked = int(chance.integers(40, 200))
            if not measure.unit.startswith("per cent"):
                return Amount(numerator=float(round(min(max(level, 0.02), 0.98) * asked)), denominator=float(asked))
        return Amount(value=float(round(max(level, 0.0) / parts)))

    return amount
