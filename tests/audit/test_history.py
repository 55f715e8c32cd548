"""From the trail alone any past version is rebuilt, and it reads as the record does."""

import json
import random
from decimal import Decimal

import pytest

from outcomes.history import described, events_of
from outcomes.models import Assessment, Score
from registry.audit.context import acting
from registry.models import Event, Participant
from tests import factories
from tests.audit.trail import fault, newest, sealed

pytestmark = pytest.mark.django_db
MODELS = (Participant, Assessment, Score)


def snapshot():
    """The rows as the application sees them."""
    return {
        (model._meta.db_table, row["id"]): row
        for model in MODELS
        for row in model.objects.values()
    }


def rebuilt(until):
    """The same from the events up to a number alone."""
    rows = {}
    for event in Event.objects.filter(pk__lte=until).order_by("pk"):
        rows[event.table, int(event.row)] = json.loads(event.new) if event.new else None
    return {
        key: typed(key[0], row)
        for key, row in rows.items()
        if row is not None and key[0] in {model._meta.db_table for model in MODELS}
    }


def typed(table, row):
    model = next(model for model in MODELS if model._meta.db_table == table)
    row = dict(row)
    if model is Score:
        row["value"] = None if row["value"] is None else Decimal(row["value"])
        row["answers"] = None if row["answers"] is None else json.loads(row["answers"])
    return {field.attname: row[field.column] for field in model._meta.concrete_fields}


def edit(chance, people):
    """One random edit, of every kind that the pages and commands make."""
    kind = chance.choice(["person", "visit", "score", "bulk", "answers", "drop", "new"])
    person = chance.choice(people)
    if kind == "person":
        person.age_at_index = chance.choice([None, chance.randrange(90)])
        person.is_prospective = chance.random() < 0.5
        person.save()
    elif kind == "visit":
        day = chance.randrange(1, 700)
        visit, _ = Assessment.objects.get_or_create(
            participant=person, day=day, defaults={"is_after_procedure": True}
        )
        Score.objects.get_or_create(
            assessment=visit, instrument="nrs_average", defaults={"value": day % 11}
        )
    elif kind == "score":
        for score in Score.objects.order_by("?")[:1]:
            score.value = Decimal(chance.randrange(10_000_000)) / 1_000_000
            score.save()
    elif kind == "bulk":
        Participant.objects.update(sex=chance.choice("FMIU"))
    elif kind == "answers":
        Score.objects.update(answers=chance.choice([None, [], {"ä": [1.5, "\n"]}, "x"]))
    elif kind == "drop":
        Assessment.objects.filter(day__gt=chance.randrange(700)).delete()
    else:
        people.append(factories.participant(sex=chance.choice("FM")))


@pytest.mark.parametrize("seed", range(3))
def test_any_version_after_two_hundred_edits_is_rebuilt_as_it_was(seed):
    chance, people, steps = random.Random(seed), [factories.participant()], []
    for number in range(200):
        with acting(f"user:{number % 5}", through="page"):
            edit(chance, people)
        steps.append((newest(), snapshot()))
    sealed()
    for until, seen in steps[:: 1 if seed == 0 else 10]:
        assert rebuilt(until) == seen
    assert fault() == ""


def test_a_records_history_tells_its_own_changes_newest_first():
    person = factories.pain_scores(factories.participant(), {0: 8, 91: 3})
    factories.pain_scores(factories.participant(), {0: 5})
    with acting(
        "user:cora", through="page:POST /x", reason="typed from the wrong line"
    ):
        Score.objects.filter(assessment__participant=person, value=3).update(
            value="3.5"
        )
    told = [described(event) for event in events_of(person)]
    assert told[0].what == "score"
    assert told[0].fields == (("value", "3", "3.5"),)
    assert (told[0].actor, told[0].reason) == (
        "user:cora",
        "typed from the wrong line",
    )
    assert [one.action for one in told] == ["update", *["insert"] * 5]


def test_the_history_of_a_record_shows_no_other_record():
    person, other = factories.participant(), factories.participant()
    factories.pain_scores(other, {0: 5})
    assert {event.row for event in events_of(person)} == {str(person.pk)}
