"""What can go wrong, and how: the profiles from which complications are drawn.

Shares of people with any complication come with the preset. The profiles' weights
are assumed, except where a source stands beside them; most events are sensory and
transient, as in the series.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from outcomes.vocabulary import ComplicationTerm as Term
from outcomes.vocabulary import Source, TherapyGrade


@dataclass(frozen=True)
class Harm:
    """How one complication behaves when it happens."""

    transient: float = 0.85  # share that is over within 90 days
    therapy: Mapping[TherapyGrade, float] | None = None  # None: nothing was needed
    severity: tuple[float, float, float] = (0.7, 0.25, 0.05)  # CTCAE 1, 2, 3
    serious: float = 0.0
    is_deficit: bool = True  # lasting, it is a deficit
    source: Source = Source.CLINICIAN


NOTHING_OR_DRUGS = {TherapyGrade.IA: 0.6, TherapyGrade.IB: 0.4}
DRUGS = {TherapyGrade.IB: 1.0}
FELT = Source.PATIENT
HARMS: dict[Term, Harm] = {
    Term.HYPOAESTHESIA_OUTSIDE: Harm(source=FELT),
    Term.BOTHERSOME_NUMBNESS: Harm(transient=0.6, source=FELT),
    Term.DYSAESTHESIA: Harm(therapy=NOTHING_OR_DRUGS, source=FELT),
    Term.ALLODYNIA: Harm(therapy=NOTHING_OR_DRUGS, source=FELT),
    Term.ANAESTHESIA_DOLOROSA: Harm(
        transient=0.0, therapy=DRUGS, severity=(0, 0.4, 0.6), serious=0.5, source=FELT
    ),
    Term.DEAFFERENTATION_PAIN: Harm(transient=0.3, therapy=DRUGS, source=FELT),
    Term.MOTOR_WEAKNESS: Harm(transient=0.7, severity=(0.6, 0.3, 0.1), serious=0.1),
    Term.ATAXIA: Harm(transient=0.6),
    Term.BLADDER: Harm(transient=0.7, therapy=NOTHING_OR_DRUGS, serious=0.2),
    Term.CSF_LEAK: Harm(
        1.0,
        {TherapyGrade.IA: 0.5, TherapyGrade.IIA: 0.3, TherapyGrade.IIB: 0.2},
        serious=0.4,
        is_deficit=False,
    ),
    Term.WOUND_INFECTION: Harm(
        1.0,
        {TherapyGrade.IB: 0.8, TherapyGrade.IIB: 0.2},
        serious=0.2,
        is_deficit=False,
    ),
    Term.PNEUMOTHORAX: Harm(
        1.0, {TherapyGrade.IA: 0.4, TherapyGrade.IIA: 0.6}, is_deficit=False
    ),
    Term.CORNEAL_ANAESTHESIA: Harm(transient=0.5),
    Term.KERATITIS: Harm(transient=0.9, therapy=DRUGS, is_deficit=False),
    Term.MASSETER_WEAKNESS: Harm(transient=0.9),
    Term.DIPLOPIA: Harm(transient=1.0),
    Term.HERPES_LABIALIS: Harm(transient=1.0, therapy=DRUGS, is_deficit=False),
    Term.NEURITIS: Harm(1.0, NOTHING_OR_DRUGS, is_deficit=False, source=FELT),
    Term.THROMBOEMBOLISM: Harm(1.0, DRUGS, serious=1.0, is_deficit=False),
    Term.ANAESTHETIC_REACTION: Harm(1.0, DRUGS, serious=0.1, is_deficit=False),
}

SPINAL = {
    Term.DYSAESTHESIA: 0.28,
    Term.HYPOAESTHESIA_OUTSIDE: 0.22,
    Term.BOTHERSOME_NUMBNESS: 0.16,
    Term.MOTOR_WEAKNESS: 0.1,
    Term.CSF_LEAK: 0.08,
    Term.WOUND_INFECTION: 0.07,
    Term.DEAFFERENTATION_PAIN: 0.04,
    Term.BLADDER: 0.02,
    Term.THROMBOEMBOLISM: 0.02,
    Term.ANAESTHETIC_REACTION: 0.01,
}
# Relative to each other: transient motor 11 %, transient sensory 11 %, other below
# 1.9 % (10.3389/fpain.2021.749801).
ROOT_ENTRY_ZONE = {
    Term.MOTOR_WEAKNESS: 0.38,
    Term.DYSAESTHESIA: 0.2,
    Term.HYPOAESTHESIA_OUTSIDE: 0.2,
    Term.ATAXIA: 0.08,
    Term.CSF_LEAK: 0.07,
    Term.WOUND_INFECTION: 0.07,
}
# Relative to each other after Kanpolat 2001, Neurosurgery 48:524 (check): corneal
# reflex 5.7, masseter 4.1, dysaesthesia 1, anaesthesia dolorosa 0.8, keratitis 0.6 %.
TRIGEMINAL = {
    Term.BOTHERSOME_NUMBNESS: 0.38,
    Term.CORNEAL_ANAESTHESIA: 0.19,
    Term.MASSETER_WEAKNESS: 0.14,
    Term.DYSAESTHESIA: 0.13,
    Term.HERPES_LABIALIS: 0.08,
    Term.DIPLOPIA: 0.03,
    Term.ANAESTHESIA_DOLOROSA: 0.025,
    Term.KERATITIS: 0.025,
}
THORACIC = {**SPINAL, Term.PNEUMOTHORAX: 0.08}
MEDIAL_BRANCH = {
    Term.NEURITIS: 0.4,
    Term.HYPOAESTHESIA_OUTSIDE: 0.25,
    Term.DYSAESTHESIA: 0.2,
    Term.BOTHERSOME_NUMBNESS: 0.1,
    Term.ANAESTHETIC_REACTION: 0.05,
}
