"""The shape of a record: its parts, their fields, and what each field may hold.

The names are those of the models, so that a record built from the database, from a form
or from a row of a file is checked by the same rules. `key` names a target or procedure
inside the record; `target` and `procedure` refer to it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from outcomes import vocabulary as happened
from registry import vocabulary as treated
from registry.anatomy import Side
from registry.coded import Coded, _


@dataclass(frozen=True)
class Kind:
    """What a field may hold: a test, and the words for what passes it."""

    fits: Callable[[object], bool]
    wanted: str
    is_listed: bool = False


MOST_DIGITS = 18  # beyond it arithmetic may overflow, and nothing here is so large


def _is_whole(value: object) -> bool:
    ordinary = isinstance(value, int) and abs(value) < 10**MOST_DIGITS
    return ordinary and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and abs(value.adjusted()) < MOST_DIGITS
    return _is_whole(value)


def _is_key(value: object) -> bool:
    return isinstance(value, str) or _is_whole(value)


def _is_words(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(w, str) for w in value)


def _is_answers(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(code, str)
        and (answer is None or isinstance(answer, str) or _is_number(answer))
        for code, answer in value.items()
    )


WHOLE = Kind(_is_whole, _("a whole number"))
NUMBER = Kind(_is_number, _("a number"))
TEXT = Kind(lambda value: isinstance(value, str), _("text"))
FLAG = Kind(lambda value: isinstance(value, bool), _("yes or no"))
KEY = Kind(_is_key, _("the key of another part"))
WORDS = Kind(_is_words, _("a list of codes"))
ANSWERS = Kind(_is_answers, _("answers by item"))


def one_of(terms: type[Coded]) -> Kind:
    """Return the kind of a field that holds one code of `terms`."""
    codes = frozenset(terms.codes())
    return Kind(
        lambda value: isinstance(value, str) and value in codes,
        ", ".join(terms.codes()),
        is_listed=True,
    )


def fields(kind: Kind, names: str) -> dict[str, Kind]:
    """Give every name, separated by spaces, the same kind."""
    return dict.fromkeys(names.split(), kind)


SHAPE: dict[str, dict[str, Kind]] = {
    "cohort": fields(TEXT, "slug name protocol") | fields(FLAG, "is_synthetic"),
    "participant": {
        **fields(TEXT, "study_id cohort site arm"),
        **fields(WHOLE, "age_at_index pain_duration_months enrolment_day"),
        "sex": one_of(treated.Sex),
        "handedness": one_of(treated.Handedness),
        "is_prospective": FLAG,
    },
    "targets": {
        "key": KEY,
        "is_primary": FLAG,
        "indication": one_of(treated.Indication),
        "side": one_of(Side),
        "dermatomes": WORDS,
        "pain_type": one_of(treated.PainType),
        "temporal_type": one_of(treated.TemporalType),
    },
    "procedures": {
        **fields(KEY, "key target"),
        "family": one_of(treated.Family),
        "technique": one_of(treated.Technique),
        "role": one_of(treated.ProcedureRole),
        "status": one_of(treated.ProcedureStatus),
        "anaesthesia": one_of(treated.Anaesthesia),
        "guidance": one_of(treated.Guidance),
        "monitoring": one_of(treated.Monitoring),
        **fields(FLAG, "is_planned contralateral_intended"),
        **fields(WHOLE, "day block_relief_percent blocks_done lesion_seconds lesions"),
        **fields(WHOLE, "duration_minutes stay_days"),
        **fields(NUMBER, "temperature_c voltage_v impedance_ohm volume_ml"),
        **fields(NUMBER, "sensory_threshold_v motor_threshold_v"),
    },
    "levels": {
        "level": TEXT,
        "side": one_of(Side),
        "extent": one_of(treated.Extent),
        "percent_cut": WHOLE,
        **fields(FLAG, "was_achieved is_transitional"),
    },
    "assessments": {
        **fields(WHOLE, "day recurrence_day"),
        **fields(FLAG, "is_after_procedure complications_asked has_motor_deficit"),
        "mode": one_of(happened.Mode),
        "informant": one_of(happened.Informant),
        "status": one_of(happened.AssessmentStatus),
        "missed_reason": one_of(happened.Missing),
    },
    "scores": {
        **fields(TEXT, "instrument grade value_set"),
        "target": KEY,
        "value": NUMBER,
        "missing": one_of(happened.Missing),
        "answers": ANSWERS,
    },
    "findings": {
        "area": TEXT,
        "side": one_of(Side),
        "term": one_of(happened.SensoryTerm),
        "modality": one_of(happened.Modality),
        "grade": one_of(happened.SensoryGrade),
        "bother": WHOLE,
        "is_expected": FLAG,
    },
    "complications": {
        "procedure": KEY,
        "term": one_of(happened.ComplicationTerm),
        **fields(WHOLE, "onset_day end_day"),
        "therapy_grade": one_of(happened.TherapyGrade),
        "severity": one_of(happened.Severity),
        "relatedness": one_of(happened.Relatedness),
        "source": one_of(happened.Source),
        **fields(FLAG, "is_serious is_persistent_deficit"),
    },
    "therapies": {
        "kind": one_of(happened.TherapyKind),
        **fields(WHOLE, "start_day end_day"),
        "change": one_of(happened.Change),
        "was_adequate_trial": FLAG,
    },
    "dispositions": {
        "event": one_of(happened.DispositionEvent),
        **fields(WHOLE, "day last_known_alive_day"),
        "death_cause": one_of(happened.DeathCause),
        "keeps_data": FLAG,
    },
    "contacts": {
        "day": WHOLE,
        "mode": one_of(happened.Mode),
        "result": one_of(happened.ContactResult),
    },
}

SINGLE = ("cohort", "participant")
NESTED = {"procedures": ("levels",), "assessments": ("scores", "findings")}
INNER = frozenset(part for parts in NESTED.values() for part in parts)
OUTER = tuple(part for part in SHAPE if part not in SINGLE and part not in INNER)
