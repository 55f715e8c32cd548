"""Protocols: when people are seen, what is asked, whom it is for. One TOML file each.

Day 0 is the index procedure. A visit has two windows: the protocol's, in which it
should take place, and the wider one of the analysis, to which a day is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from outcomes.declarations import add_new, canonical_digest, read_files, read_record
from outcomes.instruments import INSTRUMENTS
from registry.vocabulary import Family


class ProtocolError(ValueError):
    """A protocol's file is wrong: one sentence, with the file and the key."""


@dataclass(frozen=True)
class Visit:
    """A planned visit; days since the index procedure, both ends included."""

    slug: str
    label: str
    target: int
    opens: int
    closes: int
    analysis_opens: int
    analysis_closes: int
    instruments: tuple[str, ...]  # in the order in which they are asked
    safety_only: bool = False  # too early to speak of relief


@dataclass(frozen=True)
class Protocol:
    """A schedule, the procedure families it is for, and its default thresholds."""

    slug: str
    digest: str  # SHA-256 of what the file says, whatever its order and spacing
    name: str
    source: str
    families: tuple[str, ...]
    primary: str  # the slug of the primary instrument
    primary_threshold: Decimal  # percent of the baseline, or more, that counts
    default_recurrence: Literal[
        "below_half_relief",
        "below_30_percent_relief",
        "score_at_least",
        "bni_iv_v",
        "drug_restart",
        "repeat_procedure",
        "patient_says",
    ]
    misses_until_lost: int  # in a row
    needs_block: bool  # a diagnostic block comes before the procedure
    restarts_clock: bool  # a repeat on the same target is a new day 0
    adult: bool
    visits: tuple[Visit, ...]

    @property
    def baseline(self) -> Visit:
        """Return the visit before the procedure."""
        return self.visits[0]


def read_folder(path: Path) -> dict[str, Protocol]:
    """Read every protocol file of a folder; ProtocolError names file and key."""
    return read_files(path, _build, ProtocolError)


def add_folder(path: Path) -> list[str]:
    """Add a site's own protocols to `PROTOCOLS`, and return their slugs."""
    found = read_folder(path)
    add_new(PROTOCOLS, found, ProtocolError)
    return list(found)


def _build(slug: str, table: dict[str, Any]) -> Protocol:
    given = {"slug": slug, "digest": canonical_digest(slug, table)}
    protocol = read_record(Protocol, _with_panels(table), **given)
    for fault in _faults(protocol):
        raise ValueError(fault)
    return protocol


def _with_panels(table: dict[str, Any]) -> dict[str, Any]:
    """Write each visit's named panel out as its instruments."""
    rest = {key: value for key, value in table.items() if key != "panels"}
    panels, visits = table.get("panels"), table.get("visits")
    if not isinstance(panels, dict):
        raise ValueError("the key 'panels' is missing, or no table.")
    if not isinstance(visits, list) or not all(isinstance(v, dict) for v in visits):
        raise ValueError("the key 'visits' is missing, or no list of tables.")
    for name, slugs in panels.items():
        if not isinstance(slugs, list):
            raise ValueError(f"the key 'panels.{name}' should be a list.")
    rest["visits"] = [
        _with_panel(visit, panels, f"visits[{number}].")
        for number, visit in enumerate(visits, start=1)
    ]
    return rest


def _with_panel(
    visit: dict[str, Any], panels: dict[str, Any], at: str
) -> dict[str, Any]:
    name = visit.get("panel")
    if "instruments" in visit:
        raise ValueError(f"the key '{at}instruments' is unknown: name a panel.")
    if not isinstance(name, str) or name not in panels:
        raise ValueError(f"the key '{at}panel' is not one of {', '.join(panels)}.")
    rest = {key: value for key, value in visit.items() if key != "panel"}
    return {**rest, "instruments": panels[name]}


def _faults(protocol: Protocol) -> Iterator[str]:
    """Say what is wrong with a protocol beyond the types of its keys."""
    pain = set(Family.codes()) - {Family.SPASTICITY.value}
    if not protocol.families or not set(protocol.families) <= pain:
        yield f"the key 'families' is not from {', '.join(sorted(pain))}."
    if not 0 < protocol.primary_threshold <= 100:
        yield "the key 'primary_threshold' is not a percentage above 0."
    if protocol.misses_until_lost < 1:
        yield "the key 'misses_until_lost' is not 1 or more."
    yield from _visit_faults(protocol.visits)
    yield from _instrument_faults(protocol)


def _visit_faults(visits: tuple[Visit, ...]) -> Iterator[str]:
    if not visits or visits[0].slug != "baseline" or visits[0].analysis_closes != 0:
        yield "the key 'visits' does not begin with a 'baseline' that ends on day 0."
    for number, visit in enumerate(visits, start=1):
        if not visit.opens <= visit.target <= visit.closes:
            yield f"the key 'visits[{number}].target' is outside its window."
        if visit.opens < visit.analysis_opens or visit.closes > visit.analysis_closes:
            yield f"the key 'visits[{number}].opens' is outside its analysis window."
        if visit.slug in {other.slug for other in visits[: number - 1]}:
            yield f"the key 'visits[{number}].slug' is there twice: '{visit.slug}'."
    for earlier, later in pairwise(visits):
        if later.analysis_opens <= earlier.analysis_closes:
            yield f"the key 'visits': '{later.slug}' overlaps '{earlier.slug}'."


def _instrument_faults(protocol: Protocol) -> Iterator[str]:
    for number, visit in enumerate(protocol.visits, start=1):
        key = f"the key 'visits[{number}].panel'"
        for slug in visit.instruments:
            instrument = INSTRUMENTS.get(slug)
            if instrument is None:
                yield f"{key} names an unknown instrument, '{slug}'."
            elif number == 1 and not instrument.baseline:
                yield f"{key} asks '{slug}' at baseline, where it has no value."
            elif number > 1 and not instrument.measures_change:
                yield f"{key} asks '{slug}', which measures no change, afterwards."
        if len(set(visit.instruments)) < len(visit.instruments):
            yield f"{key} names an instrument twice."
    if any(protocol.primary not in visit.instruments for visit in protocol.visits):
        yield f"the key 'primary': '{protocol.primary}' is not asked at every visit."


PROTOCOLS = read_folder(Path(__file__).with_name("protocols"))
