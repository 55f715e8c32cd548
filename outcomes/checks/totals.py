"""Totals: a score as its items add up, an index as its profile allows."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from outcomes.checks.reading import Entry
from outcomes.checks.rules import Finding, Severity, found, rule
from outcomes.checks.scores import INSTRUMENT_FILE, given, instrument_of, scored
from outcomes.instruments import Instrument
from outcomes.scoring import Answers
from outcomes.scoring import score as add_up
from registry.coded import _

HARD = Severity.HARD
EQ_DIGITS = 5  # dimensions of the EQ-5D
EQ_LEVELS = frozenset("12345")


def total_of(instrument: Instrument, answers: Answers) -> Decimal | str | None:
    """Return what the answers give; None too where they are refused."""
    try:
        return add_up(instrument, answers)
    except ValueError:
        return None


def itemised(score: Entry) -> tuple[Instrument, Mapping[str, Any]] | None:
    """Return measure and answers, where the one is computed from the other."""
    instrument, answers = instrument_of(score), score.get("answers")
    if instrument is None or not answers or instrument.scoring == "value_set":
        return None
    return instrument, answers


@rule(
    "score.answers_refused",
    HARD,
    _("{where}: {refusal}."),
    part="scores",
    needs="answers",
    source=INSTRUMENT_FILE,
    passing=scored(
        42,
        "gad7",
        answers=dict.fromkeys(
            (
                "nervous",
                "control",
                "worry",
                "relaxing",
                "restless",
                "irritable",
                "afraid",
            ),
            1,
        ),
        value=7,
    ),
    failing=scored(42, "bpi_interference", answers={"q1": 12}, missing="unknown"),
)
def answers_refused(score: Entry) -> Iterator[Finding]:
    """Answers to items that are there, within their range."""
    both = itemised(score)
    if both is None:
        return
    instrument, answers = both
    try:
        add_up(instrument, answers)
    except ValueError as trouble:
        refusal = str(trouble).removeprefix(instrument.short).lstrip(":, ")
        yield found(score, "answers", refusal=refusal)


@rule(
    "score.total_differs",
    HARD,
    _("{where}: {value} is entered, but the answers give {limit}."),
    part="scores",
    needs="answers",
    source=INSTRUMENT_FILE,
    passing=scored(
        42,
        "bpi_interference",
        value=Decimal("6.7"),
        answers={"q1": 8, "q3": 7, "q5": 6, "q7": 6},
    ),
    failing=scored(
        42, "bpi_interference", value=7, answers={"q1": 4, "q3": 4, "q5": 4, "q7": 4}
    ),
)
def total_differs(score: Entry) -> Iterator[Finding]:
    """The total is what its items add up to, rounded as it was entered."""
    both, (field, value) = itemised(score), given(score)
    total = total_of(*both) if both else None
    if total is None or value is None:
        return
    if not same_total(total, value):
        yield found(score, field, limit=total)


def same_total(total: Decimal | str, entered: Decimal | int | str) -> bool:
    """Tell whether `entered` is `total`, rounded to the decimals that were entered."""
    if isinstance(total, str) or isinstance(entered, str):
        return total == entered
    exponent = Decimal(entered).normalize().as_tuple().exponent
    places = min(exponent, 0) if isinstance(exponent, int) else 0
    return abs(total - entered) <= Decimal(5).scaleb(places - 1)


@rule(
    "score.too_few_answers",
    HARD,
    _("{where}: {value} from {number} of {count} answers; {limit} are needed."),
    part="scores",
    needs="answers",
    source="missing rules of the instruments; BPI interference: LOINC 77565-0",
    passing=scored(42, "bpi_interference", missing="unknown", answers={"q1": 4}),
    failing=scored(
        42, "bpi_interference", value=4, answers={"q1": 4, "q2": 4, "q3": 4}
    ),
)
def too_few_answers(score: Entry) -> Iterator[Finding]:
    """Too few answers give no score: a mean of three may be of the easy three."""
    both, (field, value) = itemised(score), given(score)
    if both is None or value is None:
        return
    instrument, answers = both
    number = sum(answer not in (None, "") for answer in answers.values())
    count = instrument.item_count
    if instrument.scoring == "mme":  # one unknown dose leaves the total unknown
        count = len(answers)
    limit = min(count, instrument.minimum_answered or count)
    if number < limit:
        yield found(score, field, number=number, count=count, limit=limit)


@rule(
    "score.no_value_set",
    HARD,
    _("{where}: {value} is worth nothing without the value set that gave it."),
    part="scores",
    needs="instrument value",
    source="EuroQol: an index is of a country's value set",
    passing=scored(42, "eq5d_index", value=Decimal("0.735"), value_set="dk-2021"),
    failing=scored(42, "eq5d_index", value=Decimal("0.735"), value_set=""),
)
def no_value_set(score: Entry) -> Iterator[Finding]:
    """The same answers give another index in another country."""
    instrument = instrument_of(score)
    if instrument and instrument.needs_value_set and "value_set" not in score:
        yield found(score, "value")


@rule(
    "score.missing_digit",
    HARD,
    _("{where}: {value} from the profile {profile}; {limit} digits 1-5 are needed."),
    part="scores",
    needs="instrument value answers",
    source="EuroQol: the index is undefined if any digit is missing",
    passing=scored(
        42,
        "eq5d_index",
        value=Decimal("0.735"),
        value_set="dk-2021",
        answers={"profile": "21231"},
    ),
    failing=scored(
        42,
        "eq5d_index",
        value=Decimal("0.735"),
        value_set="dk-2021",
        answers={"profile": "2123"},
    ),
)
def missing_digit(score: Entry) -> Iterator[Finding]:
    """Five answers from 1 to 5, or no index."""
    instrument = instrument_of(score)
    if instrument is None or instrument.scoring != "value_set":
        return
    profile = profile_of(score["answers"])
    if profile is None or (len(profile) == EQ_DIGITS and set(profile) <= EQ_LEVELS):
        return
    yield found(score, "value", profile=profile, limit=EQ_DIGITS)


def profile_of(answers: Mapping[str, Any]) -> str | None:
    """Return the profile, entered whole or by digit; None where neither was."""
    if "profile" in answers:
        return str(answers["profile"] or "")[:10]
    digits = ["-" if answer is None else str(answer) for answer in answers.values()]
    return "".join(digits)[:10] if len(digits) > 1 else None
