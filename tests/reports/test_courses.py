"""Single courses: what is drawn of each person, and who left."""

from reports.analysis.courses import individual_courses, leavers, sampled
from reports.analysis.standing import standings
from tests.reports.tiny import VISITS, person, study


def drawn(*persons, **options):
    people, assessments, scores = study(*persons)
    found = standings(people, assessments, scores, VISITS)
    courses = individual_courses(people, scores, found[0], **options)
    return courses, leavers(people, courses, found)


def test_the_baseline_stands_on_day_0_and_later_values_on_their_own_days():
    courses, _ = drawn(person({-30: 8, -90: 2, 91: 4, 120: 5}))
    expected = [(0, 8), (91, 4), (120, 5)]
    assert list(zip(courses["day"], courses["value"], strict=True)) == expected


def test_nothing_is_drawn_beyond_the_last_visit_shown():
    courses, _ = drawn(person({0: 8, 91: 4, 900: 1}), until=547)
    assert list(courses["day"]) == [0, 91]


def test_who_was_due_again_and_not_seen_has_left():
    _, left = drawn(
        person({0: 8, 91: 4, 365: 3}),
        person({0: 8, 91: 5}, missed={365: "lost"}),
        person({0: 8, 91: 6}, death_day=120),
        person({0: 8, 91: 7}, withdrawal_day=100),
    )
    assert list(left["value"]) == [5, 6, 7]
    assert list(left["how"]) == ["not seen again", "died", "not seen again"]


def test_who_is_not_due_yet_has_not_left():
    _, left = drawn(person({0: 8, 91: 4}), person({0: 8}))
    assert left.empty


def test_the_sample_is_shared_by_the_groups_and_the_same_each_time():
    persons = [person({0: 8}, group="ab"[n % 2]) for n in range(40)]
    courses, _ = drawn(*persons)
    chosen = sampled(courses, ["a", "b"], most=10)
    assert sorted(chosen % 2) == [0] * 5 + [1] * 5
    assert list(chosen) == list(sampled(courses, ["a", "b"], most=10))
    assert len(sampled(courses, ["a", "b"], most=100)) == 40
    assert len(sampled(courses, [], most=100)) == 0
