"""How a check names what it found: the path for machines, the words for readers."""

from decimal import Decimal
from typing import Any

from outcomes.checks.reading import Entry
from outcomes.checks.shape import SINGLE
from outcomes.instruments import INSTRUMENTS
from registry.coded import _

LONGEST = 60
MOST_DIGITS = 12
MOST_BITS = 128

WHERE = {
    "cohort": _("Cohort"),
    "participant": _("Participant"),
    "targets": _("Pain target {number}"),
    "procedures": _("Procedure on {day}"),
    "levels": _("Level {level} of the procedure on {day}"),
    "assessments": _("Assessment on {day}"),
    "scores": _("{measure} on {day}"),
    "findings": _("Finding at {area} on {day}"),
    "complications": _("Complication from {day}"),
    "therapies": _("Therapy from {day}"),
    "dispositions": _("Disposition on {day}"),
    "contacts": _("Contact on {day}"),
    "site": _("Site"),
}
DAY_FIELDS = {"complications": "onset_day", "therapies": "start_day"}


def place(entry: Entry, field: str = "") -> str:
    """Return the path to a field, such as `assessments[3].scores[0].value`."""
    path = entry.part
    if entry.part not in (*SINGLE, "site"):
        path = f"{path}[{entry.index}]"
    if entry.inside is not None:
        path = f"{place(entry.inside)}.{path}"
    return f"{path}.{field}" if field else path


def where(entry: Entry) -> str:
    """Return the words for a place, such as "NRS worst on day 42"."""
    around = entry if entry.inside is None else entry.inside
    day = around.get(DAY_FIELDS.get(entry.part, "day"))
    slug = entry.get("instrument", _("Score"))
    return WHERE[entry.part].format(
        number=entry.index + 1,
        day=_("a day not given") if day is None else _("day {n}").format(n=shown(day)),
        level=shown(entry.get("level", _("not given"))),
        area=shown(entry.get("area", _("an area not given"))),
        measure=INSTRUMENTS[slug].short if slug in INSTRUMENTS else shown(slug),
    )


def shown(value: Any) -> str:
    """Write a value for a sentence, short whatever it is."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal) and value.is_finite():
        plain = value.normalize()
        small = abs(plain.adjusted()) <= MOST_DIGITS
        return f"{plain:f}"[:LONGEST] if small else str(plain)[:LONGEST]
    if isinstance(value, str):
        return value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…"
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return shown(", ".join(value))
    if isinstance(value, int | float):
        huge = isinstance(value, int) and value.bit_length() > MOST_BITS
        return _("a number too long to show") if huge else str(value)
    return _("nothing") if value is None else type(value).__name__
