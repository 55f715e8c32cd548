"""What the tests of tampering start from."""

import pytest

from registry.models import Participant, SealedIndexDate
from tests import factories
from tests.audit.trail import fault, sealed


@pytest.fixture
def long_standing(db):
    """A registry with three seals, each kind of change, and rows that changed often."""
    person = factories.pain_scores(factories.participant(), {0: 8, 91: "3.25"})
    factories.user("cora")
    sealed()
    Participant.objects.update(sex="M")
    Participant.objects.update(sex="F")
    SealedIndexDate.objects.create(participant=person, ciphertext=b"\x01secret\xff")
    sealed()
    visit = factories.assessment(person, day=365)
    factories.score(visit, "nrs_average", 4, answers={"a": [1.5, None]})
    factories.assessment(person, day=400).delete()
    sealed()
    assert fault() == ""
    return person
