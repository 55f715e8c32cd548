"""load_table against the database's own bulk load of the same rows, in one run.

    python3 benchmarks/load_table.py [--rows 100000] [--database postgresql://…]

Loads a wide table into an empty registry, reads its rows back, and puts them into a
second empty registry with executemany (SQLite) or COPY (PostgreSQL), the audit triggers
in place both times; then once more into a third without any triggers, which shows what
the trail itself costs. Prints rows/s of all, the ratios (aim: 5 or less, with triggers)
and the peak memory of load_table. With --database, three databases are made beside it
and dropped.
"""

import argparse
import csv
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADACHE = ROOT / "tests" / "data" / "headache_trial"
COLUMNS = (
    "id age sex migraine chronicity acupuncturist practice_id group"
    " pk1 pk2 pk5 f1 f2 f5"
)
TABLES = (
    "registry_cohort registry_site registry_arm registry_participant"
    " registry_paintarget outcomes_assessment outcomes_score"
)
LOST = 0.25
PARTS = ("load", "bulk", "bare")
FETCHED = 20_000


def main() -> None:
    """Run both ways, each in a process of its own, and print what came out."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--database", default="")
    parser.add_argument("--part", choices=PARTS)
    options = parser.parse_args()
    if options.part:
        sys.path.insert(0, str(ROOT))
        time_load() if options.part == "load" else time_bulk(options.part)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_table(folder / "table.csv", options.rows)
        with_databases(folder, options)


def with_databases(folder: Path, options: argparse.Namespace) -> None:
    """Give each way an empty database, and take it away afterwards."""
    urls = dict.fromkeys(PARTS, "")
    if options.database:
        base = options.database.rsplit("/", 1)[0]
        urls = {part: f"{base}/bench_load_table_{part}" for part in urls}
        administer(options.database, "DROP DATABASE IF EXISTS {}", urls)
        administer(options.database, "CREATE DATABASE {}", urls)
    try:
        loaded = run("load", folder, urls)
        bulk = run("bulk", folder, urls)
        bare = run("bare", folder, urls)
    finally:
        if options.database:
            administer(options.database, "DROP DATABASE IF EXISTS {}", urls)
    report(options.rows, loaded, bulk, bare)


def report(rows: int, loaded: list[str], bulk: list[str], bare: list[str]) -> None:
    """Print the speeds, their ratios, and the memory."""
    seconds, sealing, memory = (float(word) for word in loaded)
    bulk_seconds, number = float(bulk[0]), int(bulk[1])
    bare_seconds = float(bare[0])
    print(f"{rows:,} rows of a file, {number:,} rows of the database")
    print(
        f"load_table   {seconds:8.1f} s  {rows / seconds:8,.0f} file rows/s"
        f"  {number / seconds:9,.0f} database rows/s"
    )
    print(f"bulk load    {bulk_seconds:8.1f} s  {number / bulk_seconds:31,.0f}")
    print(f"no triggers  {bare_seconds:8.1f} s  {number / bare_seconds:31,.0f}")
    print(f"ratio        {seconds / bulk_seconds:8.2f}    (aim: 5 or less)")
    print(f"without      {seconds / bare_seconds:8.2f}    (the trail included)")
    print(f"sealing the trail afterwards {sealing:.1f} s; peak memory {memory:.0f} MB")


def run(part: str, folder: Path, urls: dict[str, str]) -> list[str]:
    """Run one way in a process of its own; return the words of its last line."""
    home = folder / part
    home.mkdir()
    environment = {
        **os.environ,
        "REGISTRY_HOME": str(home),
        "REGISTRY_NO_VENV": "1",
        "DJANGO_SETTINGS_MODULE": "registry.settings",
        "BENCH_FOLDER": str(folder),
        "BENCH_SOURCE": urls["load"],
    }
    if urls[part]:
        environment |= {
            "DATABASE_URL": urls[part],
            "SECRET_KEY": "benchmark",
            "AUDIT_KEY": "benchmark",
        }
    command = [sys.executable, __file__, "--part", part]
    done = subprocess.run(
        command, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.splitlines()[-1].split()


def write_table(path: Path, rows: int) -> None:
    """Write a table like the headache trial's, a quarter of it missing at a year."""
    chance = random.Random(1)  # noqa: S311 - the same table each time
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS.split())
        for number in range(rows):
            scores = [chance.randrange(400) / 4 for _ in range(3)]
            days = [chance.randrange(29) for _ in range(3)]
            if chance.random() < LOST:
                scores[2], days[2] = "", 0
            age = chance.randrange(18, 80)
            years = chance.randrange(1, 18)
            start = [f"p{number}", age, chance.randrange(2), 1, years, 1, 1]
            writer.writerow([*start, chance.randrange(2), *scores, *days])


def time_load() -> None:
    """Load the table, and print seconds, seconds of sealing, and peak memory in MB."""
    import django

    django.setup()
    from django.core.management import call_command

    from outcomes.imports.load import Job, load
    from registry.audit.context import command

    call_command("migrate", verbosity=0)
    job = Job(
        path=Path(os.environ["BENCH_FOLDER"]) / "table.csv",
        mapping_path=HEADACHE / "mapping.toml",
        instruments=HEADACHE / "instruments",
    )
    with command("benchmark"):
        start = time.perf_counter()
        load(job, apply=True)
        done = time.perf_counter()
    sealed = time.perf_counter()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(done - start, sealed - done, memory)


def time_bulk(part: str) -> None:
    """Put the loaded rows into this database; print seconds and how many rows."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from registry.audit import triggers
    from registry.audit.context import command

    call_command("migrate", verbosity=0)
    if part == "bare":
        triggers.remove(connection)
    seconds, number = 0.0, 0
    with command("benchmark"), transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # COPY goes past the cursor that tells who acts; this write does not.
            cursor.execute("DELETE FROM registry_cohort WHERE false")
        for table, columns, rows in source_rows():
            start = time.perf_counter()
            put = copy if connection.vendor == "postgresql" else insert
            put(cursor, table, columns, rows)
            seconds += time.perf_counter() - start
            number += len(rows)
    print(seconds, number)


def source_rows():
    """Yield (table, columns, rows) of the registry that load_table filled."""
    url = os.environ["BENCH_SOURCE"]
    if url:
        import psycopg

        source = psycopg.connect(url)
    else:
        import sqlite3

        home = Path(os.environ["BENCH_FOLDER"]) / "load"
        source = sqlite3.connect(home / "registry.sqlite3")
    for table in TABLES.split():
        cursor = source.cursor(f"read_{table}") if url else source.cursor()
        cursor.execute(f"SELECT * FROM {table} ORDER BY id")
        while rows := cursor.fetchmany(FETCHED):
            yield table, [column[0] for column in cursor.description], rows
        cursor.close()


def insert(cursor, table: str, columns: list[str], rows: list[tuple]) -> None:
    """Insert rows as SQLite does it fastest."""
    places = ", ".join("?" for _ in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    cursor.connection.executemany(
        f'INSERT INTO "{table}" ({names}) VALUES ({places})', rows
    )


def copy(cursor, table: str, columns: list[str], rows: list[tuple]) -> None:
    """Insert rows as PostgreSQL does it fastest."""
    names = ", ".join(f'"{column}"' for column in columns)
    with cursor.cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as stream:
        for row in rows:
            stream.write_row(row)


def administer(url: str, statement: str, urls: dict[str, str]) -> None:
    """Make or drop the two databases."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for other in urls.values():
            connection.execute(statement.format(other.rsplit("/", 1)[1]))


if __name__ == "__main__":
    main()
