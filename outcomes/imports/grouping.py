"""The rows of one participant, together; and who is in the file twice."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from outcomes.imports.csv_table import Row
from outcomes.imports.refusals import FileRefused

MOST_SORTED = 200_000  # rows that are held in memory to be sorted


class Group(NamedTuple):
    """Rows of one participant; `earlier` is a row above that has the same id, or 0."""

    rows: list[Row]
    earlier: int = 0


class ScatteredRows(Exception):
    """The rows of a participant do not stand together."""


def one_a_row(
    rows: Iterable[Row], id_of: Callable[[list[str]], str]
) -> Iterator[Group]:
    """Take each row of a wide table for one participant."""
    first_rows: dict[str, int] = {}
    for row in rows:
        first = first_rows.setdefault(id_of(row[1]), row[0])
        yield Group([row], 0 if first == row[0] else first)


def together(rows: Iterable[Row], id_of: Callable[[list[str]], str]) -> Iterator[Group]:
    """Take neighbouring rows with the same id for one participant's visits.

    Raises ScatteredRows when an id comes back after others.
    """
    seen: set[str] = set()
    for source_id, group in groupby(rows, key=lambda row: id_of(row[1])):
        if source_id in seen:
            raise ScatteredRows
        seen.add(source_id)
        yield Group(list(group))


def sorted_together(
    rows: Iterable[Row], id_of: Callable[[list[str]], str]
) -> Iterator[Group]:
    """Bring the rows of each participant together, in memory."""
    groups: dict[str, list[Row]] = {}
    for count, row in enumerate(rows, start=1):
        if count > MOST_SORTED:
            raise FileRefused(
                "The rows of a participant do not stand together, and the file is too "
                f"long ({MOST_SORTED:,} rows or more) to sort it here: sort it by the "
                "participant's id first."
            )
        groups.setdefault(id_of(row[1]), []).append(row)
    for group in groups.values():
        yield Group(group)
