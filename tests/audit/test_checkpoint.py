"""The checkpoint outside the database tells when the database itself was put back."""

import json

import pytest
from django.conf import settings
from django.db import connection

from registry.audit import checkpoint, digests
from registry.audit.accepting import accept
from registry.audit.context import acting, nobody
from registry.errors import Refused
from registry.models import Event, Seal, Site
from tests import factories
from tests.audit.trail import fault, photograph, put_back, sealed, tamper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def path():
    """Two seals, and the checkpoint of the second."""
    work("monday")
    work("tuesday")
    assert fault() == ""
    return settings.AUDIT_CHECKPOINT


def work(name):
    """What a request does: act, write, and seal when done."""
    with nobody(), acting("user:cora", through="page"):
        Site.objects.update_or_create(code="north", defaults={"name": name})


def named(path):
    return json.loads(path.read_text())["seal"]


def test_the_checkpoint_names_the_last_seal(path):
    assert named(path) == Seal.objects.latest("pk").pk == 2


def test_only_its_owner_reads_it(path):
    assert path.stat().st_mode & 0o777 == 0o600


def test_yesterdays_database_under_todays_checkpoint_is_found(path):
    yesterday = photograph()
    work("today")
    put_back(yesterday)
    assert Site.objects.get().name == "tuesday"
    assert "names seal 3" in fault()
    assert "another database was put in its place" in fault()


def test_work_after_that_does_not_hide_it(path, caplog):
    """Not even once there are more seals than the checkpoint knew."""
    yesterday = photograph()
    work("today")
    put_back(yesterday)
    for name in "abcde":
        work(name)
    assert Seal.objects.latest("pk").pk > 3
    assert named(path) == 3
    assert "names seal 3" in fault()
    assert "The checkpoint is not renewed." in caplog.text


def test_the_checkpoint_never_goes_back(path):
    before = path.read_text()
    work("today")
    tamper("DELETE FROM registry_audit_event WHERE id > 2")
    tamper("DELETE FROM registry_audit_seal WHERE id = 3")
    sealed()
    assert named(path) == 3
    path.write_text(before)
    sealed()
    assert named(path) == 2


def test_a_removed_checkpoint_is_found_and_stays_missing(path):
    path.unlink()
    assert fault() == f"The checkpoint {path} is missing."
    work("today")
    assert not path.exists()
    assert "is missing" in fault()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[1]",
        "null",
        '"x"',
        "\x00",
        "{" * 500,
        '{"seal": 2, "digest": "x", "event": 2, "at": "2026", "signature": "y"}',
        '{"seal": 2, "digest": "x", "event": 2, "at": "2026", "signature": "\\ud800"}',
    ],
)
def test_a_forged_checkpoint_is_found_and_stays_as_it_is(path, content):
    path.write_text(content)
    assert "does not carry this registry's signature" in fault()
    work("today")
    assert path.read_text() == content
    assert "does not carry" in fault()


@pytest.mark.parametrize("field", ["seal", "digest", "event", "at", "signature"])
def test_any_field_changed_in_the_checkpoint_is_found(path, field):
    content = json.loads(path.read_text())
    content[field] = content[field] - 1 if field in ("seal", "event") else "x"
    path.write_text(json.dumps(content))
    assert "does not carry" in fault()


def test_the_checkpoint_of_another_registry_is_found(path, settings):
    content = json.loads(path.read_text())
    settings.AUDIT_KEY = "the key of another hospital"
    del content["signature"]
    content["signature"] = checkpoint.signature(content)
    settings.AUDIT_KEY = "an audit key for tests alone"
    path.write_text(json.dumps(content))
    assert "does not carry" in fault()


def test_the_checkpoint_of_another_registry_under_the_same_key_is_found(path):
    content = json.loads(path.read_text())
    del content["signature"]
    content["digest"] = digests.keyed(b"another")
    content["signature"] = checkpoint.signature(content)
    path.write_text(json.dumps(content))
    assert "which the database does not hold" in fault()


def test_an_older_checkpoint_passes_and_is_renewed(path):
    before = path.read_text()
    work("today")
    path.write_text(before)
    assert fault() == ""
    work("tomorrow")
    assert named(path) == 4


def test_a_checkpoint_that_cannot_be_written_loses_nothing(path, caplog):
    obstacle = path.with_name("checkpoint.json.new")
    obstacle.mkdir()
    work("today")
    assert Site.objects.get().name == "today"
    assert "could not be sealed" in caplog.text
    assert named(path) == 2
    obstacle.rmdir()
    work("tomorrow")
    assert named(path) == Seal.objects.latest("pk").pk
    assert fault() == ""


def test_a_database_put_back_is_accepted_for_a_reason_that_is_recorded(path):
    yesterday = photograph()
    work("today")
    put_back(yesterday)
    with nobody():
        assert accept(connection, "disk failure, backup of the 3rd") == 0
    assert fault() == ""
    event = Event.objects.latest("pk")
    assert event.action == "accept"
    assert event.actor.startswith("cli:")
    assert "disk failure" in event.reason
    assert '"seal": 3' in event.reason
    work("tomorrow")
    assert fault() == ""


def test_rows_that_differ_are_recorded_as_found_when_they_are_accepted(path):
    tamper("UPDATE registry_site SET name = 'behind'")
    tamper("INSERT INTO registry_site (id, code, name) VALUES (77, 'x', 'X')")
    with nobody():
        assert accept(connection, "mended by hand after the crash") == 2
    assert fault() == ""
    found = Event.objects.filter(action="found")
    assert sorted((one.old is None, "behind" in one.new) for one in found) == [
        (False, True),
        (True, False),
    ]


def test_nothing_is_accepted_without_a_reason_or_over_a_changed_history(path):
    factories.site("south")
    sealed()
    with pytest.raises(Refused, match="Say why"):
        accept(connection, "  ")
    tamper("UPDATE registry_audit_event SET actor = 'user:sam' WHERE action = 'update'")
    with pytest.raises(Refused, match="History itself was changed"):
        accept(connection, "because")
