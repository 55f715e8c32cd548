"""What an insider changes behind the log is found, and the place is named.

The insider takes the triggers away and puts identical ones back; on PostgreSQL he also
recomputes the digest of an event, which lies in the database without a key.
"""

import json

import pytest
from django.core import signing

from registry.audit.digests import FIELDS, event_digest
from registry.models import Event, Seal
from tests.audit.trail import (
    IS_SQLITE,
    behind_the_log,
    fault,
    newest,
    tamper,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("long_standing")]
EVENTS, SEALS = "registry_audit_event", "registry_audit_seal"


def test_an_untouched_registry_passes():
    with behind_the_log():
        pass
    assert fault() == ""
    assert Seal.objects.count() == 3


def forged(number, **changed):
    """Change an event, its digest too, as far as somebody without the key can."""
    event = Event.objects.get(pk=number)
    for name, value in changed.items():
        setattr(event, name, value)
    values = tuple(getattr(event, name) for name in FIELDS)
    digest = signing.salted_hmac("guess", repr(values)).hexdigest()
    if not IS_SQLITE:
        digest = event_digest(values, "postgresql")
    columns = {**changed, "digest": digest}
    sets = ", ".join(f'"{name}" = %s' for name in columns)
    tamper(f"UPDATE {EVENTS} SET {sets} WHERE id = %s", [*columns.values(), number])


@pytest.mark.parametrize("column", [*FIELDS, "digest"])
def test_an_edited_column_of_an_event_names_the_event(column):
    number = Event.objects.filter(action="update").first().pk
    value = f"{getattr(Event.objects.get(pk=number), column)}x"[-40:]
    assert tamper(f'UPDATE {EVENTS} SET "{column}" = %s WHERE id = %s', [value, number])
    assert fault() == f"Event {number} is not what was written: its digest differs."


@pytest.mark.parametrize("column", ["old", "new"])
def test_an_emptied_column_of_an_event_names_the_event(column):
    number = Event.objects.filter(action="update").first().pk
    tamper(f"UPDATE {EVENTS} SET {column} = NULL WHERE id = %s", [number])
    assert fault().startswith(f"Event {number} is not")


def test_a_column_moved_into_its_neighbour_names_the_event():
    event = Event.objects.filter(action="update").first()
    tamper(
        f"UPDATE {EVENTS} SET through = through || reason, reason = '' WHERE id = %s",
        [event.pk],
    )
    assert fault().startswith(f"Event {event.pk} is not")


@pytest.mark.parametrize("changed", [{"actor": "user:sam"}, {"reason": "none"}])
def test_an_event_edited_with_a_digest_that_fits_is_found(changed):
    number = Event.objects.filter(action="update").first().pk
    forged(number, **changed)
    found = f"Event {number} is not" if IS_SQLITE else "Seal 2 does not hold"
    assert fault().startswith(found)


def test_a_deleted_event_names_the_seal_it_was_under():
    number = Event.objects.filter(action="update").first().pk
    tamper(f"DELETE FROM {EVENTS} WHERE id = %s", [number])
    assert fault().startswith("Seal 2 does not hold")


def test_an_event_under_a_number_of_its_own_is_found():
    for number in (0, -5):
        tamper(f"UPDATE {EVENTS} SET id = {number} WHERE id = {newest()}")
        assert fault().startswith("Seal 1 does not hold")


def test_two_events_that_changed_places_are_found():
    first, second = Event.objects.filter(action="update").values_list("pk", flat=True)[
        :2
    ]
    with behind_the_log() as cursor:
        for old, new in ((first, -1), (second, first), (-1, second)):
            cursor.execute(f"UPDATE {EVENTS} SET id = %s WHERE id = %s", [new, old])
    assert fault().startswith("Seal 2 does not hold")


def test_a_forged_event_is_found_wherever_it_is_put():
    event = Event.objects.order_by("-pk").first()
    columns = ", ".join(f'"{name}"' for name in (*FIELDS, "digest"))
    for number in (0, event.pk + 1000):
        tamper(
            f"INSERT INTO {EVENTS} (id, {columns}) "
            f"SELECT {number}, {columns} FROM {EVENTS} WHERE id = {event.pk}"
        )
        assert fault()
        tamper(f"DELETE FROM {EVENTS} WHERE id = {number}")
        assert fault() == ""


def revert_everything_after(number):
    """Take the data back to how they were after an event."""
    with behind_the_log() as cursor:
        for event in Event.objects.filter(pk__gt=number).order_by("-pk"):
            key = "participant_id" if "sealed" in event.table else "id"
            if event.old is None:
                cursor.execute(f"DELETE FROM {event.table} WHERE {key} = {event.row}")
            elif event.new is not None:
                sex = json.loads(event.old)["sex"]
                cursor.execute(f"UPDATE {event.table} SET sex = %s", [sex])


@pytest.mark.parametrize("with_seals", [False, True])
@pytest.mark.parametrize("with_data", [False, True])
def test_a_cut_tail_is_found(with_seals, with_data):
    last = Seal.objects.get(pk=2).last
    if with_data:
        revert_everything_after(last)
    tamper(f"DELETE FROM {EVENTS} WHERE id > {last}")
    if with_seals:
        tamper(f"DELETE FROM {SEALS} WHERE id > 2")
    found = "names seal 3" if with_seals else "Seal 3 does not hold"
    assert found in fault()


def test_a_trail_cut_to_nothing_is_found():
    tamper(f"DELETE FROM {EVENTS}")
    tamper(f"DELETE FROM {SEALS}")
    assert "names seal 3" in fault()


@pytest.mark.parametrize(
    ("column", "value"),
    [("digest", "0" * 64), ("count", 1), ("last", 5), ("at", "2020"), ("id", 9)],
)
@pytest.mark.parametrize("seal", [1, 2, 3])
def test_a_changed_seal_is_named(seal, column, value):
    tamper(f"UPDATE {SEALS} SET {column} = %s WHERE id = %s", [value, seal])
    assert f"Seal {seal} " in fault()


@pytest.mark.parametrize("seal", [1, 2])
def test_a_deleted_seal_is_named(seal):
    tamper(f"DELETE FROM {SEALS} WHERE id = {seal}")
    assert fault().startswith(f"Seal {seal} is missing")


def test_the_last_seal_deleted_is_found_by_the_checkpoint():
    tamper(f"DELETE FROM {SEALS} WHERE id = 3")
    assert "names seal 3" in fault()


def test_a_forged_seal_is_named():
    tamper(
        f"INSERT INTO {SEALS} (id, at, last, count, digest) "
        f"VALUES (4, '2026', 999999, 0, '{'0' * 64}')"
    )
    assert fault().startswith("Seal 4 does not hold")
