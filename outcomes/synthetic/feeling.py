"""Feeling in the treated areas: the loss that was meant, and what was not."""

import numpy as np

from outcomes.synthetic.draws import (
    Column,
    Table,
    coded,
    kept,
    pick_index,
    repeated,
    stacked,
    stream,
    whole,
)
from outcomes.synthetic.presets import Preset
from outcomes.vocabulary import (
    ComplicationTerm,
    Modality,
    Mode,
    SensoryTerm,
)
from registry.anatomy import DERMATOMES

AREAS_TESTED = 2  # of those treated
MEAN_YEARS_NUMB = 6  # assumed: feeling comes back slowly, if at all
FELT_AS = {
    ComplicationTerm.DYSAESTHESIA: SensoryTerm.DYSAESTHESIA,
    ComplicationTerm.ALLODYNIA: SensoryTerm.ALLODYNIA,
    ComplicationTerm.ANAESTHESIA_DOLOROSA: SensoryTerm.ANAESTHESIA_DOLOROSA,
    ComplicationTerm.DEAFFERENTATION_PAIN: SensoryTerm.DEAFFERENTATION_PAIN,
}
# What is found on testing, and its grade; before the procedure in these shares.
NORMAL, HYPOAESTHESIA, ALLODYNIA, ANAESTHESIA = range(4)
TERMS = coded(["normal", "hypoaesthesia", "allodynia", "anaesthesia"])
GRADES = coded(["2", "1", "1", "0"])
BEFORE_SHARES = (0.75, 0.15, 0.1, 0.0)
LITTLE_BOTHER = 0.8  # of those numb
ALL_LOST = 0.2  # of those numb: no feeling at all


def draw_numbness(
    preset: Preset, fates: Table, complications: Table, visits: Table, seed: int
) -> Table:
    """Return for each visit whether the target area is numb, and the bother (0-10)."""
    rng = stream(seed, "numbness")
    size = len(fates["relief_until"])
    until = rng.exponential(MEAN_YEARS_NUMB * 365.25, size)
    is_numb = (rng.random(size) < preset.numb) & ~fates["abandoned"]
    bother = np.where(
        rng.random(size) < LITTLE_BOTHER, whole(rng, 0, 2, size), whole(rng, 3, 7, size)
    )
    for term, least in (
        (ComplicationTerm.BOTHERSOME_NUMBNESS, 6),
        (ComplicationTerm.ANAESTHESIA_DOLOROSA, 5),
    ):
        person = complications["participant"][complications["term"] == term.value]
        is_numb[person] = True
        until[person] = np.inf
        bother[person] = np.maximum(bother[person], least)
    person, day = visits["participant"], visits["day"]
    now = is_numb[person] & (day > 0) & (day < until[person])
    return {"numb": now, "bother": np.where(now, bother[person], 0)}


def draw_findings(
    preset: Preset,
    people: Table,
    targets: Table,
    complications: Table,
    assessments: Table,
    numbness: Table,
    seed: int,
) -> Table:
    """Return the rows of `SensoryFinding`: each tested area at each visit in clinic."""
    rng = stream(seed, "findings")
    size = len(people["site"])
    tested = assessments["seen"] & (assessments["mode"] == Mode.CLINIC.value)
    visit = np.repeat(np.flatnonzero(tested), AREAS_TESTED)
    number = np.tile(np.arange(AREAS_TESTED), len(visit) // AREAS_TESTED)
    groups = [[a for a in group if a in DERMATOMES] for group in preset.levels]
    areas = coded([(group * AREAS_TESTED)[:AREAS_TESTED] for group in groups])
    counts = np.array([min(len(group), AREAS_TESTED) for group in groups])
    person = assessments["participant"][visit]
    group = people["level_group"][person]
    table = {
        "assessment": visit,
        "area": np.array([list(a) for a in areas], dtype=object)[group, number],
        "side": targets["side"][person],
    }
    before = pick_index(rng, BEFORE_SHARES, size)[person]
    numb = numbness["numb"][visit]
    lost = np.where((rng.random(size) < ALL_LOST)[person], ANAESTHESIA, HYPOAESTHESIA)
    term = np.where(numb, lost, before)
    own = np.where(term == NORMAL, np.nan, whole(rng, 0, 5, len(term)))
    table |= {
        "term": TERMS[term],
        "modality": repeated(Modality.LIGHT_TOUCH.value, len(term)),
        "grade": GRADES[term],
        "bother": np.where(numb, numbness["bother"][visit], own),
        "is_expected": numb,
    }
    tested_areas = kept(table, number < counts[group])
    unwanted = _unwanted(rng, areas, people, targets, complications, assessments)
    return stacked([tested_areas, unwanted], ("assessment",))


def _unwanted(
    rng: np.random.Generator,
    areas: Column,
    people: Table,
    targets: Table,
    complications: Table,
    assessments: Table,
) -> Table:
    """Report at every visit the unpleasant sensations that are complications then."""
    parts = []
    for complication, term in FELT_AS.items():
        mine = kept(complications, complications["term"] == complication.value)
        onset = np.full(len(people["site"]), np.inf)
        end = np.full(len(people["site"]), -np.inf)
        onset[mine["participant"]] = mine["onset_day"]
        end[mine["participant"]] = np.where(
            np.isnan(mine["end_day"]), np.inf, mine["end_day"]
        )
        person, day = assessments["participant"], assessments["day"]
        felt = assessments["seen"] & (onset[person] <= day) & (day <= end[person])
        visit = np.flatnonzero(felt)
        who = person[visit]
        first = coded([group[0] for group in areas])
        size = len(visit)
        parts.append(
            {
                "assessment": visit,
                "area": first[people["level_group"][who]],
                "side": targets["side"][who],
                "term": repeated(term.value, size),
                "modality": repeated(Modality.REPORTED.value, size),
                "grade": repeated("", size),
                "bother": whole(rng, 4, 9, size).astype(float),
                "is_expected": np.zeros(size, dtype=bool),
            }
        )
    return stacked(parts)
