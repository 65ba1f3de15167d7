"""What may happen next, and how good were such statements? The commands `outlook forecast`, `score` and `backtest`."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bluehelm.cli.answers import JSON, Refusal, progress_bar, say, say_json, table
from bluehelm.cli.asking import UNCHANGED, asked_day, mission_refusals

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
    list[str] | None, typer.Option("--covariate", help="A further column that a model may use; repeatable.")
]
Cluster = Annotated[
    str | None, typer.Option(help="Where to compute: local (all cores), or a Dask scheduler's tcp://HOST:PORT.")
]
StateColumn = Annotated[
    str | None, typer.Option(help="The column with the day of each dated state, where a table holds several.")
]
KnownOn = Annotated[str | None, typer.Option(help="Use the newest state of this day or before; default the newest.")]

outlook = typer.Typer(no_args_is_help=True, help="Forecast as samples, score forecasts, test models on past months.")


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(outlook, name="outlook")


@outlook.command("forecast")
def forecast_command(
    table: TableFile,
    unit_column: UnitColumn,
    month_column: MonthColumn,
    value_column: Annotated[str, typer.Option(help="The column that is forecast.")],
    origin: Annotated[int, typer.Option(help="The last observed month; rows after it are not read.")],
    out: Annotated[Path, typer.Option(help="The forecast: a Parquet file, one row a draw.")],
    steps: Steps = WINDOW_STEPS,
    model: Annotated[str | None, typer.Option(help="Which model; docs/guides/outlook.md lists them.")] = None,
    samples: Samples = 1000,
    seed: Seed = 0,
    covariate: Covariates = None,
    state_column: StateColumn = None,
    known_on: KnownOn = None,
    cluster: Cluster = None,
    as_json: bool = JSON,
) -> None:
    """Say what may happen in each unit in the months after the origin, as samples."""
    day = asked_day(known_on, "--known-on")
    columns = _columns(unit_column, month_column, value_column, covariate, state_column, known_on)
    with _refusals(table), progress_bar() as tell:
        from bluehelm.outlook.models import DEFAULT
        from bluehelm.workflows.outlook_forecast import Asked, forecast_json, outlook_forecast, steps_of

        asked = Asked(origin, steps_of(steps), model or DEFAULT, samples, seed)
        answer = forecast_json(outlook_forecast(table, columns, asked, out, known_on=day, cluster=cluster, tell=tell))
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
    columns = _columns(unit_column, month_column, value_column[0], covariate, state_column, known_on)
    origins = _origins(origin or [], windows)
    if actuals and (len(value_column) > 1 or state_column):
        what = "--actuals goes with one --value-column and without --state-column."
        raise Refusal("misused", what, "--actuals", UNCHANGED, "Run each value column by itself.")
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


def _columns(
    unit: str, month: str, value: str, covariates: list[str] | None, state: str | None, known_on: str | None
) -> "Columns":
    from bluehelm.workflows.outlook_tables import Columns

    if known_on and not state:
        what = "--known-on needs --state-column: which column holds the day of each dated state?"
        raise Refusal("misused", what, "--known-on", UNCHANGED, "Name the column.")
    return Columns(unit, month, value, tuple(covariates or ()), state)


def _origins(origins: list[int], windows: str | None) -> tuple[int, ...]:
    from bluehelm.workflows.outlook_backtest import origin_of_window

    found = WINDOWS.fullmatch(windows or "")
    if windows and not found:
        next_step = "Write --windows 2018-2021, for example."
        raise Refusal("misused", f"{windows!r} is not written 2018-2021.", "--windows", UNCHANGED, next_step)
    years = range(int(found[1]), int(found[2] or found[1]) + 1) if found else range(0)
    all_origins = sorted({*origins, *map(origin_of_window, years)})
    if not all_origins:
        raise Refusal("misused", "No origin was named.", "--origin", UNCHANGED, "Say --origin or --windows.")
    return tuple(all_origins)


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    from bluehelm.outlook.history import OutlookError
    from bluehelm.workflows.spread import ClusterError
    from bluehelm.workflows.whole_file import FileRefusedError

    try:
        yield
    except OutlookError as error:
        number = f"{len(error.problems)} problem{'s' if len(error.problems) > 1 else ''}"
        next_step = "Correct these and run it again."
        what = f"Nothing was computed: {number}."
        raise Refusal("bad_input", what, path.name, UNCHANGED, next_step, error.problems) from None
    except ClusterError as error:
        raise Refusal("no_cluster", error.what, "--cluster", UNCHANGED, error.next_step) from None
    except FileRefusedError as error:
        raise Refusal(error.code, error.what, error.where, UNCHANGED, error.next_step) from None
    except ModuleNotFoundError as missing:
        extra = EXTRAS.get((missing.name or "").partition(".")[0])
        if extra is None:
            raise
        what, next_step = f"This needs the extra `{extra}`.", f"Install it: pip install 'bluehelm[{extra}]'."
        raise Refusal("extra_missing", what, str(missing.name), UNCHANGED, next_step) from None


def _line(title: str, text: str) -> str:
    return f"{title:<10} {text}"


def _figure(value: Any, places: int = 3) -> str:
    return "" if value is None else f"{value:,.{places}f}"


def _forecast_text(answer: dict[str, Any], out: Path) -> str:
    first, last = answer["months"]
    lines = [
        _line("Forecast", f"{answer['units']:,} units, months {first} to {last}, {answer['samples']:,} draws each"),
        _line("Model", f"{answer['model']}, from what was observed up to month {answer['origin']}"),
        _line("Written", f"{out}          {answer['seconds']:.1f} s"),
    ]
    return "\n".join(lines + [_line("Note", note) for note in answer["notes"]])


def _score_text(answer: dict[str, Any]) -> str:
    lines = [
        _line("Scored", f"{answer['n']:,} unit-months of {answer['units']:,} units, {answer['draws']:,} draws each"),
        _line("CRPS", f"{_figure(answer['crps'])}, on the log scale {_figure(answer['crps_log'])}"),
        _line("Surprise", f"{_figure(answer['ign'])} bits (IGN)"),
        _line("Intervals", f"score {_figure(answer['mis'])}, 90 % held {answer['cover90']:.1%}"),
    ]
    if answer["left_out"]:
        lines.append(_line("Left out", f"{answer['left_out']:,} unit-months that only one of the files has"))
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
    header = ["target", "group", "model", "CRPS", "log CRPS", "IGN", "MIS", "90 % held", "CRPS ratio"]
    lines = [table(header, rows, right=range(3, 9))]
    for one in answer["shown"]:
        lines.append(_line("Shown", f"{one['target']}, {one['group']}, {one['horizon']} months: {one['label']}"))
    return "\n".join(lines + [_line("Note", note) for note in answer["notes"]])
