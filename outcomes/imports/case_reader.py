"""Rows become cases: every cell read by its column's own strict reader."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from outcomes.imports import terms
from outcomes.imports.cases import Case, Fields
from outcomes.imports.csv_table import Row
from outcomes.imports.identifiers import resembles_in_id
from outcomes.imports.mapping import Cell, Mapping
from outcomes.imports.occasions import OccasionReader
from outcomes.imports.refusals import Refusal, refuse_cell

LONGEST_ID = 64
REMEMBERED = 4096  # texts a column: scores repeat, and reading one costs 5 µs
OLDEST_STORED = 90  # 90 and over is one class, as the privacy rules say

# What the mapping calls the duration, the record holds in months.
STORED_AS = {"pain_duration": "pain_duration_months"}


class Source(NamedTuple):
    """A field, and how it is read from a row: by column, or the same for all."""

    field: str
    column: str
    place: int
    read: Callable[[str], object]
    constant: object


class CaseReader:
    """Reads the rows of one file; made once, from the mapping and the header."""

    def __init__(self, mapping: Mapping, header: list[str]) -> None:
        """Find every column's place, and make its reader."""
        self.places = {name: place for place, name in enumerate(header)}
        self.reasons = mapping.reasons()
        self.decimal = mapping.decimal
        self.id_column = mapping.participant.id
        self.parts = {
            "participant": self._sources(mapping.participant.cells(), terms.PERSON),
            "targets": self._sources(mapping.target, terms.TARGET),
            "procedures": self._sources(mapping.procedure, terms.PROCEDURE),
        }
        self.site = self._coded("site", mapping.site.column, mapping.site.codes)
        self.only_site = mapping.site.code
        arm = mapping.arm
        self.arm = self._coded("arm", arm.column, arm.codes) if arm else None
        self.occasions = OccasionReader(mapping, self.places)
        self.columns = self._columns()

    def cases(self, groups: Iterable[list[Row]]) -> Iterator[Case]:
        """Yield a case for each group of rows that share a participant."""
        for group in groups:
            yield self.case(group)

    def case(self, group: list[Row]) -> Case:
        """Read the rows of one participant."""
        number, cells = group[0]
        case = Case(
            number, self.source_id(cells), columns=self.columns, rows=len(group)
        )
        case.refusals += self._id_faults(number, case.source_id)
        for row, row_cells in group:
            self._read_place(case, row, row_cells)
            for part, sources in self.parts.items():
                if sources:
                    self._read_part(case, part, sources, (row, row_cells))
            self.occasions.read(case, row, row_cells)
        self._finish(case)
        return case

    def source_id(self, cells: list[str]) -> str:
        """Return the participant's id, as text, whatever it looks like."""
        return cells[self.places[self.id_column]].strip()

    def _id_faults(self, row: int, source_id: str) -> Iterator[Refusal]:
        """Refuse an id that is absent or tells who somebody is; never show it."""
        likeness = resembles_in_id(source_id)
        if not source_id:
            yield Refusal(row, self.id_column, "", "the participant's id is empty")
        elif len(source_id) > LONGEST_ID or not source_id.isprintable():
            rule = f"an id has up to {LONGEST_ID} printable characters"
            yield Refusal(row, self.id_column, "", rule)
        elif likeness:
            rule = "use an id that tells nothing of the person"
            yield Refusal(row, self.id_column, f"({likeness}, not shown)", rule)

    def _read_place(self, case: Case, row: int, cells: list[str]) -> None:
        """Read site and arm; in a long table every row must say the same."""
        found: Fields = {"site": self.only_site} if self.only_site else {}
        for source in (self.site, self.arm):
            if source:
                self._read(case, "participant", source, (row, cells), found)
        for name, value in found.items():
            earlier = getattr(case, name)
            if earlier and value and earlier != value:
                column = case.columns[f"participant.{name}"]
                case.refusals.append(_differs(row, column, case.row))
            setattr(case, name, earlier or value)

    def _read_part(
        self, case: Case, part: str, sources: list[Source], place: Row
    ) -> None:
        """Read the fields of one part; the first row that tells one counts."""
        found: Fields = {}
        for source in sources:
            self._read(case, part, source, place, found)
        known = case.participant if part == "participant" else _part(case, part)
        for name, value in found.items():
            if name in known and known[name] != value:
                column = case.columns[f"{part}.{name}"]
                case.refusals.append(_differs(place[0], column, case.row))
            known.setdefault(name, value)

    def _read(
        self, case: Case, part: str, source: Source, place: Row, found: Fields
    ) -> None:
        """Put one field's value into `found`, unless it is missing or refused."""
        row, cells = place
        if not source.column:
            found[source.field] = source.constant
            return
        text = cells[source.place].strip()
        if text in self.reasons:
            return
        try:
            found[source.field] = source.read(text)
        except ValueError as trouble:
            kind = "participants" if part == "participant" else part
            case.refusals.append(refuse_cell(row, source.column, text, trouble, kind))

    def _finish(self, case: Case) -> None:
        """Ask for what a part cannot do without; leave out a part that is empty."""
        age = case.participant.get("age_at_index")
        if isinstance(age, int) and OLDEST_STORED < age <= 120:
            case.participant["age_at_index"] = OLDEST_STORED
        if case.refusals:
            return
        if not case.site and self.site:
            case.refusals.append(
                Refusal(case.row, self.site.column, "", "the site is missing")
            )
        # A row without a day of procedure is a person who had none.
        if "procedures.day" in case.columns and "day" not in case.procedure:
            case.procedure = {}
        needs = {"targets": terms.TARGET_NEEDS, "procedures": terms.PROCEDURE_NEEDS}
        for part, needed in needs.items():
            known = _part(case, part)
            for name in sorted(needed - set(known)) if known else ():
                column = case.columns.get(f"{part}.{name}", "")
                rule = f"the {name} is missing"
                case.refusals.append(Refusal(case.row, column, "", rule, part))

    def _sources(
        self, cells: dict[str, Cell], kinds: dict[str, terms.Kind]
    ) -> list[Source]:
        """Return how each field of a part is read."""
        sources = []
        for name, cell in cells.items():
            plain = terms.reader(kinds[name], unit=cell.unit, decimal=self.decimal)
            read = lru_cache(REMEMBERED)(terms.coded(plain, cell.codes))
            constant = None if cell.column else plain(cell.value)
            stored, place = STORED_AS.get(name, name), self.places.get(cell.column, -1)
            sources.append(Source(stored, cell.column, place, read, constant))
        return sources

    def _columns(self) -> dict[str, str]:
        """Return which column each field comes from, for whoever names a place."""
        sources = {part: list(found) for part, found in self.parts.items()}
        sources["participant"] += [one for one in (self.site, self.arm) if one]
        return {
            f"{part}.{source.field}": source.column
            for part, found in sources.items()
            for source in found
            if source.column
        }

    def _coded(self, field: str, column: str, codes: dict[str, str]) -> Source | None:
        """Return how a column of codes is read; None without a column."""
        if not column:
            return None
        read = terms.coded(str, codes)
        return Source(field, column, self.places[column], read, None)


def _part(case: Case, part: str) -> Fields:
    return case.target if part == "targets" else case.procedure


def _differs(row: int, column: str, first: int) -> Refusal:
    rule = f"says something else of the same participant than row {first} or after it"
    return Refusal(row, column, "", rule)
