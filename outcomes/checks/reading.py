"""A record as the rules see it: only what is there, and only what is of its kind.

An empty text is absent. What is of the wrong kind is absent too, and listed among the
misfits, so that no rule has to ask twice and none can stumble.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from outcomes.checks.shape import NESTED, OUTER, SHAPE, SINGLE

Where = tuple[int, bool]
MAPPINGS = (dict, Mapping)  # the first is quick to tell, and nearly always it


class Entry(dict[str, Any]):
    """One part of a record, a procedure or a score, and where it stands.

    `raw` is what was given, `inside` the part around it (of a score, the assessment).
    A nested list that was given, empty or not, is there under its name.
    """

    __slots__ = ("index", "inside", "part", "raw")

    def __init__(
        self, part: str, raw: Mapping[str, Any], index: int, inside: "Entry | None"
    ) -> None:
        """Place the entry; its fields are filled in as they are read."""
        super().__init__()
        self.part = part
        self.raw = raw
        self.index = index
        self.inside = inside


class Reading:
    """A record read: its parts as lists of entries, and what did not fit."""

    def __init__(self, record: object) -> None:
        """Read a record, whatever was handed over as one."""
        self.parts: dict[str, list[Entry]] = {}
        self.misfits: list[tuple[Entry, str]] = []
        self.site: list[Reading] = []
        self._keys: dict[str, dict[Any, Entry]] = {}
        if not isinstance(record, Mapping):
            return
        for part in SINGLE:
            if isinstance(record.get(part), MAPPINGS):
                self.parts[part] = [self._entry(part, record[part], 0, None)]
        for part in OUTER:
            if part in record:
                self._read_list(part, record[part], None)
        if isinstance(record.get("site"), list | tuple):
            self.site = [Reading(one) for one in record["site"]]

    def __getitem__(self, part: str) -> list[Any]:
        """Return the entries of a part (for "site", the readings); none if absent."""
        return self.site if part == "site" else self.parts.get(part, [])

    def gives(self, part: str) -> bool:
        """Tell whether the list was given, if only as an empty one."""
        return part in self.parts

    def one(self, part: str) -> Entry:
        """Return the cohort or the participant, empty if absent."""
        entries = self.parts.get(part)
        return entries[0] if entries else Entry(part, {}, 0, None)

    def linked(self, entry: Entry, field: str, part: str) -> Entry | None:
        """Return the entry of `part` to whose key `entry[field]` refers."""
        if part not in self._keys:
            self._keys[part] = {one["key"]: one for one in self[part] if "key" in one}
        return self._keys[part].get(entry.get(field))

    @cached_property
    def visits(self) -> list[Entry]:
        """The assessments that took place and have a day, in the order of time."""
        dated = [
            one
            for one in self["assessments"]
            if "day" in one and one.get("status") != "missed"
        ]
        return dated if len(dated) < 2 else sorted(dated, key=moment)

    @cached_property
    def series(self) -> dict[tuple[str, Any], list[Entry]]:
        """The numeric scores of each measure and pain target, in the order of time."""
        found: dict[tuple[str, Any], list[Entry]] = {}
        for score in self.timed_scores():
            if "value" in score:
                key = (score["instrument"], score.get("target"))
                found.setdefault(key, []).append(score)
        return found

    def timed_scores(self) -> Iterator[Entry]:
        """Yield the scores that name a measure, in the order of time."""
        for visit in self.visits:
            for score in visit.get("scores", ()):
                if "instrument" in score:
                    yield score

    def _read_list(self, part: str, given: object, inside: Entry | None) -> list[Entry]:
        entries = self.parts.setdefault(part, [])
        if not isinstance(given, list | tuple):
            return []
        read = [
            self._entry(part, raw, index, inside)
            for index, raw in enumerate(given)
            if isinstance(raw, MAPPINGS)
        ]
        entries += read
        return read

    def _entry(
        self, part: str, raw: Mapping[str, Any], index: int, inside: Entry | None
    ) -> Entry:
        entry = Entry(part, raw, index, inside)
        shape = SHAPE[part]
        for field, value in raw.items():
            kind = shape.get(field)
            if kind is None or value is None or value == "":
                continue
            if kind.fits(value):
                entry[field] = value
            else:
                self.misfits.append((entry, field))
        for inner in NESTED.get(part, ()):
            if isinstance(raw.get(inner), list | tuple):
                entry[inner] = self._read_list(inner, raw[inner], entry)
        return entry


def moment(assessment: Entry) -> Where:
    """Return when an assessment was; on day 0, before comes first."""
    return assessment["day"], is_after(assessment)


def is_after(assessment: Entry | None) -> bool:
    """Tell whether an assessment follows the procedure, by its day if not said."""
    if assessment is None:
        return False
    said = assessment.get("is_after_procedure")
    return bool(assessment.get("day", 0) > 0 if said is None else said)
