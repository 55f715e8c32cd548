"""Pain scores that follow the latent state exactly.

Every intensity meets the rule of at least 50 % relief, `100 * (b - f) >= 50 * b`, when
and only when the person is in relief, so that a report on any of them can find the
truth again. Two classes, never one bell curve: near 1-3 in relief, near the baseline
out of it. Half of a whole number, rounded down, is the highest score that is relief.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from outcomes.synthetic.draws import Column, Table, pick_index, stream
from outcomes.synthetic.fates import is_relieved
from outcomes.synthetic.presets import Preset

MEAN, SPREAD = 7.8, 1.3  # baseline NRS; published means are 7.6 to 9.6 (domain.md 3.4)
LOWEST, HIGHEST = 4, 10
RESIDUAL, RESIDUAL_SPREAD = 2.0, 0.7  # in relief, where not free of pain
FALL, FALL_SPREAD = 0.7, 0.8  # below the baseline, where there is no relief
INTENSITIES = ("nrs_average", "nrs_worst", "nrs_now", "vas")


def draw_pain(preset: Preset, fates: Table, visits: Table, seed: int) -> Table:
    """Return, for each row of `visits`, the state and every intensity as it would be.

    `relieved` and `pain_free` tell the state; baselines are before any relief.
    """
    rng = stream(seed, "pain")
    size = len(fates["relief_until"])
    person, visit = visits["participant"], visits["visit"]
    base = _baselines(rng, size)
    before = visit == 0
    relieved = is_relieved(fates, person, visits["day"]) & ~before
    free = (rng.random(size) < preset.pain_free)[person]
    trait, moment = rng.normal(size=size)[person], rng.normal(size=len(person))
    own = {name: base[name][person] for name in INTENSITIES}

    low = np.rint(RESIDUAL + RESIDUAL_SPREAD * (trait + moment))
    high = np.rint(own["nrs_average"] - FALL + FALL_SPREAD * (trait + moment))
    average = _held(low, high, own["nrs_average"], relieved, free)
    step = pick_index(rng, (0.25, 0.5, 0.25), len(person))
    worst = _held(
        np.maximum(average, average + step - 1),
        average + step,
        own["nrs_worst"],
        relieved,
        free,
    )
    near = average + rng.integers(-1, 2, len(person))
    now = _held(near, near, own["nrs_now"], relieved, free)
    vas = _held_mm(rng, average, own["vas"], relieved, free)
    follow_up = dict(zip(INTENSITIES, (average, worst, now, vas), strict=True))
    scores = {name: np.where(before, own[name], follow_up[name]) for name in own}
    return {
        **scores,
        "before": before,
        "relieved": relieved,
        "pain_free": free & relieved,
    }


def _baselines(rng: np.random.Generator, size: int) -> Mapping[str, Column]:
    average = np.clip(np.rint(rng.normal(MEAN, SPREAD, size)), LOWEST, HIGHEST)
    worse = pick_index(rng, (0.2, 0.5, 0.3), size)
    now = average + rng.integers(-1, 2, size)
    mm = 10 * average + rng.integers(-4, 5, size)
    return {
        "nrs_average": average,
        "nrs_worst": np.minimum(average + worse, HIGHEST),
        "nrs_now": np.clip(now, LOWEST, HIGHEST),
        "vas": np.clip(mm, 10 * LOWEST, 10 * HIGHEST),
    }


def _held(
    low: Column, high: Column, base: Column, relieved: Column, free: Column
) -> NDArray[np.float64]:
    """Hold scores in relief to half the baseline or less, and the others above it."""
    half = base // 2
    in_relief = np.where(free, 0, np.clip(low, 1, half))
    return np.where(relieved, in_relief, np.clip(high, half + 1, HIGHEST))


def _held_mm(
    rng: np.random.Generator,
    average: Column,
    base: Column,
    relieved: Column,
    free: Column,
) -> NDArray[np.float64]:
    mm = 10 * average + rng.integers(-4, 5, len(average))
    half = base // 2
    in_relief = np.where(free, 0, np.clip(mm, 1, half))
    return np.where(relieved, in_relief, np.clip(mm, half + 1, 100))
