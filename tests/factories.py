"""Plain functions that put something there, and no more than is needed."""

from decimal import Decimal
from itertools import count

from django.utils import timezone

from outcomes.models import Assessment, Score
from registry.access import Role
from registry.models import (
    Arm,
    Cohort,
    Membership,
    PainTarget,
    Participant,
    Procedure,
    Site,
    User,
)
from registry.vocabulary import Family, Technique

PASSWORD = "correct horse battery"
_numbers = count(1)


def site(code="north"):
    return Site.objects.get_or_create(code=code, defaults={"name": f"{code} hospital"})[
        0
    ]


def cohort(slug="spinal", protocol="spinal_root_ganglion", **fields):
    fields.setdefault("name", f"The {slug} cohort")
    return Cohort.objects.get_or_create(
        slug=slug, defaults={"protocol": protocol, **fields}
    )[0]


def arm(of, code):
    return Arm.objects.get_or_create(cohort=of, code=code, defaults={"label": code})[0]


def participant(*, site=None, cohort=None, arm=None, **fields):
    """One person; site and cohort are made, and joined, where they are not given."""
    here = site or globals()["site"]()
    study = cohort or globals()["cohort"]()
    study.sites.add(here)
    if isinstance(arm, str):
        arm = globals()["arm"](study, arm)
    return Participant.objects.create(cohort=study, site=here, arm=arm, **fields)


def target(person, **fields):
    fields = {"indication": "radicular", "side": "left", **fields}
    return PainTarget.objects.create(participant=person, **fields)


def procedure(person, *, day=0, technique=Technique.ODR_EXTRA, **fields):
    """An index procedure on the person's primary pain target."""
    pain = person.targets.first() or target(person)
    defaults = {"family": Family.SPINAL_ROOT, "role": "index", "target": pain}
    return Procedure.objects.create(
        participant=person, day=day, technique=technique, **(defaults | fields)
    )


def assessment(person, *, day, **fields):
    fields.setdefault("is_after_procedure", day > 0)
    return Assessment.objects.create(participant=person, day=day, **fields)


def missed(person, *, day, reason="lost"):
    return assessment(person, day=day, status="missed", missed_reason=reason)


def score(visit, instrument, value=None, **fields):
    value = None if value is None else Decimal(str(value))
    return Score.objects.create(
        assessment=visit, instrument=instrument, value=value, **fields
    )


def pain_scores(person, scores, instrument="nrs_average"):
    """Scores by day: `{0: 8, 91: 3}`; None stands for a missed assessment."""
    for day, value in scores.items():
        if value is None:
            missed(person, day=day)
        else:
            score(assessment(person, day=day), instrument, value)
    return person


def user(username=None):
    return User.objects.create_user(username or f"person{next(_numbers)}", PASSWORD)


def member(username, role=Role.COORDINATOR, *, site=None, **fields):
    """A user with one membership; at all sites unless one is given; role None: none."""
    person = user(username)
    if role is not None:
        fields.setdefault("starts_on", timezone.localdate())
        Membership.objects.create(user=person, site=site, role=role, **fields)
    return person
