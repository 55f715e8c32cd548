"""Techniques: what belongs to which family, protocol, temperature and anaesthesia."""

from collections.abc import Iterator

from outcomes.checks.reading import Entry, Reading
from outcomes.checks.rules import Finding, Severity, found, rule
from outcomes.protocols import PROTOCOLS
from registry.coded import _
from registry.vocabulary import (
    FAMILY_OF,
    PULSED,
    THERMAL,
    Anaesthesia,
    Family,
    ProcedureRole,
    Technique,
)

HARD, SOFT = Severity.HARD, Severity.SOFT
PULSED_MOST = 45
ALLOWED_C = (36, 95)  # outside it, the range itself refuses
THERMAL_C = (55, 90)


@rule(
    "procedure.family_technique",
    HARD,
    _("{where}: technique {value} is of the family {family}, not {stated}."),
    part="procedures",
    needs="technique family",
    source="procedure list: families are never pooled",
    passing={"procedures": [{"technique": "TRF", "family": "trigeminal"}]},
    failing={"procedures": [{"technique": "TRF", "family": "ganglion"}]},
)
def family_technique(procedure: Entry) -> Iterator[Finding]:
    """A technique belongs to one family."""
    family = FAMILY_OF[procedure["technique"]]
    if family != procedure["family"]:
        yield found(procedure, "technique", family=family, stated=procedure["family"])


@rule(
    "procedure.temperature_without_heat",
    HARD,
    _("{where}: {value} °C is given, but {technique} heats nothing; allowed: {limit}."),
    part="procedures",
    needs="temperature_c technique",
    source="procedure list",
    passing={"procedures": [{"technique": "TRF", "temperature_c": 75}]},
    failing={"procedures": [{"technique": "TGLY", "temperature_c": 75}]},
)
def temperature_without_heat(procedure: Entry) -> Iterator[Finding]:
    """Temperatures belong to radiofrequency, thermal or pulsed."""
    technique = procedure["technique"]
    if technique not in THERMAL | PULSED:
        limit = sorted(THERMAL | PULSED)
        yield found(procedure, "temperature_c", technique=technique, limit=limit)


@rule(
    "procedure.pulsed_too_hot",
    SOFT,
    _("{where}: {value} °C is unusual for a pulsed lesion; up to {limit} is usual."),
    part="procedures",
    needs="temperature_c technique",
    source="pulsed lesions at 42 °C: ASPN, 10.2147/JPR.S325665",
    passing={"procedures": [{"technique": "DRG_PRF", "temperature_c": 42}]},
    failing={"procedures": [{"technique": "DRG_PRF", "temperature_c": 60}]},
)
def pulsed_too_hot(procedure: Entry) -> Iterator[Finding]:
    """A pulsed field is not meant to heat the ganglion."""
    if (
        procedure["technique"] in PULSED
        and PULSED_MOST < procedure["temperature_c"] <= ALLOWED_C[1]
    ):
        yield found(procedure, "temperature_c", limit=PULSED_MOST)


@rule(
    "procedure.thermal_unusual",
    SOFT,
    _("{where}: {value} °C is unusual for a thermal lesion; {low} to {high} is usual."),
    part="procedures",
    needs="temperature_c technique",
    source="thermal lesions at 60 to 90 °C: Cohen 2020, 10.1136/rapm-2019-101243",
    passing={"procedures": [{"technique": "TRF", "temperature_c": 75}]},
    failing={"procedures": [{"technique": "TRF", "temperature_c": 50}]},
)
def thermal_unusual(procedure: Entry) -> Iterator[Finding]:
    """Below, nerve may survive; above, tissue may boil."""
    celsius = procedure["temperature_c"]
    thermal = procedure["technique"] in THERMAL
    possible = ALLOWED_C[0] <= celsius <= ALLOWED_C[1]
    low, high = THERMAL_C
    if thermal and possible and not low <= celsius <= high:
        yield found(procedure, "temperature_c", low=low, high=high)


@rule(
    "procedure.general_anaesthesia",
    SOFT,
    _("{where}: anaesthesia {value} is unusual for {technique}, which needs answers."),
    part="procedures",
    needs="anaesthesia technique",
    source="co-operation is essential: Kanpolat 2001, Neurosurgery 48:524",
    passing={"procedures": [{"technique": "TRF", "anaesthesia": "sedation"}]},
    failing={"procedures": [{"technique": "TRF", "anaesthesia": "general"}]},
)
def general_anaesthesia(procedure: Entry) -> Iterator[Finding]:
    """The lesion is placed by what the person says they feel."""
    technique = procedure["technique"]
    if technique == Technique.TRF and procedure["anaesthesia"] == Anaesthesia.GENERAL:
        yield found(procedure, "anaesthesia", technique=technique)


def family_of(procedure: Entry) -> str | None:
    """Return the family given, or that of the technique."""
    technique = procedure.get("technique")
    return procedure.get("family") or (FAMILY_OF[technique] if technique else None)


@rule(
    "procedure.spasticity",
    HARD,
    _("{where}: {value} treats spasticity; the protocol {protocol} follows pain."),
    part="record",
    needs="cohort procedures",
    source="outcomes are tone and gait: BMC Pediatr 2008;8:54",
    passing={
        "cohort": {"protocol": "spinal_root_ganglion"},
        "procedures": [{"technique": "ODR_INTRA"}],
    },
    failing={
        "cohort": {"protocol": "spinal_root_ganglion"},
        "procedures": [{"technique": "SDR_SPAST"}],
    },
)
def spasticity(reading: Reading) -> Iterator[Finding]:
    """Spasticity rhizotomy shares the name, and nothing that is measured here."""
    protocol = reading.one("cohort").get("protocol")
    for procedure in reading["procedures"]:
        if protocol and Family.SPASTICITY in {
            procedure.get("family"),
            family_of(procedure),
        }:
            field = "technique" if "technique" in procedure else "family"
            yield found(procedure, field, protocol=protocol)


@rule(
    "procedure.family_not_in_protocol",
    SOFT,
    _("{where}: family {family} is not of {protocol}, which is for {limit}."),
    part="record",
    needs="cohort procedures",
    source="the protocol's file",
    passing={
        "cohort": {"protocol": "trigeminal"},
        "procedures": [{"family": "trigeminal"}],
    },
    failing={
        "cohort": {"protocol": "trigeminal"},
        "procedures": [{"family": "ganglion"}],
    },
)
def family_not_in_protocol(reading: Reading) -> Iterator[Finding]:
    """Other surgery may be recorded, but as "other", not as what the cohort studies."""
    protocol = PROTOCOLS.get(reading.one("cohort").get("protocol", ""))
    if protocol is None:
        return
    for procedure in reading["procedures"]:
        family = family_of(procedure)
        elsewhere = family in (None, Family.SPASTICITY, *protocol.families)
        if elsewhere or procedure.get("role") == ProcedureRole.OTHER:
            continue
        field = "family" if "family" in procedure else "technique"
        limit = list(protocol.families)
        yield found(
            procedure, field, family=family, protocol=protocol.slug, limit=limit
        )


@rule(
    "procedure.no_block",
    SOFT,
    _("{where}: {value} diagnostic blocks; the protocol {protocol} asks for {limit}."),
    part="record",
    needs="cohort procedures",
    source="the protocol's file; blocks: Cohen 2020, 10.1136/rapm-2019-101243",
    passing={
        "cohort": {"protocol": "medial_branch"},
        "procedures": [{"role": "index", "blocks_done": 1}],
    },
    failing={
        "cohort": {"protocol": "medial_branch"},
        "procedures": [{"role": "index", "blocks_done": 0}],
    },
)
def no_block(reading: Reading) -> Iterator[Finding]:
    """Without a block the level treated is a guess."""
    protocol = PROTOCOLS.get(reading.one("cohort").get("protocol", ""))
    if protocol is None or not protocol.needs_block:
        return
    for procedure in reading["procedures"]:
        index = procedure.get("role") == ProcedureRole.INDEX
        if index and procedure.get("blocks_done") == 0:
            yield found(procedure, "blocks_done", protocol=protocol.slug, limit=1)
