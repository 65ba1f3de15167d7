"""Does the reading of definitions refuse what YAML's library lets pass, and say where it stands?"""

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluehelm.definitions import DefinitionError, parse_areas, parse_header, parse_missions

HEADER = """
title: Missions for a test
source: invented
valid_from: 2026-01-01
status: draft
checked_by: null
review_on: 2027-01-01
"""
ENTRY = """
  - mission: {mission}
    name: A mission
    start_on: {start_on}
    end_on: null
    hosts: [{host}]
    headquarters: null
    kind: {kind}
    area: whole-country
"""


def entry(mission: str = "AAA", start_on: str = "2020-01-31", host: str = "SSD", kind: str = "other") -> str:
    return ENTRY.format(mission=mission, start_on=start_on, host=host, kind=kind)


def problems_of(text: str) -> list[str]:
    with pytest.raises(DefinitionError) as refusal:
        parse_missions(text, "mine.yaml")
    return refusal.value.problems


def test_a_sound_file_is_taken_in():
    assert parse_missions(HEADER + "missions:" + entry(), "mine.yaml").missions[0].hosts == ("SSD",)


def test_a_repeated_key_is_refused_with_its_line():
    assert problems_of(HEADER + "missions:" + entry() + "    kind: peacekeeping\n") == [
        "mine.yaml: line 17: key kind is written twice"
    ]


def test_an_unknown_key_is_refused():
    told = problems_of(HEADER + "colour: blue\nmissions:" + entry() + "    size: 3\n")
    assert told == [
        "mine.yaml: missions, AAA, size: is not a known key (given: 3)",
        "mine.yaml: colour: is not a known key (given: 'blue')",
    ]


@pytest.mark.parametrize("day", ["2011-02-30", "July 2011", "2011-07-08 12:00:00", "20110708", "2011-07", "''"])
def test_what_is_not_a_day_is_refused(day: str):
    (told,) = problems_of(HEADER + "missions:" + entry(start_on=day))
    assert told.startswith("mine.yaml: missions, AAA, start_on: is not a date written YYYY-MM-DD")


def test_problems_of_all_entries_are_told_together_and_by_name():
    text = HEADER.replace("2027-01-01", "2025-01-01") + "missions:"
    text += entry("AAA", host="QQQ") + entry("BBB", kind="invasion") + entry("CCC", start_on="2001-13-01")
    told = problems_of(text + entry("AAA"))
    named = ["AAA: is listed 2 times", "AAA, hosts", "BBB, kind", "CCC, start_on", "review_on"]
    assert len(told) == len(named)
    assert all(any(name in line for line in told) for name in named)


def test_the_message_says_what_where_what_is_unchanged_and_what_to_do_next():
    with pytest.raises(DefinitionError) as refusal:
        parse_missions(HEADER + "missions:" + entry(host="QQQ"), "mine.yaml")
    first, problem, last = str(refusal.value).splitlines()
    assert first == "mine.yaml was not taken in: 1 problem."
    assert "missions, AAA, hosts" in problem and "QQQ" in problem
    assert last == "Nothing was loaded from it. Correct the file and load it again."


def test_nothing_is_converted():
    told = problems_of(HEADER.replace("invented", "7") + "missions:" + entry(kind="[other]"))
    assert any("source" in line for line in told) and any("kind" in line for line in told)


@pytest.mark.parametrize("text", ["", "- 1\n- 2\n", "just words", "a: [", "a: &x [1]\nb: *x", "a: \t1", "[" * 2000])
def test_what_is_no_plain_mapping_is_refused(text: str):
    (told,) = problems_of(text)
    assert told.startswith("mine.yaml: ")


def test_aliases_cannot_swell_a_file():
    levels = "".join(f"l{i}: &l{i} [{', '.join(f'*l{i - 1}' for _ in range(9))}]\n" for i in range(1, 20))
    (told,) = problems_of("l0: &l0 [1]\n" + levels)
    assert "aliases are not allowed" in told


yaml_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)  # a busy machine is not a wrong answer
@given(st.text() | st.dictionaries(st.sampled_from(["title", "missions", "areas", "mission"]), yaml_values).map(repr))
def test_whatever_the_text_only_a_definition_error_is_raised(text: str):
    for parse in (parse_missions, parse_areas, parse_header):
        with pytest.raises(DefinitionError):
            parse(text, "any.yaml")


def test_importing_the_package_opens_no_definition_and_no_table():
    watch = (
        "import sys; seen = []\n"
        "sys.addaudithook(lambda event, args: seen.append(str(args[0])) if event == 'open' else None)\n"
        "import bluehelm.definitions\n"
        "print([name for name in seen if name.endswith(('.yaml', '.csv'))])"
    )
    here = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", watch], capture_output=True, text=True, check=True, env=here)
    assert run.stdout.strip() == "[]"
