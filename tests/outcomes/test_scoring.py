"""What may be a score, and how answers become one; an unanswered item is never 0."""

from decimal import Decimal
from operator import attrgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.instruments import INSTRUMENTS
from outcomes.scoring import FROM_ITEMS, SMALLEST, read_number, score

EXAMPLES = [
    pytest.param(instrument, example, id=f"{instrument.slug}-{number}")
    for instrument in INSTRUMENTS.values()
    for number, example in enumerate(instrument.examples, start=1)
]
NUMERIC = [one for one in INSTRUMENTS.values() if one.kind == "number"]
GRADED = [one for one in INSTRUMENTS.values() if one.kind == "grade"]
ITEMISED = [one for one in INSTRUMENTS.values() if one.scoring in FROM_ITEMS]
SLUG = attrgetter("slug")


def answers(instrument, values):
    """Answer the items in turn; None leaves one unanswered."""
    codes = [item.code for item in instrument.items]
    codes = codes or [f"q{n}" for n in range(instrument.item_count)]
    return dict(zip(codes, values, strict=False))


def full_answers(instrument):
    """Any full set of answers to an instrument's items."""
    one = st.integers(int(instrument.item_minimum), int(instrument.item_maximum))
    count = instrument.item_count
    return st.lists(one, min_size=count, max_size=count)


@pytest.mark.parametrize("instrument", NUMERIC, ids=SLUG)
def test_one_above_the_maximum_and_one_below_the_minimum_are_refused(instrument):
    low, high = instrument.minimum, instrument.maximum
    above, below = high + 1, low - 1
    assert instrument.refuse(low) is None
    assert instrument.refuse(high) is None
    assert instrument.refuse(above) == f"{instrument.short}: {above} is above {high}"
    assert instrument.refuse(below) == f"{instrument.short}: {below} is below {low}"


@pytest.mark.parametrize("instrument", GRADED, ids=SLUG)
def test_a_grade_is_its_code_and_never_its_rank(instrument):
    for grade in instrument.grades:
        assert instrument.refuse(grade.code) is None
        assert instrument.parse(grade.code) == grade.code
        assert instrument.refuse(Decimal(grade.rank)) is not None


@pytest.mark.parametrize(
    ("slug", "value", "sentence"),
    [
        ("nrs_worst", Decimal(11), "NRS worst: 11 is above 10"),
        ("nrs_worst", Decimal("7.5"), "NRS worst: 7.5 is not a whole number"),
        ("nrs_worst", Decimal("NaN"), "NRS worst: NaN is not a number"),
        ("nrs_worst", Decimal("-Infinity"), "NRS worst: -Infinity is not a number"),
        ("nrs_worst", Decimal("1E+309"), "NRS worst: 1E+309 is above 10"),
        ("nrs_worst", 7.0, "NRS worst: 7.0 is not a number"),
        ("nrs_worst", True, "NRS worst: True is not a number"),
        ("nrs_worst", "7", "NRS worst: '7' is not a number"),
        ("vas", Decimal("7.1234567"), "VAS: 7.1234567 has more than 6 decimals"),
        ("kps", Decimal(45), "KPS: 45 is not on a step of 10"),
        ("bni_pain", "VI", "BNI pain: 'VI' is not one of I, II, IIIa, IIIb, IV, V"),
    ],
)
def test_a_refusal_is_one_sentence(slug, value, sentence):
    assert INSTRUMENTS[slug].refuse(value) == sentence


def test_a_grade_that_does_not_exist_is_answered_with_those_that_do():
    assert (
        INSTRUMENTS["pgic"]
        .refuse("x")
        .startswith("PGIC: 'x' is not one of very_much_improved, much_improved, ")
    )


@pytest.mark.parametrize("text", ["7", " 7 ", "+7", "7.0", "07", "7.000000"])
def test_a_plain_number_is_read(text):
    assert INSTRUMENTS["nrs_worst"].parse(text) == 7


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "NaN", "nan", "Infinity", "-inf", "sNaN", "1e309", "1E1", "0x10"),
        *(
            "\u0667",
            "\uff17",
            "\u2087",
            "1_0",
            "1,000",
            "7,5",
            "1 0",
            "1'0",
            "7.",
            ".5",
        ),
        *("--7", "\u22127", "7 points", "7\x00", "seven", "9" * 5000, "7." + "0" * 40),
    ],
)
def test_anything_but_a_plain_number_is_refused(text):
    with pytest.raises(ValueError, match=r"^VAS: ") as refusal:
        INSTRUMENTS["vas"].parse(text)
    assert len(str(refusal.value)) < 80


def test_minus_zero_is_zero():
    assert str(INSTRUMENTS["nrs_worst"].parse("-0")) == "0"


def test_an_excess_of_digits_is_not_rounded_away():
    with pytest.raises(ValueError, match="not a whole number"):
        INSTRUMENTS["nrs_worst"].parse("7.000000000000000000000001")


@given(st.sampled_from(NUMERIC), st.data())
def test_what_is_allowed_is_read_back_as_it_was_written(instrument, data):
    low, high, step = (
        instrument.minimum,
        instrument.maximum,
        instrument.step or SMALLEST,
    )
    steps = data.draw(st.integers(0, int((high - low) / step)))
    value = low + steps * step
    assert instrument.refuse(value) is None
    assert instrument.parse(f"{value:f}") == value


@given(st.sampled_from(NUMERIC), st.decimals(allow_nan=True, allow_infinity=True))
def test_a_value_is_allowed_only_in_range_and_on_the_step(instrument, value):
    step = instrument.step or SMALLEST
    allowed = instrument.refuse(value) is None
    fits = value.is_finite() and instrument.minimum <= value <= instrument.maximum
    assert allowed == bool(fits and (value - instrument.minimum) % step == 0)


@pytest.mark.parametrize(("instrument", "example"), EXAMPLES)
def test_every_worked_example_comes_out(instrument, example):
    assert score(instrument, example.answers) == example.score


def test_interference_is_the_mean_of_those_answered_if_four_are():
    bpi = INSTRUMENTS["bpi_interference"]
    assert score(bpi, answers(bpi, [10, 8, 6, 4, None, None, None])) == 7
    assert score(bpi, answers(bpi, [10, 8, 6, None, None, None, None])) is None
    assert score(bpi, answers(bpi, [1, 1, 1, 1, 1, 1, 2])) == Decimal("1.142857")


def test_severity_needs_all_four():
    bpi = INSTRUMENTS["bpi_severity"]
    assert score(bpi, answers(bpi, [9, 4, 6, 6])) == Decimal("6.25")
    assert score(bpi, answers(bpi, [9, 4, 6, None])) is None


def test_disability_is_the_percentage_of_what_was_answered():
    odi = INSTRUMENTS["odi"]
    assert score(odi, answers(odi, [2] * 10)) == 40
    assert score(odi, answers(odi, [2] * 8)) == 40
    assert score(odi, answers(odi, [2] * 7)) is None


def test_half_a_point_is_rounded_up():
    hads = INSTRUMENTS["hads_anxiety"]
    assert score(hads, answers(hads, [2, 1, 2, 1])) == 11  # 10.5
    assert score(hads, answers(hads, [2, 1, 2])) is None


def test_opioid_doses_are_added_by_the_cdc_2022_factors():
    """60 x 1 + 25 x 2.4 + 10 x 4.7 = 167."""
    mme = INSTRUMENTS["opioid_mme"]
    doses = {"morphine": 60, "fentanyl_patch": "25", "methadone": Decimal(10)}
    assert score(mme, doses) == 167


def test_no_opioid_is_zero_and_an_unknown_dose_is_unknown():
    mme = INSTRUMENTS["opioid_mme"]
    assert score(mme, {"morphine": 0}) == 0
    assert score(mme, {"morphine": 60, "tramadol": None}) is None
    assert score(mme, {}) is None


def test_the_index_is_entered_and_never_made_from_a_profile():
    index = INSTRUMENTS["eq5d_index"]
    assert score(index, {"index": "0.735"}) == Decimal("0.735")
    with pytest.raises(ValueError, match="one value is expected, not 5"):
        score(index, {"q1": 1, "q2": 1, "q3": 2, "q4": 3, "q5": 1})


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=SLUG)
def test_nothing_answered_is_no_score(instrument):
    assert score(instrument, {}) is None


@pytest.mark.parametrize(
    ("slug", "given_answers", "sentence"),
    [
        ("nrs_worst", {"worst": 11}, "NRS worst: 11 is above 10"),
        ("nrs_worst", {"worst": "7,5"}, "NRS worst: '7,5' is not a number such as 7"),
        ("nrs_worst", {"best": 7}, "NRS worst: there is no item 'best'"),
        ("pgic", {"change": "2"}, "PGIC: '2' is not one of very_much_improved"),
        ("gad7", {"worry": 4}, "GAD-7, worry: 4 is not a whole number from 0 to 3"),
        ("gad7", {"worry": "1.5"}, "GAD-7, worry: 1.5 is not a whole number from 0"),
        ("gad7", {"worry": ""}, "GAD-7, worry: nothing was entered"),
        ("gad7", {"worry": Decimal("NaN")}, "GAD-7, worry: NaN is not a number below"),
        ("gad7", {"sleep": 1}, "GAD-7: there is no item 'sleep'"),
        ("odi", dict.fromkeys("abcdefghijk", 1), "ODI: 11 answers to 10 items"),
        ("opioid_mme", {"heroin": 1}, "Opioid MME: there is no item 'heroin'"),
        ("opioid_mme", {"morphine": -1}, "Opioid MME, morphine: -1 is below 0"),
        ("opioid_mme", {"morphine": 10**6}, "Opioid MME, morphine: 1000000 is not a n"),
    ],
)
def test_an_answer_that_is_not_allowed_is_refused(slug, given_answers, sentence):
    with pytest.raises(ValueError, match=r"^") as refusal:
        score(INSTRUMENTS[slug], given_answers)
    assert str(refusal.value).startswith(sentence)


@given(st.sampled_from(ITEMISED), st.data())
def test_every_score_from_items_is_one_the_measure_allows(instrument, data):
    given_answers = answers(instrument, data.draw(full_answers(instrument)))
    for code in data.draw(st.sets(st.sampled_from(sorted(given_answers)))):
        given_answers[code] = None
    found = score(instrument, given_answers)
    answered = sum(answer is not None for answer in given_answers.values())
    needed = instrument.minimum_answered or instrument.item_count
    assert (found is not None) == (answered >= needed)
    assert found is None or instrument.refuse(found) is None


@given(st.sampled_from(ITEMISED), st.data())
def test_the_order_of_the_answers_does_not_matter(instrument, data):
    values = data.draw(full_answers(instrument))
    turned = data.draw(st.permutations(values))
    one, other = answers(instrument, values), answers(instrument, turned)
    assert score(instrument, one) == score(instrument, other)


@given(st.sampled_from(ITEMISED), st.data())
def test_leaving_an_item_out_is_leaving_it_unanswered(instrument, data):
    given_answers = answers(instrument, data.draw(full_answers(instrument)))
    code = data.draw(st.sampled_from(sorted(given_answers)))
    blank = {**given_answers, code: None}
    del given_answers[code]
    assert score(instrument, given_answers) == score(instrument, blank)


@given(st.decimals(-999_999, 999_999, places=6))
def test_a_number_that_can_be_stored_is_read_exactly(value):
    assert read_number(f"{value:f}") == value
