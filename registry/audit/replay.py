"""Replay: folded, the events of each row must give the row that is there."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, transaction

from registry.audit.columns import Table, quoted
from registry.audit.models import Event

CHUNK = 2_000


@dataclass(frozen=True)
class Folded:
    """What the trail knows of a row; `broken` is its first event that does not fit."""

    row: int
    state: str | None = None
    broken: int | None = None


@dataclass(frozen=True)
class Mismatch:
    """A row that is not what the trail says; None where there is, or was, no row."""

    row: int
    recorded: str | None
    there: str | None
    broken: int | None = None

    def sentence(self, table: Table) -> str:
        """Say which row of which table, and where it differs."""
        place = f"{table.name}, row {self.row}"
        if self.broken is not None:
            return (
                f"Event {self.broken} ({place}): what it says was there before it, was "
                f"not."
            )
        if self.recorded is None:
            return f"{place}: it is there, but the trail knows nothing of it."
        if self.there is None:
            return f"{place}: the trail says it is there, but it is gone."
        old, new = json.loads(self.recorded), json.loads(self.there)
        differing = [
            name
            for name in {**new, **old}
            if json.dumps(old.get(name, ...), default=repr)
            != json.dumps(new.get(name, ...), default=repr)
        ]
        column = differing[0] if differing else "as a whole"
        return f"{place}: column {column} is not what the trail says."


@contextmanager
def one_moment(connection: Any) -> Iterator[None]:
    """Read everything as of one moment, without keeping anybody from writing."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(using=connection.alias):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
    else:
        # Django would begin IMMEDIATE, which keeps writers waiting.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            if connection.connection.in_transaction:
                connection.connection.rollback()


def mismatches(
    connection: Any, table: Table, *, is_there: bool = True
) -> Iterator[Mismatch]:
    """Yield where the folded events and the table differ, in the order of the rows.

    A table that `is_there` no longer has no rows.
    """
    recorded = folded(connection, table)
    there = rows_there(connection, table) if is_there else iter(())
    for known, row in _side_by_side(recorded, there):
        if known.broken is not None or known.state != row:
            yield Mismatch(known.row, known.state, row, known.broken)


def _side_by_side(
    recorded: Iterator[Folded], there: Iterator[tuple[int, str]]
) -> Iterator[tuple[Folded, str | None]]:
    """Pair what the trail knows of each row with the row; both come by key."""
    known, row = next(recorded, None), next(there, None)
    while known or row:
        if row is None or (known and known.row < row[0]):
            yield known or Folded(0), None
            known = next(recorded, None)
        elif known is None or row[0] < known.row:
            yield Folded(row[0]), row[1]
            row = next(there, None)
        else:
            yield known, row[1]
            known, row = next(recorded, None), next(there, None)


def rows_there(connection: Any, table: Table) -> Iterator[tuple[int, str]]:
    """Yield (key, row as JSON) of a table, by key."""
    name, key = quoted(table.name), quoted(table.key)
    written = table.written(connection.vendor, name)
    yield from _read(connection, f"SELECT {key}, {written} FROM {name} ORDER BY {key}")


def folded(connection: Any, table: Table) -> Iterator[Folded]:
    """Yield what the trail knows of each row, by key; no state where it was deleted."""
    row, state, broken = None, None, None
    for number, next_row, old, new in _history(connection, table):
        if next_row != row:
            if row is not None:
                yield Folded(row, state, broken)
            row, state, broken = next_row, None, None
        if old != state and broken is None:
            broken = number
        state = new
    if row is not None:
        yield Folded(row, state, broken)


def unreadable(connection: Any, table: Table) -> str:
    """Return the place of a value that cannot be written down, if it can be told."""
    name, key = quoted(table.name), quoted(table.key)
    keys = [row for (row,) in _read(connection, f"SELECT {key} FROM {name}")]
    for row in keys:
        for column in table.columns:
            one = Table(table.name, table.key, (column,))
            written = one.written(connection.vendor, name)
            sql = f"SELECT {written} FROM {name} WHERE {key} = %s"
            try:
                list(_read(connection, sql, [row]))
            except DatabaseError:
                return f", row {row}: column {column[0]}"
    return ""


def _history(connection: Any, table: Table) -> Iterator[tuple[int, int, Any, Any]]:
    events = quoted(Event._meta.db_table)
    row = f"CAST({quoted('row')} AS BIGINT)"
    yield from _read(
        connection,
        f"SELECT id, {row}, old, new FROM {events} "
        f"WHERE {quoted('table')} = %s ORDER BY {row}, id",
        [table.name],
    )


def _read(connection: Any, sql: str, params: Any = None) -> Iterator[Any]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows
