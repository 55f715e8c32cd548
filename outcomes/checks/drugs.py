"""Drugs: what is taken against what is scored."""

from collections.abc import Iterator

from outcomes.checks.courses import bni_grades, course, day_of, ratings
from outcomes.checks.reading import Entry, Reading
from outcomes.checks.rules import Finding, Severity, found, rule
from outcomes.instruments import INSTRUMENTS
from outcomes.vocabulary import Change, TherapyKind
from registry.coded import _

HARD, SOFT = Severity.HARD, Severity.SOFT
DRUGS = frozenset(
    {
        TherapyKind.OPIOID,
        TherapyKind.ANTICONVULSANT,
        TherapyKind.ANTIDEPRESSANT,
        TherapyKind.ANTI_INFLAMMATORY,
        TherapyKind.OTHER_DRUG,
    }
)


def running(reading: Reading, kinds: frozenset[TherapyKind], day: int) -> bool | None:
    """Tell whether such a therapy runs on `day`; None if none is on record by then.

    A later row that says "stopped" ends the earlier ones of its kind; what stops on
    `day` itself was still taken before it.
    """
    known = [
        one
        for one in reading["therapies"]
        if one.get("kind") in kinds and one.get("start_day", day) < day
    ]
    stops = [one for one in known if one.get("change") == Change.STOPPED]
    taken = [
        one
        for one in known
        if one not in stops
        and one.get("end_day", day) >= day
        and not any(
            stop["kind"] == one["kind"] and stop["start_day"] > one["start_day"]
            for stop in stops
        )
    ]
    return bool(taken) if known else None


@rule(
    "score.opioid_after_stop",
    HARD,
    _("{where}: {value} mg, but the opioid therapies had ended; {limit} is allowed."),
    part="record",
    needs="scores therapies",
    source="dose and class say the same",
    passing=course(
        (91, {"opioid_mme": 60}), therapies=[{"kind": "opioid", "start_day": -90}]
    ),
    failing=course(
        (91, {"opioid_mme": 60}),
        therapies=[{"kind": "opioid", "start_day": -90, "end_day": 30}],
    ),
)
def opioid_after_stop(reading: Reading) -> Iterator[Finding]:
    """Opioids are stopped or taken; who has no therapies on record is not judged."""
    opioid = frozenset({TherapyKind.OPIOID})
    for score in doses(reading):
        if running(reading, opioid, day_of(score)) is False:
            yield found(score, "value", limit=0)


def doses(reading: Reading) -> Iterator[Entry]:
    """Yield the opioid doses above none."""
    for (slug, _target), series in reading.series.items():
        if slug in INSTRUMENTS and INSTRUMENTS[slug].scoring == "mme":
            yield from (score for score in series if score["value"] > 0)


@rule(
    "score.no_pain_more_drugs",
    SOFT,
    _("{where}: {value}, yet {kind} was {change} on day {day}; more than 0 is usual."),
    part="record",
    needs="scores therapies",
    source="success from pain alone, while drugs rise, is none",
    passing=course(
        (91, {"nrs_worst": 0}),
        therapies=[{"kind": "opioid", "start_day": 60, "change": "reduced"}],
    ),
    failing=course(
        (91, {"nrs_worst": 0}),
        therapies=[{"kind": "opioid", "start_day": 60, "change": "increased"}],
    ),
)
def no_pain_more_drugs(reading: Reading) -> Iterator[Finding]:
    """Since the visit before. Pain now is left out: it is 0 between attacks."""
    more = (Change.STARTED, Change.INCREASED)
    rises = [
        one
        for one in reading["therapies"]
        if one.get("kind") in DRUGS and one.get("change") in more and "start_day" in one
    ]
    for series in ratings(reading) if rises else ():
        since = 0
        for score in series:
            day, summary = day_of(score), INSTRUMENTS[score["instrument"]].summary
            for one in rises if score["value"] == 0 and summary != "now" else ():
                if since < one["start_day"] <= day:
                    values = {"kind": one["kind"], "change": one["change"]}
                    yield found(score, "value", **values, day=one["start_day"])
            since = max(since, day)


@rule(
    "score.grade_despite_drugs",
    SOFT,
    _("{where}: grade {value} means no drug, yet {limit} is on record for that day."),
    part="record",
    needs="scores therapies",
    source="the BNI grade counts the drugs: Rogers 2000 (check)",
    passing=course(
        (91, {"bni_pain": "IIIa"}),
        therapies=[{"kind": "anticonvulsant", "start_day": -90}],
    ),
    failing=course(
        (91, {"bni_pain": "I"}),
        therapies=[{"kind": "anticonvulsant", "start_day": -90}],
    ),
)
def grade_despite_drugs(reading: Reading) -> Iterator[Finding]:
    """No pain on a drug is IIIa. The drug may be for another pain: hence soft."""
    for score in bni_grades(reading):
        if score["grade"] != "I":
            continue
        for kind in sorted(DRUGS):
            if running(reading, frozenset({kind}), day_of(score)):
                yield found(score, "grade", limit=kind)
