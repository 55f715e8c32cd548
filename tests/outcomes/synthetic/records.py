"""Records as the rule pack reads them, straight from a generated cohort's columns."""

from collections import defaultdict
from decimal import Decimal

import numpy as np

from outcomes.checks.shape import NUMBER, SHAPE

PARTS = ("targets", "procedures", "assessments", "complications", "therapies",
         "dispositions", "contacts")  # fmt: skip


def records(cohort, people):
    """One record for each of the first `people` participants."""
    made = []
    nested = {
        "procedures": {"levels": grouped(cohort.levels, "levels", "procedure")},
        "assessments": {
            "scores": grouped(cohort.scores, "scores", "assessment"),
            "findings": grouped(cohort.findings, "findings", "assessment"),
        },
    }
    parts = {part: grouped(getattr(cohort, part), part, "participant", nested.get(part))
             for part in PARTS}  # fmt: skip
    for person in range(people):
        row = {name: column[person] for name, column in cohort.participants.items()}
        record = {
            "cohort": {"protocol": cohort.preset.protocol, "is_synthetic": True},
            "participant": entry(row, "participant", drop=("site", "arm")),
        }
        record |= {part: parts[part].get(person, []) for part in PARTS}
        made.append(record)
    return made


def grouped(table, part, by, nested=None):
    """Entries of a table, by the row that they belong to."""
    found = defaultdict(list)
    for number in range(len(table[by])):
        row = {name: column[number] for name, column in table.items()}
        one = entry(row, part)
        if "key" in SHAPE[part]:
            one["key"] = number
        for name, inner in (nested or {}).items():
            one[name] = inner.get(number, [])
        found[int(row[by])].append(one)
    return found


def entry(row, part, drop=()):
    """A row's filled fields, as plain Python values of the kind that is wanted."""
    shape = SHAPE[part]
    return {
        name: plain(value, shape[name] is NUMBER)
        for name, value in row.items()
        if name in shape and name not in drop and not is_absent(value)
    }


def is_absent(value):
    return value is None or (isinstance(value, float) and np.isnan(value))


def plain(value, is_number):
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return Decimal(f"{value:.6f}") if is_number else int(value)
    return value
