"""A file as rows of text, whatever its kind: header checked, rows even, none blank."""

from collections.abc import Iterator
from pathlib import Path

from outcomes.imports.csv_table import CsvTable, Row, other_delimiter
from outcomes.imports.identifiers import refuse_headers
from outcomes.imports.mapping import Mapping
from outcomes.imports.refusals import FileRefused, shown
from outcomes.imports.xlsx_table import XlsxTable

MOST_COLUMNS = 2_000
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

Table = CsvTable | XlsxTable


def open_table(path: Path, mapping: Mapping) -> Table:
    """Return the table in a file, by what it holds and not by what it is called."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as trouble:
        raise FileRefused(f"{path} cannot be read: {trouble.strerror}.") from trouble
    if start == ZIP:
        return XlsxTable(path, mapping.sheet)
    if start == OLD_EXCEL:
        raise FileRefused(
            f"{path.name} is an old or a locked Excel file: save it as XLSX, without "
            "a password, or as CSV."
        )
    if path.suffix.lower() == ".xlsx":
        raise FileRefused(f"{path.name} is called XLSX, but it is none.")
    return CsvTable(path, mapping.delimiter)


def read_rows(table: Table, mapping: Mapping) -> tuple[list[str], Iterator[Row]]:
    """Return the header, which the mapping fits, and the rows that are not blank."""
    rows = table.rows()
    try:
        number, cells = next(rows)
    except StopIteration:
        raise FileRefused("The file is empty: not even a header is there.") from None
    if isinstance(table, CsvTable) and other_delimiter(cells, table.delimiter):
        raise FileRefused(other_delimiter(cells, table.delimiter))
    header = [name.strip() for name in cells]
    if isinstance(table, XlsxTable):
        header = _without_empty_end(header)
    _check_header(header, number, mapping)
    return header, _even(rows, len(header), is_sheet=isinstance(table, XlsxTable))


def _check_header(header: list[str], number: int, mapping: Mapping) -> None:
    """Refuse a header that tells who somebody is, or that the mapping does not fit."""
    if number != 1 or not any(header):
        raise FileRefused("Row 1 is empty: the header belongs there.")
    if len(header) > MOST_COLUMNS:
        raise FileRefused(
            f"Row 1 has {len(header):,} columns; {MOST_COLUMNS:,} are allowed."
        )
    if "" in header:
        raise FileRefused(f"Row 1: column {header.index('') + 1} has no name.")
    for at, name in enumerate(header):
        if name in header[:at]:
            raise FileRefused(f"Row 1: the column {shown(name)} is there twice.")
    for sentence in refuse_headers(header):
        raise FileRefused(sentence)
    wanted = mapping.columns()
    for column in wanted:
        if column not in header:
            raise FileRefused(
                f"{mapping.name} maps the column '{column}', which the file does not "
                f"have. It has: {_few(header)}."
            )
    unknown = [name for name in header if name not in {*wanted, *mapping.ignore}]
    if unknown:
        raise FileRefused(
            f"The file has columns that {mapping.name} does not know: {_few(unknown)}. "
            "Map them, or name them in 'ignore'."
        )


def _even(rows: Iterator[Row], width: int, *, is_sheet: bool) -> Iterator[Row]:
    """Yield the rows that hold something; FileRefused for one of another width."""
    for number, cells in rows:
        if not any(cells) or not any(map(str.strip, cells)):
            continue
        row = _fitted(cells, width) if is_sheet else cells
        if len(row) != width:
            raise FileRefused(
                f"Row {number} has {len(row)} cells, the header has {width} columns."
            )
        yield number, row


def _fitted(cells: list[str], width: int) -> list[str]:
    """Fill a sheet's row up to the header; what stands beyond it stays, if filled."""
    beyond = [cell for cell in cells[width:] if cell.strip()]
    return cells[:width] + [""] * (width - len(cells)) + beyond


def _without_empty_end(header: list[str]) -> list[str]:
    while header and not header[-1]:
        header = header[:-1]
    return header


def _few(names: list[str]) -> str:
    """List names, the first dozen, as a message may show them."""
    first = ", ".join(shown(name) for name in names[:12])
    return first + (", …" if len(names) > 12 else "")
