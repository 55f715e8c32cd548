"""The visits of a row: on which day, what was scored, and what is missing and why."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from outcomes.imports import terms
from outcomes.imports.cases import Case, Occasion, Outcome
from outcomes.imports.mapping import Mapping, Measured, as_measured
from outcomes.imports.refusals import Refusal, refuse_cell
from outcomes.instruments import INSTRUMENTS
from outcomes.protocols import PROTOCOLS

REMEMBERED = 4096
BASELINE = "baseline"


class ScoreColumn(NamedTuple):
    """A column of scores: which measure, and how its text becomes an outcome."""

    column: str
    place: int
    measure: str
    read: Callable[[str], Outcome]


class Group(NamedTuple):
    """The columns of one visit: a day that is known, or a column that tells it."""

    planned: str
    day: int | None
    day_column: str
    scores: list[ScoreColumn]


class OccasionReader:
    """Reads the visits of a row, wide or long, into a case."""

    def __init__(self, mapping: Mapping, places: dict[str, int]) -> None:
        """Make the reader of every score column, and find every visit's day."""
        self.mapping, self.places = mapping, places
        self.reasons = mapping.reasons()
        visits = PROTOCOLS[mapping.cohort.protocol].visits
        self.targets = {visit.slug: visit.target for visit in visits}
        self.groups = [
            Group(
                one.visit,
                self.targets[one.visit] if one.visit and one.day is None else one.day,
                one.day_column,
                self._columns(one.measured()),
            )
            for one in mapping.visits
        ]
        self.scores = self._columns(as_measured(mapping.scores))
        self.whole = lru_cache(REMEMBERED)(terms.read_whole)

    def read(self, case: Case, row: int, cells: list[str]) -> None:
        """Add the visits of one row to the case, and what is wrong with them."""
        groups = (
            [self._row_group(case, row, cells)] if self.mapping.visit else self.groups
        )
        for group in groups:
            if group is not None:
                self._read_group(case, row, cells, group)

    def _row_group(self, case: Case, row: int, cells: list[str]) -> Group | None:
        """Return the one visit of a long row; None if its cell is refused."""
        told = self.mapping.visit
        if told is None or not told.column:
            return Group("", None, told.day_column if told else "", self.scores)
        text = cells[self.places[told.column]].strip()
        if text not in told.codes:
            rule = "is not one of the visits of the mapping"
            refusal = refuse_cell(row, told.column, text, rule, "assessments")
            case.refusals.append(refusal)
            return None
        slug = told.codes[text]
        return Group(slug, self.targets[slug], told.day_column, self.scores)

    def _read_group(self, case: Case, row: int, cells: list[str], group: Group) -> None:
        scores, refusals = {}, []
        for one in group.scores:
            text = cells[one.place].strip()
            try:
                scores[one.measure] = one.read(text)
            except ValueError as trouble:
                refusals.append(refuse_cell(row, one.column, text, trouble, "scores"))
        self._take_out_what_means_nothing(scores, cells, group)
        nothing = all(one.missing for one in scores.values()) and not refusals
        try:
            day = self._day(cells, group, nothing=nothing)
        except ValueError as trouble:
            text = cells[self.places[group.day_column]].strip()
            refusals.append(
                refuse_cell(row, group.day_column, text, trouble, "assessments")
            )
            day = None
        case.refusals += refusals
        if day is None or refusals:
            return
        columns = {one.measure: one.column for one in group.scores}
        occasion = Occasion(row, day, day > 0, group.planned, scores, columns)
        self._add(case, occasion, group.day_column)

    def _add(self, case: Case, occasion: Occasion, day_column: str) -> None:
        """Add a visit, unless its side of day 0 is wrong or it is there already."""
        row, planned = occasion.row, occasion.planned
        rule = ""
        if planned and (planned == BASELINE) == occasion.is_after_procedure:
            rule = f"day {occasion.day} is on the wrong side of day 0 for '{planned}'"
        for other in case.occasions:
            if (other.day, other.is_after_procedure) == (
                occasion.day,
                occasion.is_after_procedure,
            ):
                rule = f"a visit of this participant on day {other.day} is already in"
                rule += f" row {other.row}"
        if rule:
            case.refusals.append(Refusal(row, day_column, "", rule, "assessments"))
        else:
            case.occasions.append(occasion)

    def _day(self, cells: list[str], group: Group, *, nothing: bool) -> int | None:
        """Return the visit's day; ValueError says what is wrong with its cell.

        A visit at which nothing was scored is due on its planned day; without one it
        did not take place.
        """
        if not group.day_column:
            return group.day
        text = cells[self.places[group.day_column]].strip()
        if text not in self.reasons:
            return self.whole(text)
        if not nothing:
            raise ValueError("the day is missing, and this visit's scores are not")
        return group.day

    def _take_out_what_means_nothing(
        self, scores: dict[str, Outcome], cells: list[str], group: Group
    ) -> None:
        """Apply the mapping's rules of values that mean nothing beside a gap."""
        for rule in self.mapping.also_missing:
            one, beside = scores.get(rule.measure), scores.get(rule.beside)
            if one is None or beside is None or one.missing or not beside.missing:
                continue
            place = next(c.place for c in group.scores if c.measure == rule.measure)
            if _same(cells[place].strip(), rule.value):
                scores[rule.measure] = Outcome(missing=rule.reason)

    def _columns(self, measured: dict[str, Measured]) -> list[ScoreColumn]:
        return [
            ScoreColumn(
                column,
                self.places[column],
                one.measure,
                lru_cache(REMEMBERED)(
                    outcome_reader(one, self.reasons, self.mapping.decimal)
                ),
            )
            for column, one in measured.items()
        ]


def outcome_reader(
    one: Measured, reasons: dict[str, str], decimal: str
) -> Callable[[str], Outcome]:
    """Return the function from a cell's text to an outcome; ValueError says why not."""
    instrument = INSTRUMENTS[one.measure]

    def read(text: str) -> Outcome:
        if text in reasons:
            return Outcome(missing=reasons[text])
        if one.codes and text not in one.codes:
            raise ValueError(f"is not one of the codes {', '.join(one.codes)}")
        text = one.codes.get(text, text)
        if instrument.kind == "grade":
            return Outcome(grade=str(instrument.parse(text)))
        plain = "." if one.codes else decimal
        value = _converted(terms.read_plain(text, plain), one)
        refusal = instrument.refuse(value)
        if refusal:
            raise ValueError(refusal)
        return Outcome(value, value_set=one.value_set)

    return read


def _converted(value: Decimal, one: Measured) -> Decimal:
    """Return the value in the measure's unit, rounded if the mapping says so."""
    value *= one.factor
    if one.decimals is None:
        return value
    step = Decimal(1).scaleb(-one.decimals)
    return value.quantize(step, ROUND_HALF_UP)


def _same(text: str, value: str) -> bool:
    """Tell whether two texts are the same, or the same number: 0 and 0.0."""
    try:
        return text == value or terms.read_plain(text) == terms.read_plain(value)
    except ValueError:
        return False
