"""What do tests of the outlook's commands have: a table on disk, and the command line in this process?"""

import json

import pytest

from bluehelm.cli import main
from tests.outlook.made_tables import ORIGIN, made_table

COLUMNS = ["--unit-column", "place", "--month-column", "month"]


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "table.parquet"
    made_table().write_parquet(path)
    return path


@pytest.fixture
def run(tmp_path, capsys):
    def run(*words):
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main(["--home", str(tmp_path / "home"), "outlook", *map(str, words), "--json"])
        said = capsys.readouterr()
        return end.value.code, json.loads(said.out)

    return run


@pytest.fixture
def forecast(run, table, tmp_path):
    """Run a forecast of a table; options given replace the usual ones."""

    def forecast(out="forecast.parquet", *more, source=table, **said):
        options = {"origin": ORIGIN, "steps": "3-14", "samples": 50, "value-column": "deaths", **said}
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        return run("forecast", "--table", source, *COLUMNS, *words, "--out", tmp_path / out, *more)

    return forecast


@pytest.fixture
def backtest(run, table):
    def backtest(*more, source=table, **said):
        options = {"steps": "3-6", "samples": 40, "value-column": "deaths", **said}
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        return run("backtest", "--table", source, *COLUMNS, *words, *more)

    return backtest
