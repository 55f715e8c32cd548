"""One panel of a course: single people, who left, the mean, and the numbers below."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, SupportsFloat

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from registry.privacy import DAYS_A_YEAR
from reports.analysis.courses import DIED, NOT_SEEN_AGAIN
from reports.figures import look
from reports.figures.sheet import Box

DAYS_A_MONTH = DAYS_A_YEAR / 12  # 30.4375
SPARSE = 0.2
FEW = 10  # the mean of fewer people is drawn hollow
ONE_PERSON: dict[str, Any] = {"color": look.PERSON, "linewidth": 0.5}
OTHERS: dict[str, Any] = {
    "color": look.QUIET,
    "linewidth": 0.9,
    "linestyle": (0, (3, 2)),
}
_LEFT = {"markeredgecolor": look.INK, "linestyle": "none", "zorder": 3.7}
GONE: dict[str, dict[str, Any]] = {
    NOT_SEEN_AGAIN: {
        **_LEFT,
        "marker": "v",
        "markersize": 3.2,
        "markerfacecolor": "white",
        "markeredgewidth": 0.5,
    },
    DIED: {**_LEFT, "marker": "x", "markersize": 3.4, "markeredgewidth": 0.9},
}


@dataclass(frozen=True)
class Scale:
    """The vertical axis: its ends in the unit of the measure, and where better is."""

    unit: str
    low: float
    high: float
    better: str

    @property
    def label(self) -> str:
        """Name the unit and point to where better is; the text runs upward."""
        unit = look.legible(self.unit)
        if self.better == "lower":
            return f"\N{LEFTWARDS ARROW} better    {unit}"
        if self.better == "higher":
            return f"{unit}    better \N{RIGHTWARDS ARROW}"
        return unit


def axis_ends(
    minimum: SupportsFloat | None, maximum: SupportsFloat | None, values: pd.Series
) -> tuple[float, float]:
    """Return the ends of the vertical axis: those of the measure, where it has them.

    Where the values stay in the lowest fifth of the range, or the range is open, the
    axis ends at a round number above the highest.
    """
    known = values.to_numpy(dtype=float)
    low = min([0.0, *known]) if minimum is None else float(minimum)
    top = max([0.0, *known])
    if maximum is not None and (
        not len(known) or top - low > SPARSE * (float(maximum) - low)
    ):
        return low, float(maximum)
    size = 10 ** np.floor(np.log10(max(top - low, 1.0)))
    steps = np.array([1, 1.5, 2, 3, 4, 5, 6, 8, 10]) * size
    return low, low + float(steps[steps >= max(top - low, 1.0)][0])


def mean_style(number: int) -> dict[str, Any]:
    """Return how the mean of the group with this number is drawn."""
    colour, marker = look.GROUP_STYLES[number % len(look.GROUP_STYLES)]
    return {"color": colour, "marker": marker, "linewidth": 1.6, "markersize": 4.2}


def month_text(day: float) -> str:
    """Return a day as months, to a decimal where it is not a whole month."""
    return f"{day / DAYS_A_MONTH:.1f}".removesuffix(".0")


def draw_axes(figure: Figure, box: Box, scale: Scale, end: float) -> Axes:
    """Make the axes of a panel, from before day 0 to `end` months."""
    size = figure.get_size_inches()
    corner = (box.left / size[0], box.bottom / size[1])
    axes = figure.add_axes((*corner, box.width / size[0], box.height / size[1]))
    pad = 0.025 * (scale.high - scale.low)
    axes.set_xlim(-0.045 * end, 1.03 * end)
    axes.set_ylim(scale.low - pad, scale.high + pad)
    axes.set_xticks([])
    axes.set_yticks(_ticks(scale))
    axes.set_axisbelow(True)
    axes.grid(axis="y", color=look.FAINT, linewidth=0.4)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines["left"].set_visible(box.is_first)
    axes.tick_params(labelsize=look.TEXT, width=0.6, length=3, left=box.is_first)
    axes.tick_params(labelleft=box.is_first)
    if box.is_first:
        axes.set_ylabel(scale.label, size=look.TEXT, color=look.INK)
        axes.yaxis.set_label_coords(-0.52 / box.width, 0.5)
    return axes


def _ticks(scale: Scale) -> list[float]:
    """Return round numbers from end to end of the scale, and none beyond."""
    found = MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]).tick_values(
        scale.low, scale.high
    )
    return [float(one) for one in found if scale.low <= one <= scale.high]


def draw_people(axes: Axes, courses: pd.DataFrame, leavers: pd.DataFrame) -> None:
    """Draw single courses, a dot for who has one value, and how they left."""
    points = np.column_stack([courses["day"] / DAYS_A_MONTH, courses["value"]])
    starts = np.flatnonzero(np.diff(courses["person"].to_numpy())) + 1
    lines = [line for line in np.split(points, starts) if len(line)]
    alpha = float(np.clip(6 / max(len(lines), 1) ** 0.5, 0.35, 0.9))
    many = [line for line in lines if len(line) > 1]
    axes.add_collection(LineCollection(many, alpha=alpha, **ONE_PERSON), autolim=False)
    alone = np.array([line[0] for line in lines if len(line) == 1]).reshape(-1, 2)
    axes.plot(*alone.T, ".", color=look.PERSON, markersize=2.5, linestyle="none")
    for how, style in GONE.items():
        left = leavers[leavers["how"] == how]
        axes.plot(left["day"] / DAYS_A_MONTH, left["value"], clip_on=False, **style)


def draw_others(axes: Axes, parts: Sequence[pd.DataFrame], number: int) -> None:
    """Draw the means of the other groups faint, for comparison."""
    for other, part in enumerate(parts):
        if other != number:
            months, means = numbers(part, "day") / DAYS_A_MONTH, numbers(part, "mean")
            axes.plot(months, means, zorder=2.5, **OTHERS)


def draw_mean(axes: Axes, part: pd.DataFrame, number: int) -> None:
    """Draw a group's mean at each visit's target day, with its interval."""
    style = mean_style(number)
    months, means = numbers(part, "day") / DAYS_A_MONTH, numbers(part, "mean")
    for width, colour in ((2.8, "white"), (style["linewidth"], style["color"])):
        axes.plot(months, means, color=colour, linewidth=width, zorder=3)
    few = numbers(part, "n") < FEW
    _draw_intervals(axes, part, few, style["color"])
    for mask, face in ((few, "white"), (~few, style["color"])):
        axes.plot(
            months[mask],
            means[mask],
            linestyle="none",
            marker=style["marker"],
            markersize=style["markersize"],
            markerfacecolor=face,
            markeredgecolor=style["color"],
            zorder=4,
        )


def _draw_intervals(
    axes: Axes, part: pd.DataFrame, few: NDArray[np.bool_], colour: str
) -> None:
    """Draw intervals, thin for few people; what runs off the scale has no cap."""
    months = numbers(part, "day") / DAYS_A_MONTH
    ends = np.array([numbers(part, "lower"), numbers(part, "upper")])
    known = ~np.isnan(ends[0])
    for mask, width in ((known & few, 0.8), (known & ~few, 1.3)):
        low, high = ends[:, mask]
        axes.vlines(months[mask], low, high, colour, linewidth=width, zorder=3.5)
        for end in (low, high):
            caps = axes.plot(months[mask], end, "_", color=colour, zorder=3.5)[0]
            caps.set(markersize=4.4, markeredgewidth=width)


def numbers(part: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """Return a column as floats, None as NaN, which matplotlib leaves out."""
    return part[column].to_numpy(dtype=float)
