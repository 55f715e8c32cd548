"""The truth that a cohort holds can be found again, from durations and from scores."""

from functools import cache

import numpy as np
import pytest

from outcomes.protocols import PROTOCOLS, Visit
from outcomes.synthetic.generate import generate
from outcomes.synthetic.laws import DAYS_A_MONTH
from outcomes.synthetic.presets import PRESETS, truth
from outcomes.vocabulary import AssessmentStatus
from tests.outcomes.synthetic.estimates import is_relieved, share, within_chance

MANY = 20_000
UNDISTURBED = {"dropout": "none", "deaths": False, "reinterventions": False}


@cache
def undisturbed(preset):
    """A large cohort in which nothing competes with the relief."""
    return generate(preset, MANY, 3, **UNDISTURBED)


@pytest.mark.parametrize("preset", PRESETS)
def test_latent_times_follow_the_preset(preset):
    months = undisturbed(preset).latent["relief_months"]
    for at in (0.5, 1, 3, 6, 12, 24, 36, 60):
        found = (months > at).mean()
        assert within_chance(found, truth(preset, at), MANY), at


def test_each_arm_follows_its_own_law():
    cohort = undisturbed("trigeminal_rf")
    for position, arm in enumerate(cohort.preset.arms):
        months = cohort.latent["relief_months"][cohort.participants["arm"] == position]
        assert len(months) == MANY / 2
        assert within_chance((months > 60).mean(), arm.law.at(60), len(months))


def at_month(month):
    """A schedule whose visits are at the baseline and at given months."""
    day = round(month * DAYS_A_MONTH)
    return Visit(
        slug=f"month-{month}",
        label=f"{month} months",
        target=day,
        opens=day - 30,
        closes=day + 30,
        analysis_opens=day - 60,
        analysis_closes=day + 60,
        instruments=("nrs_worst", "nrs_average"),
    )


@pytest.mark.parametrize("instrument", ["nrs_worst", "nrs_average"])
def test_the_50_percent_rule_on_scores_gives_the_published_shares(instrument):
    """Wetzel 1997: 55 % at 6 months, 19 % at about 30."""
    baseline = PROTOCOLS["spinal_root_ganglion"].baseline
    cohort = generate(
        "open_extradural_rhizotomy",
        2 * MANY,
        5,
        **UNDISTURBED,
        visits=(baseline, at_month(6), at_month(30)),
    )
    for visit, published in ((1, 0.55), (2, 0.19)):
        found, size = share(cohort, instrument, visit)
        assert size > MANY
        assert within_chance(found, published, size)


@pytest.mark.parametrize("preset", PRESETS)
def test_scores_at_every_visit_give_the_truth(preset):
    cohort = undisturbed(preset)
    protocol = PROTOCOLS[cohort.preset.protocol]
    visits = cohort.assessments
    for position in range(1, len(protocol.visits)):
        at = visits["day"][(visits["visit"] == position) & visits["seen"]]
        if len(at) < 1000:
            continue
        found, size = share(cohort, protocol.primary, position)
        # On the days on which people came: at 2 weeks the curve is steep.
        expected = truth(preset, at / DAYS_A_MONTH).mean()
        assert within_chance(found, expected, size), protocol.visits[position].slug


@pytest.mark.parametrize("preset", ["drez_avulsion", "cancer_thoracic_rhizotomy"])
def test_where_drop_out_can_be_ignored_those_seen_still_tell_the_truth(preset):
    cohort = generate(preset, MANY, 7, dropout="ignorable", reinterventions=False)
    protocol = PROTOCOLS[cohort.preset.protocol]
    slugs = [visit.slug for visit in protocol.visits]
    for slug in ("month-6", "month-12", "month-24"):
        position = slugs.index(slug)
        at = protocol.visits[position].target
        found, size = share(cohort, protocol.primary, position)
        assert size > 50  # few with cancer live two years
        assert within_chance(found, truth(preset, at / DAYS_A_MONTH), size)


def test_pain_scores_are_in_two_classes_never_one_bell_curve():
    cohort = undisturbed("open_extradural_rhizotomy")
    scores = cohort.scores
    visit = cohort.assessments["visit"][scores["assessment"]]
    at = (scores["instrument"] == "nrs_average") & (scores["missing"] == "")
    values = scores["value"]
    counts = np.bincount(values[at & (visit == 4)].astype(int), minlength=11)
    valley = counts[4:6].min()
    assert counts[1:4].max() > 2 * valley
    assert counts[6:9].max() > 2 * valley
    baseline = values[at & (visit == 0)]
    assert set(np.unique(baseline)) == set(range(4, 11))
    assert baseline.mean() == pytest.approx(7.8, abs=0.1)


def test_informative_drop_out_flatters_those_who_come():
    """domain.md 9.1: attenders only, against the truth."""
    told = {
        dropout: generate("open_extradural_rhizotomy", MANY, 9, dropout=dropout)
        for dropout in ("informative", "ignorable")
    }
    position = 5
    expected = truth("open_extradural_rhizotomy", 12)
    flattered, size = share(told["informative"], "nrs_worst", position)
    assert flattered > expected + 10 * np.sqrt(0.25 / size)
    fair, _ = share(told["ignorable"], "nrs_worst", position)
    assert fair < flattered - 0.05


def followed_up(cohort, position):
    """Who had reached the close of a visit's window, alive and not withdrawn."""
    closes = PROTOCOLS[cohort.preset.protocol].visits[position].closes
    latent = cohort.latent
    until = np.minimum(latent["death_day"], latent["withdrawal_day"])
    return (until > closes) & (cohort.participants["data_until"] > closes)


@pytest.mark.parametrize("dropout", ["informative", "ignorable"])
@pytest.mark.parametrize(
    "preset",
    ["open_extradural_rhizotomy", "trigeminal_rf", "glycerol", "drez_avulsion"],
)
def test_as_many_are_lost_as_in_the_registries(preset, dropout):
    """20 to 30 % at 12 months, 40 to 60 % at 5 years (domain.md 3.4)."""
    cohort = generate(preset, MANY, 10, dropout=dropout, reinterventions=False)
    visits = cohort.assessments
    for position, low, high in ((5, 0.2, 0.3), (9, 0.4, 0.6)):
        due = followed_up(cohort, position)
        seen = np.zeros(MANY, dtype=bool)
        came = (visits["visit"] == position) & visits["seen"]
        seen[visits["participant"][came]] = True
        assert low < 1 - seen[due].mean() < high


def test_everybody_due_and_not_seen_has_a_missed_assessment_with_a_reason():
    cohort = generate("open_extradural_rhizotomy", 5000, 11)
    visits = cohort.assessments
    missed = visits["status"] == AssessmentStatus.MISSED.value
    assert (visits["missed_reason"][missed] != "").all()
    assert (visits["missed_reason"][~missed] == "").all()
    for position in (5, 7):
        due = followed_up(cohort, position)
        has_row = np.zeros(5000, dtype=bool)
        has_row[visits["participant"][visits["visit"] == position]] = True
        # A few came just after the cut, or outside the plan on the very day.
        assert has_row[due].mean() > 0.98


def moved_visits(one, other):
    """How many visits of the same person and place in the plan are on another day."""
    days = [
        dict(zip(zip(v["participant"], v["visit"], strict=True), v["day"], strict=True))
        for v in (one.assessments, other.assessments)
    ]
    return sum(days[0][key] != days[1][key] for key in days[0].keys() & days[1].keys())


def test_some_come_because_the_pain_is_back_and_it_moves_no_truth():
    calm = generate("glycerol", MANY, 3, **UNDISTURBED, brought_forward=False)
    driven = undisturbed("glycerol")
    assert (calm.assessments["visit"] >= 0).all()
    assert (driven.assessments["visit"] == -1).sum() > 500
    assert moved_visits(calm, driven) > 500
    for position in (4, 5):
        before, after = (is_relieved(c, "nrs_worst", position) for c in (calm, driven))
        assert after.mean() == pytest.approx(before.mean(), abs=0.002)
