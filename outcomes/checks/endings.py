"""Endings: death, withdrawal, loss; and what may not come after them."""

from collections.abc import Iterator
from typing import Any

from outcomes.checks.reading import Entry, Reading
from outcomes.checks.rules import Finding, Severity, found, rule
from outcomes.vocabulary import (
    AssessmentStatus,
    ComplicationTerm,
    DispositionEvent,
    TherapyGrade,
)
from outcomes.vocabulary import Severity as Grade
from registry.coded import _

HARD, SOFT = Severity.HARD, Severity.SOFT

# Contacts are not here: a call that finds out about a death comes after it.
LIVED = (
    ("assessments", "day"),
    ("complications", "onset_day"),
    ("complications", "end_day"),
    ("therapies", "start_day"),
    ("therapies", "end_day"),
    ("dispositions", "day"),
    ("dispositions", "last_known_alive_day"),
)
COLLECTED = (
    ("assessments", "day"),
    ("procedures", "day"),
    ("complications", "onset_day"),
    ("therapies", "start_day"),
    ("contacts", "day"),
)


def death_day(reading: Reading) -> int | None:
    """Return the day of death, if one is recorded."""
    for disposition in reading["dispositions"]:
        if disposition.get("event") == DispositionEvent.DIED:
            return disposition.get("day")
    return None


def ending(event: str, day: int, **more: Any) -> dict[str, Any]:
    """Return a record with one disposition, for the examples."""
    return {"dispositions": [{"event": event, "day": day, **more}]}


def death(day: int) -> dict[str, Any]:
    """Return a record with a death, for the examples."""
    return ending("died", day, death_cause="disease")


@rule(
    "death.something_after",
    HARD,
    _("{where}: {field} {value} is after the death, on day {limit}."),
    part="record",
    needs="dispositions",
    source="chronology",
    passing={**death(200), "assessments": [{"day": 200}]},
    failing={**death(200), "assessments": [{"day": 201}]},
)
def something_after_death(reading: Reading) -> Iterator[Finding]:
    """Nothing is lived through after death."""
    died = death_day(reading)
    for part, field in LIVED if died is not None else ():
        for entry in reading[part]:
            if field in entry and entry[field] > died:
                yield found(entry, field, field=field, limit=died)


@rule(
    "death.before_procedure",
    HARD,
    _("{where}: {value} is after the death, on day {limit}."),
    part="record",
    needs="dispositions procedures",
    source="chronology",
    passing={**death(0), "procedures": [{"day": 0, "status": "done"}]},
    failing={**death(-1), "procedures": [{"day": 0, "status": "done"}]},
)
def death_before_procedure(reading: Reading) -> Iterator[Finding]:
    """Done, converted or abandoned: nobody is operated on after death."""
    died = death_day(reading)
    for procedure in reading["procedures"] if died is not None else ():
        if procedure.get("day", died) > died:
            yield found(procedure, "day", limit=died)


def fatal(reading: Reading) -> Iterator[tuple[Entry, str]]:
    """Yield each fatal complication, and the field that says so."""
    for complication in reading["complications"]:
        if complication.get("term") == ComplicationTerm.DEATH:
            yield complication, "term"
        elif complication.get("severity") == Grade.FATAL:
            yield complication, "severity"
        elif complication.get("therapy_grade") == TherapyGrade.IV:
            yield complication, "therapy_grade"


def days_apart(reading: Reading) -> Iterator[tuple[Entry, str, int]]:
    """Yield each fatal complication, the field of its day, and how far death is.

    Its last day is that of death. Without one only the term "death" has a day to hold
    to: a fatal meningitis begins before it kills.
    """
    died = death_day(reading)
    for complication, _field in fatal(reading):
        dies_at_onset = complication.get("term") == ComplicationTerm.DEATH
        field = "end_day" if "end_day" in complication else "onset_day"
        if died is None or field not in complication:
            continue
        if field == "end_day" or dies_at_onset:
            yield complication, field, abs(complication[field] - died)


@rule(
    "death.not_recorded",
    HARD,
    _("{where}: {field} {value} is fatal; a disposition with the death is needed."),
    part="record",
    needs="complications",
    source="a fatal event and the death are one: ICH E2A",
    passing={**death(3), "complications": [{"term": "death", "onset_day": 3}]},
    failing={
        "dispositions": [],
        "complications": [{"term": "death", "onset_day": 3}],
    },
)
def death_not_recorded(reading: Reading) -> Iterator[Finding]:
    """A death that only a complication knows is missing from every survival curve."""
    events = {one.get("event") for one in reading["dispositions"]}
    if reading.gives("dispositions") and DispositionEvent.DIED not in events:
        for complication, field in fatal(reading):
            yield found(complication, field, field=field)


@rule(
    "death.on_another_day",
    HARD,
    _("{where}: fatal on day {value}, but the death is on day {limit}."),
    part="record",
    needs="complications dispositions",
    source="a fatal event and the death are one: ICH E2A",
    passing={**death(3), "complications": [{"term": "death", "onset_day": 3}]},
    failing={**death(9), "complications": [{"term": "death", "onset_day": 3}]},
)
def death_on_another_day(reading: Reading) -> Iterator[Finding]:
    """The two days are one day."""
    for complication, field, apart in days_apart(reading):
        if apart > 1:
            yield found(complication, field, limit=death_day(reading))


@rule(
    "death.on_the_next_day",
    SOFT,
    _("{where}: fatal on day {value}, but the death is on day {limit}."),
    part="record",
    needs="complications dispositions",
    source="a night lies between two reports",
    passing={**death(3), "complications": [{"term": "death", "onset_day": 3}]},
    failing={**death(4), "complications": [{"term": "death", "onset_day": 3}]},
)
def death_on_the_next_day(reading: Reading) -> Iterator[Finding]:
    """One day apart may be a night, or a slip."""
    for complication, field, apart in days_apart(reading):
        if apart == 1:
            yield found(complication, field, limit=death_day(reading))


@rule(
    "disposition.dies_twice",
    HARD,
    _("{where}: {value} for the second time; {limit} is allowed."),
    part="record",
    needs="dispositions",
    source="chronology",
    passing=death(200),
    failing={"dispositions": death(200)["dispositions"] * 2},
)
def dies_twice(reading: Reading) -> Iterator[Finding]:
    """A second death is a row entered twice."""
    died = DispositionEvent.DIED
    deaths = [one for one in reading["dispositions"] if one.get("event") == died]
    for disposition in deaths[1:]:
        yield found(disposition, "event", limit=1)


@rule(
    "disposition.death_without_cause",
    HARD,
    _("{where}: a death needs a cause: disease, procedure, other or unknown."),
    part="dispositions",
    needs="event",
    source="deaths by cause are competing events",
    passing=death(200),
    failing=ending("died", 200),
)
def death_without_cause(disposition: Entry) -> Iterator[Finding]:
    """Unknown is a cause; an empty cell is not."""
    died = disposition["event"] == DispositionEvent.DIED
    if died and not disposition.raw.get("death_cause"):
        yield found(disposition, "death_cause")


@rule(
    "disposition.cause_without_death",
    HARD,
    _("{where}: a cause of death, {value}, is given for {event}; only died has one."),
    part="dispositions",
    needs="event death_cause",
    source="deaths by cause are competing events",
    passing=death(200),
    failing=ending("lost", 200, death_cause="disease"),
)
def cause_without_death(disposition: Entry) -> Iterator[Finding]:
    """A cause of death beside "lost" is a contradiction."""
    if disposition["event"] != DispositionEvent.DIED:
        yield found(disposition, "death_cause", event=disposition["event"])


def in_force(reading: Reading, event: DispositionEvent, day: int) -> Entry | None:
    """Return the ending of this kind in force on `day`, unless it was reopened.

    What happens on the day of the ending itself still counts as before it.
    """
    last: Entry | None = None
    for one in reading["dispositions"]:
        if one.get("event") not in (event, DispositionEvent.ONGOING):
            continue
        if "day" not in one:
            continue
        reopens, on = one["event"] == DispositionEvent.ONGOING, one["day"]
        counts = on < day or (reopens and on == day)
        if counts and (last is None or on >= last["day"]):
            last = one
    return last if last is not None and last["event"] == event else None


@rule(
    "withdrawal.something_after",
    HARD,
    _("{where}: {field} {value} is after consent was withdrawn, on day {limit}."),
    part="record",
    needs="dispositions",
    source="consent",
    passing={
        **ending("withdrew", 100, keeps_data=False),
        "assessments": [{"day": 100}],
    },
    failing={
        **ending("withdrew", 100, keeps_data=False),
        "assessments": [{"day": 101}],
    },
)
def something_after_withdrawal(reading: Reading) -> Iterator[Finding]:
    """Who withdrew, and lets nothing be kept, is asked nothing more."""
    for part, field in COLLECTED:
        for entry in reading[part]:
            if field not in entry:
                continue
            end = in_force(reading, DispositionEvent.WITHDREW, entry[field])
            if end is not None and end.get("keeps_data") is False:
                yield found(entry, field, field=field, limit=end["day"])


@rule(
    "loss.assessed_after",
    HARD,
    _("{where}: lost to follow-up on day {limit}; add “ongoing” by day {value}."),
    part="record",
    needs="dispositions assessments",
    source="a person who was found again is not lost",
    passing={
        "dispositions": [
            {"event": "lost", "day": 400},
            {"event": "ongoing", "day": 700},
        ],
        "assessments": [{"day": 730}],
    },
    failing={**ending("lost", 400), "assessments": [{"day": 730}]},
)
def assessed_after_loss(reading: Reading) -> Iterator[Finding]:
    """A visit after the loss says that the loss is over."""
    for assessment in reading["assessments"]:
        if assessment.get("status") == AssessmentStatus.MISSED:
            continue
        day = assessment.get("day")
        lost = DispositionEvent.LOST
        end = in_force(reading, lost, day) if day is not None else None
        if end is not None:
            yield found(assessment, "day", limit=end["day"])
