"""One run behind every door: what it refuses, and what it says."""

import pytest

from registry.errors import Refused
from registry.models import Participant
from reports.catalogue import REPORTS
from reports.run import find_cohort, find_report, run
from reports.words import headline_rows
from tests import factories
from tests.reports.conftest import PAIN

pytestmark = pytest.mark.django_db


def answered(cohort, *, instrument=PAIN, by=None):
    people = Participant.objects.filter(cohort=cohort)
    return run(
        REPORTS["course"],
        cohort=cohort,
        participants=people,
        instrument=instrument,
        by=by,
    )


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"instrument": "pgic"}, "never averaged"),
        ({"instrument": "bni_pain"}, "never averaged"),
        ({"instrument": "nonsense"}, "no measure 'nonsense'"),
        ({"instrument": ""}, "no measure ''"),
        ({"by": "colour"}, "no grouping 'colour'"),
        ({"by": "x" * 500}, "x…'"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(study, asked, sentence):
    with pytest.raises(Refused, match=sentence) as refusal:
        answered(study, **asked)
    assert str(refusal.value).endswith(".")
    assert len(str(refusal.value)) < 500


def test_unknown_cohorts_protocols_and_reports_are_refused(study):
    with pytest.raises(Refused, match="there are: spinal"):
        find_cohort("unknown")
    with pytest.raises(Refused, match="no report 'curve'"):
        find_report("curve")
    study.protocol = "gone"
    with pytest.raises(Refused, match="no protocol 'gone'"):
        answered(study)


def test_the_numbers_are_those_of_the_people(study):
    """North: 4, 7, missing, 2, 9, 1 at 3 months; south: 10, 10, 10."""
    table = answered(study).answer.table.set_index("visit")
    at = table.loc["month-3"]
    assert (at["enrolled"], at["due"], at["n"], at["missing_lost"]) == (9, 9, 8, 1)
    assert at["mean"] == (4 + 7 + 2 + 9 + 1 + 30) / 8
    assert (at["evaluable"], at["responders_30"], at["responders_50"]) == (7, 3, 2)
    assert at["evaluable_due"] == 8


def test_the_finding_says_numbers_with_denominators_and_uncertainty(study):
    finding = answered(study).words.finding
    assert finding.startswith("At 12 months the mean of NRS average was")
    assert "in 8 seen of 9 due" in finding
    assert "95 % interval" in finding
    assert "2 of 7 (29 %" in finding
    assert "25 % of 8 if all the missing are failures" in finding


@pytest.mark.parametrize("by", [None, "group", "site", "family"])
def test_no_words_speak_of_an_effect(study, by):
    words = answered(study, by=by).words
    said = " ".join([words.finding, words.caption, *words.notes]).lower()
    assert "effect" not in said
    assert "success" not in said
    assert "nan" not in said.split()


def test_groups_are_named_in_the_finding(study):
    finding = answered(study, by="group").words.finding
    assert finding.startswith("Mean NRS average at 12 months: early, ")
    assert "; late, " in finding


def test_many_groups_are_told_by_their_range(study):
    for number in range(5):
        person = factories.participant(cohort=study, site=factories.site(f"s{number}"))
        factories.pain_scores(person, {0: 5, 365: number})
    finding = answered(study, by="site").words.finding
    assert "in 7 groups lay between 0.0 points" in finding
    assert "s0" in finding


def test_families_are_split_and_the_words_say_so(study):
    first, second = Participant.objects.order_by("pk")[:2]
    factories.procedure(first)
    factories.procedure(second, family="ganglion", technique="DRG_RF")
    result = answered(study, by="group")
    assert result.topic.is_split_by_family
    assert "spinal dorsal root, early" in result.topic.groups
    assert any("never pooled" in note for note in result.words.notes)


def test_spasticity_and_withdrawn_data_are_spoken_of(study):
    person = Participant.objects.first()
    factories.procedure(person, family="spasticity", technique="SDR_SPAST")
    result = answered(study)
    assert result.topic.enrolled == 8
    assert any("1 treated for spasticity" in note for note in result.words.notes)


def test_a_measure_that_is_not_a_percentage_says_so(study):
    for person in Participant.objects.all():
        factories.pain_scores(person, {1: 50, 90: 60}, "promis_physical_function")
    result = answered(study, instrument="promis_physical_function")
    assert result.answer.table["responders_50"].isna().all()
    assert any("Responders are not counted" in note for note in result.words.notes)


def test_nobody_and_nothing_are_said_in_words(db):
    empty = factories.cohort("empty")
    result = answered(empty)
    assert result.words.finding == "There is nobody to report on yet."
    factories.participant(cohort=empty)
    result = answered(empty)
    assert "No value of NRS average has been recorded yet" in result.words.finding


def test_the_finding_is_about_a_visit_that_half_have_reached(study):
    """One person at 24 months is no finding."""
    factories.score(factories.assessment(Participant.objects.first(), day=730), PAIN, 0)
    table = answered(study).answer.table
    assert list(table["visit"])[-1] == "month-24"
    assert headline_rows(table)[0]["visit"] == "month-12"
