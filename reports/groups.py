"""Who is compared with whom. Procedure families are never pooled."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from reports.groupings import EVERYBODY, GROUPINGS, UNASSIGNED

Labels = Mapping[str, Mapping[str, str]]
Codes = tuple[str, ...]


@dataclass(frozen=True)
class Grouping:
    """The group of each participant, and the groups in the order of reading."""

    of: pd.Series
    groups: tuple[str, ...]
    is_split_by_family: bool


def grouped(participants: pd.DataFrame, by: str | None, labels: Labels) -> Grouping:
    """Give every participant a group.

    participants: a column of codes for each of `UNASSIGNED`, "" where there is none.
    labels: column -> code -> label, in the order of reading. Where participants of
    several procedure families are in, each group is split by family, asked or not.
    KeyError if `by` is no grouping.
    """
    families = participants["family"].nunique()
    column = GROUPINGS[by][0] if by else None
    columns = ["family"] if families > 1 and column != "family" else []
    columns += [column] if column else []
    if not columns:
        everybody = pd.Series(EVERYBODY, index=participants.index, dtype=object)
        groups = (EVERYBODY,) if len(participants) else ()
        return Grouping(everybody, groups, is_split_by_family=False)
    keys = participants[columns].drop_duplicates()
    codes = [tuple(map(str, row)) for row in keys.itertuples(index=False)]
    names = _names(codes, columns, labels)
    of = participants[columns].merge(keys.assign(group=names), how="left")["group"]
    of.index = participants.index
    ranked = sorted(
        zip(codes, names, strict=True), key=lambda one: _rank(one[0], columns, labels)
    )
    return Grouping(of, tuple(name for _, name in ranked), families > 1)


def _names(codes: list[Codes], columns: list[str], labels: Labels) -> list[str]:
    """Name each group by its codes' labels; two groups never share a name."""
    names: list[str] = []
    for row in codes:
        name = ", ".join(
            labels.get(column, {}).get(code, code or UNASSIGNED[column])
            for column, code in zip(columns, row, strict=True)
        )
        while name in names:
            name += f" ({row[-1] or '-'})"
        names.append(name)
    return names


def _rank(codes: Codes, columns: list[str], labels: Labels) -> list[tuple[int, str]]:
    """Order by the list of labels; what it does not know after it, nothing last."""
    ranks = []
    for column, code in zip(columns, codes, strict=True):
        order = list(labels.get(column, {}))
        place = order.index(code) if code in order else len(order) + (code == "")
        ranks.append((place, code))
    return ranks
