"""The course of a measure: a panel for each group, on a real time axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import pandas as pd
from matplotlib.figure import Figure

from registry.coded import _
from reports.analysis.courses import DIED, NOT_SEEN_AGAIN, sampled
from reports.analysis.trajectory import MISSING_COLUMNS
from reports.figures import look
from reports.figures.course_panel import (
    DAYS_A_MONTH,
    FEW,
    GONE,
    ONE_PERSON,
    OTHERS,
    Scale,
    draw_axes,
    draw_mean,
    draw_others,
    draw_people,
    mean_style,
    month_text,
)
from reports.figures.sheet import Mark, Sheet, draw_sheet, panel_width
from reports.figures.visit_table import (
    Row,
    VisitTable,
    column_widths,
    draw_visit_table,
    needed,
    table_height,
)
from reports.groupings import EVERYBODY
from reports.numerals import decimals_for
from reports.numerals import number as write

MOST_DRAWN = 300
MOST_COMPARED = 4  # groups whose means are drawn faint in each other's panels
MOST_SIDE_BY_SIDE = 3
COUNTS = (
    ("due", _("due")),
    ("n", _("seen")),
    ("missing", _("missing")),
    # Why they were missing, each where anybody was.
    ("missing_not_done", _("– not done")),
    ("missing_refused", _("– refused")),
    ("missing_not_applicable", _("– not asked")),
    ("missing_unknown", _("– unknown")),
    ("missing_not_testable", _("– not tested")),
    ("missing_lost", _("– lost")),
    ("missing_not_recorded", _("– no entry")),
    ("dead", _("dead")),
    ("withdrawn", _("withdrew")),
    ("not_yet", _("not yet due")),
)
ALWAYS = ("due", "n", "missing")
LEFT_OUT = _("Visits without a column under the axis are in the table of the report.")


@dataclass(frozen=True)
class Lettering:
    """The words on a figure; `stamp` must not be missed: that data are not real."""

    title: str
    axis_name: str
    foot: Sequence[str]
    stamp: str = ""


def course_figure(
    table: pd.DataFrame,
    courses: pd.DataFrame,
    leavers: pd.DataFrame,
    *,
    scale: Scale,
    lettering: Lettering,
    most: int = MOST_DRAWN,
) -> Figure:
    """Draw single courses thin, and each group's mean with its interval over them.

    table: `trajectory.COLUMNS`; courses: `courses.COURSE_COLUMNS`; leavers:
    `courses.LEAVER_COLUMNS`. At most `most` people are drawn, the numbers under the
    axis are of all.
    """
    groups = list(dict.fromkeys(table["group"]))
    parts = [table[table["group"] == group] for group in groups]
    drawn = sampled(courses, groups, most=most)
    shown, gone = (rows[rows["person"].isin(drawn)] for rows in (courses, leavers))
    marks = _marks(table, len(groups), courses["person"].nunique(), len(drawn), gone)
    below = _visit_table(table, parts, decimals_for(scale.low, scale.high))
    figure, boxes = draw_sheet(_sheet(parts, below, marks, lettering))
    end = max([1.0, *chain(table["day"], shown["day"])]) / DAYS_A_MONTH
    for number, (own, box) in enumerate(zip(groups, boxes, strict=False)):
        axes = draw_axes(figure, box, scale, end)
        draw_people(axes, shown[shown["group"] == own], gone[gone["group"] == own])
        if len(groups) <= MOST_COMPARED:
            draw_others(axes, parts, number)
        draw_mean(axes, parts[number], number)
        fitted = below.fitted(box.width)
        draw_visit_table(figure, box, axes, fitted, number, lettering.axis_name)
    return figure


def _sheet(
    parts: Sequence[pd.DataFrame],
    below: VisitTable,
    marks: Sequence[Mark],
    lettering: Lettering,
) -> Sheet:
    """Size the paper for the panels; where there is nobody it says so."""
    columns = _side_by_side(len(parts), below.widths)
    foot = [look.legible(line) for line in lettering.foot]
    if len(below.fitted(panel_width(columns)).kept) < len(below.at):
        foot.append(LEFT_OUT)
    heights = {0: 0.0, 1: 3.1}
    return Sheet(
        title=look.legible(lettering.title),
        stamp=look.legible(lettering.stamp),
        marks=marks,
        panels=[_heading(part) for part in parts] or [_("There is nobody to show.")],
        columns=columns,
        plot_height=heights.get(len(parts), 2.3),
        table_height=table_height(len(below.rows[0]) if parts else 0),
        foot=foot,
    )


def _visit_table(
    table: pd.DataFrame, parts: Sequence[pd.DataFrame], decimals: int
) -> VisitTable:
    counted = [
        (column, name)
        for column, name in COUNTS
        if column in ALWAYS or table[column].astype(bool).any()
    ]
    rows = [
        [
            Row(
                _("mean"),
                tuple(write(mean, decimals) for mean in part["mean"]),
                mean_style(number)["color"],
                is_bold=True,
            ),
            *(
                Row(
                    name,
                    tuple(str(count) for count in part[column]),
                    look.QUIET if column in MISSING_COLUMNS else look.INK,
                )
                for column, name in counted
            ),
        ]
        for number, part in enumerate(parts)
    ]
    days = [float(day) for day in parts[0]["day"]] if parts else []
    head = [month_text(day) for day in days]
    cells = [row.cells for group in rows for row in group]
    widths = column_widths(list(zip(head, *cells, strict=True)))
    at = [day / DAYS_A_MONTH for day in days]
    return VisitTable(at, head, rows, widths, kept=range(len(at)))


def _side_by_side(groups: int, widths: Sequence[float]) -> int:
    """Choose how many panels stand side by side: three if their columns have room."""
    everything = range(len(widths))
    is_even = groups % MOST_SIDE_BY_SIDE == 0 or groups > 2 * MOST_SIDE_BY_SIDE
    if is_even and needed(widths, everything) <= panel_width(MOST_SIDE_BY_SIDE):
        return MOST_SIDE_BY_SIDE
    return min(max(groups, 1), 2)


def _heading(part: pd.DataFrame) -> str:
    words = _("{count} enrolled").format(count=part["enrolled"].iloc[0])
    words = words.replace(" ", "\N{NO-BREAK SPACE}")
    group = look.legible(part["group"].iloc[0])
    return words if group == EVERYBODY else f"{group}, {words}"


def _marks(
    table: pd.DataFrame, groups: int, people: int, drawn: int, gone: pd.DataFrame
) -> list[Mark]:
    """Explain what is drawn, and nothing that is not."""
    style = mean_style(0)
    if not groups:
        return []
    if groups > 1:  # every group has a colour and a marker of its own
        style |= {"color": look.INK, "marker": "none"}
    marks = [Mark(_("mean of those seen, with its 95 % t interval"), style)]
    if 0 < table.loc[table["n"] > 0, "n"].min() < FEW:
        words = _("hollow: fewer than {few} seen").format(few=FEW)
        hollow = {**mean_style(0), "markerfacecolor": "white", "linestyle": "none"}
        marks.append(Mark(words, hollow, points=1))
    if 1 < groups <= MOST_COMPARED:
        one_other = groups - 1 == 1
        other = _("mean of the other group") if one_other else _("means of the others")
        marks.append(Mark(other, OTHERS))
    one = _("one person each")
    if drawn < people:
        one = _("one person each, {drawn} of {people} drawn (chosen at random)").format(
            drawn=drawn, people=people
        )
    marks.append(Mark(one, ONE_PERSON))
    ends = {
        NOT_SEEN_AGAIN: _("last value of a person not seen again"),
        DIED: _("last value of a person who died"),
    }
    return marks + [
        Mark(words, GONE[how], points=1)
        for how, words in ends.items()
        if (gone["how"] == how).any()
    ]
