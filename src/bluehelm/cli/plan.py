"""Does a plan hang together, what changed in it, which indicators are there? The commands `plan ...`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bluehelm.cli.answers import DONE, JSON, NO, Refusal, say, say_json, table
from bluehelm.cli.asking import UNCHANGED, asked_day, mission_refusals
from bluehelm.workflows.clock import today

if TYPE_CHECKING:
    from bluehelm.plans.framework import Framework

KINDS = ("objectives", "outcomes", "outputs", "context_indicators", "outcome_indicators", "output_indicators")

plan = typer.Typer(no_args_is_help=True, help="Check results frameworks and compare them.")


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(plan, name="plan")


@plan.command("check")
def check_command(
    file: Annotated[Path, typer.Argument(help="A results framework: one YAML file.")], as_json: bool = JSON
) -> None:
    """Say what in a results framework does not hang together; exit 1 when something does not."""
    from bluehelm.workflows.check_plan import check_plan, checked_json

    with _file_refusals(file):
        answer = checked_json(check_plan(file))
    say_json(answer) if as_json else say(_check_text(answer))
    raise typer.Exit(DONE if answer["ok"] else NO)


@plan.command("diff")
def diff_command(
    before: Annotated[Path, typer.Argument(help="The framework as it was: a YAML file.")],
    after: Annotated[Path, typer.Argument(help="The framework as it is: a YAML file.")],
    as_json: bool = JSON,
) -> None:
    """Say in words what changed between two versions of a results framework."""
    from bluehelm.plans.framework import FrameworkError
    from bluehelm.workflows.check_plan import compare_plans, differences_json

    try:
        with _file_refusals(before, after):
            answer = differences_json(*compare_plans(before, after))
    except FrameworkError as error:
        problems = [f"{one.where}: {one.message}" for one in error.problems]
        next_step = "`bluehelm plan check FILE` explains each; mend them and compare again."
        what = "One of the two cannot be read as a results framework."
        raise Refusal("unreadable_framework", what, before.name, UNCHANGED, next_step, problems) from None
    if as_json:
        say_json(answer)
    else:
        say("\n".join(one["words"] for one in answer["differences"]) or "They say the same.")


@plan.command("compute")
def compute_command(
    context: typer.Context,
    mission: Annotated[str, typer.Argument(help="The mission's acronym, such as UNMISS.")],
    file: Annotated[Path, typer.Option("--file", help="The framework whose filters are counted: a YAML file.")],
    as_of: Annotated[str | None, typer.Option(help="Cut what happened at this day; default today.")] = None,
    known_on: Annotated[str | None, typer.Option(help="Use the tables retrieved by this day; default now.")] = None,
    as_json: bool = JSON,
) -> None:
    """Count what the filters of a plan declare, month by month, from the tables of the data folder."""
    from bluehelm.workflows.compute_plan import compute_plan, computed_json

    day, known = asked_day(as_of, "--as-of") or today(), asked_day(known_on, "--known-on")
    framework = _readable(file)
    with mission_refusals(mission):
        answer = computed_json(compute_plan(context.obj, framework, mission, as_of=day, known_on=known))
    say_json(answer) if as_json else say(_compute_text(answer))


def _readable(file: Path) -> "Framework":
    """The framework of a file; refuses one that cannot be read or belongs to no mission."""
    from bluehelm.workflows.check_plan import check_plan

    with _file_refusals(file):
        checked = check_plan(file)
    if checked.framework is None:
        problems = [f"{one.where}: {one.message}" for one in checked.problems]
        next_step = "`bluehelm plan check FILE` explains each; mend them and run this again."
        what = f"{file.name} cannot be read as a results framework."
        raise Refusal("unreadable_framework", what, file.name, UNCHANGED, next_step, problems)
    return checked.framework


def _compute_text(answer: dict[str, Any]) -> str:
    rows = [
        [one["id"], period["period"], "unknown" if period["value"] is None else _number(period["value"]),
         _number(period["low"]), _number(period["high"]), _number(period["target"]),
         {True: "met", False: "not met", None: ""}[period["met"]]]
        for one in answer["indicators"]
        for period in one["periods"]
    ]  # fmt: skip
    lines = [f"{answer['mission']}, to {answer['as_of']}", ""]
    lines.append(table(["indicator", "period", "value", "low", "high", "target", ""], rows, right=(2, 3, 4, 5)))
    if answer["not_computed"]:
        lines.append(f"\nEntered by people: {', '.join(answer['not_computed'])}")
    versions = ", ".join(f"{one['table']} version {one['version']}" for one in answer["versions"]) or "none"
    return "\n".join([*lines, "", f"From  {versions}", *(f"Note  {note}" for note in answer["notes"])])


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,g}"


@plan.command("indicators")
def indicators_command(
    search: Annotated[str, typer.Argument(help="Words that stand in the title, subject or reason.")] = "",
    as_json: bool = JSON,
) -> None:
    """List the indicator library: what each counts, over what, and what it cannot say."""
    from bluehelm.definitions.plans import packaged_measures

    words = search.casefold().split()
    found = [
        {"subject": subject.subject, "status": subject.status, **one.model_dump(mode="json")}
        for subject in packaged_measures()
        for one in subject.measures
        if all(word in f"{subject.subject} {one.id} {one.title} {one.why}".casefold() for word in words)
    ]
    if as_json:
        say_json(found)
    elif found:
        rows = [[one["id"], one["title"], one["unit"], one["kind"], one["status"]] for one in found]
        say(table(["id", "title", "unit", "kind", "status"], rows))
    else:
        say(f"No indicator of the library has all of these words: {search}\nNext  bluehelm plan indicators")


@contextmanager
def _file_refusals(*files: Path) -> Iterator[None]:
    """Refuse what is no file or no text."""
    from bluehelm.workflows.check_plan import PlanFileError

    for file in files:
        if not file.is_file():
            raise Refusal("no_such_file", f"There is no file {file}.", str(file), UNCHANGED, "Check the path.")
    try:
        yield
    except PlanFileError as error:
        next_step = "Save it as UTF-8 text; docs/guides/plans.md shows a small one."
        names = ", ".join(file.name for file in files)
        raise Refusal("unreadable_file", f"{names}: {error}.", names, UNCHANGED, next_step) from None


def _check_text(answer: dict[str, Any]) -> str:
    counts = answer["counts"]
    held = ", ".join(f"{counts[kind]} {kind.replace('_', ' ')}" for kind in KINDS) if counts else "could not be read"
    lines = [f"{answer['inputs'][0]['name']}: {held}"]
    for problem in answer["problems"]:
        lines += [
            f"  {problem['where']}  {problem['code']}",
            f"      {problem['message']}",
            f"      {problem['remedy']}",
        ]
    number = len(answer["problems"])
    lines.append("It hangs together." if answer["ok"] else f"{number} problem{'' if number == 1 else 's'}.")
    lines.append(f"Rules: {answer['rules']['title']}, {answer['rules']['valid_from']}, {answer['rules']['status']}")
    return "\n".join(lines)
