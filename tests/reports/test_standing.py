"""Nobody vanishes: due, dead, withdrawn, or not yet; seen, or missing and why."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes.vocabulary import Missing
from reports.analysis.standing import NOT_RECORDED, REASONS
from tests.reports.tiny import SLUGS, person, stands


def standing(one, *others):
    """Tell in a word how the first person stands at each visit."""
    words = {}
    for slug, at in stands(one, *others).items():
        reason = REASONS[at.reason[0]] if at.due[0] and not at.seen[0] else ""
        flags = {"seen": at.seen[0], f"missing: {reason}": bool(reason)}
        flags |= {"dead": at.dead[0], "withdrew": at.withdrawn[0]}
        flags["not yet"] = at.not_yet[0]
        words[slug] = [word for word, is_so in flags.items() if is_so]
    assert all(len(said) == 1 for said in words.values())
    return [said[0] for said in words.values()]


def test_follow_up_that_has_not_come_so_far_is_not_missing():
    assert standing(person({0: 8, 91: 4})) == ["seen", "seen", "not yet", "not yet"]


def test_a_visit_passed_over_in_silence_is_missing():
    one = person({0: 8, 365: 4})
    silent = f"missing: {NOT_RECORDED}"
    assert standing(one) == ["seen", silent, silent, "seen"]


def test_a_missed_assessment_gives_its_reason():
    one = person({0: 8}, missed={91: "refused", 183: "lost"})
    assert standing(one)[1:3] == ["missing: refused", "missing: lost"]


def test_a_score_gives_its_reason_before_anything_is_guessed():
    assert standing(person({0: 8, 91: "not_testable"}))[1] == "missing: not_testable"


def test_of_several_reasons_the_one_nearest_the_target_speaks():
    one = person({0: 8}, missed={80: "refused", 95: "not_done"})
    assert standing(one)[1] == "missing: not_done"


def test_the_dead_are_dead_and_not_missing():
    one = person({0: 8, 91: 4}, death_day=120)
    assert standing(one) == ["seen", "seen", "dead", "dead"]


def test_who_dies_in_a_window_before_being_seen_is_dead_there():
    """The window of 6 months opens on day 152; the death on day 200 is within."""
    assert standing(person({0: 8, 91: 4}, death_day=200))[2] == "dead"


def test_who_dies_after_a_window_was_due_in_it():
    one = person({0: 8, 91: 4}, death_day=300)
    assert standing(one)[2:] == [f"missing: {NOT_RECORDED}", "dead"]


def test_who_withdrew_is_not_due_and_not_forgotten():
    one = person({0: 8, 91: 4}, withdrawal_day=130)
    assert standing(one)[2:] == ["withdrew", "withdrew"]


def test_death_after_withdrawal_counts_as_death_from_then_on():
    one = person({0: 8}, withdrawal_day=100, death_day=330)
    assert standing(one)[2:] == ["withdrew", "dead"]


def test_the_lost_stay_due_as_far_as_others_have_come():
    lost = person({0: 8, 91: 4}, lost_day=100)
    other = person({0: 8, 183: 4})
    expected = ["seen", "seen", "missing: lost", "not yet"]
    assert standing(lost, other) == expected


def test_the_lost_whose_missed_visits_are_recorded_are_due_at_those():
    lost = person({0: 8, 91: 4}, lost_day=100, missed={183: "lost"})
    expected = ["seen", "seen", "missing: lost", "not yet"]
    assert standing(lost, person({0: 8, 365: 4})) == expected


def test_a_value_makes_a_person_due_whatever_came_later():
    """Day 280 counts to 12 months, whose window opens on day 320; death on day 300."""
    assert standing(person({0: 8, 280: 4}, death_day=300))[3] == "seen"


def test_whose_data_may_not_be_used_is_withdrawn_from_the_start():
    one = person({}, withdrawal_day=-np.inf)
    assert standing(one, person({0: 8, 91: 4}))[:2] == ["withdrew", "withdrew"]


def test_a_value_beats_a_missed_assessment_that_is_nearer():
    assert standing(person({0: 8, 80: 4}, missed={91: "lost"}))[1] == "seen"


DAYS = st.integers(-60, 600)
PERSONS = st.builds(
    person,
    st.dictionaries(DAYS, st.integers(0, 10) | st.sampled_from(Missing.codes())),
    missed=st.dictionaries(DAYS, st.sampled_from(Missing.codes())),
    death_day=st.none() | st.integers(1, 600),
    withdrawal_day=st.none() | st.integers(1, 600),
    lost_day=st.none() | st.integers(1, 600),
)


@settings(deadline=None, max_examples=50)
@given(st.lists(PERSONS, max_size=6))
def test_everybody_is_in_exactly_one_state_at_every_visit(persons):
    found = stands(*persons)
    assert tuple(found) == SLUGS
    for at in found.values():
        states = np.array([at.due, at.dead, at.withdrawn, at.not_yet])
        assert (states.sum(axis=0) == 1).all()
        assert not (at.seen & ~at.due).any()
        assert ((at.reason >= 0) == (at.due & ~at.seen)).all()
