"""Which version of the registry made a result; it is printed on every one."""

import tomllib
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


@cache
def software() -> str:
    """Return the name and version of this software."""
    project = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    return f"Rhizotomy Registry {project['version']}"
