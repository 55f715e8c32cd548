"""One row for each visit: by name, by day, sorted or not."""

import pytest

from outcomes.imports.load import load
from outcomes.models import Assessment, Score
from registry.models import Participant
from tests.outcomes.imports.tables import LONG, applied, job, row_counts

pytestmark = pytest.mark.django_db

HEADER = "id,age,event,day,worst,vas"
ROWS = ("a1,50,t0,-3,8,80", "a1,,t1,95,3,30", "a2,61,t0,0,7,70", "a2,,t1,,,")


def table(*rows):
    return "\n".join([HEADER, *rows]) + "\n"


def days():
    found = Assessment.objects.order_by("participant__age_at_index", "day")
    return list(found.values_list("day", "is_after_procedure", "status"))


def test_rows_become_visits_on_their_own_days(tmp_path):
    applied(tmp_path, table(*ROWS), LONG)
    assert Participant.objects.count() == 2
    assert Score.objects.count() == 6
    assert days() == [
        (-3, False, "done"),
        (95, True, "done"),
        (0, False, "done"),
        (91, True, "missed"),  # an empty visit is due on its planned day
    ]


def test_rows_that_do_not_stand_together_are_brought_together(tmp_path):
    scattered = (ROWS[0], ROWS[2], ROWS[1], ROWS[3])
    applied(tmp_path, table(*scattered), LONG)
    assert Participant.objects.count() == 2
    assert not applied(tmp_path, table(*ROWS), LONG).tally.has_work


def test_a_table_by_days_alone_needs_no_names_of_visits(tmp_path):
    by_day = LONG.replace(
        'column = "event"\ncodes = { t0 = "baseline", t1 = "month-3" }', ""
    )
    rows = [row.replace("t0,", "").replace("t1,", "") for row in ROWS[:3]]
    rows = [HEADER.replace("event,", ""), *rows]
    applied(tmp_path, "\n".join(rows) + "\n", by_day)
    assert [day for day, *_ in days()] == [-3, 95, 0]


BAD_ROWS = {
    "another age": (("a1,50,t0,0,8,80", "a1,51,t1,95,3,30"), 3, "age", "row 2"),
    "the same day twice": (("a1,50,t0,0,8,80", "a1,,t0,0,3,30"), 3, "day", "row 2"),
    "an unknown visit": (("a1,50,t9,0,8,80",), 2, "event", "not one of the visits"),
    "a late baseline": (("a1,50,t0,5,8,80",), 2, "day", "wrong side of day 0"),
    "an early follow-up": (("a1,50,t1,-5,8,80",), 2, "day", "wrong side of day 0"),
    "half a day": (("a1,50,t1,95.5,8,80",), 2, "day", "whole number"),
    "a day beyond life": (("a1,50,t1,30000,8,80",), 2, "", "18250"),
    "no day for scores": (("a1,50,t1,,8,80",), 2, "day", "day is missing"),
}


@pytest.mark.parametrize("what", BAD_ROWS)
def test_a_bad_row_is_refused_with_its_place(tmp_path, what):
    rows, row, column, rule = BAD_ROWS[what]
    before = row_counts()
    loaded = load(job(tmp_path, table(*rows), LONG), apply=True)
    (refusal,) = loaded.tally.refusals
    assert (refusal.row, refusal.column) == (row, column)
    assert rule in refusal.rule
    assert row_counts() == before


def test_a_later_file_with_the_day_of_a_missed_visit_fills_that_visit(tmp_path):
    applied(tmp_path, table(*ROWS), LONG)
    loaded = applied(tmp_path, table(*ROWS[:3], "a2,,t1,88,2,20"), LONG)
    assert loaded.tally.counts["assessments", "new"] == 0
    assert (88, True, "done") in days()
    assert not Assessment.objects.filter(status="missed").exists()
