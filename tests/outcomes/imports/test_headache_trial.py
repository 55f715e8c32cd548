"""The main job on real data: a published trial, from its file to rows and back."""

from decimal import Decimal
from statistics import mean, stdev

import pytest
from django.core.management import call_command

from outcomes.imports.load import load
from outcomes.imports.undo import undo
from outcomes.models import Assessment, LoadBatch, Score
from registry.audit.models import Event
from registry.models import Participant
from tests.outcomes.imports.tables import needs_trial, row_counts, trial_job

pytestmark = [pytest.mark.django_db, needs_trial]


def values(measure, day, arm):
    found = Score.objects.filter(
        instrument=measure,
        assessment__day=day,
        assessment__participant__arm__code=arm,
        missing="",
    )
    return [float(value) for value in found.values_list("value", flat=True)]


def test_the_rows_give_the_published_figures():
    """Vickers 2004, BMJ 328:744, table 2."""
    load(trial_job(), apply=True)
    severity = "headache_severity"
    acupuncture, usual = "acupuncture", "usual_care"
    assert len(values(severity, 0, acupuncture)) == 205
    assert len(values(severity, 0, usual)) == 196
    at_a_year = values(severity, 365, acupuncture)
    assert len(at_a_year) == 161
    assert (round(mean(at_a_year), 1), round(stdev(at_a_year), 1)) == (16.2, 13.7)
    at_a_year = values(severity, 365, usual)
    assert len(at_a_year) == 140
    assert (round(mean(at_a_year), 1), round(stdev(at_a_year), 1)) == (22.3, 17.0)


def test_whoever_was_lost_counts_as_due_and_missing():
    load(trial_job(), apply=True)
    missed = Assessment.objects.filter(status="missed", missed_reason="unknown")
    assert missed.filter(day=365).count() == 100
    assert missed.filter(day=91).count() == 75
    assert Assessment.objects.filter(day=365).count() == 401


def test_a_frequency_of_0_is_missing_only_beside_a_missing_severity():
    load(trial_job(), apply=True)
    frequency = Score.objects.filter(instrument="headache_frequency")
    assert frequency.filter(value=0, assessment__day=365).count() == 2
    assert frequency.filter(value=0, assessment__day=91).count() == 2


def test_decimals_come_through_as_they_are_written():
    load(trial_job(), apply=True)
    assert Score.objects.filter(value=Decimal("15.33333")).exists()


def test_no_participant_code_and_no_text_of_the_registry_tells_the_source_id():
    load(trial_job(), apply=True)
    assert not Participant.objects.filter(study_id__in=["100", "101"]).exists()
    assert not Event.objects.filter(new__contains='"source').exists()


def test_the_same_file_again_changes_nothing():
    load(trial_job(), apply=True)
    before = row_counts()
    again = load(trial_job(), apply=True)
    assert row_counts() == before
    assert again.batch == ""
    assert again.tally.total("same") == 401 * 2 + 1203 + 2056


def test_undone_it_leaves_no_row_but_the_audit_trail():
    before = row_counts()
    loaded = load(trial_job(), apply=True)
    done, stays = undo(loaded.batch)
    after = row_counts()
    trail = {"registry.Event", "registry.Seal"}
    assert {name for name in after if after[name] != before[name]} <= trail
    assert done["participants", "deleted"] == 401
    assert not stays


def test_loaded_undone_and_loaded_again_everybody_has_the_same_code():
    batch = load(trial_job(), apply=True).batch
    codes = set(Participant.objects.values_list("study_id", flat=True))
    undo(batch)
    load(trial_job(), apply=True)
    assert set(Participant.objects.values_list("study_id", flat=True)) == codes
    assert LoadBatch.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_trail_holds_after_load_change_and_undo(capsys):
    batch = load(trial_job(), apply=True).batch
    undo(batch)
    load(trial_job(), apply=True)
    from registry.audit.seals import seal_and_sign

    seal_and_sign()
    call_command("verify_audit")
    assert "holds" in capsys.readouterr().out
