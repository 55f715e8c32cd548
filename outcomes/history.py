"""The trail of one participant's record, told in the words of the record."""

import json
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from outcomes.models import Assessment, Score, SensoryFinding
from registry.models import Event, Participant, TreatedLevel

PARTS = ("targets", "procedures", "complications", "therapies", "dispositions")


# Numbers of rows, which mean nothing to a reader.
UNREAD = {"id", "participant_id", "assessment_id", "procedure_id", "target_id"}


@dataclass(frozen=True)
class Described:
    """One change: when, who, what, from what to what, through which door and why."""

    at: str
    actor: str
    what: str
    action: str
    fields: tuple[tuple[str, object, object], ...]
    through: str
    reason: str


def events_of(participant: Participant) -> QuerySet[Event]:
    """Return the events of the rows that make up this record, newest first."""
    visits = participant.assessments.all()
    operations = participant.procedures.all()
    rows: list[tuple[type[Model], QuerySet]] = [
        (Participant, Participant.objects.filter(pk=participant.pk)),
        (Assessment, visits),
        (Score, Score.objects.filter(assessment__in=visits)),
        (SensoryFinding, SensoryFinding.objects.filter(assessment__in=visits)),
        (TreatedLevel, TreatedLevel.objects.filter(procedure__in=operations)),
        *(
            (getattr(participant, part).model, getattr(participant, part).all())
            for part in (*PARTS, "contacts")
        ),
    ]
    condition = Q()
    for model, found in rows:
        keys = [str(key) for key in found.values_list("pk", flat=True)]
        condition |= Q(table=model._meta.db_table, row__in=keys)
    return Event.objects.filter(condition).order_by("-pk")


def described(event: Event) -> Described:
    """Tell one event in words: only the fields that differ."""
    old = json.loads(event.old) if event.old else {}
    new = json.loads(event.new) if event.new else {}
    fields = tuple(
        (name, _read(old.get(name)), _read(new.get(name)))
        for name in (new or old)
        if _read(old.get(name)) != _read(new.get(name)) and name not in UNREAD
    )
    return Described(
        at=event.at,
        actor=event.actor,
        what=_names().get(event.table, event.table),
        action=event.action,
        fields=fields,
        through=event.through,
        reason=event.reason,
    )


def _read(value: object) -> object:
    """Return a value as it is read: what is empty says nothing."""
    return None if value == "" else value


def _names() -> dict[str, str]:
    """Return table -> the name that the reader knows it by."""
    return {
        model._meta.db_table: str(model._meta.verbose_name)
        for model in apps.get_models()
    }
