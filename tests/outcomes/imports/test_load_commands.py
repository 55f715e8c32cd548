"""The commands: what they say, how they end, and two of them at once."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from outcomes.imports.load import load
from outcomes.instruments import INSTRUMENTS
from outcomes.models import LoadBatch
from registry.models import Participant
from tests.architecture.source import ROOT
from tests.outcomes.imports.tables import (
    HEADACHE,
    HEADER,
    TWO_PEOPLE,
    WIDE,
    job,
    row_counts,
)

pytestmark = pytest.mark.django_db

OWN_MEASURE = WIDE.replace('"vas"', '"headache_severity"')


def run(made, *options):
    call_command("load_table", made.path, f"--mapping={made.mapping_path}", *options)


def test_a_preview_counts_writes_nothing_and_tells_how_to_go_on(tmp_path, capsys):
    before = row_counts()
    run(job(tmp_path))
    said = capsys.readouterr().out
    assert "cohort north" in said
    assert "Nothing was written" in said
    assert "--apply" in said
    assert row_counts() == before
    assert not (tmp_path / "link-keys").exists()


def test_an_applied_load_tells_its_batch_and_the_undo_takes_it(tmp_path, capsys):
    run(job(tmp_path), "--apply")
    batch = LoadBatch.objects.get().code
    assert f"undo_load {batch}" in capsys.readouterr().out
    call_command("undo_load", batch.lower())
    said = capsys.readouterr().out
    assert "2 participants deleted" in said
    assert not Participant.objects.exists()


def test_the_same_file_again_says_nothing_to_do(tmp_path, capsys):
    run(job(tmp_path), "--apply")
    run(job(tmp_path), "--apply")
    assert "Nothing to do: 12 rows" in capsys.readouterr().out.replace("\n", " ")


def test_no_message_repeats_a_source_id(tmp_path, capsys):
    made = job(tmp_path, TWO_PEOPLE.replace("a1,", "zebra7,"))
    run(made, "--apply")
    made = job(tmp_path, made.path.read_text().replace("zebra7,50,8", "zebra7,50,11"))
    with pytest.raises(CommandError) as end:
        run(made, "--apply")
    said = capsys.readouterr()
    assert "zebra7" not in said.out + said.err + str(end.value)


def test_a_refused_file_ends_with_1_and_lists_all_refusals_in_a_file(tmp_path, capsys):
    made = job(tmp_path, f"{HEADER}\na1,50,11,80,3,2\n")
    with pytest.raises(CommandError) as end:
        run(made, "--apply", f"--refusals={tmp_path / 'refusals.csv'}")
    assert end.value.returncode == 1
    assert "row 2, worst0" in capsys.readouterr().out
    assert "worst0" in (tmp_path / "refusals.csv").read_text()


def test_a_broken_mapping_is_one_sentence(tmp_path):
    with pytest.raises(CommandError, match=r"mapping\.toml: the key"):
        run(job(tmp_path, mapping="colour = 1\n"), "--apply")


def test_measures_of_a_folder_are_kept_once_a_load_is_applied(tmp_path, settings):
    made = job(tmp_path, mapping=OWN_MEASURE, instruments=HEADACHE / "instruments")
    load(made, apply=False)
    assert "headache_severity" not in INSTRUMENTS
    loaded = load(made, apply=True)
    assert loaded.measures == ["headache_severity"]
    assert "headache_severity" in INSTRUMENTS
    kept = settings.LOCAL_INSTRUMENTS / "headache_severity.toml"
    source = HEADACHE / "instruments" / "headache_severity.toml"
    assert kept.read_bytes() == source.read_bytes()


def test_another_measure_under_a_known_name_is_refused(tmp_path):
    folder = tmp_path / "measures"
    folder.mkdir()
    text = (HEADACHE / "instruments" / "headache_severity.toml").read_text()
    (folder / "vas.toml").write_text(text)
    with pytest.raises(ValueError, match="already there and says otherwise"):
        load(job(tmp_path, instruments=folder), apply=True)


def test_two_commands_at_once_on_sqlite_load_the_file_once(tmp_path):
    """In processes of their own, as two coordinators would."""
    made = job(tmp_path)
    surroundings = {
        name: value for name, value in os.environ.items() if name != "DATABASE_URL"
    } | {"REGISTRY_HOME": str(tmp_path / "home"), "REGISTRY_NO_VENV": "1"}
    surroundings["DJANGO_SETTINGS_MODULE"] = "registry.settings"
    program = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run(
        [*program, "migrate", "-v0"], env=surroundings, check=True, capture_output=True
    )
    command = [*program, "load_table", made.path, "--mapping", made.mapping_path]
    both = [
        subprocess.Popen(
            [*command, "--apply"], env=surroundings, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = "".join(process.communicate()[0] for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert said.count("Loaded as batch") == 1
    assert said.count("Nothing to do") == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="threads share one SQLite in memory"
)
def test_two_loads_at_once_on_postgresql_load_the_file_once(tmp_path):
    table = HEADER + "\n" + "".join(f"p{n},50,8,80,3,2\n" for n in range(400))
    made = job(tmp_path, table)
    batches, started = [], threading.Barrier(4)

    def work():
        started.wait()
        try:
            batches.append(load(made, apply=True).batch)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(batches) == 4
    assert sum(map(bool, batches)) == 1
    assert Participant.objects.count() == 400
    assert connection.vendor == "postgresql"
    assert Path(tmp_path / "link-keys" / "north.csv").exists()
