"""A case as the record that the rule pack examines, and the way back to the cell."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from outcomes.checks import Severity, Violation, examine
from outcomes.imports.cases import Case, Occasion
from outcomes.imports.refusals import Refusal

Record = dict[str, Any]
PLACE = re.compile(r"(\w+)(?:\[(\d+)\])?(?:\.(\w+)\[(\d+)\])?")


class Verdict(NamedTuple):
    """What the rules say of one case."""

    refusals: list[Refusal]
    doubts: list[Refusal]


def record_of(case: Case, protocol: str) -> Record:
    """Return a new participant's record, with nothing in it that the file lacks."""
    record: Record = {
        "cohort": {"protocol": protocol},
        "participant": case.participant,
        "assessments": [entry_of(one) for one in case.occasions],
    }
    if case.target:
        record["targets"] = [{"key": "target", "is_primary": True, **case.target}]
    if case.procedure:
        procedure = {"day": 0, "target": "target", **case.procedure}
        record["procedures"] = [procedure]
    return record


def entry_of(occasion: Occasion) -> Record:
    """Return one visit as an assessment with its scores."""
    return {
        "day": occasion.day,
        "is_after_procedure": occasion.is_after_procedure,
        "status": occasion.status,
        "missed_reason": occasion.missed_reason,
        "scores": [
            {"instrument": measure, **one.as_entry()}
            for measure, one in occasion.kept_scores().items()
        ],
    }


def judge(case: Case, record: Record, occasions: Sequence[Occasion | None]) -> Verdict:
    """Examine a record; `occasions` tells which of its assessments are the file's."""
    verdict = Verdict([], [])
    for violation in examine(record):
        is_hard = violation.severity == Severity.HARD
        found = verdict.refusals if is_hard else verdict.doubts
        found.append(_refusal(case, record, occasions, violation))
    return verdict


def _refusal(
    case: Case,
    record: Record,
    occasions: Sequence[Occasion | None],
    violation: Violation,
) -> Refusal:
    """Find the row and the column that a violation came from."""
    match = PLACE.match(violation.place)
    part, index, inner, inner_index = match.groups() if match else ("", None, "", None)
    row, kind = case.row, "participants" if part == "participant" else part
    column = case.columns.get(f"{part}.{violation.field}", "")
    if part == "assessments" and index is not None:
        occasion = occasions[int(index)]
        row = occasion.row if occasion else row
        if inner == "scores":
            kind = "scores"
            entry = record["assessments"][int(index)]["scores"][int(inner_index or 0)]
            column = occasion.columns.get(entry["instrument"], "") if occasion else ""
    return Refusal(row, column, "", violation.sentence, kind)
