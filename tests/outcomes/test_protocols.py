"""Protocols are files: schedules as published, and how a wrong file fails."""

from itertools import pairwise

import pytest

from outcomes import protocols
from outcomes.instruments import INSTRUMENTS
from outcomes.protocols import PROTOCOLS, ProtocolError, add_folder, read_folder
from registry.vocabulary import Family

OWN_PROTOCOL = """
name = "Own"
source = "Own"
families = ["spinal_root"]
primary = "nrs_worst"
primary_threshold = 50
default_recurrence = "below_half_relief"
misses_until_lost = 2
needs_block = false
restarts_clock = false
adult = true

[panels]
before = ["nrs_worst", "dn4"]
after = ["nrs_worst", "pgic"]

[[visits]]
slug = "baseline"
label = "Baseline"
target = 0
opens = -90
closes = 0
analysis_opens = -3650
analysis_closes = 0
panel = "before"

[[visits]]
slug = "month-3"
label = "3 months"
target = 91
opens = 77
closes = 112
analysis_opens = 1
analysis_closes = 137
panel = "after"
"""

# The default schedule: target, protocol window, analysis window (domain reference 4).
DEFAULT = {
    "day-14": (14, 7, 21, 1, 27),
    "week-6": (42, 28, 56, 28, 66),
    "month-3": (91, 77, 112, 67, 137),
    "month-6": (183, 152, 214, 138, 274),
    "month-12": (365, 320, 425, 275, 547),
    "month-24": (730, 670, 820, 548, 913),
    "month-36": (1096, 1006, 1186, 914, 1278),
    "month-48": (1461, 1371, 1551, 1279, 1643),
}
YEARLY = ["month-72", "month-84", "month-96", "month-108", "month-120"]


def slug_of(protocol):
    return protocol.slug


def write(folder, text=OWN_PROTOCOL, name="own.toml"):
    (folder / name).write_text(text, "utf-8")
    return folder


def window(visit):
    return (
        *(visit.target, visit.opens, visit.closes),
        *(visit.analysis_opens, visit.analysis_closes),
    )


@pytest.fixture
def shipped(monkeypatch):
    """Let a test add protocols, and take them away afterwards."""
    copy = dict(PROTOCOLS)
    monkeypatch.setattr(protocols, "PROTOCOLS", copy)
    return copy


each_protocol = pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=slug_of)


def test_the_protocols_of_the_registry_are_there():
    assert set(PROTOCOLS) == {
        *("spinal_root_ganglion", "trigeminal", "cancer_pain", "medial_branch"),
    }


@pytest.mark.parametrize(
    "slug", ["spinal_root_ganglion", "trigeminal", "medial_branch"]
)
def test_the_default_schedule_is_the_published_one(slug):
    visits = {visit.slug: visit for visit in PROTOCOLS[slug].visits}
    assert {slug: window(visits[slug]) for slug in DEFAULT} == DEFAULT
    assert list(visits)[-6:] == ["month-60", *YEARLY]
    assert [v.slug for v in visits.values() if v.safety_only] == ["day-14"]


def test_cancer_is_followed_every_three_months_after_the_twelfth_week():
    visits = PROTOCOLS["cancer_pain"].visits
    assert [visit.target for visit in visits[:5]] == [0, 14, 28, 56, 84]
    gaps = {later.target - earlier.target for earlier, later in pairwise(visits[5:])}
    assert gaps == {91, 92}
    assert visits[-1].slug == "month-60"
    assert not any(visit.safety_only for visit in visits)


@each_protocol
def test_analysis_windows_share_out_every_day_up_to_the_last(protocol):
    days = [
        day
        for visit in protocol.visits[1:]
        for day in range(visit.analysis_opens, visit.analysis_closes + 1)
    ]
    assert days == list(range(1, protocol.visits[-1].analysis_closes + 1))


@each_protocol
def test_analysis_windows_meet_at_the_midpoint_between_targets(protocol):
    for earlier, later in pairwise(protocol.visits[1:]):
        assert abs(2 * earlier.analysis_closes - earlier.target - later.target) <= 2


@each_protocol
def test_every_visit_asks_for_the_primary_measure_and_change_only_afterwards(protocol):
    assert INSTRUMENTS[protocol.primary].better != "none"
    for visit in protocol.visits:
        assert protocol.primary in visit.instruments
        asked = "pgic" in visit.instruments
        assert asked == (visit.slug != "baseline" and not visit.safety_only)
        assert "opioid_mme" in visit.instruments


@each_protocol
def test_a_protocol_is_for_adults_in_pain_and_never_for_spasticity(protocol):
    assert protocol.adult
    assert set(protocol.families) <= set(Family.codes())
    assert Family.SPASTICITY not in protocol.families


def test_only_the_medial_branch_needs_a_block_and_restarts_the_clock():
    assert [one.slug for one in PROTOCOLS.values() if one.needs_block] == [
        "medial_branch"
    ]
    restarting = [one.slug for one in PROTOCOLS.values() if one.restarts_clock]
    assert restarting == ["medial_branch"]


def test_the_face_is_held_to_complete_relief_and_the_spine_to_half():
    assert PROTOCOLS["trigeminal"].primary_threshold == 100
    assert PROTOCOLS["spinal_root_ganglion"].primary_threshold == 50


def test_a_site_adds_its_own_protocol(tmp_path, shipped):
    assert add_folder(write(tmp_path)) == ["own"]
    assert shipped["own"].baseline.instruments == ("nrs_worst", "dn4")
    assert add_folder(tmp_path) == ["own"]
    write(tmp_path, OWN_PROTOCOL.replace("adult = true", "adult = false"))
    with pytest.raises(ProtocolError, match=r"^own\.toml: 'own' is already there"):
        add_folder(tmp_path)
    assert shipped["own"].adult


WRONG = [  # what is replaced, by what, and the sentence
    ("adult =", "grown =", "'grown' is unknown"),
    ("target = 91", "aim = 91", "'visits[2].aim' is unknown"),
    ("adult = true\n", "", "'adult' is missing"),
    ("target = 91\n", "", "'visits[2].target' is missing"),
    ("target = 91", "target = 91.5", "should be a whole number"),
    ("adult = true", 'adult = "yes"', "'adult' should be true or"),
    ('"below_half_relief"', '"any"', "'default_recurrence' is not"),
    ("[panels]", "[panel]", "'panels' is missing"),
    ('["nrs_worst", "pgic"]', '"pgic"', "'panels.after' should be"),
    ("[[visits]]", "[[visit]]", "'visits' is missing"),
    ('panel = "after"', 'panel = "x"', "'visits[2].panel' is not one"),
    ('panel = "after"', "instruments = []", "'visits[2].instruments' is unk"),
    ('"pgic"', '"nrs"', "names an unknown instrument, 'nrs'"),
    ('"dn4"', '"pgic"', "'visits[1].panel' asks 'pgic' at base"),
    ('"pgic"', '"dn4"', "asks 'dn4', which measures no change"),
    ('"pgic"', '"nrs_worst"', "names an instrument twice"),
    ('y = "nrs_worst"', 'y = "vas"', "'primary': 'vas' is not ask"),
    ('["spinal_root"]', '["spine"]', "'families' is not from "),
    ('["spinal_root"]', '["spasticity"]', "'families' is not from "),
    ('["spinal_root"]', "[]", "'families' is not from "),
    ("threshold = 50", "threshold = 101", "'primary_threshold'"),
    ("lost = 2", "lost = 0", "'misses_until_lost' is not 1 or more"),
    ('slug = "baseline"', 'slug = "start"', "does not begin with a 'base"),
    ('slug = "month-3"', 'slug = "baseline"', "is there twice: 'baselin"),
    ("target = 91", "target = 120", "'visits[2].target' is outside"),
    ("closes = 137", "closes = 100", "'visits[2].opens' is outside"),
    ("opens = 1\n", "opens = 0\n", "'month-3' overlaps 'baseline'"),
]


@pytest.mark.parametrize(("old", "new", "sentence"), WRONG)
def test_a_wrong_file_is_refused_by_name_and_key(tmp_path, old, new, sentence):
    assert old in OWN_PROTOCOL
    write(tmp_path, OWN_PROTOCOL.replace(old, new))
    with pytest.raises(ProtocolError) as refusal:
        read_folder(tmp_path)
    assert str(refusal.value).startswith("own.toml: the key '")
    assert sentence in str(refusal.value)
