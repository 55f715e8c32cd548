"""A published trial, straight from its file through the analysis.

Vickers 2004, BMJ 328:744: severity of headache at baseline, 3 months and 1 year.
"""

from pathlib import Path

import pandas as pd
import pytest

from tests.reports.tiny import course, person

FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "headache_trial.csv"
COLUMNS = {0: "pk1", 91: "pk2", 365: "pk5"}
GROUPS = {1: "acupuncture", 0: "usual care"}

pytestmark = pytest.mark.skipif(not FILE.exists(), reason=f"{FILE} is not here")


def value(text):
    """An empty cell is missing, never zero."""
    return float(text) if text else "unknown"


@pytest.fixture(scope="module")
def table():
    raw = pd.read_csv(FILE, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    persons = [
        person(
            {day: value(row[column]) for day, column in COLUMNS.items()},
            group=GROUPS[int(row["group"])],
        )
        for row in raw.to_dict("records")
    ]
    return course(*persons, groups=tuple(GROUPS.values()), asked=())


@pytest.mark.parametrize(
    ("group", "baseline", "n", "mean", "sd", "half_better"),
    [
        ("acupuncture", 205, 161, 16.2, 13.7, 62),
        ("usual care", 196, 140, 22.3, 17.0, 27),
    ],
)
def test_the_published_numbers_come_out(
    table, group, baseline, n, mean, sd, half_better
):
    assert table.loc[(group, "baseline"), "n"] == baseline
    year = table.loc[group, "month-12"]
    assert (year["due"], year["n"]) == (baseline, n)
    assert (round(year["mean"], 1), round(year["sd"], 1)) == (mean, sd)
    assert (year["responders_50"], year["evaluable"]) == (half_better, n)
    assert year["evaluable_due"] == baseline


def test_a_hundred_people_are_missing_at_one_year(table):
    year = table[table["visit"] == "month-12"]
    assert year["missing"].sum() == year["missing_unknown"].sum() == 100


def test_only_the_visits_that_were_held_are_shown(table):
    assert list(table.loc["acupuncture", "visit"]) == [
        "baseline",
        "month-3",
        "month-12",
    ]
