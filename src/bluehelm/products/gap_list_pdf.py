"""Which capabilities are short, on one page for those who might give?

Typeset like the brief: tagged, with its fonts inside, the same bytes for the same list on the same machine. What the
list was made from, and what it does not consider, stand on it.
"""

from collections.abc import Mapping
from typing import Any

from bluehelm.language import _, all_called, called, figure
from bluehelm.products.brief_pdf import has_documents, typeset
from bluehelm.products.extras import MissingExtraError


def gap_list_pdf(answer: Mapping[str, Any]) -> bytes:
    """The answer of `forces gaps` as PDF; MissingExtraError without `documents`."""
    if not has_documents():
        raise MissingExtraError(_("A PDF"), "documents")
    return typeset("gap_list.typ", gap_list_paper(answer), {"as_of": answer["as_of"]}, notes="notes")


def gap_list_paper(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Texts and tables of the page; every figure is text."""
    gaps, levels = answer["gaps"], answer["levels"]
    short = [gap for gap in gaps if gap["gap"] or gap["gap_at_own_level"] or gap["strength_gap"]]
    return {
        "title": _("Capabilities that are short"),
        "dates": _(
            "As of {as_of}. Available are pledges at {at_least} or higher, not yet deployed.",
            as_of=answer["as_of"],
            at_least=answer["at_least"],
        ),
        "headline": _(
            "{short} of {number} capabilities are short: {units:,} units.",
            short=len(short),
            number=len(gaps),
            units=sum(gap["gap"] for gap in gaps),
        ),
        "header": [
            _("Capability"),
            _("Needed"),
            _("Deployed"),
            *levels,
            _("Gap, units"),
            _("At own level"),
            _("Gap, strength"),
        ],
        "rows": [
            [
                gap["capability"],
                figure(gap["needed"]),
                figure(gap["deployed"]),
                *(figure(gap["available"][level]) for level in levels),
                figure(gap["gap"]),
                figure(gap["gap_at_own_level"]),
                figure(gap["strength_gap"]),
            ]
            for gap in gaps
        ],
        "sources": [[one["name"], one["sha256"]] for one in answer["inputs"]],
        "rules": _(
            "Levels: {title}, from {valid_from}, {status}.",
            **answer["rules"]
            | {"title": called(answer["rules"]["title"]), "status": called(answer["rules"]["status"])},
        ),
        "notes": [
            _("At own level: the units short when each requirement takes only units of the level it asks."),
            _("Not considered: {not_considered}.", not_considered=all_called(answer["not_considered"])),
        ],
    }
