"""The writes of a load: many rows at a time, new people first, then changes."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import models

from outcomes.imports.cases import Case
from outcomes.imports.comparison import Comparison, Plan, score_row
from outcomes.imports.link_keys import LinkKeys
from outcomes.imports.places import Place
from outcomes.models import Assessment, Score
from registry.models import PainTarget, Participant, Procedure

Rows = dict[type[models.Model], list[Any]]
IN_ORDER: tuple[type[models.Model], ...] = (
    Participant,
    PainTarget,
    Procedure,
    Assessment,
    Score,
)


class Writer:
    """Writes the chunks of one load, inside its transaction."""

    def __init__(self, place: Place, keys: LinkKeys, comparison: Comparison) -> None:
        """Remember where the load goes."""
        self.place, self.keys, self.comparison = place, keys, comparison

    def write_new(self, cases: Sequence[Case]) -> None:
        """Write people who are not registered yet, and everything of theirs."""
        unknown = [c.source_id for c in cases if not self.keys.find(c.source_id)]
        self.keys.draw(unknown, set())
        codes = {case.source_id: self.keys.codes[case.source_id] for case in cases}
        self._draw_again_where_taken(codes, unknown)
        rows: Rows = defaultdict(list)
        for case in cases:
            for row in self._rows(case, codes[case.source_id]):
                rows[type(row)].append(row)
        for model in IN_ORDER:
            model._default_manager.bulk_create(rows[model])

    def write_plans(self, plans: Sequence[Plan]) -> None:
        """Write what is new and changed of people who are registered."""
        rows: Rows = defaultdict(list)
        for plan in plans:
            for row in plan.new:
                rows[type(row)].append(row)
            for row, names in plan.changed.items():
                row.save(update_fields=sorted(names))
        for model in IN_ORDER:
            model._default_manager.bulk_create(rows[model])

    def _draw_again_where_taken(self, codes: dict[str, str], drawn: list[str]) -> None:
        """Draw anew the codes that somebody in the registry has: one in 10 million."""
        while True:
            taken = set(
                Participant.objects.filter(
                    study_id__in=list(codes.values())
                ).values_list("study_id", flat=True)
            )
            again = [source for source in drawn if codes[source] in taken]
            if not again:
                return
            for source in again:
                del self.keys.codes[source]
            self.keys.draw(again, taken)
            codes |= {source: self.keys.codes[source] for source in again}

    def _rows(self, case: Case, code: str) -> list[models.Model]:
        """Return the rows of one new participant, unsaved, each after its owner."""
        person = Participant(
            study_id=code,
            cohort=self.place.cohort,
            site=self.place.sites[case.site],
            arm=self.place.arms[case.arm] if case.arm else None,
            **case.participant,
        )
        rows: list[models.Model] = [person]
        target = PainTarget(participant=person, **case.target) if case.target else None
        if target:
            rows.append(target)
        if case.procedure:
            rows.append(Procedure(participant=person, target=target, **case.procedure))
        for occasion in case.occasions:
            visit = self.comparison.assessment(occasion, participant=person)
            rows.append(visit)
            rows += [
                score_row(visit, measure, one)
                for measure, one in occasion.kept_scores().items()
            ]
        return rows
