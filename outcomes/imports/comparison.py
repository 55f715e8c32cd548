"""A case against what is registered: what is new, changed, the same, or kept.

An empty cell never erases: a value that the registry has, and the file leaves empty,
is kept and counted as kept. Who wants it gone corrects it on its page, with a reason.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db import models

from outcomes.imports.cases import Case, Fields, Occasion, Outcome
from outcomes.imports.places import Place
from outcomes.imports.registered import Standing
from outcomes.imports.tally import Tally
from outcomes.models import Assessment, Score
from outcomes.schedule import analysis_visit
from outcomes.vocabulary import AssessmentStatus
from registry.models import PainTarget, Procedure

MISSED, DONE = AssessmentStatus.MISSED.value, AssessmentStatus.DONE.value
PARTIAL = AssessmentStatus.PARTIAL.value


@dataclass
class Plan:
    """What applying a case to a registered participant would do.

    `changed` maps each row to the fields that change; `touched` tells which of the
    participant's assessments the file speaks of.
    """

    case: Case
    standing: Standing
    new: list[models.Model] = field(default_factory=list)
    changed: dict[models.Model, set[str]] = field(default_factory=dict)
    touched: dict[int, Occasion] = field(default_factory=dict)

    @property
    def has_work(self) -> bool:
        """Tell whether there is anything to write."""
        return bool(self.new or self.changed)


class Comparison:
    """Compares the cases of one load; the tally counts what it finds."""

    def __init__(self, place: Place, tally: Tally, mode: str, informant: str) -> None:
        """Remember where the load goes and how its assessments were taken."""
        self.place, self.tally = place, tally
        self.mode, self.informant = mode, informant

    def compare(self, case: Case, standing: Standing) -> Plan:
        """Return the plan for somebody who is registered; rows change in memory."""
        plan = Plan(case, standing)
        fields = dict(case.participant)
        if case.arm:
            fields["arm"] = self.place.arms[case.arm]
        self._update(plan, "participants", standing.participant, fields)
        if case.target:
            self._target(plan)
        if case.procedure:
            self._procedure(plan)
        for occasion in case.occasions:
            self._occasion(plan, occasion)
        return plan

    def _target(self, plan: Plan) -> None:
        standing = plan.standing
        if standing.target:
            self._update(plan, "targets", standing.target, plan.case.target)
            return
        standing.target = PainTarget(
            participant=standing.participant, **plan.case.target
        )
        self._add(plan, "targets", standing.target)

    def _procedure(self, plan: Plan) -> None:
        """Match by day: one day, one procedure on this target."""
        standing, fields = plan.standing, {"day": 0, **plan.case.procedure}
        for row in standing.procedures:
            if row.day == fields["day"]:
                self._update(plan, "procedures", row, fields)
                return
        row = Procedure(
            participant=standing.participant, target=standing.target, **fields
        )
        standing.procedures.append(row)
        self._add(plan, "procedures", row)

    def _occasion(self, plan: Plan, occasion: Occasion) -> None:
        standing = plan.standing
        row = self._match(standing, occasion)
        if row is None:
            row = self.assessment(occasion, participant=standing.participant)
            standing.assessments.append(row)
            self._add(plan, "assessments", row)
            for measure, one in occasion.kept_scores().items():
                score = score_row(row, measure, one)
                standing.scores(row).append(score)
                self._add(plan, "scores", score)
        elif occasion.status == MISSED:
            self._keep(plan, row, occasion)
        else:
            self._fill(plan, row, occasion)
        plan.touched[standing.assessments.index(row)] = occasion

    def _match(self, standing: Standing, occasion: Occasion) -> Assessment | None:
        """Find the assessment that is this occasion.

        The same day, or, for a planned visit, one that was missed: a planned day is
        not yet a day. An empty visit is matched by any assessment of its window.
        """
        alike = [one for one in standing.assessments if one.informant == self.informant]
        for one in alike:
            if (one.day, one.is_after_procedure) == (
                occasion.day,
                occasion.is_after_procedure,
            ):
                return one
        if not occasion.planned:
            return None
        for one in alike:
            can_be = MISSED in (occasion.status, one.status)
            if can_be and self._visit(one) == occasion.planned:
                return one
        return None

    def _visit(self, row: Assessment) -> str:
        """Return the slug of the visit that an assessment counts to, if any."""
        visit = analysis_visit(self.place.protocol, row.day, row.is_after_procedure)
        return visit.slug if visit else ""

    def _keep(self, plan: Plan, row: Assessment, occasion: Occasion) -> None:
        """Take an empty visit: it may tell why it was missed, and erases nothing."""
        if row.status == MISSED:
            fields = {"missed_reason": occasion.missed_reason}
            self._update(plan, "assessments", row, fields, occasion)
            return
        self.tally.count("assessments", "kept")
        self.tally.count("scores", "kept", len(plan.standing.scores(row)))

    def _fill(self, plan: Plan, row: Assessment, occasion: Occasion) -> None:
        """Take a visit with scores: update, add, and say how complete it is now."""
        scores = plan.standing.scores(row)
        known = {score.instrument: score for score in scores}
        for measure, outcome in occasion.scores.items():
            if measure not in known:
                score = score_row(row, measure, outcome)
                scores.append(score)
                self._add(plan, "scores", score)
            elif outcome.missing and not known[measure].missing:
                self.tally.count("scores", "kept")
            else:
                self._rescore(plan, known[measure], outcome, occasion)
        if row.status == MISSED:
            fields = {"day": occasion.day, "missed_reason": ""}
        else:
            fields = {}
        unanswered = any(score.missing for score in scores)
        if unanswered or row.status == MISSED or _gained(plan, scores):
            fields["status"] = PARTIAL if unanswered else DONE
        self._update(plan, "assessments", row, fields, occasion)

    def _rescore(
        self, plan: Plan, score: Score, outcome: Outcome, occasion: Occasion
    ) -> None:
        old = Outcome(score.value, score.grade, score.missing, score.value_set)
        if old == outcome:
            self.tally.count("scores", "same")
            return
        column = occasion.columns[score.instrument]
        self.tally.change(occasion.row, column, old, outcome)
        self.tally.count("scores", "changed")
        _change(plan, score, outcome._asdict())

    def _update(
        self,
        plan: Plan,
        kind: str,
        row: models.Model,
        fields: Fields,
        occasion: Occasion | None = None,
    ) -> None:
        """Put the fields that differ into a row, and count the row once."""
        changed = {
            name: value for name, value in fields.items() if getattr(row, name) != value
        }
        for name, value in changed.items():
            part = "participant" if kind == "participants" else kind
            column = plan.case.columns.get(f"{part}.{name}", name)
            place = occasion.row if occasion else plan.case.row
            self.tally.change(place, column, _said(getattr(row, name)), _said(value))
        self.tally.count(kind, "changed" if changed else "same")
        if changed:
            _change(plan, row, changed)

    def _add(self, plan: Plan, kind: str, row: models.Model) -> None:
        self.tally.count(kind, "new")
        plan.new.append(row)

    def assessment(self, occasion: Occasion, **owner: Any) -> Assessment:
        """Return an occasion as a row that is not saved yet."""
        return Assessment(
            day=occasion.day,
            is_after_procedure=occasion.is_after_procedure,
            mode=self.mode,
            informant=self.informant,
            status=occasion.status,
            missed_reason=occasion.missed_reason,
            **owner,
        )


def score_row(assessment: Assessment, measure: str, outcome: Outcome) -> Score:
    """Return an outcome as a row that is not saved yet."""
    return Score(
        assessment=assessment,
        instrument=measure,
        value=outcome.value,
        grade=outcome.grade,
        missing=outcome.missing,
        value_set=outcome.value_set,
    )


def _change(plan: Plan, row: models.Model, fields: Fields) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    if row.pk is not None:
        plan.changed.setdefault(row, set()).update(fields)


def _gained(plan: Plan, scores: list[Score]) -> bool:
    """Tell whether this load adds or changes any of these scores."""
    return any(score.pk is None or score in plan.changed for score in scores)


def _said(value: object) -> str:
    """Write a stored value for the preview."""
    return "nothing" if value in (None, "") else str(value)
