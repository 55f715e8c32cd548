"""Who is better, and how sure a share is."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.analysis.responders import (
    is_evaluable,
    is_responder,
    refuse_percentages,
    wilson,
)


@pytest.mark.parametrize(
    ("events", "n", "expected"),
    [
        (7, 37, (0.189, 0.095, 0.342)),
        (28, 51, (0.549, 0.414, 0.677)),
        (14, 19, (0.737, 0.512, 0.882)),
        (567, 692, (0.819, 0.789, 0.846)),
    ],
)
def test_wilson_gives_the_reference_results(events, n, expected):
    """domain.md section 10, computed with two independent libraries."""
    assert wilson(events, n) == pytest.approx(expected, abs=0.0005)


def test_wilson_of_nobody_is_nothing():
    assert wilson(0, 0) == (None, None, None)


def test_wilson_reaches_the_ends_exactly():
    assert wilson(0, 7).lower == 0
    assert wilson(7, 7).upper == 1


@pytest.mark.parametrize(("events", "n"), [(-1, 3), (4, 3)])
def test_wilson_refuses_counts_that_cannot_be(events, n):
    with pytest.raises(ValueError, match="not a count"):
        wilson(events, n)


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_wilson_holds_the_share(events, others):
    found = wilson(events, events + others)
    if events + others:
        assert 0 <= found.lower <= found.share <= found.upper <= 1


@pytest.mark.parametrize(
    ("baseline", "follow_up", "percent", "expected"),
    [
        (8, 4, 50, True),
        (7, 4, 50, False),
        (10, 7, 30, True),
        (10, 8, 30, False),
        (8, 8, 30, False),
        (5, 9, 30, False),
        (0, 0, 30, False),
    ],
)
def test_who_responds_is_told_in_whole_numbers(baseline, follow_up, percent, expected):
    """1 - 7 / 10 >= 0.3 is false in floating point; 10 to 7 is a fall of 30 %."""
    micro = np.array([[baseline], [follow_up]]) * 1_000_000
    assert is_responder(*micro, percent).tolist() == [expected]


def test_a_baseline_of_zero_is_not_evaluable():
    assert is_evaluable(np.array([0, 1])).tolist() == [False, True]


def test_percentages_are_refused_where_they_mean_nothing():
    assert refuse_percentages("lower", Decimal(0)) is None
    assert "begins at 0" in refuse_percentages("lower", Decimal(10))
    assert "begins at 0" in refuse_percentages("lower", None)
    assert "lower is better" in refuse_percentages("higher", Decimal(0))
    assert "screens" in refuse_percentages("none", Decimal(0), measures_change=False)
