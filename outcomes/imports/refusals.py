"""What a load says no to, or wonders about, and where it stands in the file."""

from typing import NamedTuple

from outcomes.imports.identifiers import resembles, resembles_in_id

LONGEST_SHOWN = 40


class FileRefused(ValueError):
    """The file or its mapping is refused as a whole: one sentence for the reader."""


class Refusal(NamedTuple):
    """One cell or row that a rule refuses, or doubts.

    `kind` is what it would have become; `value` is fit to be shown (see `shown`).
    """

    row: int
    column: str
    value: str
    rule: str
    kind: str = "participants"

    def __str__(self) -> str:
        place = f"row {self.row}" + (f", {self.column}" if self.column else "")
        value = f" {self.value}:" if self.value else ""
        return f"{place}:{value} {self.rule}"


def refuse_cell(
    row: int, column: str, text: str, trouble: object, kind: str
) -> Refusal:
    """Refuse a cell; what looks like an identifier is named, and never repeated."""
    likeness = resembles(text)
    repeated = shown(text) != repr(text) and text in str(trouble)
    rule = "the registry may not hold it" if likeness or repeated else str(trouble)
    return Refusal(row, column, shown(text), rule, kind)


def shown(text: str) -> str:
    """Return a cell as a message may show it: short, and never an identifier."""
    likeness = resembles_in_id(text)
    if likeness:
        return f"({likeness}, not shown)"
    if len(text) > LONGEST_SHOWN:
        return repr(text[:LONGEST_SHOWN] + "…")
    return repr(text)
