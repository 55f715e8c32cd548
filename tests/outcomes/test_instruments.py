"""Measures are files: what is shipped, what is refused, how a wrong file fails."""

from decimal import Decimal
from pathlib import Path

import pytest

from outcomes import instruments
from outcomes.instruments import INSTRUMENTS, InstrumentError, add_folder, read_folder

OWN_MEASURE = """
name = "Sleep disturbance"
short = "Sleep"
source = "Own question"
kind = "number"
unit = "points"
better = "lower"
minimum = 0
maximum = 30
step = 1
recall = "last 7 days"
about = "person"
version = "1"
licence = "embed"
scoring = "mean"
item_count = 3
item_minimum = 0
item_maximum = 30

[[thresholds]]
name = "change"
value = 2
kind = "absolute_change"
source = "Own"

[[items]]
code = "a"
text = "Falling asleep"

[[items]]
code = "b"
text = "Staying asleep"

[[items]]
code = "c"
text = "Being rested"

[[examples]]
answers = { a = 1, b = 2, c = 3 }
score = 2
"""


def slug_of(instrument):
    return instrument.slug


def write(folder, text=OWN_MEASURE, name="sleep.toml"):
    (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def shipped(monkeypatch):
    """Let a test add measures, and take them away afterwards."""
    copy = dict(INSTRUMENTS)
    monkeypatch.setattr(instruments, "INSTRUMENTS", copy)
    return copy


# What every installation has; whoever drops in another file changes nothing here.
PROMISED = {
    *("nrs_worst", "nrs_average", "nrs_now", "vas", "pgic"),
    *("bpi_interference", "bpi_severity", "odi"),
    *("promis_pain_interference", "promis_physical_function"),
    *("eq5d_index", "eq_vas", "hads_anxiety", "hads_depression"),
    *("phq8", "gad7", "dn4", "bni_pain", "bni_numbness", "opioid_mme", "kps"),
}


def test_the_measures_of_the_registry_are_there():
    assert set(INSTRUMENTS) >= PROMISED


def test_an_unusual_value_is_doubted_and_not_refused():
    promis, mme = INSTRUMENTS["promis_pain_interference"], INSTRUMENTS["opioid_mme"]
    assert promis.refuse(Decimal(86)) is None
    assert promis.doubt(Decimal(86)) == "PROMIS PI: 86 is unusual, above 85"
    assert promis.doubt(Decimal(19)) == "PROMIS PI: 19 is unusual, below 20"
    assert promis.doubt(Decimal(85)) is None
    assert mme.doubt(Decimal(301)) == "Opioid MME: 301 is unusual, above 300"
    assert INSTRUMENTS["pgic"].doubt("no_change") is None


def test_the_measures_that_go_the_other_way_say_so():
    higher = {slug for slug, one in INSTRUMENTS.items() if one.better == "higher"}
    assert higher == {"promis_physical_function", "eq5d_index", "eq_vas", "kps"}


def test_change_has_no_baseline_and_a_screening_tool_no_change():
    assert [one.slug for one in INSTRUMENTS.values() if not one.baseline] == ["pgic"]
    screening = [one.slug for one in INSTRUMENTS.values() if not one.measures_change]
    assert screening == ["dn4"]
    assert INSTRUMENTS["dn4"].better == "none"


def test_only_the_euroqol_index_needs_a_value_set():
    needing = [slug for slug in PROMISED if INSTRUMENTS[slug].needs_value_set]
    assert needing == ["eq5d_index"]


def test_relief_by_the_global_impression_is_much_improved_or_better():
    good = [grade.code for grade in INSTRUMENTS["pgic"].grades if grade.responder]
    assert good == ["very_much_improved", "much_improved"]


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=slug_of)
def test_a_licensed_measure_ships_no_words_of_its_items(instrument):
    if instrument.licence == "score-only":
        assert instrument.items == ()
        assert instrument.choices == ()


@pytest.mark.parametrize("slug", sorted(PROMISED))
def test_a_shipped_measure_says_its_licence_and_what_a_missing_answer_means(slug):
    instrument = INSTRUMENTS[slug]
    assert instrument.licence_note
    assert instrument.missing_rule
    assert instrument.examples


def test_the_question_about_self_harm_is_not_asked():
    texts = " ".join(item.text for item in INSTRUMENTS["phq8"].items)
    assert len(INSTRUMENTS["phq8"].items) == 8
    assert "hurting" not in texts
    assert "dead" not in texts


def test_only_codes_that_are_known_are_shipped():
    codes = {one.slug: one.codes for one in INSTRUMENTS.values() if one.codes}
    assert codes == {
        "nrs_now": {"loinc": "72514-3", "snomed_ct": "225908003"},
        "vas": {"loinc": "38214-3"},
        "bpi_interference": {"loinc": "77565-0"},
    }


def test_no_two_measures_share_a_label():
    shorts = [one.short for one in INSTRUMENTS.values()]
    assert len(shorts) == len(set(shorts))


def test_an_instrument_can_be_a_key():
    assert len({*INSTRUMENTS.values(), *INSTRUMENTS.values()}) == len(INSTRUMENTS)


def test_a_second_file_in_the_folder_needs_nothing_else(tmp_path):
    write(tmp_path)
    other = OWN_MEASURE.replace('short = "Sleep"', 'short = "Rest"')
    write(tmp_path, other, "rest.toml")
    found = read_folder(tmp_path)
    assert list(found) == ["rest", "sleep"]
    assert found["sleep"].refuse(Decimal(31)) == "Sleep: 31 is above 30"


def test_a_measure_without_limits_stays_below_a_million(tmp_path):
    free = OWN_MEASURE.replace("minimum = 0\nmaximum = 30\nstep", "step")
    measure = read_folder(write(tmp_path, free))["sleep"]
    assert measure.refuse(Decimal(-999_999)) is None
    assert measure.refuse(10**6) == "Sleep: 1000000 is not below 1,000,000"
    assert measure.refuse(-(10**6)) == "Sleep: -1000000 is not below 1,000,000"


def test_a_site_adds_its_own_measures(tmp_path, shipped):
    write(tmp_path)
    assert add_folder(tmp_path) == ["sleep"]
    assert shipped["sleep"].whole
    assert add_folder(tmp_path) == ["sleep"]  # the same again is fine


def test_a_slug_never_means_two_things(tmp_path, shipped):
    before = dict(shipped)
    write(tmp_path, name="sleep.toml")
    write(tmp_path, name="vas.toml")
    with pytest.raises(InstrumentError, match=r"^vas\.toml: 'vas' is already there"):
        add_folder(tmp_path)
    assert shipped == before  # all or nothing


def test_the_digest_is_of_what_the_file_says_not_of_how_it_is_laid_out(tmp_path):
    first = read_folder(write(tmp_path))["sleep"].digest
    lines = OWN_MEASURE.strip().split("\n\n")
    head = "\n".join(reversed(lines[0].splitlines()))
    turned = "\n\n# a remark\n".join([head, *lines[1:]])
    assert read_folder(write(tmp_path, turned))["sleep"].digest == first
    changed = OWN_MEASURE.replace("maximum = 30", "maximum = 40")
    assert read_folder(write(tmp_path, changed))["sleep"].digest != first
    assert len(first) == 64


ITEM = '[[items]]\ncode = "c"\ntext = "Being rested"\n'
EXAMPLE = "answers = { a = 1, b = 2, c = 3 }"
GRADE = '[[grades]]\ncode = "x"\nlabel = "x"\nrank = 1\n'
WRONG = [  # what is replaced, by what, and the sentence
    ("version =", "colour =", "'colour' is unknown"),
    ("value = 2", "worth = 2", "'thresholds[1].worth' is unkn"),
    ('unit = "points"\n', "", "'unit' is missing"),
    ("value = 2\n", "", "'thresholds[1].value' is missing"),
    ('short = "Sleep"', "short = 3", "'short' should be text, not 3"),
    ("maximum = 30\nstep", 'maximum = "30"\nstep', "'maximum' should"),
    ("step = 1", "step = true", "'step' should be a number"),
    ("step = 1", "step = nan", "'step' should be a number"),
    ("count = 3", "count = 3.5", "should be a whole number"),
    ("step = 1", "baseline = 1", "'baseline' should be true"),
    ("[[thresholds]]", "[thresholds]", "'thresholds' should be a l"),
    (EXAMPLE, 'answers = "a"', "'examples[1].answers' should be a"),
    ('"lower"', '"down"', "'better' is not one of lower, hig"),
    ("minimum = 0\nm", "minimum = 31\nm", "'minimum' is not below"),
    ("step = 1", "step = 0", "'step' is not above 0"),
    ("step = 1", "soft_maximum = 31", "'soft_maximum' is itself"),
    (ITEM, ITEM + GRADE, "'grades' belongs to the kind 'grade'"),
    ('"number"', '"grade"', "'grades' belongs to the kind"),
    ('"embed"', '"score-only"', "'items' ships text that a scor"),
    ('code = "b"', 'code = "a"', "'items' has the same code twice"),
    (ITEM, "", "'items' has 2, 'item_count' says 3"),
    ('"mean"', '"median"', "'scoring' is not one of single, "),
    ("item_maximum = 30\n", "", "'item_count' needs 2 items or m"),
    ("step = 1", "minimum_answered = 4", "'minimum_answered' is not"),
    ("[[thr", "[factors]\na = 1\n[[thr", "'factors' belongs to"),
    ("score = 2", "score = 3", "'examples[1]' gives 2, not 3"),
    ("step = 1", "step = 4", "'examples[1]' gives 4, not 2"),
    ("c = 3 }", "c = 31 }", "'examples[1]' is refused: Sleep, c"),
    ("c = 3 }", "d = 3 }", "'examples[1]' is refused: Sleep: there"),
    ("name =", "name", "Expected '=' after a key"),
]


@pytest.mark.parametrize(("old", "new", "sentence"), WRONG)
def test_a_wrong_file_is_refused_by_name_and_key(tmp_path, old, new, sentence):
    assert OWN_MEASURE.count(old) >= 1
    write(tmp_path, OWN_MEASURE.replace(old, new))
    with pytest.raises(InstrumentError) as refusal:
        read_folder(tmp_path)
    assert str(refusal.value).startswith("sleep.toml: ")
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_sum_does_without_no_item(tmp_path):
    summed = OWN_MEASURE.replace('"mean"', '"sum"\nminimum_answered = 2')
    write(tmp_path, summed.replace("score = 2", "score = 6"))
    with pytest.raises(InstrumentError, match="a sum needs every item"):
        read_folder(tmp_path)


def test_an_example_may_not_give_a_score_that_is_refused(tmp_path):
    low = OWN_MEASURE.replace("minimum = 0\nm", "minimum = 3\nm")
    with pytest.raises(InstrumentError, match="is refused: Sleep: 2 is below 3"):
        read_folder(write(tmp_path, low))


def test_a_graded_measure_has_no_range(tmp_path):
    graded = OWN_MEASURE.replace('"number"', '"grade"') + GRADE
    with pytest.raises(
        InstrumentError, match="which has no range, no step and no sums"
    ):
        read_folder(write(tmp_path, graded))


@pytest.mark.parametrize("name", ["Sleep.toml", "sleep-2.toml", "2sleep.toml"])
def test_a_file_whose_name_is_no_slug_is_refused(tmp_path, name):
    with pytest.raises(InstrumentError, match="the name is not lower-case"):
        read_folder(write(tmp_path, name=name))


def test_a_file_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "sleep.toml").write_bytes(b'name = "caf\xe9"')
    with pytest.raises(InstrumentError, match=r"^sleep\.toml: "):
        read_folder(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InstrumentError, match="nowhere is not a folder"):
        read_folder(tmp_path / "nowhere")


def test_the_module_stands_before_the_folder_of_the_same_name():
    assert Path(instruments.__file__).name == "instruments.py"
