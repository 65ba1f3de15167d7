"""Does every definition say what it is, who checked it and when it is due?"""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluehelm.definitions import DefinitionError, Header, due_for_review, parse_header

TEXT = """
title: Borders to be dashed
source: invented
valid_from: 2026-01-01
status: {status}
checked_by: {checked_by}
review_on: 2027-01-01
pairs: [[AAA, BBB]]
"""


def header(status: str = "draft", checked_by: str = "null") -> Header:
    return parse_header(TEXT.format(status=status, checked_by=checked_by), "lines.yaml")


def test_the_header_of_any_definition_can_be_read_whatever_its_content():
    assert header().title == "Borders to be dashed"


def test_what_is_checked_names_the_role_that_checked_it():
    assert header("checked", "cartographer").checked_by == "cartographer"
    with pytest.raises(DefinitionError, match="checked_by: is null although the status is checked"):
        header("checked")


@pytest.mark.parametrize("status", ["final", "Draft", "true", "null"])
def test_only_draft_and_checked_are_known(status: str):
    with pytest.raises(DefinitionError, match="status"):
        header(status)


@pytest.mark.parametrize("key", Header.model_fields)
def test_no_header_key_may_be_missing(key: str):
    lines = [line for line in TEXT.format(status="draft", checked_by="null").splitlines() if not line.startswith(key)]
    with pytest.raises(DefinitionError) as refusal:
        parse_header("\n".join(lines), "lines.yaml")
    assert refusal.value.problems == [f"lines.yaml: {key}: is missing"]


@pytest.mark.parametrize("blank", ["''", "' '", "' padded'"])
def test_text_is_neither_empty_nor_padded(blank: str):
    with pytest.raises(DefinitionError, match="title"):
        parse_header(TEXT.format(status="draft", checked_by="null").replace("Borders to be dashed", blank), "x")


def test_a_header_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        header().title = "another"  # type: ignore[misc]


days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@settings(deadline=None)  # a busy machine is not a wrong answer
@given(st.lists(days, max_size=8), days)
def test_due_are_those_whose_review_day_has_passed_longest_overdue_first(review_days: list[date], today: date):
    base = header().model_dump() | {"valid_from": date(1990, 1, 1)}
    headers = [Header(**(base | {"review_on": day})) for day in review_days]
    assert [h.review_on for h in due_for_review(headers, today)] == sorted(day for day in review_days if day < today)


def test_on_the_review_day_itself_nothing_is_due():
    assert due_for_review([header()], header().review_on) == []
    assert due_for_review([header()], header().review_on + timedelta(days=1)) == [header()]
