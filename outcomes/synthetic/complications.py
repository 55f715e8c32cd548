"""Complications of each procedure: mostly sensory, early and transient."""

import numpy as np

from outcomes.synthetic.draws import (
    Column,
    Table,
    coded,
    kept,
    pick,
    pick_index,
    stream,
)
from outcomes.synthetic.fates import in_contact_until
from outcomes.synthetic.harms import HARMS, Harm
from outcomes.synthetic.presets import Preset
from outcomes.vocabulary import (
    ComplicationTerm,
    Relatedness,
    Severity,
    Source,
    TherapyGrade,
)
from registry.vocabulary import ProcedureRole, ProcedureStatus

SECOND = 0.2  # of those with one complication (assumed)
AFTER_REPEAT = 0.6  # of the risk of the first procedure (assumed)
LATE = 0.06  # share that begins after the first month
TRANSIENT_DAYS = 90  # transient: over by then (domain.md 6)
GRADES = coded([Severity.MILD.value, Severity.MODERATE.value, Severity.SEVERE.value])


def draw_complications(
    preset: Preset, people: Table, fates: Table, procedures: Table, seed: int
) -> Table:
    """Return the rows of `Complication` that the site came to know."""
    rng = stream(seed, "complications")
    risk = np.full(len(procedures["day"]), preset.harmed)
    risk[procedures["role"] != ProcedureRole.INDEX.value] *= AFTER_REPEAT
    risk[procedures["status"] == ProcedureStatus.ABANDONED.value] /= 2
    has = rng.random(len(risk)) < risk
    count = has.astype(int) + (has & (rng.random(len(risk)) < SECOND))
    procedure = np.repeat(np.arange(len(count)), count)
    size = len(procedure)
    onset = procedures["day"][procedure] + _delays(rng, size)
    table: Table = {
        "participant": procedures["participant"][procedure],
        "procedure": procedure,
        "term": pick(rng, preset.harms, size),
        "onset_day": onset,
        "relatedness": pick(
            rng,
            {
                Relatedness.POSSIBLE: 0.15,
                Relatedness.PROBABLE: 0.35,
                Relatedness.DEFINITE: 0.5,
            },
            size,
        ),
    }
    table |= _courses(rng, table["term"], onset)
    end = in_contact_until(people, fates)[table["participant"]]
    unknown = table["end_day"] >= end
    table["end_day"] = np.where(unknown, np.nan, table["end_day"])
    return kept(table, (onset < end) & ~_repeats(table))


def _delays(rng: np.random.Generator, size: int) -> Column:
    """Return days from the procedure: most within a week, a few late."""
    early = np.minimum(np.floor(rng.exponential(4, size)), 30)
    late = rng.integers(31, 400, size)
    return np.where(rng.random(size) < LATE, late, early).astype(int)


def _courses(rng: np.random.Generator, term: Column, onset: Column) -> Table:
    """Draw how long each lasts, how bad it is and what it needed, by its profile."""
    size = len(term)
    columns: Table = {
        "end_day": np.full(size, np.nan),
        "therapy_grade": np.full(size, "", dtype=object),
        "severity": np.full(size, "", dtype=object),
        "is_serious": np.zeros(size, dtype=bool),
        "is_persistent_deficit": np.zeros(size, dtype=bool),
        "source": np.full(size, Source.CLINICIAN.value, dtype=object),
    }
    for code, harm in HARMS.items():
        here = np.flatnonzero(term == code.value)
        if len(here):
            _follow(rng, harm, columns, here, onset[here])
    return columns


def _follow(
    rng: np.random.Generator, harm: Harm, columns: Table, here: Column, onset: Column
) -> None:
    size = len(here)
    passes = rng.random(size) < harm.transient
    end = onset + rng.integers(5, TRANSIENT_DAYS, size)
    columns["end_day"][here] = np.where(passes, end, np.nan)
    therapy = harm.therapy or {TherapyGrade.IA: 1.0}
    columns["therapy_grade"][here] = pick(rng, therapy, size)
    columns["severity"][here] = GRADES[pick_index(rng, harm.severity, size)]
    columns["is_serious"][here] = rng.random(size) < harm.serious
    columns["is_persistent_deficit"][here] = ~passes & harm.is_deficit
    columns["source"][here] = harm.source.value


def _repeats(table: Table) -> Column:
    """Tell which rows name a term that the same procedure already has."""
    terms = {code.value: number for number, code in enumerate(ComplicationTerm)}
    term = np.array([terms[code] for code in table["term"]], dtype=int)
    key = table["procedure"] * len(terms) + term
    _, first = np.unique(key, return_index=True)
    repeat = np.ones(len(key), dtype=bool)
    repeat[first] = False
    return repeat
