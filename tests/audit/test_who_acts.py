"""Who, through which door and why: never empty, never somebody else's."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from registry.audit import telling
from registry.audit.context import acting, command, current, nobody, operator
from registry.models import Site
from tests import factories
from tests.audit.trail import IS_SQLITE, fault, newest, recorded, rolled_back

REFUSAL = "A change to registry_site was refused: nobody is acting"


def told(events):
    return [(one.actor, one.through, one.reason, one.batch) for one in events]


def make_site(code="north"):
    return Site.objects.create(code=code, name=code)


@pytest.mark.django_db
def test_an_event_says_who_through_what_and_why():
    with (
        recorded() as events,
        acting("user:cora", through="page:POST /x", reason="typo"),
    ):
        make_site()
    assert told(events) == [("user:cora", "page:POST /x", "typo", "")]


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["", "   ", "\n\t"])
def test_a_reason_that_is_not_given_is_the_door(reason):
    with recorded() as events, acting("user:cora", through="page", reason=reason):
        make_site()
    assert told(events) == [("user:cora", "page", "page", "")]


@pytest.mark.django_db
def test_a_command_acts_as_the_operator():
    with recorded() as events, command("load_table", batch="ABC"):
        make_site()
    assert told(events) == [
        (operator(), "command:load_table", "command:load_table", "ABC")
    ]
    assert operator().startswith("cli:")


@pytest.mark.django_db
def test_the_inner_one_acts_and_then_the_outer_one_again():
    with recorded() as events, acting("user:cora", through="page"):
        make_site("a")
        with acting("user:ivan", through="api", batch="B"):
            make_site("b")
            with acting("user:sam", through="page"):
                make_site("c")
            make_site("d")
        make_site("e")
    actors = [one.actor.removeprefix("user:") for one in events]
    assert actors == ["cora", "ivan", "sam", "ivan", "cora"]
    assert [one.batch for one in events] == ["", "B", "", "B", ""]


@pytest.mark.django_db
def test_the_inner_one_tells_the_outer_one_what_it_wrote():
    with acting("user:cora", through="page") as outer:
        assert not outer.has_written
        with acting("user:ivan", through="page") as inner:
            make_site()
        assert inner.has_written
        assert outer.has_written


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["insert", "update", "delete"])
def test_a_write_as_nobody_is_refused_in_one_sentence(statement):
    site, start = make_site(), newest()
    write = {
        "insert": lambda: make_site("south"),
        "update": lambda: Site.objects.update(name="changed"),
        "delete": site.delete,
    }[statement]
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), nobody():
        write()
    assert str(refused.value).splitlines()[0].startswith(REFUSAL)
    assert newest() == start
    assert Site.objects.get().name == "north"


@pytest.mark.django_db
def test_after_somebody_acted_nobody_is_nobody_again():
    with transaction.atomic():
        make_site()
        with pytest.raises(DatabaseError, match=REFUSAL), rolled_back(), nobody():
            make_site("south")
        make_site("east")
    assert Site.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.skipif(IS_SQLITE, reason="SQLite takes one statement at a time")
def test_a_write_behind_a_read_is_not_put_down_to_who_acted_before():
    with recorded() as events, transaction.atomic():
        with acting("user:cora", through="page"):
            make_site()
        with acting("user:ivan", through="page"), connection.cursor() as cursor:
            cursor.execute("SELECT 1; UPDATE registry_site SET name = 'x'; SELECT 2")
            cursor.execute("SELECT 3;")
            assert cursor.fetchall() == [(3,)]
    assert [one.actor for one in events] == ["user:cora", "user:ivan"]


@pytest.mark.parametrize(("actor", "through"), [("", "page"), ("cora", ""), (" ", "x")])
def test_who_and_through_what_cannot_be_left_out(actor, through):
    before = current()
    with pytest.raises(ValueError, match="must be told"):
        acting(actor, through=through).__enter__()
    assert current() is before


def test_a_batch_that_a_database_would_cut_is_refused():
    with pytest.raises(ValueError, match="40 characters"):
        acting("user:cora", through="page", batch="x" * 41).__enter__()


@pytest.mark.django_db
def test_long_names_paths_and_reasons_are_cut_to_what_fits():
    with recorded() as events, acting("a" * 300, through="p" * 300, reason="r" * 900):
        make_site()
    assert told(events) == [("a" * 200, "p" * 200, "r" * 500, "")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ('user:o\'hara "x" \\ % %s ; --', 'user:o\'hara "x" \\ % %s ; --'),
        ("user:医者 Zoë \U0001f600", "user:医者 Zoë \U0001f600"),
        ("user:a\x00b\x1fc", "user:a\ufffdb c"),
        ("user:\ud800x", "user:\ufffdx"),
        ("user:a\r\nb\u202ec", "user:a b\ufffdc"),
        ("x" * 199 + "\U0001f600\U0001f600", "x" * 199 + "\U0001f600"),
    ],
)
def test_names_with_odd_characters_are_kept_as_a_database_can(name, kept):
    with recorded() as events, acting(name, through=name, reason=name, batch=name[:40]):
        make_site()
    ((actor, through, reason, _),) = told(events)
    assert actor == through == reason[:200] == kept
    assert fault() == ""


@pytest.mark.django_db(transaction=True)
def test_a_thread_of_its_own_starts_as_nobody():
    refusals = []

    def write():
        try:
            make_site("thread")
        except DatabaseError as refusal:
            refusals.append(str(refusal))
        finally:
            connection.close()

    with acting("user:cora", through="page"):
        make_site()
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert refusals[0].startswith("A change to registry_site was refused")
    assert Site.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_closed_tells_again():
    make_site("a")
    if not IS_SQLITE:  # closing would take the tests' database in memory with it
        connection.close()
    with recorded() as events, acting("user:cora", through="page"):
        make_site("b")
    assert [one.actor for one in events] == ["user:cora"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(IS_SQLITE, reason="SQLite's triggers ask by themselves")
def test_wrappers_of_others_come_and_go_without_taking_ours():
    def theirs(execute, sql, params, many, context):
        return execute(sql, params, many, context)

    connection.close()
    connection.execute_wrappers.clear()
    with connection.execute_wrapper(theirs):
        make_site("a")  # connects within the block
    assert telling.tell_who_acts in connection.execute_wrappers
    make_site("b")
    assert Site.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_without_autocommit_nothing_is_sealed_that_may_be_rolled_back():
    from registry.models import Seal

    transaction.set_autocommit(False)
    try:
        with nobody(), acting("user:cora", through="shell"):
            make_site()
        assert not Seal.objects.exists()
        transaction.rollback()
    finally:
        transaction.set_autocommit(True)
    assert not Site.objects.exists()
    with nobody(), acting("user:cora", through="shell"):
        factories.site("later")
    assert Seal.objects.get().count == 1
