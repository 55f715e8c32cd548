"""From rows to frames: the people who may be seen, and nothing of anybody else."""

from decimal import Decimal

import numpy as np
import pytest

from outcomes.models import Contact, Disposition
from registry.models import Participant
from reports.frames import read_frames
from tests import factories
from tests.reports.conftest import PAIN

pytestmark = pytest.mark.django_db


def frames(instrument=PAIN, **chosen):
    return read_frames(Participant.objects.filter(**chosen), instrument)


def end(person, event, day, **fields):
    if event == "died":
        fields.setdefault("death_cause", "disease")
    return Disposition.objects.create(
        participant=person, event=event, day=day, **fields
    )


def test_people_are_numbered_and_their_codes_stay_behind(study):
    found = frames()
    assert list(found.participants["participant"]) == list(range(9))
    assert "study_id" not in found.participants
    assert found.labels["arm"] == {"early": "early", "late": "late"}


def test_only_the_people_handed_over_are_read(study, north):
    found = frames(site=north)
    assert len(found.participants) == 6
    assert len(found.assessments) == 18
    assert set(found.scores["participant"]) == set(range(6))


def test_values_are_exact_millionths():
    person = factories.participant()
    factories.score(factories.assessment(person, day=0), "vas", Decimal("57.123457"))
    found = frames("vas").scores
    assert list(found["micro"]) == [57_123_457]
    assert found["micro"].dtype == "int64"
    assert list(found["value"]) == [57.123457]


def test_a_missing_value_keeps_its_reason():
    person = factories.participant()
    factories.score(factories.assessment(person, day=91), PAIN, missing="refused")
    found = frames().scores
    assert list(found["missing"]) == ["refused"]
    assert np.isnan(found["value"][0])


def test_another_measure_and_another_pain_are_not_mixed_in():
    person = factories.participant()
    main = factories.target(person)
    side = factories.target(person, is_primary=False)
    visit = factories.assessment(person, day=0)
    factories.score(visit, PAIN, 8, target=main)
    factories.score(visit, PAIN, 1, target=side)
    factories.score(visit, "nrs_worst", 9)
    assert list(frames().scores["value"]) == [8]


def test_the_participants_own_answer_comes_before_the_surgeons():
    person = factories.participant()
    for informant, value in (("treating", 1), ("self", 6)):
        visit = factories.assessment(person, day=91, informant=informant)
        factories.score(visit, PAIN, value)
    scores = frames().scores.sort_values("entered")
    assert list(scores["value"]) == [6, 1]


def test_spasticity_is_left_out_and_counted():
    factories.participant()
    spastic = factories.participant()
    factories.procedure(spastic, family="spasticity", technique="SDR_SPAST")
    factories.pain_scores(spastic, {0: 8})
    found = frames()
    assert len(found.participants) == 1
    assert found.spasticity == 1
    assert found.scores.empty


def test_people_are_grouped_by_their_index_procedure():
    person = factories.participant()
    main = factories.target(person)
    factories.procedure(person, day=200, family="ganglion", role="repeat", target=main)
    factories.procedure(person, day=0, target=main)
    row = frames().participants.iloc[0]
    assert (row["family"], row["technique"]) == ("spinal_root", "ODR_EXTRA")
    assert (row["indication"], row["site"], row["arm"]) == ("radicular", "north", "")


def test_ends_are_those_in_force():
    person, back, gone = (factories.participant() for _ in range(3))
    end(person, "withdrew", 50)
    end(person, "died", 120)
    end(back, "lost", 60)
    end(back, "ongoing", 90)
    end(gone, "lost", 70)
    found = frames().participants.fillna(-1)
    assert list(found["withdrawal_day"]) == [50, -1, -1]
    assert list(found["death_day"]) == [120, -1, -1]
    assert list(found["lost_day"]) == [-1, -1, 70]
    assert list(found["last_day"]) == [120, 90, 70]


def test_whoever_takes_the_data_back_is_counted_and_not_read():
    person = factories.pain_scores(factories.participant(), {0: 8, 91: 4})
    end(person, "withdrew", 100, keeps_data=False)
    found = frames()
    assert found.data_withdrawn == 1
    assert len(found.participants) == 1
    assert found.scores.empty
    assert found.assessments.empty


def test_the_last_day_is_the_last_that_anything_is_known_of():
    person = factories.pain_scores(factories.participant(), {0: 8, 91: 4})
    Contact.objects.create(participant=person, day=300, result="reached")
    end(person, "ongoing", 200, last_known_alive_day=250)
    assert list(frames().participants["last_day"]) == [300]


def test_nobody_gives_empty_frames_of_the_same_shape():
    found = frames()
    assert len(found.participants) == len(found.scores) == len(found.assessments) == 0
    assert found.scores["micro"].dtype == "int64"


def test_the_number_of_queries_does_not_grow_with_people(
    study, django_assert_max_num_queries
):
    with django_assert_max_num_queries(20):
        frames()
