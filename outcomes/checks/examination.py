"""The examination of a record: every rule that has something to look at, in order."""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache

from outcomes.checks import (
    courses,
    days,
    deficits,
    drugs,
    endings,
    levels,
    ranges,
    scores,
    sites,
    techniques,
    totals,
    values,
    visits,
)
from outcomes.checks.reading import Reading
from outcomes.checks.rules import Finding, Rule, Severity, Violation

MODULES = (
    courses,
    days,
    deficits,
    drugs,
    endings,
    levels,
    ranges,
    scores,
    sites,
    techniques,
    totals,
    values,
    visits,
)


def declared() -> Iterable[Rule]:
    """Yield every rule that the modules declare."""
    for module in MODULES:
        for one in vars(module).values():
            if isinstance(one, Rule):
                yield one
            elif isinstance(one, tuple):
                yield from (rule for rule in one if isinstance(rule, Rule))


RULES = tuple(sorted(declared(), key=lambda rule: rule.id))
BY_ID = {rule.id: rule for rule in RULES}
if len(BY_ID) != len(RULES):
    raise ValueError("Two checks have the same id.")

# By part and the first field needed, with the others needed beside it: an entry meets
# only the rules about what it has, as files bring a million of them.
ON_FIELD: dict[str, dict[str, list[tuple[Rule, frozenset[str]]]]] = {}
for _rule in RULES:
    if _rule.part != "record":
        on_part = ON_FIELD.setdefault(_rule.part, {})
        on_part.setdefault(_rule.needs[0], []).append(
            (_rule, frozenset(_rule.needs[1:]))
        )


@cache
def on_record(present: tuple[str, ...]) -> tuple[Rule, ...]:
    """Return the rules about the whole of a record that has these parts."""
    return tuple(
        rule
        for rule in RULES
        if rule.part == "record" and set(rule.needs) <= set(present)
    )


def examine(record: object, *, only: Collection[str] | None = None) -> list[Violation]:
    """Return what is wrong with a record, in the order of its places.

    `only` keeps to the rules with these ids. {"site": [...]} examines a site.
    """
    broken = [
        rule.violation(finding)
        for rule, finding in _findings(Reading(record))
        if only is None or rule.id in only
    ]
    return sorted(broken, key=_order) if len(broken) > 1 else broken


def hard(record: object) -> list[Violation]:
    """Return only what must be refused."""
    return [one for one in examine(record) if one.severity is Severity.HARD]


def _findings(reading: Reading) -> Iterator[tuple[Rule, Finding]]:
    """Yield what every rule finds that has something to look at."""
    for part, entries in reading.parts.items():
        on_field = ON_FIELD.get(part, {})
        for entry in entries:
            for field in entry:
                for rule, others in on_field.get(field, ()):
                    if entry.keys() >= others:
                        for finding in rule.look(entry):
                            yield rule, finding
    present = tuple(part for part, entries in reading.parts.items() if entries)
    for rule in on_record((*present, "site") if reading.site else present):
        for finding in rule.look(reading):
            yield rule, finding


def _order(violation: Violation) -> tuple[list[str | int], str]:
    """Order by place, numbers as numbers, and within a place by rule."""
    steps = re.split(r"(\d+)", violation.place)
    return [int(step) if step.isdigit() else step for step in steps], violation.rule
