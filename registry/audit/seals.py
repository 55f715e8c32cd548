"""Seals: a keyed chain over the events, each resting on the one before.

A chain computed inside the trigger would fork when transactions overlap; so events are
sealed after their transaction. On PostgreSQL writers share a lock until they commit,
and who seals takes it alone for a moment, if it is free: then nothing with a lower
number can still come. When it is not free, whoever holds it seals when done.
"""

import hmac
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import DatabaseError, OperationalError, connection, transaction

from registry.audit.checkpoint import sign_checkpoint
from registry.audit.context import sealing
from registry.audit.digests import now
from registry.audit.models import Event, Seal
from registry.audit.postgres import WRITERS_LOCK

AT_ONCE = 20_000
# When writers overlap for so long, they are made to wait; but never for longer.
BACKLOG, LONGEST_WAIT = 1_000, "200ms"
SEALERS_LOCK = WRITERS_LOCK + 1
START = "the first link"
ENDS = (
    f"SELECT (SELECT max(id) FROM {Event._meta.db_table}),"
    f" (SELECT max(last) FROM {Seal._meta.db_table})"
)
READ_COMMITTED = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED"
log = logging.getLogger(__name__)


def seal_and_sign() -> None:
    """Seal what was written and renew the checkpoint, as soon as it is committed.

    What was written stands already: when the sealing fails, the log says so, and the
    next one makes up for it.
    """
    if connection.in_atomic_block:
        if all(hook is not seal_and_sign for _, hook, *_ in connection.run_on_commit):
            transaction.on_commit(seal_and_sign)
        return
    try:
        if not connection.get_autocommit():
            return  # it may yet be rolled back: the next one seals it
        if made := _seal_all():
            with one_at_a_time():
                sign_checkpoint(may_be_first=made[0].pk == 1)
    except (DatabaseError, OSError):
        log.exception("The audit trail could not be sealed now; the next write tries.")


def seal() -> Seal | None:
    """Seal every event that has no seal yet; return the last seal made, if any."""
    made = _seal_all()
    return made[-1] if made else None


def _seal_all() -> list[Seal]:
    """Seal every event that has no seal yet, not too many at once."""
    made: list[Seal] = []
    settled, sealed = _settled()
    while sealed < settled and (one := _seal_some(settled)) is not None:
        made, sealed = [*made, one], one.last
    return made


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Keep others from sealing within the block, and see what they sealed before."""
    with transaction.atomic(), sealing():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # Each statement must see what was committed while it waited.
                cursor.execute(f"{READ_COMMITTED}; SET LOCAL registry.sealing = 'on'")
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALERS_LOCK])
        yield


def hold_off_sealing(connection: Any) -> None:
    """Let nobody seal until this transaction ends; the triggers do so by themselves."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [WRITERS_LOCK])


def link(
    previous: Seal | None, at: str, last: int, events: Iterable[tuple[int, str]]
) -> Seal:
    """Return the seal over (number, digest) of events, resting on the previous one."""
    chain = hmac.new(settings.AUDIT_KEY.encode(), digestmod="sha256")
    chain.update((previous.digest if previous else START).encode())
    count = 0
    for event, digest in events:
        chain.update(f";{event}:{digest}".encode())
        count += 1
    number = previous.pk + 1 if previous else 1
    chain.update(f";{number};{at};{last};{count}".encode())
    return Seal(pk=number, at=at, last=last, count=count, digest=chain.hexdigest())


def _seal_some(settled: int) -> Seal | None:
    """Seal the next events, up to a number; return the seal, or None when all are."""
    with one_at_a_time():
        previous = Seal.objects.order_by("pk").last()
        after = previous.last if previous else 0
        events = Event.objects.filter(pk__gt=after, pk__lte=settled).order_by("pk")
        found = list(events.values_list("pk", "digest")[:AT_ONCE])
        if not found:
            return None
        made = link(previous, now(), found[-1][0], found)
        made.save(force_insert=True)
        return made


def _settled() -> tuple[int, int]:
    """Return an event's number such that no lower one can still come; and the sealed.

    SQLite has one writer at a time: what is committed is settled.
    """
    newest, sealed = _ends()
    if connection.vendor != "postgresql" or newest <= sealed:
        return newest, sealed
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(READ_COMMITTED)
            is_alone = _alone(cursor, newest - sealed)
        return _ends() if is_alone else (sealed, sealed)


def _alone(cursor: Any, behind: int) -> bool:
    """Take the writers' lock, if it is free; wait a little once many are behind."""
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [WRITERS_LOCK])
    if cursor.fetchone()[0]:
        return True
    if behind < BACKLOG:
        return False
    cursor.execute(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'")
    try:
        with transaction.atomic():
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITERS_LOCK])
    except OperationalError:
        return False
    return True


def _ends() -> tuple[int, int]:
    """Return the numbers of the newest event and of the last that is sealed."""
    with connection.cursor() as cursor:
        cursor.execute(ENDS)
        newest, sealed = cursor.fetchone()
    return newest or 0, sealed or 0
