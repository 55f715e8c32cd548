"""What the tests of the audit ask: what was recorded, does it hold, and tampering."""

import json
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from registry.audit import triggers
from registry.audit.checkpoint import sign_checkpoint
from registry.audit.columns import audited
from registry.audit.seals import one_at_a_time, seal
from registry.audit.verify import verify
from registry.models import Event

IS_SQLITE = connection.vendor == "sqlite"


def newest():
    return Event.objects.aggregate(newest=Max("pk"))["newest"] or 0


@contextmanager
def recorded():
    """Collect the events of the block."""
    start, found = newest(), []
    yield found
    found += Event.objects.filter(pk__gt=start).order_by("pk")


def changes(events, *fields):
    """Each event as (action, old, new), with the named fields of the rows alone."""

    def part(written):
        return written and tuple(json.loads(written)[name] for name in fields)

    return [(one.action, part(one.old), part(one.new)) for one in events]


def fault():
    """The first fault of the proof, or nothing."""
    return "".join(stage.fault for stage in verify())


def sealed():
    """Seal what there is, as the end of an acting context does once it is committed."""
    made = seal()
    with one_at_a_time():
        sign_checkpoint(may_be_first=not settings.AUDIT_CHECKPOINT.exists())
    return made


@contextmanager
def behind_the_log():
    """Tamper as a skilled insider does: the triggers go, and come back identical."""
    triggers.remove(connection)
    with connection.cursor() as cursor:
        yield cursor
    triggers.install(connection)


def tamper(sql, params=None):
    """Run one statement behind the log; return how many rows it touched."""
    with behind_the_log() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def run(sql, params=None):
    """Run one statement as anybody with the connection might."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


@contextmanager
def rolled_back():
    """Undo in the end whatever the block writes."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def photograph():
    """Every row of the registry and its trail."""
    with connection.cursor() as cursor:
        kept = {}
        for table in tables():
            cursor.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in cursor.description]
            kept[table] = names, cursor.fetchall()
    return kept


def put_back(kept):
    """Put the database back to a photograph, behind the log, as a restore does."""
    connection.check_constraints()
    with behind_the_log() as cursor, connection.constraint_checks_disabled():
        for table in reversed(list(kept)):
            cursor.execute(f"DELETE FROM {table}")
        for table, (names, rows) in kept.items():
            columns = ", ".join(f'"{name}"' for name in names)
            marks = ", ".join(["%s"] * len(names))
            for row in rows:
                cursor.execute(
                    f"INSERT INTO {table} ({columns}) VALUES ({marks})", adapted(row)
                )


def adapted(row):
    """Values as the database takes them back."""
    if IS_SQLITE:
        return row
    from psycopg.types.json import Jsonb

    return [Jsonb(one) if isinstance(one, (list, dict)) else one for one in row]


def tables():
    """The audited tables, parents first, and the trail."""
    first = ["registry_site", "registry_cohort", "registry_arm", "registry_participant"]
    first += ["registry_user", "registry_paintarget", "registry_procedure"]
    first += ["outcomes_assessment"]
    names = [table.name for table in audited()]
    rest = [name for name in names if name not in first]
    return [*first, *rest, "registry_audit_event", "registry_audit_seal"]
