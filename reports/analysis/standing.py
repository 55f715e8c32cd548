"""How everybody stands at each visit: seen, missing and why, dead, withdrawn, not yet.

Nobody vanishes: at every visit each person enrolled is in exactly one of these.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outcomes.vocabulary import AssessmentStatus, Missing
from reports.analysis.windows import Window, speaking, visit_of

NOT_RECORDED = "not_recorded"
REASONS = (*Missing.codes(), NOT_RECORDED)
NOWHERE = -1

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Standing:
    """One visit: arrays with an entry for each person, in the order of the people.

    `day` and `micro` (millionths) hold where `seen`; `reason` is an index into
    `REASONS` where a person was due and not seen, else -1. `is_recorded` tells
    whether the measure was recorded for anybody, be it only as missing.
    """

    visit: Window
    seen: Flags
    due: Flags
    dead: Flags
    withdrawn: Flags
    reason: NDArray[np.int64]
    day: NDArray[np.int64]
    micro: NDArray[np.int64]
    is_recorded: bool

    @property
    def not_yet(self) -> Flags:
        """Tell whose follow-up has not reached this visit."""
        return ~(self.due | self.dead | self.withdrawn)


def standings(
    people: pd.DataFrame,
    assessments: pd.DataFrame,
    scores: pd.DataFrame,
    visits: Sequence[Window],
) -> list[Standing]:
    """Return how everybody stands at each of `visits`, the first being the baseline.

    people: participant, death_day, withdrawal_day, lost_day, last_day (empty: never).
    assessments: participant, day, after, entered, status, missed_reason.
    scores: participant, day, after, entered, micro, missing ("" beside a value).

    A person is due who was seen; or who was alive and had not withdrawn when the
    protocol's window opened, and whose follow-up got there: an assessment of any
    status lies in the analysis window, or the last recorded day lies beyond it. Who
    is recorded as lost, with nothing recorded after, stays due at every later visit
    at which anybody was seen: else the lost would leave the denominator, and flatter.
    At baseline everybody enrolled is due.
    """
    who = pd.Index(people["participant"])
    occasions = _numbered(assessments, who)
    entries = _numbered(scores, who)
    has_value = (entries["missing"] == "").to_numpy()
    spoken = speaking(entries[has_value], visits)
    excuses = speaking(_excuses(occasions, entries[~has_value]), visits)
    at = _visits_of(occasions, visits)
    recorded = set(_visits_of(entries, visits))
    return [
        _standing(
            visit,
            people,
            reached=_among(occasions["person"][at == number], len(people)),
            spoken=spoken[spoken["visit"] == number],
            excuses=excuses[excuses["visit"] == number],
            is_baseline=number == 0,
            is_recorded=number in recorded,
        )
        for number, visit in enumerate(visits)
    ]


def _numbered(rows: pd.DataFrame, who: pd.Index) -> pd.DataFrame:
    """Add each row's person as a position in `who`; drop rows of anybody else."""
    person = who.get_indexer(pd.Index(rows["participant"]))
    return rows.assign(person=person)[person >= 0]


def _visits_of(rows: pd.DataFrame, visits: Sequence[Window]) -> NDArray[np.int64]:
    return visit_of(rows["day"].to_numpy(), rows["after"].to_numpy(), visits)


def _excuses(occasions: pd.DataFrame, unscored: pd.DataFrame) -> pd.DataFrame:
    """Return why values are not there: from scores, and from missed assessments."""
    missed = occasions[occasions["status"] == AssessmentStatus.MISSED.value]
    missed = missed.rename(columns={"missed_reason": "missing"})
    columns = ["person", "day", "after", "entered", "missing"]
    return pd.concat([unscored[columns], missed[columns]], ignore_index=True)


def _among(persons: pd.Series, size: int) -> Flags:
    flags = np.zeros(size, dtype=bool)
    flags[persons.to_numpy()] = True
    return flags


def _standing(
    visit: Window,
    people: pd.DataFrame,
    *,
    reached: Flags,
    spoken: pd.DataFrame,
    excuses: pd.DataFrame,
    is_baseline: bool,
    is_recorded: bool,
) -> Standing:
    size = len(people)
    death, withdrawal, lost, last = (
        people[column].to_numpy(dtype=float)
        for column in ("death_day", "withdrawal_day", "lost_day", "last_day")
    )
    seen = _among(spoken["person"], size)
    present = ~((death < visit.opens) | (withdrawal < visit.opens))
    followed = present & (reached | (last > visit.analysis_closes) | is_baseline)
    silent = ~(last > lost) & (lost <= visit.analysis_closes)
    stays = present & silent & seen.any()
    due = seen | followed | stays
    gone = ~due & (death <= visit.analysis_closes)
    reason = _reasons(excuses, lost <= visit.analysis_closes)
    return Standing(
        visit=visit,
        seen=seen,
        due=due,
        dead=gone,
        withdrawn=~due & ~gone & (withdrawal <= visit.analysis_closes),
        reason=np.where(due & ~seen, reason, NOWHERE),
        day=_spread(spoken["person"], spoken["day"], size),
        micro=_spread(spoken["person"], spoken["micro"], size),
        is_recorded=is_recorded,
    )


def _reasons(excuses: pd.DataFrame, is_lost: Flags) -> NDArray[np.int64]:
    """Return everybody's reason, as if missing: as recorded, else as far as known."""
    unsaid = REASONS.index(NOT_RECORDED)
    reason = np.where(is_lost, REASONS.index(Missing.LOST.value), unsaid)
    codes = pd.Index(REASONS).get_indexer(pd.Index(excuses["missing"]))
    reason[excuses["person"].to_numpy()] = np.where(codes < 0, unsaid, codes)
    return reason


def _spread(persons: pd.Series, values: pd.Series, size: int) -> NDArray[np.int64]:
    spread = np.zeros(size, dtype=np.int64)
    spread[persons.to_numpy()] = values.to_numpy()
    return spread
