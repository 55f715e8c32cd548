"""What a site knows of a person: lost, dead, withdrawn, completed, when last alive."""

import numpy as np

from outcomes.synthetic.draws import (
    NEVER,
    Column,
    Table,
    kept,
    pick,
    repeated,
    stacked,
    stream,
    whole,
)
from outcomes.synthetic.presets import Preset
from outcomes.vocabulary import ContactResult, DeathCause, DispositionEvent, Mode

DAYS_UNTIL_DECLARED = 7  # from the close of the last window missed
KEEPS_DATA = 0.9  # of those who withdraw
REACHED = 0.1  # of the last attempts; who has stopped coming is never reached
CAUSES = {DeathCause.OTHER: 0.6, DeathCause.UNKNOWN: 0.34, DeathCause.DISEASE: 0.06}
CANCER_CAUSES = {
    DeathCause.DISEASE: 0.93,
    DeathCause.OTHER: 0.04,
    DeathCause.UNKNOWN: 0.03,
}
FAILED_CONTACTS = {
    ContactResult.NO_ANSWER: 0.5,
    ContactResult.VOICEMAIL: 0.25,
    ContactResult.LETTER_SENT: 0.15,
    ContactResult.WRONG_NUMBER: 0.1,
}


def learn_of_losses(misses: int, rows: Table, people: Table, fates: Table) -> None:
    """Add to `fates` the day on which a site declares a person lost, and its deaths.

    Lost is who has stopped coming and missed `misses` visits since; a death after
    that, or after a withdrawal, does not become known.
    """
    size = len(people["site"])
    gone = rows["missed"] & (rows["drawn"] >= rows["stop"])
    gone &= rows["stop"] < rows["death"]
    person, closes = rows["participant"][gone], rows["closes"][gone]
    order = np.lexsort([closes, person])
    person, closes = person[order], closes[order]
    nth = _running_number(person)
    declaring = nth == misses
    lost = np.full(size, NEVER)
    lost[person[declaring]] = closes[declaring] + DAYS_UNTIL_DECLARED
    lost = np.where(lost <= people["data_until"], lost, NEVER)
    known = fates["death_day"] < np.minimum(lost, fates["withdrawal_day"])
    known &= fates["death_day"] <= people["data_until"]
    fates["lost_day"] = np.where(known, NEVER, lost)
    fates["known_death_day"] = np.where(known, fates["death_day"], NEVER)


def _running_number(person: Column) -> Column:
    """Number the rows of each person from 1; rows are sorted by person."""
    position = np.arange(len(person))
    is_first = np.ones(len(person), dtype=bool)
    is_first[1:] = person[1:] != person[:-1]
    start = np.maximum.accumulate(np.where(is_first, position, 0))
    return position - start + 1


def last_seen(people: Table, visits: Table) -> Column:
    """Return the day on which each person was last seen, day 0 if never after it."""
    seen = np.zeros(len(people["site"]), dtype=int)
    came = visits["seen"]
    np.maximum.at(seen, visits["participant"][came], visits["day"][came])
    return seen


def draw_contacts(people: Table, fates: Table, visits: Table, seed: int) -> Table:
    """Return attempts to reach those who missed a visit, until they count as lost.

    A few are reached, and do not come all the same.
    """
    rng = stream(seed, "contacts")
    person = visits["participant"]
    tried = ~visits["seen"] & (visits["day"] < fates["lost_day"][person])
    missed = kept(visits, tried)
    attempts = whole(rng, 1, 3, len(missed["day"]))
    rows = np.repeat(np.arange(len(attempts)), attempts)
    person = missed["participant"][rows]
    first = np.cumsum(attempts) - attempts
    number = np.arange(len(rows)) - first[rows]
    day = missed["day"][rows] + 2 + 7 * number + whole(rng, 0, 4, len(rows))
    result = pick(rng, FAILED_CONTACTS, len(rows))
    answers = rng.random(len(rows)) < REACHED
    reached = answers & (number + 1 == attempts[rows])
    result[reached & (day < fates["stop_day"][person])] = ContactResult.REACHED.value
    mode = repeated(Mode.PHONE.value, len(rows))
    mode[result == ContactResult.LETTER_SENT.value] = Mode.POST.value
    table = {"participant": person, "day": day, "mode": mode, "result": result}
    return kept(table, day < _knows_until(people, fates)[person])


def _knows_until(people: Table, fates: Table) -> Column:
    """Return the first day on which nothing more is written down."""
    ends = (fates["known_death_day"], fates["withdrawal_day"], fates["lost_day"])
    # A death not known as such ends nothing, but nobody answers after it.
    return np.minimum.reduce([*ends, people["data_until"] + 1.0])


def draw_dispositions(
    preset: Preset,
    people: Table,
    fates: Table,
    visits: Table,
    contacts: Table,
    last_visit: int,
    seed: int,
) -> Table:
    """Return how taking part ended, for those for whom it has: one row each."""
    rng = stream(seed, "dispositions")
    alive = last_seen(people, visits)
    spoke = contacts["result"] == ContactResult.REACHED.value
    np.maximum.at(alive, contacts["participant"][spoke], contacts["day"][spoke])
    cut = people["data_until"]
    withdrew = np.where(
        (fates["withdrawal_day"] <= cut)
        & (fates["withdrawal_day"] < fates["death_day"]),
        fates["withdrawal_day"],
        NEVER,
    )
    finished = np.full(len(cut), NEVER)
    at_end = visits["seen"] & (visits["visit"] == last_visit)
    finished[visits["participant"][at_end]] = visits["day"][at_end]
    gone = np.minimum.reduce([fates["known_death_day"], withdrew, fates["lost_day"]])
    finished[np.isfinite(gone) | np.isfinite(fates["repeat_day"])] = NEVER
    parts = [
        _ended(DispositionEvent.DIED, fates["known_death_day"], alive),
        _ended(DispositionEvent.WITHDREW, withdrew, alive),
        _ended(DispositionEvent.LOST, fates["lost_day"], alive),
        _ended(DispositionEvent.COMPLETED, finished, alive),
    ]
    causes = CAUSES if preset.life.median_days is None else CANCER_CAUSES
    parts[0]["death_cause"] = pick(rng, causes, len(parts[0]["day"]))
    parts[1]["keeps_data"] = rng.random(len(parts[1]["day"])) < KEEPS_DATA
    return stacked(parts, ("participant", "day"))


def _ended(event: DispositionEvent, day: Column, alive: Column) -> Table:
    person = np.flatnonzero(np.isfinite(day))
    return {
        "participant": person,
        "event": repeated(event.value, len(person)),
        "day": day[person].astype(int),
        "last_known_alive_day": alive[person],
        "death_cause": repeated("", len(person)),
        "keeps_data": np.ones(len(person), dtype=bool),
    }
