"""Answer a report: one way for the page, the command, the API and every file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from outcomes.instruments import INSTRUMENTS, Instrument
from outcomes.protocols import PROTOCOLS, Protocol
from registry.coded import _
from registry.errors import Refused
from registry.models import Cohort, Participant
from reports.answers import Answer, Material, Topic, Words
from reports.catalogue import REPORTS, Report
from reports.frames import Frames, read_frames
from reports.groupings import GROUPINGS
from reports.groups import Grouping, grouped
from reports.software import software

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LONGEST_ECHO = 60


@dataclass(frozen=True)
class Result:
    """An answered report, from which every page and file is made."""

    report: Report
    cohort: Cohort
    topic: Topic
    answer: Answer

    @cached_property
    def words(self) -> Words:
        """Return the finding, the caption and the notes."""
        return self.report.words(self.answer, self.topic)

    def figure(self) -> Figure:
        """Draw the figure anew; a figure belongs to whoever asked for it."""
        return self.report.draw(self.answer, self.topic)


def run(
    report: Report,
    *,
    cohort: Cohort,
    participants: QuerySet[Participant],
    instrument: str,
    by: str | None = None,
) -> Result:
    """Answer `report` for `participants`, those of the cohort that may be seen.

    `instrument` is the slug of a measure, `by` one of `GROUPINGS` or None. Raises
    Refused, in a sentence, for what cannot be asked.
    """
    measure = find_measure(instrument)
    if by is not None and by not in GROUPINGS:
        raise Refused(_unknown(_("grouping"), by, GROUPINGS))
    protocol = PROTOCOLS.get(cohort.protocol)
    if protocol is None:
        raise Refused(_unknown(_("protocol"), cohort.protocol, PROTOCOLS))
    frames = read_frames(participants, measure.slug)
    grouping = grouped(frames.participants, by, frames.labels)
    topic = _topic(cohort, measure, protocol, by, frames, grouping)
    people = frames.participants.assign(group=grouping.of)
    material = Material(people, frames.assessments, frames.scores)
    return Result(report, cohort, topic, report.analyse(material, topic))


def find_report(slug: str) -> Report:
    """Return a report; Refused, in a sentence, if there is none of that name."""
    if slug not in REPORTS:
        raise Refused(_unknown(_("report"), slug, REPORTS))
    return REPORTS[slug]


def find_measure(slug: str) -> Instrument:
    """Return a measure that has means; Refused, in a sentence, if there is none."""
    measure = INSTRUMENTS.get(slug)
    if measure is None:
        raise Refused(_unknown(_("measure"), slug, INSTRUMENTS))
    if measure.kind == "grade":
        raise Refused(
            _(
                "{short} is graded: grades have an order but no distances, so they "
                "are never averaged. Choose a measure with a number."
            ).format(short=measure.short)
        )
    return measure


def find_cohort(slug: str) -> Cohort:
    """Return a cohort for who may see everything; Refused if there is none."""
    cohort = Cohort.objects.filter(slug=slug).first()
    if cohort is None:
        known = dict.fromkeys(Cohort.objects.values_list("slug", flat=True))
        raise Refused(_unknown(_("cohort"), slug, known))
    return cohort


def _unknown(kind: str, given: str, known: Mapping[str, object]) -> str:
    shown = given if len(given) <= LONGEST_ECHO else given[:LONGEST_ECHO] + "…"
    there_are = ", ".join(sorted(known)) or _("none")
    return _("There is no {kind} {given!r}; there are: {known}.").format(
        kind=kind, given=shown, known=there_are
    )


def _topic(
    cohort: Cohort,
    measure: Instrument,
    protocol: Protocol,
    by: str | None,
    frames: Frames,
    grouping: Grouping,
) -> Topic:
    people = frames.participants
    return Topic(
        cohort_name=cohort.name,
        is_synthetic=cohort.is_synthetic,
        measure=measure,
        protocol=protocol,
        by=by,
        groups=grouping.groups,
        enrolled=len(people),
        sites=people["site"].nunique(),
        has_procedures=bool((people["family"] != "").any()),
        is_split_by_family=grouping.is_split_by_family,
        spasticity=frames.spasticity,
        data_withdrawn=frames.data_withdrawn,
        software=software(),
    )
