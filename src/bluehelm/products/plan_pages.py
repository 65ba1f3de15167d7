"""How do the checks of a plan and the indicator library read in the documentation?

Made from the definitions that the program itself obeys; `python -m bluehelm.products.plan_pages checks` prints the one,
`indicators` the other.
"""

from collections.abc import Sequence

from bluehelm.definitions.header import Header
from bluehelm.definitions.plans import Checks, Measure, Measures

CHECKS_OPENING = """# Checks of a results framework

Made from `src/bluehelm/definitions/plans/checks.yaml`; `python -m bluehelm.products.plan_pages checks >
docs/methods/plan-checks.md` writes it anew. {status}

`bluehelm plan check FILE` runs them all and names the place of each problem; exit 1 when there is one. An outcome has
at most {most} indicators unless a reason is given. Two indicators measure the same when they name one library entry or
one filter, or share a unit and have titles at least {alike} % alike (tokens sorted, Indel similarity), in one area.

Words for the mission's own doing, which no outcome may rest on: {doing}.

| code | what it is | why it matters | what mends it |
|---|---|---|---|
"""

LIBRARY_OPENING = """# The indicator library

Made from `src/bluehelm/definitions/indicators/`; `python -m bluehelm.products.plan_pages indicators >
docs/indicators.md` writes it anew. {number} indicators in {subjects} subjects. None is an official list: **draft**
until somebody outside the team has reviewed it. Name one as `measure` of an indicator in a plan; `bluehelm plan
indicators WORDS` searches. C context, O outcome, P output.
"""


def checks_page(checks: Checks) -> str:
    """The page of codes as Markdown."""
    opening = CHECKS_OPENING.format(
        status=_status(checks),
        most=checks.most_indicators_an_outcome,
        alike=checks.alike_from,
        doing=", ".join(dict.fromkeys(one.title for one in checks.doing)),
    )
    rows = [f"| `{one.code}` | {one.title} | {one.meaning} | {one.remedy} |" for one in checks.codes]
    return opening + "\n".join(rows) + "\n"


def library_page(library: Sequence[Measures]) -> str:
    """The page of the indicator library as Markdown."""
    number = sum(len(subject.measures) for subject in library)
    opening = LIBRARY_OPENING.format(number=number, subjects=len(library))
    return opening + "".join(_subject(subject) for subject in library)


def _subject(subject: Measures) -> str:
    title = subject.subject[0].upper() + subject.subject[1:]
    head = f"\n## {title}\n\n{subject.source} {_status(subject)}\n"
    return head + "".join(_measure(one) for one in subject.measures) + "\n"


def _measure(one: Measure) -> str:
    over = f" over {one.denominator}" if one.denominator else ""
    by = f"; by {', '.join(one.by)}" if one.by else ""
    unverified = " *Wording not verified.*" if one.unverified else ""
    kind = {"context": "C", "outcome": "O", "output": "P"}[one.kind]
    return (
        f"\n* **{one.title}** (`{one.id}`, {kind}). {one.why} Counts {one.numerator}{over}; in {one.unit}, better "
        f"{one.better}, roll-up {one.roll_up}{by}. {one.caution} {one.cannot_say} From: {one.source}.{unverified}"
    )


def _status(header: Header) -> str:
    checked = f"checked by {header.checked_by}" if header.checked_by else "nobody outside the team has reviewed it"
    return (
        f"Status **{header.status}** ({checked}), valid from {header.valid_from}, to be reviewed by {header.review_on}."
    )


if __name__ == "__main__":
    import sys

    from bluehelm.definitions.plans import packaged_checks, packaged_measures

    wanted = sys.argv[1:]
    sys.stdout.write(library_page(packaged_measures()) if wanted == ["indicators"] else checks_page(packaged_checks()))
