"""PostgreSQL: what the triggers and their functions say.

Our own connections mark themselves (`telling`), so that a write of ours without an
actor is refused, while one from outside (psql) is recorded under the database role.
"""

from dataclasses import dataclass
from typing import Any

from registry.audit.columns import Table, quoted
from registry.audit.digests import FIELDS
from registry.audit.models import Event, Seal
from registry.audit.telling import connect

__all__ = ["WRITERS_LOCK", "connect", "expected", "installed", "make", "remove"]

EVENTS, SEALS = Event._meta.db_table, Seal._meta.db_table
# Writers share this lock until they commit; who seals takes it alone (seals.py).
WRITERS_LOCK = 0x52484958
# Stands for the schema of the tables: unqualified names could mean a temporary table.
SCHEMA = "@schema@."

WRITE_EVENT = f"""
DECLARE
  at text := to_char(clock_timestamp() AT TIME ZONE 'UTC',
                     'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
  told text := nullif(current_setting('registry.acting', true), '');
  outside text := 'outside the application';
  told_by text[] := string_to_array(told, chr(31));
BEGIN
  IF array_length(told_by, 1) IS DISTINCT FROM 4 OR '' = ANY(told_by[1:3]) THEN
    IF told IS NOT NULL OR current_setting('registry.application', true) = 'on' THEN
      RAISE EXCEPTION 'A change to % was refused: nobody is acting '
        '(registry.audit.context.acting).', table_name;
    END IF;
    told_by := ARRAY['db:' || session_user, outside, outside, ''];
  END IF;
  PERFORM pg_advisory_xact_lock_shared({WRITERS_LOCK});
  INSERT INTO {SCHEMA}{EVENTS} ({", ".join(quoted(name) for name in FIELDS)}, digest)
  VALUES (at, told_by[1], told_by[2], told_by[3], told_by[4], action, table_name,
    row_key, old_row, new_row, encode(sha256(convert_to(concat(
      length(at), ':', at,
      length(told_by[1]), ':', told_by[1], length(told_by[2]), ':', told_by[2],
      length(told_by[3]), ':', told_by[3], length(told_by[4]), ':', told_by[4],
      length(action), ':', action, length(table_name), ':', table_name,
      length(row_key), ':', row_key,
      coalesce(length(old_row) || ':' || old_row, '-'),
      coalesce(length(new_row) || ':' || new_row, '-')), 'UTF8')), 'hex'));
END"""
GUARD_EVENTS = """
BEGIN
  -- A trigger of ours that writes an event is itself one level deep.
  IF TG_OP = 'INSERT' AND pg_trigger_depth() > 1 THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION
    'The audit trail is append-only, and written by the audit alone.';
END"""
GUARD_SEALS = """
BEGIN
  IF TG_OP = 'INSERT' AND current_setting('registry.sealing', true) = 'on' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION
    'The audit trail is append-only, and written by the audit alone.';
END"""
NO_TRUNCATE = """
BEGIN
  RAISE EXCEPTION 'TRUNCATE would leave no trace of what was there: use DELETE.';
END"""
PARAMETERS = "action text, table_name text, row_key text, old_row text, new_row text"


@dataclass(frozen=True)
class Function:
    """One function, comparable with what the catalogue says is there."""

    name: str
    body: str
    parameters: str = ""
    returns: str = "trigger"

    def statement(self, schema: str) -> str:
        """Return the statement that makes it."""
        body = self.body.replace(SCHEMA, f"{schema}.")
        return (
            f"CREATE OR REPLACE FUNCTION {quoted(self.name)}({self.parameters}) "
            f"RETURNS {self.returns} LANGUAGE plpgsql AS $audit${body}$audit$"
        )

    def described(self) -> str:
        """Return what `installed` tells of it: no rights, no settings of its own."""
        return f"{self.returns} plpgsql f  {self.body}"


def functions(tables: list[Table]) -> list[Function]:
    """Return every function that the triggers need."""
    return [
        Function("registry_audit_write", WRITE_EVENT, PARAMETERS, "void"),
        Function("registry_audit_guard_events", GUARD_EVENTS),
        Function("registry_audit_guard_seals", GUARD_SEALS),
        Function("registry_audit_no_truncate", NO_TRUNCATE),
        *(Function(f"audit_{table.name}", _body(table)) for table in tables),
    ]


def _body(table: Table) -> str:
    key = quoted(table.key)
    return f"""
DECLARE
  old_row text;
  new_row text;
  row_key text;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    old_row := {table.written("postgresql", "OLD")};
    row_key := OLD.{key}::text;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    new_row := {table.written("postgresql", "NEW")};
    IF TG_OP = 'UPDATE' AND row_key <> NEW.{key}::text THEN
      RAISE EXCEPTION 'The key of a row of {table.name} never changes.';
    END IF;
    row_key := NEW.{key}::text;
  END IF;
  PERFORM {SCHEMA}registry_audit_write(
    lower(TG_OP), '{table.name}', row_key, old_row, new_row);
  RETURN NULL;
END"""


@dataclass(frozen=True)
class Trigger:
    """One trigger, comparable with what the catalogue says is there."""

    name: str
    table: str
    events: tuple[str, ...]
    function: str
    timing: str = "AFTER"
    level: str = "ROW"
    condition: str = ""

    def statement(self) -> str:
        """Return the statement that makes it."""
        when = f" WHEN ({self.condition})" if self.condition else ""
        return (
            f"CREATE TRIGGER {quoted(self.name)} {self.timing} "
            f"{' OR '.join(self.events)} ON {quoted(self.table)} "
            f"FOR EACH {self.level}{when} EXECUTE FUNCTION {quoted(self.function)}()"
        )

    def described(self) -> str:
        """Return what `installed` tells of it when it is there and enabled."""
        bits = sum(BITS[event] for event in self.events)
        bits += BITS[self.timing] + BITS[self.level]
        return f"{self.table} {bits} O {self.function} {self.condition.lower()}".strip()


# pg_trigger.tgtype; source: PostgreSQL 15, src/include/catalog/pg_trigger.h.
BITS = {"ROW": 1, "STATEMENT": 0, "BEFORE": 2, "AFTER": 0}
BITS |= {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}


def triggers(tables: list[Table]) -> list[Trigger]:
    """Return every trigger that should be there."""
    made = []
    for table in tables:
        name, function = table.name, f"audit_{table.name}"
        # By their bytes: IS DISTINCT FROM takes the JSON 1.0 and 1.00 for the same.
        changed = "OLD.* *<> NEW.*"
        made += [
            Trigger(f"audit_{name}_insert", name, ("INSERT",), function),
            Trigger(f"audit_{name}_delete", name, ("DELETE",), function),
            Trigger(
                f"audit_{name}_update", name, ("UPDATE",), function, condition=changed
            ),
            _no_truncate(name),
        ]
    every = ("INSERT", "UPDATE", "DELETE")
    for name, guard in ((EVENTS, "events"), (SEALS, "seals")):
        function = f"registry_audit_guard_{guard}"
        made += [
            Trigger(f"audit_{name}_guard", name, every, function, "BEFORE"),
            _no_truncate(name),
        ]
    return made


def _no_truncate(table: str) -> Trigger:
    function = "registry_audit_no_truncate"
    name = f"audit_{table}_truncate"
    return Trigger(name, table, ("TRUNCATE",), function, "BEFORE", "STATEMENT")


def expected(tables: list[Table]) -> dict[str, str]:
    """Return trigger or function -> what `installed` should tell of it."""
    described = {trigger.name: trigger.described() for trigger in triggers(tables)}
    return described | {
        f"{made.name}({made.parameters})": made.described()
        for made in functions(tables)
    }


def installed(cursor: Any, tables: list[Table]) -> dict[str, str]:
    """Return the same, of what is there; a disabled trigger is not the same.

    Whatever else fires on the tables or the trail is told as well: triggers under any
    name, and rules.
    """
    names = [*(table.name for table in tables), EVENTS, SEALS]
    cursor.execute(f"{TRIGGERS_THERE} OR c.relname = ANY(%s))", [names])
    there = {
        name: f"{table} {bits} {enabled} {function} {when or ''}".strip()
        for name, table, bits, enabled, function, when in cursor.fetchall()
    }
    cursor.execute(FUNCTIONS_THERE)
    there |= {
        f"{name}({parameters})": described
        for name, parameters, described in cursor.fetchall()
    }
    cursor.execute(RULES_THERE, [names])
    return there | {
        f"rule {rule}": definition for rule, definition in cursor.fetchall()
    }


TRIGGERS_THERE = """
SELECT t.tgname, c.relname, t.tgtype, t.tgenabled, p.proname,
       lower(substring(pg_get_triggerdef(t.oid) FROM 'WHEN \\(\\((.*)\\)\\) EXECUTE'))
  FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
  JOIN pg_class c ON c.oid = t.tgrelid
 WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace
   AND (t.tgname LIKE 'audit\\_%%'"""
FUNCTIONS_THERE = f"""
SELECT proname, pg_get_function_identity_arguments(p.oid),
       concat_ws(' ', pg_get_function_result(p.oid), lanname, prosecdef,
                 coalesce(proconfig::text, ''),
                 replace(prosrc, quote_ident(current_schema()) || '.', '{SCHEMA}'))
  FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
 WHERE (proname LIKE 'audit\\_%' OR proname LIKE 'registry\\_audit\\_%')
   AND pronamespace = current_schema()::regnamespace"""
RULES_THERE = """
SELECT rulename, definition FROM pg_rules
 WHERE schemaname = current_schema() AND tablename = ANY(%s)"""


def make(cursor: Any, tables: list[Table]) -> None:
    """Make the functions and the triggers."""
    cursor.execute("SELECT quote_ident(current_schema())")
    schema = cursor.fetchone()[0]
    for function in functions(tables):
        cursor.execute(function.statement(schema))
    for trigger in triggers(tables):
        cursor.execute(trigger.statement())


def remove(cursor: Any) -> None:
    """Drop the audit's triggers and functions that are there."""
    cursor.execute(f"{TRIGGERS_THERE})", [])
    for name, table, *_ in cursor.fetchall():
        cursor.execute(f"DROP TRIGGER {quoted(name)} ON {quoted(table)}")
    cursor.execute(FUNCTIONS_THERE)
    for name, parameters, _ in cursor.fetchall():
        cursor.execute(f"DROP FUNCTION {quoted(name)}({parameters})")
