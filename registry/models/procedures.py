"""Procedures and the levels they treated."""

from django.db import models
from django.db.models import Q

from registry.access import VisibleQuerySet
from registry.anatomy import LEVELS, Side
from registry.models.cohorts import PainTarget, Participant
from registry.models.invariants import between, listed
from registry.privacy import classed
from registry.vocabulary import (
    Anaesthesia,
    Extent,
    Family,
    Guidance,
    Monitoring,
    ProcedureRole,
    ProcedureStatus,
    Technique,
)


def optional_number() -> models.PositiveSmallIntegerField:
    """Return a whole number that may be absent."""
    return models.PositiveSmallIntegerField(null=True, blank=True)


def optional_decimal() -> models.DecimalField:
    """Return a measured quantity, to two decimals, that may be absent."""
    return models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)


class Procedure(models.Model):
    """One operation or intervention on one pain target, abandoned ones included."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="procedures"
    )
    target = models.ForeignKey(PainTarget, models.PROTECT, related_name="procedures")
    day = models.IntegerField(default=0)
    family = models.CharField(max_length=20, choices=Family.choices())
    technique = models.CharField(max_length=12, choices=Technique.choices())
    role = models.CharField(max_length=15, choices=ProcedureRole.choices())
    status = models.CharField(
        max_length=10, choices=ProcedureStatus.choices(), default=ProcedureStatus.DONE
    )
    is_planned = models.BooleanField(default=True)
    contralateral_intended = models.BooleanField(default=False)
    block_relief_percent = optional_number()
    blocks_done = optional_number()
    anaesthesia = models.CharField(
        max_length=10, choices=Anaesthesia.choices(), blank=True
    )
    guidance = models.CharField(max_length=12, choices=Guidance.choices(), blank=True)
    monitoring = models.CharField(
        max_length=15, choices=Monitoring.choices(), blank=True
    )
    temperature_c = optional_decimal()
    lesion_seconds = optional_number()
    lesions = optional_number()
    voltage_v = optional_decimal()
    impedance_ohm = optional_decimal()
    sensory_threshold_v = optional_decimal()
    motor_threshold_v = optional_decimal()
    volume_ml = optional_decimal()
    duration_minutes = optional_number()
    stay_days = optional_number()

    objects = VisibleQuerySet.as_manager()
    site_path = "participant__site"
    privacy = classed(
        release="family role status is_planned contralateral_intended anaesthesia"
        " guidance monitoring temperature_c lesion_seconds lesions voltage_v"
        " impedance_ohm sensory_threshold_v motor_threshold_v volume_ml blocks_done"
        " block_relief_percent",
        coarsen="day technique duration_minutes stay_days",
        withhold="id participant target",
    )

    class Meta:
        ordering = ("participant", "day", "pk")
        constraints = (
            listed("family", Family),
            listed("technique", Technique),
            listed("role", ProcedureRole),
            listed("status", ProcedureStatus),
            listed("anaesthesia", Anaesthesia, optional=True),
            listed("guidance", Guidance, optional=True),
            listed("monitoring", Monitoring, optional=True),
            between("day", -3650, 18250),
            between("block_relief_percent", 0, 100),
            between("temperature_c", 36, 95),
            between("lesion_seconds", 5, 600),
            between("duration_minutes", 5, 900),
            between("stay_days", 0, 365),
            models.UniqueConstraint(
                fields=("target",),
                condition=Q(role=ProcedureRole.INDEX.value),
                name="procedure_one_index_a_target",
            ),
        )

    def __str__(self) -> str:
        return f"{Technique(self.technique).label}, day {self.day}"


class TreatedLevel(models.Model):
    """A root or division that a procedure treated, or meant to treat."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="levels")
    level = models.CharField(max_length=3)
    side = models.CharField(max_length=10, choices=Side.choices())
    extent = models.CharField(max_length=10, choices=Extent.choices(), blank=True)
    percent_cut = optional_number()
    was_achieved = models.BooleanField(default=True)
    is_transitional = models.BooleanField(default=False)

    objects = VisibleQuerySet.as_manager()
    site_path = "procedure__participant__site"
    privacy = classed(
        release="side extent percent_cut was_achieved is_transitional",
        coarsen="level",
        withhold="id procedure",
    )

    class Meta:
        ordering = ("procedure", "pk")
        constraints = (
            listed("side", Side),
            listed("extent", Extent, optional=True),
            between("percent_cut", 0, 100),
            models.CheckConstraint(
                condition=Q(level__in=LEVELS), name="treatedlevel_level_in_anatomy"
            ),
            models.UniqueConstraint(
                fields=("procedure", "level", "side"), name="treatedlevel_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.level} {Side(self.side).label}"
