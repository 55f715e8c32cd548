"""The proof: triggers, events, seals, checkpoint, and the data replayed from the trail.

Each stage names the first place that is wrong. A later stage rests on the earlier ones,
so the proof stops at the first stage that fails.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.apps import apps as installed_apps
from django.conf import settings
from django.db import DatabaseError
from django.db import connection as default_connection

from registry.audit import triggers
from registry.audit.checkpoint import fault_in, read_checkpoint
from registry.audit.columns import Table, audited
from registry.audit.digests import FIELDS, event_digest
from registry.audit.models import Event, Seal
from registry.audit.replay import mismatches, one_moment, unreadable
from registry.audit.seals import link

Row = TypeVar("Row")
Tell = Callable[[str], object]
# The file last: what it says of a damage is less exact.
STAGES = ("triggers", "events", "seals", "checkpoint", "data", "file")
SECONDS_BETWEEN = 1.0
# What a damaged database, or a value that does not belong there, makes of reading.
UNREADABLE = (DatabaseError, TypeError, ValueError)


@dataclass(frozen=True)
class Stage:
    """One stage of the proof: what was looked at, and the first fault, if any."""

    name: str
    looked_at: str
    fault: str = ""


def verify(
    connection: Any = default_connection,
    apps: Any = installed_apps,
    *,
    stages: Iterable[str] = STAGES,
    tell: Tell = str,
) -> Iterator[Stage]:
    """Prove the trail, one stage after the other; the first fault is the last stage.

    `tell` is given a line at most once a second; `str` does nothing with it.
    """
    # Read before the data: whoever seals meanwhile renews it.
    path = Path(settings.AUDIT_CHECKPOINT)
    proof = Proof(connection, apps, path, read_checkpoint(path), tell)
    try:
        with one_moment(connection):
            for name in stages:
                result = proof.stage(name)
                yield result
                if result.fault:
                    return
    except UNREADABLE as error:
        yield Stage("database", "nothing", f"The database cannot be read: {error}")


def first_fault(connection: Any, apps: Any, stages: Iterable[str]) -> str:
    """Return the first fault in some stages, or nothing."""
    return "".join(stage.fault for stage in verify(connection, apps, stages=stages))


@dataclass
class Proof:
    """What the stages share."""

    connection: Any
    apps: Any
    path: Path
    checkpoint: dict[str, Any] | None
    tell: Tell
    count: int = field(default=0, init=False)

    def stage(self, name: str) -> Stage:
        """Go through one stage; what cannot be read is a fault like any other."""
        self.count = 0
        try:
            looked_at, fault = getattr(self, f"_{name}")()
        except UNREADABLE as error:
            looked_at = f"{self.count:,} read"
            fault = f"The {name} cannot be read: {error}"
        return Stage(name, looked_at, fault)

    def watched(self, rows: Iterable[Row], what: str) -> Iterator[Row]:
        """Yield rows, counting them, and tell how far it is."""
        told = time.monotonic()
        for row in rows:
            self.count += 1
            if self.count % 512 == 0 and time.monotonic() - told > SECONDS_BETWEEN:
                told = time.monotonic()
                self.tell(f"{what}: {self.count:,}")
            yield row

    def _file(self) -> tuple[str, str]:
        if self.connection.vendor != "sqlite":
            return "the server's own", ""
        with self.connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check(1)")
            said = cursor.fetchone()[0]
        fault = f"The database file is damaged: {said}" if said != "ok" else ""
        return "the embedded database", fault

    def _triggers(self) -> tuple[str, str]:
        found = triggers.differences(self.connection, self.apps)
        return f"{len(audited(self.apps))} tables", found[0] if found else ""

    def _events(self) -> tuple[str, str]:
        rows = Event.objects.order_by("pk").values_list("pk", "digest", *FIELDS)
        for number, digest, *values in self.watched(rows.iterator(5_000), "events"):
            if event_digest(tuple(values), self.connection.vendor) != digest:
                fault = f"Event {number} is not what was written: its digest differs."
                return f"{self.count:,} events", fault
        return f"{self.count:,} events", ""

    def _seals(self) -> tuple[str, str]:
        events = Event.objects.order_by("pk").values_list("pk", "digest")
        left = Left(self.watched(events.iterator(10_000), "sealed events"))
        previous: Seal | None = None
        for seal in Seal.objects.order_by("pk").iterator(1_000):
            if fault := _broken_link(previous, seal, left):
                return f"seal {seal.pk}", fault
            previous = seal
        count = previous.pk if previous else 0
        unsealed = sum(1 for _ in left.up_to(None))
        return f"{count:,} seals, {unsealed:,} events not sealed yet", ""

    def _checkpoint(self) -> tuple[str, str]:
        if not self.path.exists() and not Seal.objects.exists():
            return "none yet", ""
        fault = fault_in(self.path, self.checkpoint)
        named = f"seal {self.checkpoint['seal']}" if self.checkpoint else "unknown"
        return named, fault

    def _data(self) -> tuple[str, str]:
        known = {table.name: table for table in audited(self.apps)}
        named = Event.objects.order_by("table").values_list("table", flat=True)
        gone = set(named.distinct()) - known.keys()
        for name in sorted(known.keys() | gone):
            table = known.get(name) or Table(name, "", ())
            if fault := self._fault_in(table, is_there=name in known):
                return name, fault
        return f"{len(known)} tables are what the trail says", ""

    def _fault_in(self, table: Table, *, is_there: bool) -> str:
        try:
            found = mismatches(self.connection, table, is_there=is_there)
            first = next(found, None)
        except DatabaseError as error:
            place = f"{table.name}{unreadable(self.connection, table)}"
            return f"{place} holds a value that cannot be read: {error}"
        return first.sentence(table) if first else ""


@dataclass
class Left:
    """The events that no seal has claimed yet."""

    rows: Iterator[tuple[int, str]]
    ahead: tuple[int, str] | None = None
    first: int | None = None

    def up_to(self, last: int | None) -> Iterator[tuple[int, str]]:
        """Yield the events up to a number, that one included; all where it is None."""
        self.first = None
        while (row := self.ahead or next(self.rows, None)) is not None:
            self.ahead = row
            if last is not None and row[0] > last:
                return
            self.ahead = None
            self.first = self.first or row[0]
            yield row


def _broken_link(previous: Seal | None, seal: Seal, left: Left) -> str:
    """Say what is wrong with a seal, or nothing."""
    number = previous.pk + 1 if previous else 1
    if seal.pk != number:
        return f"Seal {number} is missing: the next that is there is seal {seal.pk}."
    again = link(previous, seal.at, seal.last, left.up_to(seal.last))
    if (again.digest, again.count) == (seal.digest, seal.count):
        return ""
    begin = (previous.last if previous else 0) + 1
    there = f"{again.count} are there"
    first = f", the first is event {left.first}" if left.first else ""
    return (
        f"Seal {seal.pk} does not hold: it is over {seal.count} events from {begin} to "
        f"{seal.last}; {there}{first}. One was added, changed, moved or taken away, or "
        f"the seal itself was changed."
    )
