"""The paper that a figure is drawn on: title, key, a grid of panels, a foot.

Everything is measured before it is placed, in inches from the lower left corner, so
that nothing touches whatever the words are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reports.figures import look

WIDTH = 7.0  # two columns of a journal
LEFT, RIGHT, EDGE = 0.85, 0.16, 0.1
BETWEEN = 0.28  # panels side by side
SAMPLE = {1: 0.1, 2: 0.3}  # the mark before its words in the key, by its points
BOLD = {"weight": "bold"}


@dataclass(frozen=True)
class Mark:
    """A line of the key: what is drawn, and what it means."""

    words: str
    style: Mapping[str, Any]
    points: int = 2


@dataclass(frozen=True)
class Box:
    """Where a panel's axes are; `is_first` in its row, `is_last` of its column."""

    left: float
    bottom: float
    width: float
    height: float
    is_first: bool

    @property
    def right(self) -> float:
        """Return the right edge."""
        return self.left + self.width


@dataclass(frozen=True)
class Sheet:
    """The words and the measures of a figure, from which its size follows."""

    title: str
    stamp: str
    marks: Sequence[Mark]
    panels: Sequence[str]
    columns: int
    plot_height: float
    table_height: float
    foot: Sequence[str]
    key_lines: list[list[Mark]] = field(init=False)
    headings: list[list[str]] = field(init=False)
    titles: list[str] = field(init=False)
    notes: list[str] = field(init=False)

    def __post_init__(self) -> None:
        """Break every text into lines."""
        room = WIDTH - 2 * EDGE
        stamp = look.text_width(self.stamp, look.TITLE, bold=True) + 0.3
        width = panel_width(self.columns)
        lines = {
            "titles": look.wrap(self.title, room - stamp, look.TITLE, bold=True),
            "headings": [
                look.wrap(panel, width, look.TEXT, bold=True) for panel in self.panels
            ],
            "notes": [
                line for note in self.foot for line in look.wrap(note, room, look.SMALL)
            ],
            "key_lines": _flow(self.marks, room),
        }
        for name, broken in lines.items():
            object.__setattr__(self, name, broken)

    @property
    def rows(self) -> int:
        """Return how many rows of panels there are."""
        return ceil(len(self.panels) / self.columns)

    def heading_height(self, row: int) -> float:
        """Return the height of the headings over a row of panels."""
        own = self.headings[row * self.columns : (row + 1) * self.columns]
        return max(len(lines) for lines in own) * look.line_height(look.TEXT) + 0.1

    @property
    def head_height(self) -> float:
        """Return the height of title and key."""
        titles = len(self.titles) * look.line_height(look.TITLE)
        keys = len(self.key_lines) * look.line_height(look.TEXT)
        return EDGE + titles + 0.05 + keys + 0.1

    @property
    def height(self) -> float:
        """Return the height of the whole figure."""
        notes = len(self.notes) * look.line_height(look.SMALL)
        panels = sum(
            self.heading_height(row) + self.plot_height + self.table_height
            for row in range(self.rows)
        )
        return self.head_height + panels + notes + 2 * EDGE


def panel_width(columns: int) -> float:
    """Return the width of one of so many panels side by side."""
    return (WIDTH - LEFT - RIGHT - BETWEEN * (columns - 1)) / columns


def draw_sheet(sheet: Sheet) -> tuple[Figure, list[Box]]:
    """Draw all words but the panels' own; return the figure and the panels' places."""
    figure = Figure(figsize=(WIDTH, sheet.height), facecolor="white")
    top = sheet.height - EDGE
    top = _write(figure, EDGE, top, sheet.titles, look.TITLE, **BOLD)
    if sheet.stamp:
        style = {**BOLD, "ha": "right", "color": look.WARN}
        right, first = WIDTH - EDGE, sheet.height - EDGE
        _write(figure, right, first, [sheet.stamp], look.TITLE, **style)
    _draw_key(figure, sheet.key_lines, top - 0.05)
    _write(
        figure,
        EDGE,
        EDGE + len(sheet.notes) * look.line_height(look.SMALL),
        sheet.notes,
        look.SMALL,
        color=look.QUIET,
    )
    return figure, _place_panels(figure, sheet)


def _place_panels(figure: Figure, sheet: Sheet) -> list[Box]:
    width = panel_width(sheet.columns)
    boxes = []
    top = sheet.height - sheet.head_height
    for row in range(sheet.rows):
        heading = sheet.heading_height(row)
        bottom = top - heading - sheet.plot_height
        first = row * sheet.columns
        for place, lines in enumerate(sheet.headings[first : first + sheet.columns]):
            left = LEFT + place * (width + BETWEEN)
            lowest = bottom + sheet.plot_height + 0.06
            start = lowest + len(lines) * look.line_height(look.TEXT)
            _write(figure, left, start, lines, look.TEXT, **BOLD)
            boxes.append(Box(left, bottom, width, sheet.plot_height, place == 0))
        top = bottom - sheet.table_height
    return boxes


def _write(
    figure: Figure,
    x: float,
    top: float,
    lines: Sequence[str],
    size: float,
    **style: Any,
) -> float:
    """Write lines downward from `top`; return where they end."""
    for line in lines:
        top -= look.line_height(size)
        figure.text(
            x,
            top + look.line_height(size) / 2,
            line,
            transform=figure.dpi_scale_trans,
            va="center_baseline",
            size=size,
            **style,
        )
    return top


def _flow(marks: Sequence[Mark], room: float) -> list[list[Mark]]:
    """Put the marks into lines, as words are."""
    lines: list[list[Mark]] = []
    left = 0.0
    for mark in marks:
        width = _mark_width(mark)
        if not lines or left < width:
            lines.append([])
            left = room
        lines[-1].append(mark)
        left -= width
    return lines


def _mark_width(mark: Mark) -> float:
    return SAMPLE[mark.points] + 0.07 + look.text_width(mark.words, look.TEXT) + 0.22


def _draw_key(figure: Figure, lines: Sequence[Sequence[Mark]], top: float) -> None:
    inches = figure.dpi_scale_trans
    for line in lines:
        x = EDGE + 0.03
        level = top - look.line_height(look.TEXT) / 2
        for mark in line:
            end = x + SAMPLE[mark.points]
            xs = [x, end] if mark.points > 1 else [(x + end) / 2]
            ys = [level] * mark.points
            figure.add_artist(Line2D(xs, ys, transform=inches, **mark.style))
            _write(
                figure,
                end + 0.07,
                level + look.line_height(look.TEXT) / 2,
                [mark.words],
                look.TEXT,
            )
            x += _mark_width(mark)
        top -= look.line_height(look.TEXT)
