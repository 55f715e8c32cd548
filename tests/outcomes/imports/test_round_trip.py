"""Any table of allowed values comes back from the rows as it went in."""

import csv
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outcomes.imports.identifiers import resembles_in_id
from outcomes.imports.load import Job, load
from outcomes.models import Assessment, Score
from registry.models import Participant
from tests.outcomes.imports.tables import WIDE

pytestmark = pytest.mark.django_db

COLUMNS = {
    "worst0": (0, "nrs_worst"),
    "vas0": (0, "vas"),
    "worst3": (91, "nrs_worst"),
    "vas3": (91, "vas"),
}
ids = (
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
    .map(str.strip)
    .filter(lambda one: one and one.isprintable() and not resembles_in_id(one))
)
ratings = st.none() | st.integers(0, 10).map(Decimal)
lengths = st.none() | st.decimals(0, 100, allow_nan=False, places=6)
people = st.dictionaries(
    ids,
    st.fixed_dictionaries(
        {
            "age": st.none() | st.integers(18, 90),
            "worst0": ratings,
            "vas0": lengths,
            "worst3": ratings,
            "vas3": lengths,
        }
    ),
    max_size=12,
)


def write(folder, table, delimiter):
    path = folder / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(["id", "age", *COLUMNS])
        for source_id, cells in table.items():
            shown = [cells["age"], *(cells[column] for column in COLUMNS)]
            writer.writerow(
                [source_id, *("" if one is None else format(one, "") for one in shown)]
            )
    mapping = folder / "mapping.toml"
    told = {",": ",", ";": ";", "\t": "\\t"}[delimiter]
    mapping.write_text(f'delimiter = "{told}"\n{WIDE}')
    return Job(path, mapping, keys_path=folder / "keys.csv")


def read(folder):
    """Return what the registry holds, under the ids of the key file."""
    with (folder / "keys.csv").open(encoding="utf-8", newline="") as file:
        sources = {row["study_id"]: row["source_id"] for row in csv.DictReader(file)}
    found = {
        sources[one.study_id]: {"age": one.age_at_index, **dict.fromkeys(COLUMNS)}
        for one in Participant.objects.all()
    }
    columns = {place: column for column, place in COLUMNS.items()}
    for score in Score.objects.select_related("assessment__participant"):
        visit = score.assessment
        column = columns[visit.day, score.instrument]
        found[sources[visit.participant.study_id]][column] = score.value
    return found


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(table=people, delimiter=st.sampled_from(",;\t"))
def test_a_wide_table_of_allowed_values_comes_back(table, delimiter):
    with tempfile.TemporaryDirectory() as name, transaction.atomic():
        job = write(Path(name), table, delimiter)
        loaded = load(job, apply=True)
        assert not loaded.tally.refused
        assert bool(loaded.batch) == bool(table)
        if table:
            assert read(Path(name)) == table
            assert Assessment.objects.count() == 2 * len(table)
            assert not load(job, apply=True).tally.has_work
        transaction.set_rollback(True)
