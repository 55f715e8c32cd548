"""A second file: new, changed, same and kept; whose key file is it; undone again."""

import stat

import pytest

from outcomes.imports.load import load
from outcomes.imports.undo import undo
from outcomes.models import Assessment, LoadBatch, Score
from registry.audit.models import Event
from registry.errors import Refused
from registry.models import Cohort, Membership, Participant, Site
from tests import factories
from tests.outcomes.imports.tables import (
    HEADER,
    TWO_PEOPLE,
    WIDE,
    applied,
    job,
    row_counts,
)

pytestmark = pytest.mark.django_db


def counts(loaded, fate):
    kinds = ("participants", "assessments", "scores")
    return tuple(loaded.tally.counts[kind, fate] for kind in kinds)


def test_a_changed_value_is_updated_under_the_batch_and_shown_old_and_new(tmp_path):
    applied(tmp_path)
    loaded = applied(tmp_path, TWO_PEOPLE.replace("a1,50,8,", "a1,50,6,"))
    assert loaded.tally.changes == ["row 2, worst0: 8 -> 6"]
    assert counts(loaded, "changed") == (0, 0, 1)
    event = Event.objects.get(batch=loaded.batch, table="outcomes_score")
    assert event.action == "update"


def test_a_changed_age_is_updated(tmp_path):
    applied(tmp_path)
    loaded = applied(tmp_path, TWO_PEOPLE.replace("a1,50", "a1,51"))
    assert loaded.tally.changes == ["row 2, age: 50 -> 51"]
    assert Participant.objects.filter(age_at_index=51).exists()


def test_a_preview_of_a_change_writes_nothing(tmp_path):
    applied(tmp_path)
    before = row_counts()
    load(job(tmp_path, TWO_PEOPLE.replace("a1,50,8,", "a1,50,6,")), apply=False)
    assert row_counts() == before
    assert Score.objects.filter(value=8).exists()


def test_new_people_join_those_who_are_there(tmp_path):
    applied(tmp_path)
    loaded = applied(tmp_path, f"{TWO_PEOPLE}a3,40,5,50,4,40\n")
    assert counts(loaded, "new") == (1, 2, 4)
    assert counts(loaded, "same")[0] == 2
    assert Participant.objects.count() == 3


def test_a_visit_that_was_missed_is_filled_when_its_scores_come(tmp_path):
    applied(tmp_path)
    loaded = applied(tmp_path, TWO_PEOPLE.replace("71.25,,", "71.25,4,40"))
    assert counts(loaded, "new") == (0, 0, 2)
    assert counts(loaded, "changed") == (0, 1, 0)
    assert not Assessment.objects.filter(status="missed").exists()
    assert Assessment.objects.filter(status="done").count() == 4


def test_an_empty_cell_never_erases_a_value(tmp_path):
    applied(tmp_path)
    before = row_counts()
    loaded = applied(tmp_path, TWO_PEOPLE.replace("8,80,3,25.5", "8,,,"))
    assert counts(loaded, "kept") == (0, 1, 3)
    assert row_counts() == before
    assert not loaded.batch


def test_a_visit_that_was_typed_by_hand_on_another_day_is_not_missed_again(tmp_path):
    applied(tmp_path)
    hand = Assessment.objects.get(status="missed")
    hand.day, hand.status, hand.missed_reason = 100, "done", ""
    hand.save()
    assert not applied(tmp_path).tally.has_work


def test_what_the_file_says_is_judged_together_with_the_record(tmp_path):
    """Nobody is assessed after their death."""
    applied(tmp_path)
    person = Assessment.objects.get(status="missed").participant
    person.dispositions.create(event="died", day=30, death_cause="disease")
    before = row_counts()
    loaded = applied(tmp_path, TWO_PEOPLE.replace("71.25,,", "71.25,4,40"))
    assert loaded.tally.refused
    assert loaded.tally.refusals[0].row == 3
    assert row_counts() == before


def test_the_key_file_is_for_its_owner_alone_and_knows_everybody(tmp_path):
    loaded = applied(tmp_path)
    assert stat.S_IMODE(loaded.keys_file.stat().st_mode) == 0o600
    lines = loaded.keys_file.read_text().splitlines()
    assert lines[0] == "source_id,study_id"
    codes = {line.split(",")[1] for line in lines[1:]}
    assert codes == set(Participant.objects.values_list("study_id", flat=True))


@pytest.mark.parametrize("table", [TWO_PEOPLE, f"{HEADER}\nb9,50,8,80,3,2\n"])
def test_a_load_whose_key_file_is_gone_is_refused(tmp_path, table):
    applied(tmp_path).keys_file.unlink()
    before = row_counts()
    with pytest.raises(Refused, match="key file"):
        applied(tmp_path, table)
    assert row_counts() == before


def test_the_key_file_of_another_load_is_refused(tmp_path):
    applied(tmp_path)
    other = tmp_path / "other.csv"
    other.write_text("source_id,study_id\n")
    with pytest.raises(Refused, match="This very file was loaded before"):
        applied(tmp_path, keys_path=other)


@pytest.mark.parametrize(
    "content",
    ["", "id,code\n", "source_id,study_id\na1,nonsense\n", "source_id,study_id\na1\n"],
)
def test_a_key_file_that_is_not_whole_is_refused_without_repeating_it(
    tmp_path, content
):
    keys = tmp_path / "keys.csv"
    keys.write_text(content)
    with pytest.raises(ValueError, match="key file") as refusal:
        applied(tmp_path, keys_path=keys)
    assert "nonsense" not in str(refusal.value)


@pytest.mark.parametrize("source_id", ["000123", "1E5", "NA", "1-2", "null", "=1+1"])
def test_an_id_stays_the_text_that_it_is(tmp_path, source_id):
    table = f"{HEADER}\n{source_id},50,8,80,3,2\n"
    loaded = applied(tmp_path, table)
    assert f"\n{source_id}," in loaded.keys_file.read_text().replace("\r", "")
    assert not applied(tmp_path, table).tally.has_work


def test_two_mappings_of_one_file_add_up(tmp_path):
    first = WIDE.split("[[visits]]")
    applied(
        tmp_path, mapping='ignore = ["worst3", "vas3"]\n' + "[[visits]]".join(first[:2])
    )
    loaded = applied(tmp_path)
    assert counts(loaded, "new") == (0, 2, 2)
    assert Participant.objects.count() == 2


def test_a_load_undone_takes_back_its_changes_and_nothing_else(tmp_path):
    applied(tmp_path)
    before = row_counts()
    loaded = applied(tmp_path, TWO_PEOPLE.replace("8,80", "6,60") + "a3,40,5,50,4,40\n")
    undo(loaded.batch)
    after = row_counts()
    assert {name for name in after if after[name] != before[name]} == {"registry.Event"}
    assert Score.objects.filter(value=8).exists()


def test_an_undo_is_refused_when_somebody_changed_a_row_since(tmp_path):
    loaded = applied(tmp_path)
    Score.objects.filter(value=8).update(value=9)
    before = row_counts()
    with pytest.raises(Refused, match="cannot be taken back"):
        undo(loaded.batch)
    assert row_counts() == before


def test_an_undo_is_refused_when_a_later_load_rests_on_it(tmp_path):
    first = applied(tmp_path)
    applied(tmp_path, TWO_PEOPLE.replace("71.25,,", "71.25,4,40"))
    with pytest.raises(Refused, match="cannot be taken back"):
        undo(first.batch)


def test_a_site_that_somebody_works_at_by_now_stays(tmp_path):
    loaded = applied(tmp_path)
    factories.member("cora", site=Site.objects.get(code="site_1"))
    _, stays = undo(loaded.batch)
    assert stays
    assert Cohort.objects.filter(slug="north").exists()
    assert Membership.objects.exists()
    assert not Participant.objects.exists()
    assert not LoadBatch.objects.exists()


def test_a_batch_is_taken_back_once(tmp_path):
    loaded = applied(tmp_path)
    undo(loaded.batch)
    with pytest.raises(Refused, match="already"):
        undo(loaded.batch)


def test_an_unknown_batch_is_one_sentence():
    with pytest.raises(Refused, match="There is no batch"):
        undo("XXXX-XXXX")


def test_loads_are_taken_back_one_after_the_other_newest_first(tmp_path):
    before = row_counts()
    first = applied(tmp_path)
    second = applied(tmp_path, TWO_PEOPLE.replace("71.25,,", "71.25,4,40"))
    undo(second.batch)
    undo(first.batch)
    after = row_counts()
    assert {name for name in after if after[name] != before[name]} == {"registry.Event"}
