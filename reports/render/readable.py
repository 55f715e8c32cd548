"""A result's table as readers see it: rounded, with every number in full behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from outcomes.vocabulary import Missing
from registry.coded import _
from reports.analysis.standing import NOT_RECORDED, REASONS
from reports.analysis.trajectory import PERCENTAGES
from reports.groupings import EVERYBODY
from reports.numerals import NOTHING, decimals_for, number, percent
from reports.run import Result

Write = Callable[[Any], str]
Row = dict[str, Any]


@dataclass(frozen=True)
class Number:
    """A number as it is read, and to its last digit; `full` is "" where it is none."""

    text: str
    full: str


@dataclass(frozen=True)
class Column:
    """A heading, where the number is, or the two ends of a range, and how to write."""

    heading: str
    keys: tuple[str, ...]
    write: Write


@dataclass(frozen=True)
class Line:
    """A group at a visit; each cell is a number, or the two ends of a range."""

    group: str
    visit: str
    cells: tuple[tuple[Number, ...], ...]


@dataclass(frozen=True)
class Section:
    """One table: its title, how to read it, its headings, its lines."""

    title: str
    explanation: str
    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    is_grouped: bool


def sections(result: Result) -> list[Section]:
    """Return the tables of a result, those that say anything."""
    table, measure = result.answer.table, result.topic.measure
    rows: list[Row] = [
        dict(zip(table.columns, row, strict=True))
        for row in table.itertuples(index=False)
    ]
    if not rows:
        return []
    decimals = decimals_for(measure.minimum, measure.maximum)

    def value(one: float | None) -> str:
        return number(one, decimals)

    found = [
        _section(_("People"), _PEOPLE, _people(rows), rows),
        _section(
            _("Values"), _VALUES.format(unit=measure.unit), _values(rows, value), rows
        ),
    ]
    judged = [row for row in rows if row["evaluable"] is not None]
    if judged:
        found.append(
            _section(_("Better by 30 % and by 50 %"), _BETTER, _better(), judged)
        )
    return found


_PEOPLE = _(
    "Enrolled are due, dead, withdrawn or not yet due; due are seen or missing, and "
    "the missing are counted by reason."
)
_VALUES = _(
    "In {unit}: of people seen, and the change from their own baseline of those who "
    "have one."
)
_BETTER = _(
    "At least so much better than the baseline, of those seen with a baseline above 0; "
    "and of those due, from all the missing being failures to all being successes."
)


def _section(
    title: str, explanation: str, columns: list[Column], rows: list[Row]
) -> Section:
    lines = tuple(
        Line(
            row["group"],
            row["visit_label"],
            tuple(_cell(column, row) for column in columns),
        )
        for row in rows
    )
    headings = tuple(column.heading for column in columns)
    is_grouped = {row["group"] for row in rows} != {EVERYBODY}
    return Section(title, explanation, headings, lines, is_grouped)


def _cell(column: Column, row: Row) -> tuple[Number, ...]:
    """Write one cell; a range without ends is one dash."""
    values = [row[key] for key in column.keys]
    if values == [None] * len(values):
        return (Number(NOTHING, ""),)
    return tuple(Number(column.write(one), repr(one)) for one in values)


def _count(value: float | None) -> str:
    is_whole = value is None or value == int(value)
    return number(value, 0 if is_whole else 1)


def _people(rows: list[Row]) -> list[Column]:
    names = {**dict(Missing.choices()), NOT_RECORDED: _("no reason recorded")}
    reasons = [
        (f"missing_{reason}", _("missing: {reason}").format(reason=names[reason]))
        for reason in REASONS
        if any(row[f"missing_{reason}"] for row in rows)
    ]
    columns = [
        ("day", _("target day")),
        ("median_day", _("median day seen")),
        ("enrolled", _("enrolled")),
        ("due", _("due")),
        ("n", _("seen")),
        ("missing", _("missing")),
        *reasons,
        ("dead", _("dead")),
        ("withdrawn", _("withdrew")),
        ("not_yet", _("not yet due")),
    ]
    return [Column(heading, (key,), _count) for key, heading in columns]


def _values(rows: list[Row], value: Write) -> list[Column]:
    columns = [
        Column(_("seen"), ("n",), _count),
        Column(_("mean"), ("mean",), value),
        Column(_("SD"), ("sd",), value),
        Column(_("95 % interval"), ("lower", "upper"), value),
    ]
    if any(row["change_n"] for row in rows):
        columns += [
            Column(_("with a baseline"), ("change_n",), _count),
            Column(_("mean change"), ("change_mean",), value),
            Column(_("SD"), ("change_sd",), value),
            Column(_("95 % interval"), ("change_lower", "change_upper"), value),
        ]
    return columns


def _better() -> list[Column]:
    columns = [
        Column(_("seen, evaluable"), ("evaluable",), _count),
        Column(_("due, evaluable"), ("evaluable_due",), _count),
    ]
    for by in PERCENTAGES:
        share = f"share_{by}"
        columns += [
            Column(_("{by} % or more").format(by=by), (f"responders_{by}",), _count),
            Column(_("share"), (share,), percent),
            Column(_("95 % interval"), (f"{share}_lower", f"{share}_upper"), percent),
            Column(_("of those due"), (f"{share}_worst", f"{share}_best"), percent),
        ]
    return columns
