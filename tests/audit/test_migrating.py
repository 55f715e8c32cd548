"""Migrations keep the trail whole: what they change is recorded, and nothing hides."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from outcomes.models import Assessment
from registry.audit import triggers
from registry.audit.columns import audited
from registry.audit.context import acting, nobody
from registry.audit.verify import verify
from registry.models import Event, Procedure, Site
from tests import factories
from tests.audit.trail import IS_SQLITE, fault, newest, run, sealed, tamper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def registry():
    """Rows in the tables that are migrated, and the shipped schema again afterwards."""
    person = factories.pain_scores(factories.participant(), {0: 8, 91: 3})
    factories.procedure(person)
    factories.site("gone")
    sealed()
    assert fault() == ""
    with nobody():
        yield


@pytest.fixture
def later(settings):
    """The migrations of a later release."""
    settings.MIGRATION_MODULES = {"registry": "tests.audit.later.migrations"}
    yield
    tables = connection.introspection.table_names()
    if "registry_ward" in tables:
        call_command("migrate", "registry", "0001", verbosity=0)


def models_now():
    executor = MigrationExecutor(connection)
    return executor._create_project_state(with_applied_migrations=True).apps


def whole():
    """The proof, by the models as the database has them."""
    return "".join(stage.fault for stage in verify(connection, models_now()))


def events_after(start):
    return Event.objects.filter(pk__gt=start).order_by("pk")


def test_what_a_migration_changes_is_recorded(later):
    start = newest()
    call_command("migrate", "registry", "0002", verbosity=0)
    assert whole() == ""
    assert triggers.differences(connection, models_now()) == []
    events = events_after(start)
    assert {(one.action, one.through) for one in events} == {("migrate", "migrate")}
    assert all(one.actor.startswith("cli:") for one in events)
    sites = {
        json.loads(one.new or one.old)["code"]: one
        for one in events
        if one.table == "registry_site"
    }
    assert sites.keys() == {"north", "made", "gone"}
    assert "country" not in sites["north"].old
    assert json.loads(sites["north"].new)["name"] == "by the migration"
    assert (sites["made"].old, sites["gone"].new) == (None, None)
    assert {one.table for one in events} == {
        "registry_site",
        "registry_participant",
        "registry_procedure",
    }


def test_new_columns_and_tables_are_recorded_from_then_on(later):
    call_command("migrate", "registry", "0002", verbosity=0)
    apps, start = models_now(), newest()
    with acting("user:cora", through="page"):
        site = apps.get_model("registry", "Site").objects.get(code="made")
        site.country = "SE"
        site.save()
        apps.get_model("registry", "Ward").objects.create(name="7", site_id=site.pk)
    update, insert = events_after(start)
    assert (json.loads(update.old)["country"], json.loads(update.new)["country"]) == (
        "NO",
        "SE",
    )
    assert insert.table == "registry_ward"
    assert whole() == ""


def test_back_again_the_trail_holds_for_the_shipped_models(later):
    call_command("migrate", "registry", "0002", verbosity=0)
    call_command("migrate", "registry", "0001", verbosity=0)
    assert fault() == ""
    assert Procedure.objects.get().is_planned is True
    triggers.ready(connection)


def test_what_was_applied_before_a_failure_is_recorded(later):
    start = newest()
    with pytest.raises(RuntimeError, match="the migration itself"):
        call_command("migrate", verbosity=0)
    assert whole() == ""
    assert triggers.differences(connection, models_now()) == []
    names = [json.loads(one.new or "{}").get("name") for one in events_after(start)]
    assert "by the migration" in names
    assert "by what failed" not in names
    with pytest.raises(RuntimeError, match="the migration itself"):
        call_command("migrate", verbosity=0)
    assert whole() == ""


@pytest.mark.parametrize("has_rows", [True, False])
def test_an_app_is_taken_away_and_comes_back(has_rows):
    if not has_rows:
        with acting("user:cora", through="page"):
            Assessment.objects.all().delete()
    start = newest()
    try:
        call_command("migrate", "outcomes", "zero", verbosity=0)
        assert whole() == ""
        assert triggers.differences(connection, models_now()) == []
        gone = [(one.table, one.new) for one in events_after(start)]
        tables = ["outcomes_assessment"] * 2 + ["outcomes_score"] * 2
        assert gone == ([(table, None) for table in tables] if has_rows else [])
    finally:
        call_command("migrate", verbosity=0)
    assert fault() == ""
    with acting("user:cora", through="page"):
        factories.pain_scores(factories.participant(), {0: 8})
    assert fault() == ""
    triggers.ready(connection)


def test_a_migrate_that_changes_nothing_records_nothing():
    start = newest()
    call_command("migrate", verbosity=0)
    assert newest() == start
    triggers.ready(connection)


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE registry_site SET name = 'behind'", "registry_site, row"),
        (
            "UPDATE registry_audit_event SET actor = 'user:sam' WHERE id = {}",
            "Event {}",
        ),
        ("DELETE FROM registry_audit_seal", "checkpoint"),
        ("DELETE FROM registry_audit_event", "Seal 1 does not hold"),
    ],
)
def test_a_tampered_registry_is_not_migrated(later, statement, place):
    number, start = newest(), Event.objects.count()
    tamper(statement.replace("{}", str(number)))
    with pytest.raises(CommandError) as refusal:
        call_command("migrate", "registry", "0002", verbosity=0)
    assert str(refusal.value).startswith(
        "The database is not migrated, because its audit trail does not hold: "
    )
    assert place.replace("{}", str(number)) in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert "registry_ward" not in connection.introspection.table_names()
    assert Event.objects.count() in (start, 0)
    assert triggers.differences(connection) == []


def test_a_trail_that_was_emptied_with_its_seals_is_not_migrated(later):
    tamper("DELETE FROM registry_audit_event")
    tamper("DELETE FROM registry_audit_seal")
    with pytest.raises(CommandError, match="names seal 1"):
        call_command("migrate", "registry", "0002", verbosity=0)
    assert Event.objects.count() == 0


def test_missing_triggers_are_put_back_by_migrate_where_the_data_hold():
    triggers.remove(connection)
    with pytest.raises(triggers.AuditNotReady, match="is missing"):
        triggers.ready(connection)
    start = newest()
    call_command("migrate", verbosity=0)
    triggers.ready(connection)
    assert newest() == start


def test_missing_triggers_with_changed_data_are_not_put_back_by_migrate():
    triggers.remove(connection)
    Site.objects.update(name="behind")
    try:
        with pytest.raises(CommandError, match="column name is not what"):
            call_command("migrate", verbosity=0)
        assert triggers.differences(connection)
    finally:
        triggers.install(connection)
    assert "column name" in fault()


def test_a_registry_that_is_not_set_up_does_not_start(monkeypatch):
    monkeypatch.setattr(triggers, "trail_exists", lambda _: False)
    with pytest.raises(triggers.AuditNotReady, match="not set up yet"):
        triggers.ready(connection)


def test_a_registry_with_a_foreign_trigger_does_not_start_and_migrate_keeps_it():
    if IS_SQLITE:
        run("CREATE TRIGGER quiet AFTER UPDATE ON registry_site BEGIN SELECT 1; END")
        drop = "DROP TRIGGER quiet"
    else:
        run("CREATE RULE quiet AS ON UPDATE TO registry_site DO ALSO NOTHING")
        drop = "DROP RULE quiet ON registry_site"
    try:
        call_command("migrate", verbosity=0)
        with pytest.raises(triggers.AuditNotReady, match="quiet is not ours"):
            triggers.ready(connection)
    finally:
        run(drop)
    triggers.ready(connection)


def test_models_and_their_migrations_tell_the_same_of_every_table():
    assert audited(models_now()) == audited()


def test_every_column_is_of_a_kind_that_both_engines_write_exactly():
    kinds = {kind for table in audited() for _, kind in table.columns}
    assert kinds <= {
        "plain",
        "boolean",
        "decimal",
        "json",
        "moment",
        "digest",
        "binary digest",
    }
    # PostgreSQL takes a hundred arguments to a function: two for each column.
    assert max(len(table.columns) for table in audited()) <= 50
