"""Data changed behind the log: the row and the column are named."""

import pytest
from django.db import connection

from outcomes.models import Score
from registry.models import Site, User
from tests.audit.trail import IS_SQLITE, behind_the_log, fault, newest, run, tamper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("long_standing")]
EVENTS, SEALS = "registry_audit_event", "registry_audit_seal"


@pytest.mark.parametrize(
    ("table", "where", "column", "value"),
    [
        ("registry_participant", "sex = 'F'", "age_at_index", "31"),
        ("registry_participant", "sex = 'F'", "sex", "'M'"),
        ("registry_participant", "sex = 'F'", "is_prospective", "false"),
        ("outcomes_assessment", "day = 91", "has_motor_deficit", "false"),
        ("outcomes_assessment", "day = 91", "has_motor_deficit", "true"),
        ("outcomes_assessment", "day = 91", "day", "92"),
        ("outcomes_score", "value = 3.25", "value", "3.250001"),
        ("outcomes_score", "value = 3.25", "value", "NULL"),
        ("outcomes_score", "value = 3.25", "answers", "'null'"),
        ("outcomes_score", "value = 3.25", "instrument", "'nrs_average '"),
        ("registry_user", "username = 'cora'", "password", "'!'"),
        ("registry_site", "code = 'north'", "name", "'North hospital'"),
        ("registry_site", "code = 'north'", "name", "'north hospital\u200b'"),
    ],
)
def test_a_value_changed_behind_the_log_names_its_place(table, where, column, value):
    with behind_the_log() as cursor:
        without_checks(cursor, table)
        cursor.execute(f"SELECT id FROM {table} WHERE {where}")
        (row,) = cursor.fetchone()
        cursor.execute(f"UPDATE {table} SET {column} = {value} WHERE id = {row}")
    assert fault() == f"{table}, row {row}: column {column} is not what the trail says."


def without_checks(cursor, table):
    """Take away the rules that would refuse the value, as the owner can."""
    if IS_SQLITE:
        cursor.execute("PRAGMA ignore_check_constraints = 1")
        return
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute(
        "SELECT conname FROM pg_constraint "
        "WHERE contype = 'c' AND conrelid = %s::regclass",
        [table],
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


@pytest.fixture(autouse=True)
def with_checks_again():
    yield
    if IS_SQLITE:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = 0")


def test_changed_json_names_row_and_column():
    row = Score.objects.exclude(answers=None).get().pk
    tamper(
        "UPDATE outcomes_score SET answers = %s WHERE id = %s",
        ['{"a": [1.50, null]}', row],
    )
    assert fault() == (
        f"outcomes_score, row {row}: column answers is not what the trail says."
    )


def test_changed_bytes_name_row_and_column(long_standing):
    tamper("UPDATE registry_sealedindexdate SET ciphertext = %s", [b"\x01secret\xfe"])
    assert fault() == (
        f"registry_sealedindexdate, row {long_standing.pk}: column ciphertext is not "
        f"what the trail says."
    )


@pytest.mark.skipif(not IS_SQLITE, reason="only SQLite takes any value anywhere")
@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("registry_participant", "is_prospective", "2"),
        ("registry_participant", "is_prospective", "'true'"),
        ("registry_participant", "enrolment_day", "'x'"),
        ("registry_participant", "enrolment_day", "0.5"),
        ("registry_participant", "enrolment_day", "x'30'"),
        ("registry_participant", "sex", "x'46'"),
        ("registry_participant", "sex", "CAST(x'ff' AS TEXT)"),
        ("outcomes_score", "value", "'a'"),
        ("outcomes_score", "value", "x'38'"),
        ("registry_user", "password", "CAST(password AS BLOB)"),
        ("registry_sealedindexdate", "ciphertext", "CAST(ciphertext AS TEXT)"),
        ("registry_sealedindexdate", "ciphertext", "'secret'"),
    ],
)
def test_a_value_of_another_type_names_row_and_column(table, column, value):
    with behind_the_log() as cursor:
        key = "participant_id" if "sealed" in table else "id"
        without_checks(cursor, table)
        cursor.execute(f"SELECT max({key}) FROM {table}")
        (row,) = cursor.fetchone()
        cursor.execute(f"UPDATE {table} SET {column} = {value} WHERE {key} = {row}")
    assert f"{table}, row {row}: column {column}" in fault()


def test_a_row_put_in_behind_the_log_is_named():
    tamper("INSERT INTO registry_site (id, code, name) VALUES (77, 'x', 'X')")
    assert fault() == (
        "registry_site, row 77: it is there, but the trail knows nothing of it."
    )


def test_a_row_taken_out_behind_the_log_is_named():
    row = User.objects.get().pk
    tamper("DELETE FROM registry_user")
    assert fault() == (
        f"registry_user, row {row}: the trail says it is there, but it is gone."
    )


def test_a_change_made_while_the_triggers_were_away_stays_found():
    """Later legitimate changes of the row do not wash it clean."""
    row = Site.objects.get().pk
    tamper("UPDATE registry_site SET name = 'Behind'")
    Site.objects.update(name="In front")
    number = newest()
    assert fault() == (
        f"Event {number} (registry_site, row {row}): what it says was there before it, "
        f"was not."
    )


@pytest.mark.skipif(IS_SQLITE, reason="the setting is PostgreSQL's")
def test_a_change_as_a_replica_is_found():
    connection.check_constraints()
    run("SET LOCAL session_replication_role = replica")
    run("UPDATE registry_site SET name = 'replica'")
    run("SET LOCAL session_replication_role = origin")
    assert "column name is not what the trail says" in fault()


@pytest.mark.skipif(not IS_SQLITE, reason="the setting is SQLite's")
def test_a_replace_without_recursive_triggers_is_found():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers = OFF")
        run(
            "INSERT OR REPLACE INTO registry_site (id, code, name) "
            "SELECT id, code, 'R' FROM registry_site"
        )
        cursor.execute("PRAGMA recursive_triggers = ON")
    assert f"Event {newest()} (registry_site" in fault()
