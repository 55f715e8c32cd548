"""Undo: everything that a batch wrote is taken back, from the trail itself.

Newest first, an inserted row is deleted, a changed one gets its old values back, a
deleted one is inserted again. All of it or nothing.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any, NamedTuple

from django.db import IntegrityError, OperationalError, connection, transaction

from registry.audit.columns import Table, audited, quoted
from registry.audit.context import current
from registry.audit.models import Event
from registry.errors import Refused

CHUNK = 500
DONE = {"insert": "deleted", "update": "restored", "delete": "brought back"}


class Change(NamedTuple):
    """What an event says of one row."""

    table: str
    row: str
    old: str | None
    new: str | None

    def kind(self) -> tuple[str, str]:
        """Return (table, what was done), told by what there was before and after."""
        done = "insert" if self.old is None else "delete" if self.new is None else ""
        return self.table, done or "update"


def take_back(batch: str) -> Counter[tuple[str, str]]:
    """Take back a batch in one transaction; return counts by (table, what was done).

    Refuses, naming the row, when somebody changed one of its rows later, or when other
    rows rest on what it made.
    """
    if not batch or not Event.objects.filter(batch=batch).exists():
        raise Refused(f"No batch '{batch}' is in the audit trail.")
    if current() is None:
        raise Refused("Nobody is acting, in whose name the batch could be taken back.")
    tables = {table.name: table for table in audited()}
    done: Counter[tuple[str, str]] = Counter()
    try:
        with _as_of_one_moment():
            _refuse_later_changes(batch)
            for (name, kind), chunk in _chunks(batch):
                if name not in tables:
                    raise Refused(f"The table {name} is gone: nothing is taken back.")
                _reverse(tables[name], kind, chunk)
                done[name, DONE[kind]] += len(chunk)
            connection.check_constraints()
    except IntegrityError as error:
        raise Refused(
            f"Batch {batch} cannot be taken back: records made since rest on its rows, "
            f"or stand in their place. Take those back first. "
            f"({str(error).splitlines()[0]})"
        ) from error
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != "40001":
            raise
        raise Refused(
            f"Batch {batch} was not taken back: somebody changed its rows meanwhile."
        ) from error
    return done


@contextmanager
def _as_of_one_moment() -> Iterator[None]:
    """Fail, rather than overwrite, where a row is changed after it was looked at.

    SQLite keeps other writers out by itself.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


EVENTS = Event._meta.db_table
ANY_LATER = f"""
SELECT 1 FROM {EVENTS} mine JOIN {EVENTS} later
    ON later."table" = mine."table" AND later."row" = mine."row"
   AND later.id > mine.id AND later.batch <> mine.batch
 WHERE mine.batch = %s LIMIT 1"""
# What the batch left, against what it found there next, or what is there now.
LEFT_OTHERWISE = f"""
SELECT mine."table", mine."row", mine.id FROM (
    SELECT "table", "row", id, new, lead(id) OVER later AS next_id,
           lead(old) OVER later AS next_old
      FROM {EVENTS} WHERE batch = %s
    WINDOW later AS (PARTITION BY "table", "row" ORDER BY id)) mine
  LEFT JOIN {EVENTS} last ON mine.next_id IS NULL AND last.id = (
    SELECT max(id) FROM {EVENTS} one
     WHERE one."table" = mine."table" AND one."row" = mine."row")
 WHERE coalesce(CASE WHEN mine.next_id IS NULL THEN last.new ELSE mine.next_old END, '')
       <> coalesce(mine.new, '') LIMIT 1"""


def _refuse_later_changes(batch: str) -> None:
    """Refuse when a row is not as the batch left it; what was undone again is."""
    with connection.cursor() as cursor:
        cursor.execute(ANY_LATER, [batch])
        if cursor.fetchone() is None:
            return
        cursor.execute(LEFT_OTHERWISE, [batch])
        found = cursor.fetchone()
    if found is None:
        return
    table, row, number = found
    of_row = Event.objects.filter(table=table, row=row, pk__gt=number)
    later = of_row.exclude(batch=batch).latest("pk")
    raise Refused(
        f"Batch {batch} cannot be taken back: {later.actor} changed {table}, row "
        f"{row}, later (at {later.at[:19]} UTC, through {later.through}). What was "
        f"entered since would be lost."
    )


def _chunks(batch: str) -> Iterator[tuple[tuple[str, str], list[Change]]]:
    """Yield (table, what was done) and up to CHUNK neighbours, newest first."""
    events = Event.objects.filter(batch=batch).order_by("-pk")
    rows = events.values_list(*Change._fields).iterator(chunk_size=5_000)
    for kind, run in groupby((Change(*row) for row in rows), key=Change.kind):
        chunk = []
        for change in run:
            chunk.append(change)
            if len(chunk) == CHUNK:
                yield kind, chunk
                chunk = []
        if chunk:
            yield kind, chunk


def _reverse(table: Table, kind: str, chunk: list[Change]) -> None:
    statements = (_statement(table, kind, change) for change in chunk)
    with connection.cursor() as cursor:
        for sql, run in groupby(statements, key=lambda one: one[0]):
            if sql:
                cursor.executemany(sql, [values for _, values in run])


def _statement(table: Table, kind: str, change: Change) -> tuple[str, list[Any]]:
    """Return the statement that reverses one change, and its values."""
    name, at_key = quoted(table.name), f"WHERE {quoted(table.key)} = %s"
    if kind == "insert":
        return f"DELETE FROM {name} {at_key}", [int(change.row)]
    before, after = _values(table, change.old), _values(table, change.new)
    if kind == "update":
        before = {c: v for c, v in before.items() if v != after.get(c)}
    _refuse_digests(table, before)
    columns, values = [quoted(column) for column in before], list(before.values())
    if kind == "delete":
        marks = ", ".join(["%s"] * len(columns))
        return f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})", values
    sets = ", ".join(f"{column} = %s" for column in columns)
    changed = f"UPDATE {name} SET {sets} {at_key}" if sets else ""
    return changed, [*values, int(change.row)]


def _values(table: Table, written: str | None) -> dict[str, Any]:
    """Return column -> value as the database takes it, of columns still there."""
    kinds = dict(table.columns)
    told = json.loads(written or "{}")
    return {column: value for column, value in told.items() if column in kinds}


def _refuse_digests(table: Table, values: dict[str, Any]) -> None:
    """Refuse what only a digest is known of: it cannot be brought back."""
    for column, kind in table.columns:
        if kind.endswith("digest") and values.get(column) is not None:
            raise Refused(
                f"{table.name}.{column} cannot be taken back: the trail holds only its "
                f"digest."
            )
