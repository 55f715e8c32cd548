"""A trigger that does not do what it should is named."""

import pytest
from django.db import connection

from tests.audit.trail import IS_SQLITE, fault, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("long_standing")]
EVENTS, SEALS = "registry_audit_event", "registry_audit_seal"


def drop_trigger(name, table):
    run(f"DROP TRIGGER {name}" + ("" if IS_SQLITE else f" ON {table}"))


@pytest.mark.parametrize("table", ["registry_site", EVENTS, SEALS])
def test_a_dropped_trigger_is_named(table):
    kind = "guard" if table != "registry_site" and not IS_SQLITE else "update"
    connection.check_constraints()
    drop_trigger(f"audit_{table}_{kind}", table)
    assert fault() == f"The trigger audit_{table}_{kind} is missing."


def test_a_trigger_that_looks_alike_is_named():
    drop_trigger("audit_registry_site_update", "registry_site")
    if IS_SQLITE:
        run(
            "CREATE TRIGGER audit_registry_site_update AFTER UPDATE ON registry_site "
            "BEGIN SELECT 1; END"
        )
    else:
        run(
            "CREATE TRIGGER audit_registry_site_update AFTER UPDATE ON registry_site "
            "FOR EACH ROW WHEN (old.code <> new.code) "
            "EXECUTE FUNCTION audit_registry_site()"
        )
    assert "audit_registry_site_update was changed" in fault()


@pytest.mark.skipif(not IS_SQLITE, reason="the setting is SQLite's")
@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "UPDATE sqlite_master SET sql = replace(sql, 'is_anybody', 'is_sealing')",
            "was changed or disabled",
        ),
        ("DELETE FROM sqlite_master", "is missing"),
    ],
)
def test_a_trigger_changed_in_the_schema_itself_is_named(statement, found):
    name = "audit_registry_site_update"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA writable_schema = ON")
        cursor.execute(f"{statement} WHERE name = '{name}'")
        cursor.execute("PRAGMA writable_schema = OFF")
    assert f"{name} {found}" in fault()


def test_a_trigger_of_somebody_else_on_our_table_is_named():
    if IS_SQLITE:
        run(
            "CREATE TRIGGER quiet BEFORE UPDATE ON registry_site "
            "BEGIN SELECT RAISE(IGNORE); END"
        )
    else:
        run(
            "CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN RETURN NULL; END'"
        )
        run(
            "CREATE TRIGGER quiet BEFORE UPDATE ON registry_site "
            "FOR EACH ROW EXECUTE FUNCTION quiet()"
        )
    assert fault() == "The trigger quiet is not ours."


@pytest.mark.skipif(IS_SQLITE, reason="these are PostgreSQL's")
@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "ALTER TABLE registry_site DISABLE TRIGGER audit_registry_site_update",
            "audit_registry_site_update was changed or disabled",
        ),
        (f"ALTER TABLE {EVENTS} DISABLE TRIGGER ALL", f"audit_{EVENTS}_guard was"),
        (
            "ALTER TABLE registry_site "
            "ENABLE REPLICA TRIGGER audit_registry_site_insert",
            "audit_registry_site_insert was changed or disabled",
        ),
        (
            "CREATE OR REPLACE FUNCTION audit_registry_site() RETURNS trigger "
            "LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
            "audit_registry_site() was changed",
        ),
        (
            "ALTER FUNCTION audit_registry_site() SET registry.acting = 'user:sam'",
            "audit_registry_site() was changed",
        ),
        (
            "ALTER FUNCTION audit_registry_site() SECURITY DEFINER",
            "audit_registry_site() was changed",
        ),
        (
            "CREATE FUNCTION registry_audit_write(a text) RETURNS void "
            "LANGUAGE sql AS ''",
            "registry_audit_write(a text) is not ours",
        ),
        (
            f"CREATE RULE quiet AS ON INSERT TO {EVENTS} DO INSTEAD NOTHING",
            "rule quiet is not ours",
        ),
    ],
)
def test_what_keeps_a_trigger_from_working_is_named(statement, found):
    connection.check_constraints()
    run(statement)
    assert found in fault()
