"""The laws that a synthetic cohort obeys: how long relief lasts, how long people live.

Time is in months of 30.4375 days unless a name says days.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from registry.privacy import DAYS_A_YEAR

DAYS_A_MONTH = DAYS_A_YEAR / 12


@dataclass(frozen=True)
class ReliefLaw:
    """S(t) = p0 * (c + (1 - c) * exp(-(t / lam) ** k)): relief among all treated.

    `p0` is the share of initial responders, `c` the share of them whose relief never
    ends; the others' relief is Weibull with scale `lam` (months) and shape `k`.
    """

    p0: float
    c: float
    lam: float
    k: float

    def at(self, months: ArrayLike) -> NDArray[np.float64]:
        """Return the probability of first relief at `months`, nothing competing."""
        fading = np.exp(-((np.asarray(months, dtype=float) / self.lam) ** self.k))
        return self.p0 * (self.c + (1 - self.c) * fading)

    def durations(self, uniforms: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn uniform numbers into months of first relief, by inverting `at`.

        0 stands for relief that never began, infinity for relief that never ends.
        """
        share = np.clip(uniforms / self.p0, 0.0, 1.0)
        fading = np.clip((share - self.c) / (1 - self.c), 0.0, 1.0)
        with np.errstate(divide="ignore"):
            return self.lam * (-np.log(fading)) ** (1 / self.k)


@dataclass(frozen=True)
class LifeLaw:
    """How long people live after day 0; Weibull, or by age where no median is given."""

    median_days: float | None = None
    shape: float = 1.0

    def days(
        self, uniforms: NDArray[np.float64], age: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Turn uniform numbers into days until death, never before day 1."""
        hazard = -np.log1p(-uniforms)
        if self.median_days is not None:
            scaled = (hazard / np.log(2)) ** (1 / self.shape)
            return np.ceil(np.maximum(self.median_days * scaled, 1.0))
        # Gompertz: 1 % a year at 60, doubling every 8 years. Assumed: it is the usual
        # rough shape of European life tables, not a figure from a series.
        growth = np.log(2) / 8
        yearly = 0.01 * np.exp(growth * (age - 60.0))
        years = np.log1p(growth * hazard / yearly) / growth
        return np.ceil(np.maximum(years * DAYS_A_YEAR, 1.0))
