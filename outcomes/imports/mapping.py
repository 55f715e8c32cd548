"""The mapping file: how the columns of a table become the registry's record.

It is TOML, to be written and read by a coordinator, and it is read strictly: a key that
is unknown or missing, or a reference to something that does not exist, is refused in
one sentence. A short one, for a table with one row for each participant:

    shape = "wide"            # or "long": one row for each visit
    delimiter = ";"           # left out: a comma; "\\t" for tabs
    decimal = ","             # left out: a point
    ignore = ["migraine"]     # columns that are there, and are not wanted

    [cohort]
    slug = "headache_trial"
    name = "Acupuncture for chronic headache"
    protocol = "spinal_root_ganglion"
    create = true             # left out: it must be there already

    [site]
    code = "site_1"           # or: column = "centre", codes = { "7" = "site_1" }
    name = "Site 1"           # with a column: names = { site_1 = "Site 1" }
    create = true

    [missing]                 # what stands in a cell that has no value, and why not;
    "" = "unknown"            # an empty cell is "unknown" unless you say otherwise
    "-99" = "refused"

    [participant]
    id = "id"                 # kept in a key file, never in the registry
    age_at_index = { column = "age" }
    sex = { column = "sex", codes = { "1" = "F", "0" = "M" } }
    pain_duration = { column = "chronicity", unit = "years" }
    # also: handedness, enrolment_day, is_prospective

    [arm]                     # the comparison group; may be left out
    column = "group"
    codes = { "1" = "acupuncture", "0" = "usual_care" }
    labels = { acupuncture = "Acupuncture", usual_care = "Usual care" }

    [target]                  # the pain that is treated; may be left out
    indication = { value = "radicular" }              # the same for all
    side = { column = "side", codes = { L = "left", R = "right" } }

    [procedure]               # may be left out; needs a target
    family = { value = "spinal_root" }
    technique = { value = "ODR_INTRA" }
    role = { value = "index" }                        # day: 0 unless you say otherwise

    [[visits]]                # wide: a table for each visit
    visit = "baseline"        # the protocol's, or day = 28, or day_column = "d"
    # column = measure
    scores = { pk1 = "headache_severity", f1 = "headache_frequency" }

    [[visits]]
    visit = "month-3"
    scores = { nrs3 = { measure = "nrs_worst", factor = 0.1 } }   # from 0-100

    [[also_missing]]          # a value that stands for nothing beside a missing score
    measure = "headache_frequency"
    value = "0"
    beside = "headache_severity"
    reason = "unknown"

A long table says instead which column tells the visit:

    [visit]
    column = "event"          # or day_column = "day", or both
    codes = { "t0" = "baseline", "t1" = "month-3" }

    [scores]
    nrs = "nrs_worst"
"""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from typing import Literal

from outcomes.imports.refusals import FileRefused
from outcomes.instruments import read_record
from outcomes.vocabulary import Missing


@dataclass(frozen=True)
class Cell:
    """Where a field comes from: a column, or one value for all."""

    column: str = ""
    value: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    unit: str = ""


@dataclass(frozen=True)
class CohortPlace:
    """The cohort that the people join."""

    slug: str
    name: str
    protocol: str
    create: bool = False


@dataclass(frozen=True)
class SitePlace:
    """The site, or the column that tells it."""

    code: str = ""
    name: str = ""
    column: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    create: bool = False

    def named(self) -> dict[str, str]:
        """Return every site of the mapping, code to name."""
        if self.column:
            return {code: self.names.get(code, "") for code in self.codes.values()}
        return {self.code: self.name}


@dataclass(frozen=True)
class Person:
    """The participant's own columns."""

    id: str
    sex: Cell | None = None
    age_at_index: Cell | None = None
    handedness: Cell | None = None
    pain_duration: Cell | None = None
    enrolment_day: Cell | None = None
    is_prospective: Cell | None = None

    def cells(self) -> dict[str, Cell]:
        """Return the fields that the mapping fills."""
        pairs = ((one.name, getattr(self, one.name)) for one in fields(self))
        return {name: cell for name, cell in pairs if isinstance(cell, Cell)}


@dataclass(frozen=True)
class ArmColumn:
    """The column that tells the comparison group."""

    column: str
    codes: dict[str, str]
    labels: dict[str, str]


@dataclass(frozen=True)
class Measured:
    """The measure that a column holds, and what is done to its numbers."""

    measure: str
    factor: Decimal = Decimal(1)
    decimals: int | None = None  # round, half up, to so many
    codes: dict[str, str] = field(default_factory=dict)
    value_set: str = ""


@dataclass(frozen=True)
class VisitColumns:
    """The columns of one visit of a wide table."""

    scores: dict[str, Measured | str]
    visit: str = ""
    day: int | None = None
    day_column: str = ""

    def measured(self) -> dict[str, Measured]:
        """Return column to measure."""
        return as_measured(self.scores)


@dataclass(frozen=True)
class VisitRow:
    """How a row of a long table tells its visit."""

    column: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    day_column: str = ""


@dataclass(frozen=True)
class AlsoMissing:
    """A value of one measure that means nothing where another is missing."""

    measure: str
    value: str
    beside: str
    reason: str


@dataclass(frozen=True)
class Mapping:
    """A mapping file; `digest` is that of its bytes."""

    name: str
    digest: str
    shape: Literal["wide", "long"]
    cohort: CohortPlace
    site: SitePlace
    participant: Person
    arm: ArmColumn | None = None
    target: dict[str, Cell] = field(default_factory=dict)
    procedure: dict[str, Cell] = field(default_factory=dict)
    visits: tuple[VisitColumns, ...] = ()
    visit: VisitRow | None = None
    scores: dict[str, Measured | str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    also_missing: tuple[AlsoMissing, ...] = ()
    ignore: tuple[str, ...] = ()
    delimiter: str = ","
    decimal: Literal[".", ","] = "."
    sheet: str = ""
    mode: str = "file"
    informant: str = "self"

    def reasons(self) -> dict[str, str]:
        """Return cell to the reason why there is no value."""
        return {"": Missing.UNKNOWN.value} | self.missing

    def measures(self) -> dict[str, Measured]:
        """Return every score column to its measure, whatever the shape."""
        found = as_measured(self.scores)
        for visit in self.visits:
            found |= visit.measured()
        return found

    def columns(self) -> Counter[str]:
        """Count how often the mapping names each column that it reads."""
        return Counter(self._columns())

    def _columns(self) -> Iterator[str]:
        cells = [*self.participant.cells().values(), *self.target.values()]
        cells += self.procedure.values()
        yield self.participant.id
        yield from (cell.column for cell in cells if cell.column)
        for part in (self.site, self.arm, self.visit):
            if part and part.column:
                yield part.column
        yield from (one.day_column for one in self.visits if one.day_column)
        if self.visit and self.visit.day_column:
            yield self.visit.day_column
        yield from self.scores
        for group in self.visits:
            yield from group.scores


def as_measured(scores: dict[str, Measured | str]) -> dict[str, Measured]:
    """Write the short form, a bare slug, as the long one."""
    return {
        column: Measured(one) if isinstance(one, str) else one
        for column, one in scores.items()
    }


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file; FileRefused names the file and the key."""
    try:
        raw = path.read_bytes()
        table = tomllib.loads(raw.decode("utf-8-sig"), parse_float=Decimal)
        digest = hashlib.sha256(raw).hexdigest()
        return read_record(Mapping, table, name=path.name, digest=digest)
    except OSError as trouble:
        raise FileRefused(f"{path} cannot be read: {trouble.strerror}.") from trouble
    except (ValueError, ArithmeticError) as trouble:
        raise FileRefused(f"{path.name}: {trouble}") from trouble
