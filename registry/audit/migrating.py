"""Migrations keep the trail whole: what they change is recorded too.

A table that is altered loses its triggers (SQLite rebuilds it), or cannot be altered
because of them. So the trail must hold before; the triggers are taken away; and
afterwards, also when a migration failed half-way, rows that are not what the trail says
are recorded as changed by it, and the triggers are put back, in one transaction.
"""

from itertools import islice
from typing import Any

from django.apps import apps as installed_apps
from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor

from registry.audit import triggers
from registry.audit.columns import AUDITED_APPS, Table, audited
from registry.audit.context import Acting, acting, current, operator
from registry.audit.digests import FIELDS, event_digest, now
from registry.audit.models import Event
from registry.audit.replay import mismatches
from registry.audit.seals import hold_off_sealing
from registry.audit.verify import first_fault

CHUNK = 1_000
# Triggers that are missing hide nothing when the data are what the trail says; and
# `migrate` is what puts them back.
HOLDS = ("events", "seals", "checkpoint", "data")


_begun: set[str] = set()


def before(using: str, apps: Any = installed_apps, plan: Any = (), **_: Any) -> None:
    """Refuse to migrate a registry whose trail does not hold."""
    connection = connections[using]
    _begun.discard(using)
    if triggers.trail_exists(connection):
        if fault := first_fault(connection, apps, HOLDS):
            raise triggers.AuditNotReady(
                f"The database is not migrated, because its audit trail does not "
                f"hold: {fault}"
            )
        if any(migration.app_label in AUDITED_APPS for migration, _ in plan):
            triggers.remove(connection)
    _begun.add(using)


def after(using: str, apps: Any = installed_apps, **_: Any) -> None:
    """Record what the migrations changed, and put the triggers in place.

    Only what held before is recorded as theirs; so it does nothing without `before`.
    """
    connection = connections[using]
    if using not in _begun or not triggers.trail_exists(connection):
        return
    _begun.discard(using)
    if triggers.differences(connection, apps):
        with acting(operator(), through="migrate"):
            record_and_install(connection, apps, "migrate")


def interrupted(using: str) -> None:
    """Do the same for a migrate that failed: some migrations may have been applied."""
    if using in _begun:
        after(using, applied(connections[using]))


def applied(connection: Any) -> Any:
    """Return the models as the database has them, which may be behind the code."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return installed_apps
    state = executor._create_project_state(  # type: ignore[attr-defined]
        with_applied_migrations=True
    )
    return state.apps


def record_and_install(connection: Any, apps: Any, action: str) -> int:
    """Record every row that is not what the trail says, and install the triggers.

    Returns how many rows there were. Where the trail itself is broken it raises.
    """
    known = {table.name: table for table in audited(apps)}
    named = Event.objects.order_by("table").values_list("table", flat=True)
    with transaction.atomic(using=connection.alias):
        hold_off_sealing(connection)
        triggers.remove(connection)
        count = sum(
            _record(connection, known.get(name), name, action)
            for name in sorted({*known, *named.distinct()})
        )
        triggers.install(connection, apps)
    if (acts := current()) is not None:
        acts.has_written |= count > 0
    return count


def _record(connection: Any, table: Table | None, name: str, action: str) -> int:
    """Write an event for every row that is not what the trail says; return how many."""
    place = table or Table(name, "", ())
    found = mismatches(connection, place, is_there=table is not None)
    events, count = (_event(connection, place, one, action) for one in found), 0
    while chunk := list(islice(events, CHUNK)):
        count += len(Event.objects.using(connection.alias).bulk_create(chunk))
    return count


def _event(connection: Any, table: Table, mismatch: Any, action: str) -> Event:
    acts = current()
    if acts is None or mismatch.broken is not None:
        raise triggers.AuditNotReady(
            mismatch.sentence(table) if acts else "A migration is recorded by nobody."
        )
    row = (table.name, str(mismatch.row), mismatch.recorded, mismatch.there)
    return event_by_hand(connection, acts, action, *row)


def event_by_hand(
    connection: Any, acts: Acting, action: str, *row: str | None
) -> Event:
    """Return an event that no trigger writes: `row` is its table, key, old and new."""
    about = (acts.actor, acts.through, acts.reason, acts.batch)
    values = (now(), *about, action, *row)
    digest = event_digest(values, connection.vendor)
    return Event(**dict(zip(FIELDS, values, strict=True)), digest=digest)
