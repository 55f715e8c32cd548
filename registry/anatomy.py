"""Roots, divisions, dermatomes and sides.

31 spinal roots a side, and the three divisions of the trigeminal nerve. C1 is a root
without a dermatome. T13 and L6 exist only where the anatomy is transitional.
"""

from registry.coded import Coded, _

CERVICAL = tuple(f"C{n}" for n in range(1, 9))
THORACIC = tuple(f"T{n}" for n in range(1, 13))
LUMBAR = tuple(f"L{n}" for n in range(1, 6))
SACRAL = tuple(f"S{n}" for n in range(1, 6))
COCCYGEAL = ("Co1",)
TRANSITIONAL = ("T13", "L6")
SPINAL_ROOTS = CERVICAL + THORACIC + LUMBAR + SACRAL + COCCYGEAL
DIVISIONS = ("V1", "V2", "V3")

LEVELS = SPINAL_ROOTS + TRANSITIONAL + DIVISIONS
DERMATOMES = tuple(root for root in SPINAL_ROOTS if root != "C1") + DIVISIONS


class Side(Coded):
    """The side of the body."""

    LEFT = "left", _("left")
    RIGHT = "right", _("right")
    BILATERAL = "bilateral", _("both sides")
    MIDLINE = "midline", _("midline")


def is_spinal(level: str) -> bool:
    """Tell whether `level` is a spinal root, transitional ones included."""
    return level in SPINAL_ROOTS or level in TRANSITIONAL


def is_division(level: str) -> bool:
    """Tell whether `level` is a division of the trigeminal nerve."""
    return level in DIVISIONS


def contradicts(one: str, other: str) -> bool:
    """Tell whether two sides exclude each other: left against right."""
    return {one, other} == {Side.LEFT.value, Side.RIGHT.value}
