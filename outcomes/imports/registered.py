"""What the registry holds of the people in a chunk, fetched in a few queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from outcomes.checks.shape import SHAPE
from outcomes.models import Assessment, Score, SensoryFinding
from outcomes.records import Record, records
from registry.models import PainTarget, Participant, Procedure

Findings = dict[int, list[Record]]


@dataclass
class Standing:
    """One participant as registered, with what belongs to them."""

    participant: Participant
    target: PainTarget | None = None
    procedures: list[Procedure] = field(default_factory=list)
    assessments: list[Assessment] = field(default_factory=list)
    _scores: dict[int, list[Score]] = field(default_factory=lambda: defaultdict(list))

    def scores(self, assessment: Assessment) -> list[Score]:
        """Return the scores of one assessment, which need not be saved yet."""
        return self._scores[assessment.pk or -id(assessment)]


def find_standings(codes: Iterable[str], *, lock: bool) -> dict[str, Standing]:
    """Return what is registered under these study codes.

    With `lock` the rows stay as they are until the transaction ends.
    """
    people = _rows(Participant, lock).filter(study_id__in=list(codes))
    found = {one.pk: Standing(one) for one in people}
    for target in _rows(PainTarget, lock).filter(
        participant__in=found, is_primary=True
    ):
        found[target.participant_id].target = target
    for procedure in _rows(Procedure, lock).filter(participant__in=found):
        found[procedure.participant_id].procedures.append(procedure)
    visits = {}
    for one in _rows(Assessment, lock).filter(participant__in=found):
        visits[one.pk] = one
        found[one.participant_id].assessments.append(one)
    for score in _rows(Score, lock).filter(assessment__participant__in=found):
        visit = visits[score.assessment_id]
        found[visit.participant_id].scores(visit).append(score)
    return {one.participant.study_id: one for one in found.values()}


def registered_records(standings: Iterable[Standing]) -> Iterator[Record]:
    """Yield the record of each participant as the rule pack wants it, in this order.

    The rows at hand count as they are in memory, with the changes of the load.
    """
    at_hand = list(standings)
    people = [one.participant.pk for one in at_hand]
    stored = records(Participant.objects.filter(pk__in=people)) if people else ()
    by_code = {one["participant"]["study_id"]: one for one in stored}
    findings: Findings = defaultdict(list)
    for row in SensoryFinding.objects.filter(assessment__participant__in=people):
        findings[row.assessment_id].append(_entry("findings", row))
    for standing in at_hand:
        yield _renewed(by_code[standing.participant.study_id], standing, findings)


def _renewed(stored: Record, standing: Standing, findings: Findings) -> Record:
    """Put the rows at hand in place of the stored ones."""
    levels = {one["key"]: one["levels"] for one in stored["procedures"]}
    return {
        **stored,
        "participant": _entry("participant", standing.participant),
        "targets": _targets(stored["targets"], standing.target),
        "procedures": [
            {
                "key": one.pk or "new",
                "target": one.target_id or "new",
                "levels": levels.get(one.pk, []),
                **_entry("procedures", one),
            }
            for one in standing.procedures
        ],
        "assessments": [
            {
                **_entry("assessments", one),
                "scores": [_score(score) for score in standing.scores(one)],
                "findings": findings.get(one.pk, []),
            }
            for one in standing.assessments
        ],
    }


def _rows(model: type[models.Model], lock: bool) -> models.QuerySet[Any]:
    rows = model._default_manager.order_by("pk")
    return rows.select_for_update() if lock else rows


def _targets(stored: list[Record], held: PainTarget | None) -> list[Record]:
    """Return the pain targets, with the primary one as it is in memory."""
    others = [one for one in stored if held is None or one["key"] != held.pk]
    if held is None:
        return others
    return [{"key": held.pk or "new", **_entry("targets", held)}, *others]


def _entry(part: str, row: models.Model) -> Record:
    """Return a row's filled fields under the names that the rules know."""
    named = {field.name for field in row._meta.fields if not field.is_relation}
    pairs = ((name, getattr(row, name)) for name in named.intersection(SHAPE[part]))
    return {name: value for name, value in pairs if value not in (None, "")}


def _score(score: Score) -> Record:
    return {**_entry("scores", score), "target": score.target_id}
