"""The cohorts of `manage.py demo`: small, four procedure families, fixed seeds."""

from collections.abc import Callable

from django.db import transaction

from outcomes.synthetic.generate import generate
from outcomes.synthetic.store import store
from registry.models import Cohort

# slug, preset, participants, seed
DEMO = (
    ("demo-spinal", "open_extradural_rhizotomy", 160, 1997),
    ("demo-trigeminal", "trigeminal_rf", 150, 2016),
    ("demo-cancer", "cancer_thoracic_rhizotomy", 60, 1989),
    ("demo-medial-branch", "cervical_medial_branch", 90, 2012),
)


def demo_cohorts(tell: Callable[[str], object]) -> list[Cohort]:
    """Return the demo's cohorts, stored on the first call and untouched after it."""
    found = {one.slug: one for one in Cohort.objects.filter(is_synthetic=True)}
    missing = [row for row in DEMO if row[0] not in found]
    with transaction.atomic():
        for slug, preset, participants, seed in missing:
            generated = generate(preset, participants, seed)
            tell(f"Storing {participants} synthetic people: {generated.preset.title}")
            found[slug] = store(generated, slug, tell)
    return [found[slug] for slug, *_ in DEMO]
