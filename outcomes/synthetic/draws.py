"""Random draws: one stream for each part, so that a part can change alone."""

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
Table = dict[str, Column]
NEVER = np.inf


def stream(seed: int, part: str) -> np.random.Generator:
    """Return the generator of one part of a cohort; the parts are independent."""
    return np.random.default_rng([seed, zlib.crc32(part.encode())])


def pick(rng: np.random.Generator, weights: Mapping[Any, float], size: int) -> Column:
    """Draw `size` keys of `weights`, in proportion to the weights, as plain text."""
    options = coded([str(option) for option in weights])
    return options[pick_index(rng, list(weights.values()), size)]


def pick_index(
    rng: np.random.Generator, weights: Sequence[float], size: int
) -> NDArray[np.int64]:
    """Draw `size` positions, in proportion to the weights."""
    edges = np.cumsum(weights) / np.sum(weights)
    found = np.searchsorted(edges, rng.random(size), side="right")
    return np.minimum(found, len(weights) - 1)


def coded(codes: Sequence[Any]) -> Column:
    """Return codes as an array of Python objects, which repeats cost nothing."""
    column = np.empty(len(codes), dtype=object)
    column[:] = codes
    return column


def whole(
    rng: np.random.Generator, low: int, high: int, size: int
) -> NDArray[np.int64]:
    """Draw whole numbers from `low` to `high`, both included."""
    return rng.integers(low, high + 1, size)


def repeated(code: Any, size: int) -> Column:
    """Return one code `size` times, as an array of Python objects."""
    return np.full(size, code, dtype=object)


def stacked(parts: Sequence[Table], order: Sequence[str] = ()) -> Table:
    """Put tables with the same columns under each other, sorted by `order`."""
    whole_table = {
        name: np.concatenate([part[name] for part in parts]) for name in parts[0]
    }
    if not order:
        return whole_table
    ranks = np.lexsort([whole_table[name] for name in reversed(order)])
    return {name: column[ranks] for name, column in whole_table.items()}


def kept(table: Table, mask: NDArray[np.bool_]) -> Table:
    """Return the rows of `table` where `mask` is true."""
    return {name: column[mask] for name, column in table.items()}
