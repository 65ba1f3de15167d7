"""How do findings come in and leave as rows?

A row without a number raises a finding; one with a number changes what is said of it. Who may read a finding, what was
decided and what was done are no cells: they are deeds on its page. An import is undone by putting the words back, and
by ending what it raised as overtaken: a finding is never taken away.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as said_now
from django.utils.translation import gettext_lazy as _

from bluehelm.disclosure import Label, Marking, audience_names
from bluehelm.spine import ChainError
from bluehelm.store import Store
from bluehelm.web.exchange.kinds import (
    CHANGED,
    NEW,
    SAME,
    Asked,
    Column,
    Kept,
    Out,
    Plan,
    RecordKind,
    Step,
    in_batches,
    on_line,
)
from bluehelm.web.findings.actions import Texts, edit_finding, end_finding, raise_finding
from bluehelm.web.findings.evidence import EvidenceError, read_evidence
from bluehelm.web.findings.models import Finding
from bluehelm.web.findings.reads import findings_shown_to
from bluehelm.web.posts.acting import Actor
from bluehelm.workflows.record_files import Row

WRITTEN = ("title", "statement", "domain", "severity", "confidence", "mission")
COLUMNS = (
    Column("finding", _("number, empty for a new one"), also=("number", "id")),
    Column("title", _("title"), required=True),
    Column("statement", _("what was found"), required=True, also=("text", "description")),
    Column("domain", _("domain"), required=True),
    Column("severity", _("severity"), required=True),
    Column("confidence", _("confidence"), required=True),
    Column("mission", _("mission")),
    Column("evidence", _("evidence of a new one, | between pieces")),
    Column("marking", _("marking of a new one")),
    Column("releasable_to", _("who may read a new one"), also=("audience", "releasable to")),
    Column("state", _("state"), only_out=True),
    Column("found_on", _("found on"), only_out=True),
)


def plan(rows: Sequence[Row], asked: Asked) -> Plan:
    made = Plan()
    numbers = {row.cells.get("finding", "") for row in rows} - {""}
    known = {
        str(one.pk): one
        for one in findings_shown_to(asked.by).filter(pk__in=[int(n) for n in numbers if n.isdecimal() and len(n) < 10])
    }
    seen: set[str] = set()
    for row in rows:
        number = row.cells.get("finding", "")
        texts = Texts(**{name: row.cells.get(name, "") for name in WRITTEN})
        if not number:
            made.problems += _new(made, row, texts, asked)
        elif number in seen:
            made.problems.append(
                on_line(row.line, said_now("finding %(number)s stands in the file already.") % {"number": number})
            )
        elif number not in known:
            made.problems.append(
                on_line(
                    row.line,
                    said_now("there is no finding %(number)s, or it is not addressed to you.") % {"number": number},
                )
            )
        else:
            made.steps.append(_change(row, known[number], texts, asked))
        seen.add(number)
    return made


def _new(made: Plan, row: Row, texts: Texts, asked: Asked) -> list[str]:
    try:
        label = Label(
            Marking.from_code(row.cells.get("marking") or "unclassified"),
            audience_names(row.cells.get("releasable_to") or _own(asked.by)),
        )
        evidence = read_evidence(row.cells.get("evidence", "").replace("|", "\n"), _sha256_of)
    except (ValueError, ChainError, EvidenceError) as error:
        return [on_line(row.line, str(error))]

    def make() -> tuple[str, int]:
        finding = raise_finding(texts=texts, evidence=evidence, label=label, by=asked.by)
        return str(finding.pk), finding.row_version

    fields: dict[str, list[Any]] = {name: [None, value] for name, value in asdict(texts).items() if value}
    fields |= {"marking": [None, label.marking.code], "releasable_to": [None, "|".join(sorted(label.releasable_to))]}
    made.steps.append(Step(row.line, "", NEW, fields, make))
    return []


def _own(by: Actor) -> str:
    """Whom a new finding is addressed to where the file does not say: the mission of the post, or its organisation."""
    if by.post is None:
        return ""
    return f"mission:{by.post.mission}" if by.post.mission else f"organisation:{by.post.organisation.code}"


def _sha256_of(table: str, number: int) -> str | None:
    versions = Store(settings.BLUEHELM_HOME).versions(table)
    return next((one.sha256 for one in versions if one.version == number), None)


def _change(row: Row, finding: Finding, texts: Texts, asked: Asked) -> Step:
    said = {name: value for name, value in asdict(texts).items() if name in row.cells}
    changed = {name: [getattr(finding, name), value] for name, value in said.items() if getattr(finding, name) != value}

    def change() -> tuple[str, int]:
        words = Texts(**{name: said.get(name, getattr(finding, name)) for name in WRITTEN})
        done = edit_finding(
            number=finding.pk, expected_version=finding.row_version, texts=words, reason=asked.reason, by=asked.by
        )
        return str(done.pk), done.row_version

    return Step(row.line, str(finding.pk), CHANGED if changed else SAME, changed, change)


def undo(kept: Kept, asked: Asked) -> str | None:
    finding = findings_shown_to(asked.by).filter(pk=int(kept.key)).first()
    if finding is None or finding.row_version != kept.version:
        return said_now("Finding %(number)s was changed since.") % {"number": kept.key}
    if kept.deed == NEW:
        end_finding(number=finding.pk, expected_version=kept.version, how="overtaken", reason=asked.reason, by=asked.by)
        return None
    before = {name: kept.fields[name][0] if name in kept.fields else getattr(finding, name) for name in WRITTEN}
    edit_finding(
        number=finding.pk, expected_version=kept.version, texts=Texts(**before), reason=asked.reason, by=asked.by
    )
    return None


def out(by: Actor) -> Out:
    found = findings_shown_to(by).order_by("pk")
    facts = found.aggregate(most=Max("marking"))

    def rows(after: int) -> Iterator[tuple[int, Sequence[Any]]]:
        whole = found.select_related("releasable_to").prefetch_related("evidence")
        for one in in_batches(whole, after):
            cited = "|".join(f"{each.ref}" for each in one.evidence.all() if each.action_id is None)
            yield one.pk, (
                one.pk, one.title, one.statement, one.domain, one.severity, one.confidence, one.mission, cited,
                Marking(one.marking).code, one.releasable_to.text, one.state, one.found_on,
            )  # fmt: skip

    return Out(found.count(), facts["most"] or 0, rows)


FINDINGS = RecordKind(
    "findings", _("Findings"), "finding", COLUMNS, lambda by: by.may("create", "finding"), plan, undo, out
)
