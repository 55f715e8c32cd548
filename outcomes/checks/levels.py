"""Treated levels: where a root or a division can be, and on which side."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from outcomes.checks.ranges import OWN
from outcomes.checks.reading import Entry, Reading
from outcomes.checks.rules import Finding, Severity, found, rule
from registry.anatomy import (
    LEVELS,
    SPINAL_ROOTS,
    TRANSITIONAL,
    Side,
    contradicts,
    is_division,
    is_spinal,
)
from registry.coded import _
from registry.vocabulary import Family, Technique

HARD, SOFT = Severity.HARD, Severity.SOFT
ROOTS_A_SIDE = len(SPINAL_ROOTS)  # 31
ROOTS_USUAL = 6
ANATOMY = _("C1-C8, T1-T12, L1-L5, S1-S5, Co1, V1-V3")
# Root entry zone lesions may lie in the caudal trigeminal nucleus, and "other"
# surgery anywhere: neither is held to roots.
SPINAL_FAMILIES = frozenset(
    {
        Family.SPINAL_ROOT,
        Family.GANGLION,
        Family.MEDIAL_BRANCH,
        Family.SPASTICITY,
    }
)


def with_level(level: dict[str, Any], **procedure: Any) -> dict[str, Any]:
    """Return a record of one procedure with one level, for the examples."""
    return {"procedures": [{"day": 0, **procedure, "levels": [level]}]}


@rule(
    "level.outside_anatomy",
    HARD,
    _("{where}: {value} is no level; {limit} are."),
    part="levels",
    needs="level",
    source="anatomy",
    passing=with_level({"level": "C8"}),
    failing=with_level({"level": "C9"}),
)
def outside_anatomy(level: Entry) -> Iterator[Finding]:
    """There are eight cervical roots and five sacral ones."""
    if level["level"] not in LEVELS:
        yield found(level, "level", limit=ANATOMY)


@rule(
    "level.transitional_unmarked",
    HARD,
    _("{where}: {value} exists only where is_transitional is yes; it is {stated}."),
    part="levels",
    needs="level",
    source="anatomy: transitional vertebrae",
    passing=with_level({"level": "L6", "is_transitional": True}),
    failing=with_level({"level": "L6", "is_transitional": False}),
)
def transitional_unmarked(level: Entry) -> Iterator[Finding]:
    """T13 and L6 are usually slips."""
    marked = level.get("is_transitional", False)
    if level["level"] in TRANSITIONAL and not marked:
        yield found(level, "level", stated=marked)


@rule(
    "level.other_family",
    HARD,
    _("{where}: {value} does not belong to the family {family}, which treats {limit}."),
    part="levels",
    needs="level",
    source="anatomy",
    passing=with_level({"level": "V2"}, family="trigeminal"),
    failing=with_level({"level": "L5"}, family="trigeminal"),
)
def other_family(level: Entry) -> Iterator[Finding]:
    """Trigeminal procedures treat divisions; the spinal families treat roots."""
    family = level.inside.get("family") if level.inside else None
    if family == Family.TRIGEMINAL and is_spinal(level["level"]):
        yield found(level, "level", family=family, limit=_("V1, V2, V3"))
    if family in SPINAL_FAMILIES and is_division(level["level"]):
        yield found(level, "level", family=family, limit=_("spinal roots"))


@rule(
    "level.medial_branch_cut",
    HARD,
    _("{where}: {field} {value} says that a root was cut; {technique} touches none."),
    part="levels",
    needs="level",
    source="medial branches are not roots: 10.1136/rapm-2019-101243",
    passing=with_level({"level": "L4", "percent_cut": 0}, technique="MB_RFN"),
    failing=with_level({"level": "L4", "percent_cut": 50}, technique="MB_RFN"),
)
def medial_branch_cut(level: Entry) -> Iterator[Finding]:
    """The needle heats a branch to the joint; the root stays whole."""
    procedure: dict[str, Any] = level.inside or {}
    technique = procedure.get("technique") or procedure.get("family")
    if technique not in (Technique.MB_RFN, Family.MEDIAL_BRANCH):
        return
    for field in ("percent_cut", "extent"):
        if level.get(field):
            yield found(level, field, field=field, technique=technique)


@rule(
    "level.other_side",
    HARD,
    _("{where}: side {value} contradicts the pain, which is {limit}."),
    part="record",
    needs="targets levels",
    source="anatomy; the other side must be marked as intended",
    passing={
        "targets": [{"key": "a", "side": "left"}],
        **with_level({"level": "L5", "side": "left"}, target="a"),
    },
    failing={
        "targets": [{"key": "a", "side": "left"}],
        **with_level({"level": "L5", "side": "right"}, target="a"),
    },
)
def other_side(reading: Reading) -> Iterator[Finding]:
    """Left pain, right root: the wrong side, or the wrong box."""
    for level in reading["levels"]:
        target = reading.linked(level.inside, "target", "targets")
        if target is None or level.inside.get("contralateral_intended"):
            continue
        if contradicts(level.get("side", ""), target.get("side", "")):
            yield found(level, "side", limit=target["side"])


def roots_by_side(procedure: Entry) -> Counter[str]:
    """Count the levels treated on either side; both sides count for each."""
    counts: Counter[str] = Counter()
    for level in procedure["levels"]:
        side = level.get("side")
        both = (Side.LEFT.value, Side.RIGHT.value)
        counts.update(both if side == Side.BILATERAL else [side] if side else [])
    return counts


def treated(levels: tuple[str, ...], side: str = "left") -> dict[str, object]:
    """Return a record of one procedure at these levels, for the examples."""
    rows = [
        {"level": name, "side": side, "is_transitional": name == "T13"}
        for name in levels
    ]
    return {"procedures": [{"day": 0, "levels": rows}]}


@rule(
    "procedure.levels_too_many",
    HARD,
    _("{where}: {number} levels on the {side} side; a side has {limit} roots."),
    part="procedures",
    needs="levels",
    source="anatomy: 31 spinal roots a side",
    passing=treated(("L4", "L5")),
    failing=treated((*SPINAL_ROOTS, "T13")),
)
def levels_too_many(procedure: Entry) -> Iterator[Finding]:
    """No more roots can be treated than there are."""
    for side, number in roots_by_side(procedure).items():
        if number > ROOTS_A_SIDE:
            yield found(
                procedure, "levels", number=number, side=side, limit=ROOTS_A_SIDE
            )


@rule(
    "procedure.levels_unusual",
    SOFT,
    _("{where}: {number} levels on the {side} side; up to {limit} are usual."),
    part="procedures",
    needs="levels",
    source=OWN,
    passing=treated(SPINAL_ROOTS[:6]),
    failing=treated(SPINAL_ROOTS[:7]),
)
def levels_unusual(procedure: Entry) -> Iterator[Finding]:
    """Many roots at once are rare, and often a slip in a row of boxes."""
    for side, number in roots_by_side(procedure).items():
        if ROOTS_USUAL < number <= ROOTS_A_SIDE:
            yield found(
                procedure, "levels", number=number, side=side, limit=ROOTS_USUAL
            )


@rule(
    "procedure.levels_missing",
    SOFT,
    _("{where}: it is done, and no level is given; at least 1 is expected."),
    part="procedures",
    needs="levels status family",
    source="operative record: levels and side (10.2147/JPR.S325665)",
    passing={
        "procedures": [
            {
                "status": "done",
                "family": "ganglion",
                "levels": [{"level": "L5", "side": "left"}],
            }
        ]
    },
    failing={"procedures": [{"status": "done", "family": "ganglion", "levels": []}]},
)
def levels_missing(procedure: Entry) -> Iterator[Finding]:
    """Soft: the levels may be entered later, and old papers do not give them."""
    done = procedure["status"] == "done" and procedure["family"] != "other"
    if done and not procedure["levels"]:
        yield found(procedure, "levels")
