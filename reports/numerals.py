"""How numbers are written for readers; files carry them in full."""

from typing import SupportsFloat

NOTHING = "\N{EN DASH}"
SHORT_SCALE = 2.0


def decimals_for(minimum: SupportsFloat | None, maximum: SupportsFloat | None) -> int:
    """Return how many decimals tell means on a scale apart: two on one of 0 to 1."""
    if minimum is None or maximum is None:
        return 1
    return 2 if float(maximum) - float(minimum) <= SHORT_SCALE else 1


def number(value: float | None, decimals: int = 1) -> str:
    """Write a number; a dash where there is none, and never "-0"."""
    if value is None:
        return NOTHING
    return f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def percent(share: float | None) -> str:
    """Write a share as a whole percentage; never 0 or 100 where it is not."""
    if share is None:
        return NOTHING
    if 0 < share < 0.005:
        return "under 1 %"
    if 0.995 <= share < 1:
        return "over 99 %"
    return f"{100 * share:.0f} %"
