"""Is this XLSX safe to parse? Asked before any parser sees it, in little memory.

A workbook of 1 KB can fill a machine: by inflating, by one far cell, by entities. The
sizes that its own directory states are not believed: everything is inflated here, a
piece at a time, and counted.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from xml.parsers import expat

from outcomes.imports.refusals import FileRefused

LARGEST_FILE = 30_000_000
MOST_MEMBERS = 300
LARGEST_INFLATED = 300_000_000
LARGEST_RATIO = 100  # as Apache POI: real sheets shrink 5 to 50 times
RATIO_COUNTS_FROM = 1_000_000
MOST_CELLS = 5_000_000  # of the rectangle that holds every cell: parsers fill it
LONGEST_TEXT = 200_000  # a cell holds 32,767 characters, in tags of few more
PIECE = 65_536
LOCAL_HEADER = struct.Struct("<4s5H3I2H")
ARCHIVES = re.compile(r".*\.(zip|xls[xm]?|docx|gz|bz2|xz|7z|rar|bin)", re.IGNORECASE)
HARMLESS = "xl/printerSettings/"
CELL = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")


def check_workbook(content: bytes) -> None:
    """Raise FileRefused, naming the part, unless the workbook is safe to parse."""
    if len(content) > LARGEST_FILE:
        raise FileRefused(
            f"The workbook is larger than {LARGEST_FILE // 1_000_000} MB: save the "
            "sheet as CSV, which may be of any size."
        )
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as trouble:
        raise FileRefused(f"The workbook is damaged: {trouble}.") from trouble
    _check_members(members, len(content))
    inflated = 0
    for member in members:
        size = _check_part(content, member, LARGEST_INFLATED - inflated)
        inflated += size


def _check_members(members: list[zipfile.ZipInfo], size: int) -> None:
    """Check the directory: how many parts, of what kind, and none twice."""
    names = [member.filename for member in members]
    if len(names) > MOST_MEMBERS:
        raise FileRefused(f"The workbook has {len(names)} parts: no sheet needs them.")
    if len(set(names)) < len(names) or sum(m.compress_size for m in members) > size:
        raise FileRefused("The workbook's parts overlap: it is not as Excel writes it.")
    for member in members:
        name = member.filename
        _check_growth(name, member.file_size, member.compress_size)
        if ARCHIVES.fullmatch(name) and not name.startswith(HARMLESS):
            raise FileRefused(
                f"The workbook holds '{member.filename[:60]}': a file within the file,"
                " or a macro. Save the sheet alone, as CSV or XLSX."
            )
        if member.flag_bits & 0x1:
            raise FileRefused("The workbook is locked with a password: remove it.")


def _check_part(content: bytes, member: zipfile.ZipInfo, room: int) -> int:
    """Inflate one part and look through it; return how large it was."""
    name = member.filename
    look = _look_through(name)
    size = 0
    for piece in _inflate(content, member):
        size += len(piece)
        _check_growth(name, size, member.compress_size, room)
        look.feed(piece, name)
    look.finish(name)
    return size


def _check_growth(
    name: str, size: int, packed: int, room: int = LARGEST_INFLATED
) -> None:
    """Refuse a part that grows too much, be it by what the directory says of it."""
    ratio = size / max(packed, 1)
    if size > room or (size > RATIO_COUNTS_FROM and ratio > LARGEST_RATIO):
        raise FileRefused(
            f"The workbook's '{name[:60]}' swells beyond all measure when opened. "
            "Save the sheet as CSV."
        )


def _inflate(content: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part's bytes in small pieces, whatever size the directory states."""
    start = member.header_offset
    try:
        header = LOCAL_HEADER.unpack_from(content, start)
        begin = start + LOCAL_HEADER.size + header[-2] + header[-1]
        packed = memoryview(content)[begin : begin + member.compress_size]
        if member.compress_type == zipfile.ZIP_STORED:
            for at in range(0, len(packed), PIECE):
                yield bytes(packed[at : at + PIECE])
            return
        if member.compress_type != zipfile.ZIP_DEFLATED:
            raise FileRefused(f"'{member.filename[:60]}' is packed in an unusual way.")
        machine = zlib.decompressobj(-zlib.MAX_WBITS)
        for at in range(0, len(packed), PIECE):
            rest = bytes(packed[at : at + PIECE])
            while rest:
                yield machine.decompress(rest, PIECE)
                rest = machine.unconsumed_tail
        while piece := machine.decompress(b"", PIECE):
            yield piece
    except (struct.error, zlib.error) as trouble:
        raise FileRefused(f"The workbook is damaged: {trouble}.") from trouble


def _look_through(name: str) -> "_Part":
    if name.startswith("xl/worksheets/") and name.endswith(".xml"):
        return _Sheet()
    return _Xml() if name.endswith((".xml", ".rels", ".vml")) else _Part()


class _Part:
    """A part that no parser reads: a picture, a printer's settings."""

    def feed(self, piece: bytes, name: str) -> None:
        """Refuse an archive that calls itself something else."""
        if piece.startswith(b"PK\x03\x04"):
            raise FileRefused(f"The workbook holds an archive, '{name[:60]}'.")

    def finish(self, name: str) -> None:
        """Have nothing to say at the end."""


class _Xml(_Part):
    """An XML part: well formed, without entities of its own, without giant text.

    A tag that never ends would be read from its start again with every piece, and a
    giant text would fill the memory of whatever parses the sheet later.
    """

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._element
        self.parser.CharacterDataHandler = self._text
        self.fed = self.text = 0

    def feed(self, piece: bytes, name: str) -> None:
        """Parse the next piece."""
        self._parse(piece, name, last=False)

    def finish(self, name: str) -> None:
        """Parse what is left."""
        self._parse(b"", name, last=True)

    def _parse(self, piece: bytes, name: str, *, last: bool) -> None:
        self.fed += len(piece)
        try:
            self.parser.Parse(piece, last)
        except expat.ExpatError as trouble:
            raise FileRefused(
                f"The workbook's '{name[:60]}' is damaged: {trouble}."
            ) from trouble
        if self.fed - max(self.parser.CurrentByteIndex, 0) > LONGEST_TEXT:
            self._refuse_giant()

    def _element(self, _tag: str, _attributes: dict[str, str]) -> None:
        self.text = 0

    def _text(self, piece: str) -> None:
        self.text += len(piece)
        if self.text > LONGEST_TEXT:
            self._refuse_giant()

    def _refuse_giant(self) -> None:
        raise FileRefused(
            f"The workbook holds a text of more than {LONGEST_TEXT:,} characters: no "
            "cell of a sheet can. Save the sheet as CSV."
        )

    def _doctype(self, *_parts: object) -> None:
        raise FileRefused(
            "The workbook declares XML entities: Excel never does, bombs do."
        )


class _Sheet(_Xml):
    """A sheet: how far its cells reach, and whether one holds an error."""

    def __init__(self) -> None:
        super().__init__()
        self.row = self.column = self.last_row = self.last_column = 0

    def _element(self, tag: str, attributes: dict[str, str]) -> None:
        super()._element(tag, attributes)
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self._cell(attributes)
        elif tag == "row":
            self.row = _number(attributes.get("r"), self.row + 1)
            self.column = 0
        elif tag == "dimension":
            for corner in attributes.get("ref", "").split(":"):
                self._reach(*_corner(corner))

    def _cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        self.column += 1
        if place:
            self.row, self.column = _corner(place)
        if attributes.get("t") == "e":
            raise FileRefused(
                f"Row {self.row} of the sheet, cell {place or self.column}, holds an "
                "error such as #N/A: correct it or empty it."
            )
        self._reach(self.row, self.column)

    def _reach(self, row: int, column: int) -> None:
        self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)
        if self.last_row * self.last_column > MOST_CELLS:
            raise FileRefused(
                f"The sheet reaches to row {self.last_row:,}, column "
                f"{self.last_column:,}: more than {MOST_CELLS:,} cells. Remove far "
                "cells, or save the sheet as CSV."
            )


def _corner(place: str) -> tuple[int, int]:
    """Return row and column of `AB12`."""
    match = CELL.fullmatch(place)
    if not match:
        raise FileRefused(f"The sheet has a cell at '{place[:20]}', which is nowhere.")
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column


def _number(text: str | None, default: int) -> int:
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 7:
        raise FileRefused(f"The sheet has a row '{text[:20]}', which is nowhere.")
    return int(text)
