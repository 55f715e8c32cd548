"""A load from end to end: preview it, or apply it in one transaction under a batch."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from django.conf import settings
from django.db import (
    DataError,
    IntegrityError,
    OperationalError,
    connection,
    transaction,
)

from outcomes.imports.link_keys import LinkKeys
from outcomes.imports.local_measures import borrowed, install
from outcomes.imports.mapping import Mapping, read_mapping
from outcomes.imports.mapping_faults import check_mapping
from outcomes.imports.passage import Passage, go_through
from outcomes.imports.places import (
    Place,
    find_place,
    refuse_lost_keys,
    refuse_unknown_people,
)
from outcomes.imports.tally import Progress, Tally
from outcomes.models import LoadBatch
from registry.audit.context import command
from registry.errors import Refused
from registry.study_ids import draw_study_id


@dataclass(frozen=True)
class Job:
    """What is to be loaded, through which mapping, with which keys and measures."""

    path: Path
    mapping_path: Path
    keys_path: Path | None = None
    instruments: Path | None = None
    refusals_to: TextIO | None = None

    def keys_file(self, mapping: Mapping) -> Path:
        """Return where the key file of the cohort is."""
        return self.keys_path or settings.LINK_KEYS / f"{mapping.cohort.slug}.csv"


@dataclass
class Loaded:
    """What came of a load; `batch` is empty where nothing was written."""

    mapping: Mapping
    place: Place
    tally: Tally
    batch: str = ""
    keys_file: Path | None = None
    measures: list[str] = field(default_factory=list)


def load(job: Job, *, apply: bool) -> Loaded:
    """Validate and compare a whole file; with `apply`, write it if nothing is refused.

    Raises FileRefused or Refused, in a sentence, where file, mapping or keys as a whole
    will not do. Refusals of single cells are in the tally.
    """
    with borrowed(job.instruments):
        mapping = read_mapping(job.mapping_path)
        check_mapping(mapping)
        first, digest = _preview(job, mapping)
        loaded = Loaded(mapping, first.place, first.tally)
        if apply and not first.tally.refused and first.tally.has_work:
            with _database_refusals():
                _apply(job, first, digest, loaded)
        return loaded


def _preview(job: Job, mapping: Mapping) -> tuple[Passage, str]:
    """Go through the file without writing; return the passage and the file's digest."""
    place, keys = find_place(mapping), LinkKeys(job.keys_file(mapping))
    refuse_lost_keys(place, keys_are_there=keys.is_there)
    passage = Passage(job.path, mapping, place, keys, Tally(job.refusals_to))
    digest = go_through(passage, "Checked")
    _refuse_foreign_keys(passage, digest)
    return passage, digest


def _apply(job: Job, first: Passage, digest: str, loaded: Loaded) -> None:
    """Write, in one transaction; what is written meanwhile by others is seen first."""
    mapping = first.mapping
    code = _new_code()
    reason = f"load of the file {digest[:12]}"
    with command("load_table", reason=reason, batch=code), transaction.atomic():
        _wait_for_turn(mapping.cohort.slug)
        place, keys = find_place(mapping), LinkKeys(job.keys_file(mapping))
        refuse_lost_keys(place, keys_are_there=keys.is_there)
        with command("load_table", reason=reason, batch=place_batch(code)):
            place.make()
        second = Passage(job.path, mapping, place, keys, Tally(), True, first.grouping)
        found = second.go(Progress("Written"))
        loaded.tally = _with_doubts(second.tally, first.tally)
        if not second.tally.has_work:
            transaction.set_rollback(True)
            return
        _refuse_what_moved(second, found, digest)
        LoadBatch.objects.create(
            code=code,
            cohort=place.cohort,
            file_digest=digest,
            mapping_digest=mapping.digest,
            rows=second.tally.rows,
        )
        loaded.measures = install(
            job.instruments, {one.measure for one in mapping.measures().values()}
        )
        if second.tally.counts["participants", "new"]:
            keys.write()
        loaded.batch, loaded.keys_file = code, keys.path


def place_batch(code: str) -> str:
    """Return the batch of cohort, sites and arms, which may outlive the load's own."""
    return f"{code}-place"


def _refuse_foreign_keys(passage: Passage, digest: str) -> None:
    if passage.tally.counts["participants", "new"]:
        refuse_unknown_people(passage.place, digest)


def _refuse_what_moved(second: Passage, found: str, digest: str) -> None:
    """Refuse if the file or the registry is no longer what was checked."""
    if found != digest:
        raise Refused(
            "The file changed while it was being loaded: nothing was written."
        )
    if second.tally.refused:
        raise Refused(
            "Somebody changed these records while they were being loaded, and now a "
            f"rule refuses: {second.tally.refusals[0]} Nothing was written."
        )
    _refuse_foreign_keys(second, digest)


def _with_doubts(tally: Tally, checked: Tally) -> Tally:
    """Carry over the doubts that only the first passage looked for."""
    tally.doubts, tally.doubted = checked.doubts, checked.doubted
    return tally


def _new_code() -> str:
    code = draw_study_id()
    while LoadBatch.objects.filter(code=code).exists():
        code = draw_study_id()
    return code


def _wait_for_turn(slug: str) -> None:
    """Let one load at a time into a cohort, even into one that is not made yet.

    SQLite has one writer at a time by itself, from the first line of the transaction.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtext(%s))", [f"load_table {slug}"]
            )


@contextmanager
def _database_refusals() -> Iterator[None]:
    """Say in a sentence what the database refused, and none of what it was given."""
    try:
        yield
    except (IntegrityError, DataError) as trouble:
        told = getattr(getattr(trouble.__cause__, "diag", None), "constraint_name", "")
        rule = f" ({told})" if told else ""
        raise Refused(
            f"A rule of the database itself refused a row{rule}: nothing was written."
        ) from trouble
    except OperationalError as trouble:
        if "locked" not in str(trouble):
            raise
        raise Refused(
            "The registry is being written to by somebody else (another load?): "
            "nothing was written. Try again when that is done."
        ) from trouble
