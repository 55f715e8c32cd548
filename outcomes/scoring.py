"""From answers to a score, under each measure's own rule for missing answers.

An unanswered item is never zero: a method returns None where too few were answered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from registry.coded import _

if TYPE_CHECKING:  # instruments needs this module to try its examples
    from outcomes.instruments import Instrument

Answer = Decimal | int | str | None
Answers = Mapping[str, Answer]

# What a stored score can hold: six decimals, below a million.
SMALLEST = Decimal("0.000001")
LIMIT = Decimal(1_000_000)

# No exponents, separators, or digits of other scripts: each can hide a slip.
PLAIN_NUMBER = re.compile(r"[+-]?[0-9]{1,24}(\.[0-9]{1,24})?")


def read_number(text: str) -> Decimal:
    """Return the number that `text` writes plainly; ValueError says why not."""
    plain = text.strip(" \t\r\n")
    if not plain:
        raise ValueError(_("nothing was entered"))
    if not PLAIN_NUMBER.fullmatch(plain):
        sentence = _("{text} is not a number such as 7 or 7.5")
        raise ValueError(sentence.format(text=repr(plain[:24])))
    return Decimal(plain) or Decimal(0)  # -0 is 0


def refuse_number(instrument: Instrument, value: Decimal) -> str | None:
    """Say why `value` is no score of a numeric instrument; None if it is one."""
    low, high, step = instrument.minimum, instrument.maximum, instrument.step
    limit: Decimal | None = None
    if not value.is_finite():
        sentence = _("{short}: {value} is not a number")
    elif low is not None and value < low:
        sentence, limit = _("{short}: {value} is below {limit}"), low
    elif high is not None and value > high:
        sentence, limit = _("{short}: {value} is above {limit}"), high
    elif abs(value) >= LIMIT:
        sentence = _("{short}: {value} is not below 1,000,000")
    elif step == 1 and value % 1:
        sentence = _("{short}: {value} is not a whole number")
    elif step and (value - (low or 0)) % step:
        sentence, limit = _("{short}: {value} is not on a step of {limit}"), step
    elif value % SMALLEST:
        sentence = _("{short}: {value} has more than 6 decimals")
    else:
        return None
    return sentence.format(short=instrument.short, value=str(value)[:24], limit=limit)


def score(instrument: Instrument, answers: Answers) -> Decimal | str | None:
    """Return the score of `answers`, or None where too few were answered.

    A grade comes back as its code. ValueError, with a sentence, for an answer that
    the instrument does not know or allow.
    """
    return METHODS[instrument.scoring](instrument, answers)


def scoring_faults(instrument: Instrument) -> Iterator[str]:
    """Say what is wrong with how an instrument's file says it is scored."""
    if instrument.scoring not in METHODS:
        yield f"the key 'scoring' is not one of {', '.join(METHODS)}."
        return
    count = instrument.item_count
    scale = (instrument.item_minimum, instrument.item_maximum)
    if instrument.scoring in FROM_ITEMS and (count <= 1 or None in scale):
        yield "the key 'item_count' needs 2 items or more, and their range."
    if instrument.items and len(instrument.items) != count:
        yield f"the key 'items' has {len(instrument.items)}, 'item_count' says {count}."
    if not 1 <= _needed(instrument) <= count:
        yield f"the key 'minimum_answered' is not from 1 to {count}."
    if instrument.scoring == "sum" and _needed(instrument) < count:
        yield "the key 'minimum_answered' must be left out: a sum needs every item."
    if (instrument.scoring == "mme") != bool(instrument.factors):
        yield "the key 'factors' belongs to the scoring 'mme', and only to it."


def example_faults(instrument: Instrument) -> Iterator[str]:
    """Say which worked examples of an instrument do not come out."""
    for number, example in enumerate(instrument.examples, start=1):
        key = f"the key 'examples[{number}]'"
        try:
            found = score(instrument, example.answers)
        except ValueError as trouble:
            yield f"{key} is refused: {trouble}."
            continue
        if found != example.score:
            yield f"{key} gives {found}, not {example.score}."
        refusal = None if found is None else instrument.refuse(found)
        if refusal:
            yield f"{key} gives a score that is refused: {refusal}."


def _entered(instrument: Instrument, answers: Answers) -> Decimal | str | None:
    known = {item.code for item in instrument.items} or set(answers)
    _refuse_unknown(instrument, answers, known)
    if len(answers) > 1:
        sentence = _("{short}: one value is expected, not {number}")
        raise ValueError(sentence.format(short=instrument.short, number=len(answers)))
    value = next(iter(answers.values()), None)
    if value is None:
        return None
    if isinstance(value, str):
        return instrument.parse(value)
    refusal = instrument.refuse(value)
    if refusal:
        raise ValueError(refusal)
    return Decimal(value)


def _sum(instrument: Instrument, answers: Answers) -> Decimal | None:
    found = _answered(instrument, answers)
    return sum(found, Decimal(0)) if found else None


def _mean(instrument: Instrument, answers: Answers) -> Decimal | None:
    found = _answered(instrument, answers)
    return _to_step(instrument, sum(found, Decimal(0)) / len(found)) if found else None


def _percent_of_answered(instrument: Instrument, answers: Answers) -> Decimal | None:
    found = _answered(instrument, answers)
    if not found or instrument.item_maximum is None:
        return None
    most = instrument.item_maximum * len(found)
    return _to_step(instrument, 100 * sum(found, Decimal(0)) / most)


def _prorated_sum(instrument: Instrument, answers: Answers) -> Decimal | None:
    found = _answered(instrument, answers)
    if not found:
        return None
    total = sum(found, Decimal(0)) * instrument.item_count
    return _to_step(instrument, total / len(found))


def _mme(instrument: Instrument, answers: Answers) -> Decimal | None:
    """Sum the daily doses times their factors; one unknown dose leaves it unknown."""
    _refuse_unknown(instrument, answers, set(instrument.factors))
    total = Decimal(0)
    for drug, dose in answers.items():
        number = _number(instrument, drug, dose)
        if number is None:
            return None
        if not number >= 0:
            sentence = _("{short}, {code}: {value} is below 0")
            raise ValueError(_fill(sentence, instrument, drug, number))
        total += number * instrument.factors[drug]
    return _to_step(instrument, total) if answers else None


METHODS: dict[str, Callable[[Instrument, Answers], Decimal | str | None]] = {
    "single": _entered,
    "value_set": _entered,  # the index is worked out elsewhere, with a value set
    "sum": _sum,
    "mean": _mean,
    "percent_of_answered": _percent_of_answered,
    "prorated_sum": _prorated_sum,
    "mme": _mme,
}
FROM_ITEMS = frozenset({"sum", "mean", "percent_of_answered", "prorated_sum"})


def _needed(instrument: Instrument) -> int:
    needed = instrument.minimum_answered
    return instrument.item_count if needed is None else needed


def _answered(instrument: Instrument, answers: Answers) -> list[Decimal]:
    """Return the answered items' numbers; none at all if fewer than needed."""
    known = {item.code for item in instrument.items} or set(answers)
    _refuse_unknown(instrument, answers, known)
    if len(answers) > instrument.item_count:
        sentence = _("{short}: {number} answers to {count} items")
        raise ValueError(
            sentence.format(
                short=instrument.short,
                number=len(answers),
                count=instrument.item_count,
            )
        )
    found = [_item(instrument, code, answer) for code, answer in answers.items()]
    numbers = [number for number in found if number is not None]
    return numbers if len(numbers) >= _needed(instrument) else []


def _item(instrument: Instrument, code: str, answer: Answer) -> Decimal | None:
    number = _number(instrument, code, answer)
    low, high = instrument.item_minimum, instrument.item_maximum
    if number is None or low is None or high is None:
        return number
    if not low <= number <= high or number % 1:
        sentence = _(
            "{short}, {code}: {value} is not a whole number from {low} to {high}"
        )
        raise ValueError(_fill(sentence, instrument, code, number, low=low, high=high))
    return number


def _number(instrument: Instrument, code: str, answer: Answer) -> Decimal | None:
    """Return an answer as a number below a million, or None if unanswered."""
    if answer is None:
        return None
    try:
        number = read_number(answer) if isinstance(answer, str) else Decimal(answer)
    except ValueError as trouble:
        sentence = _("{short}, {code}: {value}")
        raise ValueError(_fill(sentence, instrument, code, trouble)) from trouble
    if not number.is_finite() or abs(number) >= LIMIT:
        sentence = _("{short}, {code}: {value} is not a number below 1,000,000")
        raise ValueError(_fill(sentence, instrument, code, str(number)[:24]))
    return number


def _refuse_unknown(instrument: Instrument, answers: Answers, known: set[str]) -> None:
    for code in answers:
        if code not in known:
            sentence = _("{short}: there is no item {value}")
            raise ValueError(_fill(sentence, instrument, code, repr(code)))


def _fill(
    sentence: str, instrument: Instrument, code: str, value: object, **limits: Decimal
) -> str:
    return sentence.format(short=instrument.short, code=code, value=value, **limits)


def _to_step(instrument: Instrument, value: Decimal) -> Decimal:
    """Round, half up, to the instrument's step, or to what can be stored."""
    step = instrument.step or SMALLEST
    return (value / step).quantize(Decimal(1), ROUND_HALF_UP) * step
