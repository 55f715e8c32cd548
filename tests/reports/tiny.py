"""Studies small enough to reckon by hand, as the frames that the analyses take."""

from decimal import Decimal

import numpy as np
import pandas as pd

from outcomes.protocols import PROTOCOLS
from reports.analysis.standing import standings
from reports.analysis.trajectory import mean_course, shown_visits

PROTOCOL = PROTOCOLS["spinal_root_ganglion"]
SLUGS = ("baseline", "month-3", "month-6", "month-12")
VISITS = tuple(visit for visit in PROTOCOL.visits if visit.slug in SLUGS)
ENDS = ("death_day", "withdrawal_day", "lost_day")


def person(scores, *, group="all", missed=(), last_day=None, **ends):
    """Scores by day, a text standing for why there is none; days missed altogether."""
    return {"scores": scores, "group": group, "missed": dict(missed), **ends} | {
        "last_day": last_day
    }


def study(*persons):
    """Return people, assessments and scores as `standings` takes them."""
    people, assessments, scores = [], [], []
    for number, one in enumerate(persons):
        for day, value in one["scores"].items():
            occasion = {"participant": number, "day": day, "after": day > 0}
            assessments.append({**occasion, "status": "done", "missed_reason": ""})
            is_value = not isinstance(value, str)
            micro = int(Decimal(str(value)) * 1_000_000) if is_value else 0
            missing = "" if is_value else value
            scores.append({**occasion, "micro": micro, "missing": missing})
        for day, reason in one["missed"].items():
            occasion = {"participant": number, "day": day, "after": day > 0}
            assessments.append(
                {**occasion, "status": "missed", "missed_reason": reason}
            )
        known = [*one["scores"], *one["missed"], one["last_day"]]
        known += [one.get(end) for end in ENDS]
        people.append(
            {
                "participant": number,
                "group": one["group"],
                **{end: one.get(end) for end in ENDS},
                "last_day": max(
                    (day for day in known if day is not None), default=None
                ),
            }
        )
    return (
        _frame(
            people, {"group": "object", **dict.fromkeys((*ENDS, "last_day"), float)}
        ),
        _numbered(assessments, {"status": "object", "missed_reason": "object"}),
        _numbered(scores, {"micro": "int64", "missing": "object"}),
    )


def _numbered(rows, kinds):
    frame = _frame(rows, {"day": "int64", "after": bool, **kinds})
    return frame.assign(entered=np.arange(len(frame)))


def _frame(rows, kinds):
    columns = {"participant": "int64", **kinds}
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def stands(*persons, visits=VISITS):
    """Return how the persons stand at each visit, by the visit's slug."""
    return {one.visit.slug: one for one in standings(*study(*persons), visits)}


def course_of(frames, *, groups=("all",), asked=SLUGS, visits=VISITS, **options):
    """Return the table of frames from `study`, indexed by group and visit."""
    people = frames[0]
    everything = standings(*frames, visits)
    table = mean_course(
        people["group"].to_numpy(),
        shown_visits(everything, asked),
        baseline=everything[0],
        groups=groups,
        **options,
    )
    return table.set_index(["group", "visit"], drop=False)


def course(*persons, **options):
    """Return the table of these persons, indexed by group and visit."""
    return course_of(study(*persons), **options)
