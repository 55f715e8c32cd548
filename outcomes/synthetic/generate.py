"""A synthetic cohort, from a preset, a size and a seed: columns, and the truth.

The same arguments give the same columns. Every part draws from a stream of its own, so
that turning deaths off, say, leaves who is treated and how they respond as they were.
"""

from dataclasses import dataclass

import numpy as np

from outcomes.protocols import PROTOCOLS, Visit
from outcomes.synthetic.assessments import draw_assessments, draw_scores
from outcomes.synthetic.complications import draw_complications
from outcomes.synthetic.dispositions import draw_contacts, draw_dispositions
from outcomes.synthetic.draws import Table
from outcomes.synthetic.drugs import Use, draw_mme, draw_therapies, draw_uses
from outcomes.synthetic.fates import Dropout, draw_fates
from outcomes.synthetic.feeling import draw_findings, draw_numbness
from outcomes.synthetic.measures import Moment, draw_moment
from outcomes.synthetic.operations import draw_levels, draw_procedures
from outcomes.synthetic.pain import draw_pain
from outcomes.synthetic.people import draw_people, draw_targets
from outcomes.synthetic.presets import PRESETS, Preset
from outcomes.synthetic.visits import draw_visits
from outcomes.vocabulary import TherapyKind


@dataclass(frozen=True)
class SyntheticCohort:
    """The rows of each model as columns; a reference is the position of a row.

    Columns bear the names of the model's fields. `latent` has one row a participant:
    what nobody would know, above all `relief_months`; it is never stored. Beside the
    fields, `assessments` has `visit` (the position of the planned visit, -1 if none)
    and `seen`; NaN stands for a number that is absent.
    """

    preset: Preset
    seed: int
    participants: Table
    targets: Table
    procedures: Table
    levels: Table
    assessments: Table
    scores: Table
    findings: Table
    complications: Table
    therapies: Table
    dispositions: Table
    contacts: Table
    latent: Table


def generate(
    preset: str,
    participants: int,
    seed: int,
    *,
    dropout: Dropout = "informative",
    deaths: bool = True,
    reinterventions: bool = True,
    brought_forward: bool = True,
    visits: tuple[Visit, ...] | None = None,
) -> SyntheticCohort:
    """Return a cohort of the preset `preset` with a known truth (`presets.truth`).

    `dropout`: people leave because the pain is back, or whatever their state, or not.
    `brought_forward`: some come early, or outside the plan, because the pain is back.
    `visits`: another schedule than the protocol's, its first visit the baseline.
    """
    chosen = PRESETS[preset]
    protocol = PROTOCOLS[chosen.protocol]
    visits = visits or protocol.visits
    people = draw_people(chosen, participants, seed)
    latent = draw_fates(
        chosen,
        people,
        seed,
        dropout=dropout,
        deaths=deaths,
        reinterventions=reinterventions,
    )
    rows = draw_visits(
        protocol,
        visits,
        people,
        latent,
        seed,
        dropout=dropout,
        brought_forward=brought_forward,
    )
    return _told(chosen, visits, seed, people, latent, rows)


def _told(
    preset: Preset,
    visits: tuple[Visit, ...],
    seed: int,
    people: Table,
    latent: Table,
    rows: Table,
) -> SyntheticCohort:
    """Turn what happens to people, and when they are seen, into what is recorded."""
    protocol = PROTOCOLS[preset.protocol]
    targets = draw_targets(preset, people, seed)
    operations = draw_procedures(preset, people, latent, seed)
    harm = draw_complications(preset, people, latent, operations, seed)
    numb = draw_numbness(preset, latent, harm, rows, seed)
    uses = draw_uses(preset, people, latent, seed)
    seen = draw_assessments(protocol, visits, rows, latent, seed)
    calls = draw_contacts(people, latent, rows, seed)
    last = len(visits) - 1
    moment = _moment(preset, latent, rows, uses, numb, seed)
    return SyntheticCohort(
        preset=preset,
        seed=seed,
        participants=people,
        targets=targets,
        procedures=operations,
        levels=draw_levels(preset, people, targets, operations),
        assessments=seen,
        scores=draw_scores(visits, seen, moment, seed),
        findings=draw_findings(preset, people, targets, harm, seen, numb, seed),
        complications=harm,
        therapies=draw_therapies(people, latent, uses, seed),
        dispositions=draw_dispositions(preset, people, latent, rows, calls, last, seed),
        contacts=calls,
        latent=latent,
    )


def _moment(
    preset: Preset,
    latent: Table,
    rows: Table,
    uses: dict[TherapyKind, Use],
    numbness: Table,
    seed: int,
) -> Moment:
    """Return what the measures of each visit follow: pain, drugs, feeling."""
    pain = draw_pain(preset, latent, rows, seed)
    known = {
        **numbness,
        "on_drug": np.any(
            [use.is_on(rows["participant"], rows["day"]) for use in uses.values()],
            axis=0,
        ),
        "mme": draw_mme(uses[TherapyKind.OPIOID], rows, pain["relieved"], seed),
    }
    size = len(latent["relief_until"])
    return draw_moment(seed, size, rows["participant"], pain, known)
