"""The rule pack: each rule by its two examples, and the turns that examples miss."""

import re
from decimal import Decimal

import pytest

from outcomes.checks import BY_ID, RULES, Severity, examine, hard
from outcomes.checks.shape import NESTED, SHAPE
from outcomes.instruments import INSTRUMENTS

# The cross-field checks by their numbers in the domain reference, section 8.2.
NUMBERED = {
    1: {"complication.before_procedure"},
    2: {"complication.ends_before_onset"},
    3: {"death.something_after"},
    4: {"death.before_procedure"},
    5: {"death.not_recorded", "death.on_another_day", "death.on_the_next_day"},
    6: {"assessment.after_on_an_early_day"},
    7: {"assessment.before_on_a_late_day"},
    8: {"score.before_the_procedure"},
    9: {"procedure.repeat_before_index"},
    10: {"level.outside_anatomy", "level.transitional_unmarked"},
    11: {"target.dermatome_c1", "finding.area_c1"},
    12: {"level.other_side"},
    13: {"level.other_family"},
    14: {"level.medial_branch_cut"},
    15: {"score.total_differs"},
    16: {"score.too_few_answers"},
    17: {"score.no_value_set", "score.missing_digit"},
    18: {"procedure.temperature_without_heat"},
    19: {"withdrawal.something_after"},
    20: {"procedure.two_indexes"},
    21: {"loss.assessed_after"},
    22: {"assessment.recurrence_without_relief"},
    23: {"score.opioid_after_stop"},
    24: {"finding.dolorosa_without_loss"},
    25: {"procedure.spasticity"},
}
SOFT_NUMBERED = {"death.on_the_next_day", "finding.dolorosa_without_loss"}
SOFT_LIST = {
    "score.jump",
    "score.no_pain_more_drugs",
    "score.impression_against_pain",
    "assessment.copied_answers",
    "assessment.always_on_target",
    "score.grade_despite_drugs",
    "score.grade_against_rating",
    "procedure.general_anaesthesia",
    "assessment.motor_deficit_without_complication",
    "finding.numb_after_partial_section",
    "procedure.no_block",
    "assessment.window_missed",
    "site.off_window",
    "site.digit_preference",
    "score.low_baseline",
    "procedure.family_not_in_protocol",
}
every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def broken(record):
    return {violation.rule for violation in examine(record)}


def scored(day, instrument, value=None, **more):
    score = {"instrument": instrument, "value": value, **more}
    return {"day": day, "is_after_procedure": day > 0, "scores": [score]}


@every_rule
def test_the_passing_example_breaks_no_rule(rule):
    assert examine(rule.passing) == []
    assert list(rule.find(rule.passing)) == []


@every_rule
def test_the_failing_example_breaks_exactly_that_rule(rule):
    assert broken(rule.failing) == {rule.id}
    assert list(rule.find(rule.failing)) == examine(rule.failing)


@every_rule
def test_a_sentence_says_where_what_and_what_is_allowed(rule):
    for violation in examine(rule.failing):
        assert re.fullmatch(r"[^{}]+: [^{}]+\.", violation.sentence)
        value = value_at(rule.failing, violation.place)
        if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
            assert str(value) in violation.sentence
        if rule.id.endswith(("_range", "_unusual")):
            assert len(re.findall(r"[\d.]+", violation.sentence)) >= 2


def value_at(record, place):
    """Follow a path such as `assessments[0].scores[1].value`."""
    for step in re.findall(r"\w+", place):
        record = record[int(step)] if step.isdigit() else record.get(step, None)
        if record is None:
            break
    return record


@every_rule
def test_a_rule_names_its_source_and_fields_that_exist(rule):
    assert rule.source
    known = {"site", *SHAPE} if rule.part == "record" else {*SHAPE[rule.part]}
    assert set(rule.needs) <= known | set(NESTED.get(rule.part, ()))


def test_ids_are_unique_and_sorted():
    ids = [rule.id for rule in RULES]
    assert ids == sorted(set(ids)) == sorted(BY_ID)


def test_every_numbered_check_of_the_domain_reference_has_its_rule():
    assert sorted(NUMBERED) == list(range(1, 26))
    numbered = set().union(*NUMBERED.values())
    assert numbered <= BY_ID.keys()
    soft = {one for one in numbered if BY_ID[one].severity is Severity.SOFT}
    assert soft == SOFT_NUMBERED


def test_every_soft_check_of_the_domain_reference_asks_for_a_reason():
    assert {BY_ID[one].severity for one in SOFT_LIST} == {Severity.SOFT}


def test_the_measures_that_rules_know_by_name_are_shipped():
    assert {"very_much_improved", "very_much_worse"} <= {
        grade.code for grade in INSTRUMENTS["pgic"].grades
    }
    assert {"I", "IIIa", "V"} <= {
        grade.code for grade in INSTRUMENTS["bni_pain"].grades
    }


def test_nothing_is_wrong_with_nothing():
    for record in ({}, {"assessments": []}, {"participant": {}}, None, 7, []):
        assert examine(record) == []


def test_hard_leaves_doubts_out():
    record = {"participant": {"age_at_index": 17, "sex": "X"}}
    assert {one.rule for one in hard(record)} == {"value.unknown_code"}
    assert len(examine(record)) == 2


def test_only_keeps_to_the_rules_named():
    record = {"participant": {"age_at_index": 17, "sex": "X"}}
    found = examine(record, only={"value.unknown_code"})
    assert [(one.rule, one.place) for one in found] == [
        ("value.unknown_code", "participant.sex")
    ]


def test_violations_come_in_the_order_of_their_places():
    visits = [scored(day, "nrs_worst", 11) for day in range(1, 13)]
    places = [one.place for one in examine({"assessments": visits})]
    assert places == [f"assessments[{n}].scores[0].value" for n in range(12)]


def test_the_sentence_reads_as_it_was_promised():
    (found,) = examine({"assessments": [scored(42, "nrs_worst", Decimal("11.000000"))]})
    assert found.sentence == "NRS worst on day 42: 11 is above 10."
    assert (found.rule, found.field) == ("score.refused", "value")


@pytest.mark.parametrize(
    ("value", "refused"), [(0, False), (10, False), (-1, True), ("7.5", True)]
)
def test_a_rating_is_a_whole_number_from_0_to_10(value, refused):
    record = {"assessments": [scored(42, "nrs_worst", Decimal(value))]}
    assert ("score.refused" in broken(record)) is refused


def test_a_fall_across_the_procedure_is_no_jump_but_one_after_it_is():
    before, after = scored(-3, "nrs_worst", 9), scored(14, "nrs_worst", 1)
    assert broken({"assessments": [before, after]}) == set()
    later = scored(30, "nrs_worst", 8)
    assert broken({"assessments": [later, before, after]}) == {"score.jump"}
    again = {"assessments": [before, after, later], "procedures": [{"day": 20}]}
    assert broken(again) == set()


@pytest.mark.parametrize(
    ("therapies", "refused"),
    [
        ([], False),
        ([{"kind": "opioid", "start_day": -90}], False),
        ([{"kind": "anticonvulsant", "start_day": -90, "end_day": 10}], False),
        ([{"kind": "opioid", "start_day": -90, "end_day": 10}], True),
        (
            [
                {"kind": "opioid", "start_day": -90},
                {"kind": "opioid", "start_day": 10, "change": "stopped"},
            ],
            True,
        ),
        (
            [
                {"kind": "opioid", "start_day": -90, "end_day": 10},
                {"kind": "opioid", "start_day": 60, "change": "started"},
            ],
            False,
        ),
        ([{"kind": "opioid", "start_day": 91, "change": "stopped"}], False),
    ],
)
def test_a_dose_is_refused_only_where_the_opioid_had_ended(therapies, refused):
    record = {"assessments": [scored(91, "opioid_mme", 60)], "therapies": therapies}
    assert ("score.opioid_after_stop" in broken(record)) is refused


@pytest.mark.parametrize(
    ("entered", "differs"),
    [("6.75", False), ("6.8", False), ("6.7", False), ("7", False), ("6.6", True)],
)
def test_a_total_may_be_rounded_as_it_was_entered(entered, differs):
    """8 + 7 + 6 + 6 are 27, over 4 answers 6.75."""
    answers = {"q1": 8, "q3": 7, "q5": 6, "q7": 6}
    score = scored(42, "bpi_interference", Decimal(entered), answers=answers)
    assert ("score.total_differs" in broken({"assessments": [score]})) is differs


@pytest.mark.parametrize(
    ("answers", "refused"),
    [
        ({}, False),
        ({"index": Decimal("0.735")}, False),
        ({"profile": "21231"}, False),
        ({"profile": "2123x"}, True),
        ({"profile": None}, True),
        ({"mo": 2, "sc": 1, "ua": 2, "pd": 3, "ad": 1}, False),
        ({"mo": 2, "sc": 1, "ua": None, "pd": 3, "ad": 1}, True),
        ({"mo": 2, "sc": 1, "ua": 9, "pd": 3, "ad": 1}, True),
    ],
)
def test_an_index_needs_every_digit_of_its_profile(answers, refused):
    more = {"value_set": "dk-2021", "answers": answers}
    record = {"assessments": [scored(42, "eq5d_index", Decimal("0.735"), **more)]}
    assert ("score.missing_digit" in broken(record)) is refused


def test_a_loss_that_was_reopened_lets_visits_in_again():
    lost, found_again = {"event": "lost", "day": 400}, {"event": "ongoing", "day": 730}
    visits = {"assessments": [{"day": 730}]}
    assert broken(visits | {"dispositions": [lost]}) == {"loss.assessed_after"}
    assert broken(visits | {"dispositions": [lost, found_again]}) == set()
    lost_again = {"event": "lost", "day": 800}
    later = {"assessments": [{"day": 900}]}
    ends = {"dispositions": [lost_again, found_again, lost]}
    assert broken(later | ends) == {"loss.assessed_after"}


def test_a_fatal_infection_begins_before_it_kills_and_ends_on_the_day_of_death():
    death = {"event": "died", "day": 10, "death_cause": "procedure"}
    meningitis = {"term": "meningitis", "severity": "5", "onset_day": 3}
    record = {"dispositions": [death], "complications": [meningitis]}
    assert broken(record) == set()
    meningitis["end_day"] = 7
    assert broken(record) == {"death.on_another_day"}


def test_a_recurrence_is_judged_only_where_scores_can_tell():
    report = {"day": 183, "recurrence_day": 150}
    assert broken({"assessments": [report]}) == set()
    responder = scored(42, "pgic", grade="much_improved")
    worse = [scored(-7, "nrs_worst", 8), scored(43, "nrs_worst", 7), report]
    assert broken({"assessments": [*worse, responder]}) == set()
    assert broken({"assessments": worse}) == {"assessment.recurrence_without_relief"}
