"""Whatever the path of a write: exactly the changed rows, the old and the new."""

import json

import pytest
from django.core import serializers
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.models import F

from registry.audit.context import acting
from registry.models import Event, Participant, Site
from tests import factories
from tests.audit.trail import IS_SQLITE, changes, fault, newest, recorded, rolled_back

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def every_trail_here_holds():
    yield
    assert fault() == ""


@pytest.fixture
def people():
    """Three people, one of whom stays as she is in every test."""
    return [factories.participant(sex=sex) for sex in "FMU"]


def test_an_insert_is_recorded_whole():
    with recorded() as events:
        site = Site.objects.create(code="north", name="North")
    (event,) = events
    assert (event.action, event.table, event.row) == (
        "insert",
        "registry_site",
        str(site.pk),
    )
    assert event.old is None
    assert json.loads(event.new) == {"id": site.pk, "code": "north", "name": "North"}


def test_a_save_records_the_row_before_and_after(people):
    people[0].sex = "I"
    with recorded() as events:
        people[0].save()
    assert changes(events, "sex") == [("update", ("F",), ("I",))]


def test_an_update_records_the_rows_it_changed_and_no_other(people):
    with recorded() as events:
        assert Participant.objects.exclude(pk=people[2].pk).update(sex="M") == 2
    assert changes(events, "id", "sex") == [
        ("update", (people[0].pk, "F"), (people[0].pk, "M"))
    ]


def test_a_save_that_changes_nothing_leaves_no_event(people):
    with recorded() as events:
        people[0].save()
        Participant.objects.update(sex=F("sex"))
    assert events == []


def test_a_bulk_insert_records_each_row():
    with recorded() as events:
        Site.objects.bulk_create(Site(code=f"s{n}", name="S") for n in range(50))
    assert [json.loads(one.new)["code"] for one in events] == [
        f"s{n}" for n in range(50)
    ]


def test_a_bulk_update_records_the_rows_that_change(people):
    for person, age in zip(people, (50, None, 60), strict=True):
        person.age_at_index = age
    with recorded() as events:
        Participant.objects.bulk_update(people, ["age_at_index"])
    assert sorted(changes(events, "age_at_index")) == [
        ("update", (None,), (50,)),
        ("update", (None,), (60,)),
    ]


def test_an_upsert_records_what_became_of_each_row():
    Site.objects.create(code="old", name="Old")
    Site.objects.create(code="same", name="Same")
    with recorded() as events:
        Site.objects.bulk_create(
            [
                Site(code="old", name="Renamed"),
                Site(code="same", name="Same"),
                Site(code="new", name="New"),
            ],
            update_conflicts=True,
            update_fields=["name"],
            unique_fields=["code"],
        )
    assert changes(events, "code", "name") == [
        ("update", ("old", "Old"), ("old", "Renamed")),
        ("insert", None, ("new", "New")),
    ]


def test_an_insert_that_ignores_conflicts_records_what_went_in():
    Site.objects.create(code="there", name="There")
    with recorded() as events:
        Site.objects.bulk_create(
            [Site(code="there", name="Other"), Site(code="new", name="New")],
            ignore_conflicts=True,
        )
    assert changes(events, "code") == [("insert", None, ("new",))]


def test_get_or_create_records_the_one_that_was_made():
    Site.objects.create(code="there", name="There")
    with recorded() as events:
        for code in ("there", "new", "new"):
            Site.objects.get_or_create(code=code, defaults={"name": code})
    assert changes(events, "code") == [("insert", None, ("new",))]


@pytest.mark.parametrize("comment", ["", "  \n", "/* why */ ", "-- why\n"])
def test_raw_sql_is_recorded(people, comment):
    with recorded() as events, connection.cursor() as cursor:
        cursor.execute(
            f"{comment}UPDATE registry_participant SET sex = %s WHERE sex = 'F'", ["I"]
        )
        assert cursor.rowcount == 1
    assert changes(events, "sex") == [("update", ("F",), ("I",))]


def test_raw_sql_in_many_runs_is_recorded(people):
    with recorded() as events, connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE registry_participant SET age_at_index = %s WHERE id = %s",
            [(40 + n, person.pk) for n, person in enumerate(people)],
        )
    assert changes(events, "age_at_index") == [
        ("update", (None,), (40 + n,)) for n in range(3)
    ]


def test_raw_sql_with_a_percent_sign_and_no_parameters_works(people):
    with recorded() as events, connection.cursor() as cursor:
        cursor.execute("UPDATE registry_site SET name = '100 %s' WHERE code = 'north'")
    assert changes(events, "name") == [("update", ("north hospital",), ("100 %s",))]


def test_a_common_table_expression_is_recorded(people):
    with recorded() as events, connection.cursor() as cursor:
        cursor.execute(
            "WITH them AS (SELECT id FROM registry_participant WHERE sex = 'F') "
            "DELETE FROM registry_participant WHERE id IN (SELECT id FROM them)"
        )
    assert changes(events, "sex") == [("delete", ("F",), None)]


def test_a_delete_records_what_was_there(people):
    with recorded() as events:
        people[0].delete()
    assert changes(events, "sex") == [("delete", ("F",), None)]


def test_a_raw_delete_is_recorded(people):
    chosen = Participant.objects.exclude(pk=people[2].pk)
    with recorded() as events:
        chosen._raw_delete(using="default")
    assert [action for action, *_ in changes(events)] == ["delete"] * 2


def test_a_delete_of_all_rows_is_recorded(people):
    with recorded() as events, connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry_participant")
    assert len(events) == 3


def test_a_cascade_records_every_row_that_goes():
    person = factories.pain_scores(factories.participant(), {0: 8, 91: 3})
    with recorded() as events:
        person.assessments.all().delete()
    assert sorted(one.table for one in events) == [
        *["outcomes_assessment"] * 2,
        *["outcomes_score"] * 2,
    ]
    assert {one.action for one in events} == {"delete"}


def test_joining_and_leaving_a_cohort_is_recorded():
    cohort, site = factories.cohort(), factories.site()
    with recorded() as events:
        cohort.sites.add(site)
        cohort.sites.add(site)
        cohort.sites.remove(site)
    pair = (cohort.pk, site.pk)
    assert changes(events, "cohort_id", "site_id") == [
        ("insert", None, pair),
        ("delete", pair, None),
    ]


def test_loaddata_is_recorded(tmp_path):
    site = Site.objects.create(code="north", name="North")
    path = tmp_path / "rows.json"
    site.name = "Loaded"
    path.write_text(serializers.serialize("json", [site, Site(9, "new", "New")]))
    with recorded() as events:
        call_command("loaddata", path, verbosity=0)
    assert changes(events, "name") == [
        ("update", ("North",), ("Loaded",)),
        ("insert", None, ("New",)),
    ]


@pytest.mark.skipif(not IS_SQLITE, reason="the statement is SQLite's")
def test_insert_or_replace_records_what_it_replaced():
    site = Site.objects.create(code="north", name="North")
    with recorded() as events, connection.cursor() as cursor:
        cursor.execute(
            "INSERT OR REPLACE INTO registry_site (id, code, name) VALUES (%s, %s, %s)",
            [site.pk + 7, "north", "Other"],
        )
    assert changes(events, "id", "name") == [
        ("delete", (site.pk, "North"), None),
        ("insert", None, (site.pk + 7, "Other")),
    ]


@pytest.mark.skipif(not IS_SQLITE, reason="the setting is SQLite's")
def test_triggers_recurse_on_a_connection_whose_settings_forgot_it():
    plain = {**connection.settings_dict, "NAME": ":memory:", "OPTIONS": {}}
    other = type(connections["default"])(plain, alias="other")
    with other.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers")
        assert cursor.fetchone() == (1,)
    other.close()


def test_what_is_rolled_back_leaves_no_event(people):
    start = newest()
    with rolled_back():
        people[0].delete()
        assert newest() > start
    assert newest() == start


def test_after_a_rolled_back_savepoint_the_actor_is_still_right(people):
    start, keys = newest(), [person.pk for person in people]
    with acting("user:cora", through="page"), transaction.atomic():
        with acting("user:ivan", through="page"):
            with rolled_back():
                people[0].delete()
            people[1].delete()
        people[2].delete()
    events = Event.objects.filter(pk__gt=start).order_by("pk")
    assert [(one.actor, json.loads(one.old)["id"]) for one in events] == [
        ("user:ivan", keys[1]),
        ("user:cora", keys[2]),
    ]
