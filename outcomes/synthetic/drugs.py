"""Drugs and other therapies: begun before, stopped in relief, begun again after it.

Doses and shares are assumed; what matters is that they agree with the pain, the BNI
grade and each other, and that some relief goes with more treatment, not less.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes.synthetic.draws import (
    NEVER,
    Column,
    Table,
    kept,
    repeated,
    stacked,
    stream,
    whole,
)
from outcomes.synthetic.fates import in_contact_until
from outcomes.synthetic.presets import Preset
from outcomes.vocabulary import Change, TherapyKind
from registry.vocabulary import Family

MEDIAN_MME, MME_SPREAD, MOST_MME = 40, 0.7, 300
BEGUN_AGAIN = 0.85  # of the drugs stopped in relief, once it is over
BLOCKED, EXERCISED, STIMULATED = 0.5, 0.4, 0.04  # shares of people
LESS, MORE = 0.6, 1.1  # of the baseline dose: in relief, and out of it


@dataclass(frozen=True)
class Use:
    """When each person takes a drug: from `start` to `stop`, again from `restart`."""

    start: Column  # NaN: never taken
    stop: Column  # infinite: never stopped
    restart: Column

    def is_on(self, person: Column, day: Column) -> NDArray[np.bool_]:
        """Tell who takes it on a day; the last day still counts, the first not yet."""
        paused = (day > self.stop[person]) & (day <= self.restart[person])
        return np.isfinite(self.start[person]) & ~paused


def draw_uses(
    preset: Preset, people: Table, fates: Table, seed: int
) -> dict[TherapyKind, Use]:
    """Return who takes opioids, anticonvulsants and antidepressants, and when."""
    is_trigeminal = preset.family is Family.TRIGEMINAL
    shares = {
        TherapyKind.OPIOID: (preset.opioids, 0.3),
        # Most people with trigeminal neuralgia come off their drugs once it is gone.
        TherapyKind.ANTICONVULSANT: (0.9, 0.75) if is_trigeminal else (0.45, 0.25),
        TherapyKind.ANTIDEPRESSANT: (0.08, 0.6) if is_trigeminal else (0.25, 0.1),
    }
    end = in_contact_until(people, fates)
    return {
        kind: _use(stream(seed, kind.value), users, stopping, fates, end)
        for kind, (users, stopping) in shares.items()
    }


def _use(
    rng: np.random.Generator, users: float, stopping: float, fates: Table, end: Column
) -> Use:
    size = len(end)
    begun = -whole(rng, 200, 1500, size).astype(float)
    start = np.where(rng.random(size) < users, begun, np.nan)
    until = fates["relief_until"]
    stop = np.ceil(15 + rng.exponential(30, size))
    stops = np.isfinite(start) & (rng.random(size) < stopping)
    stops &= stop < np.minimum(until, end)
    again = np.ceil(np.minimum(until, 1e9)) + whole(rng, 1, 25, size)
    restarts = stops & (rng.random(size) < BEGUN_AGAIN) & (again < end)
    return Use(start, np.where(stops, stop, NEVER), np.where(restarts, again, NEVER))


def draw_mme(use: Use, visits: Table, relieved: Column, seed: int) -> Column:
    """Return the daily opioid dose in morphine equivalents at each visit, in fives."""
    rng = stream(seed, "doses")
    size = len(use.start)
    doses = rng.lognormal(np.log(MEDIAN_MME), MME_SPREAD, size)
    person = visits["participant"]
    usual = np.where(visits["visit"] == 0, 1.0, np.where(relieved, LESS, MORE))
    dose = 5 * np.rint(np.clip(doses[person] * usual, 5, MOST_MME) / 5)
    return np.where(use.is_on(person, visits["day"]), dose, 0.0)


def draw_therapies(
    people: Table, fates: Table, uses: dict[TherapyKind, Use], seed: int
) -> Table:
    """Return the rows of `Therapy`: drugs, earlier blocks, exercise, stimulators."""
    rng = stream(seed, "therapies")
    size = len(people["site"])
    end = in_contact_until(people, fates)
    parts = [part for kind, use in uses.items() for part in _drug_rows(kind, use)]
    block = -whole(rng, 30, 180, size).astype(float)
    block[rng.random(size) > BLOCKED] = NEVER
    parts.append(_rows(TherapyKind.INJECTION, block, block + 1, "", adequate=True))
    exercise = -whole(rng, 100, 600, size).astype(float)
    exercise[rng.random(size) > EXERCISED] = NEVER
    parts.append(
        _rows(TherapyKind.PHYSIOTHERAPY, exercise, exercise + 84, "", adequate=True)
    )
    # A stimulator after the pain came back: relief that the procedure did not bring.
    implanted = np.ceil(np.minimum(fates["relief_until"], 1e9)) + whole(
        rng, 90, 400, size
    )
    unlikely = rng.random(size) > STIMULATED
    implanted[unlikely | (implanted >= end)] = NEVER
    started = Change.STARTED.value
    parts.append(_rows(TherapyKind.STIMULATOR, implanted, implanted + NEVER, started))
    return stacked(parts, ("participant", "start_day"))


def _drug_rows(kind: TherapyKind, use: Use) -> list[Table]:
    start = np.where(np.isfinite(use.start), use.start, NEVER)
    first = _rows(kind, start, use.stop, "", adequate=True)
    never = np.full(len(start), NEVER)
    return [first, _rows(kind, use.restart, never, Change.STARTED.value)]


def _rows(
    kind: TherapyKind,
    start: Column,
    end: Column,
    change: str,
    *,
    adequate: bool | None = None,
) -> Table:
    size = len(start)
    table: Table = {
        "participant": np.arange(size),
        "kind": repeated(kind.value, size),
        "start_day": start,
        "end_day": np.where(np.isfinite(end), end, np.nan),
        "change": repeated(change, size),
        "was_adequate_trial": repeated(adequate, size),
    }
    return kept(table, np.isfinite(start))
