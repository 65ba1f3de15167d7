"""Did presence change it? The commands `impact estimate` and `impact staggered`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from bluehelm.cli.answers import JSON, Refusal, say, say_json, table
from bluehelm.cli.asking import UNCHANGED, Cluster
from bluehelm.language import _, figure, ngettext

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
    cluster: Cluster = None,
    as_json: bool = JSON,
) -> None:
    """Estimate how far one unit's path ran from the path modelled without the mission, by units without one."""
    with _refusals(panel):
        from bluehelm.impact.panel import Columns
        from bluehelm.workflows.estimate_impact import estimate_impact, estimated_json

        columns = Columns(unit_column, time_column, outcome_column)
        found = estimate_impact(
            panel, columns, treated=treated, first=first, method=method, predictors=predictors, cluster=cluster
        )
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
    from bluehelm.workflows.spread import ClusterError

    try:
        yield
    except PanelError as error:
        number = ngettext("{number} problem", "{number} problems", len(error.problems))
        what = _("No effect can be estimated from this panel: {problems}.", problems=error.problems[0])
        what = (
            what
            if len(error.problems) == 1
            else _("No effect can be estimated from this panel: {number}.", number=number)
        )
        next_step = _("Correct the panel or the options and run it again.")
        raise Refusal("bad_panel", what, panel.name, UNCHANGED, next_step, error.problems) from None
    except MethodError as error:
        raise Refusal(error.code, str(error), "--method", UNCHANGED, error.next_step) from None
    except ClusterError as error:
        raise Refusal("no_cluster", error.what, "--cluster", UNCHANGED, error.next_step) from None
    except IntakeError as error:
        raise Refusal(error.code, error.what, error.where, UNCHANGED, error.next_step, error.problems) from None
    except DefinitionError as error:
        what = _("{where} was not taken in.", where=error.where)
        next_step = _("Correct it; docs/guides/impact.md shows one.")
        raise Refusal("bad_predictors", what, error.where, UNCHANGED, next_step, error.problems) from None
    except ModuleNotFoundError as missing:
        if (missing.name or "").split(".")[0] not in ("diff_diff", "pysyncon", "pandas"):
            raise
        next_step = _("Install it: pip install 'bluehelm[impact]'.")
        raise Refusal(
            "extra_missing", _("This needs the extra `impact`."), str(missing.name), UNCHANGED, next_step
        ) from None


def _line(title: str, text: str) -> str:
    return f"{title:<12} {text}"


def _number(value: float | None) -> str:
    return _("none") if value is None else figure(value, ",.4g")


def _text(answer: dict[str, Any]) -> str:
    """The smallest effect that would be found first, then the checks, then the estimate."""
    smallest = answer["minimum_detectable"]
    lines = [
        _line(
            _("Would find"),
            _("no effect of any size")
            if smallest is None
            else _("effects of {smallest} or more, four times in five", smallest=_number(smallest)),
        )
    ]
    lines += [
        _line(_("Check"), f"{_('passed') if check['passed'] else _('FAILED')}  {_(check['name'])}{_why(check)}")
        for check in answer["diagnostics"]
    ]
    between = _("unknown") if answer["interval"] is None else _(" to ").join(_number(end) for end in answer["interval"])
    lines += [
        _line(
            _("Difference"),
            _(
                "{att} on average from {since}; {notes}",
                att=_number(answer["att"]),
                since=answer["from"],
                notes=answer["notes"][0],
            ),
        ),
        _line(_("Interval"), f"{between} ({answer['interval_level']:.0%})"),
        _line(
            _("Rank"),
            _(
                "p {p_placebo:.3f} among all, {p_comparable} among its like",
                p_placebo=answer["p_placebo"],
                p_comparable=_number(answer["p_comparable"]),
            ),
        ),
        _line(
            _("Misfit"), _("{pre_rmspe} before {since}", pre_rmspe=_number(answer["pre_rmspe"]), since=answer["from"])
        ),
        _line(_("Verdict"), _(answer["verdict"] or "") or _("withheld: {refused}", refused=answer["refused"])),
    ]
    if earlier := answer["placebo_in_time"]:
        lines.append(
            _line(
                _("Earlier"),
                _(
                    "{att} had it come in {since}, when nothing came",
                    att=_number(earlier["att"]),
                    since=earlier["from"],
                ),
            )
        )
    lines += [_line(_("Note"), note) for note in answer["notes"][1:]]
    weights = [[unit, figure(weight, ".3f")] for unit, weight in answer["weights"].items() if abs(weight) >= 0.0005]
    lines += ["", table([_("donor"), _("weight")], weights[:SHOWN], right=(1,))]
    after = [
        [row["time"], _number(row["observed"]), _number(row["modelled"]), _number(row["difference"])]
        for row in answer["path"]
        if row["time"] >= answer["from"]
    ]
    return "\n".join(
        [*lines, "", table([_("time"), _("observed"), _("modelled"), _("difference")], after, right=(1, 2, 3))]
    )


def _why(check: dict[str, Any]) -> str:
    return f": {check['says']}" if check["says"] else ""


def _staggered_text(answer: dict[str, Any]) -> str:
    lines = [
        _line(_("Simple"), _("{att} over all treated times", att=_number(answer["simple"]["att"]))),
        _line(_("Rank"), _("p {p_placebo:.3f} among deals of first times", p_placebo=answer["simple"]["p_placebo"])),
        _line(_("Group"), _("{att} over groups by their units", att=_number(answer["group"]["att"]))),
        _line(_("Dynamic"), _("{att} over times since it came", att=_number(answer["dynamic"]["att"]))),
        *(_line(_("Note"), note) for note in answer["notes"]),
    ]
    rows = [[one["first"], one["time"], _number(one["att"]), str(one["treated"])] for one in answer["effects"]]
    return "\n".join([*lines, "", table([_("first"), _("time"), _("difference"), _("units")], rows, right=(2, 3))])
