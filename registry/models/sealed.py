"""The one calendar date, kept apart from the record and encrypted."""

from django.db import models

from registry.access import VisibleQuerySet
from registry.models.cohorts import Participant
from registry.privacy import classed


class SealedIndexDate(models.Model):
    """The date of day 0, readable only with a key that is not in the database.

    The row is history's only as a digest: what is destroyed must not live on there.
    """

    participant = models.OneToOneField(
        Participant, models.PROTECT, primary_key=True, related_name="sealed_index_date"
    )
    ciphertext = models.BinaryField()

    objects = VisibleQuerySet.as_manager()
    site_path = "participant__site"
    audited_as_digest = ("ciphertext",)
    privacy = classed(withhold="participant ciphertext")

    def __str__(self) -> str:
        return f"sealed date of {self.participant_id}"
