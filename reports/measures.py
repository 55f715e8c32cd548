"""Which measures there is anything to report on."""

from django.db.models import Count, QuerySet

from outcomes.instruments import INSTRUMENTS, Instrument
from outcomes.models import Score
from outcomes.protocols import PROTOCOLS
from registry.models import Participant


def recorded_measures(
    participants: QuerySet[Participant], protocol: str
) -> list[Instrument]:
    """Return the measures with means that these participants have.

    The protocol's primary measure comes first, then the most used.
    """
    used = (
        Score.objects.filter(assessment__participant__in=participants)
        .order_by()
        .values_list("instrument")
        .annotate(scores=Count("pk"))
        .order_by("-scores", "instrument")
    )
    found = [INSTRUMENTS[slug] for slug, _ in used if slug in INSTRUMENTS]
    primary = PROTOCOLS[protocol].primary if protocol in PROTOCOLS else ""
    found.sort(key=lambda measure: measure.slug != primary)
    return [measure for measure in found if measure.kind == "number"]
