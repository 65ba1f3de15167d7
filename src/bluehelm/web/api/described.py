"""What does every answer under /api/ say, which lists are in it, and what may be asked of it?

One line an address that is a plain view; those of django-ninja describe themselves, and stand here for their lists
alone. A list is named by its key in the answer (empty where the answer is the list) and by the fields that tell its
rows apart. Kept in English, for programmers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django import forms

from bluehelm.web.findings import deeds as findings
from bluehelm.web.findings.forms import RaiseForm
from bluehelm.web.forces import deeds as forces
from bluehelm.web.outlook import deeds as outlook
from bluehelm.web.outlook.forms import AssessmentForm, DraftForm
from bluehelm.web.protection import deeds as protection
from bluehelm.web.protection.forms import GatewayForm
from bluehelm.web.reports import deeds as reports
from bluehelm.web.reports import forms as report_forms

Forms = Mapping[str, type[forms.Form]]
"""The form of each verb, whose fields a deed takes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One address: its summary, its lists with the fields that name a row, what its query takes, its deeds' forms."""

    summary: str
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    deeds: Callable[[], Forms] | None = None
    scope: str = ""
    media: tuple[str, ...] = ("application/json",)


MISSION = {"mission": "A mission's code, such as UNMISS."}
SORT = {"sort": "The order of the list, as on its page."}
OF_FINDINGS = {
    "text": "Words that all occur.", "state": "A state, or open, ended or all.", "domain": "A domain.",
    "severity": "A severity.", "owner": "The code of the post that owns a recommendation.",
    "due": "overdue, week or month.", **MISSION, **SORT,
}  # fmt: skip
OF_AUDIT = {
    "by": "An account.", "kind": "A kind of record.", "key": "A record's key.", "deed": "A deed.",
    "from_on": "From this day, YYYY-MM-DD.", "until_on": "Up to this day, YYYY-MM-DD.",
    "page": "A page of fifty, where no cursor is used.", "verify": "Walks along the chain first.",
}  # fmt: skip
OF_REQUIREMENTS = {
    "text": "Words.", "state": "open, under-way, filled, withdrawn or all.", "priority": "1 to 5.", **MISSION, **SORT,
}  # fmt: skip
OF_PLEDGES = {
    "text": "Words.", "state": "free, under-way, deployed, withdrawn or all.", "contributor": "A contributor's code.",
    "capability": "A capability.", "level": "A level of readiness.", **SORT,
}  # fmt: skip
OF_REPORTS = {
    "text": "Words that all occur.", "type": "A type of report.", "sort": "incident, event or activity.",
    "verification": "A state of verification.", "work": "grade, verify or decide.",
    "days": "How many days back; 0 for all.", "after": "The report after which the list goes on.", **MISSION,
}  # fmt: skip
CELL = {"target": "all or a type of violence.", "month": "A month, YYYY-MM.", "unit": "A place of the outlook."}


def _verbs(table: Mapping[str, findings.Deed | outlook.Deed]) -> Forms:
    return {verb: deed.form for verb, deed in table.items()}


def _deeds_of_forces() -> Forms:
    """By the kind of record and the verb, as they stand in the address."""
    return {f"{name}/{deed.verb}": deed.form for name, one in forces.SUBJECTS.items() for deed in one.deeds}


def _deeds_of_protection() -> Forms:
    """By the kind of record and the verb, as they stand in the address."""
    named = protection.SUBJECTS.items()
    return {f"{name}/{deed.verb}": deed.form for name, one in named for deed in (*one.deeds, *one.parts)}


def _new_of_protection() -> Forms:
    return {name: one.new_form for name, one in protection.SUBJECTS.items()}


def _new_of_forces() -> Forms:
    return {name: one.new_form for name, one in forces.SUBJECTS.items() if one.new_form and one.make}


ANSWERS: dict[str, Answer] = {
    # of django-ninja, which describes them
    "api:home": Answer("", {"": ("mission",)}),
    "api:missions": Answer("", {"": ("mission",)}),
    "api:compare": Answer("", {"sides": ("mission", "from", "to")}),
    "api:tables": Answer("", {"versions": ("table", "version"), "tables": ("table",)}),
    "api:table-rows": Answer("", media=("text/csv", "application/vnd.apache.parquet")),
    "api:revisions": Answer("", {"changed": ("iso3", "month")}),
    "api:coverage": Answer("", {"lanes": ("table", "provider", "iso3")}),
    "api:quality": Answer("", {"findings": ("code", "key"), "coverage": ("table", "provider", "version")}),
    "api:impact": Answer("", {"": ("version",)}),
    # people and posts
    "people_json": Answer(
        "Every account", {"accounts": ("name",)}, {"find": "A part of a name or address."}, scope="account"
    ),
    "person_json": Answer("One account", scope="account"),
    "posts:mine-json": Answer("One's own posts", {"posts": ("code",)}),
    "posts:list-json": Answer("Every post one may know of", {"posts": ("code",)}, scope="post"),
    "posts:post-json": Answer("One post", scope="post"),
    "posts:rights-json": Answer("What each role may read and do", {"roles": ("role",), "kinds": ("kind",)}),
    "audit:list-json": Answer("The audit, newest first", {"entries": ("sequence",)}, OF_AUDIT, scope="audit_entry"),
    "audit:entry-json": Answer("One entry of the audit", scope="audit_entry"),
    # findings
    "findings:list-json": Answer("The ledger of findings", {"findings": ("finding",)}, OF_FINDINGS, scope="finding"),
    "findings:mine-json": Answer("What waits for one's own post", {"waiting": ()}, scope="finding"),
    "findings:measures-json": Answer("Nimbleness and adaptiveness", query=MISSION, scope="finding"),
    "findings:json": Answer("One finding as a chain", scope="finding"),
    "findings:new-deed": Answer("Raise a finding", deeds=lambda: {"": RaiseForm}, scope="finding"),
    "findings:deed": Answer("Do a deed on a finding", deeds=lambda: _verbs(findings.ALL), scope="finding"),
    # plans
    "plans:list-json": Answer("The plans", {"plans": ("mission",)}, scope="plan"),
    "plans:plan-json": Answer("A mission's plan", query={"version": "A version of the plan."}, scope="plan"),
    "plans:changes-json": Answer(
        "What one version of a plan changed",
        {"differences": ()},
        {"old": "A version.", "new": "A version."},
        scope="plan",
    ),
    "plans:reports-json": Answer("What was reported, by period", scope="plan"),
    "plans:indicator-json": Answer("One indicator with its values", {"values": ()}, scope="plan"),
    "plans:picture-json": Answer(
        "The parts of a plan and of its context, and their links",
        query={"version": "A version of the plan."},
        scope="plan",
    ),
    "plans:dashboard-json": Answer(
        "What changed, what is due, what was decided and is not done",
        {"changed": (), "undecided": (), "decided_not_done": ()},
        scope="plan",
    ),
    "plans:together-json": Answer(
        "Missions that share a framework", {"indicators": ("id",)}, {"period": "Such as 2026-H1."}, scope="plan"
    ),
    "plans:papers-json": Answer("The papers of a plan, and their formats", scope="plan"),
    "plans:round-json": Answer("One round of assessments", scope="plan"),
    # forces
    "forces:requirements-json": Answer(
        "What missions need", {"requirements": ("code",)}, OF_REQUIREMENTS, scope="requirement"
    ),
    "forces:pledges-json": Answer(
        "What is offered",
        {"pledges": ("code",)},
        OF_PLEDGES,
        scope="pledge",
    ),
    "forces:pipeline-json": Answer(
        "What is being deployed", {"cases": ("code",), "waits": (), "stages": ("stage",)}, MISSION, scope="pledge"
    ),
    "forces:caveats-json": Answer(
        "Caveats, and what they leave undone",
        {"declared": ("pledge", "number"), "undeclared": ("code",)},
        {**MISSION, "with": "open: as if open requirements were filled."},
        scope="caveat",
    ),
    "forces:visits-json": Answer(
        "Visits planned, ahead and made",
        {"plan": (), "ahead": ("code",), "made": ("code",)},
        {"budget": "What the visits may cost."},
        scope="pledge",
    ),
    "forces:ministerials-json": Answer(
        "What became of announcements", {"ministerials": ("ministerial",)}, scope="pledge"
    ),
    "forces:gaps-json": Answer(
        "Capabilities that nobody offers",
        {"gaps": ("capability",)},
        {"level": "A level of readiness."},
        scope="requirement",
    ),
    "forces:rotations-json": Answer(
        "Posts filled by turns", {"slots": ("code",), "offers": ("code",)}, scope="requirement"
    ),
    "forces:runs-json": Answer("Matchings and stress tests so far", {"runs": ("run",)}, scope="pledge"),
    "forces:contributors-json": Answer("Contributors and their ceilings", {"contributors": ("code",)}, scope="pledge"),
    "forces:cards-json": Answer("Unit cards", {"cards": ("code",)}, scope="pledge"),
    "forces:files-json": Answer("Files taken in", {"files": ("file",)}, scope="pledge"),
    "forces:costs-json": Answer(
        "What the options of a mission cost",
        query={**MISSION, "first": "A month.", "last": "A month."},
        scope="requirement",
    ),
    "forces:observers-json": Answer("Teams that a mission's observers make", query=MISSION, scope="requirement"),
    "forces:longer-tours-json": Answer("What longer tours would gain", query=MISSION, scope="requirement"),
    "forces:run-json": Answer("One matching or rotation", scope="pledge"),
    "forces:json": Answer("One record of forces"),
    "forces:new-deed": Answer("Make a record of forces", deeds=_new_of_forces),
    "forces:deed": Answer("Do a deed on a record of forces", deeds=_deeds_of_forces),
    # jobs, records in and out
    "jobs:list-json": Answer("Jobs, the newest fifty", {"jobs": ("job",)}),
    "jobs:page-json": Answer("One job"),
    "exchange:home-json": Answer(
        "Kinds of records and the files of one's post", {"kinds": ("kind",), "files": ("record_file",)}
    ),
    "exchange:file-json": Answer("A file of records, and what it would change"),
    # calendar, outlook, lens, mornings
    "rhythm:calendar-json": Answer("What is due when", {"due": ("mission", "duty", "due", "role")}, scope="duty"),
    "outlook:list-json": Answer("The outlooks", {"releases": ("number",)}, scope="outlook"),
    "outlook:history-json": Answer(
        "How good past outlooks were",
        {"releases": ("number",)},
        {**MISSION, "by": "country, area or cell."},
        scope="outlook",
    ),
    "outlook:thresholds-json": Answer("Chosen thresholds", {"thresholds": ("number",)}, scope="outlook"),
    "outlook:json": Answer("One outlook", scope="outlook"),
    "outlook:map-json": Answer("The layers of an outlook's map as GeoJSON", query=CELL, scope="outlook"),
    "outlook:new-deed": Answer("Draft an outlook", deeds=lambda: {"": DraftForm}, scope="outlook"),
    "outlook:deed": Answer("Do a deed on an outlook", deeds=lambda: _verbs(outlook.RELEASE_DEEDS), scope="outlook"),
    "outlook:lens-json": Answer("Assessments through the lens", {"assessments": ("number",)}, scope="lens"),
    "outlook:lens-factors-json": Answer("The factors of the lens, which are published", {"sets": ("set",)}),
    "outlook:lens-page-json": Answer("One assessment", scope="lens"),
    "outlook:lens-new-deed": Answer("Begin an assessment", deeds=lambda: {"": AssessmentForm}, scope="lens"),
    "outlook:lens-deed": Answer("Do a deed on an assessment", deeds=lambda: _verbs(outlook.LENS_DEEDS), scope="lens"),
    "morning:json": Answer("The morning of a kind of post", {"sections": ("section",)}),
    # reports
    "reports:list-json": Answer("The reports from the field", {"reports": ("report",)}, OF_REPORTS, scope="report"),
    "reports:json": Answer("One report with its versions", {"history": ("version",), "near": ()}, scope="report"),
    "reports:map-json": Answer("The layers of the map of reports", query={"days": "1, 7, 30 or 90."}, scope="report"),
    "reports:pairs-json": Answer("Reports that may be of one event", {"pairs": ("first", "second")}, scope="report"),
    "reports:effort-json": Answer("How much was looked at", {"efforts": ("unit",)}, scope="report"),
    "reports:products-json": Answer("Daily reports and handovers", {"products": ("product",)}, scope="report"),
    "reports:product-json": Answer("One product with its versions", {"history": ("row_version",)}, scope="report"),
    "reports:requests-json": Answer("Requests for information", {"requests": ("request",)}, scope="report"),
    "reports:new-deed": Answer("File a report", deeds=lambda: {"": report_forms.NewForm}, scope="report"),
    "reports:edit-deed": Answer("Change a report", deeds=lambda: {"": report_forms.EditForm}, scope="report"),
    "reports:deed": Answer(
        "Do a deed on a report",
        deeds=lambda: {verb: reports.ALL[verb].form for verb in reports.BY_PROGRAM},
        scope="report",
    ),
    # protection
    "protection:list-json": Answer(
        "Alerts, threats, activities, harm, communities, perception, obstructions, dialogue, compact, observations",
        {"records": ("number",)},
    ),
    "protection:json": Answer("One record of protection"),
    "protection:statistics-json": Answer(
        "How alerts were answered",
        {"groups": ("by", "group")},
        {"days": "90, 365 or 730 days back.", **MISSION},
        scope="alert",
    ),
    "protection:matrix-json": Answer(
        "The threats that stand, and what changed between two days",
        {"threats": ("number",), "moved": ("threat",)},
        {"from": "A day, YYYY-MM-DD.", "to": "A day, YYYY-MM-DD.", **MISSION},
        scope="threat",
    ),
    "protection:map-json": Answer(
        "Alerts as GeoJSON, to about a kilometre", scope="alert", media=("application/geo+json",)
    ),
    "protection:missed-json": Answer(
        "Graded events that nobody warned of, and alerts without ground",
        {"missed": ("report",), "places": ("place",)},
        {"days": "90, 365 or 730 days back.", **MISSION},
        scope="alert",
    ),
    "protection:coverage-json": Answer(
        "People and places within so many minutes of a post",
        {"bands": ("within_minutes",), "places": ("place",)},
        {"within": "Minutes, of those in the definition."},
        scope="alert",
    ),
    "protection:desk-map-json": Answer(
        "The layers of the map for work as GeoJSON",
        {},
        {
            "layer": "posts, roads, alerts, threats or reports; repeatable.",
            "days": "7, 30 or 90 days back.",
            "month": "The calendar month in which roads are looked at, 1 to 12.",
        },
        scope="report",
    ),
    "protection:new-deed": Answer("Make a record of protection", deeds=_new_of_protection),
    "protection:deed": Answer("Do a deed on a record of protection", deeds=_deeds_of_protection),
    "protection:gateway": Answer("Give an alert, signed by its gateway", deeds=lambda: {"": GatewayForm}),
}
