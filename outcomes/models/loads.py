"""Loads of files: which file, through which mapping, how many rows."""

from django.db import models

from registry.models import Cohort
from registry.privacy import classed


class LoadBatch(models.Model):
    """One file that was loaded; its code takes the load back."""

    code = models.CharField(max_length=9, unique=True)
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="loads")
    file_digest = models.CharField(max_length=64)
    mapping_digest = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()

    privacy = classed(withhold="id code cohort file_digest mapping_digest rows")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.code
