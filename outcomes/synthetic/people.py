"""Who takes part: age, sex, site, arm, and the pain that is treated."""

import numpy as np

from outcomes.synthetic.draws import (
    Table,
    coded,
    kept,
    pick,
    pick_index,
    repeated,
    stream,
    whole,
)
from outcomes.synthetic.presets import Preset
from registry.anatomy import DERMATOMES, Side
from registry.vocabulary import Handedness, Sex

YOUNGEST, OLDEST = 20, 88
VERY_OLD = 0.02  # share aged 85 or more, whatever the mean: they exercise the age cap
SITE_WEIGHTS = (0.5, 0.3, 0.2)
SECOND_PAIN = 0.06  # has another pain as well, which is not treated
SHORTEST_FOLLOW_UP = 10  # days from the last procedure to the data cut


def draw_people(preset: Preset, participants: int, seed: int) -> Table:
    """Return one row a person, in the columns of `Participant` and three more.

    `site` and `arm` are positions in the preset's lists; `data_until` is the day of
    the data cut, `baseline_day` that of the first assessment, and `level_group` the
    position of the levels treated.
    """
    rng = stream(seed, "people")
    size = participants
    baseline = _baseline_days(rng, size)
    handed = {Handedness.RIGHT: 0.75, Handedness.LEFT: 0.09, Handedness.BOTH: 0.01}
    duration = rng.lognormal(np.log(preset.pain_months), 0.8, size)
    weights = SITE_WEIGHTS[: len(preset.sites)]
    return {
        "site": pick_index(rng, weights, size),
        "arm": rng.permutation(size) % len(preset.arms),
        "sex": pick(
            rng, {Sex.FEMALE: preset.female, Sex.MALE: 1 - preset.female}, size
        ),
        "age_at_index": _ages(rng, preset, size),
        "handedness": pick(rng, {**handed, "": 0.15}, size),
        # Chronic pain: three months or more. 216 months keep below every age.
        "pain_duration_months": np.clip(np.rint(duration), 3, 216).astype(int),
        "enrolment_day": baseline - whole(rng, 0, 10, size),
        "is_prospective": np.ones(size, dtype=bool),
        "data_until": whole(rng, SHORTEST_FOLLOW_UP, preset.entry_days, size),
        "baseline_day": baseline,
        "level_group": pick_index(rng, list(preset.levels.values()), size),
    }


def _ages(rng: np.random.Generator, preset: Preset, size: int) -> np.ndarray:
    usual = np.clip(np.rint(rng.normal(*preset.age, size)), YOUNGEST, OLDEST)
    very_old = rng.random(size) < VERY_OLD
    return np.where(very_old, whole(rng, 85, OLDEST, size), usual).astype(int)


def _baseline_days(rng: np.random.Generator, size: int) -> np.ndarray:
    """Most are asked in the six weeks before, some on the day, a few far too early."""
    kind = pick_index(rng, (0.89, 0.08, 0.03), size)
    days = (whole(rng, 1, 45, size), whole(rng, 0, 0, size), whole(rng, 91, 150, size))
    return -np.choose(kind, days)


def draw_targets(preset: Preset, people: Table, seed: int) -> Table:
    """Return the pain targets: everybody's primary one first, then the second ones."""
    rng = stream(seed, "targets")
    size = len(people["site"])
    groups = coded([_dermatomes(group) for group in preset.levels])
    primary: Table = {
        "participant": np.arange(size),
        "is_primary": np.ones(size, dtype=bool),
        "indication": pick(rng, preset.indications, size),
        "side": pick(rng, {Side.LEFT: 0.45, Side.RIGHT: 0.55}, size),
        "dermatomes": groups[people["level_group"]],
        "pain_type": repeated(str(preset.pain_type), size),
        "temporal_type": pick(rng, preset.temporal, size),
    }
    second = kept(primary, rng.random(size) < SECOND_PAIN)
    second["is_primary"] = np.zeros(len(second["side"]), dtype=bool)
    is_left = second["side"] == Side.LEFT.value
    second["side"] = coded([Side.LEFT.value, Side.RIGHT.value])[is_left.astype(int)]
    return {name: np.concatenate([primary[name], second[name]]) for name in primary}


def _dermatomes(levels: tuple[str, ...]) -> list[str]:
    return [level for level in levels if level in DERMATOMES]
