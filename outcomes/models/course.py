"""What else befell a participant: harm, therapies, contacts, and the end."""

from django.db import models
from django.db.models import Q

from outcomes.vocabulary import (
    Change,
    ComplicationTerm,
    ContactResult,
    DeathCause,
    DispositionEvent,
    Mode,
    Relatedness,
    Severity,
    Source,
    TherapyGrade,
    TherapyKind,
)
from registry.access import VisibleQuerySet
from registry.models import Participant, Procedure
from registry.models.invariants import between, listed, not_before
from registry.privacy import classed


class Complication(models.Model):
    """An unwanted event. A lasting deficit is told apart from the therapy it needed."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="complications"
    )
    procedure = models.ForeignKey(Procedure, models.PROTECT, null=True, blank=True)
    term = models.CharField(max_length=30, choices=ComplicationTerm.choices())
    onset_day = models.IntegerField()
    end_day = models.IntegerField(null=True, blank=True)
    therapy_grade = models.CharField(
        max_length=4, choices=TherapyGrade.choices(), blank=True
    )
    severity = models.CharField(max_length=1, choices=Severity.choices(), blank=True)
    is_serious = models.BooleanField(default=False)
    relatedness = models.CharField(
        max_length=10, choices=Relatedness.choices(), default=Relatedness.POSSIBLE
    )
    is_persistent_deficit = models.BooleanField(default=False)
    source = models.CharField(max_length=10, choices=Source.choices())

    objects = VisibleQuerySet.as_manager()
    site_path = "participant__site"
    privacy = classed(
        release="therapy_grade severity is_serious relatedness is_persistent_deficit"
        " source",
        coarsen="term onset_day end_day",
        withhold="id participant procedure",
    )

    class Meta:
        ordering = ("participant", "onset_day", "pk")
        constraints = (
            listed("term", ComplicationTerm),
            listed("therapy_grade", TherapyGrade, optional=True),
            listed("severity", Severity, optional=True),
            listed("relatedness", Relatedness),
            listed("source", Source),
            not_before("end_day", "onset_day"),
        )

    def __str__(self) -> str:
        return f"{ComplicationTerm(self.term).label}, day {self.onset_day}"


class Therapy(models.Model):
    """A treatment beside or after the procedure."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="therapies"
    )
    kind = models.CharField(max_length=20, choices=TherapyKind.choices())
    start_day = models.IntegerField()
    end_day = models.IntegerField(null=True, blank=True)
    change = models.CharField(max_length=10, choices=Change.choices(), blank=True)
    was_adequate_trial = models.BooleanField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()
    site_path = "participant__site"
    privacy = classed(
        release="kind change was_adequate_trial",
        coarsen="start_day end_day",
        withhold="id participant",
    )

    class Meta:
        ordering = ("participant", "start_day", "pk")
        verbose_name_plural = "therapies"
        constraints = (
            listed("kind", TherapyKind),
            listed("change", Change, optional=True),
            not_before("end_day", "start_day"),
        )

    def __str__(self) -> str:
        return f"{TherapyKind(self.kind).label}, day {self.start_day}"


class Disposition(models.Model):
    """How taking part stands: the last row by day is the one in force."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="dispositions"
    )
    event = models.CharField(max_length=20, choices=DispositionEvent.choices())
    day = models.IntegerField()
    last_known_alive_day = models.IntegerField(null=True, blank=True)
    death_cause = models.CharField(
        max_length=10, choices=DeathCause.choices(), blank=True
    )
    keeps_data = models.BooleanField(default=True)

    objects = VisibleQuerySet.as_manager()
    site_path = "participant__site"
    privacy = classed(
        release="event keeps_data",
        coarsen="day last_known_alive_day death_cause",
        withhold="id participant",
    )

    class Meta:
        ordering = ("participant", "day", "pk")
        constraints = (
            listed("event", DispositionEvent),
            listed("death_cause", DeathCause, optional=True),
            between("day", -3650, 18250),
            models.CheckConstraint(
                condition=Q(event=DispositionEvent.DIED.value) ^ Q(death_cause=""),
                name="disposition_death_has_a_cause",
            ),
            models.UniqueConstraint(
                fields=("participant",),
                condition=Q(event=DispositionEvent.DIED.value),
                name="disposition_dies_once",
            ),
        )

    def __str__(self) -> str:
        return f"{DispositionEvent(self.event).label}, day {self.day}"


class Contact(models.Model):
    """An attempt to reach a participant, without any address."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="contacts"
    )
    day = models.IntegerField()
    mode = models.CharField(max_length=8, choices=Mode.choices(), default=Mode.PHONE)
    result = models.CharField(max_length=12, choices=ContactResult.choices())

    objects = VisibleQuerySet.as_manager()
    site_path = "participant__site"
    privacy = classed(release="mode result", coarsen="day", withhold="id participant")

    class Meta:
        ordering = ("participant", "day", "pk")
        constraints = (
            listed("mode", Mode),
            listed("result", ContactResult),
            between("day", -3650, 18250),
        )

    def __str__(self) -> str:
        return f"{ContactResult(self.result).label}, day {self.day}"
