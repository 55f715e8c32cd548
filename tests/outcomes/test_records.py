"""Plain records from the database, and a rule pack that agrees with its constraints."""

from decimal import Decimal
from itertools import product

import pytest
from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint

from outcomes.checks import examine, hard
from outcomes.checks.shape import INNER, NESTED, OUTER, SHAPE
from outcomes.models import (
    Assessment,
    Complication,
    Contact,
    Disposition,
    Score,
    SensoryFinding,
    Therapy,
)
from outcomes.records import record, records
from registry.models import Cohort, PainTarget, Participant, Procedure, TreatedLevel
from tests import factories

pytestmark = pytest.mark.django_db

MODELS = {
    "cohort": Cohort,
    "participant": Participant,
    "targets": PainTarget,
    "procedures": Procedure,
    "levels": TreatedLevel,
    "assessments": Assessment,
    "scores": Score,
    "findings": SensoryFinding,
    "complications": Complication,
    "therapies": Therapy,
    "dispositions": Disposition,
    "contacts": Contact,
}
# A record is one participant's: what leads back to it is left out, as are row ids.
LEADS_BACK = {"id", "participant", "assessment", "sites"}
# What the constraints that are no range and no list are tried with.
TRIED = {
    "treatedlevel_level_in_anatomy": [{"level": one} for one in ("C8", "C9", "V3")],
    "sensoryfinding_area_has_skin": [{"area": one} for one in ("C1", "C2", "S6")],
    "assessment_side_of_the_procedure": [
        {"day": day, "is_after_procedure": after}
        for day, after in product((-1, 0, 1), (False, True))
    ],
    "assessment_missed_has_a_reason": [
        {"status": status, "missed_reason": reason}
        for status, reason in product(("done", "missed"), ("", "lost"))
    ],
    "score_value_or_reason": [
        {"instrument": "nrs_worst", "value": value, "grade": "", "missing": missing}
        for value, missing in product((None, Decimal(0)), ("", "refused"))
    ]
    + [
        {"instrument": "pgic", "value": None, "grade": grade, "missing": missing}
        for grade, missing in product(("", "no_change"), ("", "refused"))
    ],
    "disposition_death_has_a_cause": [
        {"event": event, "death_cause": cause, "day": 9}
        for event, cause in product(("lost", "died"), ("", "other"))
    ],
    "complication_end_day_not_before": [
        {"onset_day": 3, "end_day": day} for day in (None, 2, 3)
    ],
    "therapy_end_day_not_before": [
        {"start_day": 3, "end_day": day} for day in (None, 2, 3)
    ],
    "assessment_day_not_before": [
        {"day": 3, "is_after_procedure": True, "recurrence_day": day}
        for day in (None, 3, 4)
    ],
}
CONSTRAINTS = [
    (part, constraint)
    for part, model in MODELS.items()
    for constraint in model._meta.constraints
    if isinstance(constraint, CheckConstraint)
]


def in_its_place(part, entry):
    """Return a record with one entry, inside the part around it."""
    if part in INNER:
        outer = next(one for one, inner in NESTED.items() if part in inner)
        return {outer: [{part: [entry]}]}
    return {part: [entry] if part in OUTER else entry}


def tries(constraint):
    """Return values just inside and just outside of what a constraint allows."""
    if constraint.name in TRIED:
        return TRIED[constraint.name]
    limits = dict(constraint.condition.children)
    field = next(iter(limits)).rsplit("__", 1)[0]
    if constraint.name.endswith("_listed"):
        return [{field: code} for code in (*limits[f"{field}__in"], "nonsense") if code]
    low, high = limits[f"{field}__gte"], limits[f"{field}__lte"]
    return [{field: value} for value in (low - 1, low, high, high + 1)]


def database_refuses(part, constraint, values):
    model = MODELS[part]
    try:
        constraint.validate(model, model(**values))
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize(
    ("part", "constraint"), CONSTRAINTS, ids=[one.name for _part, one in CONSTRAINTS]
)
def test_rule_pack_and_database_refuse_the_same(part, constraint):
    answers = {
        tuple(values.items()): (
            database_refuses(part, constraint, values),
            any(one.field in values for one in hard(in_its_place(part, values))),
        )
        for values in tries(constraint)
    }
    assert {by_database == by_rules for by_database, by_rules in answers.values()} == {
        True
    }, answers
    assert {by_database for by_database, _by_rules in answers.values()} == {True, False}


@pytest.mark.parametrize("part", MODELS)
def test_a_record_has_the_fields_of_the_models(part):
    fields = {field.name for field in MODELS[part]._meta.get_fields() if field.concrete}
    back = LEADS_BACK | ({"procedure"} if part == "levels" else set())
    assert set(SHAPE[part]) - {"key"} == fields - back
    assert ("key" in SHAPE[part]) == (part in ("targets", "procedures"))


def whole_participant(code="north"):
    """Somebody with one row or more of everything, and nothing wrong."""
    person = factories.participant(site=factories.site(code), sex="F", age_at_index=50)
    pain = factories.target(person, dermatomes=["L5", "S1"])
    done = factories.procedure(person, contralateral_intended=False)
    TreatedLevel.objects.create(procedure=done, level="L5", side="left")
    before = factories.assessment(person, day=-7)
    after = factories.assessment(person, day=42)
    factories.score(before, "nrs_worst", 8, target=pain)
    factories.score(after, "nrs_worst", 3, target=pain)
    factories.score(after, "odi", missing="refused")
    factories.score(after, "opioid_mme", "44.5", answers={"tramadol": 222.5})
    finding = {"area": "L5", "side": "left", "term": "hypoaesthesia"}
    SensoryFinding.objects.create(assessment=after, **finding, is_expected=True)
    Complication.objects.create(
        participant=person,
        procedure=done,
        term="csf_leak",
        onset_day=2,
        source="clinician",
    )
    Therapy.objects.create(participant=person, kind="opioid", start_day=-90)
    Disposition.objects.create(participant=person, event="ongoing", day=42)
    Contact.objects.create(participant=person, day=40, result="reached")
    return person


def test_a_stored_participant_comes_back_field_by_field():
    person = whole_participant()
    found = record(person)
    pain, done = person.targets.get(), person.procedures.get()
    assert set(found) == {"cohort", "participant", *OUTER}
    assert found["cohort"]["protocol"] == "spinal_root_ganglion"
    assert found["participant"]["study_id"] == person.study_id
    assert found["participant"]["site"] == "north"
    assert found["participant"]["arm"] == ""
    assert found["targets"][0]["key"] == pain.pk
    assert found["targets"][0]["dermatomes"] == ["L5", "S1"]
    assert found["procedures"][0]["target"] == pain.pk
    assert found["procedures"][0]["levels"][0]["level"] == "L5"
    assert found["complications"][0]["procedure"] == done.pk
    before, after = found["assessments"]
    assert [before["day"], after["day"]] == [-7, 42]
    assert before["scores"][0]["value"] == 8
    values = {score["instrument"]: score for score in after["scores"]}
    assert values["odi"]["missing"] == "refused"
    assert values["opioid_mme"]["answers"] == {"tramadol": Decimal("222.5")}
    assert after["findings"][0]["area"] == "L5"
    assert found["dispositions"][0]["event"] == "ongoing"


def test_a_sound_participant_breaks_no_rule_and_a_bad_row_is_found_in_its_place():
    person = whole_participant()
    assert examine(record(person)) == []
    Disposition.objects.create(
        participant=person, event="died", day=30, death_cause="disease"
    )
    found = examine(record(person))
    assert {(one.rule, one.place) for one in found} == {
        ("death.something_after", "assessments[1].day"),
        ("death.something_after", "dispositions[1].day"),
    }


def test_records_keep_to_the_participants_asked_for():
    here, there = whole_participant(), whole_participant("south")
    found = list(records(Participant.objects.filter(site__code="south")))
    assert [one["participant"]["study_id"] for one in found] == [there.study_id]
    assert here.study_id != there.study_id


def test_a_chunk_takes_the_same_queries_however_many_are_in_it(
    django_assert_num_queries,
):
    for _number in range(5):
        whole_participant()
    everybody = Participant.objects.all()
    with django_assert_num_queries(11):  # one for the people, ten for their parts
        assert len(list(records(everybody[:1]))) == 1
    with django_assert_num_queries(11):
        assert len(list(records(everybody))) == 5
    with django_assert_num_queries(1 + 3 * 10):
        assert len(list(records(everybody, chunk_size=2))) == 5
