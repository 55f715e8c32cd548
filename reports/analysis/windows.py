"""Which visit a day counts to, and which of several entries speaks for a visit.

The rules are those of `outcomes.schedule`, for whole columns at once.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray


class Window(Protocol):
    """A planned visit, in days since the index procedure, both ends included."""

    @property
    def slug(self) -> str: ...  # noqa: D102
    @property
    def label(self) -> str: ...  # noqa: D102
    @property
    def target(self) -> int: ...  # noqa: D102
    @property
    def opens(self) -> int: ...  # noqa: D102
    @property
    def analysis_opens(self) -> int: ...  # noqa: D102
    @property
    def analysis_closes(self) -> int: ...  # noqa: D102


def visit_of(
    day: NDArray[np.int64], after: NDArray[np.bool_], visits: Sequence[Window]
) -> NDArray[np.int64]:
    """Return the number of the visit in whose analysis window each day lies, or -1.

    The first visit is the baseline: all that lies before the procedure, however long
    before. `after` tells the two sides of day 0 apart.
    """
    before = (day < 0) | ((day == 0) & ~after)
    found = np.where(before, 0, -1)
    for number, visit in enumerate(visits[1:], start=1):
        inside = (day >= visit.analysis_opens) & (day <= visit.analysis_closes)
        found[inside & ~before] = number
    return found


def speaking(entries: pd.DataFrame, visits: Sequence[Window]) -> pd.DataFrame:
    """Keep one entry for each person and visit, and say in `visit` which visit.

    `entries` has at least person, day, after and entered (the order of entry). The
    entry closest to the visit's target day speaks; of two equally close the later; of
    two on one day the one entered first. At baseline it is the latest before the
    procedure. Never by value: that would let the best score speak.
    """
    days = entries["day"].to_numpy()
    visit = visit_of(days, entries["after"].to_numpy(), visits)
    targets = np.array([0, *(visit.target for visit in visits[1:]), 0])
    rank = np.lexsort(
        (
            entries["entered"].to_numpy(),
            -days,
            np.abs(days - targets[visit]),
            visit,
            entries["person"].to_numpy(),
        )
    )
    ranked = entries.assign(visit=visit).iloc[rank]
    counted = ranked[ranked["visit"] >= 0]
    return counted.drop_duplicates(["person", "visit"]).reset_index(drop=True)
