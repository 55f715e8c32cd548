"""`verify_audit` as it is run: its lines, its exit codes, and while others write."""

import time

import pytest
from django.core.management import CommandError, call_command

from registry.audit import verify as proof
from registry.audit.context import acting, nobody
from registry.models import Event, Seal, Site
from tests import factories
from tests.audit.own_registry import own_registry
from tests.audit.trail import IS_SQLITE, fault, sealed, tamper

STAGES = ("triggers", "events", "seals", "checkpoint", "data", "file")


@pytest.fixture
def registry(tmp_path):
    with own_registry(tmp_path) as made:
        yield made


def lines(text):
    return [line.split() for line in text.splitlines()]


@pytest.mark.django_db(transaction=True)
def test_it_tells_each_stage_and_that_the_trail_holds(capsys):
    with nobody(), acting("user:cora", through="page"):
        factories.pain_scores(factories.participant(), {0: 8})
    call_command("verify_audit")
    told = capsys.readouterr().out
    assert tuple(line[1] for line in lines(told)[:-1]) == STAGES
    assert {line[0] for line in lines(told)[:-1]} == {"ok"}
    assert told.endswith("The audit trail holds.\n")


@pytest.mark.django_db
def test_it_stops_at_the_first_fault_names_it_and_exits_1(capsys):
    factories.site()
    sealed()
    tamper("UPDATE registry_audit_event SET actor = 'user:sam'")
    with pytest.raises(SystemExit) as exited:
        call_command("verify_audit")
    assert exited.value.code == 1
    told = capsys.readouterr()
    assert [line[:2] for line in lines(told.out)] == [
        ["ok", "triggers"],
        ["FAIL", "events"],
    ]
    number = Event.objects.earliest("pk").pk
    assert told.err.strip() == (
        f"Event {number} is not what was written: its digest differs."
    )


@pytest.mark.django_db(transaction=True)
def test_it_seals_what_is_not_sealed_yet():
    with nobody(), acting("user:cora", through="page") as now:
        factories.site()
        now.has_written = False
    assert not Seal.objects.exists()
    call_command("verify_audit", verbosity=0)
    assert Seal.objects.get().count == Event.objects.count()


@pytest.mark.django_db(transaction=True)
def test_after_an_incident_it_accepts_for_a_reason(capsys):
    with nobody(), acting("user:cora", through="page"):
        factories.site()
    tamper("UPDATE registry_site SET name = 'behind'")
    with nobody(), pytest.raises(SystemExit):
        call_command("verify_audit")
    with nobody(), pytest.raises(CommandError, match="Say why"):
        call_command("verify_audit", accept=" ")
    with nobody():
        call_command("verify_audit", accept="mended by hand after the crash")
        call_command("verify_audit")
    assert "Accepted: 1 rows were not what" in capsys.readouterr().out
    assert Event.objects.get(action="found").reason == "mended by hand after the crash"


@pytest.mark.django_db
def test_a_line_at_most_once_a_second_tells_how_far_it_is(monkeypatch):
    Site.objects.bulk_create(Site(code=f"s{n}", name="S") for n in range(2_000))
    told = []
    monkeypatch.setattr(proof, "SECONDS_BETWEEN", 0.0)
    list(proof.verify(tell=told.append))
    assert told[0] == "events: 512"
    monkeypatch.setattr(proof, "SECONDS_BETWEEN", 60.0)
    told.clear()
    list(proof.verify(tell=told.append))
    assert told == []


WRITERS = """
import sys, threading
errors = []
def write(name):
    try:
        for number in range(40):
            with acting(f"user:{name}", through="page"):
                Site.objects.update_or_create(
                    code=f"{name}{number % 3}", defaults={"name": str(number)}
                )
    except BaseException as error:
        errors.append(repr(error))
    finally:
        connection.close()
threads = [threading.Thread(target=write, args=(name,)) for name in "abcdefgh"]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(*errors)
sys.exit(bool(errors))
"""


def test_it_holds_at_every_moment_while_eight_threads_write(registry):
    writers = registry.start(WRITERS)
    runs = 0
    while writers.poll() is None or not runs:
        done = registry.command("verify_audit")
        assert done.returncode == 0, done.stdout + done.stderr
        runs += 1
        time.sleep(0.1)
    out, err = writers.communicate()
    assert writers.returncode == 0, out + err
    done = registry.command("verify_audit")
    assert done.returncode == 0, done.stdout + done.stderr
    counts = registry.python("print(Event.objects.count(), Seal.objects.count())")
    events, seals = map(int, counts.split())
    assert events >= 8 * 38
    assert 1 <= seals <= events


FLIPS = """
import random, sqlite3
from pathlib import Path
path = Path(connection.settings_dict["NAME"])
connection.close()
whole = path.read_bytes()
def content():
    rows = []
    with sqlite3.connect(path) as raw:
        raw.text_factory = bytes
        for (name,) in raw.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' "
            "AND (name LIKE 'registry%' OR name LIKE 'outcomes%')").fetchall():
            rows += raw.execute(f'SELECT * FROM "{name.decode()}"').fetchall()
    raw.close()
    return sorted(map(repr, rows))
before = content()
chance, found, harmless = random.Random(7), 0, 0
for _ in range(120):
    place = chance.randrange(len(whole))
    damaged = bytearray(whole)
    damaged[place] ^= 1 << chance.randrange(8)
    path.write_bytes(damaged)
    faults = [stage.fault for stage in verify() if stage.fault]
    connection.close()
    if faults:
        found += 1
    else:
        assert content() == before, place
        harmless += 1
path.write_bytes(whole)
assert not [stage.fault for stage in verify() if stage.fault]
print(found, harmless)
"""


@pytest.mark.skipif(not IS_SQLITE, reason="the embedded database is one file")
def test_a_flipped_bit_anywhere_in_the_file_is_found_or_changed_nothing(registry):
    registry.python(
        "with acting('user:cora', through='page'):\n"
        "    for number in range(150):\n"
        "        site = Site.objects.create(code=f's{number}', name='N' * 90)\n"
        "    Site.objects.update(name='changed')\n"
        "with connection.cursor() as cursor:\n"
        "    cursor.execute('PRAGMA wal_checkpoint(TRUNCATE)')\n"
        "    cursor.execute('PRAGMA journal_mode=DELETE')\n"
        "connection.close()\n"
    )
    found, harmless = map(int, registry.python(FLIPS).split())
    assert found + harmless == 120
    assert found > 20


@pytest.mark.skipif(not IS_SQLITE, reason="the embedded database is one file")
@pytest.mark.parametrize("place", [0, 20, 105, 4_096 + 2])
def test_a_file_that_is_no_database_any_more_is_a_sentence(registry, place):
    damaged = bytearray(registry.path.read_bytes())
    damaged[place : place + 40] = b"\xf4" * 40
    registry.path.write_bytes(damaged)
    done = registry.command("verify_audit")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_process_that_dies_in_the_midst_leaves_a_trail_that_holds(registry):
    for moment in (1.2, 2.4):
        writers = registry.start(WRITERS)
        time.sleep(moment)
        writers.kill()
        writers.communicate()
        done = registry.command("verify_audit")
        assert done.returncode == 0, done.stdout + done.stderr


def test_without_a_registry_it_says_so(tmp_path, registry):
    other = tmp_path / "other"
    other.mkdir()
    if not IS_SQLITE:
        pytest.skip("an empty server database looks the same")
    registry.environment["REGISTRY_HOME"] = str(other)
    done = registry.command("verify_audit")
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "CommandError: There is no registry in this database yet."
    )


@pytest.mark.django_db
def test_the_proof_itself_writes_nothing():
    factories.site()
    sealed()
    before = Event.objects.count(), Seal.objects.count()
    assert fault() == ""
    assert (Event.objects.count(), Seal.objects.count()) == before
