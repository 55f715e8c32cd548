"""The numbers under a time axis: one column for each visit, none on top of another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reports.figures import look
from reports.figures.sheet import Box

GAP = 0.075  # between columns, inches
HEAD_DROP = 0.22  # from the axis down to the months, along the leaders
ROW = 0.148
TICK = 0.045
OVERHANG = 0.08  # a column may reach so far beyond the axis


@dataclass(frozen=True)
class Row:
    """A row of numbers, as text, one for each visit."""

    name: str
    cells: tuple[str, ...]
    colour: str = look.INK
    is_bold: bool = False


@dataclass(frozen=True)
class VisitTable:
    """Where the visits are on the axis, their heads, and the rows of each panel.

    `kept` are the numbers of the visits that have a column; all have a tick.
    """

    at: Sequence[float]
    head: Sequence[str]
    rows: Sequence[Sequence[Row]]
    widths: Sequence[float]
    kept: Sequence[int]

    def fitted(self, width: float) -> "VisitTable":
        """Keep the columns that fit under an axis of this width, in inches."""
        room = width + 2 * OVERHANG
        return replace(self, kept=kept_columns(self.at, self.widths, room))


def table_height(rows: int) -> float:
    """Return the height under the axis of a table with `rows` rows, in inches."""
    return HEAD_DROP + ROW * (rows + 1) + 0.18 if rows else 0.0


def column_widths(columns: Sequence[Sequence[str]]) -> list[float]:
    """Return the width of each column, given the texts in it, in inches."""
    return [
        max(look.text_width(text, look.TEXT, bold=True) for text in texts)
        for texts in columns
    ]


def needed(widths: Sequence[float], kept: Iterable[int]) -> float:
    """Return the room that the columns `kept` need side by side, in inches."""
    return sum(widths[number] + GAP for number in kept) - GAP


def kept_columns(
    at: Sequence[float], widths: Sequence[float], room: float
) -> list[int]:
    """Choose the columns that fit side by side into `room`, in inches.

    First and last always stay; of the others the one closest to its neighbours goes
    first, on the root of time: early visits are close together, and matter.
    """
    roots = np.sqrt(np.asarray(at))
    kept = list(range(len(at)))
    while len(kept) > 2 and needed(widths, kept) > room:
        places = roots[kept]
        del kept[1 + int(np.argmin(places[2:] - places[:-2]))]
    return kept


def spread(
    wanted: Sequence[float], widths: Sequence[float], low: float, high: float
) -> list[float]:
    """Move centres apart as little as may be, so that no two columns touch.

    Least squares under the order of the columns: isotonic regression by pooling
    adjacent violators (Barlow et al. 1972), then held between `low` and `high`.
    """
    half = np.asarray(widths) / 2
    offsets = np.concatenate([[0.0], np.cumsum(half[:-1] + half[1:] + GAP)])
    pools: list[tuple[float, int]] = []
    for value in np.asarray(wanted) - offsets:
        mean, size = float(value), 1
        while pools and pools[-1][0] > mean:
            before, count = pools.pop()
            mean = (mean * size + before * count) / (size + count)
            size += count
        pools.append((mean, size))
    fitted = np.concatenate([np.full(size, mean) for mean, size in pools])
    fitted = np.clip(fitted, low + half[0], high - half[-1] - offsets[-1])
    return [float(one) for one in fitted + offsets]


def draw_visit_table(
    figure: Figure,
    box: Box,
    axes: Axes,
    table: VisitTable,
    number: int,
    axis_name: str,
) -> None:
    """Draw, under panel `number`, leaders to the columns, the months and the rows.

    The rows are named in the first panel of a row of panels; in the others they stand
    on the same lines.
    """
    start, end = axes.get_xlim()
    scale = box.width / (end - start)
    low, high = box.left - OVERHANG, box.right + OVERHANG
    kept = table.kept
    ticks = [box.left + (at - start) * scale for at in table.at]
    places = spread(
        [ticks[i] for i in kept], [table.widths[i] for i in kept], low, high
    )
    level = box.bottom - HEAD_DROP
    _draw_leaders(figure, ticks, dict(zip(kept, places, strict=True)), box.bottom)
    for i, place in zip(kept, places, strict=True):
        _write(figure, place, level, table.head[i])
    level -= ROW
    middle = (box.left + box.right) / 2
    _write(figure, middle, level, axis_name, color=look.QUIET)
    level -= 0.04
    for row in table.rows[number]:
        level -= ROW
        style = {"color": row.colour, "weight": "bold" if row.is_bold else "normal"}
        if box.is_first:
            _write(figure, low - 0.1, level, row.name, align="right", **style)
        for i, place in zip(kept, places, strict=True):
            _write(figure, place, level, row.cells[i], **style)


def _draw_leaders(
    figure: Figure, ticks: Sequence[float], places: dict[int, float], axis: float
) -> None:
    """Draw a tick at every visit, and lead from it to its column if it has one."""
    for number, tick in enumerate(ticks):
        xs, ys = [tick, tick], [axis, axis - TICK]
        if number in places:
            xs.append(places[number])
            ys.append(axis - HEAD_DROP + 0.085)
        line = Line2D(xs, ys, transform=figure.dpi_scale_trans)
        line.set(color=look.QUIET, linewidth=0.5)
        figure.add_artist(line)


def _write(
    figure: Figure,
    x: float,
    y: float,
    text: str,
    *,
    align: str = "center",
    **style: Any,
) -> None:
    figure.text(
        x,
        y,
        text,
        transform=figure.dpi_scale_trans,
        ha=align,
        va="center_baseline",
        size=look.TEXT,
        **style,
    )
