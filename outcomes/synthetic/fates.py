"""What will happen to each person, whether or not anybody sees it: the latent truth.

Days may be infinite: it never happens. None of this is ever stored.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from outcomes.synthetic.draws import NEVER, Column, Table, stream
from outcomes.synthetic.laws import DAYS_A_MONTH
from outcomes.synthetic.losses import draw_stops
from outcomes.synthetic.presets import Preset

Dropout = Literal["informative", "ignorable", "none"]

WITHDRAWN_A_YEAR = 0.006  # assumed: few take their consent back
AGAIN = 0.9  # a repeat succeeds a little less often than the first (assumed)
STAGED = 0.015  # a planned second stage, whatever the state (assumed)
SOONEST_REPEAT, MEAN_WAIT = 45, 120  # days from the return of pain to a repeat


def draw_fates(
    preset: Preset,
    people: Table,
    seed: int,
    *,
    dropout: Dropout,
    deaths: bool,
    reinterventions: bool,
) -> Table:
    """Return one row a person: relief, its end, death, the last visit, repeats.

    `relief_until` is the last day of first relief (0: it never began), `stop_day` the
    day from which a person comes no more, `repeat_day` the next procedure on the same
    target and `second_until` the last day of the relief that it brought.
    """
    size = len(people["site"])
    months = _relief_months(preset, people["arm"], stream(seed, "relief"), 1.0)
    fates: Table = {
        "relief_months": months,
        "relief_until": months * DAYS_A_MONTH,
        "abandoned": _abandoned(preset, months, stream(seed, "abandoned")),
        "death_day": np.full(size, NEVER),
        "stop_day": draw_stops(preset, months, stream(seed, "losses"), dropout),
        "withdrawal_day": np.full(size, NEVER),
        "repeat_day": np.full(size, NEVER),
        "second_until": np.full(size, NEVER),
        "staged_day": np.full(size, NEVER),
    }
    if deaths:
        uniforms = stream(seed, "deaths").random(size)
        fates["death_day"] = preset.life.days(uniforms, people["age_at_index"])
    if dropout != "none":
        fates["withdrawal_day"] = _withdrawals(fates, stream(seed, "withdrawals"))
    if reinterventions:
        _add_repeats(preset, people, fates, stream(seed, "repeats"))
    return fates


def _relief_months(
    preset: Preset, arm: Column, rng: np.random.Generator, share: float
) -> NDArray[np.float64]:
    """Draw each person's months of relief; `share` of the successes succeed again."""
    uniforms = rng.random(len(arm))
    drawn = [one.law.durations(uniforms) for one in preset.arms]
    months = np.choose(arm, drawn) if len(drawn) > 1 else drawn[0]
    return np.where(rng.random(len(arm)) < share, months, 0.0)


def _abandoned(
    preset: Preset, months: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Abandon some procedures of those without relief: they are part of 1 - p0."""
    without = months == 0
    share = preset.abandoned * len(months) / max(without.sum(), 1)
    return without & (rng.random(len(months)) < share)


def _withdrawals(fates: Table, rng: np.random.Generator) -> NDArray[np.float64]:
    days = np.ceil(rng.exponential(365 / WITHDRAWN_A_YEAR, len(fates["stop_day"])))
    return np.where(days < fates["stop_day"], days, NEVER)


def in_contact_until(people: Table, fates: Table) -> NDArray[np.float64]:
    """Return the day until which the site can know of something new."""
    ends = (fates["death_day"], fates["withdrawal_day"], fates["stop_day"])
    return np.minimum.reduce([*ends, people["data_until"] + 1.0])


def _add_repeats(
    preset: Preset, people: Table, fates: Table, rng: np.random.Generator
) -> None:
    """Treat again some of those whose pain is back; stage a few others."""
    size = len(people["site"])
    end = in_contact_until(people, fates)
    wait = SOONEST_REPEAT + rng.exponential(MEAN_WAIT, size)
    day = np.ceil(fates["relief_until"] + wait)
    possible = day < end
    share = preset.reoperated * size / max(possible.sum(), 1)
    chosen = possible & (rng.random(size) < share)
    fates["repeat_day"] = np.where(chosen, day, NEVER)
    months = _relief_months(preset, people["arm"], rng, AGAIN)
    until = fates["repeat_day"] + months * DAYS_A_MONTH
    fates["second_until"] = np.where(chosen, until, NEVER)
    staged = np.ceil(rng.uniform(20, 60, size))
    able = (staged < end) & (staged < fates["repeat_day"]) & ~fates["abandoned"]
    fates["staged_day"] = np.where(able & (rng.random(size) < STAGED), staged, NEVER)


def is_relieved(fates: Table, participant: Column, day: Column) -> NDArray[np.bool_]:
    """Tell who is in relief on a day after the first procedure."""
    first = day <= fates["relief_until"][participant]
    treated_again = day > fates["repeat_day"][participant]
    second = treated_again & (day <= fates["second_until"][participant])
    return np.where(treated_again, second, first)
