"""A load in words: what is new, changed, the same, kept, doubted and refused."""

import shlex
from collections.abc import Iterator

from outcomes.imports.load import Job, Loaded
from outcomes.imports.tally import FATES, KINDS, Tally

KEPT = "Kept: the file has no value there, and an empty cell never erases one."


def describe(job: Job, loaded: Loaded, *, applied: bool) -> Iterator[str]:
    """Yield the lines that a coordinator reads before or after a load."""
    tally = loaded.tally
    cohort = loaded.mapping.cohort.slug
    yield f"{job.path.name}: {tally.rows:,} rows for the cohort {cohort}"
    if loaded.place.new:
        yield "It makes the " + ", the ".join(loaded.place.new) + "."
    if not tally.rows:
        yield "Nothing to do: the file has a header and no rows."
        return
    yield ""
    yield from _table(tally)
    yield from _listed("Changed", tally.changes, tally.changed)
    yield from _listed("Doubts (the load goes on)", tally.doubts, tally.doubted)
    yield from _listed("Refused", tally.refusals, tally.refused)
    yield ""
    yield from _end(job, loaded, applied=applied)


def _table(tally: Tally) -> Iterator[str]:
    """Yield the counts: a line for each kind of row that the file has."""
    yield f"{'':14}" + "".join(f"{fate:>12}" for fate in FATES)
    for kind in KINDS:
        numbers = [tally.counts[kind, fate] for fate in FATES]
        if any(numbers):
            yield f"{kind:14}" + "".join(f"{number:>12,}" for number in numbers)
    if tally.total("kept"):
        yield KEPT


def _listed(title: str, lines: list, total: int) -> Iterator[str]:
    """Yield the first of many, and how many there are."""
    if not total:
        return
    yield ""
    yield f"{title} ({total:,}):"
    yield from (f"  {line}" for line in lines)
    if total > len(lines):
        yield f"  … and {total - len(lines):,} more"


def _end(job: Job, loaded: Loaded, *, applied: bool) -> Iterator[str]:
    """Yield what was done, and what can be done next."""
    tally = loaded.tally
    if tally.refused:
        yield (
            f"Refused: {tally.refused:,} faults, so nothing of the file is loaded. "
            "Correct them and try again"
            + ("." if job.refusals_to else "; --refusals FILE.csv lists them all.")
        )
    elif not tally.has_work:
        same = tally.total("same")
        yield f"Nothing to do: {same:,} rows of the registry are the same."
    elif not applied:
        yield "Nothing was written. To load it:"
        yield f"  {_apply_command(job)}"
    else:
        yield f"Loaded as batch {loaded.batch}. To take it back:"
        yield f"  python3 manage.py undo_load {loaded.batch}"
        yield f"The key file is {loaded.keys_file}: keep it, and keep it secret."
        if loaded.measures:
            yield f"Measures kept with this registry: {', '.join(loaded.measures)}."


def _apply_command(job: Job) -> str:
    words = ["python3", "manage.py", "load_table", str(job.path)]
    words += ["--mapping", str(job.mapping_path)]
    if job.instruments:
        words += ["--instruments", str(job.instruments)]
    if job.keys_path:
        words += ["--keys", str(job.keys_path)]
    return shlex.join([*words, "--apply"])
