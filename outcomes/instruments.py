"""Measures: each is one TOML file, read strictly, with worked examples that must hold.

Direction, recall, which pain and which summary are properties of a measure: scores
that differ in any of them are never pooled.
"""

from __future__ import annotations

import reprlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from outcomes.declarations import (
    add_new,
    canonical_digest,
    read_files,
    read_record,
)
from outcomes.scoring import (
    example_faults,
    read_number,
    refuse_number,
    scoring_faults,
)
from registry.coded import _


class InstrumentError(ValueError):
    """An instrument's file is wrong: one sentence, with the file and the key."""


@dataclass(frozen=True)
class Threshold:
    """A change or a level that a paper gives a meaning to."""

    name: str
    value: Decimal
    kind: Literal["absolute_change", "percent_change", "cut_off"]
    source: str


@dataclass(frozen=True)
class Grade:
    """One grade of an ordinal scale; `rank` orders, it is never averaged."""

    code: str
    label: str
    rank: int
    responder: bool = False


@dataclass(frozen=True)
class Choice:
    """An answer that every item of an instrument offers."""

    value: int
    label: str


@dataclass(frozen=True)
class Item:
    """A question, in words that may be shipped."""

    code: str
    text: str


@dataclass(frozen=True)
class Example:
    """Answers and the score they must give; no score where they are too few."""

    answers: dict[str, Decimal | str]
    score: Decimal | str | None = None


@dataclass(frozen=True)
class Instrument:
    """A measure, as its file declares it; numeric, or graded by ordinal codes."""

    slug: str
    digest: str  # SHA-256 of what the file says, whatever its order and spacing
    name: str
    short: str
    source: str
    unit: str
    kind: Literal["number", "grade"]
    better: Literal["lower", "higher", "none"]
    recall: str
    about: Literal["index pain", "overall pain", "person"]
    version: str
    licence: Literal["embed", "score-only"]
    scoring: str
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    step: Decimal | None = None
    soft_minimum: Decimal | None = None
    soft_maximum: Decimal | None = None
    summary: Literal["worst", "average", "now", ""] = ""
    licence_note: str = ""
    copyright: str = ""
    missing_rule: str = ""
    question: str = ""  # asked once, above the items
    minimum_answered: int | None = None  # None: every item
    item_count: int = 1
    item_minimum: Decimal | None = None
    item_maximum: Decimal | None = None
    important_change: Decimal | None = None
    baseline: bool = True  # False: it has no value before the procedure
    measures_change: bool = True  # False: it screens or classifies
    needs_value_set: bool = False
    thresholds: tuple[Threshold, ...] = ()
    grades: tuple[Grade, ...] = ()
    choices: tuple[Choice, ...] = ()
    items: tuple[Item, ...] = ()
    examples: tuple[Example, ...] = field(default=(), hash=False)
    codes: dict[str, str] = field(default_factory=dict, hash=False)
    factors: dict[str, Decimal] = field(default_factory=dict, hash=False)

    @property
    def whole(self) -> bool:
        """Tell whether only whole numbers are allowed."""
        return self.step == 1

    def refuse(self, value: object) -> str | None:
        """Say in a sentence why `value` is not allowed; None if it is."""
        if self.kind == "grade":
            codes = [grade.code for grade in self.grades]
            sentence = _("{short}: {value} is not one of {limit}")
            known = isinstance(value, str) and value in codes
            return None if known else self._say(sentence, repr(value), ", ".join(codes))
        if isinstance(value, bool) or not isinstance(value, Decimal | int):
            return self._say(_("{short}: {value} is not a number"), reprlib.repr(value))
        return refuse_number(self, Decimal(value))

    def doubt(self, value: object) -> str | None:
        """Say in a sentence why an allowed `value` is unusual; None if it is not."""
        low, high = self.soft_minimum, self.soft_maximum
        if not isinstance(value, Decimal | int):
            return None
        if low is not None and value < low:
            return self._say(
                _("{short}: {value} is unusual, below {limit}"), value, low
            )
        if high is not None and value > high:
            return self._say(
                _("{short}: {value} is unusual, above {limit}"), value, high
            )
        return None

    def parse(self, text: str) -> Decimal | str:
        """Return the value or grade that `text` writes; ValueError says why not."""
        try:
            value = text.strip() if self.kind == "grade" else read_number(text)
        except ValueError as trouble:
            raise ValueError(self._say("{short}: {value}", trouble)) from trouble
        refusal = self.refuse(value)
        if refusal:
            raise ValueError(refusal)
        return value

    def _say(self, sentence: str, value: object, limit: object = "") -> str:
        return sentence.format(short=self.short, value=value, limit=limit)


def read_folder(path: Path) -> dict[str, Instrument]:
    """Read every instrument file of a folder; InstrumentError names file and key."""
    return read_files(path, _build, InstrumentError)


def add_folder(path: Path) -> list[str]:
    """Add a site's own measures to `INSTRUMENTS`, and return their slugs."""
    found = read_folder(path)
    add_new(INSTRUMENTS, found, InstrumentError)
    return list(found)


def _build(slug: str, table: dict[str, Any]) -> Instrument:
    digest = canonical_digest(slug, table)
    instrument = read_record(Instrument, table, slug=slug, digest=digest)
    for fault in _faults(instrument):
        raise ValueError(fault)
    return instrument


def _faults(instrument: Instrument) -> Iterator[str]:
    """Say what is wrong with an instrument beyond the types of its keys."""
    low, high, step = instrument.minimum, instrument.maximum, instrument.step
    if low is not None and high is not None and low >= high:
        yield "the key 'minimum' is not below 'maximum'."
    if step is not None and step <= 0:
        yield "the key 'step' is not above 0."
    for key in ("soft_minimum", "soft_maximum"):
        limit = getattr(instrument, key)
        if limit is not None and instrument.refuse(limit):
            yield f"the key '{key}' is itself refused: {instrument.refuse(limit)}."
    graded = instrument.kind == "grade"
    if graded != bool(instrument.grades):
        yield "the key 'grades' belongs to the kind 'grade', and only to it."
    if graded and (instrument.scoring != "single" or (low, high, step) != (None,) * 3):
        yield "the key 'kind' is 'grade', which has no range, no step and no sums."
    if instrument.licence == "score-only" and instrument.items:
        yield "the key 'items' ships text that a score-only licence does not allow."
    for key, field_name in (("grades", "code"), ("grades", "rank"), ("items", "code")):
        seen = Counter(getattr(one, field_name) for one in getattr(instrument, key))
        if seen and max(seen.values()) > 1:
            yield f"the key '{key}' has the same {field_name} twice."
    yield from scoring_faults(instrument)
    yield from example_faults(instrument)


INSTRUMENTS = read_folder(Path(__file__).with_name("instruments"))
