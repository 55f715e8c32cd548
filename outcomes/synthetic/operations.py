"""Procedures and treated levels: what an operative record would say.

Settings lie in the ranges that the papers behind each technique report (domain.md 2).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes.synthetic.draws import (
    Column,
    Table,
    coded,
    pick,
    repeated,
    stacked,
    stream,
    whole,
)
from outcomes.synthetic.presets import Preset
from registry.vocabulary import (
    Anaesthesia,
    Extent,
    Family,
    Guidance,
    Monitoring,
    ProcedureRole,
    ProcedureStatus,
    Technique,
)

Range = tuple[float, float]
CONVERTED = 0.01


@dataclass(frozen=True)
class Setting:
    """How a technique is done; a range that is absent does not apply to it."""

    anaesthesia: Anaesthesia
    guidance: Guidance
    monitoring: Mapping[Monitoring, float]
    duration_minutes: Range
    stay_days: Range
    temperature_c: Range | None = None
    lesion_seconds: Range | None = None
    lesions: Range | None = None
    volume_ml: Range | None = None
    blocks_done: Range | None = None
    extent: Extent | None = None


NO_MONITORING = {Monitoring.NONE: 1.0}
ROOTS = {Monitoring.FREE_EMG: 0.5, Monitoring.TRIGGERED_EMG: 0.3, Monitoring.NONE: 0.2}
CORD = {Monitoring.SSEP: 0.5, Monitoring.MEP: 0.5}
OPEN = (Anaesthesia.GENERAL, Guidance.DIRECT)
NEEDLE = (Anaesthesia.SEDATION, Guidance.FLUOROSCOPY, NO_MONITORING)
SETTINGS: dict[Technique, Setting] = {
    Technique.ODR_EXTRA: Setting(
        *OPEN, ROOTS, (70, 180), (1, 5), extent=Extent.COMPLETE
    ),
    Technique.ODR_INTRA: Setting(
        *OPEN, ROOTS, (100, 240), (3, 8), extent=Extent.COMPLETE
    ),
    Technique.DREZ_MICRO: Setting(*OPEN, CORD, (150, 360), (4, 10)),
    Technique.DREZ_RF: Setting(
        *OPEN, CORD, (150, 360), (4, 10), (75, 75), (30, 60), (20, 60)
    ),
    Technique.TRF: Setting(*NEEDLE, (20, 60), (0, 2), (65, 80), (60, 90), (1, 4)),
    Technique.TGLY: Setting(*NEEDLE, (20, 50), (0, 2), volume_ml=(0.2, 0.4)),
    # 0.7 ml is the usual balloon; compression needs a general anaesthetic.
    Technique.TBAL: Setting(
        Anaesthesia.GENERAL,
        Guidance.FLUOROSCOPY,
        NO_MONITORING,
        (30, 60),
        (0, 2),
        volume_ml=(0.7, 0.7),
    ),
    Technique.MB_RFN: Setting(
        *NEEDLE, (30, 80), (0, 0), (80, 90), (60, 150), (2, 6), blocks_done=(2, 2)
    ),
}
NUMBERS = ("duration_minutes", "stay_days", "lesion_seconds", "lesions", "blocks_done")
QUANTITIES = ("temperature_c", "volume_ml")


def draw_procedures(preset: Preset, people: Table, fates: Table, seed: int) -> Table:
    """Return every procedure that took place by the data cut, by person and day."""
    rng = stream(seed, "procedures")
    size = len(people["site"])
    everybody = np.arange(size)
    technique = pick(rng, preset.techniques, size)
    parts = [_events(everybody, np.zeros(size, dtype=int), ProcedureRole.INDEX)]
    for column, role in (
        ("staged_day", ProcedureRole.STAGED),
        ("repeat_day", ProcedureRole.REPEAT),
    ):
        chosen = everybody[np.isfinite(fates[column])]
        parts.append(_events(chosen, fates[column][chosen].astype(int), role))
    table = stacked(parts, ("participant", "day"))
    person = table["participant"]
    is_index = table["role"] == ProcedureRole.INDEX.value
    rows = len(person)
    table["target"] = person  # the primary targets come first, one a person
    table["family"] = repeated(str(preset.family), rows)
    table["technique"] = technique[person]
    converted = rng.random(rows) < CONVERTED
    table["status"] = np.where(
        is_index & fates["abandoned"][person],
        ProcedureStatus.ABANDONED.value,
        np.where(
            converted, ProcedureStatus.CONVERTED.value, ProcedureStatus.DONE.value
        ),
    ).astype(object)
    _add_settings(rng, preset, people, table)
    return table


def _events(person: Column, day: Column, role: ProcedureRole) -> Table:
    planned = role is not ProcedureRole.REPEAT
    return {
        "participant": person,
        "day": day,
        "role": repeated(role.value, len(person)),
        "is_planned": np.full(len(person), planned),
    }


def _add_settings(
    rng: np.random.Generator, preset: Preset, people: Table, table: Table
) -> None:
    """Add the operative fields, technique by technique."""
    rows = len(table["day"])
    for name in ("anaesthesia", "guidance", "monitoring"):
        table[name] = repeated("", rows)
    for name in (*NUMBERS, *QUANTITIES, "block_relief_percent"):
        table[name] = np.full(rows, np.nan)
    for technique in preset.techniques:
        setting = SETTINGS[technique]
        here = table["technique"] == technique.value
        count = int(here.sum())
        table["anaesthesia"][here] = setting.anaesthesia.value
        table["guidance"][here] = setting.guidance.value
        table["monitoring"][here] = pick(rng, setting.monitoring, count)
        for name in NUMBERS:
            table[name][here] = _numbers(rng, getattr(setting, name), count, 0)
        for name in QUANTITIES:
            table[name][here] = _numbers(rng, getattr(setting, name), count, 1)
        if setting.blocks_done:
            table["block_relief_percent"][here] = 10 * whole(rng, 8, 10, count)
    fixed = np.array([arm.temperature_c or np.nan for arm in preset.arms])
    by_arm = fixed[people["arm"][table["participant"]]]
    table["temperature_c"] = np.where(np.isnan(by_arm), table["temperature_c"], by_arm)


def _numbers(
    rng: np.random.Generator, limits: Range | None, size: int, decimals: int
) -> NDArray[np.float64]:
    drawn = rng.random(size)  # drawn in any case, so that the stream keeps in step
    if limits is None:
        return np.full(size, np.nan)
    low, high = limits
    return np.round(low + (high - low) * drawn, decimals)


def draw_levels(
    preset: Preset, people: Table, targets: Table, procedures: Table
) -> Table:
    """Return the levels of every procedure: those of the person's group."""
    person = procedures["participant"]
    groups = list(preset.levels)
    sizes = np.array([len(group) for group in groups])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    flat = coded([level for group in groups for level in group])
    group = people["level_group"][person]
    procedure = np.repeat(np.arange(len(person)), sizes[group])
    first = np.repeat(np.cumsum(sizes[group]) - sizes[group], sizes[group])
    within = np.arange(len(procedure)) - first
    done = procedures["status"] != ProcedureStatus.ABANDONED.value
    is_root = preset.family is Family.SPINAL_ROOT
    extent = SETTINGS[next(iter(preset.techniques))].extent
    cut = done[procedure] & (is_root and extent is not None)
    return {
        "procedure": procedure,
        "level": flat[starts[group[procedure]] + within],
        "side": targets["side"][person[procedure]],
        "extent": np.where(cut, str(extent), "").astype(object),
        "percent_cut": np.where(cut, 100.0, np.nan),
        "was_achieved": done[procedure],
    }
