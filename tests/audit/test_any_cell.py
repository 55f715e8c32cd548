"""Properties: any legitimate history holds; any one cell altered behind it does not."""

from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outcomes.models import Assessment, Score
from registry.audit.columns import audited
from registry.audit.context import acting
from registry.audit.seals import seal
from registry.models import Participant, SealedIndexDate, Site, User
from tests import factories
from tests.audit.trail import (
    IS_SQLITE,
    behind_the_log,
    fault,
    rolled_back,
    sealed,
)

pytestmark = pytest.mark.django_db
TRAIL = ("registry_audit_event", "registry_audit_seal")
EACH = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12
)
SCORES = st.decimals(0, 10, places=6)
ANSWERS = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-1, 1) | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
    ),
    max_leaves=5,
)


@pytest.fixture
def registry():
    """One row at least in many tables, with a history each."""
    person = factories.pain_scores(factories.participant(arm="a"), {0: 8, 91: "3.25"})
    factories.procedure(person, temperature_c=Decimal("80.5"))
    factories.member("cora")
    SealedIndexDate.objects.create(participant=person, ciphertext=b"\x01secret\xff")
    Score.objects.filter(value=8).update(answers={"a": 1}, value="7.000001")
    Site.objects.update(name="Renamed")
    sealed()
    factories.pain_scores(factories.participant(), {0: 5, 365: None})
    sealed()
    assert fault() == ""
    return person


def cells():
    """Every (table, column) that the proof is about, with the key of its table."""
    trail = [
        (name, column.name, "id")
        for name in TRAIL
        for column in connection.introspection.get_table_description(
            connection.cursor(), name
        )
    ]
    return trail + [
        (table.name, column, table.key)
        for table in audited()
        for column, _ in table.columns
    ]


def altered(value):
    """Values of the same type as the one there, but never that one."""
    if value is None:
        return [1, "x", b"x"]
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, (int, Decimal, float)):
        return [value + 1, value - 1, -value or 7]
    if isinstance(value, (bytes, memoryview)):
        return [bytes(value)[:-1], bytes(value) + b"\x00", b""]
    if isinstance(value, str):
        return [value + " ", value[:-1] or "x", value.swapcase() + "\u200b"]
    return []


def loosen(cursor):
    """Take away every rule that would refuse an altered value."""
    if IS_SQLITE:
        cursor.execute("PRAGMA ignore_check_constraints = 1")
        return
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint "
        "WHERE contype IN ('c', 'f') AND connamespace = current_schema()::regnamespace"
    )
    for table, name in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


def alter(draw, table, column, key):
    """Alter one cell behind the log; tell whether there was one, and it was altered."""
    with behind_the_log() as cursor:
        loosen(cursor)
        cursor.execute(f'SELECT "{key}", "{column}" FROM {table} ORDER BY "{key}"')
        rows = cursor.fetchall()
        if not rows:
            return False
        row, value = draw(st.sampled_from(rows))
        options = altered(value)
        if not options:
            return False
        new = draw(st.sampled_from(options))
        try:
            with transaction.atomic():
                cursor.execute(
                    f'UPDATE {table} SET "{column}" = %s WHERE "{key}" = %s', [new, row]
                )
                cursor.execute(
                    f'SELECT "{column}" FROM {table} WHERE "{key}" = %s',
                    [new if column == key else row],
                )
                there = cursor.fetchone()
        except Exception:
            return False
    return there is None or there[0] != value or type(there[0]) is not type(value)


@EACH
@given(drawn=st.data())
def test_any_cell_altered_behind_the_log_is_found(registry, drawn):
    with rolled_back():
        assert fault() == ""
        place = drawn.draw(st.sampled_from(cells()))
        if alter(drawn.draw, *place):
            assert fault() != "", place
    if IS_SQLITE:
        connection.cursor().execute("PRAGMA ignore_check_constraints = 0")


@pytest.mark.parametrize("number", range(2))
def test_every_column_altered_behind_the_log_is_found(registry, number):
    """The same for every column there is, none left to chance."""
    count = 0
    for place in cells():
        with rolled_back():
            if alter(lambda options: chosen(options, number), *place):
                count += 1
                assert fault() != "", place
    assert count > 80
    if IS_SQLITE:
        connection.cursor().execute("PRAGMA ignore_check_constraints = 0")


def chosen(options, number):
    elements = list(options.elements)
    return elements[number % len(elements)]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("site"), TEXT, TEXT),
        st.tuples(st.just("score"), SCORES, ANSWERS),
        st.tuples(st.just("sex"), st.sampled_from("FMIU"), st.booleans()),
        st.tuples(st.just("drop"), st.integers(0, 3), st.none()),
        st.tuples(st.just("visit"), st.integers(1, 400), st.booleans() | st.none()),
        st.tuples(st.just("password"), TEXT, st.none()),
        st.tuples(st.just("bytes"), st.binary(max_size=8), st.none()),
        st.tuples(st.just("seal"), st.none(), st.none()),
        st.tuples(st.just("back"), TEXT, st.none()),
    ),
    max_size=25,
)


def take(step, person):
    what, first, second = step
    if what == "site":
        Site.objects.update_or_create(code=first[:9], defaults={"name": second})
    elif what == "score":
        Score.objects.update(value=first, answers=second, grade="", missing="")
    elif what == "sex":
        Participant.objects.update(sex=first, is_prospective=second)
    elif what == "drop":
        Assessment.objects.filter(pk__in=list(ids(Assessment))[first:]).delete()
    elif what == "visit":
        visit, _ = Assessment.objects.get_or_create(
            participant=person, day=first, defaults={"is_after_procedure": True}
        )
        Assessment.objects.filter(pk=visit.pk).update(has_motor_deficit=second)
        if not visit.scores.exists():
            factories.score(visit, "nrs_average", 4)
    elif what == "password":
        User.objects.update(password=first)
    elif what == "bytes":
        SealedIndexDate.objects.update(ciphertext=first)
    elif what == "seal":
        seal()
    else:
        with rolled_back():
            Site.objects.update(name=first)


def ids(model):
    return model.objects.order_by("pk").values_list("pk", flat=True)


@EACH
@given(steps=STEPS)
def test_any_sequence_of_legitimate_writes_holds(registry, steps):
    with rolled_back():
        for number, step in enumerate(steps):
            with acting(f"user:{number % 3}", through="page"):
                take(step, registry)
        assert fault() == "", steps
