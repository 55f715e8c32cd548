"""Writes that do not pass the application, or pass it by a side door."""

import sqlite3

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from registry.audit import telling
from registry.audit.context import acting, nobody
from registry.models import Event, Site
from tests.audit.trail import IS_SQLITE, fault, recorded

REFUSAL = "A change to registry_site was refused: nobody is acting"


def told(events):
    return [(one.actor, one.through, one.reason, one.batch) for one in events]


def make_site(code="north"):
    return Site.objects.create(code=code, name=code)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not IS_SQLITE, reason="a second connection of SQLite's")
def test_a_write_from_outside_fails_on_sqlite(tmp_path):
    make_site()
    path = tmp_path / "copy.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    outside = sqlite3.connect(path)
    for statement in (
        "INSERT INTO registry_site (code, name) VALUES ('x', 'y')",
        "UPDATE registry_site SET name = 'changed'",
        "DELETE FROM registry_site",
    ):
        with pytest.raises(sqlite3.OperationalError, match="no such function"):
            outside.execute(statement)
    assert outside.execute("SELECT name FROM registry_site").fetchall() == [("north",)]
    outside.close()


@pytest.fixture
def psql():
    """A connection that is not Django's."""
    import psycopg

    config = connection.settings_dict
    with psycopg.connect(
        host=config["HOST"],
        port=config["PORT"],
        user=config["USER"],
        password=config["PASSWORD"],
        dbname=config["NAME"],
        autocommit=True,
    ) as outside:
        yield outside


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(IS_SQLITE, reason="a second connection of PostgreSQL's")
def test_a_write_from_outside_is_marked_on_postgresql(psql):
    make_site()
    with recorded() as events:
        psql.execute("UPDATE registry_site SET name = 'from psql'")
        with psql.transaction(), psql.pipeline(), psql.cursor() as cursor:
            cursor.execute("UPDATE registry_site SET name = 'from a pipeline'")
        with (
            psql.cursor() as cursor,
            cursor.copy("COPY registry_site (code, name) FROM STDIN") as rows,
        ):
            rows.write_row(("south", "South"))
    outside = "outside the application"
    role = f"db:{settings.DATABASES['default']['USER']}"
    assert told(events) == [(role, outside, outside, "")] * 3
    assert fault() == ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(IS_SQLITE, reason="a setting of PostgreSQL's")
@pytest.mark.parametrize(
    "said", ["cora", "", "\x1f\x1f\x1f", "a\x1fb", "a\x1f\x1fc\x1f"]
)
def test_from_outside_nobody_can_be_told_by_halves(psql, said):
    import psycopg

    make_site()
    psql.execute("SELECT set_config('registry.acting', %s, false)", [said])
    if said:
        with pytest.raises(psycopg.errors.RaiseException, match="nobody is acting"):
            psql.execute("UPDATE registry_site SET name = 'x'")
    else:
        psql.execute("UPDATE registry_site SET name = 'x'")
        assert Event.objects.latest("pk").actor.startswith("db:")


@pytest.mark.django_db
@pytest.mark.skipif(IS_SQLITE, reason="COPY is PostgreSQL's")
def test_copy_is_refused_until_it_is_told_who_acts():
    def copy():
        with (
            connection.cursor() as cursor,
            cursor.copy("COPY registry_site (code, name) FROM STDIN") as rows,
        ):
            rows.write_row(("copied", "Copied"))

    with pytest.raises(Exception, match="nobody is acting"), transaction.atomic():
        copy()
    with recorded() as events, acting("user:cora", through="copy"):
        telling.tell(connection)
        copy()
    assert [one.actor for one in events] == ["user:cora"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(IS_SQLITE, reason="sessions are PostgreSQL's")
@pytest.mark.parametrize("statement", ["RESET ALL", "DISCARD ALL"])
def test_a_session_that_was_reset_is_still_told(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
    with recorded() as events, acting("user:cora", through="page"):
        make_site()
    assert [one.actor for one in events] == ["user:cora"]
    with pytest.raises(DatabaseError, match=REFUSAL), nobody():
        make_site("south")
    connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(IS_SQLITE, reason="pipelines are PostgreSQL's")
def test_a_pipeline_is_told_who_acts():
    site = make_site()
    raw = connection.connection
    with (
        recorded() as events,
        acting("user:cora", through="page"),
        transaction.atomic(),
        raw.pipeline(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE registry_site SET name = 'piped'")
    assert [one.actor for one in events] == ["user:cora"]
    site.refresh_from_db()
    assert site.name == "piped"
