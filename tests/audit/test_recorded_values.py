"""Every kind of value is recorded as it is, and what is secret only as a digest."""

import json
from decimal import Decimal

import pytest
from django.db import connection, transaction

from outcomes.models import Assessment, Score
from registry.models import Cohort, Event, Participant, SealedIndexDate, Site, User
from tests import factories
from tests.audit.trail import IS_SQLITE, changes, fault, newest, recorded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def every_trail_here_holds():
    yield
    assert fault() == ""


@pytest.fixture
def people():
    return [factories.participant(sex=sex) for sex in "FMU"]


def test_every_kind_of_value_is_recorded_as_it_is():
    person = factories.participant(is_prospective=False)
    visit = factories.assessment(person, day=91)
    score = factories.score(visit, "nrs_average", "7.123456", answers={"a": [1, None]})
    event = Event.objects.filter(table="outcomes_score").latest("pk")
    new = json.loads(event.new)
    assert Decimal(new["value"]) == score.value
    assert json.loads(new["answers"]) == {"a": [1, None]}
    assert (new["target_id"], new["missing"]) == (None, "")
    event = Event.objects.filter(table="registry_participant").latest("pk")
    assert json.loads(event.new)["is_prospective"] is False
    event = Event.objects.filter(table="outcomes_assessment").latest("pk")
    assert json.loads(event.new)["has_motor_deficit"] is None


def test_a_change_that_only_bytes_can_tell_is_recorded():
    person = factories.participant()
    visit = factories.assessment(person, day=91)
    score = factories.score(visit, "nrs_average", 7, answers=[1])
    with recorded() as events, connection.cursor() as cursor:
        for answers in ("[1.0]", "[1.00]"):
            cursor.execute("UPDATE outcomes_score SET answers = %s", [answers])
    assert changes(events, "answers") == [
        ("update", ("[1]",), ("[1.0]",)),
        ("update", ("[1.0]",), ("[1.00]",)),
    ]
    assert Score.objects.get(pk=score.pk).answers == [1]


def test_secrets_are_recorded_as_digests_alone():
    person = factories.participant()
    user = User.objects.create_user("cora", "a secret that is long")
    SealedIndexDate.objects.create(participant=person, ciphertext=b"\x00\xffsealed")
    with recorded() as events:
        User.objects.filter(pk=user.pk).update(password="another")
        SealedIndexDate.objects.update(ciphertext=b"\x00\xffother")
    assert len(events) == 2
    trail = "".join(f"{one.old}{one.new}" for one in Event.objects.all())
    for secret in (user.password, "another", "sealed", b"sealed".hex(), "other"):
        assert secret not in trail
    assert trail.count("sha256:") >= 6


def test_text_of_every_alphabet_is_recorded():
    name = "Zoë 医院 \U0001f3e5 \"'\\ \t\n\u200d\x7f\uffff"
    with recorded() as events:
        Site.objects.create(code="x", name=name)
    assert json.loads(events[0].new)["name"] == name


@pytest.mark.skipif(not IS_SQLITE, reason="PostgreSQL holds no NUL in text")
def test_a_nul_in_text_is_recorded():
    with recorded() as events:
        Site.objects.create(code="x", name="a\x00b")
        Site.objects.update(name="a\x00c")
    assert changes(events, "name")[1] == ("update", ("a\x00b",), ("a\x00c",))


def test_a_key_never_changes(people):
    with pytest.raises(Exception, match="never changes"), transaction.atomic():
        Participant.objects.filter(pk=people[0].pk).update(id=999)


def test_events_are_numbered_beyond_what_32_bits_hold(people):
    beyond = 2**31 + 5
    with connection.cursor() as cursor:
        if IS_SQLITE:
            cursor.execute(
                "UPDATE sqlite_sequence SET seq = %s "
                "WHERE name = 'registry_audit_event'",
                [beyond],
            )
        else:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('registry_audit_event', 'id'), "
                "%s)",
                [beyond],
            )
    people[0].delete()
    assert newest() == beyond + 1


def test_reading_leaves_no_event(people):
    with recorded() as events:
        list(Participant.objects.select_related("site").iterator())
        Assessment.objects.count()
        Cohort.objects.select_for_update().first()
    assert events == []
