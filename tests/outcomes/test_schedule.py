"""Which visit a day belongs to, and which assessment speaks for it."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes import schedule
from outcomes.protocols import PROTOCOLS
from outcomes.schedule import analysis_visit, choose, in_window, protocol_visit

SPINAL = PROTOCOLS["spinal_root_ganglion"]
VISITS = {visit.slug: visit for visit in SPINAL.visits}
protocols = st.sampled_from(list(PROTOCOLS.values()))
days = st.integers(-3650, 5000)


def slug(visit):
    return visit and visit.slug


@pytest.mark.parametrize(
    ("day", "after", "expected"),
    [
        (-3650, None, "baseline"),
        (-1, None, "baseline"),
        (-1, True, "baseline"),
        (0, None, "baseline"),
        (0, False, "baseline"),
        (0, True, None),  # after the procedure it is no baseline, and no visit yet
        (1, None, "day-14"),
        (1, False, "day-14"),
        (27, None, "day-14"),
        (28, None, "week-6"),
        (66, None, "week-6"),
        (67, None, "month-3"),
        (137, None, "month-3"),
        (138, None, "month-6"),
        (547, None, "month-12"),
        (3835, None, "month-120"),
        (3836, None, None),
        (-3651, None, None),
    ],
)
def test_a_day_is_counted_to_the_visit_in_whose_analysis_window_it_is(
    day, after, expected
):
    assert slug(analysis_visit(SPINAL, day, after)) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (-91, None),
        (-90, "baseline"),
        (0, "baseline"),
        (6, None),
        (7, "day-14"),
        (21, "day-14"),
        (22, None),
        (320, "month-12"),
        (426, None),
    ],
)
def test_a_day_outside_every_protocol_window_is_unscheduled(day, expected):
    assert slug(protocol_visit(SPINAL, day)) == expected


def test_the_day_of_the_procedure_is_in_no_window_once_it_is_over():
    assert protocol_visit(SPINAL, 0, after=True) is None


def test_both_ends_of_a_window_belong_to_it():
    year = VISITS["month-12"]
    assert [in_window(year, day) for day in (319, 320, 425, 426)] == [
        *(False, True, True, False),
    ]


@pytest.mark.parametrize(
    ("found", "visit", "expected"),
    [
        ([300, 360, 380], "month-12", 1),
        ([360, 370], "month-12", 1),  # equally close: the later
        ([370, 360], "month-12", 0),
        ([360, 360], "month-12", 0),  # the same day twice: the first entered
        ([400, 365, 365], "month-12", 1),
        ([-40, -3, -20], "baseline", 1),  # before the procedure: the latest
        ([500], "month-12", 0),
    ],
)
def test_the_closest_to_the_target_speaks_for_a_visit(found, visit, expected):
    assert choose(found, VISITS[visit]) == expected


def test_there_is_nothing_to_choose_from_no_days():
    with pytest.raises(ValueError, match="no day to choose from"):
        choose([], VISITS["month-12"])


@given(protocols, days, st.sampled_from([None, False, True]))
def test_a_day_belongs_to_at_most_one_visit_and_that_holds_it(protocol, day, after):
    found = analysis_visit(protocol, day, after)
    holding = [
        v for v in protocol.visits if v.analysis_opens <= day <= v.analysis_closes
    ]
    if day == 0 and after:
        assert found is None
    else:
        assert holding == ([found] if found else [])


@given(protocols, days)
def test_a_day_in_a_protocol_window_is_counted_to_the_same_visit(protocol, day):
    scheduled = protocol_visit(protocol, day)
    assert [v for v in protocol.visits if in_window(v, day)] == (
        [scheduled] if scheduled else []
    )
    assert scheduled in (None, analysis_visit(protocol, day))


@given(st.lists(st.integers(275, 547), min_size=1), st.data())
def test_the_order_of_entry_does_not_change_the_day_that_is_chosen(found, data):
    year = VISITS["month-12"]
    turned = data.draw(st.permutations(found))
    chosen = found[choose(found, year)]
    assert turned[choose(turned, year)] == chosen
    assert all(abs(chosen - 365) <= abs(day - 365) for day in found)


def test_the_pure_modules_do_without_django():
    names = "instruments, protocols, schedule, scoring"
    program = (
        f"import sys\nfrom outcomes import {names}\nprint('django' in sys.modules)"
    )
    root = Path(schedule.__file__).parents[1]
    answer = subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout == "False\n"
