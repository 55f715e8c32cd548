import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.privacy import Privacy, classed, shown_age


@pytest.mark.parametrize(
    ("age", "last_day", "shown"),
    [
        (54, 0, 54),
        (89, 0, 89),
        (90, 0, 89),
        (86, 1500, 84),  # 1500 days are in the fifth year: 84 + 5 = 89
        (60, 3652, 60),
        (None, 400, None),
        (88, -30, 88),
    ],
)
def test_age_is_capped_by_hand(age, last_day, shown):
    assert shown_age(age, last_day) == shown


@given(st.integers(0, 90), st.integers(-3650, 18250))
def test_age_and_follow_up_never_show_more_than_89(age, last_day):
    assert shown_age(age, last_day) + max(last_day, 0) / 365.25 <= 89


def test_a_field_cannot_be_classed_twice():
    with pytest.raises(ValueError, match="twice"):
        classed(release="day", withhold="day")


def test_classes_are_read_by_field():
    assert classed(coarsen="day")["day"] is Privacy.COARSEN
