"""Every other measure of a protocol: function, mood, quality of life, grades, dose.

Each follows the pain of the moment, a trait of the person and chance. A measure that
has no formula here takes the place in its own range that the pain has in 0-10, so that
a new file in `outcomes/instruments` needs no change here.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes.instruments import INSTRUMENTS, Instrument
from outcomes.synthetic.draws import Column, Table, coded, stream
from outcomes.synthetic.pain import INTENSITIES

VALUE_SET = "synthetic"  # EQ-5D: no country's value set was used
LESS_SURE = 0.12  # of those in relief call it one grade less
SEVERE = 8  # worst pain from which the BNI grade is V


@dataclass(frozen=True)
class Moment:
    """What is true of each row when it is asked; `trait` belongs to the person."""

    rng: np.random.Generator
    pain: Table
    trait: NDArray[np.float64]
    mme: Column
    on_drug: Column
    numbness: Table

    def noise(self, spread: float) -> NDArray[np.float64]:
        """Return chance, one number a row."""
        return self.rng.normal(0.0, spread, len(self.trait))

    def line(
        self, start: float, slope: float, trait: float, noise: float
    ) -> NDArray[np.float64]:
        """Return start + slope * average pain + trait * person + noise."""
        pain = self.pain["nrs_average"]
        return start + slope * pain + trait * self.trait + self.noise(noise)


def _whole(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.rint(values)


def _sevenths(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round to a mean of seven whole answers, as far as it can be stored."""
    return np.round(np.clip(np.rint(values * 7), 0, 70) / 7, 6)


# Slopes and spreads are assumed: they give plausible levels, no published ones.
NUMBERS: dict[str, Callable[[Moment], NDArray[np.float64]]] = {
    "opioid_mme": lambda at: at.mme,
    "bpi_interference": lambda at: _sevenths(at.line(0.4, 0.75, 0.9, 0.6)),
    "bpi_severity": lambda at: np.rint(4 * at.line(0.2, 0.9, 0.4, 0.4)) / 4,
    "odi": lambda at: 2 * _whole(at.line(14, 5, 8, 4) / 2),
    "eq5d_index": lambda at: np.round(at.line(0.92, -0.075, -0.1, 0.05), 3),
    "eq_vas": lambda at: _whole(at.line(82, -4.5, -8, 6)),
    "phq8": lambda at: _whole(at.line(3, 0.9, 2.5, 1.3)),
    "gad7": lambda at: _whole(at.line(2.5, 0.7, 2.5, 1.3)),
    "hads_anxiety": lambda at: _whole(at.line(3.5, 0.6, 2.3, 1.2)),
    "hads_depression": lambda at: _whole(at.line(3.5, 0.7, 2.3, 1.2)),
    "dn4": lambda at: _whole(at.line(5.5, 0, 1.2, 0.8)),
    "kps": lambda at: 10 * np.clip(_whole(at.line(8.2, -0.2, -0.8, 0.6)), 3, 10),
    "promis_pain_interference": lambda at: np.round(at.line(46, 2.4, 3, 2), 1),
    "promis_physical_function": lambda at: np.round(at.line(52, -1.8, -4, 2), 1),
}


def draw_value(slug: str, at: Moment) -> tuple[NDArray[np.float64], Column | None]:
    """Return a measure's values, or NaN and its grades where it is graded."""
    instrument = INSTRUMENTS[slug]
    if instrument.kind == "grade":
        grades = GRADED.get(slug, _any_grade)(instrument, at)
        return np.full(len(at.trait), np.nan), grades
    if slug in INTENSITIES:
        return at.pain[slug], None
    formula = NUMBERS.get(slug)
    values = formula(at) if formula else _any_number(instrument, at)
    low, high = instrument.minimum, instrument.maximum
    limits = (
        None if low is None else float(low),
        None if high is None else float(high),
    )
    return np.clip(values, *limits), None


def draw_moment(
    seed: int, people: int, person: Column, pain: Table, more: Table
) -> Moment:
    """Return what the measures follow, for rows of the given persons."""
    rng = stream(seed, "measures")
    trait = rng.normal(size=people)[person]
    numbness = {name: more[name] for name in ("numb", "bother")}
    return Moment(rng, pain, trait, more["mme"], more["on_drug"], numbness)


def _any_number(instrument: Instrument, at: Moment) -> NDArray[np.float64]:
    low = float(instrument.minimum or 0)
    high = low + 10 if instrument.maximum is None else float(instrument.maximum)
    place = np.clip(at.line(0, 0.1, 0.05, 0.05), 0, 1)
    place = 1 - place if instrument.better == "higher" else place
    step = float(instrument.step or 1)
    return low + step * np.rint(place * (high - low) / step)


def _any_grade(instrument: Instrument, at: Moment) -> Column:
    ranked = sorted(instrument.grades, key=lambda grade: grade.rank)
    place = np.clip(at.line(0, 0.1, 0.05, 0.05), 0, 1)
    codes = coded([grade.code for grade in ranked])
    return codes[np.rint(place * (len(ranked) - 1)).astype(int)]


def _change(_instrument: Instrument, at: Moment) -> Column:
    """PGIC: much better in relief, seldom otherwise; the label is the code."""
    uniform = at.rng.random(len(at.trait))
    codes = coded(
        [
            "very_much_improved",
            "much_improved",
            "minimally_improved",
            "no_change",
            "minimally_worse",
            "much_worse",
        ]
    )
    much = at.pain["nrs_average"] <= 1
    better = np.where(much, 0, 1) + np.where(uniform < LESS_SURE, 1, 0)
    worse = np.searchsorted((0.04, 0.24, 0.76, 0.94), uniform) + 1
    return codes[np.where(at.pain["relieved"], better, worse)]


def _bni_pain(_instrument: Instrument, at: Moment) -> Column:
    """BNI: in relief by pain and drug; out of it IV, or V where the pain is severe."""
    codes = coded(["I", "II", "IIIa", "IIIb", "IV", "V"])
    worst = at.pain["nrs_worst"]
    relieved = np.where(worst == 0, 0, 1) + np.where(at.on_drug, 2, 0)
    return codes[np.where(at.pain["relieved"], relieved, 4 + (worst >= SEVERE))]


def _bni_numbness(_instrument: Instrument, at: Moment) -> Column:
    codes = coded(["I", "II", "III", "IV"])
    grade = 1 + np.searchsorted((3, 6), at.numbness["bother"], side="right")
    return codes[np.where(at.numbness["numb"], grade, 0)]


GRADED: dict[str, Callable[[Instrument, Moment], Column]] = {
    "pgic": _change,
    "bni_pain": _bni_pain,
    "bni_numbness": _bni_numbness,
}
