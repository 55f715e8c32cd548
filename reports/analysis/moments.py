"""Mean, standard deviation and the interval of a mean, from counts of distinct values.

Scores come as whole millionths (int64). Sums of whole numbers are exact, so the order
of the rows cannot change a digit, and the counts of several sites can be added.
"""

from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MILLIONTHS = 1_000_000


class Moments(NamedTuple):
    """n and, in the unit of the score, mean, standard deviation, interval of the mean.

    No mean for n = 0; neither standard deviation nor interval for n = 1.
    """

    n: int
    mean: float | None
    sd: float | None
    lower: float | None
    upper: float | None


def moments(micro: NDArray[np.int64], confidence: float = 0.95) -> Moments:
    """Summarise scores in millionths; the interval is Student's t interval."""
    values, counts = np.unique(micro, return_counts=True)
    n = int(counts.sum())
    if n == 0:
        return Moments(0, None, None, None, None)
    mean = int((values * counts).sum()) / (n * MILLIONTHS)
    if n == 1:
        return Moments(1, mean, None, None, None)
    squares = counts * (values / MILLIONTHS - mean) ** 2
    sd = sqrt(float(squares.sum()) / (n - 1))
    reach = t_quantile(n - 1, 0.5 + confidence / 2) * sd / sqrt(n)
    return Moments(n, mean, sd, mean - reach, mean + reach)


def t_quantile(freedom: int, probability: float) -> float:
    """Return the quantile of Student's t distribution."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, probability))
