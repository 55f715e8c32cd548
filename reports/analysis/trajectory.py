"""The mean course of a measure, with everybody who should have been seen accounted for.

A mean of those who came flatters: beside each mean stand the people due, seen,
missing by reason, dead and withdrawn, and beside each share of responders the shares
if all the missing were failures, or successes (Manski's bounds).
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reports.analysis.moments import moments
from reports.analysis.responders import is_evaluable, is_responder, wilson
from reports.analysis.standing import REASONS, Standing

PERCENTAGES = (30, 50)
MISSING_COLUMNS = tuple(f"missing_{reason}" for reason in REASONS)
CHANGE_COLUMNS = (
    "change_n",
    "change_mean",
    "change_sd",
    "change_lower",
    "change_upper",
)
RESPONDER_COLUMNS = (
    "evaluable",
    "evaluable_due",
    *(
        column
        for percent in PERCENTAGES
        for column in (
            f"responders_{percent}",
            f"share_{percent}",
            f"share_{percent}_lower",
            f"share_{percent}_upper",
            f"share_{percent}_worst",
            f"share_{percent}_best",
        )
    ),
)
COLUMNS = (
    "group",
    "visit",
    "visit_label",
    "day",
    "median_day",
    "enrolled",
    "due",
    "n",
    "missing",
    *MISSING_COLUMNS,
    "dead",
    "withdrawn",
    "not_yet",
    "mean",
    "sd",
    "lower",
    "upper",
    *CHANGE_COLUMNS,
    *RESPONDER_COLUMNS,
)


def shown_visits(stands: Sequence[Standing], asked: Collection[str]) -> list[Standing]:
    """Keep the visits at which somebody was due and the measure was to be had.

    `asked` are the slugs of the visits at which the protocol asks for the measure; a
    visit at which it was recorded all the same stays in.
    """
    return [
        stand
        for stand in stands
        if stand.due.any() and (stand.visit.slug in asked or stand.is_recorded)
    ]


def mean_course(
    group: NDArray[Any],
    stands: Sequence[Standing],
    *,
    baseline: Standing,
    groups: Sequence[str],
    with_change: bool = True,
    with_responders: bool = True,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return one row for each group and visit, with `COLUMNS`, groups in their order.

    `group` has the group of each person, as the arrays in `stands` are ordered;
    `baseline` may be one of `stands`. In every row enrolled = due + dead + withdrawn
    + not_yet, and due = n + missing, which is the sum of the missing_ columns. `day`
    is the visit's target, `median_day` when people were seen.

    Means are those of people seen, with the t interval of the mean; change is paired
    with each person's own baseline. `evaluable` are those seen with a baseline above
    0, the denominator of share_ and its Wilson interval; `evaluable_due` adds those
    not seen, the denominator of _worst (missing = failure) and _best (= success).
    What cannot be told is None: a mean of nobody, the spread of one person, change
    and responders at baseline or where they are not asked for.
    """
    rows: list[dict[str, Any]] = []
    for label in groups:
        members = np.asarray(group == label)
        for stand in stands:
            is_later = stand is not baseline
            row = {"group": label, **_counts(stand, members)}
            row |= _named("", moments(stand.micro[stand.seen & members], confidence))
            if with_change and is_later:
                row |= _change(stand, baseline, members, confidence)
            if with_responders and is_later:
                row |= _responders(stand, baseline, members, confidence)
            rows.append(row)
    return table_of(rows)


def table_of(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return rows as a frame of Python objects with `COLUMNS`, None where empty."""
    filled = [[row.get(column) for column in COLUMNS] for row in rows]
    return pd.DataFrame(filled, columns=list(COLUMNS), dtype=object)


def _counts(stand: Standing, members: NDArray[np.bool_]) -> dict[str, Any]:
    seen = stand.seen & members
    due = stand.due & members
    reasons = np.bincount(stand.reason[due & ~seen], minlength=len(REASONS))
    return {
        "visit": stand.visit.slug,
        "visit_label": stand.visit.label,
        "day": stand.visit.target,
        "median_day": float(np.median(stand.day[seen])) if seen.any() else None,
        "enrolled": int(members.sum()),
        "due": int(due.sum()),
        "n": int(seen.sum()),
        "missing": int((due & ~seen).sum()),
        **dict(zip(MISSING_COLUMNS, reasons.tolist(), strict=True)),
        "dead": int((stand.dead & members).sum()),
        "withdrawn": int((stand.withdrawn & members).sum()),
        "not_yet": int((stand.not_yet & members).sum()),
    }


def _named(prefix: str, values: Any) -> dict[str, Any]:
    """Name moments for the table; the count of the mean itself is `n` already."""
    named = {f"{prefix}{name}": value for name, value in values._asdict().items()}
    if not prefix:
        del named["n"]
    return named


def _change(
    stand: Standing,
    baseline: Standing,
    members: NDArray[np.bool_],
    confidence: float,
) -> dict[str, Any]:
    paired = stand.seen & baseline.seen & members
    change = stand.micro[paired] - baseline.micro[paired]
    return _named("change_", moments(change, confidence))


def _responders(
    stand: Standing,
    baseline: Standing,
    members: NDArray[np.bool_],
    confidence: float,
) -> dict[str, Any]:
    could = baseline.seen & is_evaluable(baseline.micro) & members
    judged = could & stand.seen
    due = int((could & stand.due).sum())
    row = {"evaluable": int(judged.sum()), "evaluable_due": due}
    for percent in PERCENTAGES:
        better = is_responder(baseline.micro[judged], stand.micro[judged], percent)
        events = int(better.sum())
        row |= dict(_shares(percent, events, row["evaluable"], due, confidence))
    return row


def _shares(
    percent: int, events: int, n: int, due: int, confidence: float
) -> Iterator[tuple[str, Any]]:
    found = wilson(events, n, confidence)
    yield f"responders_{percent}", events
    yield f"share_{percent}", found.share
    yield f"share_{percent}_lower", found.lower
    yield f"share_{percent}_upper", found.upper
    yield f"share_{percent}_worst", events / due if due else None
    yield f"share_{percent}_best", (events + due - n) / due if due else None
