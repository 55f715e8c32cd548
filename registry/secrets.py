"""Secrets: from the environment, from a file it names, or from the registry's home."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path


class MissingSecret(Exception):
    """A secret that start-up needs is not there; the sentence names it."""


def read_secret(
    name: str, home: Path, environment: Mapping[str, str] = os.environ
) -> str:
    """Return the secret `name`, or raise MissingSecret, which says where it may be.

    Looks at the variable `name`, at the file in `name`_FILE, then at home/secrets.
    """
    if value := environment.get(name):
        return value
    if path := environment.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    stored = home / "secrets" / name.lower()
    if stored.is_file():
        return stored.read_text().strip()
    raise MissingSecret(
        f"The secret {name} is missing: set {name} or {name}_FILE. (An embedded "
        f"registry makes it in {stored.parent} at its very first start.)"
    )


def make_secret(name: str, home: Path) -> None:
    """Make the secret in home/secrets unless it is there; only its owner reads it."""
    folder = home / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name.lower()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
