"""Which id in the files is which study code: kept outside the database.

The key file is a CSV of two columns, readable by its owner alone. It is written whole,
beside the old one, and then takes its place; and before the database is committed: a
key without a participant is used again, a participant without a key would be entered
twice.
"""

import csv
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from outcomes.imports.refusals import FileRefused
from registry.study_ids import draw_study_id, parse_study_id

COLUMNS = ["source_id", "study_id"]


class LinkKeys:
    """The keys of one cohort."""

    def __init__(self, path: Path) -> None:
        """Read the key file; one that is not there yet is an empty one."""
        self.path = path
        self.codes: dict[str, str] = {}
        self.is_there = path.is_file()
        self._taken: set[str] = set()
        if self.is_there:
            self._read()

    def find(self, source_id: str) -> str | None:
        """Return the study code of an id, or None if it has none yet."""
        return self.codes.get(source_id)

    def draw(self, source_ids: Iterable[str], in_use: set[str]) -> None:
        """Give each id without a code a new one that nobody has."""
        self._taken = self._taken or set(self.codes.values())
        for source_id in source_ids:
            if source_id in self.codes:
                continue
            code = draw_study_id()
            while code in self._taken or code in in_use:
                code = draw_study_id()
            self.codes[source_id] = code
            self._taken.add(code)

    def write(self) -> None:
        """Put the file in place at once, whole and on the disk, mode 0600."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=".keys-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(COLUMNS)
                writer.writerows(self.codes.items())
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        self.is_there = True

    def _read(self) -> None:
        try:
            with self.path.open(encoding="utf-8", newline="") as file:
                rows = csv.reader(file, strict=True)
                if next(rows, None) != COLUMNS:
                    raise ValueError(f"the header is not {','.join(COLUMNS)}")
                self.codes = {source: parse_study_id(code) for source, code in rows}
                read = rows.line_num - 1
        except (ValueError, OSError, csv.Error) as trouble:
            raise FileRefused(
                f"The key file {self.path} cannot be used: {_plain(trouble)}."
            ) from trouble
        if len(set(self.codes.values())) < len(self.codes) or len(self.codes) < read:
            raise FileRefused(
                f"The key file {self.path} has an id or a study code twice."
            )


def _plain(trouble: Exception) -> str:
    """Name the trouble without repeating what the file holds."""
    if isinstance(trouble, OSError):
        return trouble.strerror or "it cannot be read"
    known = "the header" in str(trouble)
    return str(trouble) if known else "a line is not an id and a study code"
