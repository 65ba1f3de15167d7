"""Does a plan hang together, what changed in it, which indicators are there? The commands `plan ...`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bluehelm.cli.acting import remembered
from bluehelm.cli.answers import DONE, JSON, NO, Refusal, say, say_json, table
from bluehelm.cli.asking import UNCHANGED, asked_day, mission_refusals
from bluehelm.workflows.clock import today

if TYPE_CHECKING:
    from bluehelm.plans.framework import Framework
    from bluehelm.web.plans.actions import Amount
    from bluehelm.web.plans.models import PlanVersion
    from bluehelm.web.posts.acting import Actor
    from bluehelm.workflows.check_plan import Checked, Said

Account = Annotated[
    str | None, typer.Option("--as", envvar="BLUEHELM_ACCOUNT", callback=remembered, help="The account that acts.")
]

KINDS = ("objectives", "outcomes", "outputs", "context_indicators", "outcome_indicators", "output_indicators")

plan = typer.Typer(no_args_is_help=True, help="Check results frameworks, keep them, enter and compute their values.")


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
    context: typer.Context,
    before: Annotated[str, typer.Argument(help="The plan as it was: a YAML file, or a version's number.")],
    after: Annotated[str, typer.Argument(help="The plan as it is: a YAML file, or a version's number.")],
    mission: Annotated[str, typer.Option("--mission", help="Whose versions the numbers are.")] = "",
    account: Account = None,
    as_json: bool = JSON,
) -> None:
    """Say in words what changed between two versions of a results framework."""
    from bluehelm.workflows.check_plan import differences_json

    first, second = (_said(context.obj, text, mission, account) for text in (before, after))
    answer = differences_json(first, second)
    if as_json:
        say_json(answer)
    else:
        say("\n".join(one["words"] for one in answer["differences"]) or "They say the same.")


def _said(home: Path, text: str, mission: str, account: str | None) -> "Said":
    """A framework by the name of its file, or by its number among the versions kept."""
    from bluehelm.workflows.check_plan import Said

    if text.isdigit() and not Path(text).exists():
        with _records(home, account) as actor:
            version = _kept_version(actor, mission, text)
            from bluehelm.web.plans.reads import framework_of

            return Said(str(version), version.sha256, framework_of(version))
    checked = _checked(Path(text))
    assert checked.framework is not None  # refused otherwise
    return Said(checked.name, checked.sha256, checked.framework)


@plan.command("compute")
def compute_command(
    context: typer.Context,
    mission: Annotated[str, typer.Argument(help="The mission's acronym, such as UNMISS.")],
    file: Annotated[Path | None, typer.Option("--file", help="A framework, a YAML file; else the plan kept.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Cut what happened at this day; default today.")] = None,
    known_on: Annotated[str | None, typer.Option(help="Use the tables retrieved by this day; default now.")] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the values in the plan; changed ones are corrected.")
    ] = False,
    account: Account = None,
    as_json: bool = JSON,
) -> None:
    """Count what the filters of a plan declare, month by month, from the tables of the data folder."""
    from bluehelm.workflows.compute_plan import compute_plan, computed_json

    if keep and file:
        what = "Values are kept in the plan that was loaded; a file's are only shown."
        raise Refusal("file_is_not_kept", what, "--keep, --file", UNCHANGED, "Load the file with `bluehelm plan load`.")
    day, known = asked_day(as_of, "--as-of") or today(), asked_day(known_on, "--known-on")
    framework = _readable(file) if file else _kept_framework(context.obj, mission, account)
    with mission_refusals(mission):
        found = compute_plan(context.obj, framework, mission, as_of=day, known_on=known)
    answer = computed_json(found)
    if keep:
        with _records(context.obj, account, acting=True) as actor:
            from bluehelm.web.plans.actions import keep_computed

            answer["kept"] = keep_computed(plan=found, by=actor)
    say_json(answer) if as_json else say(_compute_text(answer))


@plan.command("load")
def load_command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A results framework: one YAML file.")],
    why: Annotated[str, typer.Option("--why", help="Why the plan is changed; it is kept.")],
    mission: Annotated[str, typer.Option("--mission", help="Whose plan it is; else that of the account's post.")] = "",
    unfinished: Annotated[
        bool, typer.Option("--unfinished", help="Keep it although the checks find problems.")
    ] = False,
    account: Account = None,
    as_json: bool = JSON,
) -> None:
    """Keep a framework as the next version of a mission's plan."""
    checked = _checked(file)
    with _records(context.obj, account, acting=True) as actor:
        from bluehelm.web.plans.actions import load_plan
        from bluehelm.web.plans.presenters import version_json

        text = file.read_text(encoding="utf-8-sig")
        of = mission or (actor.post.mission if actor.post else "")
        answer = version_json(load_plan(mission=of, text=text, why=why, by=actor, unfinished=unfinished))
    answer |= {"inputs": [{"name": checked.name, "sha256": checked.sha256}]}
    if as_json:
        say_json(answer)
    else:
        said = f"Kept       the plan of {answer['mission']} as version {answer['version']}"
        say(f"{said}\nNext       bluehelm plan compute {answer['mission']} --keep")


@plan.command("value")
def value_command(
    context: typer.Context,
    mission: Annotated[str, typer.Argument(help="The mission's acronym.")],
    indicator: Annotated[str, typer.Argument(help="The indicator's id in the plan.")],
    period: Annotated[str, typer.Argument(help="2027-03, 2027-Q1, 2027-H1, 2027 or 2026/27.")],
    source: Annotated[str, typer.Option("--source", help="The register, report or survey.")],
    value: Annotated[float | None, typer.Option(help="The value.")] = None,
    numerator: Annotated[float | None, typer.Option(help="Of a share: its numerator.")] = None,
    denominator: Annotated[float | None, typer.Option(min=0, help="Of a share: its denominator.")] = None,
    low: Annotated[float | None, typer.Option(help="The least it may be.")] = None,
    high: Annotated[float | None, typer.Option(help="The most it may be.")] = None,
    part: Annotated[list[str] | None, typer.Option(help="Which part: sex=women; may be repeated.")] = None,
    note: Annotated[str, typer.Option(help="What a reader should know.")] = "",
    correct: Annotated[str, typer.Option("--correct", help="Correct the value that stands, for this reason.")] = "",
    account: Account = None,
    as_json: bool = JSON,
) -> None:
    """Enter the value of an indicator, or correct the one that stands."""
    parts = _parts(part or [])
    with _records(context.obj, account, acting=True) as actor:
        from bluehelm.web.plans import actions
        from bluehelm.web.plans.presenters import value_json
        from bluehelm.web.plans.reads import standing_value

        amount = actions.Amount(value, low, high, numerator, denominator)
        if correct:
            standing = standing_value(mission, indicator, period, parts, actor)
            if standing is None:
                raise actions.PlanError("No value stands there yet; enter it without --correct.")
            made = actions.correct_value(
                value=standing, amount=amount, source=source, reason=correct, note=note, by=actor
            )
        else:
            made = actions.enter_value(
                mission=mission, indicator=indicator, period=period, parts=parts, amount=amount, source=source,
                note=note, by=actor,
            )  # fmt: skip
        answer = {**value_json(made), "mission": mission, "indicator": indicator}
    say_json(answer) if as_json else say(f"{'Corrected' if correct else 'Entered':<10} {made}: {made.value:g}")


@plan.command("import")
def import_command(
    context: typer.Context,
    mission: Annotated[str, typer.Argument(help="The mission's acronym.")],
    file: Annotated[Path, typer.Argument(help="Values as CSV: indicator, period, part, value, low, high, source ...")],
    account: Account = None,
    as_json: bool = JSON,
) -> None:
    """Enter the values of a CSV file, all or none."""
    from bluehelm.workflows.plan_values import ValuesError, read_values

    with _file_refusals(file), _records(context.obj, account, acting=True) as actor:
        from bluehelm.web.plans.actions import Row, import_values

        try:
            read = read_values(file)
        except ValuesError as error:
            what, next_step = f"{file.name} was not taken in.", "Correct the lines that are named, then import again."
            raise Refusal("bad_values", what, file.name, UNCHANGED, next_step, error.problems) from None
        rows = [
            Row(one.line, one.indicator, one.period, _amount(one.numbers), one.source, one.parts, one.note)
            for one in read.rows
        ]
        number = import_values(mission=mission, rows=rows, by=actor)
    answer = {"mission": mission, "values": number, "inputs": [{"name": file.name, "sha256": read.sha256}]}
    say_json(answer) if as_json else say(f"Entered    {number:,} values of {mission}")


@plan.command("show")
def show_command(
    context: typer.Context,
    mission: Annotated[str, typer.Argument(help="The mission's acronym.")],
    version: Annotated[int | None, typer.Option(min=1, help="Which version; else the newest.")] = None,
    account: Account = None,
    as_json: bool = JSON,
) -> None:
    """Show a mission's plan as it stands: values, targets, what is missing."""
    with _records(context.obj, account) as actor:
        from bluehelm.web.plans.presenters import plan_json
        from bluehelm.web.plans.reads import lines_of

        kept = _kept_version(actor, mission, str(version or ""))
        answer = plan_json(kept, lines_of(kept, actor, today()))
    if as_json:
        say_json(answer)
        return
    rows = [
        [one["id"], one["title"], _number(one["values"][-1]["value"]) if one["values"] else "",
         one["values"][-1]["period"] if one["values"] else "", f"{len(one['missing'])}"]
        for one in answer["indicators"]
    ]  # fmt: skip
    head = f"{answer['mission']}, version {answer['version']}: {answer['title']}"
    say(f"{head}\n\n" + table(["indicator", "title", "last value", "of", "missing"], rows, right=(2, 4)))


@plan.command("reports")
def reports_command(
    context: typer.Context,
    mission: Annotated[str, typer.Argument(help="The mission's acronym.")],
    account: Account = None,
    as_json: bool = JSON,
) -> None:
    """Say who reports which number to whom, what it costs, and which decisions used it."""
    with _records(context.obj, account) as actor:
        from bluehelm.web.plans.presenters import reporting_json, version_json
        from bluehelm.web.plans.used import reports_of

        kept = _kept_version(actor, mission, "")
        answer = {**version_json(kept), **reporting_json(reports_of(kept, actor))}
    if as_json:
        say_json(answer)
        return
    rows = [
        [
            one["id"],
            one["owner"] or "",
            "; ".join(one["goes_to"]),
            _number(one["minutes_a_month"]),
            f"{len(one['decisions'])}",
        ]
        for one in answer["numbers"]
    ]
    lines = [table(["number", "owed by", "goes to", "minutes a month", "decisions"], rows, right=(3, 4))]
    lines += [f"Asked twice  {one['first']}, {one['second']} ({one['why']})" for one in answer["twice"]]
    lines += [f"Gap          {gap}" for gap in answer["gaps"]]
    say("\n".join(lines))


@plan.command("factsheet")
def factsheet_command(
    context: typer.Context,
    mission: Annotated[str, typer.Argument(help="The mission's acronym.")],
    period: Annotated[str, typer.Option("--period", help="2027-Q1, 2027-H1, 2027 or 2026/27.")],
    out: Annotated[Path, typer.Option("--out", help="Where to write it: a .pdf file.")],
    outcome: Annotated[str, typer.Option("--outcome", help="One outcome by its id; else a page for each.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    account: Account = None,
    as_json: bool = JSON,
) -> None:
    """Write what is claimed of each outcome, on what it rests and what it cannot carry: a page an outcome."""
    from bluehelm.plans.periods import PeriodError
    from bluehelm.products.extras import MissingExtraError
    from bluehelm.products.factsheet import factsheets_pdf
    from bluehelm.workflows.whole_file import FileRefusedError, whole_file

    if out.suffix != ".pdf":
        raise Refusal("bad_file_name", f"{out.name} is no .pdf file.", "--out", UNCHANGED, "Name a .pdf file.")
    with _records(context.obj, account) as actor:
        from bluehelm.web.plans.factsheets import factsheets

        kept = _kept_version(actor, mission, "")
        try:
            sheets = factsheets(kept, period, actor, outcome=outcome, synthetic=_synthetic(context.obj, mission))
        except PeriodError as error:
            raise Refusal("bad_period", str(error), "--period", UNCHANGED, "Correct it.") from None
    try:
        with whole_file(out, force=force) as part:
            part.write_bytes(factsheets_pdf(sheets))
    except MissingExtraError as error:
        next_step = f"Install bluehelm[{error.extra}], then run this again."
        raise Refusal("missing_extra", str(error), "--out", UNCHANGED, next_step) from None
    except FileRefusedError as error:
        raise Refusal(error.code, error.what, error.where, UNCHANGED, error.next_step) from None
    if as_json:
        say_json({"mission": mission, "period": period, "pages": len(sheets), "out": str(out), "plan": kept.number})
    else:
        say(f"Written    {out}")


def _synthetic(home: Path, mission: str) -> str:
    """The warning of an invented mission; empty for a real one."""
    from bluehelm.products.charts import ENGLISH
    from bluehelm.workflows.registry import mission_registry

    entry = mission_registry(home).get(mission)
    return ENGLISH.synthetic if entry and entry.synthetic else ""


def _amount(numbers: dict[str, float | None]) -> "Amount":
    from bluehelm.web.plans.actions import Amount

    return Amount(
        value=numbers["value"],
        low=numbers["low"],
        high=numbers["high"],
        numerator=numbers["numerator"],
        denominator=numbers["denominator"],
    )


def _parts(given: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if wrong := [one for one, (key, sign, value) in zip(given, pairs, strict=True) if not (key and sign and value)]:
        what = f"A part is written sex=women, not {', '.join(wrong)}."
        raise Refusal("bad_part", what, "--part", UNCHANGED, "Correct it.")
    return {key.strip(): value.strip() for key, _, value in pairs}


@contextmanager
def _records(home: Path, account: str | None, *, acting: bool = False) -> "Iterator[Actor]":
    """Whoever reads or acts, with every refusal of the records told in one object."""
    from bluehelm.web.records import open_records

    if acting and not account:
        next_step = "Name one with --as, or in BLUEHELM_ACCOUNT; `bluehelm user list` names them."
        raise Refusal("no_account", "Changing a plan takes an account.", "--as", UNCHANGED, next_step)
    open_records(home)
    from bluehelm.web.plans.actions import PlanError
    from bluehelm.web.posts.acting import NotAllowedError, actor_for_command
    from bluehelm.web.posts.marked import ChangedMeanwhileError

    try:
        yield actor_for_command(account)
    except NotAllowedError as error:
        next_step = "`bluehelm user list` names the accounts and their posts."
        raise Refusal("not_allowed", error.what, f"--as {account}", UNCHANGED, next_step) from None
    except ChangedMeanwhileError as error:
        raise Refusal("changed_meanwhile", str(error), "plan", UNCHANGED, "Look at it again, then repeat.") from None
    except PlanError as error:
        problems = [f"{one.where}: {one.code}: {one.message}" for one in error.problems]
        next_step = "docs/guides/plans.md says what each needs; correct it and try again."
        raise Refusal("plan_refused", str(error), "plan", UNCHANGED, next_step, problems) from None


def _kept_version(actor: "Actor", mission: str, number: str) -> "PlanVersion":
    """A version the reader may read; the refusal is the same whether it exists or not."""
    from bluehelm.web.plans.reads import versions_of

    versions = versions_of(mission, actor)
    found = next((one for one in versions if not number or str(one.number) == number), None)
    if found is None:
        which = f"version {number} of the plan" if number else "plan"
        what = f"There is no {which} of {mission or 'a mission that is not named'!s}, or it is not addressed to you."
        next_step = "Name the mission, and the account with --as; `bluehelm plan load FILE` makes the first version."
        raise Refusal("no_such_plan", what, mission or "--mission", UNCHANGED, next_step)
    return found


def _kept_framework(home: Path, mission: str, account: str | None) -> "Framework":
    with _records(home, account) as actor:
        version = _kept_version(actor, mission, "")
        from bluehelm.web.plans.reads import framework_of

        return framework_of(version)


def _readable(file: Path) -> "Framework":
    """The framework of a file; refuses one that cannot be read."""
    framework = _checked(file).framework
    assert framework is not None  # refused otherwise
    return framework


def _checked(file: Path) -> "Checked":
    from bluehelm.workflows.check_plan import check_plan

    with _file_refusals(file):
        checked = check_plan(file)
    if checked.framework is None:
        problems = [f"{one.where}: {one.message}" for one in checked.problems]
        next_step = "`bluehelm plan check FILE` explains each; mend them and run this again."
        what = f"{file.name} cannot be read as a results framework."
        raise Refusal("unreadable_framework", what, file.name, UNCHANGED, next_step, problems)
    return checked


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
