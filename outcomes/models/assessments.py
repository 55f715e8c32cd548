"""Assessments, the scores taken at them, and what was felt where."""

from django.db import models
from django.db.models import Q

from outcomes.vocabulary import (
    AssessmentStatus,
    Informant,
    Missing,
    Modality,
    Mode,
    SensoryGrade,
    SensoryTerm,
)
from registry.access import VisibleQuerySet
from registry.anatomy import DERMATOMES, Side
from registry.models import PainTarget, Participant
from registry.models.invariants import between, listed, not_before
from registry.privacy import classed


class Assessment(models.Model):
    """One occasion on which a participant was, or should have been, asked.

    The visit is derived from the day by the protocol, never stored. Day 0 may lie
    before or after the procedure; `is_after_procedure` tells.
    """

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="assessments"
    )
    day = models.IntegerField()
    is_after_procedure = models.BooleanField()
    mode = models.CharField(max_length=8, choices=Mode.choices(), default=Mode.CLINIC)
    informant = models.CharField(
        max_length=12, choices=Informant.choices(), default=Informant.SELF
    )
    status = models.CharField(
        max_length=8, choices=AssessmentStatus.choices(), default=AssessmentStatus.DONE
    )
    missed_reason = models.CharField(
        max_length=15, choices=Missing.choices(), blank=True
    )
    complications_asked = models.BooleanField(default=False)
    # As the participant tells it; a recurrence seen in scores is derived, never typed.
    recurrence_day = models.IntegerField(null=True, blank=True)
    has_motor_deficit = models.BooleanField(null=True, blank=True)

    objects = VisibleQuerySet.as_manager()
    site_path = "participant__site"
    privacy = classed(
        release="is_after_procedure mode informant status missed_reason"
        " complications_asked has_motor_deficit",
        coarsen="day recurrence_day",
        withhold="id participant",
    )

    class Meta:
        ordering = ("participant", "day", "is_after_procedure", "pk")
        constraints = (
            listed("mode", Mode),
            listed("informant", Informant),
            listed("status", AssessmentStatus),
            listed("missed_reason", Missing, optional=True),
            between("day", -3650, 18250),
            between("recurrence_day", 0, 18250),
            not_before("day", "recurrence_day"),
            models.CheckConstraint(
                condition=Q(day=0)
                | Q(day__lt=0, is_after_procedure=False)
                | Q(day__gt=0, is_after_procedure=True),
                name="assessment_side_of_the_procedure",
            ),
            models.CheckConstraint(
                condition=Q(status=AssessmentStatus.MISSED.value) ^ Q(missed_reason=""),
                name="assessment_missed_has_a_reason",
            ),
            models.UniqueConstraint(
                fields=("participant", "day", "is_after_procedure", "informant"),
                name="assessment_once_a_day",
            ),
        )

    def __str__(self) -> str:
        return f"day {self.day}"


class Score(models.Model):
    """One measure at one assessment: a value, a grade, or the reason for neither.

    `instrument` is the slug of a measure file, which carries range, direction and
    recall, so that scores of different measures are never pooled.
    """

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="scores")
    instrument = models.SlugField(max_length=60, db_index=True)
    target = models.ForeignKey(PainTarget, models.PROTECT, null=True, blank=True)
    value = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    grade = models.CharField(max_length=30, blank=True)
    missing = models.CharField(max_length=15, choices=Missing.choices(), blank=True)
    answers = models.JSONField(null=True, blank=True)
    value_set = models.SlugField(max_length=40, blank=True)

    objects = VisibleQuerySet.as_manager()
    site_path = "assessment__participant__site"
    privacy = classed(
        release="instrument value grade missing value_set",
        withhold="id assessment target answers",
    )

    class Meta:
        ordering = ("assessment", "instrument")
        constraints = (
            listed("missing", Missing, optional=True),
            models.CheckConstraint(
                condition=Q(value__isnull=False, grade="", missing="")
                | (Q(value=None) & ~Q(grade="") & Q(missing=""))
                | (Q(value=None, grade="") & ~Q(missing="")),
                name="score_value_or_reason",
            ),
            models.UniqueConstraint(
                fields=("assessment", "instrument"),
                condition=Q(target=None),
                name="score_once_an_assessment",
            ),
            models.UniqueConstraint(
                fields=("assessment", "instrument", "target"),
                condition=Q(target__isnull=False),
                name="score_once_a_target",
            ),
        )

    def __str__(self) -> str:
        shown = self.value if self.value is not None else self.grade or self.missing
        return f"{self.instrument}: {shown}"


class SensoryFinding(models.Model):
    """What was felt in one area. Numbness in the target area is an expected effect."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="findings")
    area = models.CharField(max_length=3)
    side = models.CharField(max_length=10, choices=Side.choices())
    term = models.CharField(max_length=25, choices=SensoryTerm.choices())
    modality = models.CharField(
        max_length=12, choices=Modality.choices(), default=Modality.REPORTED
    )
    grade = models.CharField(max_length=2, choices=SensoryGrade.choices(), blank=True)
    bother = models.PositiveSmallIntegerField(null=True, blank=True)
    is_expected = models.BooleanField(default=False)

    objects = VisibleQuerySet.as_manager()
    site_path = "assessment__participant__site"
    privacy = classed(
        release="side term modality grade bother is_expected",
        coarsen="area",
        withhold="id assessment",
    )

    class Meta:
        ordering = ("assessment", "area", "pk")
        constraints = (
            listed("side", Side),
            listed("term", SensoryTerm),
            listed("modality", Modality),
            listed("grade", SensoryGrade, optional=True),
            between("bother", 0, 10),
            models.CheckConstraint(
                condition=Q(area__in=DERMATOMES), name="sensoryfinding_area_has_skin"
            ),
            models.UniqueConstraint(
                fields=("assessment", "area", "side", "term", "modality"),
                name="sensoryfinding_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.area} {self.side}: {SensoryTerm(self.term).label}"
