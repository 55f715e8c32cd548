"""Presets: what a synthetic cohort is of, and the truth that it holds.

The relief laws are fitted to the series named in `source`; whatever is assumed says
so. `truth` is what a report on such a cohort must find again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from outcomes.synthetic import harms
from outcomes.synthetic.laws import LifeLaw, ReliefLaw
from outcomes.vocabulary import ComplicationTerm
from registry.vocabulary import (
    FAMILY_OF,
    Family,
    PainType,
    Technique,
    TemporalType,
)
from registry.vocabulary import Indication as Why


@dataclass(frozen=True)
class PresetArm:
    """People treated alike; a preset without a comparison has one, without a code."""

    law: ReliefLaw
    code: str = ""
    label: str = ""
    temperature_c: float | None = None


@dataclass(frozen=True)
class Preset:
    """Who is treated, with what, and how they fare."""

    slug: str
    title: str
    source: str
    protocol: str
    arms: tuple[PresetArm, ...]
    techniques: Mapping[Technique, float]
    indications: Mapping[Why, float]
    levels: Mapping[tuple[str, ...], float]  # groups of levels treated together
    harms: Mapping[ComplicationTerm, float]
    pain_type: PainType = PainType.NEUROPATHIC
    temporal: Mapping[TemporalType, float] = field(
        default_factory=lambda: {TemporalType.CONTINUOUS: 0.7, TemporalType.BOTH: 0.3}
    )
    sites: tuple[str, ...] = ("syn-a", "syn-b", "syn-c")
    pain_free: float = 0.15  # share of those in relief who have no pain at all
    numb: float = 0.75  # share with the expected loss of feeling in the target area
    age: tuple[float, float] = (52, 13)  # mean, SD; then cut to 20-88
    female: float = 0.52
    pain_months: float = 30  # median time with the pain before the procedure
    opioids: float = 0.45  # share that takes opioids before
    life: LifeLaw = field(default_factory=LifeLaw)
    # Shares no longer seen: 20-30 % at 12 months and 40-60 % at 5 years, of which
    # a twentieth or so misses that visit alone and comes again (domain.md 3.4).
    lost_at_12_months: float = 0.22
    lost_at_60_months: float = 0.46
    reoperated: float = 0.2
    harmed: float = 0.3  # any complication, after the first procedure
    abandoned: float = 0.02
    entry_days: int = 2370  # people came in over this time, up to the data cut

    @property
    def family(self) -> Family:
        """Return the procedure family; a preset never mixes two."""
        (family,) = {FAMILY_OF[technique] for technique in self.techniques}
        return family


def truth(
    preset: str, months: ArrayLike, arm: str | None = None
) -> NDArray[np.float64]:
    """Return the probability of being in first relief, of all treated, at `months`.

    Nothing competes: nobody dies, leaves or is treated again. Without `arm` the arms
    are averaged, as they are equally large.
    """
    arms = PRESETS[preset].arms
    chosen = [one for one in arms if arm in (None, one.code)]
    if not chosen:
        raise ValueError(f"The preset '{preset}' has no arm '{arm}'.")
    return np.mean([one.law.at(months) for one in chosen], axis=0)


def _one(p0: float, c: float, lam: float, k: float) -> tuple[PresetArm, ...]:
    return (PresetArm(ReliefLaw(p0, c, lam, k)),)


TRIGEMINAL_COMMON: dict[str, Any] = {
    "protocol": "trigeminal",
    "indications": {
        Why.TN_CLASSICAL: 0.7,
        Why.TN_IDIOPATHIC: 0.2,
        Why.TN_SECONDARY: 0.1,
    },
    "levels": {
        ("V2",): 0.2,
        ("V3",): 0.3,
        ("V2", "V3"): 0.4,
        ("V1", "V2"): 0.1,
    },
    "temporal": {TemporalType.PAROXYSMAL: 0.85, TemporalType.BOTH: 0.15},
    "harms": harms.TRIGEMINAL,
    "age": (63, 12),
    "female": 0.6,
    "pain_months": 60,
    "opioids": 0.1,
}
_ALL = (
    Preset(
        slug="open_extradural_rhizotomy",
        title="open extradural sensory rhizotomy",
        source="Wetzel 1997, 10.1097/00007632-199710010-00018: 55 % good or excellent "
        "at 6 months, 19 % at 2 to 4.2 years; p0 and the scatter assumed",
        protocol="spinal_root_ganglion",
        arms=_one(0.75, 0.0, 21.3, 0.92),
        techniques={Technique.ODR_EXTRA: 1.0},
        indications={Why.RADICULAR: 0.6, Why.PERSISTENT_SPINAL: 0.4},
        levels={("L5",): 0.35, ("S1",): 0.25, ("L5", "S1"): 0.3, ("L4", "L5"): 0.1},
        harms=harms.SPINAL,
    ),
    Preset(
        slug="trigeminal_rf",
        title="trigeminal radiofrequency at 75 or 68 C",
        source="Yao 2016, 10.1097/MD.0000000000004274: free of pain at 1, 3 and 5 "
        "years 95.1, 84.3, 80.7 % (75 C) and 93.5, 78.1, 74.4 % (68 C)",
        arms=(
            PresetArm(ReliefLaw(1.0, 0.80, 27.2, 1.55), "rf-75", "75 C", 75.0),
            PresetArm(ReliefLaw(1.0, 0.74, 24.9, 1.70), "rf-68", "68 C", 68.0),
        ),
        techniques={Technique.TRF: 1.0},
        pain_free=1.0,
        numb=0.9,
        abandoned=0.0,  # both arms were completed: relief began in everybody
        reoperated=0.15,
        **TRIGEMINAL_COMMON,
    ),
    Preset(
        slug="trigeminal_rf_long",
        title="trigeminal radiofrequency, long series",
        source="Kanpolat 2001, Neurosurgery 48:524: one procedure, 57.7 % at 5 and "
        "52.3 % at 10 years, (check) 42.2 and 41 % at 15 and 20",
        arms=_one(0.976, 0.0, 331, 0.39),
        techniques={Technique.TRF: 1.0},
        pain_free=1.0,
        numb=0.9,
        entry_days=4400,
        **TRIGEMINAL_COMMON,
    ),
    Preset(
        slug="percutaneous_trigeminal",
        title="percutaneous trigeminal procedures, mixed",
        source="Noorani 2021, PMC8116280: 67.2 % at the start, a quarter of them "
        "recurred by 12 months, complications 35.7 %; the late share assumed",
        arms=_one(0.67, 0.20, 35.7, 0.9),
        techniques={Technique.TRF: 0.4, Technique.TGLY: 0.35, Technique.TBAL: 0.25},
        pain_free=0.75,
        harmed=0.35,
        **TRIGEMINAL_COMMON,
    ),
    Preset(
        slug="glycerol",
        title="trigeminal glycerol rhizolysis",
        source="Sahni 1990, 10.3171/jns.1990.72.1.0055: 84 % at once, half-life 16 "
        "months; the late share assumed",
        arms=_one(0.84, 0.10, 20.2, 0.9),
        techniques={Technique.TGLY: 1.0},
        pain_free=0.75,
        numb=0.5,
        **TRIGEMINAL_COMMON,
    ),
    Preset(
        slug="drez_avulsion",
        title="root entry zone lesion for plexus avulsion",
        source="10.3389/fpain.2021.749801: over 50 % relief in 567 of 692; the course "
        "after that is assumed",
        protocol="spinal_root_ganglion",
        arms=_one(0.82, 0.35, 60, 0.8),
        techniques={Technique.DREZ_MICRO: 0.7, Technique.DREZ_RF: 0.3},
        indications={Why.BRACHIAL_AVULSION: 1.0},
        levels={
            ("C5", "C6", "C7", "C8", "T1"): 0.6,
            ("C6", "C7", "C8", "T1"): 0.25,
            ("C5", "C6", "C7"): 0.15,
        },
        harms=harms.ROOT_ENTRY_ZONE,
        temporal={TemporalType.BOTH: 0.75, TemporalType.CONTINUOUS: 0.25},
        age=(43, 13),
        female=0.12,
        pain_months=48,
        reoperated=0.15,
        harmed=0.28,
    ),
    Preset(
        slug="cervical_medial_branch",
        title="cervical medial-branch radiofrequency",
        source="Smuck 2012, 10.1016/j.pmrj.2012.06.007: median 7.3 to 8.6 months among "
        "responders; p0 and shape assumed",
        protocol="medial_branch",
        arms=_one(0.75, 0.0, 10.7, 1.2),
        techniques={Technique.MB_RFN: 1.0},
        indications={Why.FACET: 1.0},
        levels={("C3", "C4"): 0.25, ("C4", "C5"): 0.35, ("C5", "C6"): 0.4},
        harms=harms.MEDIAL_BRANCH,
        pain_type=PainType.NOCICEPTIVE,
        temporal={TemporalType.CONTINUOUS: 1.0},
        numb=0.3,
        age=(54, 12),
        female=0.6,
        opioids=0.3,
        reoperated=0.25,
        harmed=0.25,
        entry_days=1300,
    ),
    Preset(
        slug="cancer_thoracic_rhizotomy",
        title="open thoracic rhizotomy for cancer pain",
        source="Arbit 1989, 10.1016/0003-4975(89)90677-2: excellent or good in 93 %, "
        "median follow-up to death 22 weeks. Both shapes and the loss of relief (0.695 "
        "of responders at 24 months if nobody died) are assumed",
        protocol="cancer_pain",
        arms=_one(0.93, 0.0, 20.2, 1.0),
        techniques={Technique.ODR_INTRA: 0.6, Technique.ODR_EXTRA: 0.4},
        indications={
            Why.CANCER_MIXED: 0.5,
            Why.CANCER_NEUROPATHIC: 0.35,
            Why.CANCER_NOCICEPTIVE: 0.15,
        },
        levels={
            ("T4", "T5", "T6"): 0.4,
            ("T5", "T6", "T7"): 0.3,
            ("T6", "T7", "T8", "T9"): 0.3,
        },
        harms=harms.THORACIC,
        pain_type=PainType.MIXED,
        age=(63, 11),
        female=0.45,
        pain_months=7,
        opioids=0.92,
        life=LifeLaw(median_days=22 * 7, shape=1.2),
        lost_at_12_months=0.1,
        lost_at_60_months=0.2,
        reoperated=0.05,
        entry_days=1100,
    ),
)
PRESETS: dict[str, Preset] = {preset.slug: preset for preset in _ALL}
