import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.study_ids import (
    ALPHABET,
    LENGTH,
    check_character,
    draw_study_id,
    parse_study_id,
    written,
)

BODIES = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


def complete(body):
    return written(body + check_character(body))


def test_check_character_matches_a_hand_calculation():
    """22222 2 3: 0 but for the last, 1 x 8; -8 mod 29 = 21, the 22nd character."""
    assert check_character("2222223") == ALPHABET[21]


def test_drawn_codes_differ_and_read_back():
    drawn = {draw_study_id() for _ in range(200)}
    assert len(drawn) == 200
    assert {parse_study_id(code) for code in drawn} == drawn


@given(BODIES)
def test_case_spaces_and_hyphen_are_forgiven(body):
    code = complete(body)
    assert parse_study_id(f" {code.lower().replace('-', ' ')}") == code


@given(BODIES, st.integers(0, LENGTH), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_caught(body, place, other):
    plain = complete(body).replace("-", "")
    wrong = plain[:place] + other + plain[place + 1 :]
    if wrong != plain:
        with pytest.raises(ValueError, match="mistyped"):
            parse_study_id(wrong)


@given(BODIES, st.integers(0, LENGTH - 1))
def test_every_swap_of_two_neighbours_is_caught(body, place):
    plain = complete(body).replace("-", "")
    wrong = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
    if wrong != plain:
        with pytest.raises(ValueError, match="mistyped"):
            parse_study_id(wrong)


@pytest.mark.parametrize("typed", ["", "BCD", "BCDF-GHJKK", "BCDF-GHJ0", "BCDF-GHJÉ"])
def test_what_is_not_a_code_is_named(typed):
    with pytest.raises(ValueError, match="not a study code"):
        parse_study_id(typed)
