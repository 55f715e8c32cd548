"""What a load would do, counted; the first of each kind shown, the rest in a file."""

import csv
import sys
import time
from collections import Counter
from typing import TextIO

from outcomes.imports.refusals import Refusal

KINDS = ("participants", "targets", "procedures", "assessments", "scores")
FATES = ("new", "changed", "same", "kept", "refused")
MOST_SHOWN = 20
SLOW = 2.0  # seconds after which a reader wants to know that it goes on
COLUMNS = ("row", "column", "value", "rule", "what")


class Tally:
    """Counts by kind and fate, and the first of the refusals, doubts and changes."""

    def __init__(self, refusals_to: TextIO | None = None) -> None:
        """Write every refusal to `refusals_to` as it comes, if that is given."""
        self.counts: Counter[tuple[str, str]] = Counter()
        self.refusals: list[Refusal] = []
        self.doubts: list[Refusal] = []
        self.changes: list[str] = []
        self.refusals_to = refusals_to
        self.reset()

    def reset(self) -> None:
        """Begin to count anew: the file is gone through once more."""
        self.counts.clear()
        self.rows = self.refused = self.doubted = self.changed = 0
        for shown in (self.refusals, self.doubts, self.changes):
            shown.clear()
        self._writer = None
        if self.refusals_to:
            self.refusals_to.seek(0)
            self.refusals_to.truncate()
            self._writer = csv.writer(self.refusals_to)
            self._writer.writerow(COLUMNS)

    def count(self, kind: str, fate: str, number: int = 1) -> None:
        """Count what becomes of rows of one kind."""
        self.counts[kind, fate] += number

    def refuse(self, refusals: list[Refusal]) -> None:
        """Count refusals, keep the first, and write them all."""
        for one in refusals:
            self.refused += 1
            self.count(one.kind if one.kind in KINDS else "participants", "refused")
            if len(self.refusals) < MOST_SHOWN:
                self.refusals.append(one)
            if self._writer:
                cells = (one.row, one.column, one.value, one.rule, one.kind)
                self._writer.writerow([inert(cell) for cell in cells])

    def doubt(self, doubts: list[Refusal]) -> None:
        """Count doubts and keep the first."""
        self.doubted += len(doubts)
        self.doubts += doubts[: MOST_SHOWN - len(self.doubts)]

    def change(self, row: int, column: str, old: object, new: object) -> None:
        """Count a changed value and keep the first."""
        self.changed += 1
        if len(self.changes) < MOST_SHOWN:
            place = f"row {row}" + (f", {column}" if column else "")
            self.changes.append(f"{place}: {old} -> {new}")

    def total(self, fate: str) -> int:
        """Return how many rows of any kind have this fate."""
        return sum(self.counts[kind, fate] for kind in KINDS)

    @property
    def has_work(self) -> bool:
        """Tell whether applying would write anything."""
        return bool(self.total("new") or self.total("changed"))


class Progress:
    """One line on the terminal while rows are read, from the third second on."""

    def __init__(self, verb: str, stream: TextIO | None = None) -> None:
        """Start the clock."""
        self.verb, self.stream = verb, stream or sys.stderr
        self.started = self.told = time.monotonic()
        self.rows = 0

    def add(self, rows: int) -> None:
        """Count rows, and tell every two seconds how fast it goes."""
        self.rows += rows
        now = time.monotonic()
        if now - self.told > SLOW:
            self.told = now
            rate = self.rows / (now - self.started)
            print(
                f"{self.verb}: {self.rows:,} rows, {rate:,.0f} rows/s",
                file=self.stream,
                flush=True,
            )


def inert(cell: object) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = str(cell)
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
