"""Which capabilities are short, on one page for those who might give?

Typeset like the brief: tagged, with its fonts inside, the same bytes for the same list on the same machine. What the
list was made from, and what it does not consider, stand on it.
"""

from collections.abc import Mapping
from typing import Any

from bluehelm.products.brief_pdf import has_documents, typeset
from bluehelm.products.extras import MissingExtraError


def gap_list_pdf(answer: Mapping[str, Any]) -> bytes:
    """The answer of `forces gaps` as PDF; MissingExtraError without `documents`."""
    if not has_documents():
        raise MissingExtraError("A PDF", "documents")
    return typeset("gap_list.typ", gap_list_paper(answer), {"as_of": answer["as_of"]}, notes="notes")


def gap_list_paper(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Texts and tables of the page; every figure is text."""
    gaps, levels = answer["gaps"], answer["levels"]
    short = [gap for gap in gaps if gap["gap"] or gap["strength_gap"]]
    return {
        "title": "Capabilities that are short",
        "dates": f"As of {answer['as_of']}. Available are pledges at {answer['at_least']} or higher, not yet deployed.",
        "headline": f"{len(short)} of {len(gaps)} capabilities are short: {sum(gap['gap'] for gap in gaps):,} units.",
        "header": ["Capability", "Needed", "Deployed", *levels, "Gap, units", "Gap, strength"],
        "rows": [
            [
                gap["capability"],
                f"{gap['needed']:,}",
                f"{gap['deployed']:,}",
                *(f"{gap['available'][level]:,}" for level in levels),
                f"{gap['gap']:,}",
                f"{gap['strength_gap']:,}",
            ]
            for gap in gaps
        ],
        "sources": [[one["name"], one["sha256"]] for one in answer["inputs"]],
        "rules": "Levels: {title}, from {valid_from}, {status}.".format(**answer["rules"]),
        "notes": [f"Not considered: {', '.join(answer['not_considered'])}."],
    }
