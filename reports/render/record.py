"""A result as one record of plain values, for the API and for JSON files."""

import json
from typing import Any

from reports.run import Result


def record(result: Result) -> dict[str, Any]:
    """Return the result as values that JSON can hold; None where there is no number."""
    measure, topic = result.topic.measure, result.topic
    return {
        "report": result.report.slug,
        "title": result.report.title,
        "cohort": result.cohort.slug,
        "cohort_name": topic.cohort_name,
        "synthetic": topic.is_synthetic,
        "measure": {
            "slug": measure.slug,
            "name": measure.name,
            "short": measure.short,
            "unit": measure.unit,
            "better": measure.better,
            "minimum": _plain(measure.minimum),
            "maximum": _plain(measure.maximum),
            "recall": measure.recall,
            "digest": measure.digest,
        },
        "protocol": {"slug": topic.protocol.slug, "digest": topic.protocol.digest},
        "by": topic.by,
        "enrolled": topic.enrolled,
        "sites": topic.sites,
        "left_out": {
            "spasticity": topic.spasticity,
            "data_withdrawn": topic.data_withdrawn,
        },
        "caption": result.words.caption,
        "finding": result.words.finding,
        "notes": list(result.words.notes),
        "software": topic.software,
        "table": result.answer.table.to_dict("records"),
    }


def json_record(result: Result) -> bytes:
    """Return the record as JSON; every number to its last digit."""
    text = json.dumps(record(result), ensure_ascii=False, allow_nan=False, indent=2)
    return f"{text}\n".encode()


def _plain(value: object) -> float | None:
    return None if value is None else float(str(value))
