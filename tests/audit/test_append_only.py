"""The trail cannot be edited by the application: every way to try is refused."""

import pytest
from django.db import DatabaseError, connection, transaction

from registry.audit.seals import seal
from registry.models import Event, Seal, Site
from tests import factories
from tests.audit.trail import IS_SQLITE, fault, rolled_back, run, sealed

pytestmark = pytest.mark.django_db
TRAIL = ("registry_audit_event", "registry_audit_seal")
REFUSAL = "append-only|TRUNCATE would leave no trace"
COPY_OF_AN_EVENT = (
    'SELECT "at", actor, through, reason, batch, action, "table", "row", old, new, '
    "digest FROM registry_audit_event LIMIT 1"
)


@pytest.fixture(autouse=True)
def a_trail_with_something_in_it():
    factories.pain_scores(factories.participant(), {0: 8, 91: 3})
    sealed()
    before = list(Event.objects.order_by("pk").values()), list(Seal.objects.values())
    yield
    after = list(Event.objects.order_by("pk").values()), list(Seal.objects.values())
    assert before == after
    assert fault() == ""


@pytest.mark.parametrize("table", TRAIL)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET digest = 'x'",
        "UPDATE {} SET digest = digest",
        "UPDATE {} SET id = id + 100 WHERE id = (SELECT max(id) FROM {})",
        "DELETE FROM {}",
        "DELETE FROM {} WHERE id = (SELECT max(id) FROM {})",
        "/* */ DELETE FROM {}",
    ],
)
def test_a_row_of_the_trail_is_neither_changed_nor_deleted(table, statement):
    with pytest.raises(DatabaseError, match=REFUSAL):
        run(statement.replace("{}", table))


@pytest.mark.parametrize("table", [*TRAIL, "registry_site", "outcomes_score"])
@pytest.mark.skipif(IS_SQLITE, reason="SQLite knows no TRUNCATE")
def test_neither_the_trail_nor_what_it_tells_of_is_truncated(table):
    connection.check_constraints()  # what is pending would refuse it as well
    with pytest.raises(DatabaseError, match=REFUSAL):
        run(f"TRUNCATE {table} CASCADE")


@pytest.mark.skipif(IS_SQLITE, reason="SQLite knows no TRUNCATE")
def test_a_cascade_does_not_truncate_what_is_recorded():
    connection.check_constraints()
    with pytest.raises(DatabaseError, match=REFUSAL):
        run("TRUNCATE registry_user CASCADE")


@pytest.mark.skipif(not IS_SQLITE, reason="REPLACE is SQLite's")
@pytest.mark.parametrize("table", TRAIL)
@pytest.mark.parametrize("statement", ["INSERT OR REPLACE", "REPLACE"])
def test_a_row_of_the_trail_is_not_replaced(table, statement):
    with pytest.raises(DatabaseError, match=REFUSAL):
        run(f"{statement} INTO {table} SELECT * FROM {table} LIMIT 1")


@pytest.mark.skipif(not IS_SQLITE, reason="these conflict clauses are SQLite's")
@pytest.mark.parametrize("clause", ["OR REPLACE", "OR IGNORE", "OR FAIL"])
def test_no_conflict_clause_lets_a_change_through(clause):
    with pytest.raises(DatabaseError, match=REFUSAL):
        run(f"UPDATE {clause} registry_audit_event SET actor = 'user:sam'")


def test_an_event_is_not_inserted_by_hand():
    with pytest.raises(DatabaseError, match=REFUSAL):
        run(
            'INSERT INTO registry_audit_event ("at", actor, through, reason, batch, '
            f'action, "table", "row", old, new, digest) {COPY_OF_AN_EVENT}'
        )


@pytest.mark.parametrize("make", ["save", "bulk_create"])
def test_the_orm_inserts_no_event(make):
    event = Event.objects.first()
    event.pk = None
    with pytest.raises(DatabaseError, match=REFUSAL), transaction.atomic():
        event.save() if make == "save" else Event.objects.bulk_create([event])


@pytest.mark.parametrize("bulk", [False, True])
def test_the_orm_neither_changes_nor_deletes_events(bulk):
    event = Event.objects.first()
    for write in (
        (lambda: Event.objects.update(actor="x")) if bulk else event.save,
        (lambda: Event.objects.all().delete()) if bulk else event.delete,
    ):
        with pytest.raises(DatabaseError, match=REFUSAL), transaction.atomic():
            write()


@pytest.mark.skipif(not IS_SQLITE, reason="the functions are SQLite's")
def test_the_digest_that_the_last_event_had_does_not_let_another_in():
    Site.objects.get()
    columns = (
        '"at", actor, through, reason, batch, action, "table", "row", old, new, digest'
    )
    with pytest.raises(DatabaseError, match=REFUSAL):
        run(
            f"INSERT INTO registry_audit_event ({columns}) SELECT {columns} "
            f"FROM registry_audit_event ORDER BY id DESC LIMIT 1"
        )


def test_a_seal_is_not_inserted_by_hand():
    last = Seal.objects.order_by("pk").last()
    if not IS_SQLITE:  # the sealing above belongs to the transaction of this test
        run("SET LOCAL registry.sealing = 'off'")
    with pytest.raises(DatabaseError, match=REFUSAL), transaction.atomic():
        Seal.objects.create(id=99, at=last.at, last=10**9, count=0, digest="x")


@pytest.mark.skipif(IS_SQLITE, reason="roles are PostgreSQL's")
def test_a_role_of_the_application_writes_rows_but_no_history():
    """Owner and application are two roles where the hospital runs it properly."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE registry_app NOINHERIT")
        cursor.execute("GRANT USAGE ON SCHEMA public TO registry_app")
        cursor.execute(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public"
            " TO registry_app"
        )
        cursor.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO registry_app")
        cursor.execute("SET ROLE registry_app")
    start = Event.objects.count()
    with rolled_back():
        Site.objects.update(name="by the application's role")
        assert Event.objects.count() == start + 1
        seal()
        assert fault() == ""
    for statement in (
        "UPDATE registry_audit_event SET actor = 'x'",
        "DELETE FROM registry_audit_event",
        "ALTER TABLE registry_site DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_registry_site_update ON registry_site",
        "SET LOCAL session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION audit_registry_site() RETURNS trigger"
        " LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "TRUNCATE registry_audit_event",
    ):
        with pytest.raises(DatabaseError, match=f"{REFUSAL}|denied|must be owner"):
            run(statement)
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


@pytest.mark.skipif(IS_SQLITE, reason="temporary tables that shadow are PostgreSQL's")
def test_a_temporary_table_of_the_same_name_does_not_catch_the_events():
    start = Event.objects.count()
    with rolled_back():
        run("CREATE TEMP TABLE registry_audit_event (LIKE public.registry_audit_event)")
        Site.objects.update(name="in the shadow")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM public.registry_audit_event")
            assert cursor.fetchone() == (start + 1,)


@pytest.mark.skipif(not IS_SQLITE, reason="temporary tables that shadow are SQLite's")
def test_a_temporary_table_does_not_catch_the_events_of_sqlite():
    start = Event.objects.count()
    with rolled_back():
        run("CREATE TEMP TABLE registry_audit_event AS SELECT * FROM registry_site")
        Site.objects.update(name="in the shadow")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM main.registry_audit_event")
            assert cursor.fetchone() == (start + 1,)
