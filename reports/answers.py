"""What a report is about, what it found, and the words for it; plain values."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from outcomes.instruments import Instrument
from outcomes.protocols import Protocol


@dataclass(frozen=True)
class Topic:
    """Who and what a report is about, and what was left out of it."""

    cohort_name: str
    is_synthetic: bool
    measure: Instrument
    protocol: Protocol
    by: str | None
    groups: Sequence[str]
    enrolled: int
    sites: int
    has_procedures: bool
    is_split_by_family: bool
    spasticity: int
    data_withdrawn: int
    software: str

    @property
    def asked(self) -> frozenset[str]:
        """Return the visits at which the protocol asks for the measure."""
        slug = self.measure.slug
        return frozenset(v.slug for v in self.protocol.visits if slug in v.instruments)


@dataclass(frozen=True)
class Material:
    """The frames an analysis works on; `people` has the column group."""

    people: pd.DataFrame
    assessments: pd.DataFrame
    scores: pd.DataFrame


@dataclass(frozen=True)
class Answer:
    """The numbers, as a table, and what only the figure needs."""

    table: pd.DataFrame
    courses: pd.DataFrame
    leavers: pd.DataFrame


@dataclass(frozen=True)
class Words:
    """The finding in a sentence, which is also the figure's alternative text."""

    finding: str
    caption: str
    notes: tuple[str, ...]
