"""The panels of the synthetic-control literature as people would hand them in, from the files beside the project."""

from pathlib import Path

import polars as pl

SCHOOL = ["school.illit", "school.prim", "school.med", "school.high"]

BASQUE_PREDICTORS = """
predictors:
  - {column: school.illit, from: 1964, to: 1969, op: mean}
  - {column: school.prim, from: 1964, to: 1969, op: mean}
  - {column: school.med, from: 1964, to: 1969, op: mean}
  - {column: school.high, from: 1964, to: 1969, op: mean}
  - {column: invest, from: 1964, to: 1969, op: mean}
  - {column: gdpcap, from: 1960, to: 1969, op: mean}
  - {column: sec.agriculture, from: 1961, to: 1969, op: mean}
  - {column: sec.energy, from: 1961, to: 1969, op: mean}
  - {column: sec.industry, from: 1961, to: 1969, op: mean}
  - {column: sec.construction, from: 1961, to: 1969, op: mean}
  - {column: sec.services.venta, from: 1961, to: 1969, op: mean}
  - {column: sec.services.nonventa, from: 1961, to: 1969, op: mean}
  - {column: popdens, from: 1969, to: 1969, op: last}
fit_from: 1960
fit_to: 1969
"""

# As Abadie, Diamond and Hainmueller (2015): importances are learned on 1981-90 from predictors of the decade before.
GERMAN_PREDICTORS = """
predictors:
  - {column: gdp, from: 1981, to: 1990, op: mean}
  - {column: trade, from: 1981, to: 1990, op: mean}
  - {column: infrate, from: 1981, to: 1990, op: mean}
  - {column: industry, from: 1981, to: 1990, op: mean}
  - {column: schooling, from: 1980, to: 1985, op: mean}
  - {column: invest80, from: 1980, to: 1980, op: last}
fit_from: 1960
fit_to: 1989
"""
GERMAN_IMPORTANCES = """importances:
  predictors:
    - {column: gdp, from: 1971, to: 1980, op: mean}
    - {column: trade, from: 1971, to: 1980, op: mean}
    - {column: infrate, from: 1971, to: 1980, op: mean}
    - {column: industry, from: 1971, to: 1980, op: mean}
    - {column: schooling, from: 1970, to: 1975, op: mean}
    - {column: invest70, from: 1980, to: 1980, op: last}
  fit_from: 1981
  fit_to: 1990
"""


def california(shared: Path, folder: Path) -> list[str]:
    """The file turned long, and the words that ask about it."""
    wide = pl.read_csv(shared / "impact" / "california_prop99.csv")
    wide.unpivot(index="Year", variable_name="state", value_name="packs").write_csv(folder / "california.csv")
    return _words(folder / "california.csv", "state", "Year", "packs", "California", "1989")


def basque(shared: Path, folder: Path) -> list[str]:
    """Without Spain as a whole; schooling as shares, the two highest levels together, as its authors have it."""
    rows = pl.read_csv(shared / "impact" / "basque.csv").filter(pl.col("regionno") != 1)
    rows = rows.with_columns(pl.col("school.high") + pl.col("school.post.high"))
    whole = pl.sum_horizontal(*(pl.col(name) for name in SCHOOL), ignore_nulls=False)
    rows.with_columns((100 * pl.col(name) / whole).alias(name) for name in SCHOOL).write_csv(folder / "basque.csv")
    (folder / "basque.yaml").write_text(BASQUE_PREDICTORS, encoding="utf-8")
    words = _words(folder / "basque.csv", "regionname", "year", "gdpcap", "Basque Country (Pais Vasco)", "1975")
    return [*words, "--predictors", str(folder / "basque.yaml")]


def germany(shared: Path, folder: Path, predictors: str = GERMAN_PREDICTORS + GERMAN_IMPORTANCES) -> list[str]:
    (folder / "germany.yaml").write_text(predictors, encoding="utf-8")
    words = _words(shared / "impact" / "germany.csv", "country", "year", "gdp", "West Germany", "1990")
    return [*words, "--predictors", str(folder / "germany.yaml")]


def _words(file: Path, unit: str, time: str, outcome: str, treated: str, first: str) -> list[str]:
    columns = ["--unit-column", unit, "--time-column", time, "--outcome-column", outcome]
    return [str(file), *columns, "--treated", treated, "--from", first]
