"""Is every change between two versions of a plan told in words, and nothing else?"""

from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from bluehelm.language import speaking
from bluehelm.plans import framework
from bluehelm.plans.differences import differences
from bluehelm.plans.framework import parse_framework
from bluehelm.plans.names import FIELDS, place_in_words
from tests.plans.frameworks import SOUND, sound, spoilt


def words(old: str, new: str) -> list[str]:
    return [str(one) for one in differences(sound(), spoilt(old, new))]


def test_a_plan_does_not_differ_from_itself():
    assert differences(sound(), sound()) == []


def test_a_changed_target_is_told_with_what_it_was():
    said = words("targets: [{period: 2027-H2, value: 12}]", "targets: [{period: 2027-H2, value: 15}]")
    assert said == ["Changed targets of indicator I1: period 2027-H2, value 12 became period 2027-H2, value 15"]


def test_a_line_that_is_new_and_one_that_is_gone_are_told():
    assert words(", owner: force}", "}") == ["Changed owner of indicator I4: force became nothing"]
    assert words("unit: days, better: higher,", "unit: days, better: higher, area: north,") == [
        "Changed area of indicator I4: nothing became north"
    ]


def test_a_part_taken_out_is_one_line_with_its_title():
    said = words("    - {id: D2, title: Market committees, of: peace}\n", "")
    assert said == ["Took out driver D2: Market committees"]
    back = differences(spoilt("    - {id: D2, title: Market committees, of: peace}\n", ""), sound())
    assert [str(one) for one in back] == ["Added driver D2: Market committees"]


def test_an_indicator_that_moves_keeps_its_id_and_is_told_as_moved():
    line = SOUND[SOUND.index("              - {id: I4") : SOUND.index("            activities:")]
    moved = SOUND.replace(line, "").replace(
        "            indicators:\n            activities:", "            activities:"
    )
    moved = moved.replace(
        "        outputs:\n", line.replace("              - {id", "          - {id") + "        outputs:\n"
    )
    found = [str(one) for one in differences(sound(), parse_framework(moved, "plan.yaml"))]
    assert found == ["Moved indicator I4 from P1 to O1.1"]


def test_the_frame_itself_is_told():
    assert words("last_month: 2028-06", "last_month: 2028-12") == [
        "Changed last month of framework: 2028-06 became 2028-12"
    ]


@given(st.sampled_from([("value: 12", "value: 13"), ("of: peace", "of: conflict"), ("id: I2", "id: I7")]))
def test_back_and_forth_name_the_same_parts(change: tuple[str, str]):
    changed = spoilt(*change)
    there = {(one.part, one.id) for one in differences(sound(), changed)}
    back = {(one.part, one.id) for one in differences(changed, sound())}
    assert there == back != set()


def test_what_was_taken_out_is_said_so_in_french_too():
    with speaking("fr"):
        said = words("    - {id: D2, title: Market committees, of: peace}\n", "")
    assert len(said) == 1 and said[0].endswith("Market committees")


def test_parts_and_fields_are_named_in_french():
    with speaking("fr"):
        (said,) = words(", owner: force}", "}")
    assert "responsable" in said and "indicateur I4" in said


def test_every_part_and_field_of_a_framework_has_its_name():
    kinds = [kind for kind in vars(framework).values() if isinstance(kind, type) and issubclass(kind, BaseModel)]
    assert {field for kind in kinds for field in kind.model_fields} - {"id"} == set(FIELDS)
    titles = place_in_words("O1/O1.1/I1", sound())
    assert titles.endswith(
        "Herders and farmers settle disputes without violence › Disputes settled by market committees"
    )
    assert place_in_words("context/indicators/C1/better", sound()) == (
        "context › indicators › Deaths in the north › what is better"
    )
