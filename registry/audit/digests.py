"""Digests of events: keyed where the key can be had, unambiguous everywhere."""

import hashlib
import hmac
from datetime import UTC, datetime
from functools import cache

from django.conf import settings

FIELDS = (
    "at",
    "actor",
    "through",
    "reason",
    "batch",
    "action",
    "table",
    "row",
    "old",
    "new",
)


def encoded(values: tuple[str | None, ...]) -> bytes:
    """Write values so that no two lists are written alike: each with its length."""
    parts = ["-" if value is None else f"{len(value)}:{value}" for value in values]
    return "".join(parts).encode("utf-8", "surrogatepass")


def event_digest(values: tuple[str | None, ...], engine: str) -> str:
    """Return the digest of an event's `FIELDS`.

    SQLite's triggers call it, so it is keyed there; PostgreSQL computes it inside the
    database, where no key may lie, and it becomes keyed with the next seal.
    """
    if engine == "postgresql":
        return hashlib.sha256(encoded(values)).hexdigest()
    return keyed(encoded(values))


def keyed(message: bytes) -> str:
    """Return the HMAC-SHA256 (RFC 2104) of a message under AUDIT_KEY."""
    digest = _under(settings.AUDIT_KEY).copy()
    digest.update(message)
    return digest.hexdigest()


@cache
def _under(key: str) -> hmac.HMAC:
    """Return a digest that has taken in the key: a copy of it is half the work."""
    return hmac.new(key.encode(), digestmod="sha256")


def now() -> str:
    """Return the moment in UTC, so written that the order of text is that of time."""
    return datetime.now(UTC).isoformat(timespec="microseconds")[:-6] + "Z"
