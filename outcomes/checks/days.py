"""Days: what cannot come before, or after, something else."""

from collections.abc import Iterator

from outcomes.checks.reading import Entry, Reading
from outcomes.checks.rules import Finding, Severity, found, rule
from registry.coded import _
from registry.vocabulary import ProcedureRole

HARD = Severity.HARD
CHRONOLOGY = "chronology"


@rule(
    "assessment.after_on_an_early_day",
    HARD,
    _("{where}: it is marked as after the procedure; {value} is before day {limit}."),
    part="assessments",
    needs="is_after_procedure day",
    source=CHRONOLOGY,
    passing={"assessments": [{"day": 0, "is_after_procedure": True}]},
    failing={"assessments": [{"day": -1, "is_after_procedure": True}]},
)
def after_on_an_early_day(assessment: Entry) -> Iterator[Finding]:
    """A follow-up cannot be before day 0; on day 0 the mark decides."""
    if assessment["is_after_procedure"] and assessment["day"] < 0:
        yield found(assessment, "day", limit=0)


@rule(
    "assessment.before_on_a_late_day",
    HARD,
    _("{where}: it is marked as before the procedure; {value} is after day {limit}."),
    part="assessments",
    needs="is_after_procedure day",
    source=CHRONOLOGY,
    passing={"assessments": [{"day": 0, "is_after_procedure": False}]},
    failing={"assessments": [{"day": 1, "is_after_procedure": False}]},
)
def before_on_a_late_day(assessment: Entry) -> Iterator[Finding]:
    """A baseline taken after the procedure measures the procedure."""
    if not assessment["is_after_procedure"] and assessment["day"] > 0:
        yield found(assessment, "day", limit=0)


@rule(
    "assessment.recurrence_in_the_future",
    HARD,
    _("{where}: recurrence on day {value} is after the assessment, on day {limit}."),
    part="assessments",
    needs="recurrence_day day",
    source=CHRONOLOGY,
    passing={"assessments": [{"day": 91, "recurrence_day": 91}]},
    failing={"assessments": [{"day": 91, "recurrence_day": 92}]},
)
def recurrence_in_the_future(assessment: Entry) -> Iterator[Finding]:
    """What is reported has happened."""
    if assessment["recurrence_day"] > assessment["day"]:
        yield found(assessment, "recurrence_day", limit=assessment["day"])


@rule(
    "complication.ends_before_onset",
    HARD,
    _("{where}: its last day, {value}, is before its onset, on day {limit}."),
    part="complications",
    needs="end_day onset_day",
    source=CHRONOLOGY,
    passing={"complications": [{"onset_day": 3, "end_day": 3}]},
    failing={"complications": [{"onset_day": 3, "end_day": 2}]},
)
def complication_ends_before_onset(complication: Entry) -> Iterator[Finding]:
    """A complication begins before it ends."""
    if complication["end_day"] < complication["onset_day"]:
        yield found(complication, "end_day", limit=complication["onset_day"])


@rule(
    "therapy.ends_before_start",
    HARD,
    _("{where}: its last day, {value}, is before its first, day {limit}."),
    part="therapies",
    needs="end_day start_day",
    source=CHRONOLOGY,
    passing={"therapies": [{"start_day": 3, "end_day": 3}]},
    failing={"therapies": [{"start_day": 3, "end_day": 2}]},
)
def therapy_ends_before_start(therapy: Entry) -> Iterator[Finding]:
    """A therapy begins before it ends."""
    if therapy["end_day"] < therapy["start_day"]:
        yield found(therapy, "end_day", limit=therapy["start_day"])


@rule(
    "complication.before_procedure",
    HARD,
    _("{where}: {value} is before its procedure, on day {limit}."),
    part="record",
    needs="complications procedures",
    source="a cause comes first: ICH E2A",
    passing={
        "procedures": [{"key": "p", "day": 10}],
        "complications": [{"procedure": "p", "onset_day": 10}],
    },
    failing={
        "procedures": [{"key": "p", "day": 10}],
        "complications": [{"procedure": "p", "onset_day": 9}],
    },
)
def complication_before_procedure(reading: Reading) -> Iterator[Finding]:
    """A complication cannot begin before the procedure it is put down to."""
    for complication in reading["complications"]:
        procedure = reading.linked(complication, "procedure", "procedures")
        if procedure is None or not {"day"} <= procedure.keys():
            continue
        if complication.get("onset_day", procedure["day"]) < procedure["day"]:
            yield found(complication, "onset_day", limit=procedure["day"])


def indexes(reading: Reading) -> dict[object, Entry]:
    """Return the first index procedure of each target that has one."""
    first: dict[object, Entry] = {}
    for procedure in reading["procedures"]:
        if procedure.get("role") == ProcedureRole.INDEX and "target" in procedure:
            first.setdefault(procedure["target"], procedure)
    return first


@rule(
    "procedure.repeat_before_index",
    HARD,
    _("{where}: a {role} comes after the index procedure, which is on day {limit}."),
    part="record",
    needs="procedures",
    source=CHRONOLOGY,
    passing={
        "procedures": [
            {"target": "a", "role": "index", "day": 0},
            {"target": "a", "role": "repeat", "day": 400},
        ]
    },
    failing={
        "procedures": [
            {"target": "a", "role": "index", "day": 0},
            {"target": "a", "role": "repeat", "day": -30},
        ]
    },
)
def repeat_before_index(reading: Reading) -> Iterator[Finding]:
    """What came before the index procedure is no repeat of it."""
    first = indexes(reading)
    for procedure in reading["procedures"]:
        index = first.get(procedure.get("target"))
        role = procedure.get("role")
        if index is None or role not in (ProcedureRole.REPEAT, ProcedureRole.STAGED):
            continue
        if "day" in procedure and procedure["day"] < index.get("day", procedure["day"]):
            yield found(procedure, "day", role=role, limit=index["day"])


@rule(
    "procedure.two_indexes",
    HARD,
    _("{where}: {value} for the second time for one pain; {limit} is allowed."),
    part="record",
    needs="procedures",
    source="day 0 is the day of one procedure",
    passing={
        "procedures": [
            {"target": "a", "role": "index"},
            {"target": "a", "role": "repeat"},
        ]
    },
    failing={
        "procedures": [
            {"target": "a", "role": "index"},
            {"target": "a", "role": "index"},
        ]
    },
)
def two_indexes(reading: Reading) -> Iterator[Finding]:
    """A pain target has one index procedure; the next is a repeat."""
    first = indexes(reading)
    for procedure in reading["procedures"]:
        index = first.get(procedure.get("target"))
        if index is None or procedure is index:
            continue
        if procedure.get("role") == ProcedureRole.INDEX:
            yield found(procedure, "role", limit=1)


@rule(
    "procedure.index_not_on_day_0",
    HARD,
    _("{where}: it is the index procedure of the primary pain, so its day is {limit}."),
    part="record",
    needs="procedures targets",
    source="days count from the index procedure of the primary pain",
    passing={
        "targets": [{"key": "a", "is_primary": True}],
        "procedures": [{"target": "a", "role": "index", "day": 0}],
    },
    failing={
        "targets": [{"key": "a", "is_primary": True}],
        "procedures": [{"target": "a", "role": "index", "day": 5}],
    },
)
def index_not_on_day_0(reading: Reading) -> Iterator[Finding]:
    """The index procedure of the primary pain is what day 0 means."""
    for procedure in indexes(reading).values():
        target = reading.linked(procedure, "target", "targets")
        is_primary = target is not None and target.get("is_primary")
        if is_primary and procedure.get("day", 0) != 0:
            yield found(procedure, "day", limit=0)


@rule(
    "target.not_one_primary",
    HARD,
    _("{where}: {number} of {count} pains are primary; exactly {limit} is."),
    part="record",
    needs="targets",
    source="several indications are allowed, one is primary",
    passing={"targets": [{"is_primary": True}, {"is_primary": False}]},
    failing={"targets": [{"is_primary": True}, {"is_primary": True}]},
)
def not_one_primary(reading: Reading) -> Iterator[Finding]:
    """Every analysis asks about one pain first."""
    targets = reading["targets"]
    if not all("is_primary" in target for target in targets):
        return
    primary = [target for target in targets if target["is_primary"]]
    if len(primary) != 1:
        at = (primary or targets)[-1]
        numbers = {"number": len(primary), "count": len(targets), "limit": 1}
        yield found(at, "is_primary", **numbers)
