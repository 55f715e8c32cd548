"""What a check is: an id, a severity, a sentence, and an example of either side.

A rule is one short function under `@rule`. It is handed an entry of the part it looks
at (or the whole reading, for part "record"), only where everything it needs is there,
and yields what it found; so a rule about what is absent passes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from outcomes.checks.reading import Entry, Reading
from outcomes.checks.wording import place, shown, where
from registry.coded import Coded, _

Finding = tuple[Entry, str, Mapping[str, Any]]
Look = Callable[[Any], Iterable[Finding]]


class Severity(Coded):
    """What follows: hard is refused, soft asks for a reason."""

    HARD = "hard", _("refused")
    SOFT = "soft", _("asks for a reason")


@dataclass(frozen=True)
class Violation:
    """What one rule found at one place."""

    rule: str
    severity: Severity
    sentence: str
    place: str
    field: str


@dataclass(frozen=True, eq=False)
class Rule:
    """One check, with an example record that passes it and one that fails it.

    `part` is what it looks at; `needs` the fields of that part, or, where the part is
    "record", the parts that must not be empty. `source` says where the rule comes from.
    """

    id: str
    severity: Severity
    sentence: str
    part: str
    needs: tuple[str, ...]
    source: str
    look: Look = field(repr=False)
    passing: Mapping[str, Any] = field(repr=False)
    failing: Mapping[str, Any] = field(repr=False)

    def find(self, record: object) -> Iterator[Violation]:
        """Yield what this rule finds in a record."""
        reading = Reading(record)
        if self.part != "record":
            subjects: list[Any] = reading[self.part]
        elif all(reading[part] for part in self.needs):
            subjects = [reading]
        else:
            subjects = []
        for subject in subjects:
            if self.part == "record" or all(need in subject for need in self.needs):
                for finding in self.look(subject):
                    yield self.violation(finding)

    def violation(self, finding: Finding) -> Violation:
        """Put what was found into words."""
        entry, field_name, values = finding
        sentence = self.sentence.format(
            where=where(entry),
            value=shown(entry.raw.get(field_name)),
            **{name: shown(value) for name, value in values.items()},
        )
        at = place(entry, field_name)
        return Violation(self.id, self.severity, sentence, at, field_name)


def found(entry: Entry, field_name: str, **values: Any) -> Finding:
    """Say where something is wrong, and with what the sentence is filled."""
    return entry, field_name, values


def rule(
    id: str,
    severity: Severity,
    sentence: str,
    *,
    part: str,
    needs: str,
    source: str,
    passing: Mapping[str, Any],
    failing: Mapping[str, Any],
) -> Callable[[Look], Rule]:
    """Declare a rule: the function below it finds what is wrong."""

    def declare(look: Look) -> Rule:
        return Rule(
            id,
            severity,
            sentence,
            part,
            tuple(needs.split()),
            source,
            look,
            passing,
            failing,
        )

    return declare
