"""From the database to plain records, as the rule pack reads them.

A record is nested mappings and lists with the models' own field names; see
`outcomes.checks.shape`. Targets and procedures carry their row's id as `key`.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet

from outcomes.checks.shape import NESTED, OUTER, SHAPE
from registry.models import Participant

Record = dict[str, Any]
PARENTS = ("cohort", "site", "arm")
# One query each, whatever the number of participants in a chunk.
PARTS = (
    "targets",
    "procedures__levels",
    "assessments__scores",
    "assessments__findings",
    "complications",
    "therapies",
    "dispositions",
    "contacts",
)
# Where a field of the record is not the attribute of the row by the same name.
KEYS = {"key": "pk", "target": "target_id", "procedure": "procedure_id"}


def records(
    participants: QuerySet[Participant], *, chunk_size: int = 500
) -> Iterator[Record]:
    """Yield the record of each participant, at the same few queries for each chunk."""
    whole = participants.select_related(*PARENTS).prefetch_related(*PARTS)
    for participant in whole.iterator(chunk_size=chunk_size):
        yield _record(participant)


def record(participant: Participant) -> Record:
    """Return the record of one participant, as it is stored now."""
    return next(records(Participant.objects.filter(pk=participant.pk)))


def _record(participant: Participant) -> Record:
    """Write a participant out whose parts were fetched."""
    cohort, arm = participant.cohort, participant.arm
    links = {
        "cohort": cohort.slug,
        "site": participant.site.code,
        "arm": arm.code if arm else "",
    }
    return {
        "cohort": _row("cohort", cohort),
        "participant": _row("participant", participant) | links,
        **{part: _rows(part, getattr(participant, part).all()) for part in OUTER},
    }


def _rows(part: str, rows: Iterable[Model]) -> list[Record]:
    return [
        _row(part, row)
        | {inner: _rows(inner, getattr(row, inner).all()) for inner in NESTED[part]}
        if part in NESTED
        else _row(part, row)
        for row in rows
    ]


def _row(part: str, row: Model) -> Record:
    return {
        field: _exact(getattr(row, KEYS.get(field, field))) for field in SHAPE[part]
    }


def _exact(value: Any) -> Any:
    """Return numbers that JSON gave back as floats as the decimals they stand for."""
    if isinstance(value, dict):
        return {code: _exact(answer) for code, answer in value.items()}
    return Decimal(str(value)) if isinstance(value, float) else value
