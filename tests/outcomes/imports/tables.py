"""Tables, mappings and workbooks for the tests of the loader."""

import zipfile
from pathlib import Path

import pytest
from django.apps import apps

from outcomes.imports.load import Job, load
from tests.architecture.source import ROOT

HEADACHE = ROOT / "tests" / "data" / "headache_trial"
TRIAL = ROOT.parent / "shared" / "data" / "headache_trial.csv"
needs_trial = pytest.mark.skipif(
    not TRIAL.exists(), reason=f"the trial's data are not at {TRIAL}"
)

PLACE = """
[cohort]
slug = "north"
name = "North"
protocol = "spinal_root_ganglion"
create = true

[site]
code = "site_1"
name = "Site 1"
create = true
"""
WIDE = f"""
shape = "wide"
{PLACE}
[participant]
id = "id"
age_at_index = {{ column = "age" }}

[[visits]]
visit = "baseline"
scores = {{ worst0 = "nrs_worst", vas0 = "vas" }}

[[visits]]
visit = "month-3"
scores = {{ worst3 = "nrs_worst", vas3 = "vas" }}
"""
LONG = f"""
shape = "long"
{PLACE}
[participant]
id = "id"
age_at_index = {{ column = "age" }}

[visit]
column = "event"
codes = {{ t0 = "baseline", t1 = "month-3" }}
day_column = "day"

[scores]
worst = "nrs_worst"
vas = "vas"
"""
HEADER = "id,age,worst0,vas0,worst3,vas3"
TWO_PEOPLE = f"{HEADER}\na1,50,8,80,3,25.5\na2,61,7,71.25,,\n"


def job(folder, table=TWO_PEOPLE, mapping=WIDE, name="table.csv", **options):
    """Write a table and a mapping into a folder, and return the job to load them."""
    path = folder / name
    if isinstance(table, bytes):
        path.write_bytes(table)
    else:
        path.write_text(table, encoding="utf-8", newline="")
    mapping_path = folder / "mapping.toml"
    mapping_path.write_text(mapping, encoding="utf-8")
    return Job(path, mapping_path, **options)


def applied(folder, table=TWO_PEOPLE, mapping=WIDE, **options):
    """Load a table for good."""
    return load(job(folder, table, mapping, **options), apply=True)


def trial_job():
    """Return the job that loads the headache trial."""
    return Job(TRIAL, HEADACHE / "mapping.toml", instruments=HEADACHE / "instruments")


def row_counts():
    """Count the rows of every table, the audit trail's included."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models(include_auto_created=True)
    }


SHEET = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "{dimension}<sheetData>{rows}</sheetData></worksheet>"
)
PARTS = {
    "[Content_Types].xml": (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/'
        '2006/content-types"><Default Extension="rels" ContentType="application/vnd.'
        'openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
        '.main+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/'
        'package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.'
        'openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/'
        'spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships"><sheets><sheet name="Data" sheetId="1" '
        'r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/'
        'package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.'
        'openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.'
        'openxmlformats.org/officeDocument/2006/relationships/styles" '
        'Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (  # style 1 is a date
        '<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/'
        'spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="14"/></cellXfs></styleSheet>'
    ),
}


def write_workbook(path: Path, rows=(), *, sheet="", extra=None, dimension=""):
    """Write an XLSX: cells are text, numbers, or ready-made XML in a tuple."""
    written = "".join(
        f'<row r="{number}">{"".join(map(_cell, row, _places(number, row)))}</row>'
        for number, row in enumerate(rows, start=1)
    )
    sheet = sheet or SHEET.format(rows=written, dimension=dimension)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in PARTS.items():
            archive.writestr(name, text)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return path


def _places(number, row):
    return [f"{chr(ord('A') + place)}{number}" for place in range(len(row))]


def _cell(value, place):
    if isinstance(value, tuple):
        return value[0].format(place=place)
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
