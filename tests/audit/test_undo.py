"""A batch is taken back from the trail: all is as it was, or nothing changes."""

import threading

import pytest
from django.db import connection

from outcomes.models import Assessment, Score
from registry.audit.context import acting, nobody
from registry.audit.undo import ANY_LATER, LEFT_OTHERWISE, take_back
from registry.errors import Refused
from registry.models import (
    Cohort,
    Event,
    Participant,
    Procedure,
    SealedIndexDate,
    Site,
    User,
)
from tests import factories
from tests.audit.trail import IS_SQLITE, fault, newest, photograph, rolled_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    """Somebody who was there before, and stays."""
    person = factories.pain_scores(factories.participant(), {0: 8, 91: "3.25"})
    factories.procedure(person, temperature_c="80.50")
    Score.objects.filter(value=8).update(answers={"a": [1, None, "x"]})
    return person


def load():
    return acting("cli:cora", through="command:load_table", batch="LOAD")


def undo():
    return acting("cli:cora", through="command:undo_load", reason="wrong file")


def rows():
    """What is in the registry, without its trail."""
    return {
        table: sorted(found, key=repr)
        for table, (_, found) in photograph().items()
        if "audit" not in table
    }


def everything(person):
    """Insert, change and delete, some of it twice, as a load might."""
    other = factories.participant(cohort=factories.cohort("new"), arm="x", sex="I")
    factories.pain_scores(other, {0: "7.123456", 30: 4, 400: None})
    Score.objects.filter(value="3.25").update(value="3.250001", answers=[])
    Score.objects.filter(value=8).update(answers=None)
    person.sex, person.is_prospective, person.age_at_index = "F", False, 60
    person.save()
    person.sex = "M"
    person.save()
    Procedure.objects.update(temperature_c=None, blocks_done=3)
    Assessment.objects.filter(day=91).delete()
    Site.objects.update(name="changed 100 % 'x' \\ %s")
    here = factories.assessment(person, day=91, has_motor_deficit=True)
    here.has_motor_deficit = None
    here.save()
    Cohort.objects.get(slug="spinal").sites.clear()


def test_everything_a_batch_did_is_taken_back(person):
    before = rows()
    with load():
        everything(person)
    assert rows() != before
    with undo():
        done = take_back("LOAD")
    assert rows() == before
    assert done["outcomes_assessment", "deleted"] == 4
    assert done["outcomes_assessment", "brought back"] == 1
    assert done["registry_participant", "restored"] == 2
    assert done["registry_cohort_sites", "brought back"] == 2 - 1
    assert fault() == ""


def test_it_is_recorded_as_the_undoing(person):
    start = newest()
    with load():
        Site.objects.update(name="loaded")
    with undo():
        take_back("LOAD")
    event = Event.objects.filter(pk__gt=start).latest("pk")
    assert (event.through, event.reason) == ("command:undo_load", "wrong file")


def test_other_batches_and_other_rows_stay(person):
    with acting("cli:cora", through="load", batch="OTHER"):
        factories.site("other")
    with load():
        factories.site("loaded")
    factories.site("later")
    with undo():
        assert take_back("LOAD") == {("registry_site", "deleted"): 1}
    codes = set(Site.objects.values_list("code", flat=True))
    assert codes == {"north", "other", "later"}


@pytest.mark.parametrize("later", ["change", "delete", "batch"])
def test_a_later_change_refuses_it_and_names_row_and_person(person, later):
    with load():
        Participant.objects.update(sex="F")
        factories.site("loaded")
    before, who = (
        rows(),
        acting("user:ivan", through="page", batch="B" * (later[0] == "b")),
    )
    with who:
        if later == "delete":
            Site.objects.filter(code="loaded").delete()
        else:
            Participant.objects.update(sex="M")
    changed = rows()
    with undo(), pytest.raises(Refused) as refusal:
        take_back("LOAD")
    place = "registry_site" if later == "delete" else "registry_participant"
    key = Event.objects.latest("pk").row
    assert f"user:ivan changed {place}, row {key}, later" in str(refusal.value)
    assert rows() == changed != before
    assert fault() == ""


def test_a_later_batch_that_was_taken_back_itself_does_not_refuse_it(person):
    before = rows()
    with load():
        Participant.objects.update(sex="F")
        factories.site("loaded")
    with acting("user:ivan", through="load", batch="SECOND"):
        Participant.objects.update(sex="M")
        Site.objects.filter(code="loaded").delete()
    with undo():
        take_back("SECOND")
        take_back("LOAD")
    assert rows() == before
    assert fault() == ""


def test_a_change_of_somebody_else_in_the_midst_of_the_batch_refuses_it(person):
    with load():
        Participant.objects.update(sex="F")
    with acting("user:ivan", through="page"):
        Participant.objects.update(sex="M")
    with load():
        Participant.objects.update(sex="I")
    with undo(), pytest.raises(Refused, match="user:ivan changed registry_participant"):
        take_back("LOAD")


def test_rows_that_rest_on_it_refuse_it(person):
    with load():
        study = factories.cohort("new")
        other = factories.participant(cohort=study)
        visit = factories.assessment(other, day=9)
    with acting("user:ivan", through="page"):
        factories.score(visit, "nrs_average", 4)
    before = rows()
    with undo(), pytest.raises(Refused, match="records made since rest on its rows"):
        take_back("LOAD")
    assert rows() == before
    assert fault() == ""


def test_rows_that_stand_in_the_place_of_what_it_deleted_refuse_it():
    factories.site("south")
    with load():
        Site.objects.filter(code="south").delete()
    with acting("user:ivan", through="page"):
        factories.site("south")
    before = rows()
    with undo(), pytest.raises(Refused, match="or stand in their place"):
        take_back("LOAD")
    assert rows() == before


def test_taken_back_twice_is_refused_and_says_why(person):
    with load():
        factories.site("loaded")
    with undo():
        take_back("LOAD")
        with pytest.raises(Refused, match="through command:undo_load"):
            take_back("LOAD")


@pytest.mark.parametrize("batch", ["", "NEVER", "' OR 1=1 --"])
def test_an_unknown_batch_is_refused(person, batch):
    with load():
        factories.site("loaded")
    with undo(), pytest.raises(Refused, match="is in the audit trail"):
        take_back(batch)


def test_as_nobody_nothing_is_taken_back(person):
    with load():
        factories.site("loaded")
    with nobody(), pytest.raises(Refused, match="Nobody is acting"):
        take_back("LOAD")
    assert Site.objects.filter(code="loaded").exists()


def test_rows_with_secrets_that_were_inserted_are_deleted(person):
    before = rows()
    with load():
        factories.user("cora")
        SealedIndexDate.objects.create(participant=person, ciphertext=b"x")
    with undo():
        take_back("LOAD")
    assert rows() == before


@pytest.mark.parametrize("write", ["change", "delete"])
def test_a_secret_of_which_only_the_digest_is_known_is_not_brought_back(person, write):
    user = factories.user("cora")
    with load():
        Site.objects.update(name="loaded")
        if write == "delete":
            user.delete()
        else:
            User.objects.update(password="x")
    before = rows()
    with undo(), pytest.raises(Refused, match=r"registry_user\.password cannot be"):
        take_back("LOAD")
    assert rows() == before


def test_other_columns_of_a_row_with_a_secret_are_restored(person):
    factories.user("cora")
    before = rows()
    with load():
        User.objects.update(display_name="Somebody", is_active=False)
    with undo():
        take_back("LOAD")
    assert rows() == before


def test_a_large_batch_is_taken_back_with_the_indexes():
    with load():
        Site.objects.bulk_create(Site(code=f"s{n}", name="S") for n in range(3_000))
        Site.objects.update(name="twice")
    before = newest()
    for query in (ANY_LATER, LEFT_OTHERWISE):
        with connection.cursor() as cursor:
            explain = "EXPLAIN QUERY PLAN" if IS_SQLITE else "EXPLAIN"
            cursor.execute(f"{explain} {query}", ["LOAD"])
            plan = " ".join(str(part) for row in cursor.fetchall() for part in row)
        assert "event_history" in plan
    with undo():
        done = take_back("LOAD")
    assert done == {
        ("registry_site", "restored"): 3_000,
        ("registry_site", "deleted"): 3_000,
    }
    assert newest() == before + 6_000


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(IS_SQLITE, reason="SQLite keeps other writers out")
def test_a_change_in_the_same_moment_refuses_it(person, monkeypatch):
    from registry.audit import undo as undoing

    with load():
        Site.objects.update(name="loaded")

    def meanwhile():
        with acting("user:ivan", through="page"):
            Site.objects.update(name="by ivan")
        connection.close()

    def then(batch):
        looked(batch)
        thread = threading.Thread(target=meanwhile)
        thread.start()
        thread.join()

    looked = undoing._refuse_later_changes
    monkeypatch.setattr(undoing, "_refuse_later_changes", then)
    with undo(), pytest.raises(Refused, match="somebody changed its rows meanwhile"):
        take_back("LOAD")
    assert Site.objects.get().name == "by ivan"
    assert fault() == ""


def test_inside_a_larger_transaction_it_is_part_of_it(person):
    before = rows()
    with load():
        Site.objects.update(name="loaded")
    loaded = rows()
    with undo(), rolled_back():
        take_back("LOAD")
        assert rows() == before
    assert rows() == loaded
