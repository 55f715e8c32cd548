"""Courses: scores against the scores and reports before and beside them."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from outcomes.checks.reading import Entry, Reading, is_after
from outcomes.checks.rules import Finding, Severity, found, rule
from outcomes.checks.scores import instrument_of, is_rating
from outcomes.instruments import INSTRUMENTS
from registry.coded import _

HARD, SOFT = Severity.HARD, Severity.SOFT
JUMP_POINTS, JUMP_DAYS = 7, 30
AGAINST_POINTS = 2  # Farrar 2001, 10.1016/S0304-3959(01)00349-9
MILD_MOST = 3  # NRS 1 to 3 is mild, 4 to 6 moderate: HL7 Europe, SNOMED CT 40196000
RELIEF_PERCENT = 30  # moderate: IMMPACT, 10.1016/j.jpain.2007.09.005


def course(*rows: tuple[int, dict[str, Any]], **parts: Any) -> dict[str, Any]:
    """Return a record of (day, value or grade by measure), for the examples."""
    assessments = [
        {
            "day": day,
            "is_after_procedure": day > 0,
            "scores": [
                {"instrument": slug, "grade" if isinstance(x, str) else "value": x}
                for slug, x in scores.items()
            ],
        }
        for day, scores in rows
    ]
    return {"assessments": assessments, **parts}


def ratings(reading: Reading) -> Iterator[list[Entry]]:
    """Yield each series of 0-10 ratings of the index pain, in the order of time."""
    for (slug, _target), series in reading.series.items():
        instrument = INSTRUMENTS.get(slug)
        if instrument is not None and is_rating(instrument):
            yield series


def day_of(score: Entry) -> int:
    """Return the day of a score of a series, which has one."""
    return score.inside["day"] if score.inside else 0


@rule(
    "score.jump",
    SOFT,
    _("{where}: {value} after {before} on day {day}; under {limit} points is usual."),
    part="record",
    needs="scores",
    source="registry limit: 7 points within 30 days",
    passing=course((42, {"nrs_worst": 2}), (60, {"nrs_worst": 8})),
    failing=course((42, {"nrs_worst": 2}), (60, {"nrs_worst": 9})),
)
def jump(reading: Reading) -> Iterator[Finding]:
    """Not across a procedure: a fall there is what the procedure is for."""
    for series in ratings(reading) if len(reading.visits) > 1 else ():
        for before, after in pairwise(series):
            days = day_of(after) - day_of(before)
            points = abs(after["value"] - before["value"])
            if points < JUMP_POINTS or days > JUMP_DAYS:
                continue
            if not procedure_between(reading, before, after):
                values = {"before": before["value"], "day": day_of(before)}
                yield found(after, "value", **values, limit=JUMP_POINTS)


def procedure_between(reading: Reading, before: Entry, after: Entry) -> bool:
    """Tell whether a procedure lies between two scores, the index one included."""
    if is_after(before.inside) != is_after(after.inside):
        return True
    return any(
        day_of(before) <= procedure.get("day", 0) <= day_of(after)
        for procedure in reading["procedures"]
        if procedure.get("day", 0) != 0
    )


@rule(
    "score.impression_against_pain",
    SOFT,
    _("{where}: {value}, yet {short} went from {before} to {now}, {limit} or more."),
    part="record",
    needs="scores",
    source="two points match a changed impression: 10.1016/S0304-3959(01)00349-9",
    passing=course(
        (-7, {"nrs_worst": 6}), (91, {"nrs_worst": 7, "pgic": "very_much_improved"})
    ),
    failing=course(
        (-7, {"nrs_worst": 6}), (91, {"nrs_worst": 8, "pgic": "very_much_improved"})
    ),
)
def impression_against_pain(reading: Reading) -> Iterator[Finding]:
    """Very much improved with more pain, or very much worse with less."""
    extremes = {"very_much_improved": 1, "very_much_worse": -1}
    grades = [
        (score, extremes[score["grade"]])
        for score in reading["scores"]
        if score.get("instrument") == "pgic" and score.get("grade") in extremes
    ]
    for series in ratings(reading) if grades else ():
        baseline = baseline_of(series)
        for grade, sign in grades if baseline is not None else ():
            for score in series:
                change = sign * (score["value"] - baseline["value"])
                if score.inside is grade.inside and change >= AGAINST_POINTS:
                    short = INSTRUMENTS[score["instrument"]].short
                    values = {"before": baseline["value"], "now": score["value"]}
                    yield found(
                        grade, "grade", short=short, **values, limit=AGAINST_POINTS
                    )


def baseline_of(series: list[Entry]) -> Any:
    """Return the latest score before the procedure, or None."""
    before = [score for score in series if not is_after(score.inside)]
    return before[-1] if before else None


def bni_grades(reading: Reading) -> Iterator[Entry]:
    """Yield the BNI pain grades that have a day."""
    for score in reading["scores"]:
        dated = score.inside is not None and "day" in score.inside
        if score.get("instrument") == "bni_pain" and "grade" in score and dated:
            yield score


@rule(
    "score.grade_against_rating",
    SOFT,
    _("{where}: grade {value} beside {short} {rating}; {limit} is expected."),
    part="record",
    needs="scores",
    source="a third of such pairs disagree; the extremes should not",
    passing=course((91, {"bni_pain": "I", "nrs_worst": 1})),
    failing=course((91, {"bni_pain": "I", "nrs_worst": 8})),
)
def grade_against_rating(reading: Reading) -> Iterator[Finding]:
    """No pain (I, IIIa) beside a moderate rating, or severe pain (V) beside a mild one.

    Only the worst pain can contradict V: severe attacks leave pain low in between.
    """
    for grade in bni_grades(reading):
        painless, severe = grade["grade"] in ("I", "IIIa"), grade["grade"] == "V"
        for score in grade.inside["scores"] if grade.inside else ():
            instrument = instrument_of(score)
            if instrument is None or "value" not in score or not is_rating(instrument):
                continue
            mild = score["value"] <= MILD_MOST
            values = {"short": instrument.short, "rating": score["value"]}
            if painless and not mild:
                yield found(grade, "grade", **values, limit=_("3 or less"))
            if severe and mild and instrument.summary == "worst":
                yield found(grade, "grade", **values, limit=_("more than 3"))


@rule(
    "assessment.recurrence_without_relief",
    HARD,
    _("{where}: recurrence on day {value}, but never {limit} % relief before it."),
    part="record",
    needs="assessments scores",
    source="recurrence is defined for those who had relief; 30 %: IMMPACT 2008",
    passing=course((-7, {"nrs_worst": 8}), (42, {"nrs_worst": 3}))
    | {
        "assessments": [
            *course((-7, {"nrs_worst": 8}), (42, {"nrs_worst": 3}))["assessments"],
            {"day": 183, "recurrence_day": 150},
        ]
    },
    failing={
        "assessments": [
            *course((-7, {"nrs_worst": 8}), (42, {"nrs_worst": 7}))["assessments"],
            {"day": 183, "recurrence_day": 150},
        ]
    },
)
def recurrence_without_relief(reading: Reading) -> Iterator[Finding]:
    """Who never had relief failed at once; that is another state, at another time."""
    for assessment in reading.visits:
        day = assessment.get("recurrence_day")
        if day is not None and relieved_before(reading, day) is False:
            yield found(assessment, "recurrence_day", limit=RELIEF_PERCENT)


def relieved_before(reading: Reading, day: int) -> bool | None:
    """Tell whether any score before `day` shows relief; None if none can tell.

    Whole numbers are compared, because 1 - 7/10 >= 0.3 is luck with floats.
    """
    judged = False
    for (slug, _target), series in reading.series.items():
        instrument, baseline = INSTRUMENTS.get(slug), baseline_of(series)
        if instrument is None or instrument.about != "index pain" or not baseline:
            continue
        for score in series:
            if is_after(score.inside) and day_of(score) < day and baseline["value"] > 0:
                judged = True
                fall = baseline["value"] - score["value"]
                if 100 * fall >= RELIEF_PERCENT * baseline["value"]:
                    return True
    for responder in responders_before(reading, day):
        judged = True
        if responder:
            return True
    return False if judged else None


def responders_before(reading: Reading, day: int) -> Iterator[bool]:
    """Yield for each graded score before `day` whether its grade is a response."""
    for score in reading.timed_scores():
        instrument = instrument_of(score)
        if instrument is None or not is_after(score.inside) or day_of(score) >= day:
            continue
        responses = {grade.code for grade in instrument.grades if grade.responder}
        if responses and "grade" in score:
            yield score["grade"] in responses
