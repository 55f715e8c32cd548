"""Events are sealed once they are committed: none is lost, and writers hardly wait."""

import threading
import time

import pytest
from django.db import DatabaseError, connection, transaction

from registry.audit import seals
from registry.audit.context import acting, nobody
from registry.audit.seals import seal, seal_and_sign
from registry.models import Event, Seal, Site
from tests.audit.trail import IS_SQLITE, fault, newest, rolled_back

pytestmark = pytest.mark.django_db(transaction=True)
POSTGRESQL = pytest.mark.skipif(IS_SQLITE, reason="SQLite has one writer at a time")


def make_site(code):
    return Site.objects.create(code=code, name=code)


@pytest.fixture(autouse=True)
def the_test_itself_is_nobody():
    with nobody():
        yield


def in_a_thread(run):
    """Run something on a connection of its own; return the thread, started."""

    def on_its_own():
        try:
            run()
        finally:
            connection.close()

    thread = threading.Thread(target=on_its_own)
    thread.start()
    return thread


def write_and_fail():
    with acting("user:cora", through="page"):
        make_site("a")
        raise ZeroDivisionError("the error itself")


def test_what_was_written_is_sealed_when_the_outermost_context_ends():
    with acting("user:cora", through="page"):
        with acting("user:ivan", through="page"):
            make_site("a")
        assert not Seal.objects.exists()
        make_site("b")
    assert Seal.objects.get().count == 2
    assert fault() == ""


def test_a_context_that_writes_nothing_seals_nothing():
    with acting("user:cora", through="page"):
        list(Site.objects.all())
    assert not Seal.objects.exists()


def test_inside_a_transaction_the_sealing_waits_for_the_commit():
    with transaction.atomic():
        for code in "abc":
            with acting("user:cora", through="page"):
                make_site(code)
        assert not Seal.objects.exists()
        hooks = [hook for _, hook, *_ in connection.run_on_commit]
        assert hooks.count(seal_and_sign) == 1
    assert Seal.objects.get().count == 3


def test_what_was_rolled_back_is_not_sealed():
    with acting("user:cora", through="page"), rolled_back():
        make_site("a")
    assert not Seal.objects.exists()
    assert fault() == ""


def test_an_error_is_not_masked_and_what_stands_is_sealed():
    with pytest.raises(ZeroDivisionError, match="the error itself"):
        write_and_fail()
    assert Seal.objects.get().count == 1


def test_an_error_is_not_masked_when_the_sealing_fails_too(settings, caplog):
    settings.AUDIT_CHECKPOINT.parent.joinpath("checkpoint.json.new").mkdir()
    with pytest.raises(ZeroDivisionError, match="the error itself"):
        write_and_fail()
    assert "could not be sealed" in caplog.text
    assert Site.objects.count() == 1


def test_many_events_are_sealed_a_part_at_a_time(monkeypatch):
    monkeypatch.setattr(seals, "AT_ONCE", 7)
    with acting("user:cora", through="page"):
        Site.objects.bulk_create(Site(code=f"s{n}", name="S") for n in range(30))
    assert [one.count for one in Seal.objects.order_by("pk")] == [7, 7, 7, 7, 2]
    assert [one.pk for one in Seal.objects.order_by("pk")] == [1, 2, 3, 4, 5]
    assert fault() == ""


def test_two_who_seal_at_once_make_one_chain():
    def work(name):
        for number in range(12):
            with acting(f"user:{name}", through="page"):
                make_site(f"{name}{number}")

    if IS_SQLITE:
        pytest.skip("threads share the tests' one connection in memory")
    threads = [in_a_thread(lambda name=name: work(name)) for name in "abcd"]
    for thread in threads:
        thread.join()
    seal_and_sign()
    assert Site.objects.count() == 48
    assert sum(one.count for one in Seal.objects.all()) == 48
    assert fault() == ""


@POSTGRESQL
def test_a_transaction_open_across_two_seal_runs_is_sealed_later():
    first_written, may_commit = threading.Event(), threading.Event()

    def slow():
        with acting("user:cora", through="page"), transaction.atomic():
            make_site("slow")
            first_written.set()
            may_commit.wait(20)

    thread = in_a_thread(slow)
    assert first_written.wait(20)
    with acting("user:ivan", through="page"):
        make_site("quick")
    assert seal() is None
    assert not Seal.objects.exists()
    with acting("user:ivan", through="page"):
        make_site("again")
    assert fault() == ""
    may_commit.set()
    thread.join()
    assert Seal.objects.latest("pk").last == newest()
    assert sum(one.count for one in Seal.objects.all()) == 3
    assert fault() == ""


@POSTGRESQL
def test_a_long_transaction_does_not_keep_others_waiting():
    written, may_end = threading.Event(), threading.Event()

    def load():
        with acting("user:cora", through="load"), transaction.atomic():
            make_site("load")
            written.set()
            may_end.wait(30)

    thread = in_a_thread(load)
    assert written.wait(20)
    for number in range(20):
        with acting("user:ivan", through="page"):
            make_site(f"s{number}")
    assert thread.is_alive()  # all twenty went by while it was still open
    may_end.set()
    thread.join()
    assert fault() == ""


@POSTGRESQL
def test_writers_that_never_pause_are_made_to_wait_a_moment(monkeypatch):
    monkeypatch.setattr(seals, "BACKLOG", 5)
    stop = threading.Event()

    def keep_writing(name):
        number = 0
        while not stop.is_set():
            with acting(f"user:{name}", through="load"), transaction.atomic():
                make_site(f"{name}{number}")
                time.sleep(0.02)
                number += 1

    threads = [in_a_thread(lambda name=name: keep_writing(name)) for name in "abcd"]
    time.sleep(3)
    sealed = Seal.objects.count()
    stop.set()
    for thread in threads:
        thread.join()
    assert sealed > 0
    seal_and_sign()
    assert fault() == ""


@POSTGRESQL
def test_a_sealing_in_progress_does_not_keep_writers_waiting():
    with acting("user:cora", through="page"):
        make_site("a")
    written = []

    def write():
        with acting("user:ivan", through="page") as now:
            make_site("b")
            now.has_written = False  # the sealing itself waits for its turn
        written.append("b")

    with seals.one_at_a_time():
        in_a_thread(write).join(20)
        assert written


@POSTGRESQL
@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_the_chain_does_not_fork_under_a_stricter_isolation(level):
    with connection.cursor() as cursor:
        cursor.execute(f"SET default_transaction_isolation = '{level.lower()}'")
    for code in "abc":
        with acting("user:cora", through="page"), transaction.atomic():
            Site.objects.count()
            make_site(code)
    assert Seal.objects.count() == 3
    assert fault() == ""
    connection.close()


def test_a_refused_write_seals_nothing_and_the_next_one_does():
    with acting("user:cora", through="page"):
        make_site("a")
        with pytest.raises(DatabaseError):
            make_site("a")
    with acting("user:cora", through="page"):
        make_site("b")
    assert sum(one.count for one in Seal.objects.all()) == Event.objects.count() == 2
    assert fault() == ""
