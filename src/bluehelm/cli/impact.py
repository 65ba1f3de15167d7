"""Did presence change it? The commands `impact estimate` and `impact staggered`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from bluehelm.cli.answers import JSON, Refusal, say, say_json, table

UNCHANGED = "Nothing was changed."
SHOWN = 10

impact = typer.Typer(no_args_is_help=True, help="Did presence change it, and what can the estimate not carry?")


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(impact, name="impact")


@impact.command("estimate")
def estimate_command(
    panel: Annotated[Path, typer.Argument(help="One row for each unit and time: a CSV file, .gz and .zip too.")],
    unit_column: Annotated[str, typer.Option(help="The column of units: countries, areas.")],
    time_column: Annotated[str, typer.Option(help="The column of years, or of months YYYY-MM.")],
    outcome_column: Annotated[str, typer.Option(help="The column of what may have changed.")],
    treated: Annotated[str, typer.Option(help="The unit where the mission came.")],
    first: Annotated[str, typer.Option("--from", help="T, the first time with the mission: a year or YYYY-MM.")],
    method: Annotated[str, typer.Option(help="synthetic-control, augmented, sdid or did.")] = "synthetic-control",
    predictors: Annotated[Path | None, typer.Option(help="A YAML file of what the donors must match.")] = None,
    as_json: bool = JSON,
) -> None:
    """Estimate how far one unit's path ran from the path modelled without the mission, by units without one."""
    with _refusals(panel):
        from bluehelm.impact.panel import Columns
        from bluehelm.workflows.estimate_impact import estimate_impact, estimated_json

        columns = Columns(unit_column, time_column, outcome_column)
        found = estimate_impact(panel, columns, treated=treated, first=first, method=method, predictors=predictors)
        answer = estimated_json(found)
    say_json(answer) if as_json else say(_text(answer))


@impact.command("staggered")
def staggered_command(
    panel: Annotated[Path, typer.Argument(help="One row for each unit and time: a CSV file, .gz and .zip too.")],
    unit_column: Annotated[str, typer.Option(help="The column of units: countries, areas.")],
    time_column: Annotated[str, typer.Option(help="The column of years, or of months YYYY-MM.")],
    outcome_column: Annotated[str, typer.Option(help="The column of what may have changed.")],
    first_column: Annotated[str, typer.Option(help="The column of a unit's first time with it; empty or 0: never.")],
    as_json: bool = JSON,
) -> None:
    """Estimate the effects of something that came to several units at different times and stayed."""
    with _refusals(panel):
        from bluehelm.impact.panel import Columns
        from bluehelm.workflows.staggered_impact import staggered_impact, staggered_json

        columns = Columns(unit_column, time_column, outcome_column)
        answer = staggered_json(staggered_impact(panel, columns, first_column))
    say_json(answer) if as_json else say(_staggered_text(answer))


@contextmanager
def _refusals(panel: Path) -> Iterator[None]:
    from bluehelm.definitions import DefinitionError
    from bluehelm.impact.panel import PanelError
    from bluehelm.sources import IntakeError
    from bluehelm.workflows.estimate_impact import MethodError

    try:
        yield
    except PanelError as error:
        number = f"{len(error.problems)} problem{'s' if len(error.problems) > 1 else ''}"
        what = f"No effect can be estimated from this panel: {error.problems[0]}."
        what = what if len(error.problems) == 1 else f"No effect can be estimated from this panel: {number}."
        next_step = "Correct the panel or the options and run it again."
        raise Refusal("bad_panel", what, panel.name, UNCHANGED, next_step, error.problems) from None
    except MethodError as error:
        raise Refusal(error.code, str(error), "--method", UNCHANGED, error.next_step) from None
    except IntakeError as error:
        raise Refusal(error.code, error.what, error.where, UNCHANGED, error.next_step, error.problems) from None
    except DefinitionError as error:
        what = f"{error.where} was not taken in."
        next_step = "Correct it; docs/guides/impact.md shows one."
        raise Refusal("bad_predictors", what, error.where, UNCHANGED, next_step, error.problems) from None
    except ModuleNotFoundError as missing:
        if (missing.name or "").split(".")[0] not in ("diff_diff", "pysyncon", "pandas"):
            raise
        next_step = "Install it: pip install 'bluehelm[impact]'."
        raise Refusal(
            "extra_missing", "This needs the extra `impact`.", str(missing.name), UNCHANGED, next_step
        ) from None


def _line(title: str, text: str) -> str:
    return f"{title:<12} {text}"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:,.4g}"


def _text(answer: dict[str, Any]) -> str:
    """The smallest effect that would be found first, then the checks, then the estimate."""
    smallest = answer["minimum_detectable"]
    lines = [
        _line(
            "Would find",
            "no effect of any size"
            if smallest is None
            else f"effects of {_number(smallest)} or more, four times in five",
        )
    ]
    lines += [
        _line("Check", f"{'passed' if check['passed'] else 'FAILED'}  {check['name']}{_why(check)}")
        for check in answer["diagnostics"]
    ]
    between = "unknown" if answer["interval"] is None else " to ".join(_number(end) for end in answer["interval"])
    lines += [
        _line("Difference", f"{_number(answer['att'])} on average from {answer['from']}; {answer['notes'][0]}"),
        _line("Interval", f"{between} ({answer['interval_level']:.0%})"),
        _line("Rank", f"p {answer['p_placebo']:.3f} among all, {_number(answer['p_comparable'])} among its like"),
        _line("Misfit", f"{_number(answer['pre_rmspe'])} before {answer['from']}"),
        _line("Verdict", answer["verdict"] or f"withheld: {answer['refused']}"),
    ]
    if earlier := answer["placebo_in_time"]:
        lines.append(_line("Earlier", f"{_number(earlier['att'])} had it come in {earlier['from']}, when nothing came"))
    lines += [_line("Note", note) for note in answer["notes"][1:]]
    weights = [[unit, f"{weight:.3f}"] for unit, weight in answer["weights"].items() if abs(weight) >= 0.0005]
    lines += ["", table(["donor", "weight"], weights[:SHOWN], right=(1,))]
    after = [
        [row["time"], _number(row["observed"]), _number(row["modelled"]), _number(row["difference"])]
        for row in answer["path"]
        if row["time"] >= answer["from"]
    ]
    return "\n".join([*lines, "", table(["time", "observed", "modelled", "difference"], after, right=(1, 2, 3))])


def _why(check: dict[str, Any]) -> str:
    return f": {check['says']}" if check["says"] else ""


def _staggered_text(answer: dict[str, Any]) -> str:
    lines = [
        _line("Simple", f"{_number(answer['simple']['att'])} over all treated times"),
        _line("Group", f"{_number(answer['group']['att'])} over groups by their units"),
        _line("Dynamic", f"{_number(answer['dynamic']['att'])} over times since it came"),
        *(_line("Note", note) for note in answer["notes"]),
    ]
    rows = [
        [one["first"], one["time"], _number(one["att"]), _number(one["standard_error"]), str(one["treated"])]
        for one in answer["effects"]
    ]
    return "\n".join([*lines, "", table(["first", "time", "difference", "error", "units"], rows, right=(2, 3, 4))])
