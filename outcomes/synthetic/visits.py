"""When people are seen: planned visits, missed ones, and those that pain brings on.

Visits scatter round their targets; some fall outside their windows. Where a repeat
restarts the protocol's clock, the schedule begins again on its day. A visit whose
window had not closed by the data cut has no row.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes.protocols import Protocol, Visit
from outcomes.synthetic.dispositions import learn_of_losses
from outcomes.synthetic.draws import (
    NEVER,
    Column,
    Table,
    kept,
    stacked,
    stream,
    whole,
)

UNSCHEDULED = -1
OFF_WINDOW = 0.07
SKIPPED = {"informative": (0.04, 0.08), "ignorable": (0.05, 0.05), "none": (0.0, 0.0)}
BROUGHT_FORWARD = 0.3  # share of those whose pain is back that come because of it


@dataclass(frozen=True)
class Plan:
    """The visits after the procedure, as arrays; position 0 is the baseline's."""

    target: Column
    opens: Column
    closes: Column
    analysis_opens: Column

    @classmethod
    def of(cls, visits: tuple[Visit, ...]) -> "Plan":
        """Read the plan from a protocol's visits."""
        names = ("target", "opens", "closes", "analysis_opens")
        return cls(*(np.array([getattr(v, name) for v in visits]) for name in names))


def draw_visits(
    protocol: Protocol,
    visits: tuple[Visit, ...],
    people: Table,
    fates: Table,
    seed: int,
    *,
    dropout: str,
    brought_forward: bool,
) -> Table:
    """Return one row for each visit planned or made by the data cut, by person and day.

    `visit` is the position in `visits`, or -1 where the visit was not planned; `seen`
    tells whether it took place; `closes` is the last day of its window. `fates` gains
    what the site comes to know (`learn_of_losses`).
    """
    rng = stream(seed, "visits")
    plan = Plan.of(visits)
    rows = _planned(plan, protocol.restarts_clock, people, fates)
    rows["drawn"] = _scattered(rng, plan, rows)
    extra = []
    if brought_forward:
        extra = [_brought_forward(stream(seed, "pain is back"), people, fates, rows)]
    rows["seen"] = _attended(rng, dropout, fates, rows)
    # Not seen though the window has closed, and not merely because it was still open.
    rows["missed"] = ~rows["seen"] & (rows["closes"] < rows["ends"])
    rows["missed"] &= np.minimum(rows["drawn"], rows["stop"]) < rows["ends"]
    learn_of_losses(protocol.misses_until_lost, rows, people, fates)
    rows["missed"] &= rows["closes"] < fates["known_death_day"][rows["participant"]]
    rows["day"] = np.where(rows["seen"], rows["drawn"], rows["planned"])
    followed = kept(rows, rows["seen"] | rows["missed"])
    first = _baseline(people)
    columns = list(first)
    parts = [{c: part[c] for c in columns} for part in (first, followed, *extra)]
    return _once_a_day(stacked(parts))


def _baseline(people: Table) -> Table:
    size = len(people["site"])
    return {
        "participant": np.arange(size),
        "visit": np.zeros(size, dtype=int),
        "day": people["baseline_day"],
        "seen": np.ones(size, dtype=bool),
        "closes": np.zeros(size, dtype=int),
    }


def _planned(plan: Plan, restarts: bool, people: Table, fates: Table) -> Table:
    """Return every visit after the procedure that opens before a person's end."""
    everybody = np.arange(len(people["site"]))
    restart = fates["repeat_day"] if restarts else np.full(len(everybody), NEVER)
    again = everybody[np.isfinite(restart)]
    parts = [_episode(plan, everybody, np.zeros(len(everybody), dtype=int), restart)]
    if len(again):
        never = np.full(len(again), NEVER)
        parts.append(_episode(plan, again, restart[again].astype(int), never))
    rows = stacked(parts)
    person = rows["participant"]
    cut = people["data_until"][person] + 1.0
    leaves = fates["withdrawal_day"][person]
    rows["ends"] = np.minimum.reduce([leaves, rows.pop("until"), cut])
    rows["death"] = fates["death_day"][person]
    rows["stop"] = fates["stop_day"][person]
    return kept(rows, rows["opens"] < rows["ends"])


def _episode(plan: Plan, person: Column, base: Column, until: Column) -> Table:
    count = len(plan.target) - 1
    visit = np.tile(np.arange(1, count + 1), len(person))
    start = np.repeat(base, count)
    return {
        "participant": np.repeat(person, count),
        "visit": visit,
        "until": np.repeat(until, count),
        "base": start,
        "planned": start + plan.target[visit],
        "opens": start + plan.opens[visit],
        "closes": start + plan.closes[visit],
        "analysis_opens": start + plan.analysis_opens[visit],
    }


def _scattered(rng: np.random.Generator, plan: Plan, rows: Table) -> NDArray[np.int64]:
    """Draw the day of each visit: near the target, or in the gap between windows.

    An off-window day keeps to its half of the gap, so that visits keep their order.
    """
    visit = rows["visit"]
    width = plan.closes - plan.opens
    near = rng.normal(plan.target[visit], width[visit] / 6)
    inside = np.clip(np.rint(near), plan.opens[visit], plan.closes[visit])
    gap_after = np.append(plan.opens[1:] - plan.closes[:-1] - 1, 90)
    gap_before = np.insert(plan.opens[1:] - plan.closes[:-1] - 1, 0, 0)
    uniform = rng.random(len(visit))
    late = plan.closes[visit] + np.ceil(uniform * (gap_after[visit] // 2))
    early = plan.opens[visit] - np.ceil(uniform * ((gap_before[visit] - 1) // 2))
    is_off = rng.random(len(visit)) < OFF_WINDOW
    is_late = rng.random(len(visit)) < 2 / 3
    day = np.where(is_off, np.where(is_late, late, early), inside).astype(int)
    return rows["base"] + np.maximum(day, 1)


def _attended(
    rng: np.random.Generator, dropout: str, fates: Table, rows: Table
) -> NDArray[np.bool_]:
    """Tell which visits people came to: not once they stopped, and not to every one."""
    relieved, in_pain = SKIPPED[dropout]
    has_relief = rows["drawn"] <= fates["relief_until"][rows["participant"]]
    skipped = rng.random(len(has_relief)) < np.where(has_relief, relieved, in_pain)
    return (rows["drawn"] < _leaves(rows)) & ~skipped


def _leaves(rows: Table) -> NDArray[np.float64]:
    """Return the first day on which each person can no longer come."""
    return np.minimum.reduce([rows["stop"], rows["death"], rows["ends"]])


def _brought_forward(
    rng: np.random.Generator, people: Table, fates: Table, rows: Table
) -> Table:
    """Move a visit to where the pain came back, and return visits outside the plan.

    A visit moves only within its own analysis window. It makes nobody's pain return:
    at the day first drawn the pain would have been back as well.
    """
    size = len(people["site"])
    back = fates["relief_until"]
    delay = whole(rng, 2, 28, size)
    comes = (back > 0) & np.isfinite(back) & (rng.random(size) < BROUGHT_FORWARD)
    comes &= (fates["repeat_day"] > back + delay) & (fates["stop_day"] > back + delay)
    day = np.where(comes, np.ceil(np.minimum(back, 1e8)) + delay, NEVER)
    person = rows["participant"]
    moved = day[person]
    moves = (rows["analysis_opens"] <= moved) & (moved < rows["drawn"])
    # Only a visit that would have come anyway moves: else the pain would add visits.
    moves &= rows["drawn"] < _leaves(rows)
    rows["drawn"] = np.where(moves, np.minimum(moved, 1e8), rows["drawn"]).astype(int)
    day[person[moves]] = NEVER
    ends = np.minimum.reduce(
        [fates["death_day"], fates["withdrawal_day"], people["data_until"] + 1.0]
    )
    chosen = np.flatnonzero(day < ends)
    return {
        "participant": chosen,
        "visit": np.full(len(chosen), UNSCHEDULED),
        "day": day[chosen].astype(int),
        "seen": np.ones(len(chosen), dtype=bool),
        "closes": day[chosen].astype(int),
    }


def _once_a_day(rows: Table) -> Table:
    """Sort by person and day; of two rows on a day keep the one that was seen."""
    order = np.lexsort([~rows["seen"], rows["day"], rows["participant"]])
    rows = {name: column[order] for name, column in rows.items()}
    same = np.zeros(len(order), dtype=bool)
    same[1:] = (rows["day"][1:] == rows["day"][:-1]) & (
        rows["participant"][1:] == rows["participant"][:-1]
    )
    return kept(rows, ~same)
