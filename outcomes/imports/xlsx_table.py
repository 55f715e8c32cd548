"""XLSX: the cells of one sheet as the text that they show."""

import datetime
import hashlib
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from outcomes.imports.csv_table import Row
from outcomes.imports.refusals import FileRefused
from outcomes.imports.workbook_guard import LARGEST_FILE, check_workbook


class XlsxTable:
    """The rows of a sheet; `digest` covers the file's bytes."""

    def __init__(self, path: Path, sheet: str = "") -> None:
        """Remember where the file is; nothing is read yet."""
        self.path = path
        self.sheet = sheet
        self.digest = ""

    def rows(self) -> Iterator[Row]:
        """Yield (number, cells), the header first, once the workbook proved safe."""
        from python_calamine import CalamineError, load_workbook

        with self.path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        check_workbook(content)
        self.digest = hashlib.sha256(content).hexdigest()
        try:
            workbook = load_workbook(BytesIO(content))
            sheet = workbook.get_sheet_by_name(self._chosen(workbook.sheet_names))
        except CalamineError as trouble:
            raise FileRefused(f"The workbook is damaged: {trouble}.") from trouble
        first, left = sheet.start or (0, 0)
        if left:
            raise FileRefused("Column A of the sheet is empty: the table begins there.")
        for number, cells in enumerate(sheet.iter_rows(), start=first + 1):
            yield number, [as_text(cell) for cell in cells]

    def _chosen(self, names: list[str]) -> str:
        """Return the sheet that the mapping names, or the only one there is."""
        listed = ", ".join(repr(name) for name in names)
        if self.sheet and self.sheet not in names:
            raise FileRefused(f"There is no sheet '{self.sheet}', but {listed}.")
        if not self.sheet and len(names) != 1:
            raise FileRefused(
                f"The workbook has the sheets {listed}: name one in the mapping, "
                'sheet = "…".'
            )
        return self.sheet or names[0]


def as_text(cell: object) -> str:
    """Return a cell as a CSV would hold it; a date stays a date, to be refused.

    Numbers are kept to 15 digits, as the spreadsheet shows them: it stores 0.3 as
    0.299999999999999989.
    """
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return f"{Decimal(format(cell, '.15g')):f}"
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)
