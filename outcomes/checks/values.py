"""Any value: of its kind, from its list, linked to something there, and once."""

from collections.abc import Iterator

from outcomes.checks.reading import Entry, Reading
from outcomes.checks.rules import Finding, Severity, found, rule
from outcomes.checks.shape import SHAPE
from outcomes.vocabulary import Informant
from registry.coded import _

HARD = Severity.HARD
SHAPE_SOURCE = "the shape of a record"


def misfits(reading: Reading, *, listed: bool) -> Iterator[Finding]:
    """Yield what is of the wrong kind, for fields with a list of codes or without."""
    for entry, field in reading.misfits:
        kind = SHAPE[entry.part][field]
        if kind.is_listed is listed:
            yield found(entry, field, field=field, limit=kind.wanted.split(", "))


@rule(
    "value.kind",
    HARD,
    _("{where}: {field} {value} is not {limit}."),
    part="record",
    needs="",
    source=SHAPE_SOURCE,
    passing={"participant": {"age_at_index": 50}},
    failing={"participant": {"age_at_index": "fifty"}},
)
def value_kind(reading: Reading) -> Iterator[Finding]:
    """A number is a number and a yes is a yes."""
    return misfits(reading, listed=False)


@rule(
    "value.unknown_code",
    HARD,
    _("{where}: {field} {value} is not one of {limit}."),
    part="record",
    needs="",
    source=SHAPE_SOURCE,
    passing={"participant": {"sex": "F"}},
    failing={"participant": {"sex": "X"}},
)
def unknown_code(reading: Reading) -> Iterator[Finding]:
    """Coded fields take their codes alone; there is no free text."""
    return misfits(reading, listed=True)


REFERENCES = (
    ("procedures", "target", "targets"),
    ("scores", "target", "targets"),
    ("complications", "procedure", "procedures"),
)


@rule(
    "value.unknown_reference",
    HARD,
    _("{where}: {field} {value} is not among the {part} of the record: {limit}."),
    part="record",
    needs="",
    source=SHAPE_SOURCE,
    passing={"targets": [{"key": "a"}], "procedures": [{"target": "a"}]},
    failing={"targets": [{"key": "a"}], "procedures": [{"target": "b"}]},
)
def unknown_reference(reading: Reading) -> Iterator[Finding]:
    """What is referred to is in the same record, if that part is given at all."""
    for part, field, other in REFERENCES:
        keys = [one["key"] for one in reading[other] if "key" in one]
        for entry in reading[part] if keys else ():
            if field in entry and entry[field] not in keys:
                limit = [str(key)[:20] for key in keys]
                yield found(entry, field, field=field, part=other, limit=limit)


def seen_before(entries: list[Entry], needs: str, **others: object) -> Iterator[Entry]:
    """Yield the entries that repeat an earlier one of the same parent.

    `needs` must be there; `others` may be, and count as the value given here if not.
    """
    seen = set()
    for entry in entries if len(entries) > 1 else ():
        required = [entry.get(field) for field in needs.split()]
        if None in required:
            continue
        rest = [entry.get(field, default) for field, default in others.items()]
        parent = (entry.inside.part, entry.inside.index) if entry.inside else None
        identity = (parent, *required, *rest)
        if identity in seen:
            yield entry
        seen.add(identity)


@rule(
    "assessment.twice",
    HARD,
    _("{where}: {informant} was already asked on day {value}; once is allowed."),
    part="record",
    needs="assessments",
    source="of two scores on one day, which counts? The first entered, and a query",
    passing={
        "assessments": [
            {"day": 0, "is_after_procedure": False},
            {"day": 0, "is_after_procedure": True},
        ]
    },
    failing={
        "assessments": [
            {"day": 42, "is_after_procedure": True},
            {"day": 42, "is_after_procedure": True},
        ]
    },
)
def assessment_twice(reading: Reading) -> Iterator[Finding]:
    """One assessment for each day, side of the procedure and informant."""
    same = "day is_after_procedure"
    for entry in seen_before(reading["assessments"], same, informant="self"):
        informant = Informant(entry.get("informant", "self")).label
        yield found(entry, "day", informant=informant)


@rule(
    "score.twice",
    HARD,
    _("{where}: {value} is scored a second time; once for each pain is allowed."),
    part="record",
    needs="scores",
    source="of two scores on one day, which counts? The first entered, and a query",
    passing={
        "assessments": [
            {
                "day": 42,
                "scores": [
                    {"instrument": "nrs_worst", "value": 3},
                    {"instrument": "nrs_now", "value": 3},
                ],
            }
        ]
    },
    failing={
        "assessments": [
            {
                "day": 42,
                "scores": [
                    {"instrument": "nrs_worst", "value": 3},
                    {"instrument": "nrs_worst", "value": 4},
                ],
            }
        ]
    },
)
def score_twice(reading: Reading) -> Iterator[Finding]:
    """One score of a measure and pain at an assessment."""
    for entry in seen_before(reading["scores"], "instrument", target=None):
        yield found(entry, "instrument")


@rule(
    "level.twice",
    HARD,
    _("{where}: {value} on the {side} side is listed twice; once is allowed."),
    part="record",
    needs="levels",
    source="the number of roots is counted from the list",
    passing={
        "procedures": [
            {
                "levels": [
                    {"level": "L5", "side": "left"},
                    {"level": "L5", "side": "right"},
                ]
            }
        ]
    },
    failing={"procedures": [{"levels": [{"level": "L5", "side": "left"}] * 2}]},
)
def level_twice(reading: Reading) -> Iterator[Finding]:
    """A level and side is treated once in a procedure."""
    for entry in seen_before(reading["levels"], "level side"):
        yield found(entry, "level", side=entry["side"])


@rule(
    "finding.twice",
    HARD,
    _("{where}: {value} is found there twice by the same test; once is allowed."),
    part="record",
    needs="findings",
    source="areas with a finding are counted from the list",
    passing={
        "assessments": [
            {
                "day": 42,
                "findings": [
                    {"area": "L5", "side": "left", "term": "hypoaesthesia"},
                    {"area": "L5", "side": "left", "term": "dysaesthesia"},
                ],
            }
        ]
    },
    failing={
        "assessments": [
            {
                "day": 42,
                "findings": [{"area": "L5", "side": "left", "term": "hypoaesthesia"}]
                * 2,
            }
        ]
    },
)
def finding_twice(reading: Reading) -> Iterator[Finding]:
    """A term is found once in an area, by each kind of test."""
    for entry in seen_before(
        reading["findings"], "area side term", modality="reported"
    ):
        yield found(entry, "term")
