"""What the audit costs: one save, a bulk update, and a whole acting context.

    python3 benchmarks/save_with_triggers.py [--rounds 20]

Saves go with and without the triggers in turn, so that whatever else the machine does
falls on both. It runs on the configured engine, in a place of its own that is thrown
away: an embedded database in a temporary folder, or, with DATABASE_URL, a scratch
database made beside that one and dropped. "Without" is Django alone: no triggers, and
nobody tells the database who acts.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SAVES, ROWS, CONTEXTS = 100, 5_000, 200


def main() -> None:
    """Measure in a place of its own, and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder, scratch_database(folder):
        measure(rounds)


@contextmanager
def scratch_database(folder: str) -> Iterator[None]:
    """Point the settings to a home and a database that nobody else uses."""
    configured = os.environ.pop("DATABASE_URL", "")
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "registry.settings",
        "REGISTRY_HOME": folder,
        "SECRET_KEY": "benchmark",
        "AUDIT_KEY": "benchmark",
        "AUDIT_CHECKPOINT": str(Path(folder) / "checkpoint.json"),
    }
    sys.path.insert(0, str(ROOT))
    if not configured:
        yield
        return
    scratch = f"bench_save_with_triggers_{os.getpid()}"
    administer(configured, f"CREATE DATABASE {scratch}")
    os.environ["DATABASE_URL"] = f"{configured.rsplit('/', 1)[0]}/{scratch}"
    try:
        yield
    finally:
        from django.db import connections

        connections.close_all()
        administer(configured, f"DROP DATABASE {scratch}")


def administer(url: str, statement: str) -> None:
    """Make or drop the scratch database."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def measure(rounds: int) -> None:
    """Print the cost of saves, of a bulk update, and of acting contexts."""
    import django

    django.setup()
    from django.core.management import call_command

    from registry.audit.context import command

    call_command("migrate", verbosity=0)
    with command("benchmark") as acting:
        person = make_participant()
        timings = compare(lambda: time_saves(person), rounds)
        bulk = compare(lambda: time_update(person), max(3, rounds // 4))
        acting.has_written = False
    report(timings, bulk, time_contexts(person))


def make_participant() -> Any:
    """Make somebody to whom assessments can be added, and 5,000 of them."""
    from outcomes.models import Assessment
    from registry.models import Cohort, Participant, Site

    site = Site.objects.create(code="bench", name="Bench")
    cohort = Cohort.objects.create(slug="bench", name="Bench", protocol="trigeminal")
    person = Participant.objects.create(site=site, cohort=cohort)
    Assessment.objects.bulk_create(
        Assessment(participant=person, day=day, is_after_procedure=True)
        for day in range(1, ROWS + 1)
    )
    return person


def compare(
    run: Callable[[], dict[str, list[float]]], rounds: int
) -> dict[str, tuple[float, float]]:
    """Return what -> (median with, median without), in seconds, taken in turn."""
    found: dict[bool, dict[str, list[float]]] = {True: {}, False: {}}
    run()
    for _ in range(rounds):
        for audited in (True, False):
            with recording(audited):
                for what, seconds in run().items():
                    found[audited].setdefault(what, []).extend(seconds)
    return {
        what: (median(found[True][what]), median(found[False][what]))
        for what in found[True]
    }


@contextmanager
def recording(audited: bool) -> Iterator[None]:
    """With `audited` false, take the audit away within the block."""
    from django.db import connection

    from registry.audit import triggers

    if audited:
        yield
        return
    triggers.remove(connection)
    wrappers, connection.execute_wrappers = connection.execute_wrappers, []
    try:
        yield
    finally:
        connection.execute_wrappers = wrappers
        triggers.install(connection)


def time_saves(person: Any) -> dict[str, list[float]]:
    """Insert, change and then drop some assessments, each timed alone."""
    from outcomes.models import Assessment

    made = [
        Assessment(participant=person, day=-day, is_after_procedure=False)
        for day in range(1, SAVES + 1)
    ]
    inserts = [seconds(visit.save) for visit in made]
    for visit in made:
        visit.mode = "phone"
    updates = [seconds(visit.save) for visit in made]
    Assessment.objects.filter(day__lt=0)._raw_delete(using="default")
    return {"insert": inserts, "update": updates}


def time_update(person: Any) -> dict[str, list[float]]:
    """Change 5,000 rows in one statement."""
    from django.db.models import F

    later = person.assessments.filter(day__gt=0)
    up = seconds(lambda: later.update(recurrence_day=F("day")))
    down = seconds(lambda: later.update(recurrence_day=None))
    return {"bulk": [up, down]}


def time_contexts(person: Any) -> float:
    """Return the median of a context with one save, its seal and its checkpoint."""
    from registry.audit.context import acting

    visit = person.assessments.first()

    def act(day: int) -> None:
        with acting("user:bench", through="page:POST /bench"):
            visit.recurrence_day = day % 2
            visit.save()

    return median(seconds(lambda day=day: act(day)) for day in range(CONTEXTS))


def seconds(run: Callable[[], object]) -> float:
    """Return how long it took."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def report(
    timings: dict[str, tuple[float, float]],
    bulk: dict[str, tuple[float, float]],
    context: float,
) -> None:
    """Print what was measured, beside what it should be."""
    from django.db import connection

    print(f"{connection.vendor}: medians, audited against plain")
    for what, (audited, plain) in timings.items():
        print(
            f"one {what:<8} {audited * 1e6:8.0f} us  {plain * 1e6:8.0f} us  "
            f"ratio {audited / plain:5.2f}  (aim: 1.3 or less)"
        )
    for audited, plain in bulk.values():
        print(
            f"update of {ROWS:,} rows {audited * 1e3:6.0f} ms {plain * 1e3:6.0f} ms  "
            f"{(audited - plain) / ROWS * 1e6:.0f} us a row extra  (aim: 100 or less)"
        )
    print(
        f"apart: a whole context of one save, its seal and its checkpoint "
        f"{context * 1e3:.2f} ms"
    )


if __name__ == "__main__":
    main()
