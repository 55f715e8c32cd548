"""What befalls people: reproducible, plausible, and nothing that the rules refuse."""

from dataclasses import fields
from functools import cache

import numpy as np
import pytest

from outcomes.checks import examine
from outcomes.checks.rules import Severity
from outcomes.instruments import INSTRUMENTS
from outcomes.protocols import PROTOCOLS
from outcomes.synthetic.draws import Table
from outcomes.synthetic.fates import STAGED
from outcomes.synthetic.generate import generate
from outcomes.synthetic.presets import PRESETS
from outcomes.vocabulary import ComplicationTerm, DispositionEvent
from registry.privacy import OLDEST_SHOWN
from registry.vocabulary import ProcedureRole, ProcedureStatus
from tests.outcomes.synthetic.records import records

MANY = 10_000
UNDISTURBED = {"dropout": "none", "deaths": False, "reinterventions": False}


@cache
def typical(preset):
    """A large cohort with all that a preset holds."""
    return generate(preset, MANY, 9)


def tables(cohort):
    """Every table of a cohort, by name."""
    named = {one.name: getattr(cohort, one.name) for one in fields(cohort)}
    return {name: table for name, table in named.items() if isinstance(table, dict)}


def same(one: Table, other: Table) -> bool:
    return one.keys() == other.keys() and all(
        np.array_equal(one[name], other[name], equal_nan=one[name].dtype.kind == "f")
        for name in one
    )


def people(table, mask):
    """How many people have a row of `table` under `mask`."""
    return len(np.unique(table["participant"][mask]))


@pytest.mark.parametrize("preset", PRESETS)
def test_the_same_seed_gives_the_same_columns(preset):
    one, other = (tables(generate(preset, 300, 42)) for _ in range(2))
    assert all(same(one[name], other[name]) for name in one)


def test_another_seed_gives_other_columns():
    one, other = (tables(generate("glycerol", 300, seed)) for seed in (1, 2))
    assert not any(same(one[name], other[name]) for name in one)


def test_turning_deaths_off_leaves_everybody_as_they_were_treated():
    one = generate("drez_avulsion", 500, 1)
    other = generate("drez_avulsion", 500, 1, deaths=False)
    assert same(one.participants, other.participants)
    assert same(one.targets, other.targets)
    assert np.isfinite(one.latent["death_day"]).any()
    assert not np.isfinite(other.latent["death_day"]).any()


@pytest.mark.parametrize("participants", [1, 2, 7])
@pytest.mark.parametrize("preset", PRESETS)
def test_a_handful_of_people_is_a_cohort_too(preset, participants):
    cohort = generate(preset, participants, 30)
    assert len(cohort.participants["site"]) == participants
    assert (cohort.assessments["visit"] == 0).sum() == participants


@pytest.mark.parametrize("preset", PRESETS)
def test_no_record_breaks_a_hard_rule(preset):
    made = records(generate(preset, 300, 7), 300)
    assert sum(len(record["assessments"]) for record in made) > 900
    hard = [
        violation
        for record in made
        for violation in examine(record)
        if violation.severity == Severity.HARD
    ]
    assert hard == []


@pytest.mark.parametrize("preset", PRESETS)
def test_every_planned_measure_is_scored_and_within_its_range(preset):
    cohort = generate(preset, 1000, 8)
    planned = {
        slug
        for visit in PROTOCOLS[cohort.preset.protocol].visits
        for slug in visit.instruments
    }
    scores = cohort.scores
    assert set(scores["instrument"]) == planned
    assert planned <= INSTRUMENTS.keys()
    given = scores["missing"] == ""
    for slug in planned:
        here = given & (scores["instrument"] == slug)
        for value in np.unique(scores["value"][here & (scores["grade"] == "")]):
            number = int(value) if value == int(value) else None
            assert INSTRUMENTS[slug].kind == "number"
            if number is not None:
                assert INSTRUMENTS[slug].refuse(number) is None
        for grade in set(scores["grade"][here]) - {""}:
            assert INSTRUMENTS[slug].refuse(grade) is None


def test_median_survival_with_cancer_is_about_22_weeks():
    cohort = typical("cancer_thoracic_rhizotomy")
    assert np.median(cohort.latent["death_day"]) == pytest.approx(154, abs=5)


@pytest.mark.parametrize("preset", ["cancer_thoracic_rhizotomy", "trigeminal_rf_long"])
def test_nothing_is_recorded_after_a_death(preset):
    cohort = typical(preset)
    ended = cohort.dispositions
    died = ended["event"] == DispositionEvent.DIED.value
    assert died.sum() > 200
    assert (ended["death_cause"][died] != "").all()
    last = np.full(MANY, np.inf)
    last[ended["participant"][died]] = ended["day"][died]
    for table, column in (
        (cohort.assessments, "day"),
        (cohort.procedures, "day"),
        (cohort.complications, "onset_day"),
        (cohort.complications, "end_day"),
        (cohort.therapies, "start_day"),
        (cohort.therapies, "end_day"),
        (cohort.contacts, "day"),
    ):
        days = table[column]
        known = ~np.isnan(days.astype(float))
        assert (days[known] <= last[table["participant"][known]]).all(), column


@pytest.mark.parametrize("preset", PRESETS)
def test_nothing_is_recorded_after_the_data_cut(preset):
    cohort = typical(preset)
    cut = cohort.participants["data_until"]
    for table, column in (
        (cohort.assessments, "day"),
        (cohort.procedures, "day"),
        (cohort.complications, "onset_day"),
        (cohort.complications, "end_day"),
        (cohort.therapies, "end_day"),
        (cohort.dispositions, "day"),
        (cohort.contacts, "day"),
    ):
        days = np.nan_to_num(table[column].astype(float), nan=-1.0)
        assert (days <= cut[table["participant"]]).all(), column


def test_those_lost_were_seen_before_and_not_after():
    cohort = typical("open_extradural_rhizotomy")
    ended, visits = cohort.dispositions, cohort.assessments
    lost = ended["event"] == DispositionEvent.LOST.value
    assert lost.sum() > 1000
    assert (ended["last_known_alive_day"][lost] < ended["day"][lost]).all()
    day = np.full(MANY, np.inf)
    day[ended["participant"][lost]] = ended["day"][lost]
    after = visits["day"] > day[visits["participant"]]
    assert after.any()
    assert set(visits["missed_reason"][after]) == {"lost"}


@pytest.mark.parametrize(
    ("preset", "low", "high"),
    [
        ("open_extradural_rhizotomy", 0.15, 0.25),
        ("glycerol", 0.15, 0.25),
        ("drez_avulsion", 0.13, 0.25),
        ("cervical_medial_branch", 0.15, 0.28),
        # Few recur in the 75 C arm: fewer can be treated again.
        ("trigeminal_rf", 0.05, 0.2),
    ],
)
def test_a_fifth_or_so_is_treated_again_after_the_pain_came_back(preset, low, high):
    cohort = typical(preset)
    done, until = cohort.procedures, cohort.latent["relief_until"]
    again = done["role"] == ProcedureRole.REPEAT.value
    assert low < people(done, again) / MANY < high
    assert (done["day"][again] > until[done["participant"][again]]).all()
    staged = done["role"] == ProcedureRole.STAGED.value
    assert 0 < people(done, staged) / MANY < 2 * STAGED


@pytest.mark.parametrize("preset", sorted(set(PRESETS) - {"trigeminal_rf"}))
def test_some_are_abandoned_and_never_in_relief(preset):
    cohort = typical(preset)
    abandoned = cohort.procedures["status"] == ProcedureStatus.ABANDONED.value
    who = cohort.procedures["participant"][abandoned]
    assert 0.01 < len(who) / MANY < 0.03
    assert (cohort.latent["relief_until"][who] == 0).all()


@pytest.mark.parametrize("preset", PRESETS)
def test_complications_are_mostly_sensory_and_transient(preset):
    cohort = typical(preset)
    harm = cohort.complications
    assert 0.25 <= len(np.unique(harm["participant"])) / MANY <= 0.38
    lasts = np.isnan(harm["end_day"])
    assert lasts.mean() < 0.45
    assert {"patient", "clinician"} == set(harm["source"])
    known = {term.value for term in ComplicationTerm}
    assert set(harm["term"]) <= known


def test_a_tenth_of_the_baselines_lacks_a_measure():
    cohort = typical("open_extradural_rhizotomy")
    visits, scores = cohort.assessments, cohort.scores
    first = visits["visit"] == 0
    partial = visits["status"] == "partial"
    assert partial[first].mean() == pytest.approx(0.1, abs=0.01)
    lacking = np.unique(scores["assessment"][scores["missing"] != ""])
    assert np.array_equal(lacking, np.flatnonzero(partial))


def test_ages_are_those_of_adults_and_some_need_the_cap():
    ages = typical("trigeminal_rf").participants["age_at_index"]
    assert ages.min() >= 20
    assert ages.max() == 88
    assert (ages >= 85).mean() > 0.01
    assert OLDEST_SHOWN - ages.max() < 5


def test_pain_is_chronic_and_shorter_than_life():
    for preset in PRESETS:
        told = typical(preset).participants
        assert told["pain_duration_months"].min() >= 3
        assert (told["pain_duration_months"] < 12 * told["age_at_index"]).all()


def test_visits_scatter_and_a_few_miss_their_window():
    cohort = generate("open_extradural_rhizotomy", MANY, 19, **UNDISTURBED)
    visits = PROTOCOLS["spinal_root_ganglion"].visits
    told = cohort.assessments
    for position in range(1, 7):
        day = told["day"][(told["visit"] == position) & told["seen"]]
        visit = visits[position]
        off = (day < visit.opens) | (day > visit.closes)
        assert 0.03 < off.mean() < 0.1
        assert (day == visit.target).mean() < 0.25
        assert len(np.unique(day)) > 10


def test_a_repeat_restarts_the_clock_where_the_protocol_says_so():
    cohort = generate("cervical_medial_branch", MANY, 20, dropout="none", deaths=False)
    visits, again = cohort.assessments, cohort.latent["repeat_day"]
    since = visits["day"] - again[visits["participant"]]
    sixth_week = (visits["visit"] == 2) & visits["seen"]
    second = sixth_week & (since > 0)
    assert second.sum() > 500
    assert (np.abs(since[second] - 42) < 30).all()
