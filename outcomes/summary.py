"""What is known of one participant, arranged for reading."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from outcomes.instruments import INSTRUMENTS
from outcomes.models import Assessment, Score
from outcomes.protocols import PROTOCOLS, Visit
from outcomes.schedule import analysis_visit
from outcomes.vocabulary import DispositionEvent, Missing
from registry.models import Participant

ENDS = frozenset(DispositionEvent) - {DispositionEvent.ONGOING, DispositionEvent.LOST}
SHOWN_DECIMALS = Decimal("0.01")


@dataclass(frozen=True)
class Column:
    """One assessment: when it was, which visit that makes it, how it went."""

    day: int
    visit: str
    how: str
    status: str
    is_missed: bool


@dataclass(frozen=True)
class Cell:
    """One score as it is read: a value, a grade, or why there is neither."""

    text: str
    is_missing: bool = False


@dataclass(frozen=True)
class PlannedVisit:
    """A visit to come, with its calendar days; for coordinators of the site alone."""

    label: str
    target: date
    opens: date
    closes: date
    is_open: bool


def columns(assessments: Iterable[Assessment], protocol: str) -> list[Column]:
    """Return a column for each assessment, in the order given."""
    return [
        Column(
            day=assessment.day,
            visit=_visit_label(assessment, protocol),
            how=assessment.get_mode_display(),
            status=assessment.get_missed_reason_display()
            or assessment.get_status_display(),
            is_missed=bool(assessment.missed_reason),
        )
        for assessment in assessments
    ]


def score_rows(assessments: list[Assessment]) -> list[tuple[str, list[Cell]]]:
    """Return (measure, one cell for each assessment), in the order of the measures.

    Expects the scores to be prefetched.
    """
    by_measure: dict[str, dict[int, Score]] = {}
    for assessment in assessments:
        for score in assessment.scores.all():
            by_measure.setdefault(score.instrument, {})[assessment.pk] = score
    return [
        (
            INSTRUMENTS[slug].short if slug in INSTRUMENTS else slug,
            [_cell(slug, scores.get(assessment.pk)) for assessment in assessments],
        )
        for slug, scores in sorted(by_measure.items())
    ]


def planned_visits(
    participant: Participant, day_zero: date, today: date, most: int = 3
) -> list[PlannedVisit]:
    """Return the next visits whose window has not closed, soonest first."""
    protocol = PROTOCOLS.get(participant.cohort.protocol)
    if protocol is None:
        return []

    def on(day: int) -> date:
        return day_zero + timedelta(days=day)

    return [
        PlannedVisit(
            label=visit.label,
            target=on(visit.target),
            opens=on(visit.opens),
            closes=on(visit.closes),
            is_open=on(visit.opens) <= today,
        )
        for visit in protocol.visits
        if visit.target > 0 and on(visit.closes) >= today
    ][:most]


def takes_part(participant: Participant) -> bool:
    """Tell whether visits are still to come: the last disposition did not end it."""
    last = participant.dispositions.order_by("day", "pk").last()
    return last is None or DispositionEvent(last.event) not in ENDS


def last_day(participant: Participant) -> int:
    """Return the last day that anything is known of this person."""
    days = [
        *participant.assessments.values_list("day", flat=True),
        *participant.dispositions.values_list("day", flat=True),
        *participant.procedures.values_list("day", flat=True),
        *participant.complications.values_list("onset_day", flat=True),
    ]
    return max(days, default=0)


def _visit_label(assessment: Assessment, protocol: str) -> str:
    visit: Visit | None = None
    if protocol in PROTOCOLS:
        visit = analysis_visit(
            PROTOCOLS[protocol], assessment.day, assessment.is_after_procedure
        )
    return visit.label if visit else "unscheduled"


def _cell(slug: str, score: Score | None) -> Cell:
    if score is None:
        return Cell("")
    if score.missing:
        return Cell(Missing(score.missing).label, is_missing=True)
    if score.grade:
        grades = INSTRUMENTS[slug].grades if slug in INSTRUMENTS else ()
        labels = {grade.code: grade.label for grade in grades}
        return Cell(labels.get(score.grade, score.grade))
    return Cell("" if score.value is None else _number(score.value))


def _number(value: Decimal) -> str:
    """Write a value as it was entered, or to two decimals where it has more."""
    entered = value.normalize()
    rounded = value.quantize(SHOWN_DECIMALS)
    return f"{entered:f}" if entered == rounded else f"{rounded:f}"
