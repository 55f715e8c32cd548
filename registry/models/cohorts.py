"""Cohorts, their participants, and the pain that is treated."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from registry.access import VisibleQuerySet
from registry.anatomy import Side
from registry.models.invariants import between, listed
from registry.models.people import Site
from registry.privacy import classed
from registry.study_ids import draw_study_id
from registry.vocabulary import Handedness, Indication, PainType, Sex, TemporalType

if TYPE_CHECKING:
    from registry.access import Person


class CohortQuerySet(models.QuerySet["Cohort"]):
    """Cohorts, seen through the sites that take part."""

    def visible_to(self, user: "Person", permission: str) -> "CohortQuerySet":
        """Keep cohorts in which a site takes part where `user` has `permission`."""
        sites = Site.objects.visible_to(user, permission)
        return self.filter(
            pk__in=Cohort.sites.through.objects.filter(site__in=sites).values("cohort")
        )


class Cohort(models.Model):
    """People followed alike: a cohort runs one protocol."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    protocol = models.SlugField(max_length=60)
    is_synthetic = models.BooleanField(default=False)
    sites = models.ManyToManyField(Site, related_name="cohorts")

    objects = CohortQuerySet.as_manager()
    privacy = classed(release="slug name protocol is_synthetic", withhold="id sites")

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.name


class Arm(models.Model):
    """A comparison group of a cohort."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="arms")
    code = models.SlugField(max_length=40)
    label = models.CharField(max_length=80)

    privacy = classed(release="code label", withhold="id cohort")

    class Meta:
        ordering = ("cohort", "code")
        constraints = (
            models.UniqueConstraint(
                fields=("cohort", "code"), name="arm_once_a_cohort"
            ),
        )

    def __str__(self) -> str:
        return self.label


class Participant(models.Model):
    """One person in one cohort, known by a random code and by nothing else.

    Days count from the index procedure, which is day 0.
    """

    study_id = models.CharField(
        max_length=9, unique=True, default=draw_study_id, editable=False
    )
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="participants")
    site = models.ForeignKey(Site, models.PROTECT, related_name="participants")
    arm = models.ForeignKey(Arm, models.PROTECT, null=True, blank=True)
    sex = models.CharField(max_length=1, choices=Sex.choices(), default=Sex.UNKNOWN)
    age_at_index = models.PositiveSmallIntegerField(null=True, blank=True)
    handedness = models.CharField(
        max_length=5, choices=Handedness.choices(), blank=True
    )
    pain_duration_months = models.PositiveSmallIntegerField(null=True, blank=True)
    enrolment_day = models.IntegerField(default=0)
    is_prospective = models.BooleanField(default=True)

    objects = VisibleQuerySet.as_manager()
    site_path = "site"
    privacy = classed(
        release="cohort arm sex handedness is_prospective",
        coarsen="site age_at_index pain_duration_months enrolment_day",
        withhold="id study_id",
    )

    class Meta:
        ordering = ("study_id",)
        constraints = (
            listed("sex", Sex),
            listed("handedness", Handedness, optional=True),
            between("age_at_index", 0, 90),
            between("pain_duration_months", 0, 900),
            between("enrolment_day", -3650, 18250),
        )

    def __str__(self) -> str:
        return self.study_id


class PainTarget(models.Model):
    """One pain that is treated: why, where, and of what kind."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="targets")
    is_primary = models.BooleanField(default=True)
    indication = models.CharField(max_length=30, choices=Indication.choices())
    side = models.CharField(max_length=10, choices=Side.choices())
    dermatomes = models.JSONField(default=list, blank=True)
    pain_type = models.CharField(
        max_length=12, choices=PainType.choices(), default=PainType.UNKNOWN
    )
    temporal_type = models.CharField(
        max_length=12, choices=TemporalType.choices(), default=TemporalType.UNKNOWN
    )

    objects = VisibleQuerySet.as_manager()
    site_path = "participant__site"
    privacy = classed(
        release="is_primary side pain_type temporal_type",
        coarsen="indication dermatomes",
        withhold="id participant",
    )

    class Meta:
        ordering = ("participant", "-is_primary", "pk")
        constraints = (
            listed("indication", Indication),
            listed("side", Side),
            listed("pain_type", PainType),
            listed("temporal_type", TemporalType),
            models.UniqueConstraint(
                fields=("participant",),
                condition=Q(is_primary=True),
                name="paintarget_one_primary",
            ),
        )

    def __str__(self) -> str:
        return f"{Indication(self.indication).label}, {Side(self.side).label}"
