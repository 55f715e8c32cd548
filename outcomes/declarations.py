"""Declarations in TOML, read strictly: whatever is wrong is one sentence."""

from __future__ import annotations

import hashlib
import json
import re
import reprlib
import tomllib
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")
SLUG = re.compile(r"[a-z][a-z0-9_]{0,39}")
EXPECTED = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    Decimal: "a number",
    tuple: "a list",
}


def read_files(
    folder: Path, build: Callable[[str, dict[str, Any]], T], error: type[ValueError]
) -> dict[str, T]:
    """Build a declaration from every TOML file of `folder`, by slug (the file's name).

    Whatever is wrong raises `error` with one sentence that names the file.
    """
    if not folder.is_dir():
        raise error(f"{folder} is not a folder.")
    found = {}
    for file in sorted(folder.glob("*.toml")):
        try:
            if not SLUG.fullmatch(file.stem):
                raise ValueError("the name is not lower-case letters, digits and _.")
            table = tomllib.loads(file.read_text("utf-8"), parse_float=Decimal)
            found[file.stem] = build(file.stem, table)
        except (ValueError, ArithmeticError, OSError) as trouble:
            raise error(f"{file.name}: {trouble}") from trouble
    return found


def read_record(kind: type[T], table: dict[str, Any], at: str = "", **given: Any) -> T:
    """Make a dataclass from a TOML table, holding every key to the field's type."""
    hints = get_type_hints(kind)
    wanted = {one.name: one for one in fields(kind) if one.name not in given}  # type: ignore[arg-type]
    for key in table:
        if key not in wanted:
            raise ValueError(f"the key '{at}{key}' is unknown.")
    for key, one in wanted.items():
        required = one.default is MISSING and one.default_factory is MISSING
        if required and key not in table:
            raise ValueError(f"the key '{at}{key}' is missing.")
    values = {key: _typed(hints[key], table[key], at + key) for key in table}
    return kind(**values, **given)


def canonical_digest(slug: str, table: dict[str, Any]) -> str:
    """Return the SHA-256 of a declaration, whatever its key order and spacing."""
    text = json.dumps([slug, table], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _typed(hint: Any, value: Any, at: str) -> Any:
    """Return a TOML value as `hint` wants it; ValueError names the key."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is UnionType:
        text = isinstance(value, str) and str in inner
        return _typed(str if text else inner[0], value, at)
    if origin is Literal and value not in inner:
        raise ValueError(f"the key '{at}' is not one of {', '.join(inner)}.")
    if origin is tuple and isinstance(value, list):
        one = inner[0]
        return tuple(_typed(one, v, f"{at}[{n}]") for n, v in enumerate(value, 1))
    if origin is dict and isinstance(value, dict):
        return {key: _typed(inner[1], v, f"{at}.{key}") for key, v in value.items()}
    if isinstance(hint, type) and is_dataclass(hint) and isinstance(value, dict):
        return read_record(hint, value, f"{at}.")
    if hint is Decimal and type(value) in (int, Decimal) and Decimal(value).is_finite():
        return Decimal(value)
    if origin is Literal or type(value) is hint in (str, bool, int):
        return value
    wanted = EXPECTED.get(origin or hint, "a table")
    raise ValueError(f"the key '{at}' should be {wanted}, not {reprlib.repr(value)}.")


def add_new(known: dict[str, T], found: dict[str, T], error: type[ValueError]) -> None:
    """Add what was found to what is known; one slug never means two things."""
    for slug, one in found.items():
        if known.get(slug, one) != one:
            raise error(f"{slug}.toml: '{slug}' is already there and says otherwise.")
    known.update(found)
