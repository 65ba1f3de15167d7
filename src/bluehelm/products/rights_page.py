"""How does the table of rights read in the documentation?

Made from the definition that the program itself obeys, so that the page cannot say anything else.
"""

from bluehelm.definitions.rights import DEEDS, LEVELS, Rights, Role

SHORT = {"unclassified": "U", "confidential": "C", "strictly-confidential": "SC"}

OPENING = """# Who may do what

Made from `src/bluehelm/definitions/rights.yaml`; `python -m bluehelm.products.rights_page > docs/rights.md` writes it
anew. Status of the definition: **{status}**, valid from {valid_from}, to be reviewed by {review_on}. {checked}

Rights belong to posts. A post has one role; what the role may do is listed here, up to the highest marking it reaches:
U unclassified, C confidential, SC strictly confidential. A post never reaches above its own clearance, and reads only
what is addressed to it. What is not listed is refused.
"""


def rights_page(rights: Rights) -> str:
    """The page as Markdown."""
    checked = f"Checked by: {rights.checked_by}." if rights.checked_by else "Nobody outside the team has reviewed it."
    opening = OPENING.format(
        status=rights.status, valid_from=rights.valid_from, review_on=rights.review_on, checked=checked
    )
    kinds = [f"* **{kind.kind}**: {kind.title}" for kind in rights.kinds]
    organisations = [f"* **{one.kind}**: {one.title}; audience `{one.audience}`" for one in rights.organisations]
    parts = [opening, "## Kinds of record\n", *kinds, "\n## Organisations\n", *organisations, "\n## Roles"]
    return "\n".join(parts) + "\n" + "".join(_role(role, rights) for role in rights.roles)


def _role(role: Role, rights: Rights) -> str:
    head = f"\n### {role.title} (`{role.role}`)\n\n{role.what}"
    head += " Needs a second factor.\n" if role.second_factor else "\n"
    rows = ["", f"| record | {' | '.join(DEEDS)} |", f"|---|{'---|' * len(DEEDS)}"]
    for kind in rights.kinds:
        reaches = [role.reaches(deed, kind.kind) for deed in DEEDS]
        if any(reach is not None for reach in reaches):
            cells = [SHORT[LEVELS[reach]] if reach is not None else "" for reach in reaches]
            rows.append(f"| {kind.kind} | {' | '.join(cells)} |")
    hidden = [f"{kind}: {', '.join(fields)}" for kind, fields in role.hide.items()]
    return head + "\n".join(rows) + "\n" + (f"\nHidden fields: {'; '.join(hidden)}.\n" if hidden else "")


if __name__ == "__main__":
    import sys

    from bluehelm.definitions.packaged import packaged_text
    from bluehelm.definitions.rights import parse_rights

    sys.stdout.write(rights_page(parse_rights(packaged_text("rights.yaml"), "rights.yaml")))
