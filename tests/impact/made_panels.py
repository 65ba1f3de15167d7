"""Panels of known make: paths of two common factors with noise, an effect added where it is wanted."""

import csv

import numpy as np

COLUMNS = ["--unit-column", "area", "--time-column", "month", "--outcome-column", "deaths"]
MONTHS = [f"{2010 + number // 12}-{number % 12 + 1:02d}" for number in range(48)]
FROM = MONTHS[36]


def outcomes(donors=24, seed=0, effect=0.0, noise=1.0):
    """48 months by 1 + `donors` units; the first is treated from the 37th month on."""
    chance = np.random.default_rng(seed)
    level = chance.uniform(20, 60, donors + 1)
    factors = chance.normal(size=(48, 2)).cumsum(axis=0)
    loadings = chance.uniform(0, 2, size=(2, donors + 1))
    loadings[:, 0], level[0] = loadings[:, 1:4].mean(axis=1), level[1:4].mean()
    made = level + factors @ loadings + noise * chance.normal(size=(48, donors + 1))
    made[36:, 0] += effect
    return made


def rows_of(made):
    """A row for each area and month; the treated area is A00."""
    return [
        {"area": f"A{place:02d}", "month": month, "deaths": repr(float(made[number, place]))}
        for number, month in enumerate(MONTHS)
        for place in range(made.shape[1])
    ]


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def words(path, method="did", treated="A00", first=FROM):
    return [path, *COLUMNS, "--treated", treated, "--from", first, "--method", method]
