"""What an honest reader finds in a generated cohort's scores."""

import numpy as np


def is_relieved(cohort, instrument, visit, percent=50):
    """Whether each person seen at a planned visit met the rule; whole numbers only."""
    scores, visits = cohort.scores, cohort.assessments
    rows = (scores["instrument"] == instrument) & (scores["missing"] == "")
    where = scores["assessment"][rows]
    value = scores["value"][rows].astype(int)
    person = visits["participant"][where]
    baseline = np.full(len(cohort.participants["site"]), -1)
    first = visits["visit"][where] == 0
    baseline[person[first]] = value[first]
    here = visits["visit"][where] == visit
    before, after = baseline[person[here]], value[here]
    known = before >= 0
    return (100 * (before - after) >= percent * before)[known]


def share(cohort, instrument, visit):
    met = is_relieved(cohort, instrument, visit)
    return met.mean(), len(met)


def within_chance(found, expected, size, errors=4.0):
    """Whether a share lies within `errors` Monte-Carlo standard errors of the truth."""
    return abs(found - expected) <= errors * np.sqrt(expected * (1 - expected) / size)
