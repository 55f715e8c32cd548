"""A case: what the file says of one participant, before the registry is asked."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from outcomes.imports.refusals import Refusal
from outcomes.vocabulary import AssessmentStatus, Missing

Fields = dict[str, Any]


class Outcome(NamedTuple):
    """One score: a value, a grade, or the reason for neither."""

    value: Decimal | None = None
    grade: str = ""
    missing: str = ""
    value_set: str = ""

    def __str__(self) -> str:
        if self.missing:
            return f"missing ({Missing(self.missing).label})"
        return self.grade if self.value is None else f"{self.value.normalize():f}"

    def as_entry(self) -> Fields:
        """Return the filled fields, as the rule pack wants them."""
        return {
            name: one for name, one in self._asdict().items() if one not in ("", None)
        }


@dataclass(slots=True)
class Occasion:
    """One visit of one participant in the file; `planned` names the protocol's visit.

    `columns` tells which column each score came from.
    """

    row: int
    day: int
    is_after_procedure: bool
    planned: str
    scores: dict[str, Outcome]
    columns: dict[str, str]

    @property
    def status(self) -> str:
        """Tell whether everything, something or nothing was answered."""
        missing = sum(bool(one.missing) for one in self.scores.values())
        if not missing:
            return AssessmentStatus.DONE.value
        if missing < len(self.scores):
            return AssessmentStatus.PARTIAL.value
        return AssessmentStatus.MISSED.value

    @property
    def missed_reason(self) -> str:
        """Return why nothing is there: the scores' reason, if they agree."""
        if self.status != AssessmentStatus.MISSED:
            return ""
        reasons = {one.missing for one in self.scores.values()}
        return reasons.pop() if len(reasons) == 1 else Missing.UNKNOWN.value

    def kept_scores(self) -> dict[str, Outcome]:
        """Return the scores to store: a missed visit says it once, for all."""
        return {} if self.status == AssessmentStatus.MISSED else self.scores


@dataclass(slots=True)
class Case:
    """One participant, from one row (wide) or several (long).

    `columns` tells which column each field came from; `refusals` what is wrong.
    """

    row: int
    source_id: str
    site: str = ""
    arm: str = ""
    participant: Fields = field(default_factory=dict)
    target: Fields = field(default_factory=dict)
    procedure: Fields = field(default_factory=dict)
    occasions: list[Occasion] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    rows: int = 1
