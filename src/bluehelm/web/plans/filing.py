"""Which bytes is a paper of a plan in one format, and what is told of it where it leaves?"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import transaction

from bluehelm.products.factsheet import factsheets_pdf
from bluehelm.products.plan_files import WRITERS, paper_docx
from bluehelm.products.plan_paper import Paper
from bluehelm.web.disclosure.actions import note_plan_paper
from bluehelm.web.plans.actions import require_begun
from bluehelm.web.plans.factsheets import factsheets
from bluehelm.web.plans.models import PlanVersion
from bluehelm.web.plans.papers import PAPERS
from bluehelm.web.posts.acting import Actor


@dataclass(frozen=True, slots=True)
class Filed:
    """A paper's bytes, and what a command or page says of them."""

    paper: Paper
    content: bytes
    told: dict[str, Any]


@transaction.atomic
def filed(
    kind: str, form: str, version: PlanVersion, period: str, by: Actor, *, outcome: str = "", synthetic: str = "",
    template: bytes | None = None,
) -> Filed:  # fmt: skip
    """Make a paper and note that it leaves, beside all other counts of people that left.

    It goes to those whom the plan is addressed to; to widen that is a release of the plan. PlanError where it cannot be
    made, PeriodError for what is no period.
    """
    require_begun(period)
    paper = PAPERS[kind](version, period, by, outcome=outcome, synthetic=synthetic)
    content = _content(kind, form, paper, version, period, by, outcome, synthetic, template)
    digest = sha256(content).hexdigest()
    note = note_plan_paper(
        mission=version.mission, number=version.number, plan_sha256=version.sha256, label=version.label,
        held_back=paper.held_back, sha256=digest, reason=f"{paper.kind}, {paper.period}", by=by,
    )  # fmt: skip
    return Filed(
        paper,
        content,
        {
            "figures": len(paper.figures),
            "held_back": paper.held_back,
            "release": note.pk,
            "sha256": digest,
            "plan": version.number,
            "plan_sha256": version.sha256,
            "sources": list(paper.sources),
        },
    )


def _content(
    kind: str, form: str, paper: Paper, version: PlanVersion, period: str, by: Actor, outcome: str, synthetic: str,
    template: bytes | None,
) -> bytes:  # fmt: skip
    """The bytes; a fact sheet as PDF is one page an outcome."""
    if kind == "factsheet" and form == "pdf":
        return factsheets_pdf(factsheets(version, period, by, outcome=outcome, synthetic=synthetic))
    return paper_docx(paper, template) if form == "docx" else WRITERS[form](paper)
