"""Assessments and scores: what was asked at each visit, and what was not answered."""

import numpy as np

from outcomes.instruments import INSTRUMENTS
from outcomes.protocols import Protocol, Visit
from outcomes.synthetic.draws import (
    Column,
    Table,
    pick,
    repeated,
    stacked,
    stream,
)
from outcomes.synthetic.measures import VALUE_SET, Moment, draw_value
from outcomes.synthetic.visits import UNSCHEDULED
from outcomes.vocabulary import AssessmentStatus, Informant, Missing, Mode

UNANSWERED_BEFORE = 0.1  # of baselines lack one measure (domain.md 3.4)
UNANSWERED_LATER = 0.03
OF_THE_PRIMARY = 0.4  # of what is lacking at baseline: the worst that can lack
SHORT_VISIT = 2  # an unplanned visit asks what this visit of the protocol asks
REASONS = {Missing.NOT_DONE: 0.5, Missing.REFUSED: 0.3, Missing.UNKNOWN: 0.2}
MODES = {Mode.CLINIC: 0.62, Mode.PHONE: 0.2, Mode.WEB: 0.12, Mode.POST: 0.06}
INFORMANTS = {Informant.SELF: 0.9, Informant.INDEPENDENT: 0.08, Informant.PROXY: 0.02}
ASKED_ABOUT_HARM = 0.93


def panels(visits: tuple[Visit, ...]) -> tuple[tuple[str, ...], ...]:
    """Return what each visit asks; the last, at position -1, is the unplanned one."""
    asked = [visit.instruments for visit in visits]
    return (*asked, asked[min(SHORT_VISIT, len(asked) - 1)])


def draw_assessments(
    protocol: Protocol,
    visits: tuple[Visit, ...],
    rows: Table,
    fates: Table,
    seed: int,
) -> Table:
    """Return the rows of `Assessment`, with `visit`, `seen` and `lacking` beside them.

    `lacking` is the position of the measure that was left out, -1 where none was.
    """
    rng = stream(seed, "assessments")
    size = len(rows["day"])
    seen, first = rows["seen"], rows["visit"] == 0
    lacking = _lacking(rng, protocol, panels(visits), rows)
    mode = pick(rng, MODES, size)
    mode[first | (rows["visit"] == 1)] = Mode.CLINIC.value
    mode[~seen] = Mode.PHONE.value
    reason = pick(rng, REASONS, size)
    given_up = rows["day"] > fates["lost_day"][rows["participant"]]
    reason[given_up] = Missing.LOST.value
    status = np.select(
        [~seen, lacking >= 0],
        [AssessmentStatus.MISSED.value, AssessmentStatus.PARTIAL.value],
        AssessmentStatus.DONE.value,
    )
    informant = pick(rng, INFORMANTS, size)
    informant[first | ~seen] = Informant.SELF.value
    return {
        **{name: rows[name] for name in ("participant", "day", "visit", "seen")},
        "is_after_procedure": ~first,
        "mode": mode,
        "informant": informant,
        "status": status.astype(object),
        "missed_reason": np.where(seen, "", reason).astype(object),
        "complications_asked": seen & ~first & (rng.random(size) < ASKED_ABOUT_HARM),
        "lacking": lacking,
    }


def _lacking(
    rng: np.random.Generator,
    protocol: Protocol,
    asked: tuple[tuple[str, ...], ...],
    rows: Table,
) -> Column:
    """Choose the measure that was left out, at the few visits where one was."""
    visit = rows["visit"]
    sizes = np.array([len(panel) for panel in asked])
    primary = np.array([panel.index(protocol.primary) for panel in asked])
    any_one = np.floor(rng.random(len(visit)) * sizes[visit]).astype(int)
    share = np.where(visit == 0, UNANSWERED_BEFORE, UNANSWERED_LATER)
    is_lacking = rows["seen"] & (rng.random(len(visit)) < share)
    of_primary = (visit == 0) & (rng.random(len(visit)) < OF_THE_PRIMARY)
    which = np.where(of_primary, primary[visit], any_one)
    return np.where(is_lacking, which, UNSCHEDULED)


def draw_scores(
    visits: tuple[Visit, ...], assessments: Table, moment: Moment, seed: int
) -> Table:
    """Return the rows of `Score`, sorted by assessment; pain is that of the target."""
    rng = stream(seed, "unanswered")
    asked = panels(visits)
    slugs = list(dict.fromkeys(slug for panel in asked for slug in panel))
    parts = [_block(rng, slug, asked, assessments, moment) for slug in slugs]
    return stacked(parts, ("assessment",))


def _block(
    rng: np.random.Generator,
    slug: str,
    asked: tuple[tuple[str, ...], ...],
    assessments: Table,
    moment: Moment,
) -> Table:
    """Return the scores of one measure, wherever it was asked."""
    places = [panel.index(slug) if slug in panel else -2 for panel in asked]
    place = np.array(places)[assessments["visit"]]
    row = np.flatnonzero(assessments["seen"] & (place >= 0))
    lacks = (place == assessments["lacking"])[row]
    values, grades = draw_value(slug, moment)
    instrument = INSTRUMENTS[slug]
    size = len(row)
    missing = repeated("", size)
    missing[lacks] = pick(rng, REASONS, int(lacks.sum()))
    grade = repeated("", size) if grades is None else grades[row]
    grade[lacks] = ""
    value_set = repeated(VALUE_SET if instrument.needs_value_set else "", size)
    value_set[lacks] = ""
    return {
        "assessment": row,
        "instrument": repeated(slug, size),
        "value": np.where(lacks, np.nan, values[row]),
        "grade": grade,
        "missing": missing,
        "value_set": value_set,
    }
