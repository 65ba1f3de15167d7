"""What may happen next, and how good were such statements? The commands `outlook forecast`, `score` and `backtest`."""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bluehelm.cli.answers import JSON, Refusal, progress_bar, say, say_json, table
from bluehelm.cli.asking import UNCHANGED, Cluster, asked_day, mission_refusals
from bluehelm.language import _, ngettext
from bluehelm.tables.months import from_views_id as month_of_views

if TYPE_CHECKING:
    from bluehelm.workflows.outlook_tables import Columns

EXTRAS = {"scoringrules": "outlook", "sklearn": "outlook", "lightgbm": "outlook", "distributed": "cluster"}
WINDOWS = re.compile(r"(\d{4})(?:-(\d{4}))?")
WINDOW_STEPS = "3-14"

TableFile = Annotated[Path, typer.Option("--table", help="The history: a Parquet file, one row a unit and month.")]
UnitColumn = Annotated[str, typer.Option(help="The column that names the unit, a country or a cell.")]
MonthColumn = Annotated[str, typer.Option(help="The column of months: ViEWS ids (January 1980 is 1) or days.")]
Steps = Annotated[str, typer.Option(help="How many months ahead: 3-14, or 6.")]
Samples = Annotated[int, typer.Option(min=1, max=100_000, help="How many outcomes are drawn for a unit and month.")]
Seed = Annotated[int, typer.Option(min=0, help="Another seed draws other outcomes.")]
Covariates = Annotated[
    list[str] | None,
    typer.Option("--covariate", help="A further column that a model may use; repeatable."),
]
Alone = Annotated[
    bool,
    typer.Option(
        "--alone",
        help="Look at the forecast column only: not at other kinds of deaths in the table, nor at neighbours.",
    ),
]
Neighbours = Annotated[
    str | None,
    typer.Option(
        help="Who neighbours whom: grid for PRIO-GRID cells, borders for countries with a column iso3, none, or a "
        "Parquet file of pairs of units. Default: what the table's columns allow."
    ),
]
StateColumn = Annotated[
    str | None, typer.Option(help="The column with the day of each dated state, where a table holds several.")
]
OwnSource = Annotated[
    str | None,
    typer.Option(
        "--source", help="Also look at the mission's own incidents, mission_incidents; never unless asked for."
    ),
]
KnownOn = Annotated[str | None, typer.Option(help="Use the newest state of this day or before; default the newest.")]

outlook = typer.Typer(no_args_is_help=True, help="Forecast as samples, score forecasts, test models on past months.")


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(outlook, name="outlook")


@outlook.command("forecast")
def forecast_command(
    context: typer.Context,
    origin: Annotated[int, typer.Option(help="The last observed month; rows after it are not read.")],
    out: Annotated[Path, typer.Option(help="The forecast: a Parquet file, one row a draw.")],
    table: Annotated[
        Path | None, typer.Option("--table", help="The history: a Parquet file, one row a unit and month.")
    ] = None,
    unit_column: Annotated[str | None, typer.Option(help="The column that names the unit.")] = None,
    month_column: Annotated[str | None, typer.Option(help="The column of months: ViEWS ids or days.")] = None,
    value_column: Annotated[str | None, typer.Option(help="The column that is forecast.")] = None,
    source: Annotated[
        str | None,
        typer.Option("--source", help="Instead of a table: mission_incidents, what the mission itself approved."),
    ] = None,
    mission: Annotated[str | None, typer.Option(help="The mission of the --source.")] = None,
    steps: Steps = WINDOW_STEPS,
    model: Annotated[str | None, typer.Option(help="Which model; docs/guides/outlook.md lists them.")] = None,
    samples: Samples = 1000,
    seed: Seed = 0,
    covariate: Covariates = None,
    neighbours: Neighbours = None,
    alone: Alone = False,
    state_column: StateColumn = None,
    known_on: KnownOn = None,
    cluster: Cluster = None,
    as_json: bool = JSON,
) -> None:
    """Say what may happen in each unit in the months after the origin, as samples."""
    day, named = asked_day(known_on, "--known-on"), (table, unit_column, month_column, value_column)
    _ask_for_one(named, source, mission)
    with _refusals(table or Path(str(source))), ExitStack() as stack, progress_bar() as tell:
        from bluehelm.outlook.models import DEFAULT
        from bluehelm.workflows.outlook_forecast import Asked, forecast_json, outlook_forecast, steps_of

        said: dict[str, Any] = {}
        if source and mission:
            from bluehelm.workflows.outlook_sources import own_series, source_json

            series = own_series(context.obj, mission, source, month_of_views(origin))
            path, columns, version = stack.enter_context(series)
            said = source_json(version)
        else:
            path = table or Path()
            unit, month, value = unit_column or "", month_column or "", value_column or ""
            columns = _columns(unit, month, value, covariate, state_column, known_on, neighbours, alone)
        asked = Asked(origin, steps_of(steps), model or DEFAULT, samples, seed)
        answer = forecast_json(outlook_forecast(path, columns, asked, out, known_on=day, cluster=cluster, tell=tell))
        answer |= said
    if as_json:
        say_json(answer)
    else:
        say(_forecast_text(answer, out))


@outlook.command("score")
def score_command(
    forecast: Annotated[Path, typer.Argument(help="The forecast: unit, month, draw, outcome.")],
    actuals: Annotated[Path, typer.Argument(help="What came: unit, month, outcome.")],
    unit_column: UnitColumn,
    month_column: MonthColumn,
    outcome_column: Annotated[str, typer.Option(help="The column of what came, in the actuals.")] = "outcome",
    matched_only: Annotated[
        bool, typer.Option("--matched-only", help="Score what both files have and say how much was left out.")
    ] = False,
    as_json: bool = JSON,
) -> None:
    """Score a forecast on what came; unit-months that only one of the files has are refused."""
    with _refusals(forecast), progress_bar() as tell:
        from bluehelm.workflows.outlook_score import outlook_score, score_json

        scored = outlook_score(
            forecast,
            actuals,
            unit=unit_column,
            month=month_column,
            outcome=outcome_column,
            matched_only=matched_only,
            tell=tell,
        )
        answer = score_json(scored)
    if as_json:
        say_json(answer)
    else:
        say(_score_text(answer))


@outlook.command("backtest")
def backtest_command(
    context: typer.Context,
    table: TableFile,
    unit_column: UnitColumn,
    month_column: MonthColumn,
    value_column: Annotated[list[str], typer.Option(help="A column that is forecast; repeatable.")],
    origin: Annotated[list[int] | None, typer.Option(help="A last observed month; repeatable.")] = None,
    windows: Annotated[
        str | None, typer.Option(help="Years as 2018-2021: origin October of the year before each, steps 3-14.")
    ] = None,
    steps: Steps = WINDOW_STEPS,
    model: Annotated[
        list[str] | None, typer.Option(help="A model; repeatable. The first is the one that may be shown.")
    ] = None,
    samples: Samples = 1000,
    seed: Seed = 0,
    covariate: Covariates = None,
    actuals: Annotated[
        Path | None, typer.Option(help="What came, where it is not in the table itself; for one value column.")
    ] = None,
    outcome_column: Annotated[str, typer.Option(help="The column of what came, in the actuals.")] = "outcome",
    group: Annotated[
        str | None, typer.Option(help="Score these units apart too: mission-countries, or a list such as SSD,COD.")
    ] = None,
    group_column: Annotated[
        str | None, typer.Option(help="The column that holds the group's values; default iso3, or the unit's.")
    ] = None,
    neighbours: Neighbours = None,
    alone: Alone = False,
    state_column: StateColumn = None,
    known_on: KnownOn = None,
    cluster: Cluster = None,
    out: Annotated[
        Path | None, typer.Option(help="Scores of every unit-month as Parquet; finished origins are kept beside it.")
    ] = None,
    log: Annotated[Path | None, typer.Option(help="Append the run to this log, a CSV file.")] = None,
    note: Annotated[str, typer.Option(help="What the log says of the run.")] = "",
    as_json: bool = JSON,
) -> None:
    """Try models on past months: fit before each origin, score what came, compare with the naive one."""
    day = asked_day(known_on, "--known-on")
    columns = _columns(unit_column, month_column, value_column[0], covariate, state_column, known_on, neighbours, alone)
    origins = _origins(origin or [], windows)
    if actuals and (len(value_column) > 1 or state_column):
        what = _("--actuals goes with one --value-column and without --state-column.")
        raise Refusal("misused", what, "--actuals", UNCHANGED, _("Run each value column by itself."))
    with _refusals(table), mission_refusals(""), progress_bar() as tell:
        from bluehelm.outlook.models import BASELINES, DEFAULT, NAIVE
        from bluehelm.workflows.outlook_backtest import Actuals, Plan, backtest_json, outlook_backtest
        from bluehelm.workflows.outlook_forecast import steps_of
        from bluehelm.workflows.scoring_log import append_to_log
        from bluehelm.workflows.unit_groups import named_group

        models = tuple(dict.fromkeys([*(model or [DEFAULT, *BASELINES]), NAIVE]))
        plan = Plan(tuple(dict.fromkeys(value_column)), models, origins, steps_of(steps), samples, seed)
        members = named_group(context.obj, group, table, columns, group_column, origins) if group else None
        test = outlook_backtest(
            table,
            columns,
            plan,
            actuals=Actuals(actuals, outcome_column) if actuals else None,
            known_on=day,
            group=members,
            out=out,
            cluster=cluster,
            tell=tell,
        )
        answer = backtest_json(test)
        if log:
            append_to_log(log, test, answer, note)
    if as_json:
        say_json(answer)
    else:
        say(_backtest_text(answer))


def _ask_for_one(named: Sequence[object], source: str | None, mission: str | None) -> None:
    """Refuse a history that is neither a table with its columns nor a mission's own source, or that is both."""
    if source and (any(named) or not mission):
        what = _("--source takes --mission, and neither --table nor columns: the two are never mixed.")
        raise Refusal("misused", what, "--source", UNCHANGED, _("Leave one of them out."))
    if not source and (mission or not all(named)):
        what = _(
            "A history is --table with --unit-column, --month-column and --value-column, or --source with --mission."
        )
        raise Refusal("misused", what, "--table", UNCHANGED, _("Name what is missing."))


def _columns(
    unit: str,
    month: str,
    value: str,
    covariates: list[str] | None,
    state: str | None,
    known_on: str | None,
    neighbours: str | None,
    alone: bool,
) -> "Columns":
    from bluehelm.workflows.outlook_tables import Columns

    if known_on and not state:
        what = _("--known-on needs --state-column: which column holds the day of each dated state?")
        raise Refusal("misused", what, "--known-on", UNCHANGED, _("Name the column."))
    kinds = () if alone else None
    return Columns(unit, month, value, tuple(covariates or ()), state, neighbours or ("none" if alone else None), kinds)


def _origins(origins: list[int], windows: str | None) -> tuple[int, ...]:
    from bluehelm.workflows.outlook_backtest import origin_of_window

    found = WINDOWS.fullmatch(windows or "")
    if windows and not found:
        next_step = _("Write --windows 2018-2021, for example.")
        raise Refusal(
            "misused", _("{windows!r} is not written 2018-2021.", windows=windows), "--windows", UNCHANGED, next_step
        )
    years = range(int(found[1]), int(found[2] or found[1]) + 1) if found else range(0)
    all_origins = sorted({*origins, *map(origin_of_window, years)})
    if not all_origins:
        raise Refusal("misused", _("No origin was named."), "--origin", UNCHANGED, _("Say --origin or --windows."))
    return tuple(all_origins)


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    from bluehelm.outlook.history import OutlookError
    from bluehelm.workflows.spread import ClusterError
    from bluehelm.workflows.whole_file import FileRefusedError

    try:
        yield
    except OutlookError as error:
        number = ngettext("{number} problem", "{number} problems", len(error.problems))
        next_step = _("Correct these and run it again.")
        what = _("Nothing was computed: {number}.", number=number)
        raise Refusal("bad_input", what, path.name, UNCHANGED, next_step, error.problems) from None
    except ClusterError as error:
        raise Refusal("no_cluster", error.what, "--cluster", UNCHANGED, error.next_step) from None
    except FileRefusedError as error:
        raise Refusal(error.code, error.what, error.where, UNCHANGED, error.next_step) from None
    except ModuleNotFoundError as missing:
        extra = EXTRAS.get((missing.name or "").partition(".")[0])
        if extra is None:
            raise
        what, next_step = (
            _("This needs the extra `{extra}`.", extra=extra),
            _("Install it: pip install 'bluehelm[{extra}]'.", extra=extra),
        )
        raise Refusal("extra_missing", what, str(missing.name), UNCHANGED, next_step) from None


def _line(title: str, text: str) -> str:
    return f"{title:<10} {text}"


def _figure(value: Any, places: int = 3) -> str:
    return "" if value is None else f"{value:,.{places}f}"


def _forecast_text(answer: dict[str, Any], out: Path) -> str:
    first, last = answer["months"]
    lines = [
        _line(
            _("Forecast"),
            _(
                "{units:,} units, months {first} to {last}, {samples:,} draws each",
                units=answer["units"],
                first=first,
                last=last,
                samples=answer["samples"],
            ),
        ),
        _line(
            _("Model"),
            _("{model}, from what was observed up to month {origin}", model=answer["model"], origin=answer["origin"]),
        ),
        _line(_("Written"), f"{out}          {answer['seconds']:.1f} s"),
    ]
    if "source" in answer:
        of = answer["versions"][0]
        whose = _("{marking}, for {readers}", marking=answer["marking"], readers=", ".join(answer["releasable_to"]))
        lines.insert(
            0,
            _line(
                _("Source"),
                _(
                    "{table} version {version} ({whose}): {of}",
                    table=of["table"],
                    version=of["version"],
                    whose=whose,
                    of=answer["of"],
                ),
            ),
        )
    return "\n".join(lines + [_line(_("Note"), note) for note in answer["notes"]])


def _score_text(answer: dict[str, Any]) -> str:
    lines = [
        _line(
            _("Scored"),
            _(
                "{n:,} unit-months of {units:,} units, {draws:,} draws each",
                n=answer["n"],
                units=answer["units"],
                draws=answer["draws"],
            ),
        ),
        _line(
            _("CRPS"),
            _(
                "{figure}, on the log scale {figure_2}",
                figure=_figure(answer["crps"]),
                figure_2=_figure(answer["crps_log"]),
            ),
        ),
        _line(_("Surprise"), _("{figure} bits (IGN)", figure=_figure(answer["ign"]))),
        _line(
            _("Intervals"),
            _("score {figure}, 90 % held {cover90:.1%}", figure=_figure(answer["mis"]), cover90=answer["cover90"]),
        ),
    ]
    if answer["left_out"]:
        lines.append(
            _line(
                _("Left out"), _("{left_out:,} unit-months that only one of the files has", left_out=answer["left_out"])
            )
        )
    return "\n".join(lines)


def _backtest_text(answer: dict[str, Any]) -> str:
    scores = [row for row in answer["scores"] if row["origin"] is None and row["horizon"] == "all"]
    ratio = {(r["target"], r["group"], r["model"]): r["mean"] for r in answer["ratios"] if r["score"] == "crps"}
    rows = [
        [
            *(row[key] for key in ("target", "group", "model")),
            *(_figure(row[key]) for key in ("crps", "crps_log", "ign", "mis", "cover90")),
            _figure(ratio.get((row["target"], row["group"], row["model"]))),
        ]
        for row in scores
    ]
    header = [_("target"), _("group"), _("model"), "CRPS", _("log CRPS"), "IGN", "MIS", _("90 % held"), _("CRPS ratio")]
    lines = [table(header, rows, right=range(3, 9))]
    for one in answer["shown"]:
        lines.append(
            _line(
                _("Shown"),
                _(
                    "{target}, {group}, {horizon} months: {label}",
                    target=one["target"],
                    group=one["group"],
                    horizon=one["horizon"],
                    label=one["label"],
                ),
            )
        )
    return "\n".join(lines + [_line(_("Note"), note) for note in answer["notes"]])
