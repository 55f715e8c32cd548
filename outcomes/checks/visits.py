"""Visits: seen or missed, on time, and not copied from the one before."""

from collections.abc import Iterator
from typing import Any

from outcomes.checks.reading import Entry, Reading, is_after
from outcomes.checks.rules import Finding, Severity, found, rule
from outcomes.protocols import PROTOCOLS, Visit
from outcomes.schedule import analysis_visit, in_window
from outcomes.vocabulary import AssessmentStatus
from registry.coded import _

HARD, SOFT = Severity.HARD, Severity.SOFT
# Three visits on the very day: within windows of 15, 29 and 36 days, a chance of 1 in
# 15,000. Three visits alike in three measures or more are as rare.
ALIKE = 3


@rule(
    "assessment.missed_with_scores",
    HARD,
    _("{where}: its status is {value}, but of {number} scores 0 are allowed."),
    part="assessments",
    needs="status scores",
    source="who was not seen was not asked",
    passing={
        "assessments": [
            {"day": 42, "status": "missed", "missed_reason": "lost", "scores": []}
        ]
    },
    failing={
        "assessments": [
            {
                "day": 42,
                "status": "missed",
                "missed_reason": "lost",
                "scores": [{"instrument": "nrs_worst", "value": 3}],
            }
        ]
    },
)
def missed_with_scores(assessment: Entry) -> Iterator[Finding]:
    """A reason for a score that is not there is none."""
    missed = assessment["status"] == AssessmentStatus.MISSED
    number = sum("missing" not in score for score in assessment["scores"])
    if missed and number:
        yield found(assessment, "status", number=number)


@rule(
    "assessment.done_without_scores",
    SOFT,
    _("{where}: its status is {value}, but it has no score; 1 or more is usual."),
    part="assessments",
    needs="status scores",
    source="the smallest set at each visit: IMMPACT core domains",
    passing={
        "assessments": [
            {
                "day": 42,
                "status": "done",
                "scores": [{"instrument": "nrs_worst", "value": 3}],
            }
        ]
    },
    failing={"assessments": [{"day": 42, "status": "done", "scores": []}]},
)
def done_without_scores(assessment: Entry) -> Iterator[Finding]:
    """Soft: a visit may have been for safety alone, if complications were asked."""
    asked = assessment.get("complications_asked") or assessment.get("findings")
    missed = assessment["status"] == AssessmentStatus.MISSED
    if not (missed or asked or assessment["scores"]):
        yield found(assessment, "status")


@rule(
    "assessment.missed_without_reason",
    HARD,
    _("{where}: its status is {status}; a reason why it was missed is needed."),
    part="assessments",
    needs="status",
    source="an empty cell never means zero; losses are reported by reason (STROBE 13b)",
    passing={"assessments": [{"status": "missed", "missed_reason": "refused"}]},
    failing={"assessments": [{"status": "missed", "missed_reason": ""}]},
)
def missed_without_reason(assessment: Entry) -> Iterator[Finding]:
    """Why people are not seen is half the result."""
    missed = assessment["status"] == AssessmentStatus.MISSED
    if missed and not assessment.raw.get("missed_reason"):
        yield found(assessment, "missed_reason", status=assessment["status"])


@rule(
    "assessment.reason_without_missed",
    HARD,
    _("{where}: missed because {value}, but its status is {status}; allowed: missed."),
    part="assessments",
    needs="missed_reason status",
    source="losses are reported by reason (STROBE 13b)",
    passing={"assessments": [{"status": "missed", "missed_reason": "refused"}]},
    failing={"assessments": [{"status": "done", "missed_reason": "refused"}]},
)
def reason_without_missed(assessment: Entry) -> Iterator[Finding]:
    """A visit that took place was not missed."""
    if assessment["status"] != AssessmentStatus.MISSED:
        yield found(assessment, "missed_reason", status=assessment["status"])


def planned(reading: Reading) -> list[tuple[Entry, Visit]]:
    """Return the visits that took place, each with the planned one it stands for."""
    protocol = PROTOCOLS.get(reading.one("cohort").get("protocol", ""))
    if protocol is None:
        return []
    pairs = [
        (one, analysis_visit(protocol, one["day"], is_after(one)))
        for one in reading.visits
    ]
    return [(one, visit) for one, visit in pairs if visit is not None]


def seen(*days: int, protocol: str = "trigeminal") -> dict[str, Any]:
    """Return a record with visits on these days, for the examples."""
    visits = [{"day": day, "is_after_procedure": day > 0} for day in days]
    return {"cohort": {"protocol": protocol}, "assessments": visits}


@rule(
    "assessment.window_missed",
    SOFT,
    _("{where}: {visit} was due from day {low} to {high}, and nobody came then."),
    part="record",
    needs="cohort assessments",
    source="the protocol's file",
    passing=seen(77, 130),
    failing=seen(130),
)
def window_missed(reading: Reading) -> Iterator[Finding]:
    """Extra visits are welcome; one that stands for a missed window is a deviation."""
    pairs = planned(reading)
    on_time = {visit.slug for one, visit in pairs if in_window(visit, one["day"])}
    for one, visit in pairs:
        if visit.slug not in on_time:
            limits = {"low": visit.opens, "high": visit.closes}
            yield found(one, "day", visit=visit.label, **limits)


@rule(
    "assessment.always_on_target",
    SOFT,
    _("{where}: all {number} visits are on the very day planned; under {limit} may."),
    part="record",
    needs="cohort assessments",
    source="copied data: real visits scatter round their targets",
    passing=seen(42, 91, 185),
    failing=seen(42, 91, 183),
)
def always_on_target(reading: Reading) -> Iterator[Finding]:
    """People do not come on the very day; a planned date copied as a real one does."""
    pairs = [(one, visit) for one, visit in planned(reading) if is_after(one)]
    exact = all(one["day"] == visit.target for one, visit in pairs)
    if len(pairs) >= ALIKE and exact:
        yield found(pairs[-1][0], "day", number=len(pairs), limit=ALIKE)


def answers_of(assessment: Entry) -> dict[tuple[str, Any], Any]:
    """Return what was scored at an assessment, by measure and pain."""
    return {
        (score["instrument"], score.get("target")): score.get(
            "value", score.get("grade")
        )
        for score in assessment.get("scores", ())
        if "instrument" in score and ("value" in score or "grade" in score)
    }


def answered(*days: int, worst: int) -> dict[str, Any]:
    """Return a record with the same three scores on each day, but the first "worst"."""
    rows = []
    for day in days:
        values = {"nrs_worst": worst if day == days[0] else 6, "nrs_now": 5, "odi": 40}
        scores = [{"instrument": slug, "value": n} for slug, n in values.items()]
        rows.append({"day": day, "is_after_procedure": True, "scores": scores})
    return {"assessments": rows}


@rule(
    "assessment.copied_answers",
    SOFT,
    _("{where}: {number} scores are the same as at the {limit} visits before."),
    part="record",
    needs="assessments scores",
    source="copied data: answers vary from visit to visit",
    passing=answered(42, 91, 183, worst=7),
    failing=answered(42, 91, 183, worst=6),
)
def copied_answers(reading: Reading) -> Iterator[Finding]:
    """Zeros throughout do not count: those who are free of pain may well stay so."""
    if len(reading.visits) < ALIKE:
        return
    vectors = [(one, answers_of(one)) for one in reading.visits]
    vectors = [(one, vector) for one, vector in vectors if len(vector) >= ALIKE]
    for first, second, (last, vector) in zip(
        vectors, vectors[1:], vectors[2:], strict=False
    ):
        if first[1] == second[1] == vector and any(vector.values()):
            yield found(last, "day", number=len(vector), limit=ALIKE - 1)
