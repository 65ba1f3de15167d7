"""Does every verb with --json print exactly one JSON object, whatever happens, and keep prose to stderr?"""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.web.built_demo import copied_demo, said_while_built

Run = Callable[..., Any]

# {sound}, {bad} and {absent} stand for files made by the test
COMMANDS: dict[str, tuple[int, str]] = {
    "tables": (0, "tables"),
    "import": (0, "import ucdp-ged {sound}"),
    "import of deployments": (0, "import geopko {deployments}"),
    "import of missions": (0, "import un-missions {missions}"),
    "dry run": (0, "import ucdp-ged {sound} --dry-run"),
    "rows set aside": (0, "import ucdp-ged {bad} --set-aside"),
    "brief": (0, "brief UNMISS --as-of 2017-12-31"),
    "brief of today": (0, "brief UNMISS"),
    "brief of what was known": (0, "brief UNMISS --as-of 2017-12-31 --known-on 2001-01-01"),
    "brief by days": (0, "brief UNMISS --as-of 2017-12-31 --month-rule spread"),
    "revisions": (0, "revisions events 1 1"),
    "revisions of a mission's figures": (0, "revisions events 1 1 --mission UNMISS --as-of 2017-12-31"),
    "situation": (0, "situation UNMISS --as-of 2014-01-31"),
    "situation of today": (0, "situation UNMISS"),
    "quality": (0, "quality --as-of 2017-12-31"),
    "score of no such forecast": (2, "outlook score {absent} {absent} --unit-column id --month-column month"),
    "no such month rule": (2, "brief UNMISS --month-rule halves"),
    "revisions of no such version": (2, "revisions events 1 9"),
    "revisions of places": (2, "revisions deployments 1 1"),
    "situation of no such mission": (2, "situation ATLANTIS"),
    "quality of no such day": (2, "quality --as-of 2017-02-30"),
    "place in no such country": (2, "place Bor --country ZZZ"),
    "bad row": (2, "import ucdp-ged {bad}"),
    "bad row in a dry run": (2, "import ucdp-ged {bad} --dry-run"),
    "no such file": (2, "import ucdp-ged {absent}"),
    "no such provider": (2, "import nobody {sound}"),
    "no file named": (2, "import ucdp-ged"),
    "no provider named": (2, "import"),
    "one file too many": (2, "import ucdp-ged {sound} {sound}"),
    "no such option": (2, "import ucdp-ged {sound} --force"),
    "no such mission": (2, "brief ATLANTIS --as-of 2017-12-31"),
    "no mission named": (2, "brief --as-of 2017-12-31"),
    "no such day": (2, "brief UNMISS --as-of 2017-02-30"),
    "a clock without its day": (2, "brief UNMISS --as-of"),
    "no such verb": (2, "frobnicate"),
}
REFUSED_IMPORTS = ["bad row", "bad row in a dry run", "no such file"]
IMPORT_KEYS = {"table", "version", "rows", "set_aside", "reasons", "flags", "sha256"}


@pytest.fixture
def words(tmp_path: Path, files: Any) -> Callable[[str], list[str]]:
    """The words of a command, with the test's own files in place."""
    made = {
        "sound": files.ged(),
        "bad": files.ged({3: {"latitude": "91"}}),
        "deployments": files.valid("geopko"),
        "missions": files.valid("un-missions"),
    }
    for name, content in made.items():
        (tmp_path / f"{name}.csv").write_bytes(content)
    places = {name: str(tmp_path / f"{name}.csv") for name in [*made, "absent"]}
    return lambda line: [places.get(word.strip("{}"), word) for word in line.split()]


def is_json_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict | list)
    except json.JSONDecodeError:
        return False


def check_prose(text: str) -> None:
    assert "Traceback" not in text
    assert not is_json_object(text)
    assert not any(is_json_object(line) for line in text.splitlines())


@pytest.mark.parametrize("case", COMMANDS)
def test_stdout_is_one_object_and_stderr_is_prose(
    case: str, home: Path, run: Run, words: Callable[[str], list[str]]
) -> None:
    code, line = COMMANDS[case]
    done = run(home, *words(line), "--json")
    assert done.code == code, done.stdout + done.stderr
    assert ("error" in done.answer) == (code != 0)
    assert "\x1b" not in done.stdout
    check_prose(done.stderr)


@pytest.mark.parametrize("verb", ["tables", "missions", "providers"])
def test_a_list_is_one_object_or_array_even_in_an_empty_home(verb: str, tmp_path: Path, run: Run) -> None:
    done = run(tmp_path / "nothing", verb, "--json")
    assert done.code == 0
    assert isinstance(json.loads(done.stdout), dict | list)
    check_prose(done.stderr)


@pytest.mark.parametrize("case", [case for case, (code, _) in COMMANDS.items() if code == 2])
def test_an_error_says_what_where_what_is_unchanged_and_what_next(
    case: str, home: Path, run: Run, words: Callable[[str], list[str]]
) -> None:
    error = run(home, *words(COMMANDS[case][1]), "--json").answer["error"]
    for key in ("code", "what", "where", "unchanged", "next"):
        assert isinstance(error[key], str), f"error.{key} is {error[key]!r}"
        assert error[key].strip(), f"error.{key} is empty"
    assert isinstance(error["problems"], list)


@pytest.mark.parametrize("case", REFUSED_IMPORTS)
def test_a_refused_import_holds_the_error_and_the_import(
    case: str, home: Path, run: Run, words: Callable[[str], list[str]]
) -> None:
    answer = run(home, *words(COMMANDS[case][1]), "--json").answer
    assert IMPORT_KEYS | {"error"} <= set(answer)
    assert answer["version"] is None


@pytest.mark.parametrize("case", ["tables", "import", "brief", "bad row", "no file named"])
def test_a_process_of_its_own_says_the_same(
    case: str, home: Path, run_process: Run, words: Callable[[str], list[str]]
) -> None:
    code, line = COMMANDS[case]
    done = run_process(home, *words(line), "--json")
    assert done.code == code, done.stdout + done.stderr
    assert ("error" in done.answer) == (code != 0)
    check_prose(done.stderr)


def test_a_terminal_that_knows_only_ascii_still_gets_json(home: Path, tmp_path: Path, run_process: Run) -> None:
    absent = tmp_path / "événements.csv"
    narrow = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    done = run_process(home, "import", "ucdp-ged", absent, "--json", **narrow)
    assert done.code == 2
    assert done.answer["version"] is None


def test_the_home_is_taken_from_the_option_before_the_environment(
    home: Path, tmp_path: Path, run: Run, run_process: Run
) -> None:
    asked = run_process(tmp_path / "empty", "--home", home, "tables", "--json")
    assert asked.stdout == run(home, "tables", "--json").stdout
    assert asked.stdout != run(tmp_path / "empty", "tables", "--json").stdout


def test_the_answer_to_an_import_has_its_keys_and_types(
    home: Path, run: Run, words: Callable[[str], list[str]]
) -> None:
    answer = run(home, *words("import ucdp-ged {bad} --set-aside"), "--json").answer
    assert set(answer) >= IMPORT_KEYS
    kinds = {"table": str, "version": int, "rows": int, "set_aside": int, "sha256": str}
    assert {key: type(answer[key]) for key in kinds} == kinds
    for counted in (*answer["reasons"], *answer["flags"]):
        assert {"reason", "count", "first_line"} <= set(counted)


def test_the_tables_name_each_version_and_its_digest(home: Path, run: Run, words: Callable[[str], list[str]]) -> None:
    answer = run(home, *words("import ucdp-ged {bad} --set-aside"), "--json").answer
    listed = run(home, "tables", "--json")
    assert answer["sha256"] in listed.stdout
    for table in ("events", "deployments", "missions"):
        assert f'"{table}"' in listed.stdout


def test_the_answer_to_a_brief_has_its_keys(home: Path, run: Run) -> None:
    answer = run(home, "brief", "UNMISS", "--as-of", "2017-12-31", "--json").answer
    assert {"mission", "as_of", "known_on", "scope", "events", "presence", "hotspots", "versions"} <= set(answer)
    assert {"countries", "area"} <= set(answer["scope"])
    asked = {"count", "best", "low", "high", "by_type", "by_month", "month_rule", "spanning_months"}
    assert asked | {"last_covered_month"} <= set(answer["events"])
    assert set(answer["events"]["by_type"]) == {"state-based", "non-state", "one-sided"}
    assert {"as_of_month", "locations", "troops", "unknown_strength"} <= set(answer["presence"])
    assert all({"gid", "lat", "lon", "best"} <= set(spot) for spot in answer["hotspots"])
    for version in answer["versions"]:
        assert {"table", "version", "sha256", "retrieved"} <= set(version)
        date.fromisoformat(version["retrieved"])


def test_the_same_question_gets_the_same_bytes(home: Path, run: Run) -> None:
    question = ("brief", "UNMISS", "--as-of", "2017-12-31", "--json")
    assert run(home, *question).stdout == run(home, *question).stdout


def test_the_answer_comes_first_without_json_too(home: Path, run: Run, words: Callable[[str], list[str]]) -> None:
    done = run(home, *words("import ucdp-ged {bad}"))
    assert done.code == 2
    check_prose(done.stdout)
    check_prose(done.stderr)
    assert "91" in done.stdout + done.stderr or "latitude" in done.stdout + done.stderr


@pytest.mark.long
def test_the_demonstration_ends_without_serving(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, run: Run
) -> None:
    for channel in said_while_built(tmp_path_factory):
        check_prose(channel)
    empty = run(tmp_path / "empty", "tables", "--json").stdout
    assert run(copied_demo(tmp_path_factory, "ended"), "tables", "--json").stdout != empty
