"""How are records of forces put for a reader, in plain words and as JSON?

The JSON of a record serves its page's twin. What is not known is null; what the reader may not read is not there.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bluehelm.definitions.force_generation import packaged_unit_types
from bluehelm.definitions.forces import packaged_readiness
from bluehelm.disclosure import Marking
from bluehelm.forces.calendar import SlotCalendar
from bluehelm.language import called
from bluehelm.tables.months import from_ordinal
from bluehelm.web.forces.exchange import is_ready, words
from bluehelm.web.forces.models import (
    Caveat,
    Contributor,
    DeploymentCase,
    FileImport,
    ForcesRecord,
    MinisterialPledge,
    Pledge,
    Requirement,
    Run,
    Slot,
    TourOffer,
    UndeclaredCaveat,
    UnitCard,
    Visit,
)

CASE_WORDS: dict[str, str | Promise] = {
    "open": gettext_lazy("under way"),
    "arrived": gettext_lazy("in place"),
    "given-up": gettext_lazy("given up"),
}
SAID: dict[str, str | Promise] = {
    "raised": gettext_lazy("raised"),
    "renewed": gettext_lazy("renewed"),
    "lowered": gettext_lazy("lowered"),
    "taken over": gettext_lazy("taken over"),
    "passed": gettext_lazy("passed"),
    "failed": gettext_lazy("failed"),
    "met": gettext_lazy("met"),
    "partly": gettext_lazy("partly"),
    "not met": gettext_lazy("not met"),
    "not seen": gettext_lazy("not seen"),
    "announced": gettext_lazy("announced"),
    "registered": gettext_lazy("registered"),
    "verified": gettext_lazy("verified"),
    "deployed": gettext_lazy("deployed"),
    "lapsed": gettext_lazy("lapsed"),
}
"""The words of steps, results, answers and places of a funnel as records keep them."""
RUN_WORDS: dict[str, str | Promise] = {
    "waiting": gettext_lazy("waiting"),
    "running": gettext_lazy("running"),
    "done": gettext_lazy("done"),
    "failed": gettext_lazy("failed"),
}
TONES = {
    "arrived": "good", "passed": "good", "done": "good", "failed": "wrong", "open": "note", "running": "note",
    "given-up": "", "waiting": "",
}  # fmt: skip
DEED_WORDS: dict[str, str | Promise] = {
    "contributor.added": gettext_lazy("added"),
    "contributor.edited": gettext_lazy("edited"),
    "contributor.taken_in": gettext_lazy("taken in from a file"),
    "contributor.relabelled": gettext_lazy("marking or audience changed"),
    "requirement.made": gettext_lazy("asked"),
    "requirement.edited": gettext_lazy("edited"),
    "requirement.released": gettext_lazy("released to the contributing states"),
    "requirement.withdrawn": gettext_lazy("withdrawn"),
    "requirement.taken_in": gettext_lazy("taken in from a file"),
    "requirement.relabelled": gettext_lazy("marking or audience changed"),
    "requirement.import_undone": gettext_lazy("put back as it was before a file"),
    "pledge.offered": gettext_lazy("offered"),
    "pledge.edited": gettext_lazy("edited"),
    "pledge.withdrawn": gettext_lazy("withdrawn"),
    "pledge.taken_in": gettext_lazy("taken in from a file"),
    "pledge.relabelled": gettext_lazy("marking or audience changed"),
    "pledge.import_undone": gettext_lazy("put back as it was before a file"),
    "readiness.raised": gettext_lazy("level raised"),
    "readiness.renewed": gettext_lazy("renewed"),
    "readiness.lowered": gettext_lazy("level lowered"),
    "caveat.declared": gettext_lazy("caveat declared"),
    "caveat.lifted": gettext_lazy("caveat lifted"),
    "undeclared_caveat.opened": gettext_lazy("file opened"),
    "undeclared_caveat.put": gettext_lazy("put to the contributor"),
    "undeclared_caveat.explained": gettext_lazy("explained"),
    "undeclared_caveat.classified": gettext_lazy("classified"),
    "undeclaredcaveat.relabelled": gettext_lazy("marking or audience changed"),
    "ministerial.announced": gettext_lazy("announced"),
    "ministerial.registered": gettext_lazy("registered"),
    "ministerial.verified": gettext_lazy("verified"),
    "ministerial.deployed": gettext_lazy("deployed"),
    "ministerial.lapsed": gettext_lazy("lapsed"),
    "case.opened": gettext_lazy("begun"),
    "case.stage_entered": gettext_lazy("stage begun"),
    "case.stage_done": gettext_lazy("stage done"),
    "case.arrived": gettext_lazy("arrived"),
    "case.handed_over": gettext_lazy("pen handed over"),
    "case.step_expected": gettext_lazy("step estimated"),
    "case.given_up": gettext_lazy("given up"),
    "case.redirected": gettext_lazy("redirected to another requirement"),
    "deploymentcase.relabelled": gettext_lazy("marking or audience changed"),
    "visit.planned": gettext_lazy("planned"),
    "visit.answered": gettext_lazy("checklist answered"),
    "visit.concluded": gettext_lazy("result given"),
    "visit.called_off": gettext_lazy("called off"),
    "visit.finding_raised": gettext_lazy("finding raised"),
    "card.begun": gettext_lazy("card begun"),
    "card.evaluated": gettext_lazy("rating added"),
    "card.equipment_counted": gettext_lazy("equipment counted"),
    "card.certified": gettext_lazy("training certified"),
    "card.role_counted": gettext_lazy("role counted"),
    "card.shown": gettext_lazy("shown to the contributor"),
    "card.replied": gettext_lazy("contributor replied"),
    "card.opened": gettext_lazy("opened to the mission"),
    "slot.asked": gettext_lazy("asked"),
    "slot.output_noted": gettext_lazy("output noted"),
    "slot.edited": gettext_lazy("edited"),
    "slot.tour_moved": gettext_lazy("days of a tour changed"),
    "slot.tours_agreed": gettext_lazy("tours agreed"),
    "slot.relabelled": gettext_lazy("marking or audience changed"),
    "tours.offered": gettext_lazy("offered"),
    "touroffer.relabelled": gettext_lazy("marking or audience changed"),
}


# In plain words


def day(value: date | str) -> str:
    """A day as people write it."""
    return date_format(date.fromisoformat(value) if isinstance(value, str) else value, "j F Y")


def month(text: str) -> str:
    """A month, written YYYY-MM in files, as people write it."""
    return date_format(date.fromisoformat(f"{text}-01"), "F Y")


def named(text: str, names: Mapping[str, str]) -> str:
    """A text with the name of each contributor beside its code."""
    if not names:
        return text
    known = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.sub(rf"(?<![\w-])(?:{known})(?![\w-])", lambda code: f"{names[code[0]]} ({code[0]})", text)


HISTORY_WORDS: dict[str, Promise] = {
    "stage": gettext_lazy("stage"),
    "step": gettext_lazy("step"),
    "holder": gettext_lazy("holds the pen"),
    "tour": gettext_lazy("tour"),
    "quarter": gettext_lazy("quarter"),
    "finding": gettext_lazy("finding"),
    "caveats": gettext_lazy("caveats"),
    "rows": gettext_lazy("rows"),
    "rating": gettext_lazy("rating"),
    "tours": gettext_lazy("Agreed tours"),
    "answers": gettext_lazy("answers given"),
}
"""What a history names that is no field of its record."""


def field_words(model: type[Model], name: str) -> str:
    """A field of a record's history in the reader's language; a training or an output is called as it was written."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return str(HISTORY_WORDS.get(name, name))
    return str(HISTORY_WORDS[name] if name in HISTORY_WORDS else getattr(field, "verbose_name", name))


def days(number: int) -> str:
    return ngettext("%(number)s day", "%(number)s days", number) % {"number": f"{number:,}"}


def listed(cell: str, nothing: str = "") -> str:
    """The words of a list cell, for a sentence."""
    return ", ".join(called(word) for word in sorted(words(cell))) or nothing


def why_not(code: str, needed: Any, offered: Any) -> str:
    """One rule that fails, as a sentence: what is asked, what is offered, and by how much it falls short.

    `filled` is the reason `taken` told of an unused pledge: another serves the requirement it is nearest to.
    """
    said = {"needed": needed, "offered": offered}
    if code == "capability":
        said = {"needed": unit_type_words(str(needed)), "offered": unit_type_words(str(offered))}
    if code == "availability":
        return _window_words(str(needed), str(offered))
    if code == "language":
        said = {"needed": listed(str(needed)), "offered": listed(str(offered), _("none"))}
    if code == "caveat":
        said = {"offered": ", ".join(str(offered).split("|")), "needed": ""}
    if code == "strength":
        said = {"needed": f"{needed:,}", "offered": f"{offered:,}", "missing": f"{int(needed) - int(offered):,}"}
    if code in ("taken", "filled"):
        said = {"needed": needed, "offered": listed(str(offered))}
    return str(WHY[code]) % said


WHY: dict[str, str | Promise] = {
    "capability": gettext_lazy("It is %(offered)s; %(needed)s is asked."),
    "level": gettext_lazy("It stands at %(offered)s; at least %(needed)s is asked."),
    "language": gettext_lazy("It speaks %(offered)s; one of %(needed)s is asked."),
    "caveat": gettext_lazy("Its contributor set a limit that stands in the way: %(offered)s."),
    "strength": gettext_lazy("It has %(offered)s persons; %(needed)s are asked, %(missing)s more."),
    "ceiling": gettext_lazy("It would be unit %(needed)s of a contributor that gives %(offered)s more at most."),
    "taken": gettext_lazy("It already serves %(offered)s."),
    "filled": gettext_lazy("It is filled by %(offered)s already."),
}


def _window_words(needed: str, offered: str) -> str:
    """How an offer's days miss those asked: too late, too early, or both."""
    (from_on, until_on), (first, last) = (
        [date.fromisoformat(text) for text in window.split("/")] for window in (needed, offered)
    )
    if last < from_on or first > until_on:
        return _("It is available %(first)s to %(last)s, at no time of %(from)s to %(until)s.") % {
            "first": day(first), "last": day(last), "from": day(from_on), "until": day(until_on),
        }  # fmt: skip
    parts = []
    if first > from_on:
        said = {"first": day(first), "days": days((first - from_on).days)}
        parts.append(_("It is available from %(first)s, %(days)s too late.") % said)
    if last < until_on:
        said = {"last": day(last), "days": days((until_on - last).days)}
        parts.append(_("It ends on %(last)s, %(days)s too early.") % said)
    return " ".join(parts)


FIELD_WORDS: dict[str, str | Promise] = {
    "strength": gettext_lazy("a strength of"),
    "level": gettext_lazy("level"),
    "available_from": gettext_lazy("its first day on"),
    "available_until": gettext_lazy("its last day on"),
    "languages": gettext_lazy("the languages"),
    "caveats": gettext_lazy("the caveats"),
}


def renewal_words(expiring: Iterable[Mapping[str, str]]) -> list[str]:
    """What must be renewed to count when its requirement begins, a sentence each, the first day first."""
    by_day = sorted({(one["expires_on"], one["pledge"]) for one in expiring})
    return [
        _("Renew %(pledge)s by %(day)s, or it counts for nothing.") % {"pledge": pledge, "day": day(until)}
        for until, pledge in by_day
    ]


def change_words(change: Mapping[str, Any]) -> str:
    """The smallest change, as a sentence."""
    return _("It would be filled if %(pledge)s had %(field)s %(after)s instead of %(before)s.") % {
        "pledge": change["pledge"],
        "field": FIELD_WORDS[change["field"]],
        "after": _cell_words(change["field"], change["to"]),
        "before": _cell_words(change["field"], change["from"]),
    }


def _cell_words(field: str, value: Any) -> str:
    if field in ("available_from", "available_until"):
        return day(value)
    if isinstance(value, int):
        return f"{value:,}"
    return listed(str(value), _("none")) if field in ("languages", "caveats") else str(value)


def unit_type_words(code: str) -> str:
    """A type of unit as people say it: by the catalogue, else the words of its code; what people named stays."""
    said = called(code)
    return code.replace("-", " ") if said == code and code in packaged_unit_types() else said


def scenario_words(asked: Mapping[str, Any]) -> str:
    """What a matching or a stress test was asked to suppose, in words; that all is as pledged where nothing was."""
    parts = [
        *(_("without %(code)s") % {"code": code} for code in asked.get("drop", ())),
        *(
            _("%(code)s %(days)s late") % {"code": code, "days": days(number)}
            for code, number in sorted(asked.get("delay", {}).items())
        ),
        *(
            _("%(code)s without %(limits)s") % {"code": code, "limits": ", ".join(text.split("|"))}
            for code, text in sorted(asked.get("lift", {}).items())
        ),
        *(_("%(code)s leaves") % {"code": code} for code in asked.get("leaving", ())),
    ]
    if more := len(str(asked.get("add", "")).splitlines()[1:]):
        parts.append(ngettext("with %(n)s pledge more", "with %(n)s pledges more", more) % {"n": more})
    if late := asked.get("late_days"):
        named = ", ".join(asked.get("pledges", ())) or _("each pledge")
        parts.append(_("%(named)s %(days)s late, one at a time") % {"named": named, "days": days(late)})
    if asked.get("leaves"):
        named = ", ".join(asked.get("contributors", ())) or _("each contributor")
        parts.append(_("%(named)s leaving, one at a time") % {"named": named})
    return "; ".join(parts) or _("as pledged")


def readiness_words(pledge: Pledge, on: date) -> tuple[str, str]:
    """The level of a pledge on a day and the tone of its badge; a lapsed one says so."""
    if not pledge.level:
        return _("not registered"), "draft"
    if not is_ready(pledge, on):
        return _("%(level)s lapsed") % {"level": pledge.level}, "wrong"
    return pledge.level, "good" if pledge.level in packaged_readiness().names[1:] else "note"


def hours_words(hours: Iterable[int]) -> str:
    """Hours of the day as spans: 18:00-06:00; all of them as a word. A span that passes midnight is one."""
    listed_hours = sorted(set(hours))
    if len(listed_hours) == 24:
        return _("at no hour")
    spans: list[list[int]] = []
    for hour in listed_hours:
        if spans and spans[-1][1] == hour:
            spans[-1][1] = hour + 1
        else:
            spans.append([hour, hour + 1])
    if len(spans) > 1 and spans[0][0] == 0 and spans[-1][1] == 24:
        spans[0][0] = spans.pop()[0]
    return _("not %(spans)s") % {"spans": ", ".join(f"{a:02d}:00-{b % 24:02d}:00" for a, b in spans)}


# JSON


def record_json(record: ForcesRecord) -> dict[str, Any]:
    """What every record carries."""
    return {
        "code": record.code,
        "marking": Marking(record.marking).code,
        "releasable_to": sorted(record.releasable_to.names),
        "row_version": record.row_version,
    }


def requirement_json(record: Requirement) -> dict[str, Any]:
    state = getattr(record, "case_state", None)
    return {
        **record_json(record),
        "mission": record.mission,
        "capability": record.capability,
        "strength": record.strength,
        "from": record.from_on.isoformat(),
        "until": record.until_on.isoformat(),
        "min_level": record.min_level,
        "languages": sorted(words(record.languages)),
        "priority": record.priority,
        "accepts_parts": record.accepts_parts,
        "area": record.area or None,
        "tasks": sorted(words(record.tasks)),
        "state": "withdrawn"
        if record.withdrawn_on
        else {"open": "under-way", "arrived": "filled"}.get(state or "", "open"),
    }


def pledge_json(record: Pledge, on: date) -> dict[str, Any]:
    state = getattr(record, "case_state", None)
    return {
        **record_json(record),
        "contributor": record.contributor.code,
        "capability": record.capability,
        "strength": record.strength,
        "available_from": record.from_on.isoformat(),
        "available_until": record.until_on.isoformat(),
        "languages": sorted(words(record.languages)),
        "areas": sorted(words(record.areas)),
        "joint_group": record.joint_group or None,
        "splits_into": record.splits_into,
        "women": record.women,
        "monthly_cost": None if record.monthly_cost is None else f"{record.monthly_cost}",
        "level": record.level if is_ready(record, on) else None,
        "renew_by": iso(record.expires_on),
        "state": "withdrawn"
        if record.withdrawn_on
        else {"open": "under-way", "arrived": "deployed"}.get(state or "", "free"),
    }


def steps_json(pledge: Pledge) -> list[dict[str, Any]]:
    return [
        {
            "on": step.on.isoformat(), "deed": step.deed, "level": step.level, "evidence": step.evidence,
            "reason": step.reason or None, "post": step.post or None,
        }
        for step in pledge.steps.all()
    ]  # fmt: skip


def caveat_json(one: Caveat) -> dict[str, Any]:
    return {
        "number": one.number,
        "caveat": str(one),
        "declared": one.declared_on.isoformat(),
        "source": one.source,
        "until": iso(one.until_on),
        "lifted": iso(one.lifted_on),
    }


def case_json(case: DeploymentCase) -> dict[str, Any]:
    return {
        **record_json(case),
        "requirement": case.requirement.code,
        "mission": case.requirement.mission,
        "pledge": case.pledge.code,
        "state": case.state,
        "opened": case.opened_on.isoformat(),
        "ended": iso(case.ended_on),
        "stages": [
            {"stage": one.stage, "from": one.entered_on.isoformat(), "until": iso(one.left_on), "holder": one.holder}
            for one in case.stages.all()
        ],
        "steps": [
            {
                "way": one.way,
                "step": one.step,
                "days": [one.least_days, one.likely_days, one.most_days] if one.likely_days is not None else None,
                "began": iso(one.began_on),
                "ended": iso(one.ended_on),
            }
            for one in case.steps.all()
        ],
    }


def visit_json(visit: Visit) -> dict[str, Any]:
    return {
        **record_json(visit),
        "pledge": visit.pledge.code,
        "checklist": visit.checklist,
        "planned": visit.planned_on.isoformat(),
        "done": iso(visit.done_on),
        "result": visit.result or None,
        "report": visit.report or None,
    }


def ministerial_json(one: MinisterialPledge) -> dict[str, Any]:
    return {
        **record_json(one),
        "ministerial": one.ministerial,
        "contributor": one.contributor.code,
        "category": one.category,
        "text": one.text,
        "conditions": one.conditions or None,
        "announced": one.announced_on.isoformat(),
        "registered": iso(one.registered_on),
        "verified": iso(one.verified_on),
        "deployed": iso(one.deployed_on),
        "lapsed": iso(one.lapsed_on),
    }


def undeclared_json(one: UndeclaredCaveat) -> dict[str, Any]:
    return {
        **record_json(one),
        "unit": one.pledge.code,
        "mission": one.mission,
        "caveat": f"{one.what}:{one.value}",
        "ordered": one.ordered_on.isoformat(),
        "order": one.order,
        "explanation": one.explanation or None,
        "classification": one.classification or None,
        "rationale": one.rationale or None,
    }


def slot_json(slot: Slot, held: SlotCalendar) -> dict[str, Any]:
    return {
        **record_json(slot),
        "capability": slot.capability,
        "from": held.from_on.isoformat(),
        "until": held.until_on.isoformat(),
        "tours": [
            {
                "offer": tour.offer.code, "contributor": tour.offer.contributor.code, "from": tour.from_on.isoformat(),
                "until": tour.until_on.isoformat(),
            }
            for tour in slot.tours.all()
        ],
        "days": held.days,
        "covered_days": held.covered_days,
        "gaps": [{"from": gap.from_on.isoformat(), "until": gap.until_on.isoformat()} for gap in held.gaps],
        "framework_nation": held.framework_nation,
        "single_point_of_failure": held.single_point_of_failure,
        "uncovered_without": held.without,
        "cost": None if held.cost is None else f"{held.cost:.2f}",
    }  # fmt: skip


def tour_offer_json(offer: TourOffer) -> dict[str, Any]:
    return {
        **record_json(offer),
        "contributor": offer.contributor.code,
        "capability": offer.capability,
        "available_from": from_ordinal(offer.first),
        "available_until": from_ordinal(offer.last),
        "min_tour": offer.min_tour,
        "max_tour": offer.max_tour,
        "max_tours": offer.max_tours,
        "monthly_cost": f"{offer.monthly_cost:.2f}",
        "certified_until": iso(offer.certified_until),
    }


def card_json(card: UnitCard) -> dict[str, Any]:
    return {
        **record_json(card),
        "unit": card.pledge.code,
        "mission": card.mission,
        "component": card.component,
        "shown": iso(card.shown_on),
        "opened": iso(card.opened_on),
        "evaluations": [
            {
                "on": one.on.isoformat(), "task": one.task, "condition": one.condition, "standard": one.standard,
                "rater": one.rater, "rating": one.rating, "cause": one.cause or None,
            }
            for one in card.evaluations.all()
        ],
        "women_by_role": [
            {"role": one.name, "persons": one.persons, "women": one.women} for one in card.functions.all()
        ],
        "training": [
            {"training": one.name, "valid_until": one.valid_until.isoformat()} for one in card.certificates.all()
        ],
        "equipment": [
            {
                "quarter": one.quarter, "item": one.item, "category": one.category, "agreed": one.agreed,
                "present": one.present, "serviceable": one.serviceable,
            }
            for one in card.pledge.equipment.all()
        ],
        "replies": [{"on": one.on.isoformat(), "post": one.post, "text": one.text} for one in card.replies.all()],
    }  # fmt: skip


def file_json(file: FileImport) -> dict[str, Any]:
    return {
        "file": file.pk,
        "what": file.what,
        "name": file.file_name,
        "sha256": file.sha256,
        "on": file.on.isoformat(),
        "post": file.post,
        "undone": iso(file.undone_on),
    }


def contributor_json(one: Contributor) -> dict[str, Any]:
    return {**record_json(one), "name": one.name, "max_units": one.max_units}


def run_head(run: Run) -> dict[str, Any]:
    """What was asked, and how far it is."""
    return {
        "run": run.pk,
        "what": run.what,
        "asked": run.asked,
        "state": run.state,
        "said": run.said or None,
        "asked_at": run.asked_at.isoformat(timespec="seconds"),
    }


def run_json(run: Run) -> dict[str, Any]:
    """A run: the answer as the command prints it, within what was asked and left out."""
    return {**run_head(run), "left_out": run.left_out, "answer": run.answer}


def iso(value: date | None) -> str | None:
    return value.isoformat() if value else None
