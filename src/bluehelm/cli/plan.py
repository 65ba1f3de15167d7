"""Does a plan hang together, what changed in it, which indicators are there? The commands `plan ...`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bluehelm.cli.acting import remembered
from bluehelm.cli.answers import DONE, JSON, NO, Refusal, say, say_json, table
from bluehelm.cli.asking import UNCHANGED, asked_day, mission_refusals
from bluehelm.language import _, called, figure, ngettext
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
        say("\n".join(one["words"] for one in answer["differences"]) or _("They say the same."))


def _said(home: Path, text: str, mission: str, account: str | None) -> "Said":
    """A framework by the name of its file, or by its number among the versions kept."""
    from bluehelm.workflows.check_plan import Said

    if text.isdigit() and not Path(text).exists():
        with _records(home, account) as actor:
            version = _kept_version(actor, mission, text)
            from bluehelm.web.plans.reads import framework_as_read

            return Said(str(version), version.sha256, framework_as_read(version, actor))
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
    own: Annotated[
        bool, typer.Option("--own", help="From the mission's own approved incidents; never both together.")
    ] = False,
    account: Account = None,
    as_json: bool = JSON,
) -> None:
    """Count what the filters of a plan declare, month by month, from the tables of the data folder."""
    from bluehelm.workflows.compute_plan import compute_plan, computed_json

    if keep and file:
        what = _("Values are kept in the plan that was loaded; a file's are only shown.")
        raise Refusal(
            "file_is_not_kept", what, "--keep, --file", UNCHANGED, _("Load the file with `bluehelm plan load`.")
        )
    if keep and own:
        what = _("A plan keeps the values of its declared table; the mission's own are shown beside them.")
        raise Refusal("own_is_not_kept", what, "--keep, --own", UNCHANGED, _("Leave one of them out."))
    day, known = asked_day(as_of, "--as-of") or today(), asked_day(known_on, "--known-on")
    framework = _readable(file) if file else _kept_framework(context.obj, mission, account)
    with mission_refusals(mission):
        found = compute_plan(context.obj, framework, mission, as_of=day, known_on=known, own=own)
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
    decision: Annotated[int | None, typer.Option(min=1, help="The decision it carries out, by its number.")] = None,
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
        from bluehelm.web.plans.presenters import told, version_json
        from bluehelm.web.plans.reads import owners_without_post_of

        text = file.read_text(encoding="utf-8-sig")
        of = mission or (actor.post.mission if actor.post else "")
        kept = load_plan(mission=of, text=text, why=why, by=actor, unfinished=unfinished, decision=decision)
        answer = version_json(kept) | {"warnings": told(owners_without_post_of(kept), checked.framework)}
    answer |= {"inputs": [{"name": checked.name, "sha256": checked.sha256}]}
    if as_json:
        say_json(answer)
    else:
        said = _(
            "Kept       the plan of {mission} as version {version}",
            mission=answer["mission"],
            version=answer["version"],
        )
        for one in answer["warnings"]:
            said += "\n" + _("Warning    {message} {remedy}", message=one["message"], remedy=one["remedy"])
        say(_("{said}\nNext       bluehelm plan compute {mission} --keep", said=said, mission=answer["mission"]))


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
    count: Annotated[
        list[str] | None, typer.Option(help="Of a distribution: how many in a category, safe=12; may be repeated.")
    ] = None,
    note: Annotated[str, typer.Option(help="What a reader should know.")] = "",
    correct: Annotated[str, typer.Option("--correct", help="Correct the value that stands, for this reason.")] = "",
    account: Account = None,
    as_json: bool = JSON,
) -> None:
    """Enter the value of an indicator, or correct the one that stands."""
    parts, counts = _parts(part or []), _counts(count or [])
    with _records(context.obj, account, acting=True) as actor:
        from bluehelm.web.plans import actions
        from bluehelm.web.plans.presenters import value_json
        from bluehelm.web.plans.reads import standing_value

        amount = actions.Amount(value, low, high, numerator, denominator, counts)
        if correct:
            standing = standing_value(mission, indicator, period, parts, actor)
            if standing is None:
                raise actions.PlanError(_("No value stands there yet; enter it without --correct."))
            made = actions.correct_value(
                value=standing, amount=amount, source=source, reason=correct, note=note, by=actor
            )
        else:
            made = actions.enter_value(
                mission=mission, indicator=indicator, period=period, parts=parts, amount=amount, source=source,
                note=note, by=actor,
            )  # fmt: skip
        answer = {**value_json(made), "mission": mission, "indicator": indicator}
    say_json(answer) if as_json else say(
        f"{_('Corrected') if correct else _('Entered'):<10} {made}: {_said_value(made.value, counts)}"
    )


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
            what, next_step = (
                _("{name} was not taken in.", name=file.name),
                _("Correct the lines that are named, then import again."),
            )
            raise Refusal("bad_values", what, file.name, UNCHANGED, next_step, error.problems) from None
        rows = [
            Row(one.line, one.indicator, one.period, _amount(one.numbers, one.counts), one.source, one.parts, one.note)
            for one in read.rows
        ]
        number = import_values(mission=mission, rows=rows, by=actor)
    answer = {"mission": mission, "values": number, "inputs": [{"name": file.name, "sha256": read.sha256}]}
    say_json(answer) if as_json else say(_("Entered    {number:,} values of {mission}", number=number, mission=mission))


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
        answer = plan_json(kept, lines_of(kept, actor, today()), actor)
    if as_json:
        say_json(answer)
        return
    rows = [
        [one["id"], one["title"], _number(one["values"][-1]["value"]) if one["values"] else "",
         one["values"][-1]["period"] if one["values"] else "", f"{len(one['missing'])}"]
        for one in answer["indicators"]
    ]  # fmt: skip
    head = _(
        "{mission}, version {version}: {title}",
        mission=answer["mission"],
        version=answer["version"],
        title=answer["title"],
    )
    say(f"{head}\n\n" + table([_("indicator"), _("title"), _("last value"), _("of"), _("missing")], rows, right=(2, 4)))


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
    lines = [table([_("number"), _("owed by"), _("goes to"), _("minutes a month"), _("decisions")], rows, right=(3, 4))]
    lines += [
        _("Asked twice  {first}, {second} ({why})", first=one["first"], second=one["second"], why=one["why"])
        for one in answer["twice"]
    ]
    lines += [_("Gap          {gap}", gap=gap) for gap in answer["gaps"]]
    say("\n".join(lines))


Period = Annotated[str, typer.Option("--period", help="2027-Q1, 2027-H1, 2027 or 2026/27.")]
Out = Annotated[Path, typer.Option("--out", help="Where to write it: a .pdf, .docx, .xlsx or .csv (SDMX) file.")]
OneOutcome = Annotated[str, typer.Option("--outcome", help="One outcome by its id; else all of them.")]
Template = Annotated[
    Path | None, typer.Option("--template", help="A Word template of your own, begun from `plan template`.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]


@plan.command("factsheet")
def factsheet_command(
    context: typer.Context,
    mission: Annotated[str, typer.Argument(help="The mission's acronym.")],
    period: Period,
    out: Out,
    outcome: OneOutcome = "",
    template: Template = None,
    force: Force = False,
    account: Account = None,
    as_json: bool = JSON,
) -> None:
    """Write what is claimed of each outcome, on what it rests and what it cannot carry: a page an outcome."""
    _write_paper("factsheet", context.obj, mission, period, out, outcome, template, force, account, as_json)


@plan.command("report")
def report_command(
    context: typer.Context,
    mission: Annotated[str, typer.Argument(help="The mission's acronym.")],
    period: Period,
    out: Out,
    outcome: OneOutcome = "",
    template: Template = None,
    force: Force = False,
    account: Account = None,
    as_json: bool = JSON,
) -> None:
    """Write the assessment report of a round: evidence, judgement, dissent and what was recommended."""
    _write_paper("report", context.obj, mission, period, out, outcome, template, force, account, as_json)


@plan.command("annex")
def annex_command(
    context: typer.Context,
    mission: Annotated[str, typer.Argument(help="The mission's acronym.")],
    period: Period,
    out: Out,
    outcome: OneOutcome = "",
    template: Template = None,
    force: Force = False,
    account: Account = None,
    as_json: bool = JSON,
) -> None:
    """Write the annex of a Secretary-General's report: the numbers that the plan sends to each of its sections."""
    _write_paper("annex", context.obj, mission, period, out, outcome, template, force, account, as_json)


@plan.command("dashboard")
def dashboard_command(
    context: typer.Context,
    mission: Annotated[str, typer.Argument(help="The mission's acronym.")],
    period: Period,
    out: Out,
    outcome: OneOutcome = "",
    template: Template = None,
    force: Force = False,
    account: Account = None,
    as_json: bool = JSON,
) -> None:
    """Write what changed by a period's end, what is due, and what was decided and is not done."""
    _write_paper("dashboard", context.obj, mission, period, out, outcome, template, force, account, as_json)


@plan.command("template")
def template_command(
    out: Annotated[Path, typer.Option("--out", help="Where to write it: a .docx file.")],
    force: Force = False,
    as_json: bool = JSON,
) -> None:
    """Write the Word template of a plan's papers, to edit and give back with --template."""
    from bluehelm.products.plan_word import plan_template

    if out.suffix != ".docx":
        raise Refusal(
            "bad_file_name", _("{name} is no .docx file.", name=out.name), "--out", UNCHANGED, _("Name a .docx file.")
        )
    with _paper_refusals(), _written(out, force) as part:
        part.write_bytes(plan_template())
    say_json({"out": str(out)}) if as_json else say(_("Written    {out}", out=out))


def _write_paper(
    kind: str, home: Path, mission: str, period: str, out: Path, outcome: str, template: Path | None, force: bool,
    account: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Write one paper in the format its name asks for, and note that it left."""
    form = out.suffix.removeprefix(".")
    if form not in ("pdf", "docx", "xlsx", "csv"):
        what = _("{name} names none of .pdf, .docx, .xlsx and .csv.", name=out.name)
        raise Refusal("bad_file_name", what, "--out", UNCHANGED, _("Name a file with one of them."))
    if template and form != "docx":
        what = _("A template is for a Word file.")
        raise Refusal("template_for_word", what, "--template", UNCHANGED, _("Name a .docx file with --out."))
    given = _template(template)
    with _records(home, account) as actor, _paper_refusals():
        from bluehelm.web.plans.filing import filed

        kept = _kept_version(actor, mission, "")
        with _written(out, force) as part:
            left = filed(
                kind, form, kept, period, actor, outcome=outcome, synthetic=_synthetic(home, mission), template=given
            )
            part.write_bytes(left.content)
    answer = {"mission": mission, "paper": kind, "period": period, "out": str(out), **left.told}
    if as_json:
        say_json(answer)
    else:
        held = _(", {held_back:,} held back", held_back=answer["held_back"]) if answer["held_back"] else ""
        say(
            _(
                "Written    {out}: {figures:,} figures{held}\nLogged     release {release}",
                out=out,
                figures=answer["figures"],
                held=held,
                release=answer["release"],
            )
        )


def _template(path: Path | None) -> bytes | None:
    if path is None:
        return None
    if not path.is_file():
        raise Refusal(
            "no_such_file", _("There is no file {path}.", path=path), "--template", UNCHANGED, _("Check the path.")
        )
    return path.read_bytes()


@contextmanager
def _written(out: Path, force: bool) -> Iterator[Path]:
    from bluehelm.workflows.whole_file import FileRefusedError, whole_file

    try:
        with whole_file(out, force=force) as part:
            yield part
    except FileRefusedError as error:
        raise Refusal(error.code, error.what, error.where, UNCHANGED, error.next_step) from None


@contextmanager
def _paper_refusals() -> Iterator[None]:
    """Refuse what is no period, an unsound template, and a format whose library is not installed."""
    from bluehelm.plans.periods import PeriodError
    from bluehelm.products.brief_docx import TemplateProblemError
    from bluehelm.products.extras import MissingExtraError

    try:
        yield
    except PeriodError as error:
        raise Refusal("bad_period", str(error), "--period", UNCHANGED, _("Correct it.")) from None
    except TemplateProblemError as error:
        next_step = _("Begin from the one that `bluehelm plan template` writes.")
        what = _("The template cannot be filled: {error}", error=error)
        raise Refusal("bad_template", what, "--template", UNCHANGED, next_step) from None
    except MissingExtraError as error:
        next_step = _("Install bluehelm[{extra}], then run this again.", extra=error.extra)
        raise Refusal("missing_extra", str(error), "--out", UNCHANGED, next_step) from None


def _synthetic(home: Path, mission: str) -> str:
    """The warning of an invented mission; empty for a real one."""
    from bluehelm.products.charts import chart_words
    from bluehelm.workflows.registry import mission_registry

    entry = mission_registry(home).get(mission)
    return chart_words().synthetic if entry and entry.synthetic else ""


def _amount(numbers: dict[str, float | None], counts: dict[str, float]) -> "Amount":
    from bluehelm.web.plans.actions import Amount

    return Amount(
        value=numbers["value"],
        low=numbers["low"],
        high=numbers["high"],
        numerator=numbers["numerator"],
        denominator=numbers["denominator"],
        counts=counts,
    )


def _parts(given: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if wrong := [one for one, (key, sign, value) in zip(given, pairs, strict=True) if not (key and sign and value)]:
        what = _("A part is written sex=women, not {wrong}.", wrong=", ".join(wrong))
        raise Refusal("bad_part", what, "--part", UNCHANGED, _("Correct it."))
    return {key.strip(): value.strip() for key, _rest, value in pairs}


def _counts(given: list[str]) -> dict[str, float]:
    found = {}
    for one in given:
        category, sign, number = one.rpartition("=")
        if not (category.strip() and sign and number.strip().isdecimal()):
            what = _("A count is written safe=12, not {one}.", one=one)
            raise Refusal("bad_count", what, "--count", UNCHANGED, _("Correct it."))
        found[category.strip()] = float(number)
    return found


def _said_value(value: float | None, counts: dict[str, float]) -> str:
    return figure(value, "g") if value is not None else ", ".join(f"{name} {count:g}" for name, count in counts.items())


@contextmanager
def _records(home: Path, account: str | None, *, acting: bool = False) -> "Iterator[Actor]":
    """Whoever reads or acts, with every refusal of the records told in one object."""
    from bluehelm.web.records import open_records

    if acting and not account:
        next_step = _("Name one with --as, or in BLUEHELM_ACCOUNT; `bluehelm user list` names them.")
        raise Refusal("no_account", _("Changing a plan takes an account."), "--as", UNCHANGED, next_step)
    open_records(home)
    from bluehelm.web.plans.actions import PlanError
    from bluehelm.web.posts.acting import NotAllowedError, actor_for_command
    from bluehelm.web.posts.marked import ChangedMeanwhileError

    try:
        yield actor_for_command(account)
    except NotAllowedError as error:
        next_step = _("`bluehelm user list` names the accounts and their posts.")
        raise Refusal("not_allowed", error.what, f"--as {account}", UNCHANGED, next_step) from None
    except ChangedMeanwhileError as error:
        raise Refusal("changed_meanwhile", str(error), "plan", UNCHANGED, _("Look at it again, then repeat.")) from None
    except PlanError as error:
        problems = [f"{one.where}: {one.code}: {one.message}" for one in error.problems]
        next_step = _("docs/guides/plans.md says what each needs; correct it and try again.")
        raise Refusal("plan_refused", str(error), "plan", UNCHANGED, next_step, problems) from None


def _kept_version(actor: "Actor", mission: str, number: str) -> "PlanVersion":
    """A version the reader may read; the refusal is the same whether it exists or not."""
    from bluehelm.web.plans.reads import versions_of

    versions = versions_of(mission, actor)
    found = next((one for one in versions if not number or str(one.number) == number), None)
    if found is None:
        which = _("version {number} of the plan", number=number) if number else _("plan")
        what = _(
            "There is no {which} of {mission!s}, or it is not addressed to you.",
            which=which,
            mission=mission or _("a mission that is not named"),
        )
        next_step = _("Name the mission, and the account with --as; `bluehelm plan load FILE` makes the first version.")
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
        next_step = _("`bluehelm plan check FILE` explains each; mend them and run this again.")
        what = _("{name} cannot be read as a results framework.", name=file.name)
        raise Refusal("unreadable_framework", what, file.name, UNCHANGED, next_step, problems)
    return checked


def _compute_text(answer: dict[str, Any]) -> str:
    rows = [
        [one["id"], period["period"], _("unknown") if period["value"] is None else _number(period["value"]),
         _number(period["low"]), _number(period["high"]), _number(period["target"]),
         {True: _("met"), False: _("not met"), None: ""}[period["met"]]]
        for one in answer["indicators"]
        for period in one["periods"]
    ]  # fmt: skip
    lines = [_("{mission}, to {as_of}", mission=answer["mission"], as_of=answer["as_of"]), ""]
    lines.append(
        table([_("indicator"), _("period"), _("value"), _("low"), _("high"), _("target"), ""], rows, right=(2, 3, 4, 5))
    )
    if answer["not_computed"]:
        lines.append(_("\nEntered by people: {not_computed}", not_computed=", ".join(answer["not_computed"])))
    versions = ", ".join(
        _("{table} version {version}", table=one["table"], version=one["version"]) for one in answer["versions"]
    ) or _("none")
    return "\n".join(
        [
            *lines,
            "",
            _("From  {versions}", versions=versions),
            *(_("Note  {note}", note=note) for note in answer["notes"]),
        ]
    )


def _number(value: float | None) -> str:
    return "" if value is None else figure(value, ",g")


def _in_library(subject: str, measure: Any) -> str:
    """What a search looks through, in English and in the language of now."""
    texts = (subject, measure.title, measure.why)
    return " ".join((measure.id, *texts, *map(called, texts))).casefold()


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
        if all(word in _in_library(subject.subject, one) for word in words)
    ]
    if as_json:
        say_json(found)
    elif found:
        rows = [
            [one["id"], called(one["title"]), called(one["unit"]), _(one["kind"]), called(one["status"])]
            for one in found
        ]
        say(table([_("id"), _("title"), _("unit"), _("kind"), _("status")], rows))
    else:
        say(
            _(
                "No indicator of the library has all of these words: {search}\nNext  bluehelm plan indicators",
                search=search,
            )
        )


@contextmanager
def _file_refusals(*files: Path) -> Iterator[None]:
    """Refuse what is no file or no text."""
    from bluehelm.workflows.check_plan import PlanFileError

    for file in files:
        if not file.is_file():
            raise Refusal(
                "no_such_file", _("There is no file {file}.", file=file), str(file), UNCHANGED, _("Check the path.")
            )
    try:
        yield
    except PlanFileError as error:
        next_step = _("Save it as UTF-8 text; docs/guides/plans.md shows a small one.")
        names = ", ".join(file.name for file in files)
        raise Refusal("unreadable_file", f"{names}: {error}.", names, UNCHANGED, next_step) from None


def _check_text(answer: dict[str, Any]) -> str:
    counts = answer["counts"]
    held = ", ".join(f"{counts[kind]} {kind.replace('_', ' ')}" for kind in KINDS) if counts else _("could not be read")
    lines = [f"{answer['inputs'][0]['name']}: {held}"]
    for problem in answer["problems"]:
        lines += [
            f"  {problem['where']}  {problem['code']}",
            f"      {problem['message']}",
            f"      {called(problem['remedy'])}",
        ]
    number = len(answer["problems"])
    lines.append(
        _("It hangs together.") if answer["ok"] else ngettext("{number} problem.", "{number} problems.", number)
    )
    lines.append(
        _(
            "Rules: {title}, {valid_from}, {status}",
            title=called(answer["rules"]["title"]),
            valid_from=answer["rules"]["valid_from"],
            status=called(answer["rules"]["status"]),
        )
    )
    return "\n".join(lines)
