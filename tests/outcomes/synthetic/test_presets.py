"""The presets say what the published series say."""

import numpy as np
import pytest

from outcomes.protocols import PROTOCOLS
from outcomes.synthetic.presets import PRESETS, truth
from registry.vocabulary import FAMILY_OF

YEAR = 12


@pytest.mark.parametrize(
    ("preset", "arm", "months", "published"),
    [
        # The fits of domain.md 3.4, to the digits given there.
        ("open_extradural_rhizotomy", None, (6, 30), (0.55, 0.19)),
        ("trigeminal_rf", "rf-75", (12, 36, 60), (0.951, 0.843, 0.807)),
        ("trigeminal_rf", "rf-68", (12, 36, 60), (0.935, 0.781, 0.744)),
        (
            "trigeminal_rf_long",
            None,
            (60, 120, 180, 240),
            (0.585, 0.499, 0.444, 0.404),
        ),
        ("drez_avulsion", None, (0,), (0.82,)),
    ],
)
def test_the_relief_law_gives_the_published_shares(preset, arm, months, published):
    digits = 0.005 if preset == "open_extradural_rhizotomy" else 0.0015
    assert truth(preset, months, arm) == pytest.approx(published, abs=digits)


@pytest.mark.parametrize(
    ("preset", "months", "of_responders"),
    [
        ("percutaneous_trigeminal", 12, 0.75),  # a quarter recurred by then
        ("glycerol", 16, 0.5),  # the half-life
        ("cervical_medial_branch", 7.9, 0.5),  # the median
        ("cancer_thoracic_rhizotomy", 24, 1 - 0.695),  # domain.md 9.4
    ],
)
def test_the_relief_law_of_responders_gives_the_published_time(
    preset, months, of_responders
):
    initial = truth(preset, 0)
    assert truth(preset, months) / initial == pytest.approx(of_responders, abs=0.002)


def test_without_an_arm_the_truth_is_the_mean_of_the_equal_arms():
    both = truth("trigeminal_rf", 60)
    assert both == pytest.approx((0.807 + 0.743) / 2, abs=0.001)


def test_an_arm_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="trigeminal_rf' has no arm 'rf-90'"):
        truth("trigeminal_rf", 12, "rf-90")


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_a_preset_keeps_to_one_family_that_its_protocol_takes(preset):
    assert {FAMILY_OF[technique] for technique in preset.techniques} == {preset.family}
    assert preset.family in PROTOCOLS[preset.protocol].families


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_abandoned_procedures_fit_among_those_without_relief(preset):
    assert preset.abandoned <= min(1 - arm.law.p0 for arm in preset.arms) + 1e-12


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_durations_invert_the_survival_of_relief(preset):
    grid = (np.arange(4000) + 0.5) / 4000
    for arm in preset.arms:
        months = arm.law.durations(grid)
        assert not np.isnan(months).any()
        for at in (1, YEAR, 5 * YEAR):
            assert (months > at).mean() == pytest.approx(arm.law.at(at), abs=0.0005)
