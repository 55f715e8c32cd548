"""SQLite: what the triggers say, and the functions that they call.

The functions live in our connections alone: a write from anywhere else fails, because
the trigger calls what is not there.
"""

import hashlib
from typing import Any

from registry.audit.columns import Table, quoted
from registry.audit.context import current, is_sealing
from registry.audit.digests import FIELDS, event_digest, now
from registry.audit.models import Event, Seal

EVENTS, SEALS = Event._meta.db_table, Seal._meta.db_table
REFUSED = "was refused: nobody is acting (registry.audit.context.acting)."
# The trigger says these itself; the others it asks the recorder for.
SAID = ("action", "table", "row")


class Recorder:
    """The event that one connection is writing: `begin` fixes it, the rest is read.

    An INSERT evaluates its values in the order of the table's columns, and `at` is the
    first of them; were it ever otherwise, what arrives would not be what was fixed, and
    the insert would be refused.
    """

    def __init__(self) -> None:
        """Start before the first event."""
        self.values: tuple[str | None, ...] = ()
        self.expected: tuple[str | None, ...] = ()

    def begin(self, action: str, table: str, row: str, old: Any, new: Any) -> str:
        """Fix the event to be written and return its moment."""
        acting = current()
        if acting is None:
            raise PermissionError(REFUSED)  # never reached: the trigger has refused
        acting.has_written = True
        about = (acting.actor, acting.through, acting.reason, acting.batch)
        self.values = (at := now(), *about, action, table, row, old, new)
        return at

    def digest(self) -> str:
        """Return the digest of the event that `begin` fixed, and expect it once."""
        digest = event_digest(self.values, "sqlite")
        self.expected = (*self.values, digest)
        return digest

    def arrives(self, *values: Any) -> bool:
        """Tell whether the event that arrives is the one that is being written."""
        expected, self.expected = self.expected, ()
        return values == expected

    def value(self, name: str) -> Any:
        """Return a function that tells one field of the event that `begin` fixed."""
        place = FIELDS.index(name)
        return lambda: self.values[place]


def _is_anybody() -> bool:
    return current() is not None


def _sha256(value: Any) -> str | None:
    """Return a digest that also tells text from bytes of the same content."""
    if value is None:
        return None
    kind = type(value).__name__
    content = value if isinstance(value, bytes) else str(value).encode()
    return f"sha256:{hashlib.sha256(kind.encode() + b':' + content).hexdigest()}"


def connect(connection: Any) -> None:
    """Give a new connection the functions that the triggers call."""
    recorder = Recorder()
    create = connection.connection.create_function
    create("registry_is_anybody", 0, _is_anybody)
    create("registry_is_sealing", 0, is_sealing)
    create("registry_at", 5, recorder.begin)
    for name in FIELDS[1:]:
        create(f"registry_{name}", 0, recorder.value(name))
    create("registry_digest", 0, recorder.digest)
    create("registry_arrives", len(FIELDS) + 1, recorder.arrives)
    create("registry_sha256", 1, _sha256, deterministic=True)
    # INSERT OR REPLACE slips past delete triggers unless they recurse.
    connection.connection.execute("PRAGMA recursive_triggers = ON")


def expected(tables: list[Table]) -> dict[str, str]:
    """Return trigger name -> the statement that makes it."""
    made = {}
    for table in tables:
        for action in ("insert", "update", "delete"):
            made[f"audit_{table.name}_{action}"] = _recording(table, action)
    values = ", ".join(f"NEW.{quoted(name)}" for name in (*FIELDS, "digest"))
    for name, is_ours in (
        (EVENTS, f"registry_arrives({values})"),
        (SEALS, "registry_is_sealing()"),
    ):
        made[f"audit_{name}_insert"] = _guard(name, "INSERT", is_ours)
        made[f"audit_{name}_update"] = _guard(name, "UPDATE")
        made[f"audit_{name}_delete"] = _guard(name, "DELETE")
    return made


def _recording(table: Table, action: str) -> str:
    row = "OLD" if action == "delete" else "NEW"
    key = f"CAST({row}.{quoted(table.key)} AS TEXT)"
    old = "NULL" if action == "insert" else table.written("sqlite", "OLD")
    new = "NULL" if action == "delete" else table.written("sqlite", "NEW")
    said = dict(zip(SAID, (f"'{action}'", f"'{table.name}'", key), strict=True))
    begin = f"registry_at({', '.join(said.values())}, {old}, {new})"
    told = ", ".join(said.get(name, f"registry_{name}()") for name in FIELDS[1:])
    names = ", ".join(quoted(name) for name in FIELDS)
    return (
        f"CREATE TRIGGER {quoted(f'audit_{table.name}_{action}')} "
        f"AFTER {action.upper()} ON {quoted(table.name)}{_when(table, action)} BEGIN "
        f"SELECT RAISE(ABORT, 'A change to {table.name} {REFUSED}') "
        f"WHERE NOT registry_is_anybody(); {_key_stays(table, action)}"
        f"INSERT INTO {EVENTS} ({names}, digest) VALUES ("
        f"{begin}, {told}, registry_digest()); END"
    )


def _when(table: Table, action: str) -> str:
    """Return the condition: a row that stays as it is leaves no event."""
    if action != "update":
        return ""
    names = [quoted(name) for name, _ in table.columns]
    changed = (f"NEW.{name} IS NOT OLD.{name} COLLATE BINARY" for name in names)
    return " WHEN " + " OR ".join(changed)


def _key_stays(table: Table, action: str) -> str:
    """Return the refusal of a changed key: the trail follows a row by its key."""
    if action != "update":
        return ""
    key = quoted(table.key)
    return (
        f"SELECT RAISE(ABORT, 'The key of a row of {table.name} never changes.') "
        f"WHERE NEW.{key} IS NOT OLD.{key}; "
    )


def _guard(table: str, action: str, is_ours: str = "0") -> str:
    """Return the refusal of what is not written by the triggers or the sealing."""
    timing = "AFTER" if action == "INSERT" else "BEFORE"
    return (
        f"CREATE TRIGGER {quoted(f'audit_{table}_{action.lower()}')} "
        f"{timing} {action} ON {quoted(table)} BEGIN "
        f"SELECT RAISE(ABORT, 'The audit trail is append-only, and written by the "
        f"audit alone.') WHERE NOT {is_ours}; END"
    )


def installed(cursor: Any, tables: list[Table]) -> dict[str, str]:
    """Return trigger name -> statement, of every trigger on the tables or the trail."""
    names = [*(table.name for table in tables), EVENTS, SEALS]
    cursor.execute("SELECT name, sql, tbl_name FROM sqlite_master WHERE type='trigger'")
    return {
        name: sql
        for name, sql, table in cursor.fetchall()
        if name.startswith("audit_") or table in names
    }


def make(cursor: Any, tables: list[Table]) -> None:
    """Make the triggers."""
    for statement in expected(tables).values():
        cursor.execute(statement)


def remove(cursor: Any) -> None:
    """Drop the audit triggers that are there."""
    for name in installed(cursor, []):
        if name.startswith("audit_"):
            cursor.execute(f"DROP TRIGGER {quoted(name)}")
