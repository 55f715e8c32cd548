"""Ranges: what a number may be (hard) and what it usually is (soft).

A measure's own range is in its file; see `scores`. Where no paper is named, a limit is
the registry's own, set to catch slips of the pen.
"""

from collections.abc import Iterator
from decimal import Decimal

from outcomes.checks.reading import Entry
from outcomes.checks.rules import Finding, Rule, Severity, found, rule
from outcomes.checks.shape import INNER, NESTED
from registry.coded import _

HARD, SOFT = Severity.HARD, Severity.SOFT
OWN = "registry limit, against slips of the pen"
DAYS = (-3650, 18250)  # ten years before the index procedure to fifty after it
STORED = (0, 32767)  # what the database can hold in a small whole number
MEASURED = (0, Decimal("99999.99"))  # and in a quantity with two decimals
NOUNS = {
    "participant": "participant",
    "procedures": "procedure",
    "levels": "level",
    "assessments": "assessment",
    "findings": "finding",
    "complications": "complication",
    "therapies": "therapy",
    "dispositions": "disposition",
    "contacts": "contact",
}
Limits = tuple[int, int | Decimal]


def example(part: str, field: str, value: object) -> dict[str, object]:
    """Return a record of one part with one field, inside the part around it."""
    entry = {field: value}
    if part in INNER:
        outer = next(one for one, inner in NESTED.items() if part in inner)
        return {outer: [{part: [entry]}]}
    return {part: entry if part == "participant" else [entry]}


def allowed(
    part: str,
    field: str,
    limits: Limits,
    label: str,
    *,
    typical: int | None = None,
) -> Rule:
    """Declare the range outside which a number is refused, both ends allowed.

    `typical` is the example that passes, where the lowest is allowed but unusual.
    """
    low, high = limits

    @rule(
        f"{NOUNS[part]}.{field}_range",
        HARD,
        _("{where}: {label} {value} is not from {low} to {high}."),
        part=part,
        needs=field,
        source=OWN,
        passing=example(part, field, low if typical is None else typical),
        failing=example(part, field, high + 1),
    )
    def outside(entry: Entry) -> Iterator[Finding]:
        if not low <= entry[field] <= high:
            yield found(entry, field, label=label, low=low, high=high)

    return outside


def usual(
    part: str, field: str, limits: Limits, label: str, hard: Limits, source: str = OWN
) -> Rule:
    """Declare the range outside which an allowed number asks for a reason."""
    low, high = limits

    @rule(
        f"{NOUNS[part]}.{field}_unusual",
        SOFT,
        _("{where}: {label} {value} is unusual; {low} to {high} is expected."),
        part=part,
        needs=field,
        source=source,
        passing=example(part, field, low),
        failing=example(part, field, low - 1 if low > hard[0] else high + 1),
    )
    def outside(entry: Entry) -> Iterator[Finding]:
        value = entry[field]
        if hard[0] <= value <= hard[1] and not low <= value <= high:
            yield found(entry, field, label=label, low=low, high=high)

    return outside


AGE, PAIN_MONTHS = (0, 120), (0, 900)
LESION, MINUTES, STAY = (5, 600), (5, 900), (0, 365)
OLDEST_STORED = 90
PERCENT = (0, 100)
# Chronic pain: more than 3 months (IASP, ICD-11 MG30).
CHRONIC = "IASP: chronic pain lasts more than 3 months"

RANGES = (
    allowed("participant", "age_at_index", AGE, _("age in years"), typical=50),
    usual(
        "participant",
        "age_at_index",
        (18, 120),
        _("age in years"),
        AGE,
        source="a registry of adults",
    ),
    allowed(
        "participant",
        "pain_duration_months",
        PAIN_MONTHS,
        _("duration of pain in months"),
        typical=24,
    ),
    usual(
        "participant",
        "pain_duration_months",
        (3, 900),
        _("duration of pain in months"),
        PAIN_MONTHS,
        source=CHRONIC,
    ),
    allowed("participant", "enrolment_day", DAYS, _("day of enrolment")),
    allowed("procedures", "day", DAYS, _("day")),
    allowed(
        "procedures", "block_relief_percent", PERCENT, _("relief after block in %")
    ),
    # 42 C pulsed to 90 C thermal: Cohen 2020, 10.1136/rapm-2019-101243.
    allowed("procedures", "temperature_c", (36, 95), _("temperature in °C")),
    allowed(
        "procedures",
        "lesion_seconds",
        LESION,
        _("time of a lesion in seconds"),
        typical=60,
    ),
    # 60 to 180 s for medial branches: Cohen 2020, 10.1136/rapm-2019-101243.
    usual(
        "procedures",
        "lesion_seconds",
        (30, 300),
        _("time of a lesion in seconds"),
        LESION,
        source="Cohen 2020, 10.1136/rapm-2019-101243",
    ),
    allowed("procedures", "duration_minutes", MINUTES, _("duration in minutes")),
    allowed("procedures", "stay_days", STAY, _("stay in days")),
    usual("procedures", "stay_days", (0, 30), _("stay in days"), STAY),
    allowed("procedures", "blocks_done", STORED, _("number of blocks")),
    allowed("procedures", "lesions", STORED, _("number of lesions")),
    allowed("procedures", "voltage_v", MEASURED, _("voltage in V")),
    allowed("procedures", "impedance_ohm", MEASURED, _("impedance in ohm")),
    allowed("procedures", "volume_ml", MEASURED, _("volume in ml")),
    allowed("procedures", "sensory_threshold_v", MEASURED, _("sensory threshold in V")),
    allowed("procedures", "motor_threshold_v", MEASURED, _("motor threshold in V")),
    allowed("levels", "percent_cut", PERCENT, _("share cut in %")),
    allowed("assessments", "day", DAYS, _("day")),
    allowed("assessments", "recurrence_day", (0, DAYS[1]), _("day of recurrence")),
    allowed("findings", "bother", (0, 10), _("bother")),
    allowed("complications", "onset_day", DAYS, _("day of onset")),
    allowed("complications", "end_day", DAYS, _("last day")),
    allowed("therapies", "start_day", DAYS, _("first day")),
    allowed("therapies", "end_day", DAYS, _("last day")),
    allowed("dispositions", "day", DAYS, _("day")),
    allowed(
        "dispositions", "last_known_alive_day", DAYS, _("day last known to be alive")
    ),
    allowed("contacts", "day", DAYS, _("day")),
)


@rule(
    "participant.age_over_90",
    HARD,
    _("{where}: age {value} is above {limit}; 90 and over is stored as {limit}."),
    part="participant",
    needs="age_at_index",
    source="HIPAA Safe Harbor, 45 CFR 164.514(b)(2)(i)(C)",
    passing={"participant": {"age_at_index": 90}},
    failing={"participant": {"age_at_index": 93}},
)
def age_over_90(participant: Entry) -> Iterator[Finding]:
    """Ages that could single a person out are one class."""
    if OLDEST_STORED < participant["age_at_index"] <= AGE[1]:
        yield found(participant, "age_at_index", limit=OLDEST_STORED)


@rule(
    "participant.pain_longer_than_life",
    HARD,
    _("{where}: {value} months of pain are more than a life of {age} years."),
    part="participant",
    needs="pain_duration_months age_at_index",
    source="chronology",
    passing={"participant": {"age_at_index": 30, "pain_duration_months": 371}},
    failing={"participant": {"age_at_index": 30, "pain_duration_months": 372}},
)
def pain_longer_than_life(participant: Entry) -> Iterator[Finding]:
    """Pain cannot be older than the person; "30" may be a day short of 31."""
    age, months = participant["age_at_index"], participant["pain_duration_months"]
    if 0 <= age < OLDEST_STORED and 12 * (age + 1) <= months <= PAIN_MONTHS[1]:
        yield found(participant, "pain_duration_months", age=age)
