"""A result's table as CSV that a spreadsheet opens without running anything."""

import csv
from io import StringIO
from typing import Any

from reports.run import Result

STARTS_A_FORMULA = ("=", "+", "-", "@")


def csv_table(result: Result) -> bytes:
    """Return the table with a row for each record; nothing where there is no number.

    Each row names cohort and measure, and says whether the data are synthetic, so
    that rows of several files can be put together.
    """
    topic, table = result.topic, result.answer.table
    whose = {
        "cohort": result.cohort.slug,
        "synthetic": "yes" if topic.is_synthetic else "no",
        "measure": topic.measure.slug,
        "unit": topic.measure.unit,
    }
    target = StringIO()
    writer = csv.writer(target)
    writer.writerow([*whose, *table.columns])
    for row in table.itertuples(index=False):
        writer.writerow([inert(cell) for cell in (*whose.values(), *row)])
    return target.getvalue().encode()


def inert(cell: Any) -> Any:
    """Put an apostrophe before text that a spreadsheet would take for a formula."""
    if isinstance(cell, str) and cell.strip().startswith(STARTS_A_FORMULA):
        return f"'{cell}"
    return "" if cell is None else cell
