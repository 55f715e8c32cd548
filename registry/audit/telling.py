"""PostgreSQL: how a connection of ours tells the triggers who acts.

Who and why travel as a setting that ends with the transaction; it goes in front of each
statement that may write, in the same message, so that a write costs no journey more.
"""

import re
from collections.abc import Callable
from contextlib import nullcontext
from functools import lru_cache
from typing import Any

from django.db import transaction

from registry.audit.context import current

# None of these changes a row; some of them must stand alone. SELECT is told nothing: no
# function of ours writes, and one of somebody else's is then refused.
SILENT = re.compile(
    r"\s*(SELECT|SHOW|SET|RESET|SAVEPOINT|RELEASE|ROLLBACK|COMMIT|BEGIN|START|END|ABORT"
    r"|CREATE|ALTER|DROP|COMMENT|GRANT|REVOKE|VACUUM|ANALYZE|REINDEX|CLUSTER|CHECKPOINT"
    r"|DISCARD|LOCK|DECLARE|FETCH|MOVE|CLOSE|LISTEN|UNLISTEN|NOTIFY|VALUES|TABLE"
    r"|DEALLOCATE|REFRESH)\b",
    re.IGNORECASE,
)
SEPARATOR = "\x1f"  # `acting` lets no control character through
NOBODY = "nobody"


def connect(connection: Any) -> None:
    """Mark a new connection as ours, and let it tell who acts before it writes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('registry.application', 'on', false)")
    if tell_who_acts not in connection.execute_wrappers:
        # The outermost: Django's own context managers take away the last one.
        connection.execute_wrappers.insert(0, tell_who_acts)


def tell_who_acts(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
) -> Any:
    """Set who acts before each write: a rollback to a savepoint undoes the setting."""
    connection, cursor = context["connection"], context["cursor"]
    is_text = isinstance(sql, str)
    if (is_text and _is_silent(sql)) or getattr(cursor, "name", None):
        return execute(sql, params, many, context)  # a named cursor reads
    if is_text and not many and _takes_many_statements(connection):
        told = _statement() if params is None else _statement().replace("%", "%%")
        result = execute(f"{told}; {sql}", params, many, context)
        cursor.nextset()
        return result
    inside = connection.in_atomic_block
    with nullcontext() if inside else transaction.atomic(using=connection.alias):
        tell(connection)
        return execute(sql, params, many, context)


def tell(connection: Any) -> None:
    """Tell the running transaction who acts; nobody is told as nobody.

    For writes that do not pass `cursor.execute`, such as COPY: call it first, in the
    same transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(_statement())


def _is_silent(sql: str) -> bool:
    """Tell whether it is one statement, of a kind that changes no row."""
    return bool(SILENT.match(sql)) and ";" not in sql.rstrip("; \n")


def _takes_many_statements(connection: Any) -> bool:
    if connection.features.uses_server_side_binding:
        return False
    return connection.connection.pgconn.pipeline_status == 0


def _statement() -> str:
    """Return the statement that tells who acts now."""
    now = current()
    if now is None:
        return _telling(NOBODY)
    now.has_written = True
    about = (now.actor, now.through, now.reason, now.batch)
    return _telling(SEPARATOR.join(about))


@lru_cache(maxsize=256)
def _telling(told: str) -> str:
    from psycopg.sql import Literal

    return f"SET LOCAL registry.acting = {Literal(told).as_string(None)}"
