"""Days are counted to visits as the schedule counts them."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes.protocols import PROTOCOLS
from outcomes.schedule import analysis_visit, choose
from reports.analysis.windows import speaking, visit_of

DAYS = st.lists(st.integers(-400, 4000), min_size=1, max_size=30)


@settings(deadline=None, max_examples=50)
@given(st.sampled_from(sorted(PROTOCOLS)), DAYS, st.booleans())
def test_columns_of_days_agree_with_the_schedule(slug, days, after):
    protocol = PROTOCOLS[slug]
    side = np.array([day > 0 or (day == 0 and after) for day in days])
    found = visit_of(np.array(days), side, protocol.visits)
    for day, is_after, number in zip(days, side, found, strict=True):
        expected = analysis_visit(protocol, day, bool(is_after))
        assert (protocol.visits[number] if number >= 0 else None) == expected


@settings(deadline=None, max_examples=50)
@given(DAYS)
def test_the_day_that_speaks_is_the_one_the_schedule_chooses(days):
    protocol = PROTOCOLS["spinal_root_ganglion"]
    entries = pd.DataFrame({"day": days, "person": 0, "entered": range(len(days))})
    entries["after"] = entries["day"] > 0
    spoken = speaking(entries, protocol.visits)
    for visit in {analysis_visit(protocol, day) for day in days} - {None}:
        within = [n for n, d in enumerate(days) if analysis_visit(protocol, d) == visit]
        expected = within[choose([days[n] for n in within], visit)]
        row = spoken[spoken["visit"] == protocol.visits.index(visit)].iloc[0]
        assert row["entered"] == expected


def test_after_the_procedure_day_0_is_no_baseline():
    visits = PROTOCOLS["spinal_root_ganglion"].visits
    found = visit_of(np.array([0, 0]), np.array([False, True]), visits)
    assert found.tolist() == [0, -1]
