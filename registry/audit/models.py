"""The trail: one append-only table of events, and the seals over it."""

from django.db import models

from registry.privacy import classed


class Event(models.Model):
    """One row that came, changed or went, as the database's own trigger saw it.

    `old` and `new` are the whole row as JSON; `digest` covers every other column but
    the number of the event, which the seals cover.
    """

    at = models.CharField(max_length=32)
    actor = models.CharField(max_length=200)
    through = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    batch = models.CharField(max_length=40, blank=True)
    action = models.CharField(max_length=10)
    table = models.CharField(max_length=63)
    row = models.CharField(max_length=40)
    old = models.TextField(null=True)
    new = models.TextField(null=True)
    digest = models.CharField(max_length=64)

    privacy = classed(
        withhold="id at actor through reason batch action table row old new digest"
    )

    class Meta:
        app_label = "registry"
        db_table = "registry_audit_event"
        indexes = (
            models.Index(fields=("table", "row", "id"), name="event_history"),
            models.Index(
                fields=("batch", "id"),
                condition=~models.Q(batch=""),
                name="event_batch",
            ),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.table} {self.row}"


class Seal(models.Model):
    """A link of the chain: it covers the events after the last seal's, up to `last`.

    `digest` is keyed and rests on the previous seal's, so that a cut, a change or a
    swap breaks every later link.
    """

    at = models.CharField(max_length=32)
    last = models.BigIntegerField(unique=True)
    count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    privacy = classed(withhold="id at last count digest")

    class Meta:
        app_label = "registry"
        db_table = "registry_audit_seal"

    def __str__(self) -> str:
        return f"seal {self.pk} up to event {self.last}"
