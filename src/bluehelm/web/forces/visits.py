"""Which deeds plan a visit to a pledged unit, note what it found, and raise what must be mended?

Checklists are dated definitions: they score the answers. A person gives the result. An item that is not met becomes a
finding of the ledger, with its own owner and course; the contributor reads both.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bluehelm.definitions.force_generation import packaged_visits
from bluehelm.forces.visits import ANSWERS, Scored
from bluehelm.forces.visits import scored as score
from bluehelm.spine import RecordRef
from bluehelm.web.findings import actions as findings
from bluehelm.web.forces.actions import contributor_of, new_record
from bluehelm.web.forces.held import Held, RefusedError, day_of, held_record, next_code, note, require_text
from bluehelm.web.forces.models import Pledge, Visit, VisitAnswer
from bluehelm.web.posts.acting import Actor

FARTHEST = timedelta(days=3 * 365)
MENDED = ("not met", "partly")


@transaction.atomic
def plan_visit(*, pledge: str, checklist: str, planned_on: date, by: Actor) -> Visit:
    """A visit to a unit on a day to come, or one that was made and is entered afterwards."""
    unit = held_record(Pledge, pledge, by)
    contributor_of(unit.contributor.code, by)
    by.require("decide", "pledge", unit.marking)
    checklist_named(checklist)
    if unit.withdrawn_on:
        raise RefusedError(
            _("%(code)s was withdrawn on %(withdrawn_on)s.") % {"code": unit.code, "withdrawn_on": unit.withdrawn_on}
        )
    if planned_on > day_of(None) + FARTHEST:
        raise RefusedError(_("%(planned_on)s is too far ahead.") % {"planned_on": planned_on})
    made: Visit = new_record(
        Visit, unit.label, code=next_code(Visit, f"{unit.code}-V"), pledge=unit, checklist=checklist,
        planned_on=planned_on,
    )  # fmt: skip
    note(made, "visit.planned", by, day_of(None), fields={"on": ["", planned_on.isoformat()]})
    return made


@transaction.atomic
def answer_visit(
    *,
    code: str,
    expected_version: int,
    answers: Mapping[str, tuple[str, str]],
    by: Actor,
    on: date | None = None,
) -> Visit:
    """What the visit found about each item: an answer and a note; given again, the last one counts."""
    deed = _visit(code, expected_version, by, on)
    known = {item.name for item in checklist_named(deed.record.checklist).items}
    if wrong := sorted(set(answers) - known):
        raise RefusedError(_("%(listed)s: no item of this checklist.") % {"listed": ", ".join(wrong)})
    if wrong := sorted({answer for answer, _ in answers.values()} - set(ANSWERS)):
        raise RefusedError(
            _("%(listed)s: an item is %(listed_2)s.") % {"listed": ", ".join(wrong), "listed_2": ", ".join(ANSWERS)}
        )
    before = {one.item: one for one in deed.record.answers.all()}
    for item, (answer, remark) in answers.items():
        if (known_answer := before.get(item)) and known_answer.finding_id:
            continue  # what was raised from it stands
        VisitAnswer.objects.update_or_create(
            visit=deed.record, item=item, defaults={"answer": answer, "note": remark.strip()}
        )
    return deed.done("visit.answered", fields={"answers": [len(before), len(set(before) | set(answers))]})


@transaction.atomic
def conclude_visit(
    *, code: str, expected_version: int, result: str, report: str, by: Actor, on: date | None = None
) -> Visit:
    """A person gives the result; the score of the checklist is shown beside it and decides nothing."""
    deed = _visit(code, expected_version, by, on)
    if result not in ("passed", "failed"):
        raise RefusedError(_("A visit is passed or failed."))
    if not deed.record.answers.exists():
        raise RefusedError(_("Answer the checklist first."))
    record = deed.record
    record.result, record.done_on = result, deed.on
    record.report = require_text(report, _("Name the report."))
    return deed.done("visit.concluded", "result", "done_on", "report", fields={"result": ["", result]})


@transaction.atomic
def call_off(*, code: str, expected_version: int, reason: str, by: Actor, on: date | None = None) -> Visit:
    """It will not take place."""
    deed = _visit(code, expected_version, by, on)
    deed.record.called_off_reason = require_text(reason, _("Say why."))
    return deed.done("visit.called_off", "called_off_reason", reason=reason)


@transaction.atomic
def raise_from_visit(
    *, code: str, expected_version: int, item: str, severity: str, by: Actor, on: date | None = None
) -> Visit:
    """Put an item that is not met, or met in part, into the ledger of findings, addressed as the visit is."""
    deed = Held.begin(Visit, code, expected_version, by, on, right="decide")
    visit = deed.record
    found = visit.answers.filter(item=item).first()
    if found is None or found.answer not in MENDED:
        raise RefusedError(_("Only an item that is not met, or met in part, is raised."))
    if found.finding_id:
        raise RefusedError(_("It is finding %(finding_id)s already.") % {"finding_id": found.finding_id})
    asked = next(one for one in checklist_named(visit.checklist).items if one.name == item)
    texts = findings.Texts(
        title=f"{visit.pledge.code}: {asked.asks}"[:200],
        statement=f"{asked.asks} {found.answer.capitalize()}. {found.note}".strip(),
        domain="forces",
        severity=severity,
        confidence="high",
    )
    raised = findings.raise_finding(
        texts=texts, evidence=(RecordRef("visit", visit.code),), label=visit.label, by=by, on=deed.on
    )
    found.finding = raised
    found.save(update_fields=["finding"])
    return deed.done("visit.finding_raised", fields={"finding": ["", raised.pk]})


def checklist_named(name: str) -> Any:
    """The checklist of a name from the definition."""
    for one in packaged_visits().checklists:
        if one.name == name:
            return one
    raise RefusedError(_("There is no checklist %(name)s.") % {"name": repr(name)})


def scored(visit: Visit) -> Scored:
    """How the checklist scores the answers given so far; an item without an answer was not seen."""
    given = {one.item: one.answer for one in visit.answers.all()}
    return score(checklist_named(visit.checklist), given, visit.done_on or visit.planned_on)


def _visit(code: str, expected_version: int, by: Actor, on: date | None) -> Held[Visit]:
    deed = Held.begin(Visit, code, expected_version, by, on, right="decide")
    if deed.record.result:
        raise RefusedError(_("It was concluded on %(done_on)s.") % {"done_on": deed.record.done_on})
    if deed.record.called_off_reason:
        raise RefusedError(_("It was called off."))
    return deed
