"""Scores: of a measure that is known, within its range, and of the right time."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from outcomes.checks.reading import Entry, is_after
from outcomes.checks.rules import Finding, Severity, found, rule
from outcomes.checks.wording import shown
from outcomes.instruments import INSTRUMENTS, Instrument
from registry.coded import _

HARD, SOFT = Severity.HARD, Severity.SOFT
INSTRUMENT_FILE = "the instrument's file"
BASELINE_FLOOR = 4
RATING_MOST = 10


def scored(day: int, instrument: str, **more: Any) -> dict[str, Any]:
    """Return a record of one assessment with one score, for the examples."""
    score = {"instrument": instrument, **more}
    return {"assessments": [{"day": day, "scores": [score]}]}


def instrument_of(score: Entry) -> Instrument | None:
    """Return the measure of a score, if it is known."""
    return INSTRUMENTS.get(score.get("instrument", ""))


def given(score: Entry) -> tuple[str, Any]:
    """Return the field that carries the score, and what it holds."""
    field = "value" if "value" in score else "grade"
    return field, score.get(field)


def as_typed(value: Any) -> Any:
    """Return a stored 11.000000 as the 11 that was entered."""
    return Decimal(shown(value)) if isinstance(value, Decimal) else value


def without_name(instrument: Instrument, sentence: str) -> str:
    """Return an instrument's sentence without the name, which the place gives."""
    return sentence.removeprefix(f"{instrument.short}: ")


@rule(
    "score.unknown_instrument",
    HARD,
    _("{where}: there is no measure {value} among the instrument files."),
    part="scores",
    needs="instrument",
    source=INSTRUMENT_FILE,
    passing=scored(42, "nrs_worst", value=3),
    failing=scored(42, "nrs_wurst", value=3),
)
def unknown_instrument(score: Entry) -> Iterator[Finding]:
    """Without its file a score has no range, direction or recall."""
    if score["instrument"] not in INSTRUMENTS:
        yield found(score, "instrument")


@rule(
    "score.refused",
    HARD,
    _("{where}: {refusal}."),
    part="scores",
    needs="instrument",
    source=INSTRUMENT_FILE,
    passing=scored(42, "nrs_worst", value=10),
    failing=scored(42, "nrs_worst", value=11),
)
def refused(score: Entry) -> Iterator[Finding]:
    """The range, step and grades of the measure itself."""
    instrument, (field, value) = instrument_of(score), given(score)
    if instrument is None or value is None:
        return
    if instrument.refuse(value):
        refusal = instrument.refuse(as_typed(value)) or ""
        yield found(score, field, refusal=without_name(instrument, refusal))


@rule(
    "score.doubted",
    SOFT,
    _("{where}: {doubt}."),
    part="scores",
    needs="value",
    source=INSTRUMENT_FILE,
    passing=scored(42, "opioid_mme", value=300),
    failing=scored(42, "opioid_mme", value=301),
)
def doubted(score: Entry) -> Iterator[Finding]:
    """Allowed by the measure, and rare."""
    instrument, value = instrument_of(score), score["value"]
    if instrument is None or instrument.refuse(value):
        return
    if instrument.doubt(value):
        doubt = instrument.doubt(as_typed(value)) or ""
        yield found(score, "value", doubt=without_name(instrument, doubt))


@rule(
    "score.empty",
    HARD,
    _("{where}: a value, a grade or a reason why there is none is needed."),
    part="scores",
    needs="instrument",
    source="an empty cell never means zero",
    passing=scored(42, "nrs_worst", value=None, missing="refused"),
    failing=scored(42, "nrs_worst", value=None, missing=""),
)
def empty(score: Entry) -> Iterator[Finding]:
    """Missing is stated, with its reason."""
    raw = score.raw
    if all(raw.get(field) in (None, "") for field in ("value", "grade", "missing")):
        yield found(score, "value")


@rule(
    "score.two_answers",
    HARD,
    _("{where}: {value} stands beside {others}; exactly one is allowed."),
    part="scores",
    needs="instrument",
    source="an empty cell never means zero",
    passing=scored(42, "nrs_worst", value=0),
    failing=scored(42, "nrs_worst", value=0, missing="not_done"),
)
def two_answers(score: Entry) -> Iterator[Finding]:
    """A zero with a reason for being missing is one or the other."""
    filled = [field for field in ("value", "grade", "missing") if field in score]
    if len(filled) > 1:
        yield found(score, filled[-1], others=filled[:-1])


@rule(
    "score.before_the_procedure",
    HARD,
    _("{where}: {value} is given before the procedure; it asks for the change since."),
    part="scores",
    needs="instrument",
    source=INSTRUMENT_FILE,
    passing=scored(42, "pgic", grade="no_change"),
    failing=scored(-7, "pgic", grade="no_change"),
)
def before_the_procedure(score: Entry) -> Iterator[Finding]:
    """An impression of change has no value at baseline."""
    instrument, (field, value) = instrument_of(score), given(score)
    if instrument is None or instrument.baseline or value is None:
        return
    if is_before(score.inside):
        yield found(score, field)


@rule(
    "score.screening_afterwards",
    SOFT,
    _("{where}: {value} measures no change; it screens, and only at baseline."),
    part="scores",
    needs="instrument value",
    source="DN4 and painDETECT ask about numbness, which section itself causes",
    passing=scored(-7, "dn4", value=6),
    failing=scored(42, "dn4", value=6),
)
def screening_afterwards(score: Entry) -> Iterator[Finding]:
    """A screening tool reads the expected numbness as neuropathic pain."""
    instrument = instrument_of(score)
    if instrument and not instrument.measures_change and is_after(score.inside):
        yield found(score, "value")


@rule(
    "score.low_baseline",
    SOFT,
    _("{where}: {value} at baseline is under {limit}, from which relief is measured."),
    part="scores",
    needs="instrument value",
    source="floor of 4 of 10 for trials of pain: IMMPACT, 10.1016/j.jpain.2007.09.005",
    passing=scored(-7, "nrs_worst", value=4),
    failing=scored(-7, "nrs_worst", value=3),
)
def low_baseline(score: Entry) -> Iterator[Finding]:
    """Percent change from a small baseline is mostly noise. Pain now may be 0."""
    instrument = instrument_of(score)
    if instrument is None or not is_before(score.inside):
        return
    asked = instrument.summary in ("worst", "average") and is_rating(instrument)
    if asked and 0 <= score["value"] < BASELINE_FLOOR:
        yield found(score, "value", limit=BASELINE_FLOOR)


def is_before(assessment: Entry | None) -> bool:
    """Tell whether an assessment is known to be from before the procedure."""
    if assessment is None or is_after(assessment):
        return False
    return "is_after_procedure" in assessment or assessment.get("day", 0) < 0


def is_rating(instrument: Instrument) -> bool:
    """Tell whether a measure rates the index pain from 0 to 10."""
    return (
        instrument.about == "index pain"
        and instrument.minimum == 0
        and instrument.maximum == RATING_MOST
    )
