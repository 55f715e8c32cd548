"""The reports, each declared once: question, analysis, figure, words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from registry.coded import _
from reports import words
from reports.analysis.courses import (
    COURSE_COLUMNS,
    LEAVER_COLUMNS,
    individual_courses,
    leavers,
)
from reports.analysis.responders import refuse_percentages
from reports.analysis.standing import standings
from reports.analysis.trajectory import mean_course, shown_visits
from reports.answers import Answer, Material, Topic, Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Report:
    """A question asked of one measure in one cohort, and how it is answered."""

    slug: str
    title: str
    question: str
    analyse: Callable[[Material, Topic], Answer]
    draw: Callable[[Answer, Topic], Figure]
    words: Callable[[Answer, Topic], Words]


def analyse_course(material: Material, topic: Topic) -> Answer:
    """Average a measure at each visit, and account for everybody enrolled."""
    people, measure = material.people, topic.measure
    everything = standings(
        people, material.assessments, material.scores, topic.protocol.visits
    )
    stands = shown_visits(everything, topic.asked)
    refusal = refuse_percentages(
        measure.better, measure.minimum, measures_change=measure.measures_change
    )
    table = mean_course(
        people["group"].to_numpy(),
        stands,
        baseline=everything[0],
        groups=topic.groups,
        with_change=measure.measures_change and measure.baseline,
        with_responders=refusal is None,
    )
    if not stands:
        return Answer(
            table,
            pd.DataFrame(columns=list(COURSE_COLUMNS)),
            pd.DataFrame(columns=list(LEAVER_COLUMNS)),
        )
    last_day = stands[-1].visit.analysis_closes
    courses = individual_courses(people, material.scores, everything[0], until=last_day)
    return Answer(table, courses, leavers(people, courses, stands))


def draw_course(answer: Answer, topic: Topic) -> Figure:
    """Draw the course of a measure."""
    from reports.figures.course import Lettering, course_figure
    from reports.figures.course_panel import Scale, axis_ends

    measure = topic.measure
    low, high = axis_ends(measure.minimum, measure.maximum, answer.courses["value"])
    since = _("the procedure") if topic.has_procedures else _("day 0")
    return course_figure(
        answer.table,
        answer.courses,
        answer.leavers,
        scale=Scale(f"{measure.short} ({measure.unit})", low, high, measure.better),
        lettering=Lettering(
            title=measure.name,
            axis_name=_("Months since {since}").format(since=since),
            foot=[words.foot(topic)],
            stamp=_("SYNTHETIC DATA") if topic.is_synthetic else "",
        ),
    )


COURSE = Report(
    slug="course",
    title=_("Course of a measure"),
    question=_("How do people fare from visit to visit, and how many were seen?"),
    analyse=analyse_course,
    draw=draw_course,
    words=words.course_words,
)
REPORTS = {report.slug: report for report in (COURSE,)}
