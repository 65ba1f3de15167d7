"""Can every definition in the package be loaded, and which are past their review?"""

from datetime import UTC, date, datetime

import pytest

from bluehelm.definitions import (
    DefinitionError,
    due_for_review,
    packaged_names,
    packaged_text,
    parse_areas,
    parse_header,
    parse_missions,
)


@pytest.mark.parametrize("name", packaged_names())
def test_every_packaged_definition_says_what_it_is(name: str):
    header = parse_header(packaged_text(name), name)
    assert header.status == "checked" or header.checked_by is None


@pytest.mark.parametrize("name", [name for name in packaged_names() if name.startswith("areas/")])
def test_every_packaged_area_loads(name: str):
    assert parse_areas(packaged_text(name), name).areas


def test_the_packaged_registry_loads():
    assert parse_missions(packaged_text("missions.yaml"), "missions.yaml").missions


def test_definitions_past_their_review_are_listed(capsys):
    """Lists them for whoever runs the tests; a date that passes must not turn a green build red."""
    headers = [parse_header(packaged_text(name), name) for name in packaged_names()]
    for header in due_for_review(headers, datetime.now(UTC).date()):
        with capsys.disabled():
            print(f"\npast its review day {header.review_on}: {header.title}")
    assert len(due_for_review(headers, date.max)) == len(headers)


def test_a_name_that_is_not_packaged_is_refused_and_a_near_one_offered():
    with pytest.raises(DefinitionError, match=r"did you mean areas/unifil\.yaml"):
        packaged_text("areas/unifl.yaml")
    with pytest.raises(DefinitionError, match="no definition of this name"):
        packaged_text("../tables/countries.csv")
