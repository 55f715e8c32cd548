"""Which fields a mapping may fill, what each may hold, and how its text is read.

Ranges are not here: they are the rule pack's, the same for a page and for a file.
"""

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from outcomes.scoring import read_number
from registry.anatomy import DERMATOMES, Side
from registry.coded import Coded
from registry.vocabulary import (
    Anaesthesia,
    Family,
    Guidance,
    Handedness,
    Indication,
    Monitoring,
    PainType,
    ProcedureRole,
    ProcedureStatus,
    Sex,
    Technique,
    TemporalType,
)

Reader = Callable[[str], object]

WHOLE, MONTHS, NUMBER, YES_NO, AREAS = "whole", "months", "number", "yes or no", "areas"
Kind = type[Coded] | str

PERSON: dict[str, Kind] = {
    "sex": Sex,
    "age_at_index": WHOLE,
    "handedness": Handedness,
    "pain_duration": MONTHS,
    "enrolment_day": WHOLE,
    "is_prospective": YES_NO,
}
TARGET: dict[str, Kind] = {
    "indication": Indication,
    "side": Side,
    "pain_type": PainType,
    "temporal_type": TemporalType,
    "dermatomes": AREAS,
}
TARGET_NEEDS = frozenset({"indication", "side"})
_COUNTS = (
    "block_relief_percent blocks_done lesion_seconds lesions duration_minutes stay_days"
)
_QUANTITIES = (
    "temperature_c voltage_v impedance_ohm sensory_threshold_v motor_threshold_v"
    " volume_ml"
)
PROCEDURE: dict[str, Kind] = {
    "family": Family,
    "technique": Technique,
    "role": ProcedureRole,
    "status": ProcedureStatus,
    "day": WHOLE,
    "is_planned": YES_NO,
    "contralateral_intended": YES_NO,
    "anaesthesia": Anaesthesia,
    "guidance": Guidance,
    "monitoring": Monitoring,
    **dict.fromkeys(_COUNTS.split(), WHOLE),
    **dict.fromkeys(_QUANTITIES.split(), NUMBER),
}
PROCEDURE_NEEDS = frozenset({"family", "technique", "role"})

MONTHS_A_UNIT = {
    "days": 12 / Decimal("365.25"),
    "weeks": 7 * 12 / Decimal("365.25"),
    "months": Decimal(1),
    "years": Decimal(12),
}
# A column of 32 bits; the rule pack's ranges lie far inside it.
LARGEST = 32_767


def reader(kind: Kind, *, unit: str = "", decimal: str = ".") -> Reader:
    """Return the function that reads a field's text; it raises ValueError, a sentence.

    Empty text is not its business: whether a value is missing is asked before.
    """
    if not isinstance(kind, str):
        return lambda text: read_term(kind, text)
    if kind == MONTHS:
        factor = MONTHS_A_UNIT[unit or "months"]
        return lambda text: _fit(_round(read_plain(text, decimal) * factor))
    if kind == NUMBER:
        return lambda text: read_hundredths(text, decimal)
    return {WHOLE: read_whole, YES_NO: read_yes_no, AREAS: read_areas}[kind]


def coded(read: Reader, codes: Mapping[str, str]) -> Reader:
    """Return `read` behind a mapping's codes; a text that is no code is refused."""

    def translate(text: str) -> object:
        if text not in codes:
            raise ValueError(f"is not one of the codes {_listed(codes)}")
        return read(codes[text])

    return translate if codes else read


def read_term(terms: type[Coded], text: str) -> str:
    """Return a code of a closed list."""
    if text not in terms.codes():
        raise ValueError(f"is not one of {_listed(terms.codes())}")
    return text


def read_whole(text: str) -> int:
    """Return a whole number that a column can hold."""
    number = read_plain(text)
    if number % 1:
        raise ValueError("is not a whole number")
    return _fit(int(number))


def read_plain(text: str, decimal: str = ".") -> Decimal:
    """Return a number, written with the mapping's decimal sign and nothing else."""
    if decimal != ".":
        text = text.replace(".", "?").replace(decimal, ".")
    try:
        return read_number(text)
    except ValueError as trouble:
        raise ValueError(f"is not a number such as 7 or 7{decimal}5") from trouble


def read_hundredths(text: str, decimal: str = ".") -> Decimal:
    """Return a number of at most two decimals."""
    number = read_plain(text, decimal)
    if number % Decimal("0.01"):
        raise ValueError("has more than 2 decimals")
    _fit(int(number))
    return number


def read_yes_no(text: str) -> bool:
    """Return a truth, written `true` or `false` (or coded to it)."""
    if text not in {"true", "false"}:
        raise ValueError("is not true or false")
    return text == "true"


def read_areas(text: str) -> list[str]:
    """Return dermatomes, parted by spaces."""
    areas = text.split()
    for area in areas:
        if area not in DERMATOMES:
            raise ValueError(f"names '{area[:8]}', which is no dermatome")
    return areas


def _round(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))


def _fit(number: int) -> int:
    if abs(number) > LARGEST:
        raise ValueError(f"is beyond {LARGEST}")
    return number


def _listed(codes: object) -> str:
    """List codes, the first dozen of them."""
    names = [repr(code) for code in codes]  # type: ignore[attr-defined]
    return ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
