"""Do the rights say what they should, and does their page say what they are?"""

from pathlib import Path

import pytest

from bluehelm.definitions import DefinitionError
from bluehelm.definitions.packaged import packaged_text
from bluehelm.definitions.rights import DEEDS, parse_rights
from bluehelm.products.rights_page import rights_page

RIGHTS = parse_rights(packaged_text("rights.yaml"), "rights.yaml")


def changed(old, new):
    text = packaged_text("rights.yaml")
    assert old in text
    return text.replace(old, new, 1)


def test_every_role_and_organisation_the_field_has_is_there():
    assert set(RIGHTS.codes) == {
        "viewer", "reporter", "analyst", "planner", "component-head", "mission-leadership", "conduct-officer",
        "force-generation", "contributor", "training", "auditor", "administrator",
    }  # fmt: skip
    kinds = {kind.kind for kind in RIGHTS.organisations}
    assert kinds == {"mission", "headquarters", "member-state", "training-provider", "researcher"}


def test_what_is_not_listed_is_refused():
    assert not RIGHTS.role("viewer").may("create", "finding")
    assert not RIGHTS.role("viewer").may("read", "account")


def test_reading_creating_deciding_and_releasing_are_apart():
    head, analyst = RIGHTS.role("component-head"), RIGHTS.role("analyst")
    assert analyst.may("create", "finding", 2) and not analyst.may("decide", "finding")
    assert (
        head.may("create", "finding", 2) and head.may("decide", "finding", 1) and not head.may("decide", "finding", 2)
    )
    assert not head.may("release", "finding")
    assert RIGHTS.role("mission-leadership").may("release", "finding", 2)


def test_who_keeps_accounts_reads_no_records_by_that():
    administrator = RIGHTS.role("administrator")
    assert not administrator.may("read", "finding")
    assert not any(administrator.may(deed, "audit_entry") for deed in DEEDS)


def test_who_keeps_accounts_does_not_audit_them():
    both = [role.role for role in RIGHTS.roles if role.may("create", "account") and role.may("read", "audit_entry")]
    assert both == []


def test_a_hidden_field_is_hidden_from_that_role_only():
    assert not RIGHTS.role("viewer").sees("finding", "raised_by")
    assert RIGHTS.role("planner").sees("finding", "raised_by")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("read: {table: unclassified", "read: {tabel: unclassified", "tabel: not among the kinds"),
        ("read: {table: unclassified", "read: {table: secret", "roles"),
        ("role: reporter", "role: viewer", "listed twice"),
        ("create: {finding: confidential}", "create: {account: confidential}", "may create what it may not read"),
    ],
)
def test_a_wrong_entry_is_refused_by_name(old, new, said):
    with pytest.raises(DefinitionError, match=said):
        parse_rights(changed(old, new), "rights.yaml")


def test_an_unknown_role_is_refused_with_the_known_ones():
    with pytest.raises(KeyError, match="viewer"):
        RIGHTS.role("viwer")


def test_the_page_of_rights_is_made_from_the_definition():
    page = Path(__file__).resolve().parents[2] / "docs" / "rights.md"
    made = rights_page(RIGHTS)
    assert page.read_text(encoding="utf-8") == made, "write it anew: its first lines say how"
    for role in RIGHTS.roles:
        assert f"(`{role.role}`)" in made
