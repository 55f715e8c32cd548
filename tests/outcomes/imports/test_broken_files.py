"""Broken tables are refused whole, with the place named, and nothing is written."""

import pytest

from outcomes.imports.load import load
from outcomes.imports.refusals import FileRefused
from tests.outcomes.imports.tables import HEADER, TWO_PEOPLE, WIDE, job, row_counts

pytestmark = pytest.mark.django_db

BROKEN = {
    "an empty file": (b"", "empty"),
    "no header in row 1": (f"\n{TWO_PEOPLE}", "Row 1"),
    "latin-1": (f"{HEADER}\n".encode() + b"a1,50,\xe5,8,8,8\n", "Line 2, byte 38"),
    "UTF-16": (TWO_PEOPLE.encode("utf-16"), "UTF-16"),
    "a NUL": (f"{HEADER}\na1,50,8\0,80,3,2\n", "Line 2 holds a NUL"),
    "a quote that is never closed": (f'{HEADER}\na1,50,"8,80,3,2\n', "Row 2"),
    "text after a quote": (f'{HEADER}\na1,50,"8"x,80,3,2\n', "Row 2"),
    "a row too short": (f"{HEADER}\na1,50,8,80,3\n", "Row 2 has 5 cells"),
    "a row too long": (f"{TWO_PEOPLE}a3,1,2,3,4,5,6\n", "Row 4 has 7 cells"),
    "another delimiter": (TWO_PEOPLE.replace(",", ";"), 'delimiter = ";"'),
    "old line ends": (TWO_PEOPLE.replace("\n", "\r"), "line ends"),
    "a column twice": (f"{HEADER},age\n", "'age' is there twice"),
    "a column without a name": (f"{HEADER},\n", "column 7 has no name"),
    "a column that nobody knows": (f"{HEADER},mood\n", "'mood'"),
    "a column that is not there": ("id,age,worst0,vas0,worst3\n", "'vas3'"),
    "a column of names": (f"{HEADER},surname\n", "'surname' looks like a name"),
    "a column of birth dates": (f"{HEADER},date_of_birth\n", "'date_of_birth'"),
    "100,000 columns": (",".join(f"c{n}" for n in range(10**5)), "100,000 columns"),
    "a line without end": ("id" * 10**6, "Line 1 is longer"),
    "XLSX by name alone": (b"id,age", "called XLSX"),
    "a locked workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_is_refused_whole(tmp_path, what):
    content, place = BROKEN[what]
    before = row_counts()
    name = "table.xlsx" if what.startswith("XLSX") else "table.csv"
    with pytest.raises(FileRefused) as refusal:
        load(job(tmp_path, content, name=name), apply=True)
    assert place in str(refusal.value)
    assert row_counts() == before
    assert not (tmp_path / "link-keys").exists()


def test_an_ignored_column_of_names_is_refused_all_the_same(tmp_path):
    mapping = 'ignore = ["surname"]\n' + WIDE
    table = f"{HEADER},surname\na1,50,8,80,3,2,Svensson\n"
    with pytest.raises(FileRefused) as refusal:
        load(job(tmp_path, table, mapping), apply=True)
    assert "'surname' looks like a name" in str(refusal.value)
    assert "Svensson" not in str(refusal.value)


def test_an_ignored_column_is_never_read(tmp_path):
    mapping = 'ignore = ["seen_on"]\n' + WIDE
    table = f"{HEADER},seen_on\na1,50,8,80,3,2,2021-03-04\n"
    assert load(job(tmp_path, table, mapping), apply=True).batch


def test_a_file_that_is_not_there_is_one_sentence(tmp_path):
    missing = job(tmp_path)
    missing.path.unlink()
    with pytest.raises(FileRefused, match="cannot be read"):
        load(missing, apply=True)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_byte_order_marks_and_both_line_ends_are_accepted(tmp_path, mark, end):
    table = mark + TWO_PEOPLE.replace("\n", end).encode()
    loaded = load(job(tmp_path, table), apply=True)
    assert loaded.tally.counts["participants", "new"] == 2


def test_semicolons_and_decimal_commas_are_read_where_the_mapping_says_so(tmp_path):
    mapping = 'delimiter = ";"\ndecimal = ","\n' + WIDE
    table = TWO_PEOPLE.replace(",", ";").replace(".", ",")
    loaded = load(job(tmp_path, table, mapping), apply=True)
    assert loaded.tally.counts["scores", "new"] == 6


def test_blank_rows_are_passed_over_and_counted_as_rows(tmp_path):
    table = f"{HEADER}\n\n,,,,,\na1,50,11,80,3,2\n"
    loaded = load(job(tmp_path, table), apply=True)
    assert loaded.tally.refusals[0].row == 4


def test_a_header_alone_is_nothing_to_do(tmp_path):
    before = row_counts()
    loaded = load(job(tmp_path, f"{HEADER}\n"), apply=True)
    assert loaded.tally.rows == 0
    assert row_counts() == before


def test_a_file_without_a_header_shows_nobody(tmp_path):
    table = "Anna Berg,1950-03-04,8,80,3,2\n"
    with pytest.raises(FileRefused) as refusal:
        load(job(tmp_path, table), apply=True)
    assert "Berg" not in str(refusal.value)
    assert "1950" not in str(refusal.value)
