"""The courses of single people, as a figure draws them under the mean."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reports.analysis.moments import MILLIONTHS
from reports.analysis.standing import Standing

COURSE_COLUMNS = ("group", "person", "day", "value")
LEAVER_COLUMNS = ("group", "person", "day", "value", "how")
DIED = "died"
NOT_SEEN_AGAIN = "not seen again"


def individual_courses(
    people: pd.DataFrame,
    scores: pd.DataFrame,
    baseline: Standing,
    *,
    until: int | None = None,
) -> pd.DataFrame:
    """Return every value after the procedure, unplanned ones too, and the baseline.

    people: participant, group. scores: participant, day, after, entered, micro,
    missing. The baseline stands on day 0, whenever it was taken; of several values on
    one day the one entered first stays; what came after day `until` is not drawn.
    Columns `COURSE_COLUMNS`, sorted by person
    and day; `person` is the position in `people`, `value` in the unit of the measure.
    """
    who = pd.Index(people["participant"])
    person = who.get_indexer(pd.Index(scores["participant"]))
    drawn = (person >= 0) & (scores["missing"] == "") & scores["after"]
    after = scores.assign(person=person)[drawn]
    if until is not None:
        after = after[after["day"] <= until]
    after = after.sort_values(["person", "day", "entered"])
    after = after.drop_duplicates(["person", "day"])
    before = pd.DataFrame(
        {
            "person": np.flatnonzero(baseline.seen),
            "day": 0,
            "micro": baseline.micro[baseline.seen],
        }
    )
    both = pd.concat([before, after[["person", "day", "micro"]]], ignore_index=True)
    both = both.sort_values(["person", "day"], kind="stable", ignore_index=True)
    both["group"] = people["group"].to_numpy()[both["person"]]
    both["value"] = both["micro"] / MILLIONTHS
    return both[list(COURSE_COLUMNS)]


def leavers(
    people: pd.DataFrame, courses: pd.DataFrame, stands: Sequence[Standing]
) -> pd.DataFrame:
    """Return the last value of everybody who left, and how they did.

    people: participant, death_day, withdrawal_day, lost_day. Gone are those who died,
    withdrew or are recorded as lost, and those who were due at a visit after their
    last value and not seen there. Columns `LEAVER_COLUMNS`.
    """
    last = courses.drop_duplicates("person", keep="last").reset_index(drop=True)
    rows = people.iloc[last["person"]]
    died = rows["death_day"].notna().to_numpy()
    ended = rows[["withdrawal_day", "lost_day"]].notna().any(axis=1).to_numpy()
    missed_last = _last_missed(stands, len(people))[last["person"]]
    left = died | ended | (missed_last > last["day"].to_numpy())
    last["how"] = np.where(died, DIED, NOT_SEEN_AGAIN)
    return last[left].reset_index(drop=True)[list(LEAVER_COLUMNS)]


def _last_missed(stands: Sequence[Standing], size: int) -> NDArray[np.float64]:
    """Return the target day of the last visit at which each was due and not seen."""
    latest = np.full(size, -np.inf)
    for stand in stands:
        latest[stand.due & ~stand.seen] = stand.visit.target
    return latest


def sampled(
    courses: pd.DataFrame, groups: Sequence[str], *, most: int, seed: int = 20260101
) -> NDArray[Any]:
    """Choose the people to draw: at most `most`, shared evenly among the groups.

    The choice is random but seeded, so that a figure drawn twice is the same.
    """
    rng = np.random.default_rng(seed)
    share = max(most // max(len(groups), 1), 1)
    chosen = []
    for label in groups:
        persons = courses.loc[courses["group"] == label, "person"].unique()
        if len(persons) > share:
            persons = np.sort(rng.choice(persons, share, replace=False))
        chosen.append(persons)
    return np.concatenate(chosen) if chosen else np.array([], dtype=np.int64)
