"""Every field of every model classed: may it leave, coarsened, or not at all?

A model says it once, in its `privacy` attribute; export policy and tests read it here.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

OLDEST_SHOWN = 89
DAYS_A_YEAR = 365.25


class Privacy(StrEnum):
    """What may happen to a field when rows leave the registry."""

    RELEASE = "release"
    COARSEN = "coarsen"
    WITHHOLD = "withhold"


def classed(*, release: str = "", coarsen: str = "", withhold: str = "") -> dict:
    """Return the class of each field named; the names are separated by spaces."""
    named = {
        Privacy.RELEASE: release,
        Privacy.COARSEN: coarsen,
        Privacy.WITHHOLD: withhold,
    }
    pairs = [(field, cls) for cls, names in named.items() for field in names.split()]
    if len({field for field, _ in pairs}) != len(pairs):
        raise ValueError(f"A field is classed twice: {pairs}")
    return dict(pairs)


def unclassed(model: Any) -> set[str]:
    """Return fields that `model.privacy` does not class, and classes of no field."""
    policy: Mapping[str, Privacy] = getattr(model, "privacy", {})
    fields = {field.name for field in model._meta.get_fields() if field.concrete}
    return fields ^ set(policy)


def shown_age(age_at_index: int | None, last_day: int = 0) -> int | None:
    """Cap an age in years so that age plus follow-up never shows more than 89.

    `last_day` is the last day since the index procedure that is known of this person.
    Source: HIPAA Safe Harbor, 45 CFR 164.514(b)(2)(i)(C): ages over 89, and anything
    that tells of such an age, form one class.
    """
    if age_at_index is None:
        return None
    # A year begun is counted whole: the birthday may fall anywhere in it.
    years = 0 if last_day <= 0 else int(last_day / DAYS_A_YEAR) + 1
    return max(0, min(age_at_index, OLDEST_SHOWN - years))
