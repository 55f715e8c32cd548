"""The one door from the database to pandas.

Whoever calls hands over the participants that may be seen; everything else is read
for them and for nobody else. People are numbered from 0: no study code comes through.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
from django.db.models import F, Max, Q, QuerySet

from outcomes.models import (
    Assessment,
    Complication,
    Contact,
    Disposition,
    Score,
    Therapy,
)
from outcomes.vocabulary import DispositionEvent, Informant
from registry.models import Arm, Participant, Procedure
from registry.vocabulary import (
    Family,
    Indication,
    ProcedureRole,
    Technique,
)

CHUNK = 20_000
DECIMALS = 6  # of a stored score; see Score.value
WITHDRAWALS = (
    DispositionEvent.WITHDREW.value,
    DispositionEvent.WITHDRAWN_BY_SITE.value,
)


@dataclass(frozen=True)
class Frames:
    """What the analyses work on; days count from the index procedure.

    participants: participant (from 0), codes ("" where none) of arm, family,
    technique, indication, site; and the ends, empty where they did not come:
    death_day, withdrawal_day, lost_day, last_day (the last day anything is known of).
    assessments: participant, day, after, entered, status, missed_reason.
    scores, of one measure: participant, day, after, entered, micro (millionths,
    int64), value (float), missing ("" beside a value).
    labels: column -> code -> label, in the order of reading.
    spasticity: how many were left out, being treated for spasticity.
    data_withdrawn: how many let none of their data be used; they count as withdrawn.
    """

    participants: pd.DataFrame
    assessments: pd.DataFrame
    scores: pd.DataFrame
    labels: dict[str, dict[str, str]]
    spasticity: int
    data_withdrawn: int


def read_frames(participants: QuerySet[Participant], instrument: str) -> Frames:
    """Read the participants, their assessments and ends, and one measure's scores."""
    treated_for_spasticity = Procedure.objects.filter(
        Q(family=Family.SPASTICITY.value) | Q(technique=Technique.SDR_SPAST.value),
        participant__in=participants,
    ).values("participant")
    kept = participants.exclude(pk__in=treated_for_spasticity).order_by("pk")
    people = _people(kept)
    who = pd.Index(people["pk"])
    assessments = _assessments(kept, who)
    scores = _scores(kept, instrument, who)
    ends = _ends(kept, who)
    withheld = ends["withdrawal_day"] == -np.inf
    last_days = _last_days(kept, who, assessments)
    people = people.drop(columns="pk").join(ends).assign(last_day=last_days)
    return Frames(
        participants=people,
        assessments=_without(assessments, withheld),
        scores=_without(scores, withheld),
        labels=_labels(kept),
        spasticity=treated_for_spasticity.distinct().count(),
        data_withdrawn=int(withheld.sum()),
    )


def frame_of(rows: Iterable[tuple[Any, ...]], kinds: Mapping[str, str]) -> pd.DataFrame:
    """Build a frame column by column from rows, a chunk at a time.

    `kinds` names the columns in order, each with its numpy type.
    """
    left = iter(rows)
    columns = {name: [np.array([], kind)] for name, kind in kinds.items()}
    while chunk := list(islice(left, CHUNK)):
        for name, values in zip(kinds, zip(*chunk, strict=True), strict=True):
            columns[name].append(np.array(values, dtype=kinds[name]))
    return pd.DataFrame({name: np.concatenate(columns[name]) for name in kinds})


def _read(rows: QuerySet[Any], fields: str, kinds: Mapping[str, str]) -> pd.DataFrame:
    values = rows.values_list(*fields.split()).iterator(chunk_size=CHUNK)
    return frame_of(values, kinds)


def _people(kept: QuerySet[Participant]) -> pd.DataFrame:
    """Return pk, participant, and the codes that people are grouped by."""
    people = _read(
        kept, "pk arm__code site__code", {"pk": "int64", "arm": "O", "site": "O"}
    )
    people.insert(1, "participant", np.arange(len(people)))
    who = pd.Index(people["pk"])
    procedures = _index_procedures(kept)
    indications = _read(
        kept.filter(targets__is_primary=True),
        "pk targets__indication",
        {"pk": "int64", "indication": "O"},
    )
    for column, source in (
        ("family", procedures),
        ("technique", procedures),
        ("indication", indications),
    ):
        people[column] = source.set_index("pk")[column].reindex(who).to_numpy()
    codes = ["arm", "site", "family", "technique", "indication"]
    people[codes] = people[codes].astype(object).fillna("")
    return people


def _index_procedures(kept: QuerySet[Participant]) -> pd.DataFrame:
    """Return each person's index procedure: of the primary target, else the first."""
    procedures = _read(
        Procedure.objects.filter(participant__in=kept),
        "participant day pk role target__is_primary family technique",
        {
            "pk": "int64",
            "day": "int64",
            "entered": "int64",
            "role": "O",
            "is_primary": "bool",
            "family": "O",
            "technique": "O",
        },
    )
    ranked = procedures.assign(
        is_later=procedures["role"] != ProcedureRole.INDEX.value,
        is_other=~procedures["is_primary"],
    ).sort_values(["pk", "is_later", "is_other", "day", "entered"])
    return ranked.drop_duplicates("pk")


def _assessments(kept: QuerySet[Participant], who: pd.Index) -> pd.DataFrame:
    rows = _read(
        Assessment.objects.filter(participant__in=kept).order_by("pk"),
        "participant day is_after_procedure informant status missed_reason",
        {
            "pk": "int64",
            "day": "int64",
            "after": "bool",
            "informant": "O",
            "status": "O",
            "missed_reason": "O",
        },
    )
    return _numbered(rows, who)


def _scores(
    kept: QuerySet[Participant], instrument: str, who: pd.Index
) -> pd.DataFrame:
    """Read one measure's scores of the primary target, or of none in particular."""
    of_the_index_pain = Q(target=None) | Q(target__is_primary=True)
    rows = _read(
        Score.objects.filter(
            of_the_index_pain,
            instrument=instrument,
            grade="",
            assessment__participant__in=kept,
        ).order_by("assessment_id", F("target_id").desc(nulls_last=True)),
        "assessment__participant assessment__day assessment__is_after_procedure"
        " assessment__informant value missing",
        {
            "pk": "int64",
            "day": "int64",
            "after": "bool",
            "informant": "O",
            "exact": "O",
            "missing": "O",
        },
    )
    exact = rows.pop("exact")
    rows["micro"] = [0 if one is None else int(one.scaleb(DECIMALS)) for one in exact]
    rows["micro"] = rows["micro"].astype("int64")
    rows["value"] = exact.astype(float)
    return _numbered(rows, who)


def _numbered(rows: pd.DataFrame, who: pd.Index) -> pd.DataFrame:
    """Put the person's number in place of the key, and an order of entry beside it.

    Of several informants on one day the participant comes first, then who was first
    entered; grades by those who operated are kinder.
    """
    by_others = (rows.pop("informant") != Informant.SELF.value).to_numpy()
    rows.insert(0, "participant", who.get_indexer(pd.Index(rows.pop("pk"))))
    rows["entered"] = np.arange(len(rows)) + by_others * len(rows)
    return rows


def _ends(kept: QuerySet[Participant], who: pd.Index) -> pd.DataFrame:
    """Return death_day, withdrawal_day and lost_day of everybody, empty where none.

    Of what is not a death the last by day is in force. Who withdrew and does not let
    the data be kept is gone from the first day (-inf).
    """
    rows = _read(
        Disposition.objects.filter(participant__in=kept).order_by("day", "pk"),
        "participant event day keeps_data",
        {"pk": "int64", "event": "O", "day": "float64", "keeps_data": "bool"},
    )
    is_death = rows["event"] == DispositionEvent.DIED.value
    in_force = rows[~is_death].drop_duplicates("pk", keep="last").set_index("pk")
    withdrew = in_force["event"].isin(WITHDRAWALS)
    day = in_force["day"].where(in_force["keeps_data"], -np.inf)
    lost = in_force["event"] == DispositionEvent.LOST.value
    return pd.DataFrame(
        {
            "death_day": rows[is_death].set_index("pk")["day"].reindex(who).to_numpy(),
            "withdrawal_day": day[withdrew].reindex(who).to_numpy(),
            "lost_day": in_force.loc[lost, "day"].reindex(who).to_numpy(),
        }
    )


def _last_days(
    kept: QuerySet[Participant], who: pd.Index, assessments: pd.DataFrame
) -> np.ndarray:
    """Return the last day that anything is known of everybody, empty where nothing."""
    seen = assessments.groupby("participant")["day"].max()
    known = [seen.reindex(np.arange(len(who))).to_numpy(dtype=float)]
    for model, field in (
        (Disposition, "day"),
        (Disposition, "last_known_alive_day"),
        (Procedure, "day"),
        (Complication, "onset_day"),
        (Complication, "end_day"),
        (Therapy, "start_day"),
        (Contact, "day"),
    ):
        latest = _read(
            model.objects.filter(participant__in=kept)
            .order_by()
            .values("participant")
            .annotate(latest=Max(field)),
            "participant latest",
            {"pk": "int64", "day": "float64"},
        )
        known.append(latest.set_index("pk")["day"].reindex(who).to_numpy(dtype=float))
    return reduce(np.fmax, known)


def _without(rows: pd.DataFrame, withheld: pd.Series) -> pd.DataFrame:
    """Drop the rows of those who let none of their data be used."""
    gone = withheld.to_numpy()[rows["participant"].to_numpy()]
    return rows[~gone].reset_index(drop=True)


def _labels(kept: QuerySet[Participant]) -> dict[str, dict[str, str]]:
    arms = Arm.objects.filter(pk__in=kept.order_by().values("arm")).order_by("code")
    return {
        "arm": dict(arms.values_list("code", "label")),
        "family": dict(Family.choices()),
        "technique": dict(Technique.choices()),
        "indication": dict(Indication.choices()),
    }
