"""A cohort with something to hide: a second site, and people of every fate."""

import json

import pytest
from django.core.management import call_command

from registry.access import Role
from tests import factories

PAIN = "nrs_average"


@pytest.fixture
def north(db):
    return factories.site("north")


@pytest.fixture
def south(db):
    return factories.site("south")


@pytest.fixture
def study(north, south):
    """Six people in the north and three in the south, in two arms."""
    cohort = factories.cohort(name="The spinal study")
    courses = [
        {0: 8, 91: 4, 365: 4},
        {0: 10, 91: 7, 365: 8},
        {0: 6, 91: None, 365: 1},
        {0: 7, 91: 2, 365: None},
        {0: 9, 91: 9, 365: 10},
        {0: 0, 91: 1, 365: 0},
    ]
    for number, scores in enumerate(courses):
        arm = ("early", "late")[number % 2]
        person = factories.participant(site=north, cohort=cohort, arm=arm)
        factories.pain_scores(person, scores, PAIN)
    for _ in range(3):
        person = factories.participant(site=south, cohort=cohort, arm="late")
        factories.pain_scores(person, {0: 10, 91: 10, 365: 10}, PAIN)
    return cohort


@pytest.fixture
def ivan(study):
    """The investigator of all sites."""
    return factories.member("ivan", Role.INVESTIGATOR)


@pytest.fixture
def nora(study, north):
    """An investigator of the north alone."""
    return factories.member("nora", Role.INVESTIGATOR, site=north)


@pytest.fixture
def command(tmp_path):
    """Run the command and return what it wrote."""

    def write(extension="json", *, cohort="spinal", measure=PAIN, **options):
        out = tmp_path / f"out.{extension}"
        call_command(
            "report", "course", cohort=cohort, measure=measure, out=out, **options
        )
        return json.loads(out.read_text()) if extension == "json" else out.read_bytes()

    return write
