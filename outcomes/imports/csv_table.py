"""CSV, read strictly and line by line: nothing is guessed and nothing is skipped."""

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path

from outcomes.imports.refusals import FileRefused

LONGEST_LINE = 1_000_000  # bytes: a longer line is no table, and would fill memory
UTF8_MARK = b"\xef\xbb\xbf"
OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff")
NAMES = {",": "commas", ";": "semicolons", "\t": "tabs"}

Row = tuple[int, list[str]]


class CsvTable:
    """The rows of a CSV file; `digest` covers every byte once they are all read.

    Rows are numbered as a spreadsheet numbers them: the header is row 1.
    """

    def __init__(self, path: Path, delimiter: str = ",") -> None:
        """Remember where the file is; nothing is read yet."""
        self.path = path
        self.delimiter = delimiter
        self.digest = ""

    def rows(self) -> Iterator[Row]:
        """Yield (number, cells), the header first; FileRefused names row or line."""
        reader = csv.reader(self._lines(), delimiter=self.delimiter, strict=True)
        number = 0
        while True:
            number += 1
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as trouble:
                raise FileRefused(_broken(number, line, str(trouble))) from trouble
            yield number, cells

    def _lines(self) -> Iterator[str]:
        """Decode the file line by line, and count its bytes into the digest."""
        digest = hashlib.sha256()
        with self.path.open("rb") as file:
            number = offset = 0
            while raw := file.readline(LONGEST_LINE + 1):
                number += 1
                digest.update(raw)
                yield self._decode(raw, number, offset)
                offset += len(raw)
        self.digest = digest.hexdigest()

    def _decode(self, raw: bytes, number: int, offset: int) -> str:
        if len(raw) > LONGEST_LINE:
            raise FileRefused(
                f"Line {number} is longer than {LONGEST_LINE:,} bytes: no line of a "
                "table is. Is it a CSV file?"
            )
        if number == 1:
            if raw.startswith(OTHER_MARKS):
                raise FileRefused(
                    "Line 1: the file is in UTF-16. Save it as CSV in UTF-8."
                )
            raw = raw.removeprefix(UTF8_MARK)
        if b"\0" in raw:
            raise FileRefused(f"Line {number} holds a NUL byte: no text file does.")
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as trouble:
            raise FileRefused(
                f"Line {number}, byte {offset + trouble.start + 1} of the file, is "
                f"not UTF-8 (0x{raw[trouble.start]:02x}). Save it as CSV in UTF-8."
            ) from trouble


def other_delimiter(cells: list[str], delimiter: str) -> str:
    """Return the sentence for a header that was split at the wrong character, or ''."""
    if len(cells) != 1:
        return ""
    for other, name in NAMES.items():
        if other != delimiter and other in cells[0]:
            return (
                f"Row 1 is one single cell: the columns seem to be parted by {name}. "
                f"Say so in the mapping: delimiter = {other!r}."
            ).replace("'", '"')
    return ""


def _broken(number: int, line: int, trouble: str) -> str:
    """Say what the csv module found wrong, in words for the reader."""
    place = f"Row {number} (from line {line})"
    if "unexpected end" in trouble:
        return f'{place}: a quote (") is opened and never closed.'
    if "field limit" in trouble:
        return f'{place}: a cell is too long. Is a quote (") opened and not closed?'
    if "new-line" in trouble:
        return f"{place}: a line ends in a way that is not known. Save the file anew."
    return f'{place}: what follows a closing quote (") is no delimiter.'
