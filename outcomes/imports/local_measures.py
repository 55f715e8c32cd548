"""Measures that come with a load: used for it, and kept here once it is applied."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from outcomes.imports.refusals import FileRefused
from outcomes.instruments import INSTRUMENTS, InstrumentError, add_folder


@contextmanager
def borrowed(folder: Path | None) -> Iterator[None]:
    """Know the measures of `folder` within the block; afterwards only those kept."""
    before = set(INSTRUMENTS)
    if folder is not None:
        try:
            add_folder(folder)
        except InstrumentError as trouble:
            raise FileRefused(str(trouble)) from trouble
    try:
        yield
    finally:
        for slug in set(INSTRUMENTS) - before:
            if not (settings.LOCAL_INSTRUMENTS / f"{slug}.toml").is_file():
                del INSTRUMENTS[slug]


def install(folder: Path | None, slugs: Iterable[str]) -> list[str]:
    """Copy the files of these measures to the installation's own; return the new ones.

    What is there already is the same measure: `borrowed` would have refused another.
    """
    if folder is None:
        return []
    own = settings.LOCAL_INSTRUMENTS
    new = [
        slug
        for slug in sorted(set(slugs))
        if (folder / f"{slug}.toml").is_file() and not (own / f"{slug}.toml").is_file()
    ]
    for slug in new:
        _copy(folder / f"{slug}.toml", own / f"{slug}.toml")
    return new


def _copy(source: Path, target: Path) -> None:
    """Copy a file so that it is there whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".measure-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(source.read_bytes())
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
