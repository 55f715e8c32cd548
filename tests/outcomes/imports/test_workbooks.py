"""XLSX files: read as they show, and bombs refused before a parser sees them."""

import io
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from outcomes.imports.load import load
from outcomes.imports.refusals import FileRefused
from outcomes.imports.workbook_guard import check_workbook
from outcomes.models import Score
from tests.architecture.source import ROOT
from tests.outcomes.imports.tables import (
    SHEET,
    TWO_PEOPLE,
    applied,
    job,
    row_counts,
    write_workbook,
)

pytestmark = pytest.mark.django_db

HEADER = ("id", "age", "worst0", "vas0", "worst3", "vas3")
ROW = ("a1", 50, 8, 80.5, 3, "")
DATE = ('<c r="{place}" s="1"><v>44259</v></c>',)
ERROR = ('<c r="{place}" t="e"><v>#N/A</v></c>',)
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<worksheet><sheetData/></worksheet>"
)


def workbook_job(folder, rows=(HEADER, ROW), **options):
    made = job(folder, b"", name="table.xlsx")
    write_workbook(made.path, rows, **options)
    return made


def archive_of(name, content):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return inner.getvalue()


def sheet_of(rows):
    return SHEET.format(rows=rows, dimension="")


def hard_to_pack(length):
    """Letters that shrink little, so that the size alone gives nothing away."""
    return random.Random(1).randbytes(length // 2).hex()


# Made when they are needed: some are large.
BOMBS = {
    "far cell": lambda: {"sheet": sheet_of(FAR)},
    "far dimension": lambda: {"dimension": '<dimension ref="A1:XFD1048576"/>'},
    "far row": lambda: {"sheet": sheet_of('<row r="9999999"><c/><c/></row>')},
    "swelling sheet": lambda: {"sheet": sheet_of(" " * 200_000_000)},
    "a tag without end": lambda: {"sheet": "<" + hard_to_pack(2_000_000)},
    "giant cell": lambda: {
        "sheet": sheet_of(f"<row><c><v>{hard_to_pack(2_000_000)}</v></c></row>")
    },
    "swelling part": lambda: {"extra": {"xl/media/a.png": b"\0" * 200_000_000}},
    "entities": lambda: {"sheet": ENTITIES},
    "entities elsewhere": lambda: {"extra": {"xl/sharedStrings.xml": ENTITIES}},
    "nested archive": lambda: {"extra": {"xl/embeddings/a.zip": archive_of("a", b"1")}},
    "disguised archive": lambda: {"extra": {"xl/media/a.png": archive_of("a", b"1")}},
    "macro": lambda: {"extra": {"xl/vbaProject.bin": b"1"}},
    "too many parts": lambda: {"extra": {f"xl/{n}.png": b"1" for n in range(400)}},
    "broken xml": lambda: {"sheet": "<worksheet><sheetData>"},
    "an error in a cell": lambda: {"rows": (HEADER, ("a1", 50, ERROR, 80, 3, 2))},
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_and_nothing_is_written(tmp_path, bomb):
    before = row_counts()
    made = workbook_job(tmp_path, **BOMBS[bomb]())
    with pytest.raises(FileRefused):
        load(made, apply=True)
    assert row_counts() == before


def test_a_part_that_lies_about_its_size_is_counted_all_the_same():
    packed = bytearray(archive_of("xl/media/a.png", b"\0" * 50_000_000))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = packed.index(mark) + (22 if mark[2] == 3 else 24)
        packed[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(FileRefused, match="swells"):
        check_workbook(bytes(packed))


def test_a_workbook_cut_short_is_refused(tmp_path):
    made = workbook_job(tmp_path)
    made.path.write_bytes(made.path.read_bytes()[:-30])
    with pytest.raises(FileRefused, match="damaged"):
        load(made, apply=True)


@pytest.mark.skipif(not Path("/proc").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("bomb", ["far cell", "swelling sheet", "giant cell"])
def test_refusing_a_bomb_takes_little_memory(tmp_path, bomb):
    made = workbook_job(tmp_path, **BOMBS[bomb]())
    program = (
        "import re, sys\n"
        "from outcomes.imports.workbook_guard import check_workbook\n"
        "from outcomes.imports.refusals import FileRefused\n"
        "try: check_workbook(open(sys.argv[1], 'rb').read())\n"
        "except FileRefused:\n"
        "    print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(made.path)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(done.stdout) / 1024 < 300


def test_numbers_texts_and_truths_are_read_as_they_show(tmp_path):
    load(workbook_job(tmp_path), apply=True)
    found = set(Score.objects.values_list("instrument", "value", "missing"))
    assert {(slug, float(value or -1), why) for slug, value, why in found} == {
        ("nrs_worst", 8.0, ""),
        ("vas", 80.5, ""),
        ("nrs_worst", 3.0, ""),
        ("vas", -1.0, "unknown"),
    }


def test_a_workbook_and_a_csv_of_the_same_table_are_the_same(tmp_path):
    rows = [line.split(",") for line in TWO_PEOPLE.splitlines()]
    applied(tmp_path)
    again = load(workbook_job(tmp_path, rows), apply=True)
    assert not again.tally.has_work


def test_a_sum_that_the_spreadsheet_stored_inexactly_is_read_as_it_shows(tmp_path):
    load(workbook_job(tmp_path, (HEADER, ("a1", 50, 8, 0.1 + 0.2, 3, 1))), apply=True)
    assert Score.objects.filter(instrument="vas", value="0.3").exists()


def test_a_date_is_refused_as_a_date_and_not_shown(tmp_path):
    rows = (HEADER, ("a1", 50, DATE, 80, 3, 1))
    loaded = load(workbook_job(tmp_path, rows), apply=True)
    (refusal,) = loaded.tally.refusals
    assert (refusal.row, refusal.column) == (2, "worst0")
    assert refusal.value == "(a calendar date, not shown)"


def test_an_id_kept_as_text_keeps_its_zeros(tmp_path):
    loaded = load(workbook_job(tmp_path, (HEADER, ("000123", *ROW[1:]))), apply=True)
    assert "000123," in loaded.keys_file.read_text()
