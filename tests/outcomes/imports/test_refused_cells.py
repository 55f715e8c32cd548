"""One wrong cell refuses the file whole, and says which cell and what is allowed."""

import csv

import pytest

from outcomes.imports.load import load
from outcomes.models import Score
from tests.outcomes.imports.tables import HEADER, WIDE, applied, job, row_counts

pytestmark = pytest.mark.django_db

CELLS = {
    "above the range": ("worst0", "11", "above 10"),
    "not on the step": ("worst0", "7.5", "whole"),
    "no number": ("vas0", "many", "not a number"),
    "NaN": ("vas0", "NaN", "not a number"),
    "infinity": ("vas0", "Infinity", "not a number"),
    "an exponent": ("vas0", "1e309", "not a number"),
    "Arabic digits": ("vas0", "٣", "not a number"),
    "hexadecimal": ("vas0", "0x10", "not a number"),
    "thousands": ("vas0", '"1,000"', "not a number"),
    "an underscore": ("vas0", "1_0", "not a number"),
    "too many decimals": ("vas0", "0.1234567", "6 decimals"),
    "a decimal comma": ("vas0", '"7,5"', "not a number"),
    "an impossible age": ("age", "130", "0 to 120"),
    "half a year": ("age", "50.5", "not a whole number"),
    "a huge age": ("age", "9999999", "beyond"),
    "no id": ("id", "", "empty"),
    "a name for an id": ("id", "Anna Svensson", "tells nothing"),
}


def one_row(column, cell):
    cells = dict.fromkeys(HEADER.split(","), "5") | {"id": "a1", "age": "50"}
    return f"{HEADER}\n" + ",".join((cells | {column: cell}).values()) + "\n"


@pytest.mark.parametrize("what", CELLS)
def test_a_bad_value_is_refused_with_row_column_and_rule(tmp_path, what):
    column, cell, rule = CELLS[what]
    before = row_counts()
    loaded = applied(tmp_path, one_row(column, cell))
    (refusal,) = loaded.tally.refusals
    assert (refusal.row, refusal.column) == (2, column)
    assert rule in refusal.rule
    assert row_counts() == before
    assert not loaded.batch


@pytest.mark.parametrize(
    "cell",
    ["2021-03-04", "0701234567", "191212121212", "a@b.se", "Mrs Svensson", "Anna Berg"],
)
def test_what_looks_like_an_identifier_is_refused_and_never_repeated(tmp_path, cell):
    loaded = applied(tmp_path, one_row("vas0", cell))
    assert loaded.tally.refused
    assert cell not in str(loaded.tally.refusals[0])
    assert "not shown" in loaded.tally.refusals[0].value


def test_a_participant_twice_is_refused_with_both_rows_and_without_the_id(tmp_path):
    before = row_counts()
    loaded = applied(
        tmp_path, f"{HEADER}\nq7,50,8,80,3,2\nb,5,8,8,3,2\nq7,50,1,1,1,1\n"
    )
    (refusal,) = loaded.tally.refusals
    assert refusal.row == 4
    assert "row 2" in refusal.rule
    assert "q7" not in str(refusal)
    assert row_counts() == before


def test_one_bad_row_among_good_ones_refuses_them_all(tmp_path):
    before = row_counts()
    rows = "".join(f"p{n},50,8,80,3,2\n" for n in range(700))
    loaded = applied(tmp_path, f"{HEADER}\n{rows}bad,50,11,80,3,2\n")
    assert (loaded.tally.refused, loaded.tally.refusals[0].row) == (1, 702)
    assert row_counts() == before


def test_the_first_20_refusals_are_shown_and_all_are_in_the_file(tmp_path):
    rows = "".join(f"p{n},50,11,80,3,2\n" for n in range(30))
    with (tmp_path / "refusals.csv").open("w+", newline="") as file:
        made = job(tmp_path, f"{HEADER}\n{rows}", refusals_to=file)
        tally = load(made, apply=True).tally
        file.seek(0)
        written = list(csv.DictReader(file))
    assert (len(tally.refusals), tally.refused, len(written)) == (20, 30, 30)
    assert written[29]["row"] == "31"
    assert written[29]["column"] == "worst0"


def test_a_doubt_does_not_stop_the_load(tmp_path):
    loaded = applied(tmp_path, one_row("age", "12"))
    assert loaded.batch
    assert loaded.tally.doubts[0].column == "age"


def test_somebody_over_90_is_stored_as_90(tmp_path):
    from registry.models import Participant

    applied(tmp_path, one_row("age", "97"))
    assert Participant.objects.get().age_at_index == 90


def test_words_for_missing_values_keep_their_reasons(tmp_path):
    mapping = WIDE + '\n[missing]\n"-99" = "refused"\n"NA" = "not_done"\n'
    applied(tmp_path, f"{HEADER}\na1,50,8,-99,NA,NA\na2,50,8,,7,NA\n", mapping)
    reasons = list(Score.objects.exclude(missing="").values_list("missing", flat=True))
    assert sorted(reasons) == ["not_done", "refused", "unknown"]
