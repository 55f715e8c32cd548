"""Who counts as better, compared in whole numbers, and how sure a share of them is."""

from decimal import Decimal
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from registry.coded import _


class Share(NamedTuple):
    """A share and its interval, each from 0 to 1; None where nobody was counted."""

    share: float | None
    lower: float | None
    upper: float | None


def wilson(events: int, n: int, confidence: float = 0.95) -> Share:
    """Return `events` of `n` as a share with its score interval (Wilson 1927).

    Source: J Am Stat Assoc 1927;22:209-212, without continuity correction. Nobody
    counted (n = 0) gives three Nones; ValueError for numbers that cannot be.
    """
    if not 0 <= events <= n:
        raise ValueError(f"{events} of {n} is not a count out of a total.")
    if not 0 < confidence < 1:
        raise ValueError(f"A confidence of {confidence} is not between 0 and 1.")
    if n == 0:
        return Share(None, None, None)
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share = events / n
    centre = share + z * z / (2 * n)
    reach = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # At 0 and at n the bound is the end itself; rounding would miss it by a hair.
    lower = 0.0 if events == 0 else (centre - reach) / scale
    upper = 1.0 if events == n else (centre + reach) / scale
    return Share(share, lower, upper)


def is_evaluable(baseline: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell whose baseline leaves room for a percentage: above 0."""
    return baseline > 0


def is_responder(
    baseline: NDArray[np.int64], follow_up: NDArray[np.int64], percent: int
) -> NDArray[np.bool_]:
    """Tell who fell by `percent` of the baseline or more; lower is better.

    Both in the same whole unit (millionths), compared as whole numbers: 10 to 7 is a
    fall of 30 %, although 1 - 7 / 10 >= 0.3 is false in floating point. A baseline of
    0 is never a responder: it is not evaluable.
    """
    fell = 100 * (baseline - follow_up) >= percent * baseline
    return is_evaluable(baseline) & fell


def refuse_percentages(
    better: str, minimum: Decimal | None, *, measures_change: bool = True
) -> str | None:
    """Say in a sentence why a measure has no responders; None if it has.

    A percentage of the baseline needs a true zero, at which there is no complaint
    left. Where higher is better no published rule mirrors it, so none is made up.
    """
    if not measures_change:
        return _("It screens or classifies, so nobody can be called a responder by it.")
    if better != "lower":
        return _(
            "Responders are not counted: a fall of 30 % or 50 % is defined only where "
            "lower is better."
        )
    if minimum is None or minimum != 0:
        return _(
            "Responders are not counted: a percentage needs a scale that begins at 0, "
            "and this one does not."
        )
    return None
