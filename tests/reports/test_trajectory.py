"""The mean course: by hand, by rule, and whatever the order of the rows."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.analysis.trajectory import COLUMNS, MISSING_COLUMNS
from tests.reports.test_standing import PERSONS
from tests.reports.tiny import course, course_of, person, study

TWO = (person({0: 8, 91: 3}), person({0: 6, 91: 5}))


def test_means_and_changes_match_hand_calculation():
    """Means 7 and 4; changes -5 and -1 average to -3, with SD sqrt(8)."""
    table = course(*TWO)
    assert tuple(table.columns) == COLUMNS
    at = table.loc["all", "month-3"]
    assert table.loc[("all", "baseline"), "mean"] == 7
    assert (at["n"], at["mean"], at["change_n"]) == (2, 4, 2)
    assert at["sd"] == pytest.approx(2**0.5)
    assert (at["change_mean"], at["change_sd"]) == (-3, pytest.approx(8**0.5))


def test_the_interval_is_that_of_students_t():
    """With one degree of freedom t is 12.7062: 4 -+ 12.7062 * sqrt(2) / sqrt(2)."""
    at = course(*TWO).loc["all", "month-3"]
    assert at["lower"] == pytest.approx(4 - 12.7062, abs=1e-4)
    assert at["upper"] == pytest.approx(4 + 12.7062, abs=1e-4)


def test_responders_have_their_denominators_and_bounds():
    """8 to 4 is half; 10 to 7 is 30 %; 0 cannot be judged; one of four is missing."""
    table = course(
        person({0: 8, 91: 4}),
        person({0: 10, 91: 7}),
        person({0: 0, 91: 0}),
        person({0: 6, 91: "refused"}),
    )
    at = table.loc["all", "month-3"]
    assert (at["due"], at["n"], at["missing"], at["missing_refused"]) == (4, 3, 1, 1)
    assert (at["evaluable"], at["evaluable_due"]) == (2, 3)
    assert (at["responders_30"], at["responders_50"]) == (2, 1)
    assert (at["share_30"], at["share_50"]) == (1, 0.5)
    assert (at["share_50_worst"], at["share_50_best"]) == (1 / 3, 2 / 3)


def test_the_lost_at_half_of_wetzels_follow_up_bound_the_answer():
    """Wetzel 1997: 7 of 37 seen better, 14 of 51 not seen: 13.7 to 41.2 %."""
    persons = [person({0: 8, 91: 4 if n < 7 else 8}) for n in range(37)]
    persons += [person({0: 8}, missed={91: "lost"}) for _ in range(14)]
    at = course(*persons).loc["all", "month-3"]
    assert at["share_50_worst"] == pytest.approx(0.137, abs=0.0005)
    assert at["share_50_best"] == pytest.approx(0.412, abs=0.0005)


def test_who_has_no_baseline_is_in_the_mean_and_not_in_the_change():
    at = course(*TWO, person({91: 1})).loc["all", "month-3"]
    assert (at["n"], at["mean"], at["change_n"]) == (3, 3, 2)


def test_the_baseline_is_the_last_value_before_the_procedure():
    at = course(person({-80: 2, -5: 9, 91: 3})).loc["all", "month-3"]
    assert at["change_mean"] == -6


def test_the_value_nearest_the_target_speaks_and_of_two_the_later():
    at = course(person({0: 8, 70: 1, 87: 5, 95: 6})).loc["all", "month-3"]
    assert (at["mean"], at["median_day"]) == (6, 95)


def test_one_person_has_a_mean_and_no_spread():
    at = course(TWO[0]).loc["all", "month-3"]
    assert (at["mean"], at["sd"], at["lower"], at["upper"]) == (3, None, None, None)


def test_nobody_seen_leaves_cells_empty_and_not_nan():
    at = course(person({0: 8}, missed={91: "lost"})).loc["all", "month-3"]
    assert (at["n"], at["mean"], at["share_50"], at["median_day"]) == (0, *[None] * 3)
    assert at["share_50_worst"] == 0
    assert at["share_50_best"] == 1


def test_nobody_at_all_gives_an_empty_table():
    assert course_of(study(), groups=()).empty


def test_at_baseline_there_is_no_change_and_no_responder():
    at = course(*TWO).loc["all", "baseline"]
    assert at["change_n"] is None
    assert at["responders_50"] is None
    assert at["evaluable"] is None


def test_a_measure_without_responders_has_none():
    at = course(*TWO, with_responders=False).loc["all", "month-3"]
    assert at["responders_50"] is None
    assert at["change_mean"] == -3


def test_a_visit_that_nobody_has_reached_is_left_out():
    assert list(course(*TWO)["visit"]) == ["baseline", "month-3"]


def test_a_visit_at_which_the_measure_is_not_asked_is_left_out():
    persons = (person({0: 8, 365: 4}),)
    table = course(*persons, asked=("baseline", "month-12"))
    assert list(table["visit"]) == ["baseline", "month-12"]


def test_without_a_baseline_visit_nothing_stands_in_for_it():
    """The first follow-up is never taken for a baseline."""
    table = course(person({91: 8, 183: 4}), asked=())
    assert list(table["visit"]) == ["month-3", "month-6"]
    assert table.loc[("all", "month-6"), "change_n"] == 0


def test_groups_keep_their_order_and_their_people():
    persons = (
        person({0: 8, 91: 4}, group="late"),
        person({0: 6, 91: 6}, group="early"),
    )
    table = course(*persons, groups=("late", "early"))
    assert list(table["group"]) == ["late", "late", "early", "early"]
    assert table.loc[("early", "month-3"), "mean"] == 6
    assert table.loc[("late", "month-3"), "mean"] == 4


@settings(deadline=None, max_examples=50)
@given(st.lists(PERSONS, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(persons, random):
    frames = study(*persons)
    shuffled = [
        frame.sample(frac=1, random_state=random.randrange(99)) for frame in frames
    ]
    pd.testing.assert_frame_equal(course_of(frames), course_of(shuffled))


@settings(deadline=None, max_examples=50)
@given(st.lists(PERSONS, min_size=1, max_size=8))
def test_every_row_adds_up(persons):
    for row in course(*persons).to_dict("records"):
        gone = row["dead"] + row["withdrawn"] + row["not_yet"]
        assert row["enrolled"] == len(persons) == row["due"] + gone
        assert row["due"] == row["n"] + row["missing"]
        assert row["missing"] == sum(row[column] for column in MISSING_COLUMNS)
        assert not [value for value in row.values() if value != value]  # noqa: PLR0124
        if row["share_30_worst"] is not None:
            observed = row["responders_30"] / row["evaluable_due"]
            assert row["share_30_worst"] == observed <= row["share_30_best"] <= 1
            assert row["responders_50"] <= row["responders_30"] <= row["evaluable"]
