"""Deficits: where there is skin to feel with, and what belongs to a loss."""

from collections.abc import Iterator
from typing import Any

from outcomes.checks.reading import Entry, Reading
from outcomes.checks.rules import Finding, Severity, found, rule
from outcomes.vocabulary import LOSS, ComplicationTerm, SensoryTerm
from registry.anatomy import DERMATOMES, contradicts
from registry.coded import _
from registry.vocabulary import Extent

HARD, SOFT = Severity.HARD, Severity.SOFT
SKIN = _("C2-C8, T1-T12, L1-L5, S1-S5, Co1, V1-V3")
NO_SKIN = "C1"  # a root without a dermatome: ISNCSCI begins at C2
MOTOR = frozenset(
    {
        ComplicationTerm.MOTOR_WEAKNESS,
        ComplicationTerm.MASSETER_WEAKNESS,
        ComplicationTerm.CORD_INJURY,
        ComplicationTerm.DIPLOPIA,
    }
)
NUMB = frozenset({SensoryTerm.HYPOAESTHESIA, SensoryTerm.ANAESTHESIA})
UPPER_ROOTS = frozenset({"C1", "C2", "C3"})


def felt(*findings: dict[str, Any], day: int = 42, **parts: Any) -> dict[str, Any]:
    """Return a record of one assessment with findings, for the examples."""
    return {"assessments": [{"day": day, "findings": list(findings)}], **parts}


@rule(
    "target.dermatome_c1",
    HARD,
    _("{where}: {code} is a root without skin; dermatomes are {limit}."),
    part="targets",
    needs="dermatomes",
    source="ISNCSCI",
    passing={"targets": [{"dermatomes": ["C2"]}]},
    failing={"targets": [{"dermatomes": ["C1", "C2"]}]},
)
def dermatome_c1(target: Entry) -> Iterator[Finding]:
    """Pain may come from C1, but is not felt in its skin."""
    if NO_SKIN in target["dermatomes"]:
        yield found(target, "dermatomes", code=NO_SKIN, limit=SKIN)


@rule(
    "target.dermatome_unknown",
    HARD,
    _("{where}: {code} is no dermatome; dermatomes are {limit}."),
    part="targets",
    needs="dermatomes",
    source="ISNCSCI",
    passing={"targets": [{"dermatomes": ["L5", "S1"]}]},
    failing={"targets": [{"dermatomes": ["L5", "S6"]}]},
)
def dermatome_unknown(target: Entry) -> Iterator[Finding]:
    """Thirty areas of the spine a side, and three of the face."""
    for code in target["dermatomes"]:
        if code not in DERMATOMES and code != NO_SKIN:
            yield found(target, "dermatomes", code=code, limit=SKIN)


@rule(
    "finding.area_c1",
    HARD,
    _("{where}: {value} is a root without skin; areas are {limit}."),
    part="findings",
    needs="area",
    source="ISNCSCI",
    passing=felt({"area": "C2"}),
    failing=felt({"area": "C1"}),
)
def area_c1(finding: Entry) -> Iterator[Finding]:
    """C1 cannot be tested on the skin."""
    if finding["area"] == NO_SKIN:
        yield found(finding, "area", limit=SKIN)


@rule(
    "finding.area_unknown",
    HARD,
    _("{where}: {value} is no dermatome; areas are {limit}."),
    part="findings",
    needs="area",
    source="ISNCSCI",
    passing=felt({"area": "S5"}),
    failing=felt({"area": "S6"}),
)
def area_unknown(finding: Entry) -> Iterator[Finding]:
    """Sensation is recorded by dermatome."""
    if finding["area"] not in DERMATOMES and finding["area"] != NO_SKIN:
        yield found(finding, "area", limit=SKIN)


@rule(
    "finding.dolorosa_without_loss",
    SOFT,
    _("{where}: {value} is pain in a numb area; no loss is recorded there: {limit}."),
    part="record",
    needs="findings",
    source="IASP terminology: pain in an area that is anaesthetic",
    passing=felt(
        {"area": "V2", "side": "left", "term": "anaesthesia_dolorosa"},
        {"area": "V2", "side": "left", "term": "anaesthesia"},
    ),
    failing=felt({"area": "V2", "side": "left", "term": "anaesthesia_dolorosa"}),
)
def dolorosa_without_loss(reading: Reading) -> Iterator[Finding]:
    """Without numbness it is another pain. A loss found earlier counts."""
    dolorosa = SensoryTerm.ANAESTHESIA_DOLOROSA
    for finding in reading["findings"]:
        if finding.get("term") != dolorosa or "area" not in finding:
            continue
        if not any(is_loss_under(finding, other) for other in reading["findings"]):
            yield found(finding, "term", limit=sorted(LOSS))


def is_loss_under(finding: Entry, other: Entry) -> bool:
    """Tell whether `other` is a loss in the area of `finding`, by the same day."""
    day, other_day = day_found(finding), day_found(other)
    late = day is not None and other_day is not None and other_day > day
    same = other.get("area") == finding["area"]
    elsewhere = contradicts(other.get("side", ""), finding.get("side", ""))
    return other.get("term") in LOSS and same and not elsewhere and not late


def day_found(finding: Entry) -> int | None:
    """Return the day of a finding's assessment, if it has one."""
    return finding.inside.get("day") if finding.inside is not None else None


def neck(extent: str) -> dict[str, Any]:
    """Return a record of C2 and C3 treated, and numb, for the examples."""
    levels = [
        {"level": root, "side": "left", "extent": extent} for root in ("C2", "C3")
    ]
    areas = [
        {"area": root, "side": "left", "term": "anaesthesia"} for root in ("C2", "C3")
    ]
    return felt(*areas, procedures=[{"day": 0, "levels": levels}])


@rule(
    "finding.numb_after_partial_section",
    SOFT,
    _("{where}: {value} in all of {limit}, though the roots were only partly cut."),
    part="record",
    needs="findings levels",
    source="partial C1-3 rhizotomy spares feeling: Dubuisson 1995 (check)",
    passing=neck("complete"),
    failing=neck("partial"),
)
def numb_after_partial_section(reading: Reading) -> Iterator[Finding]:
    """Numbness everywhere says that roots were cut through, or another nerve was."""
    for procedure in reading["procedures"]:
        levels = procedure.get("levels", [])
        roots = {level.get("level") for level in levels}
        partial = all(level.get("extent") == Extent.PARTIAL for level in levels)
        if not roots or not roots <= UPPER_ROOTS or not partial:
            continue
        skin = UPPER_ROOTS - {NO_SKIN}
        for visit in reading.visits:
            numb = [one for one in visit.get("findings", ()) if one.get("term") in NUMB]
            after = visit["day"] >= procedure.get("day", 0)
            if after and skin <= {one.get("area") for one in numb}:
                yield found(numb[0], "term", limit=sorted(skin))


@rule(
    "assessment.motor_deficit_without_complication",
    SOFT,
    _("{where}: a motor deficit was found, but no complication says so: {limit}."),
    part="record",
    needs="assessments",
    source="grades by therapy miss such deficits: 10.1093/neuros/nyab121",
    passing={
        "assessments": [{"day": 42, "has_motor_deficit": True}],
        "complications": [{"term": "motor_weakness", "onset_day": 1}],
    },
    failing={
        "assessments": [{"day": 42, "has_motor_deficit": True}],
        "complications": [],
    },
)
def motor_deficit_without_complication(reading: Reading) -> Iterator[Finding]:
    """A weakness that no complication names is missing from the rate of harm."""
    if not reading.gives("complications"):
        return
    for visit in reading.visits:
        named = any(
            one.get("term") in MOTOR and one.get("onset_day", 0) <= visit["day"]
            for one in reading["complications"]
        )
        if visit.get("has_motor_deficit") and not named:
            yield found(visit, "has_motor_deficit", limit=sorted(MOTOR))
