"""Who stops coming, and when: more likely once the pain is back, or not.

The hazard of stopping is constant in the first year and constant after it; with
informative drop-out it is four times as high while the pain is back, so that about as
many of those with and without relief are missing as in the simulation of domain.md
9.1. Both levels are solved for, so that every preset loses the shares that it names.
"""

import numpy as np
from numpy.typing import NDArray

from outcomes.synthetic.draws import NEVER
from outcomes.synthetic.laws import DAYS_A_MONTH
from outcomes.synthetic.presets import Preset

PAIN_RATIO = 4.0
YEAR, FIVE_YEARS = 12.0, 60.0  # months
GRID = (np.arange(1000) + 0.5) / 1000
FOREVER = 1e9  # months


def draw_stops(
    preset: Preset,
    relief_months: NDArray[np.float64],
    rng: np.random.Generator,
    dropout: str,
) -> NDArray[np.float64]:
    """Return the day on which each person stops coming; infinite for `none`."""
    size = len(relief_months)
    exposure = rng.exponential(1.0, size)
    if dropout == "none":
        return np.full(size, NEVER)
    ratio = PAIN_RATIO if dropout == "informative" else 1.0
    early, late = stopping_hazards(preset, ratio)
    return np.ceil(
        _stop_months(exposure, relief_months, early, late, ratio) * DAYS_A_MONTH
    )


def stopping_hazards(preset: Preset, ratio: float) -> tuple[float, float]:
    """Return the monthly hazards in relief, in year 1 and later, by bisection."""
    relief = np.concatenate([arm.law.durations(GRID) for arm in preset.arms])

    def lost(months: float, early: float, late: float) -> float:
        hazard = _exposure(months, relief, early, late, ratio)
        return float(np.mean(-np.expm1(-hazard)))

    early = _solve(lambda h: lost(YEAR, h, 0.0), preset.lost_at_12_months)
    late = _solve(lambda h: lost(FIVE_YEARS, early, h), preset.lost_at_60_months)
    return early, late


def _solve(share, wanted: float) -> float:
    """Return the hazard at which the increasing `share` is `wanted`."""
    low, high = 0.0, 5.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if share(middle) < wanted else (low, middle)
    return (low + high) / 2


def _segments(
    relief: NDArray[np.float64], early: float, late: float, ratio: float
) -> tuple[NDArray[np.float64], ...]:
    """Return both change points, and the hazards before, between and after them."""
    first = np.minimum(relief, YEAR)
    second = np.minimum(np.maximum(relief, YEAR), FOREVER)
    between = np.where(relief < YEAR, early * ratio, late)
    return (
        first,
        second,
        np.full_like(first, early),
        between,
        np.full_like(first, late * ratio),
    )


def _exposure(
    months: float,
    relief: NDArray[np.float64],
    early: float,
    late: float,
    ratio: float,
) -> NDArray[np.float64]:
    """Return the hazard that each has met by `months`."""
    first, second, before, between, after = _segments(relief, early, late, ratio)
    return (
        before * np.minimum(months, first)
        + between * np.clip(months - first, 0, second - first)
        + after * np.maximum(months - second, 0)
    )


def _stop_months(
    exposure: NDArray[np.float64],
    relief: NDArray[np.float64],
    early: float,
    late: float,
    ratio: float,
) -> NDArray[np.float64]:
    """Invert `_exposure`: the month at which each has met the hazard drawn."""
    first, second, before, between, after = _segments(relief, early, late, ratio)
    at_first = before * first
    at_second = at_first + between * (second - first)
    return np.where(
        exposure <= at_first,
        exposure / before,
        np.where(
            exposure <= at_second,
            first + (exposure - at_first) / between,
            second + (exposure - at_second) / after,
        ),
    )
